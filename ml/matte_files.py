"""What lies beside films of mattes, written and read. Used at both ends."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from glob import escape
from pathlib import Path

from .codec import from_json, to_json
from .errors import EditorError
from .mattes import BESIDE, SCHEMA, Matte, Wanted, name_of


def dump(matte: Matte) -> str:
    data = to_json(matte)
    data.pop("folder", None)
    return json.dumps(data, separators=(",", ":"))


def load(path: Path) -> Matte | None:
    """What this file says, None where it is none of ours, of another version, or its film is gone."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            return None
        matte: Matte = from_json(Matte, data)
    except (OSError, ValueError, KeyError, TypeError, EditorError):
        return None
    there = path.with_name(matte.film)
    return replace(matte, folder=str(path.parent)) if there.is_file() else None


def stored(folder: str, medium: str = "") -> tuple[Matte, ...]:
    """The whole matte films in this folder, of this medium alone where one is named."""
    try:
        files = sorted(Path(folder).glob(f"*{BESIDE}"))
    except OSError:
        return ()
    found = (load(file) for file in files)
    return tuple(one for one in found if one is not None and (not medium or one.medium == medium))


def tidy(wanted: Wanted) -> None:
    """Takes away what a worker that was killed left of this film half-written. Nobody may be writing it now."""
    with contextlib.suppress(OSError):
        for draft in Path(wanted.folder).glob(f".{escape(name_of(wanted))}.*.part"):
            with contextlib.suppress(OSError):
                draft.unlink()
