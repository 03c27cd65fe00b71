"""Transcripts as texts of the project: one for each sequence, which remembers what it read when it was made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import bpy

from ..ml.errors import STALE, EditorError

if TYPE_CHECKING:
    from .transcribed import Transcribed

_MARK = "assistant_editor_transcript"
_LONGEST = 58
"""Bytes of a name in Blender, less what it may add to it."""


def document(known: Transcribed, *, head: bool = False) -> str:
    """The transcript as a text; with `head` its first line says which one it is."""
    from ..timeline import text_document

    text = text_document.document(known.spoken.lines)
    return text_document.document(known.spoken.lines, digest(text)) if head else text


def digest(text: str) -> str:
    """What a text remembers of the transcript it was made from."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _of(scene: Any) -> str:
    from ..timeline.read import keeper

    kept = keeper(scene)
    return f"{scene.name}\n{'' if kept == scene else kept.name}"


def name_of(scene: Any) -> str:
    """What a new text is called."""
    from ..timeline.read import keeper

    kept = keeper(scene)
    wanted = f"Transcript: {scene.name}" if kept == scene else f"Transcript: {scene.name}, {kept.name}"
    return wanted.encode()[:_LONGEST].decode(errors="ignore")


def find(scene: Any) -> Any:
    """The text of the sequence that is being edited, None where there is none."""
    return next((text for text in bpy.data.texts if _data(text).get("of") == _of(scene)), None)


def _data(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text.get(_MARK, "{}"))
    except (TypeError, ValueError):  # somebody else's property of that name
        return {}
    return found if isinstance(found, dict) else {}


def edited(text: Any) -> bool:
    """Whether a text was edited since it was made."""
    return digest(text.as_string()) != _data(text).get("written")


def put(scene: Any, known: Transcribed) -> tuple[Any, str]:
    """(the text, made or made anew; the name under which an edited one was kept, "" where there was none)."""
    whole, held, kept = document(known), find(scene), ""
    if held is not None and edited(held) and held.as_string().strip() != whole.strip():
        before = bpy.data.texts.new(f"{name_of(scene)[:50]} (edited)")
        before.from_string(held.as_string())
        kept = before.name
    if held is None:
        held = bpy.data.texts.new(name_of(scene))
    if held.as_string() != whole:
        line = held.current_line_index if held.as_string().strip() else 0
        held.from_string(whole)
        # Blender leaves the cursor, and with it what is seen, at the end.
        held.cursor_set(min(line, len(held.lines) - 1))
    held[_MARK] = json.dumps({"of": _of(scene), "said": digest(whole), "written": digest(held.as_string())})
    return held, kept


def edited_text(scene: Any, known: Transcribed) -> str:
    """What the sequence's text says now. Raises `EditorError(STALE)` without one, and where the timeline says something else than then."""
    held = find(scene)
    if held is None:
        raise EditorError("This sequence has no transcript as a text.", "Press Transcript to Text, then edit the text.", STALE)
    if _data(held).get("said") != digest(document(known)):
        raise EditorError(
            f"What is said on the timeline has changed since the text {held.name!r} was made.",
            "Press Transcript to Text: it makes the text anew, and keeps what you edited beside it. Nothing was changed.", STALE,
        )  # fmt: skip
    return str(held.as_string())


CLASSES: tuple[type, ...] = ()
