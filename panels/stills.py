"""The sidebar's stills and thumbnails: their options, their buttons, and the candidates of the last run. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.stills import ranked
from .main import Tab, fields

ACROSS = 3


class ASSISTANT_EDITOR_PT_stills(Tab, bpy.types.Panel):
    bl_label = "Stills"
    bl_order = 4
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        layout.prop(settings, "stills_folder")
        layout.prop(settings, "still_format")
        if settings.still_format == "jpg":
            layout.prop(settings, "jpeg_quality")
        layout.prop(settings, "contact_sheet")
        layout.prop(settings, "overwrite")
        layout.prop(settings, "per_shot")
        layout.operator("assistant_editor.save_stills", icon="IMAGE_DATA")
        layout.prop(settings, "candidates")
        layout.operator("assistant_editor.thumbnail_candidates", icon="IMAGE_REFERENCE")
        self._ranked(layout)

    def _ranked(self, layout: Any) -> None:
        """The candidates, the best first, each a button that goes to its frame."""
        grid = layout.grid_flow(row_major=True, columns=ACROSS, even_columns=True)
        for place, candidate in enumerate(ranked, 1):
            cell = grid.box().column()
            cell.template_icon(candidate.icon, scale=5.0)
            cell.operator("assistant_editor.go_to_frame", text=f"{place}: {candidate.text}").frame = candidate.frame


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_stills,)
