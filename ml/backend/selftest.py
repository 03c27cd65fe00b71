"""Does an environment work? Its own Python is asked, in a process that may crash without harm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import MISSING_BACKEND, EditorError
from .check import MARK
from .interpreters import inspect
from .process import never, run

CHECK = Path(__file__).with_name("check.py")
PATIENCE = 300.0


@dataclass(frozen=True)
class SelfTestReport:
    """What a worker's Python said: its libraries with versions, the device torch computes on, and what does not work."""

    python: str
    version: str
    versions: tuple[tuple[str, str], ...]
    device: str
    problems: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def summary(self) -> str:
        """One line: "Python 3.11.7, torch 2.13.0+cpu, Processor, 2 threads"."""
        if self.problems:
            return self.problems[0]
        torch = dict(self.versions).get("torch", "?")
        return f"Python {self.version}, torch {torch}, {self.device}"


def self_test(python: str | Path, cancelled: Callable[[], bool] = never) -> SelfTestReport:
    """Loads every library in `python` (some seconds, the first time a minute) and reports. A broken environment is a report
    with problems; `EditorError` is raised only when `python` is no Python, or on cancel."""
    started = time.monotonic()
    code, lines = run([str(python), "-I", str(CHECK)], cancelled=cancelled, limit=PATIENCE)
    answer = next((line[len(MARK) :] for line in lines if line.startswith(MARK)), "")
    seconds = time.monotonic() - started
    facts = _read(answer)
    if facts is None:
        who = inspect(str(python))
        if not who.version:
            raise EditorError(f"{python} does not run as a Python.", "Choose the python program inside the environment.", MISSING_BACKEND)
        said = next((line for line in reversed(lines) if line.strip()), "")
        return SelfTestReport(
            str(python), who.version, (), "", (f"It ended with code {code} while the libraries were loaded. {said}".strip(),), seconds
        )
    return SelfTestReport(
        str(python), facts["python"], tuple(facts["versions"].items()), facts["device"], tuple(facts["problems"]), seconds
    )


def _read(answer: str) -> dict[str, Any] | None:
    """What `check.py` printed; None when it was not `check.py` that printed it."""
    try:
        facts = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    kinds = {"python": str, "versions": dict, "device": str, "problems": list}
    if not isinstance(facts, dict) or any(type(facts.get(name)) is not kind for name, kind in kinds.items()):
        return None
    said = [*facts["versions"].values(), *facts["problems"]]
    return facts if all(isinstance(word, str) for word in said) else None
