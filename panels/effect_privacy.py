"""Privacy in the sidebar: what is covered, and how; what a check still sees, to go through. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.options import draw_options
from ..operators.privacy_options import NAMES
from ..operators.privacy_shelf import shelf
from ..timeline import compat
from .effects import draw_common
from .main import Tab, fields
from .shot_list import short
from .text import columns, lines

LAST = "Do this last, and again after anything that moves pictures: covers stay where they were written. Then look at the film."
WIDE = 60
"""Characters the sidebar must have room for before a row names its strip."""
BORDER = 4
"""Characters a box takes of a line."""
WORDS = {"": "QUESTION", "cover": "CHECKMARK", "visible": "X"}
SAID = {"": "Not decided", "cover": "Will be covered: press Anonymise", "visible": "Stays as it is"}


class ASSISTANT_EDITOR_UL_cover(bpy.types.UIList):
    """When, how sure, and the two marks: cover it too, leave it."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        row = layout.row(align=True)
        row.active = item.word != "visible"
        row.label(text=short(item.shown_in), icon="HIDE_OFF" if item.name else "QUESTION")
        if columns(context) >= WIDE:
            row.label(text=item.name or "In no film strip")
        looks = row.row()
        looks.ui_units_x = 2.6
        looks.alignment = "RIGHT"
        looks.label(text=f"{item.looks} x")
        sure = row.row()
        sure.ui_units_x = 2.4
        sure.alignment = "RIGHT"
        sure.label(text=f"{item.sure:.0%}")
        for word, sign in (("cover", "CHECKMARK"), ("visible", "X")):
            on = item.word == word
            operator = row.operator("assistant_editor.judge_cover", text="", icon=sign, depress=on, emboss=on)
            operator.number, operator.word = item.number, "open" if on else word


class ASSISTANT_EDITOR_PT_effect_privacy(Tab, bpy.types.Panel):
    bl_label = "Privacy"
    bl_parent_id = "ASSISTANT_EDITOR_PT_effects"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        scene, width = compat.edited_scene(context), columns(context)
        draw_options(layout, settings, NAMES)
        draw_common(layout, context, "privacy", "assistant_editor.anonymise")
        if shelf.bare and shelf.bare_in == scene.session_uid:
            box = layout.box()
            box.alert = True
            lines(box, shelf.bare, width - BORDER, "ERROR")
        self._check(layout, context, settings, scene, width)
        lines(layout, LAST, width, "INFO")

    def _check(self, layout: Any, context: Any, settings: Any, scene: Any, width: int) -> None:
        row = layout.row(align=True)
        row.use_property_split = False
        row.operator("assistant_editor.check_cover", icon="VIEWZOOM")
        row.prop(settings, "privacy_every")
        if shelf.scene != scene.session_uid:
            return
        group = context.window_manager.assistant_editor_cover
        if not len(group.rows):
            lines(layout, f"No face is still seen in {shelf.looked} frames. What no network sees, it cannot tell.", width, "CHECKMARK")
            return
        layout.template_list("ASSISTANT_EDITOR_UL_cover", "", group, "rows", group, "active", rows=4)
        if group.active < len(group.rows):
            self._chosen(layout.box(), group.rows[group.active], width)

    def _chosen(self, box: Any, item: Any, width: int) -> None:
        looks = f"{item.looks} look{'s' * (item.looks != 1)}"
        lines(box, f"Frame {item.frame}, {item.sure:.0%} sure, seen at {looks}. {SAID[item.word]}.", width, WORDS[item.word])
        row = box.row(align=True)
        cover = row.operator("assistant_editor.judge_cover", text="Cover This Too", icon="CHECKMARK", depress=item.word == "cover")
        cover.number, cover.word = item.number, "cover"
        leave = row.operator("assistant_editor.judge_cover", text="Not a Face", icon="X", depress=item.word == "visible")
        leave.number, leave.word = item.number, "visible"


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_UL_cover, ASSISTANT_EDITOR_PT_effect_privacy)
"""Lists before the panels that show them."""
