"""Music in the sidebar: its tempo and beats, cuts moved to them, strips cut to them. Reads only."""

from __future__ import annotations

from typing import Any

import bpy

from ..operators.beat_desk import shown
from ..operators.beat_options import BEAT_ASKS, CUT_LIVE, FIND_LIVE
from ..operators.options import draw_options
from ..timeline import compat
from .main import Tab, fields
from .text import columns, lines

UNSURE = 0.5
"""Bars that are less sure are said to be."""


class ASSISTANT_EDITOR_PT_beats(Tab, bpy.types.Panel):
    bl_label = "Beats"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        for name in BEAT_ASKS:
            layout.prop(settings, name)
        draw_options(layout, settings, FIND_LIVE)
        layout.operator("assistant_editor.find_beats", icon="MARKER_HLT")
        if shown.music and shown.scene == compat.edited_scene(context).session_uid:
            self._heard(layout.box(), columns(context))

    def _heard(self, box: Any, width: int) -> None:
        for music in shown.music:
            row = box.row()
            row.label(text=music.strip, icon="SOUND")
            row.label(text=f"{music.tempo:.1f} BPM" if music.beats else "No beats")
            if music.beats:
                lines(box, f"{music.beats} beats, {music.confidence:.0%} sure", width)
            if music.meter:
                doubt = ": listen, and set Bars Begin Later" if music.bar_confidence < UNSURE else ""
                lines(box, f"Bars of {music.meter}, {music.bar_confidence:.0%} sure{doubt}", width)
        if shown.icon:
            box.template_icon(shown.icon, scale=5.0)


class ASSISTANT_EDITOR_PT_beat_cuts(Tab, bpy.types.Panel):
    bl_label = "Cut to Music"
    bl_parent_id = "ASSISTANT_EDITOR_PT_beats"

    def draw(self, context: bpy.types.Context) -> None:
        layout, settings = fields(self, context)
        sequence = compat.open_sequence(compat.edited_scene(context))
        if sequence is not None:
            layout.prop_search(settings, "beat_music", sequence, "strips", icon="SOUND")
        layout.prop(settings, "beat_reach")
        layout.operator("assistant_editor.snap_to_beats", icon="SNAP_ON")
        layout.separator()
        for name in CUT_LIVE[:4]:
            layout.prop(settings, name)
        layout.operator("assistant_editor.cut_to_beats", icon="MOD_BUILD")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_PT_beats, ASSISTANT_EDITOR_PT_beat_cuts)
