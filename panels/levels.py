"""Music under speech, and loudness: what is asked, and what was measured last."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.level_options import DUCK_LIVE, LEVEL_LIVE
from ..operators.levels_desk import report_of
from ..operators.options import draw_options
from ..timeline import compat
from .main import Tab, fields
from .text import columns, lines

QUIETEST, LOUDEST = -40.0, 0.0
"""LUFS at the ends of a bar."""
SHOWN = 12
"""Rows of strips at most."""


class ASSISTANT_EDITOR_PT_levels(Tab, bpy.types.Panel):
    bl_label = "Sound Levels"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """What it is for is in the panels below."""


class ASSISTANT_EDITOR_PT_ducking(Tab, bpy.types.Panel):
    bl_label = "Music Under Speech"
    bl_parent_id = "ASSISTANT_EDITOR_PT_levels"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        draw_options(layout, settings, DUCK_LIVE)
        row = layout.row(align=True)
        row.operator("assistant_editor.duck_music", icon="IPO_EASE_IN_OUT")
        row.operator("assistant_editor.clear_levels", text="", icon="LOOP_BACK").what = "duck"


class ASSISTANT_EDITOR_PT_loudness(Tab, bpy.types.Panel):
    bl_label = "Loudness"
    bl_parent_id = "ASSISTANT_EDITOR_PT_levels"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for name in ("loudness_by", *LEVEL_LIVE, "loudness_most"):
            layout.prop(settings, name)
        row = layout.row(align=True)
        row.operator("assistant_editor.measure_loudness", text="Measure", icon="VIEWZOOM")
        row.operator("assistant_editor.match_loudness", icon="PLAY_SOUND")
        row.operator("assistant_editor.clear_levels", text="", icon="LOOP_BACK").what = "level"
        report = report_of(compat.edited_scene(context))
        if report is not None:
            self._measured(layout.box(), columns(context), report)

    def _measured(self, box: Any, width: int, report: Any) -> None:
        from ..timeline import matching

        box.label(text=matching.told(report), icon="SPEAKER")
        for name, measured in (("Before", report.before), ("After", report.after)):
            if measured is not None:
                bar(box, name, measured.integrated, f"{matching.lufs(measured.integrated)}, {matching.decibels(measured.true_peak)} dBTP")
        for told in report.told:
            lines(box, f"{told}.", width, "INFO")
        known = [row for row in report.rows if row.before is not None or row.told]
        for row in known[:SHOWN]:
            gain = f"{'+' if row.gain >= 0 else ''}{matching.decibels(row.gain)} dB"
            text = f"{matching.decibels(row.before)} → {matching.decibels(row.after)} LUFS, {gain}" if row.before is not None else row.told
            bar(box, row.strip, row.after, text)
        if len(known) > SHOWN:
            box.label(text=f"… and {len(known) - SHOWN} more")


def bar(layout: Any, name: str, value: float | None, text: str) -> None:
    """A loudness as a bar, its name before it."""
    split = layout.split(factor=0.25, align=True)
    split.label(text=name)
    filled = 0.0 if value is None else (value - QUIETEST) / (LOUDEST - QUIETEST)
    split.progress(text=text, factor=min(1.0, max(0.0, filled)), type="BAR")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_levels, ASSISTANT_EDITOR_PT_ducking, ASSISTANT_EDITOR_PT_loudness)
