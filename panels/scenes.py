"""The sidebar's scenes: their options, their button, and their chapters. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import SCENE_ASKS, SCENE_OWN, draw_options
from ..timeline import compat
from .main import Tab


class ASSISTANT_EDITOR_PT_scenes(Tab, bpy.types.Panel):
    bl_label = "Scenes"
    bl_order = 3

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene = self.layout, compat.edited_scene(context)
        layout.use_property_split, layout.use_property_decorate = True, False
        draw_options(layout, scene.assistant_editor, (*SCENE_OWN, *SCENE_ASKS))
        layout.operator("assistant_editor.detect_scenes", icon="SCENE_DATA")
        layout.operator("assistant_editor.export_chapters", text="Write Chapters…", icon="EXPORT")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_scenes,)
