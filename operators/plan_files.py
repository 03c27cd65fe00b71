"""Plans in files, whatever they plan: how one is read."""

from __future__ import annotations

from pathlib import Path

import bpy

from ..ml.errors import BAD_INPUT, EditorError

MOST = 256 * 1024 * 1024
"""Bytes of the longest plan that is read."""
REMEDY = "Choose a plan written with --dry-run --json."


def text_of(path: str) -> str:
    """What stands in a file that is said to be a plan. Raises `EditorError(BAD_INPUT)` for one that cannot be read."""
    from ..ml.files import regular

    whole = bpy.path.abspath(path)
    try:
        if regular(whole).st_size > MOST:
            raise EditorError(f"{whole} is too long for a plan.", REMEDY, BAD_INPUT)
        return Path(whole).read_text(encoding="utf-8")
    except EditorError as reason:
        raise EditorError(reason.message, REMEDY, reason.code, reason.detail) from reason
    except (OSError, UnicodeDecodeError) as reason:
        raise EditorError(f"{whole} cannot be read: {reason}.", REMEDY, BAD_INPUT) from reason


CLASSES: tuple[type, ...] = ()
