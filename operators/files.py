"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..ml.errors import BAD_INPUT, EditorError


def write_whole(path: str, text: str) -> None:
    """Writes beside `path`, then renames. Raises `EditorError(BAD_INPUT)` naming the file that cannot be written."""
    target = Path(path)
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(target)
    except OSError as reason:
        if draft:
            Path(draft).unlink(missing_ok=True)
        raise EditorError(f"{path} cannot be written: {reason.strerror or reason}.", "Choose another file.", BAD_INPUT) from reason


def _umask() -> int:
    """The process's mask; there is no way to read it but to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
