"""The shot list in the sidebar: a row a shot, the chosen one in full below, and what can be done with it. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators import pictures
from ..operators.options import LIST_LIVE
from ..operators.shelf import shelf, touch
from ..timeline import compat
from .main import Tab, fields, unlisted
from .text import PICTURE_ROW, TWO_LINES, columns, lines, tall_list, tall_row

WIDE = 90
"""Characters the sidebar must have room for before a row takes one line."""
NO_PICTURE = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items["IMAGE_DATA"].value
ICONS = {"start": "TRACKING_FORWARDS_SINGLE", "cut": "SNAP_MIDPOINT", "found": "MARKER", "candidate": "QUESTION"}


def short(timecode: str) -> str:
    """Without its hours where there are none."""
    return timecode.removeprefix("00:")


def _height(width: int) -> float:
    """How tall a row is, in buttons."""
    return PICTURE_ROW if pictures.any_there() else TWO_LINES if width < WIDE else 1.0


class ASSISTANT_EDITOR_UL_shots(bpy.types.UIList):
    """Picture, number, in, out and confidence; length, transition and scene below them, or beside them where there is room."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        row = tall_row(layout, _height(columns(context)))
        row.active = item.number > 0
        picture = pictures.icon_of(shelf.rows[index]) if index < len(shelf.rows) else 0
        if pictures.any_there():
            row.column().template_icon(picture or NO_PICTURE, scale=PICTURE_ROW)
        told = row.column(align=True)
        told.scale_y = 0.9
        first = told.row(align=True)
        number = first.row()
        number.ui_units_x = 4.2
        number.label(text=f"{item.number:03}" if item.number else "?", icon=ICONS[item.state])
        first.label(text=f"{short(item.shown_in)} - {short(item.shown_out)}")
        sure = first.row()
        sure.ui_units_x = 4.6
        sure.alert = item.uncertain
        sure.label(text=f"{item.confidence:.0%}", icon="QUESTION" if item.uncertain else "BLANK1")
        more = ",  ".join(text for text in (short(item.shown_length), item.transition, item.scene) if text)
        (told.row() if columns(context) < WIDE else first).label(text=more, icon="BLANK1")

    def filter_items(self, context: Any, data: Any, propname: str) -> tuple[list[int], list[int]]:
        rows = getattr(data, propname)
        helpers = bpy.types.UI_UL_list
        shown = helpers.filter_items_by_name(self.filter_name, self.bitflag_filter_item, rows, "name") if self.filter_name else []
        if not data.uncertain_only:
            return shown, []
        shown = [(kept if row.uncertain else 0) for row, kept in zip(rows, shown or [self.bitflag_filter_item] * len(rows), strict=True)]
        return shown, helpers.sort_items_helper([(n, row.order or len(rows) + 1) for n, row in enumerate(rows)], key=lambda pair: pair[1])


class ASSISTANT_EDITOR_PT_shot_list(Tab, bpy.types.Panel):
    bl_label = "Shot List"
    bl_order = 2

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        group = context.window_manager.assistant_editor_shots
        touch()
        if unlisted(layout, shelf, scene, "assistant_editor.refresh_shots", "List the Shots of This Scene"):
            return
        self._state(context, layout, width)
        if not len(group.rows):
            return
        tall_list(layout, _height(width), "ASSISTANT_EDITOR_UL_shots", group, 5)
        row = layout.row(align=True)
        row.operator("assistant_editor.step_uncertain", text="", icon="TRIA_LEFT").way = "PREVIOUS"
        row.operator("assistant_editor.step_uncertain", text=f"{sum(item.uncertain for item in group.rows)} Uncertain").way = "NEXT"
        row.operator("assistant_editor.step_uncertain", text="", icon="TRIA_RIGHT").way = "NEXT"
        row.prop(group, "uncertain_only", text="", icon="FILTER")
        if group.active < len(group.rows):
            self._chosen(layout, group.rows[group.active], width)

    def _state(self, context: Any, layout: Any, width: int) -> None:
        row = layout.row()
        if shelf.stale:
            row.label(text="The list is out of date", icon="ERROR")
        else:
            count = sum(item.number > 0 for item in context.window_manager.assistant_editor_shots.rows)
            row.label(text="1 shot" if count == 1 else f"{count} shots")
        row.operator("assistant_editor.refresh_shots", text="", icon="FILE_REFRESH")
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")

    def _chosen(self, layout: Any, item: Any, width: int) -> None:
        box = layout.box()
        what = f"Shot {item.number}" if item.number else "Candidate"
        scene = f", {item.scene}" if item.scene else ""
        lines(box, f"{what}: {item.shown_in} to {item.shown_out}, {item.frame_out - item.frame_in} frames{scene}", width)
        lines(box, f"{item.name}: {item.transition or 'the strip begins'}, {item.confidence:.0%} sure", width)
        grid = box.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        if item.state != "start":
            grid.operator("assistant_editor.accept_boundary", text="Accept", icon="CHECKMARK")
            grid.operator("assistant_editor.refuse_boundary", text="Refuse", icon="X")
        grid.operator("assistant_editor.merge_shots", icon="AUTOMERGE_ON")
        grid.operator("assistant_editor.split_shot", icon="MOD_EDGESPLIT")
        box.operator("assistant_editor.redetect_shots", icon="VIEWZOOM")


class ASSISTANT_EDITOR_PT_shot_list_more(Tab, bpy.types.Panel):
    bl_label = "Doubt, Pictures, Export"
    bl_parent_id = "ASSISTANT_EDITOR_PT_shot_list"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for name in LIST_LIVE:
            layout.prop(settings, name)
        layout.operator("assistant_editor.show_pictures", icon="IMAGE_DATA")
        row = layout.row(align=True)
        row.operator("assistant_editor.export_shot_csv", text="Write CSV…", icon="EXPORT")
        row.operator("assistant_editor.export_edl", text="Write EDL…", icon="EXPORT")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_UL_shots, ASSISTANT_EDITOR_PT_shot_list, ASSISTANT_EDITOR_PT_shot_list_more)
