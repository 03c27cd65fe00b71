"""Transitions in the sidebar, and J- and L-cuts below them. Reads only."""

from __future__ import annotations

import bpy

from ..operators import split_options
from ..operators.options import draw_options
from ..operators.transition_options import LIVE
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_transitions(Tab, bpy.types.Panel):
    bl_label = "Transitions"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, LIVE)
        draw_common(layout, context, "transition", "assistant_editor.add_transitions")


class ASSISTANT_EDITOR_PT_split_edits(Tab, bpy.types.Panel):
    bl_label = "J- and L-Cuts"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, split_options.LIVE)
        row = layout.row(align=True)
        row.scale_y = 1.3
        row.operator("assistant_editor.split_edits")
        row.operator("assistant_editor.join_split_edits", text="", icon="LOOP_BACK")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_transitions, ASSISTANT_EDITOR_PT_split_edits)
