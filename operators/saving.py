"""The project's file, saved by the command line: whole or not at all, and never over what somebody else saved meanwhile."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import bpy

from ..ml.errors import BAD_INPUT, NO_SPACE, STALE, EditorError
from ..ml.files import shown, stamp

ZSTD, SEEK_TABLE = b"\x28\xb5\x2f\xfd", b"\xb1\xea\x92\x8f"
"""How a compressed file begins and ends."""
LAST_BLOCK = 72
"""Bytes at the end of a file that is not compressed within which its last block is named."""
_opened: tuple[str, str] = ("", "")


def remember() -> None:
    """Call it before the work: what the project's file is like now."""
    global _opened
    _opened = (bpy.data.filepath, stamp(Path(bpy.data.filepath)) if bpy.data.filepath else "")


def save(path: str) -> None:
    """Saves the project under its own name ("") or another.

    Blender 5.2 tells of success on a full disk and leaves half a file, so it writes a copy beside the file, which takes its
    place once it is whole. Raises `EditorError`: STALE where the project's file was changed meanwhile, NO_SPACE, BAD_INPUT.
    """
    named = Path(os.path.abspath(bpy.path.abspath(path) if path else bpy.data.filepath))  # noqa: PTH100  `//` is told from where a link lies
    target, draft = Path(os.path.realpath(named)), named.with_name(f".{named.name}.{os.getpid()}.part")
    if target.exists() and not os.access(target, os.W_OK):
        raise EditorError(f"{shown(target)} may not be written.", "Choose another file.", BAD_INPUT)
    try:
        bpy.ops.wm.save_as_mainfile(filepath=str(draft), copy=True, check_existing=False)
        if not whole(draft):
            raise EditorError(f"{shown(target)} cannot be saved: the disk is full.", "Free some space, or choose another disk.", NO_SPACE)
        _refuse_changed(target)
        _keep_versions(target)
        shutil.move(draft, target)
    except (RuntimeError, OSError) as reason:
        why = str(reason).strip().removeprefix("Error: ").rstrip(".")
        raise EditorError(f"{shown(target)} cannot be saved: {why}.", "Choose another file.", BAD_INPUT) from reason
    finally:
        for left in (draft, Path(f"{draft}@")):
            left.unlink(missing_ok=True)


def whole(file: Path) -> bool:
    """Whether a .blend has its end, compressed or not."""
    with file.open("rb") as stream:
        compressed = stream.read(len(ZSTD)) == ZSTD
        stream.seek(-min(LAST_BLOCK, file.stat().st_size), os.SEEK_END)
        end = stream.read()
    return end.endswith(SEEK_TABLE) if compressed else b"ENDB" in end


def _refuse_changed(target: Path) -> None:
    opened, then = _opened
    if opened and target == Path(os.path.realpath(opened)) and stamp(Path(opened)) != then:
        raise EditorError(
            f"{shown(target)} was changed by another program since it was opened: it is left as it is.",
            "Run this again, or save under another name: --save FILE.", STALE,
        )  # fmt: skip


def _keep_versions(target: Path) -> None:
    """What stands there becomes .blend1, that .blend2, as many as the preferences keep."""
    kept = bpy.context.preferences.filepaths.save_version
    for number in range(kept, 0, -1):
        older = target.with_name(f"{target.name}{number - 1}") if number > 1 else target
        if older.exists():
            older.replace(target.with_name(f"{target.name}{number}"))


CLASSES: tuple[type, ...] = ()
