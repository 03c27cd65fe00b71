"""Reframe in the sidebar: the frame, what it is about, how the camera moves. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import draw_options
from ..operators.reframe_options import LIVE
from .effects import draw_common
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_effect_reframe(Tab, bpy.types.Panel):
    bl_label = "Reframe"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, LIVE)
        layout.operator("assistant_editor.reframe_subject", icon="EYEDROPPER")
        draw_common(layout, context, "reframe", "assistant_editor.reframe")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_effect_reframe,)
