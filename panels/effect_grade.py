"""Grading in the sidebar: light, match and look, and what is matched now. Reads only."""

from __future__ import annotations

import bpy

from ..operators.grade_options import ASKS, LIVE
from ..operators.options import draw_options
from ..timeline import compat
from .effects import draw_common
from .main import Tab, fields
from .text import columns, lines


class ASSISTANT_EDITOR_PT_effect_grade(Tab, bpy.types.Panel):
    bl_label = "Grade"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, (*LIVE, *ASKS))
        scene = compat.edited_scene(context)
        if settings.grade_do == "match" and not settings.grade_reference.strip():
            active = scene.sequence_editor.active_strip if scene.sequence_editor else None
            told = "Make the strip to be matched active, or choose a still."
            if active is not None and active.type == "MOVIE":
                told = f"Matched is the active strip, {active.name}."
            lines(layout, told, columns(context), "INFO")
        draw_common(layout, context, "grade", "assistant_editor.grade")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_grade,)
