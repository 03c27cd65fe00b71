"""Measure Loudness (EBU R 128): what the mix is like."""

from __future__ import annotations

from typing import Any

import bpy

from . import levels_desk
from .levels_mix import Listens


class ASSISTANT_EDITOR_OT_measure_loudness(Listens, bpy.types.Operator):
    """Mix the sound down and measure its loudness and true peak. The timeline stays as it is"""

    bl_idname = "assistant_editor.measure_loudness"
    bl_label = "Measure Loudness"
    bl_options = {"REGISTER"}

    def draw(self, context: bpy.types.Context) -> None:
        """Nothing can be chosen."""

    def _replan(self, context: bpy.types.Context) -> set[str]:
        return self._block(context)

    def heard(self, scene: Any, timeline: Any, measured: Any, job: Any) -> set[str]:
        from ..timeline import matching
        from ..timeline.outcome import Outcome

        levels_desk.keep(scene, matching.Report(measured))
        return self._tell(Outcome(self.bl_label, notices=tuple(job.notices), told=f"{matching.shown(measured)}."))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_measure_loudness,)
