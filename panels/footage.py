"""What is known of the shot under the playhead, and what can be done with what is known of all. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators import footage_stills
from ..operators.footage_shelf import shelf
from ..timeline import compat
from .main import Tab, fields
from .text import columns, lines

ICONS = {
    "mood": "LIGHT_SUN", "people": "USER", "objects": "CUBE", "concepts": "OUTLINER_OB_LIGHT", "words": "SPEAKER",
    "size": "FULLSCREEN_ENTER", "movement": "CON_CAMERASOLVER", "place": "WORLD", "quality": "IMAGE_DATA", "flaws": "ERROR",
    "missing": "QUESTION",
}  # fmt: skip
ASKED = {
    "mood": "mood", "people": "person", "objects": "object", "concepts": "concept", "size": "size", "movement": "movement", "flaws": "flaw",
}  # fmt: skip
"""What of a card Select Strips Where asks for by which option."""
BORDER, BUTTON = 4, 9
"""Characters a box, and a box with a button at the right, take of a line."""


class ASSISTANT_EDITOR_PT_footage(Tab, bpy.types.Panel):
    bl_label = "Footage"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        settings = scene.assistant_editor
        shelf.follow(scene)
        row = layout.row(align=True)
        row.label(text="1 shot" if len(shelf.rows) == 1 else f"{len(shelf.rows)} shots")
        row.operator("assistant_editor.refresh_footage", text="", icon="FILE_REFRESH")
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")
        strip = getattr(context, "active_strip", None)
        name = strip.name if strip is not None and strip.select else ""
        layout.row().prop(settings, "footage_card", expand=True)
        chosen = settings.footage_card == "SELECTED"
        number = shelf.of(name, scene.frame_current) if chosen else shelf.at(scene.frame_current, name)
        if number is None:
            lines(layout, "No strip with a shot is selected." if chosen else "No shot is under the playhead.", width)
        else:
            self._card(layout.box().column(), number, width)
        layout.operator_context = "INVOKE_DEFAULT"  # the card's buttons select at once, and the context is the whole panel's
        layout.operator("assistant_editor.select_where", text="Select Strips Where…", icon="RESTRICT_SELECT_OFF")

    def _card(self, layout: Any, number: int, width: int) -> None:
        shot, card = shelf.rows[number], shelf.card(number)
        layout.label(text=f"Shot {shot.number}: {shot.strip}", icon="SEQUENCE")
        picture = footage_stills.icon_of(shot)
        if picture:
            layout.template_icon(picture, scale=7.0)
        else:
            layout.operator("assistant_editor.make_footage_stills", icon="IMAGE_DATA")
        if all(fact.kind == "missing" for fact in card.facts):
            lines(layout, "Log Footage finds out who and what is seen, what is said, how it feels and how good it is.", width, "INFO")
            layout.operator("assistant_editor.log_footage", icon="VIEWZOOM")
        for fact in card.facts:
            row = layout.row(align=True)
            askable = fact.find and fact.kind in ASKED
            lines(row.column(), f"{fact.title}: {fact.text}", width - (BUTTON if askable else BORDER), ICONS[fact.kind])
            if askable:
                row.operator_context = "EXEC_DEFAULT"
                like = row.operator("assistant_editor.select_where", text="", icon="RESTRICT_SELECT_OFF")
                setattr(like, ASKED[fact.kind], fact.find)
            if fact.kind == "mood":
                for reason in card.why:
                    lines(layout, reason, width - BORDER, "BLANK1")


class ASSISTANT_EDITOR_PT_footage_overlay(Tab, bpy.types.Panel):
    bl_label = "On the Timeline"
    bl_parent_id = "ASSISTANT_EDITOR_PT_footage"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header(self, context: bpy.types.Context) -> None:
        self.layout.prop(compat.edited_scene(context).assistant_editor, "footage_overlay", text="")

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        layout.active = settings.footage_overlay
        grid = layout.grid_flow(row_major=True, columns=3, even_columns=True, align=True)
        grid.use_property_split = False
        grid.prop(settings, "footage_lanes")
        layout.row().prop(settings, "footage_place", expand=True)
        layout.prop(settings, "footage_height")
        layout.prop(settings, "footage_ground")


class ASSISTANT_EDITOR_PT_footage_report(Tab, bpy.types.Panel):
    bl_label = "Report"
    bl_parent_id = "ASSISTANT_EDITOR_PT_footage"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for name in ("report_file", "report_stills", "report_plots", "report_overwrite"):
            layout.prop(settings, name)
        layout.operator("assistant_editor.write_report", icon="FILE_TEXT")


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_PT_footage, ASSISTANT_EDITOR_PT_footage_overlay, ASSISTANT_EDITOR_PT_footage_report,
)  # fmt: skip
