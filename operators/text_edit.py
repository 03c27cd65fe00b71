"""Editing by text in Blender's Text Editor: the transcript as a text, what its edits would do, and doing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from ..ml.errors import BAD_INPUT, STALE, EditorError
from ..timeline import compat
from . import settings, text_apply, text_files, text_options, transcribed
from .guard import Guarded
from .options import draw_options
from .transcript_shelf import shelf

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


class ASSISTANT_EDITOR_OT_transcript_to_text(Guarded, bpy.types.Operator):
    """Write what is said as a text of the project: one sentence a line, to be edited in the Text Editor"""

    bl_idname = "assistant_editor.transcript_to_text"
    bl_label = "Transcript to Text"
    bl_options = {"REGISTER", "UNDO"}
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._write, context)

    def _write(self, context: bpy.types.Context) -> None:
        scene = compat.edited_scene(context)
        text, kept = text_files.put(scene, transcribed.needed(scene))
        if context.area is not None and context.area.type == "TEXT_EDITOR":
            context.space_data.text = text
        shelf.checked = None
        before = f" What you had edited is kept as {kept!r}." if kept else ""
        self.report({"INFO"}, f"Edit the text {text.name!r} in the Text Editor, then press Apply Text.{before}")


class ASSISTANT_EDITOR_OT_check_text(OfText, bpy.types.Operator):
    """Tell what applying the edited text would do. Nothing is changed"""

    bl_idname = "assistant_editor.check_text"
    bl_label = "Check Text"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        shelf.checked = None
        return self.guarded(self._check, context)

    def _check(self, context: bpy.types.Context) -> None:
        scene = compat.edited_scene(context)
        _known, layout, plan = self.planned(scene)
        if plan:
            text_apply.wanted(layout, plan, self)
        shelf.checked = plan
        self.report({"INFO"}, f"Applying the text: {plan.line}.")


class ASSISTANT_EDITOR_OT_apply_text(OfText, bpy.types.Operator):
    """Make the timeline follow the edited text: cut what was deleted, move what was moved, correct captions"""

    bl_idname = "assistant_editor.apply_text"
    bl_label = "Apply Text"
    bl_options = {"REGISTER", "UNDO"}

    plan: StringProperty(
        name="Plan", description="A plan in a file, made for this very timeline, in place of a text", subtype="FILE_PATH",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._apply, context)

    def _apply(self, context: bpy.types.Context) -> None:
        from . import text_plans

        scene = compat.edited_scene(context)
        known, layout, plan = text_plans.read(self, scene) if self.plan else self.planned(scene)
        text_apply.carry_out(self, scene, known.timeline, layout, plan)
        shelf.checked = None
        if text_files.find(scene) is not None:
            text_files.put(scene, transcribed.look(scene))
        if shelf.asked_for:
            shelf.refresh(scene)


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_transcript_to_text,
    ASSISTANT_EDITOR_OT_check_text,
    ASSISTANT_EDITOR_OT_apply_text,
)
