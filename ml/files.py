"""Files as disks really hold them: names nobody can open, pipes and devices that never end, answers that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from pathlib import Path

from .errors import BAD_INPUT, NO_SPACE, EditorError

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
SHOWN = 300
"""Characters of a name that are shown; a longer one is cut in the middle."""


def shown(path: str | os.PathLike[str]) -> str:
    """`path` for a message: control characters escaped, a very long name shortened."""
    text = "".join(character if character.isprintable() else ascii(character)[1:-1] for character in os.fspath(path))
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]}…{text[-SHOWN // 2 :]}"


def regular(path: str | os.PathLike[str]) -> os.stat_result:
    """What the disk says of the file at `path`. Nothing is opened: opening a pipe waits for a writer that may never come.

    Raises `EditorError(BAD_INPUT)` when there is none, it is a folder, or it is no file (a pipe, a socket, a device).
    """
    name = shown(path)
    if not name:
        raise EditorError("No file is named.", "Relink the strip, or check the path.", BAD_INPUT)
    try:
        facts = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError) as reason:
        raise EditorError(f"There is no file at {name}.", "Relink the strip, or check the path.", BAD_INPUT, repr(reason)) from reason
    except PermissionError as reason:
        raise EditorError(f"{name} may not be read.", "Change the file's permissions.", BAD_INPUT, repr(reason)) from reason
    except OSError as reason:
        raise EditorError(f"{name} cannot be read: {reason.strerror or reason}.", "Check the path.", BAD_INPUT, repr(reason)) from reason
    except ValueError as reason:
        raise EditorError(f"{name} is not a name a file can have.", "Relink the strip, or check the path.", BAD_INPUT) from reason
    if stat.S_ISDIR(facts.st_mode):
        raise EditorError(f"{name} is a folder.", "Choose a media file.", BAD_INPUT)
    if not stat.S_ISREG(facts.st_mode):
        raise EditorError(f"{name} is not a file.", "Save what a pipe or device delivers as a file, and use that.", BAD_INPUT)
    return facts


def stamp(where: Path) -> str:
    """Changes when a file, or one of those in a folder, does, by name, size or time; where it lies is no matter. "" where nothing is."""
    try:
        within = [where] if where.is_file() else where.iterdir()
        found = sorted((path.name, path.stat()) for path in within if path.is_file())
    except (OSError, ValueError):
        return ""
    facts = [(name, status.st_size, status.st_mtime_ns) for name, status in found]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:40]


def check_target(where: str) -> None:
    """Raises `EditorError(BAD_INPUT)` when `write_whole` could not write there, so that this is said before the work."""
    try:
        target = Path(_target(where))
        if target.is_dir():
            raise EditorError(f"{shown(where)} is a folder.", "Name a file in it.", BAD_INPUT)
        if not target.parent.is_dir():
            raise EditorError(f"There is no folder {shown(target.parent)} to write {target.name} into.", "Create it first.", BAD_INPUT)
        if not os.access(target if _special(target) else target.parent, os.W_OK):
            raise EditorError(f"{shown(where)} may not be written.", "Choose another file.", BAD_INPUT)
    except (OSError, ValueError) as reason:
        raise _unwritable(where, reason) from reason


def write_whole(where: str, content: str | bytes) -> None:
    """Writes beside the file, then renames; a link stays a link, and a device or pipe is written to, not replaced. Text becomes UTF-8.

    Raises `EditorError` naming the file that cannot be written: NO_SPACE where the disk is full, else BAD_INPUT.
    """
    try:
        data = content if isinstance(content, bytes) else content.encode()
        target = Path(_target(where))
        if _special(target):
            with target.open("wb") as stream:
                stream.write(data)
            return
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with draft.open("wb") as stream:
                stream.write(data)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, ValueError) as reason:
        raise _unwritable(where, reason) from reason


def make_folder(where: str) -> None:
    """Makes this folder, and those above it. Raises as `write_whole` does."""
    try:
        Path(where).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as reason:
        raise _unwritable(where, reason) from reason


def _target(where: str) -> str:
    """`where` with its links followed, but for what is no file: the link in /proc of an open pipe leads nowhere."""
    return where if _special(Path(where)) else os.path.realpath(where)


def _special(path: Path) -> bool:
    """Whether there is something that is neither a file nor a folder."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _unwritable(where: str, reason: Exception) -> EditorError:
    why = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    if isinstance(reason, OSError) and reason.errno in FULL:
        return EditorError(f"{shown(where)} cannot be written: {why}.", "Free some space, or choose another disk.", NO_SPACE)
    return EditorError(f"{shown(where)} cannot be written: {why}.", "Choose another file.", BAD_INPUT)
