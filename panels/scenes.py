"""The sidebar's scenes: their options, their button, and their chapters. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import SCENE_ASKS, SCENE_OWN, draw_options
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_scenes(Tab, bpy.types.Panel):
    bl_label = "Scenes"
    bl_order = 3

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, (*SCENE_OWN, *SCENE_ASKS))
        layout.operator("assistant_editor.detect_scenes", icon="SCENE_DATA")
        layout.operator("assistant_editor.export_chapters", text="Write Chapters…", icon="EXPORT")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_scenes,)
