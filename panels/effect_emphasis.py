"""Emphasis in the sidebar: zooms, speed ramps and freeze frames. Reads only."""

from __future__ import annotations

import bpy

from ..operators.emphasis_options import LIVE
from ..operators.options import draw_options
from ..timeline import compat
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_emphasis(Tab, bpy.types.Panel):
    bl_label = "Zoom and Emphasis"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        layout.column().prop(settings, LIVE[0], expand=True)  # a name each, one below the other: side by side they are cut short
        draw_options(layout, settings, LIVE[1:])
        sequence = compat.open_sequence(compat.edited_scene(context))
        if "ramps" in settings.emphasis_on and sequence is not None:
            layout.prop_search(settings, "beat_music", sequence, "strips", icon="SOUND")
        draw_common(layout, context, "emphasis", "assistant_editor.emphasise")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_emphasis,)
