"""The register of people this computer knows by their faces: one file below the user's folder, readable by its owner alone.

What stands in it is `timeline.persons`' affair: a text. It never leaves this folder, and `forget` leaves nothing of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from .errors import BAD_INPUT, EditorError

NAME = "people.json"


def path_in(folder: str | os.PathLike[str]) -> Path:
    return Path(folder) / NAME


def read(folder: str | os.PathLike[str]) -> str:
    """The register's text, "" where there is none. Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    try:
        return path_in(folder).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as reason:
        raise EditorError(
            f"The people this computer knows cannot be read: {path_in(folder)} ({reason}).",
            "Make the file readable, or press Forget Everyone.",
            BAD_INPUT,
        ) from reason


def write(folder: str | os.PathLike[str], text: str) -> None:
    """Keeps the register, whole or as it was. Raises `EditorError(BAD_INPUT)` when it cannot be written."""
    path = path_in(folder)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as reason:
        raise EditorError(
            f"The people this computer knows cannot be written to {path}: {reason.strerror or reason}.", "Free some space, and try again.",
            BAD_INPUT,
        ) from reason  # fmt: skip


def forget(folder: str | os.PathLike[str]) -> int:
    """Removes the register and whatever a killed process left of it. Returns the files removed. Raises `EditorError(BAD_INPUT)`."""
    count = 0
    try:
        for path in (path_in(folder), *Path(folder).glob(f".{NAME}.*")):
            if path.exists():
                path.unlink()
                count += 1
    except OSError as reason:
        raise EditorError(
            f"{path} could not be removed: {reason.strerror or reason}.", "Close what uses it, and press Forget Everyone again.", BAD_INPUT
        ) from reason
    return count
