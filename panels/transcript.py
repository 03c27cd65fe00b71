"""What is said, as lines: searched, picked from, cut, moved; and the same as a text. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.text_options import TEXT_LIVE
from ..operators.transcript_shelf import shelf
from ..timeline import compat
from .main import Tab, unlisted
from .shot_list import short
from .text import columns, lines

WIDE = 60
"""Characters the sidebar must have room for before a row tells frames too."""
SPLIT = 32
"""From how many on names stand beside their fields."""
MOST = 60
"""Words of a line that can be picked."""
TOLD = 12
"""Notices shown of a check."""


class ASSISTANT_EDITOR_UL_transcript(bpy.types.UIList):
    """When and what; who, where that is known."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        row = layout.row(align=True)
        when = row.row()
        when.ui_units_x = 3.2 if columns(context) < WIDE else 4.6
        when.label(text=item.shown_in[3:8] if columns(context) < WIDE else short(item.shown_in))
        row.label(text=f"{item.speaker}: {item.text}" if item.speaker else item.text, icon="VIEWZOOM" if item.hits else "NONE")

    def draw_filter(self, context: Any, layout: Any) -> None:
        """What is searched is above the list."""

    def filter_items(self, context: Any, data: Any, propname: str) -> tuple[list[int], list[int]]:
        return shelf.kept(self.bitflag_filter_item), []


class ASSISTANT_EDITOR_PT_transcript(Tab, bpy.types.Panel):
    bl_label = "Transcript"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        group = context.window_manager.assistant_editor_transcript
        shelf.touch()
        if unlisted(layout, shelf, scene, "assistant_editor.refresh_transcript", "List What Is Said in This Scene"):
            return
        self._state(layout, width)
        if not len(group.rows):
            return
        self._search(layout, group)
        layout.template_list("ASSISTANT_EDITOR_UL_transcript", "", group, "rows", group, "active", rows=8)
        row = shelf.chosen_listed()
        if row is not None:
            self._words(layout.box(), context, row, width)

    def _state(self, layout: Any, width: int) -> None:
        row = layout.row(align=True)
        if shelf.stale:
            row.label(text="The list is out of date", icon="ERROR")
        else:
            count = len(shelf.rows)
            row.label(text="1 line" if count == 1 else f"{count} lines")
        row.operator("assistant_editor.refresh_transcript", text="", icon="FILE_REFRESH")
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")
            layout.operator("assistant_editor.transcribe", icon="OUTLINER_DATA_SPEAKER")

    def _search(self, layout: Any, group: Any) -> None:
        row = layout.row(align=True)
        row.prop(group, "search", text="", icon="VIEWZOOM")
        if group.search.strip():
            row.operator("assistant_editor.step_hit", text="", icon="TRIA_LEFT").way = "PREVIOUS"
            row.operator("assistant_editor.step_hit", text=f"{len(shelf.hits)} found", icon="TRIA_RIGHT").way = "NEXT"

    def _words(self, box: Any, context: Any, row: Any, width: int) -> None:
        """The words of the chosen line, to be picked; what can be done with those that are."""
        first, last = shelf.picked() or (0, 0)
        picked = shelf.group.first >= 0
        flow = box.column(align=True)
        line, used = flow.row(align=True), 0
        line.alignment = "LEFT"
        for number, word in enumerate(row.line.words[:MOST], row.first):
            taken = len(word.text) + 5
            if used and used + taken > width:
                line, used = flow.row(align=True), 0
                line.alignment = "LEFT"
            used += taken
            on = picked and first <= number < last
            cell = line.row(align=True)
            cell.alert = number in shelf.hit_words and not on
            cell.operator("assistant_editor.pick_word", text=word.text, depress=on).word = number
        self._meant(box, first, last, picked, width)
        grid = box.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        grid.operator("assistant_editor.cut_words", text="Cut", icon="X")
        grid.operator("assistant_editor.keep_words", text="Keep Only", icon="FILTER")
        grid.operator("assistant_editor.mark_words", text="Mark", icon="MARKER_HLT").kind = "MARKER"
        grid.operator("assistant_editor.mark_words", text="Highlight", icon="STICKY_UVS_LOC").kind = "HIGHLIGHT"
        moves = box.row(align=True)
        away = picked and not (row.first < last and first < row.last)
        for where, text in (("BEFORE", "Before Line"), ("AFTER", "After Line")):
            one = moves.row(align=True)
            one.enabled = away
            one.operator("assistant_editor.move_words", text=text).where = where
        moves.operator("assistant_editor.move_words", text="To Playhead").where = "PLAYHEAD"

    def _meant(self, box: Any, first: int, last: int, picked: bool, width: int) -> None:
        words = shelf.known.spoken.words[first:last] if shelf.known is not None else ()
        if words:
            length = float((max(word.end for word in words) - min(word.start for word in words)) / shelf.known.spoken.rate)
            what = f"{len(words)} {'word' if len(words) == 1 else 'words'} picked" if picked else "The whole line"
            shown = f": “{words[0].text} … {words[-1].text}”" if picked and len(words) > 1 else f": “{words[0].text}”" if picked else ""
            lines(box, f"{what}{shown}, {length:.1f} s", width)


class ASSISTANT_EDITOR_PT_supercut(Tab, bpy.types.Panel):
    bl_label = "New Sequence"
    bl_parent_id = "ASSISTANT_EDITOR_PT_transcript"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene = self.layout, compat.edited_scene(context)
        settings, hits = scene.assistant_editor, shelf.hits if shelf.scene == scene.session_uid else ()
        layout.use_property_split, layout.use_property_decorate = True, False
        layout.prop(settings, "handles")
        layout.prop(settings, "everything")
        row = layout.row()
        row.enabled = bool(hits)
        row.operator("assistant_editor.super_cut", text=f"Of All Hits ({len(hits)})", icon="SEQUENCE").what = "HITS"
        layout.operator("assistant_editor.super_cut", text="Of Highlights", icon="SEQUENCE").what = "HIGHLIGHTS"


def draw_text_buttons(layout: Any, scene: Any, width: int) -> None:
    """The transcript as a text: make it, tell what its edits would do, apply them."""
    settings = scene.assistant_editor
    layout.use_property_split, layout.use_property_decorate = width >= SPLIT, False
    narrow = width < SPLIT
    layout.operator("assistant_editor.transcript_to_text", text="Make Text" if narrow else "Transcript to Text", icon="TEXT")
    row = layout.column(align=True) if narrow else layout.row(align=True)
    row.operator("assistant_editor.check_text", icon="VIEWZOOM")
    row.operator("assistant_editor.apply_text", icon="CHECKMARK")
    checked = shelf.checked
    if checked is not None and shelf.scene in (0, scene.session_uid):
        box = layout.box()
        lines(box, f"{checked.line[:1].upper()}{checked.line[1:]}.", width, "NONE" if narrow else "INFO")
        for notice in checked.notices[:TOLD]:
            lines(box, notice, width, "NONE" if narrow else "DOT")
        if len(checked.notices) > TOLD:
            lines(box, f"And {len(checked.notices) - TOLD} more.", width)
    column = layout.column(align=narrow)
    for name in TEXT_LIVE:
        option = settings.bl_rna.properties[name]
        if narrow and option.type != "BOOLEAN":
            column.label(text=option.name)
            column.prop(settings, name, text="")
        else:
            column.prop(settings, name)


class ASSISTANT_EDITOR_PT_edit_by_text(Tab, bpy.types.Panel):
    bl_label = "Edit as Text"
    bl_parent_id = "ASSISTANT_EDITOR_PT_transcript"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        draw_text_buttons(self.layout, compat.edited_scene(context), columns(context))


class ASSISTANT_EDITOR_PT_text_editor(bpy.types.Panel):
    """The same beside the text itself."""

    bl_space_type = "TEXT_EDITOR"
    bl_region_type = "UI"
    bl_category = "Assistant"
    bl_label = "Edit by Text"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def draw(self, context: bpy.types.Context) -> None:
        draw_text_buttons(self.layout, compat.edited_scene(context), columns(context, 10, 7))


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_UL_transcript,
    ASSISTANT_EDITOR_PT_transcript,
    ASSISTANT_EDITOR_PT_supercut,
    ASSISTANT_EDITOR_PT_edit_by_text,
    ASSISTANT_EDITOR_PT_text_editor,
)
