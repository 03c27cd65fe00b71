"""Snap Cuts to Beats, Cut to Beats: what an editor asks for once, done to other strips by the beats of the music."""

from typing import Any

import bpy
from bpy.props import BoolProperty

from . import beat_options
from .beat_music import ByMusic
from .job import HIDDEN


class ASSISTANT_EDITOR_OT_snap_to_beats(beat_options.SnapProps, ByMusic, bpy.types.Operator):
    """Move cuts to the nearest beat of the music. Nothing else moves, and no strip shows more than its file has"""

    bl_idname = "assistant_editor.snap_to_beats"
    bl_label = "Snap Cuts to Beats"
    live = beat_options.SNAP_LIVE
    asks = ("strips", "beat_music", *beat_options.BEAT_ASKS)

    dry_run: BoolProperty(name="Dry Run", description="Plan, and write nothing", options=HIDDEN)

    def made(self, layout: Any, ticks: Any, music: Any) -> Any:
        from ..timeline import beat_plan, beat_snap

        frames = [tick.frame for tick in ticks]
        done = beat_snap.snap(layout, frames, self.beat_reach, self.meant(layout, music, fallback=True), music)
        return beat_plan.snapped(done)


class ASSISTANT_EDITOR_OT_cut_to_beats(beat_options.CutProps, ByMusic, bpy.types.Operator):
    """Shorten the selected strips so that they follow each other on beats of the music, in order"""

    bl_idname = "assistant_editor.cut_to_beats"
    bl_label = "Cut to Beats"
    live = beat_options.CUT_LIVE
    asks = ("strips", "beat_music", *beat_options.BEAT_ASKS)
    every_beat = True

    dry_run: BoolProperty(name="Dry Run", description="Plan, and write nothing", options=HIDDEN)

    def made(self, layout: Any, ticks: Any, music: Any) -> Any:
        from ..timeline import beat_cut, beat_plan

        names = self.meant(layout, music, fallback=False)
        return beat_plan.cut(beat_cut.cut_to(layout, ticks, names, beat_options.cutting(self), music))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_snap_to_beats, ASSISTANT_EDITOR_OT_cut_to_beats)
