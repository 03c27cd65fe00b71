"""Choose Subject: what the shot at the playhead is about, from what is known to be in it."""

from typing import Any

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from .guard import Guarded

ALWAYS = [
    ("auto", "Whatever Counts", "As everywhere: by the options"),
    ("everyone", "Everyone", "All people together"),
    ("split", "Split Screen", "The two foremost people, one above the other"),
    ("middle", "The Middle", "The middle of the picture"),
]
_items: list[tuple[str, str, str]] = []
"""Blender needs the texts of an enumeration kept."""


def _found(_self: Any, context: Any) -> list[tuple[str, str, str]]:
    """What can be chosen for the shot at the playhead."""
    from ..ml.errors import EditorError
    from . import reframe_known

    try:
        names = reframe_known.subjects_here(compat.edited_scene(context))
    except EditorError:
        names = ()
    _items[:] = [*ALWAYS, *((name, name.capitalize(), "Found in this shot") for name in names)]
    return _items


class ASSISTANT_EDITOR_OT_reframe_subject(Guarded, bpy.types.Operator):
    """Choose what the frame is about in the shot at the playhead, and plan its camera anew"""

    bl_idname = "assistant_editor.reframe_subject"
    bl_label = "Choose Subject"
    bl_options = {"REGISTER", "UNDO"}
    bl_property = "subject"

    subject: EnumProperty(name="Subject", description="What this shot is about", items=_found)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._choose, context)

    def _choose(self, context: bpy.types.Context) -> None:
        from . import effect_choices

        scene, value = compat.edited_scene(context), self.subject
        row = effect_choices.choose_for_shot(scene, "reframe", "subject", None if value == "auto" else value)
        told = f"Shot {row.number} of {row.strip!r} is about {'whatever counts' if value == 'auto' else value}."
        self.report({"INFO"}, " ".join(part for part in (told, effect_choices.follow(scene, "reframe")) if part))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_reframe_subject,)
