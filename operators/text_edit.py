"""Editing by text in Blender's Text Editor: the transcript as a text, what its edits would do, and doing it."""

import bpy
from bpy.props import StringProperty

from ..timeline import compat
from . import text_apply, text_files, transcribed
from .guard import Guarded
from .text_source import OfText
from .transcript_shelf import shelf


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
        _open(context, text)
        shelf.checked = None
        before = f" What you had edited is kept as {kept!r}." if kept else ""
        self.report({"INFO"}, f"Edit the text {text.name!r} in the Text Editor, then press Apply Text.{before}")


def _open(context: bpy.types.Context, text: bpy.types.Text) -> None:
    """In the Text Editor in which it was asked for, else in one that is open and empty: what else is written somewhere stays in sight."""
    if context.area is not None and context.area.type == "TEXT_EDITOR":
        context.space_data.text = text
        return
    areas = context.window.screen.areas if context.window is not None else ()
    editors = [area.spaces.active for area in areas if area.type == "TEXT_EDITOR"]
    if text not in [editor.text for editor in editors]:
        for editor in [editor for editor in editors if editor.text is None][:1]:
            editor.text = text


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
        known, layout, plan = self.planned(scene)
        if plan:
            text_apply.wanted(known.timeline, layout, plan, self)
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
