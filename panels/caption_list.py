"""The caption list in the sidebar: a row a caption, the chosen one in full below, and what can be done with it. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.caption_list_options import CAPTION_LIST_LIVE
from ..operators.caption_shelf import LINES, shelf
from ..timeline import compat
from .main import Tab, unlisted
from .shot_list import short
from .text import TWO_LINES, columns, lines, tall_list, tall_row

WIDE = 60
"""Characters the sidebar must have room for before a row takes one line."""
ICONS = {"caption": "FILE_TEXT", "translation": "WORLD", "sound": "SOUND", "own": "USER"}
MOST = 12
"""Flaws told of one caption."""


class ASSISTANT_EDITOR_UL_captions(bpy.types.UIList):
    """When, what, characters a second, and whether there is something to look at. A double click edits the text."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        narrow = columns(context) < WIDE
        told = tall_row(layout, TWO_LINES if narrow else 1.0).column(align=True)
        told.scale_y = 0.9 if narrow else 1.0
        first = told.row(align=True)
        icon_of_kind = ICONS.get(item.kind, "BLANK1")
        if narrow:
            first.label(text=f"{short(item.shown_in)}  {item.speaker}", icon=icon_of_kind)
            told.prop(item, "shown", text="", emboss=False)
        else:
            when = first.row()
            when.ui_units_x = 4.6
            when.label(text=short(item.shown_in), icon=icon_of_kind)
            first.prop(item, "shown", text="", emboss=False)
        speed = first.row()
        speed.ui_units_x = 2.2
        speed.alignment = "RIGHT"
        speed.label(text=f"{item.speed:.1f}")
        flaw = first.row()
        flaw.ui_units_x = 1.1
        flaw.alert = item.problems > 0
        flaw.label(text="", icon="ERROR" if item.problems else "QUESTION" if item.doubtful else "SYNTAX_ON" if item.misspelt else "BLANK1")

    def draw_filter(self, context: Any, layout: Any) -> None:
        """What is searched is above the list."""

    def filter_items(self, context: Any, data: Any, propname: str) -> tuple[list[int], list[int]]:
        return shelf.kept(data.search, data.show, self.bitflag_filter_item), []


class ASSISTANT_EDITOR_PT_caption_list(Tab, bpy.types.Panel):
    bl_label = "Caption List"
    bl_order = 5

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        group = context.window_manager.assistant_editor_captions
        shelf.touch()
        if unlisted(layout, shelf, scene, "assistant_editor.refresh_captions", "List the Captions of This Scene"):
            return
        self._state(layout, width)
        if not len(group.rows):
            return
        row = layout.row(align=True)
        row.prop(group, "search", text="", icon="VIEWZOOM")
        row.prop(group, "show", text="")
        tall_list(layout, TWO_LINES if width < WIDE else 1.0, "ASSISTANT_EDITOR_UL_captions", group, 6 if width < WIDE else 8)
        row = layout.row(align=True)
        row.operator("assistant_editor.step_caption", text="", icon="TRIA_LEFT").way = "PREVIOUS"
        for what, count, text in (("PROBLEM", "problems", "Problem"), ("DOUBT", "doubtful", "Doubt")):
            row.operator("assistant_editor.step_caption", text=f"Next {text} ({shelf.counts[count]})").what = what
        row.operator("assistant_editor.step_caption", text="", icon="TRIA_RIGHT").way = "NEXT"
        chosen = shelf.chosen()
        if chosen is not None:
            self._chosen(layout.box(), group, chosen, width)

    def _state(self, layout: Any, width: int) -> None:
        row = layout.row()
        if shelf.stale:
            row.label(text="The list is out of date", icon="ERROR")
        else:
            count = len(shelf.rows)
            row.label(text="1 caption" if count == 1 else f"{count} captions")
        row.operator("assistant_editor.refresh_captions", text="", icon="FILE_REFRESH")
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")

    def _chosen(self, box: Any, group: Any, chosen: Any, width: int) -> None:
        column = box.column(align=True)
        column.enabled = not chosen.held
        count = chosen.text.count("\n") + 1
        for name in LINES[: min(len(LINES), count + 1)]:
            column.prop(group, name, text="")
        speaker = f"{chosen.speaker}: " if chosen.speaker else ""
        counts = f"{speaker}{chosen.characters} characters, {chosen.speed:g} a second, {chosen.frames.length} frames"
        lines(box, counts, width)
        if chosen.held:
            lines(box, f"{chosen.held[0].upper()}{chosen.held[1:]}.", width, "LOCKED")
        self._flaws(box, chosen, width)
        grid = box.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        grid.operator("assistant_editor.split_caption", text="Split at Playhead", icon="MOD_EDGESPLIT")
        grid.menu("ASSISTANT_EDITOR_MT_split_caption", text="Split at Word", icon="MOD_EDGESPLIT")
        grid.operator("assistant_editor.merge_captions", text="Merge with Next", icon="AUTOMERGE_ON")
        grid.operator("assistant_editor.delete_captions", text="Delete", icon="X").which = "CHOSEN"

    def _flaws(self, box: Any, chosen: Any, width: int) -> None:
        for flaw in chosen.flaws[:MOST]:
            lines(box, f"{flaw[0].upper()}{flaw[1:]}.", width, "ERROR")
        if len(chosen.flaws) > MOST:
            lines(box, f"And {len(chosen.flaws) - MOST} more.", width)
        if chosen.doubtful:
            box.operator("assistant_editor.accept_words", icon="CHECKMARK").strip = chosen.name
        for word in chosen.misspelt[:MOST]:
            box.operator("assistant_editor.add_word", text=f"Add “{word}” to Dictionary", icon="ADD").word = word


class ASSISTANT_EDITOR_MT_split_caption(bpy.types.Menu):
    """The chosen caption's words, each but the first a place to split it."""

    bl_label = "Split Before"

    def draw(self, context: bpy.types.Context) -> None:
        chosen = shelf.chosen()
        words = [word.text.strip() for word in chosen.words] if chosen is not None else []
        for number, word in enumerate(words[:60]):
            if number:
                operator = self.layout.operator("assistant_editor.split_caption", text=f"{words[number - 1]}  |  {word}")
                operator.strip, operator.word = chosen.name, number
        if len(words) < 2:
            self.layout.label(text="Nobody knows when its words are said: split it at the playhead")


class ASSISTANT_EDITOR_PT_captions_many(Tab, bpy.types.Panel):
    bl_label = "Replace, Shift, Spelling"
    bl_parent_id = "ASSISTANT_EDITOR_PT_caption_list"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = self.layout, compat.edited_scene(context).assistant_editor
        group, width = context.window_manager.assistant_editor_captions, columns(context)
        column = layout.column(align=True)
        column.prop(group, "find", text="", icon="VIEWZOOM", placeholder="Find")
        column.prop(group, "replace", text="", icon="GREASEPENCIL", placeholder="Replace with")
        row = column.row(align=True)
        for name, text in (("case", "Case"), ("whole", "Whole"), ("regex", "Regex")):
            row.prop(group, name, text=text, toggle=True)
        if shelf.found:
            lines(layout, shelf.found, width, "INFO")
        row = layout.row(align=True)
        row.operator("assistant_editor.replace_in_captions", text="Replace All")
        row.operator("assistant_editor.replace_in_captions", text="In the Chosen").chosen = True
        layout.separator()
        layout.prop(group, "by")
        row = layout.row(align=True)
        for which, text in (("SELECTED", "Shift Selected"), ("AFTER", "Shift from Here On")):
            operator = row.operator("assistant_editor.shift_captions", text=text)
            operator.which, operator.frames = which, group.by
        layout.separator()
        layout.use_property_split, layout.use_property_decorate = True, False
        for name in CAPTION_LIST_LIVE:
            if name != "dictionary" or settings.spell_check:
                layout.prop(settings, name)


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_UL_captions,
    ASSISTANT_EDITOR_MT_split_caption,
    ASSISTANT_EDITOR_PT_caption_list,
    ASSISTANT_EDITOR_PT_captions_many,
)
