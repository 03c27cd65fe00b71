"""The edited text an operator means: the sequence's own, or a file; and what it comes to."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from ..ml.errors import BAD_INPUT, STALE, EditorError
from . import settings, text_apply, text_files, text_options, transcribed
from .guard import Guarded
from .options import draw_options

LARGEST = 20_000_000
"""Bytes a text has at most."""


class OfText(text_options.TextApply, Guarded):
    """Base of what reads the edited text: the sequence's own, or a file."""

    live = text_options.TEXT_LIVE
    script: StringProperty(
        name="Script", description="A file with the edited text; without it the text of this sequence", subtype="FILE_PATH",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.use_property_split, self.layout.use_property_decorate = True, False  # type: ignore[attr-defined]
        draw_options(self.layout, self, self.live)  # type: ignore[attr-defined]

    def planned(self, scene: Any) -> tuple[Any, Any, Any]:
        """(what is said, the layout, the plan). Raises `EditorError`."""
        from ..timeline.read_layout import read_layout
        from ..timeline.text_changes import changes

        settings.seed(self, scene)
        known = transcribed.needed(scene)
        text = read(self.script, known) if self.script else text_files.edited_text(scene, known)
        edits = changes(known.spoken.lines, text)
        if not edits.order:
            raise EditorError("None of what is said is left in the text.", "Leave at least a word, or delete the strips.", BAD_INPUT)
        layout = read_layout(scene)
        return known, layout, text_apply.planned(known, layout, edits, self)


def read(path: str, known: Any) -> str:
    """The edited text in a file. Raises `EditorError`: BAD_INPUT for no text file, STALE when it was made for what was said before."""
    from ..timeline.script_text import plain
    from ..timeline.text_document import stamp_of

    file = Path(bpy.path.abspath(path))
    if not file.is_file():
        raise EditorError(f"There is no file {path!r}.", "Name a text that was exported.", BAD_INPUT)
    try:
        if file.stat().st_size > LARGEST:
            raise EditorError(f"{file.name} is too large for a text.", "Name a text that was exported.", BAD_INPUT)
        text = plain(file.read_bytes(), file.name)
    except OSError as reason:
        raise EditorError(f"{file.name} cannot be read: {reason.strerror}.", "Name another file.", BAD_INPUT) from reason
    made_for = stamp_of(text)
    if made_for and made_for != text_files.digest(text_files.document(known)):
        told = f"What is said on the timeline has changed since {file.name} was exported."
        raise EditorError(told, "Export it again. Nothing was changed.", STALE)
    return text


CLASSES: tuple[type, ...] = ()
