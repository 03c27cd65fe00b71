"""Cutting speech in the sidebar: what is looked for, the review list, the chosen removal in full, and Apply. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.filler_options import FILLER_ASKS
from ..operators.options import draw_options
from ..operators.removal_options import APPLY_LIVE
from ..operators.removal_shelf import KINDS, shelf
from ..operators.silence_options import SILENCE_ASKS
from ..operators.speech_search import SEARCHES
from ..timeline import compat
from .main import Tab, fields, unlisted
from .shot_list import short
from .text import TWO_LINES, columns, lines, tall_list, tall_row

WIDE = 60
"""Characters the sidebar must have room for before a row takes one line."""
ICONS = {"silence": "MUTE_IPO_OFF", "filler": "OUTLINER_OB_SPEAKER", "repeat": "FILE_REFRESH", "take": "RENDERLAYERS", "text": "FILE_TEXT"}
VERDICTS = {"open": "BLANK1", "accepted": "CHECKMARK", "rejected": "X"}


class ASSISTANT_EDITOR_UL_removals(bpy.types.UIList):
    """What, when, how long and how sure; the two marks accept and reject."""

    def draw_item(
        self, context: Any, layout: Any, data: Any, item: Any, icon: int, active_data: Any, active_property: str, index: int = 0
    ) -> None:
        narrow = columns(context) < WIDE
        told = tall_row(layout, TWO_LINES if narrow else 1.0).column(align=True)
        told.scale_y = 0.9 if narrow else 1.0
        first = told.row(align=True)
        first.active = item.verdict != "rejected"
        when = first.row()
        when.ui_units_x = 5.2
        when.label(text=short(item.shown_in), icon=ICONS[item.kind])
        what = item.text or KINDS[item.kind]
        if not narrow:
            first.label(text=f"{item.before}  [{what}]  {item.after}")
        length = first.row()
        length.ui_units_x = 3.0
        length.alignment = "RIGHT"
        length.label(text=item.shown_length + ("*" if item.trimmed else ""))
        sure = first.row()
        sure.ui_units_x = 2.2
        sure.alignment = "RIGHT"
        sure.label(text=f"{item.confidence:.0%}")
        for verdict, sign in (("accepted", "CHECKMARK"), ("rejected", "X")):
            on = item.verdict == verdict
            operator = first.operator("assistant_editor.judge_removal", text="", icon=sign, depress=on, emboss=on)
            operator.number, operator.verdict = item.number, "open" if on else verdict
        if narrow:
            around = told.row()
            around.active = item.verdict != "rejected"
            around.label(text=item.shown, icon="BLANK1")

    def filter_items(self, context: Any, data: Any, propname: str) -> tuple[list[int], list[int]]:
        rows, needle = getattr(data, propname), self.filter_name.lower()
        if not needle and data.show == "ALL":
            return [], []
        wanted = data.show.lower()

        def kept(row: Any) -> bool:
            said = f"{row.before} {row.text} {row.after} {row.kind}".lower()
            return (wanted == "all" or row.verdict == wanted) and (not needle or needle in said)

        return [self.bitflag_filter_item if kept(row) else 0 for row in rows], []


class ASSISTANT_EDITOR_PT_removals(Tab, bpy.types.Panel):
    bl_label = "Cut Speech"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, scene, width = self.layout, compat.edited_scene(context), columns(context)
        group = context.window_manager.assistant_editor_removals
        shelf.touch()
        row = layout.row(align=True)
        for name in SEARCHES:
            row.operator(f"assistant_editor.find_{name}", text=name.capitalize(), icon="VIEWZOOM")
        if unlisted(layout, shelf, scene, "assistant_editor.refresh_removals", "List What Is Proposed in This Scene"):
            return
        self._state(layout, width)
        if not len(group.rows):
            return
        layout.prop(group, "show", expand=True)
        tall_list(layout, TWO_LINES if width < WIDE else 1.0, "ASSISTANT_EDITOR_UL_removals", group, 6 if width < WIDE else 8)
        self._steps(layout, scene.assistant_editor)
        chosen = shelf.chosen()
        if chosen is not None:
            self._chosen(layout.box(), group, group.rows[group.active], width)
        self._apply(layout)

    def _state(self, layout: Any, width: int) -> None:
        row = layout.row()
        if shelf.stale:
            row.label(text="The list is out of date", icon="ERROR")
        elif shelf.rows:
            row.label(text=f"{shelf.counts['open']} open, {shelf.counts['accepted']} accepted, {shelf.counts['rejected']} rejected")
        else:
            row.label(text="Nothing is proposed")
        row.operator("assistant_editor.refresh_removals", text="", icon="FILE_REFRESH")
        if shelf.note:
            lines(layout, shelf.note, width, "INFO")

    def _steps(self, layout: Any, settings: Any) -> None:
        row = layout.row(align=True)
        row.operator("assistant_editor.step_removal", text="", icon="TRIA_LEFT").way = "PREVIOUS"
        row.operator("assistant_editor.step_removal", text="Next Open").way = "NEXT"
        row.operator("assistant_editor.step_removal", text="", icon="TRIA_RIGHT").way = "NEXT"
        row.operator("assistant_editor.mark_removals", text="", icon="MARKER")
        row.prop(settings, "removal_overlay", text="", icon="OVERLAY")
        row = layout.row(align=True)
        row.operator("assistant_editor.accept_removals", text="Accept All Above", icon="CHECKMARK")
        row.prop(settings, "accept_line", text="")
        row.operator("assistant_editor.reject_removals", text="", icon="X")

    def _chosen(self, box: Any, group: Any, item: Any, width: int) -> None:
        what = f"“{item.text}”" if item.text else KINDS[item.kind]
        lines(box, f"{item.number}: {what}, {item.shown_in}, {item.shown_length}, {item.confidence:.0%} sure", width, ICONS[item.kind])
        lines(box, f"{item.reason[:1].upper()}{item.reason[1:]}.".replace("..", "."), width)
        if item.before or item.after:
            lines(box, f"… {item.before} [{what}] {item.after} …", width)
        row = box.row(align=True)
        for verdict, text, sign in (("accepted", "Accept", "CHECKMARK"), ("rejected", "Reject", "X")):
            operator = row.operator("assistant_editor.judge_removal", text=text, icon=sign, depress=item.verdict == verdict)
            operator.verdict = "open" if item.verdict == verdict else verdict
        row.operator("assistant_editor.play_removal", text="Play Around", icon="PLAY")
        if item.kind == "take":
            box.operator("assistant_editor.use_take", icon="SOLO_ON")
        for name in ("frame_in", "frame_out"):
            row = box.row(align=True)
            row.prop(group, name)
            for by, sign in ((-1, "TRIA_LEFT"), (1, "TRIA_RIGHT")):
                operator = row.operator("assistant_editor.trim_removal", text="", icon=sign)
                setattr(operator, "first" if name == "frame_in" else "last", by)

    def _apply(self, layout: Any) -> None:
        column = layout.column(align=True)
        column.label(text=f"Accepted: {shelf.accepted} saved, of {shelf.whole}", icon="TIME")
        row, count = column.row(), shelf.counts["accepted"]
        row.enabled, row.scale_y = count > 0, 1.4
        row.operator("assistant_editor.apply_removals", text=f"Apply {count} Removal{'s' * (count != 1)}", icon="CHECKMARK")


class Options(Tab):
    """A closed sub-panel of options."""

    bl_parent_id = "ASSISTANT_EDITOR_PT_removals"
    bl_options = {"DEFAULT_CLOSED"}
    names: tuple[str, ...] = ()

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, self.names)


class ASSISTANT_EDITOR_PT_silences(Options, bpy.types.Panel):
    bl_label = "Silences"
    names = (*SILENCE_ASKS, *SEARCHES["silences"].live)


class ASSISTANT_EDITOR_PT_fillers(Options, bpy.types.Panel):
    bl_label = "Fillers"
    names = (*FILLER_ASKS, *SEARCHES["fillers"].live)


class ASSISTANT_EDITOR_PT_takes(Options, bpy.types.Panel):
    bl_label = "Takes"
    names = SEARCHES["takes"].live


class ASSISTANT_EDITOR_PT_apply_removals(Options, bpy.types.Panel):
    bl_label = "When Applied"
    names = (*APPLY_LIVE, "around_seconds")


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_UL_removals, ASSISTANT_EDITOR_PT_removals, ASSISTANT_EDITOR_PT_silences, ASSISTANT_EDITOR_PT_fillers,
    ASSISTANT_EDITOR_PT_takes, ASSISTANT_EDITOR_PT_apply_removals,
)  # fmt: skip
