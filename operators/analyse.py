"""Analyse: find out everything now and change nothing, so that later runs are instant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy

from . import caption_options, captions, options, shots
from .job import JobOperator


class ASSISTANT_EDITOR_OT_analyse(options.ShotAsks, caption_options.CaptionAsks, JobOperator, bpy.types.Operator):
    """Find shots and words and keep them for later. The timeline stays as it is"""

    bl_idname = "assistant_editor.analyse"
    bl_label = "Analyse"
    bl_options = {"REGISTER"}
    features = (replace(shots.FEATURE, splits=lambda props: False), captions.FEATURE)
    asks = ("strips", *options.SHOT_ASKS, *caption_options.CAPTION_ASKS)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline.outcome import Outcome
        from . import work

        paths = {strip.medium: strip.path for strip in timeline.strips}
        failed, absent = work.sorted_out(job.failures if job else ())
        notices = (*asked.left_out, *failed, *absent, *(job.notices if job else ()))
        return self._tell(Outcome(self.bl_label, facts=work.facts_of(found, paths), notices=notices, partial=bool(failed)))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_analyse,)
