"""The one root of every error a user can meet, at both ends of the pipe."""

from __future__ import annotations

from dataclasses import dataclass

BAD_INPUT = "bad_input"
NO_STREAM = "no_stream"
"""The medium has no sound where words are asked for, or no pictures where shots are: often nothing is wrong with that."""
MISSING_BACKEND = "missing_backend"
MISSING_MODEL = "missing_model"
NO_CONSENT = "no_consent"
NO_SPACE = "no_space"
CANCELLED = "cancelled"
WORKER_DIED = "worker_died"
WORKER_HUNG = "worker_hung"
WORKER_GARBAGE = "worker_garbage"
WORKER_VERSION = "worker_version"
LOCKED = "locked"
STALE = "stale"
USAGE = "usage"
DEFECT = "defect"


@dataclass
class EditorError(Exception):
    """What is wrong and where (`message`), what to do about it (`remedy`), and which kind it is (`code`).

    `detail` is for the log: the tail of a worker's stderr, a traceback. It is never the only thing a user sees.
    """

    message: str
    remedy: str = ""
    code: str = DEFECT
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
