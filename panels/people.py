"""People in the sidebar: who is seen, how long, in which shots. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.people_shelf import shelf
from ..timeline import compat
from .main import Tab, fields
from .text import columns, lines


class ASSISTANT_EDITOR_UL_people(bpy.types.UIList):
    """A person, how long and how often seen."""

    def draw_item(
        self, context: bpy.types.Context, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str,
        index: int = 0, flag: int = 0,
    ) -> None:  # fmt: skip
        row = layout.split(factor=0.5)
        row.label(text=item.name, icon="USER" if item.named else "COMMUNITY")
        row = row.split(factor=0.72)
        row.label(text=item.shown)
        row.label(text=f"{item.appearances} x")


class ASSISTANT_EDITOR_PT_people(Tab, bpy.types.Panel):
    bl_label = "People"
    bl_order = 3
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        width, scene = columns(context), compat.edited_scene(context)
        shelf.touch()
        layout.prop(settings, "faces_per_second")
        row = layout.row(align=True)
        row.operator("assistant_editor.find_faces", icon="VIEWZOOM")
        row.operator("assistant_editor.list_people", text="", icon="FILE_REFRESH")
        if shelf.scene != scene.session_uid:
            return
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")
        if shelf.faces:
            layout.label(text=f"{shelf.faces} face{'' if shelf.faces == 1 else 's'} found", icon="USER")
        if not shelf.consent:
            lines(layout, "Nobody is known by face. That is off until you switch it on, for this computer.", width)
            layout.operator("assistant_editor.know_people", icon="HIDE_OFF").allow = True
            return
        _known(layout, width)


def _known(layout: Any, width: int) -> None:
    """Everybody who is known, and what can be done about one of them."""
    group = shelf.group
    layout.template_list("ASSISTANT_EDITOR_UL_people", "", group, "rows", group, "active", rows=4)
    chosen = shelf.chosen()
    if chosen is not None:
        row = layout.row(align=True)
        row.operator("assistant_editor.name_person", text="Name…", icon="GREASEPENCIL").person = chosen.name
        row.operator("assistant_editor.merge_people", text="Same As…", icon="AUTOMERGE_ON").person = chosen.name
        row = layout.row(align=True)
        for where, text in (("PLAYHEAD", "Not Here"), ("SELECTED", "Not in Selected")):
            button = row.operator("assistant_editor.split_person", text=text, icon="MOD_PHYSICS" if where == "PLAYHEAD" else "NONE")
            button.person, button.where = chosen.name, where
        row = layout.row(align=True)
        back = row.operator("assistant_editor.step_person", text="", icon="TRIA_LEFT")
        back.person, back.way = chosen.name, "PREVIOUS"
        row.operator("assistant_editor.select_person", text="Select Shots", icon="RESTRICT_SELECT_OFF").person = chosen.name
        row.operator("assistant_editor.step_person", text="", icon="TRIA_RIGHT").person = chosen.name
    if shelf.unknown:
        verb = "is" if shelf.unknown == 1 else "are"
        what = f"{shelf.unknown} of the {shelf.faces} faces {verb}" if shelf.faces > 1 else "The face is"
        lines(layout, f"{what} too small, blurred or turned away to be known.", width)
        layout.operator("assistant_editor.name_face", text="Who Is This…", icon="QUESTION")
    row = layout.row(align=True)
    row.operator("assistant_editor.know_people", text="Switch Off", icon="HIDE_ON").allow = False
    row.operator("assistant_editor.forget_people", icon="TRASH")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_UL_people, ASSISTANT_EDITOR_PT_people)
