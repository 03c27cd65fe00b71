"""The captions' panels: what is asked, and how captions are laid out. Reads only."""

from __future__ import annotations

import bpy

from ..operators.options import draw_options
from ..operators.rule_options import CAPTION_OWN_RULES, CAPTION_RULES
from .main import Tab, fields


class ASSISTANT_EDITOR_PT_captions(Tab, bpy.types.Panel):
    bl_label = "Captions"
    bl_order = 5

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, ("model", "language", "task", "vocabulary"))
        layout.operator("assistant_editor.auto_captions", icon="FILE_TEXT")
        row = layout.row(align=True)
        row.prop_search(settings, "script", bpy.data, "texts", icon="TEXT")
        row.operator("assistant_editor.take_script", text="", icon="FILE_FOLDER")
        row = layout.row(align=True)
        row.operator("assistant_editor.read_subtitles", text="Read Subtitles…", icon="IMPORT")
        row.operator("assistant_editor.write_subtitles", text="Write Subtitles…", icon="EXPORT")
        column = layout.column(align=True)
        column.prop(settings, "captions_on_render")
        if settings.captions_on_render != "burn":
            column.prop(settings, "sidecar_format")


class ASSISTANT_EDITOR_PT_caption_rules(Tab, bpy.types.Panel):
    bl_label = "Engine and Rules"
    bl_parent_id = "ASSISTANT_EDITOR_PT_captions"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for names in (("engine", "align", "align_model", "prompt"), CAPTION_RULES, CAPTION_OWN_RULES):
            column = layout.column(align=True)
            for name in names:
                column.prop(settings, name)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_captions, ASSISTANT_EDITOR_PT_caption_rules)
