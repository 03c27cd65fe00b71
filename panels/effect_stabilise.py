"""Stabilising in the sidebar: how steady, and how much of the picture that may cost. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import draw_options
from ..operators.stabilise_options import LIVE
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_stabilise(Tab, bpy.types.Panel):
    bl_label = "Stabilise"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, LIVE)
        draw_common(layout, context, "stabilise", "assistant_editor.stabilise")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_stabilise,)
