"""How captions look: a look by name or one's own, whose captions have it, and at once where Live is on. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.caption_look import TO
from .main import Tab, fields

PARTS = {
    "outline": ("outline_color", "outline_width"),
    "shadow": ("shadow_color",),
    "box": ("box_color", "box_margin"),
}
"""What is behind the letters: whether it is there, and how it is."""


class ASSISTANT_EDITOR_PT_caption_look(Tab, bpy.types.Panel):
    bl_label = "Look"
    bl_parent_id = "ASSISTANT_EDITOR_PT_captions"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        row = layout.row(align=True)
        row.prop(settings, "look")
        row.prop(settings, "live_look", text="", icon="FILE_REFRESH", toggle=True)
        _letters(layout, settings)
        _place(layout, settings)
        _behind(layout, settings)
        column = layout.column(align=True)
        column.prop(settings, "motion")
        part = column.column()
        part.active = settings.motion in ("word", "sweep")
        part.prop(settings, "highlight_color")
        layout.prop(settings, "speaker_colors")
        layout.prop(settings, "clear_of_faces")
        layout.label(text="Give the Look of the Active Strip to")
        row = layout.row(align=True)
        for name, label, _told in TO:
            row.operator("assistant_editor.apply_caption_look", text=label).to = name


def _letters(layout: Any, settings: Any) -> None:
    column = layout.column(align=True)
    column.prop(settings, "font")
    column.prop(settings, "font_size")
    column.prop(settings, "color")
    row = column.row(align=True, heading="Letters")
    for name in ("bold", "italic", "uppercase"):
        row.prop(settings, name, toggle=True)


def _place(layout: Any, settings: Any) -> None:
    column = layout.column(align=True)
    column.prop(settings, "position")
    column.prop(settings, "anchor")
    column.prop(settings, "alignment")


def _behind(layout: Any, settings: Any) -> None:
    for name, values in PARTS.items():
        column = layout.column(align=True)
        column.prop(settings, name)
        part = column.column(align=True)
        part.active = getattr(settings, name)
        for value in values if getattr(settings, name) else ():
            part.prop(settings, value)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_caption_look,)
