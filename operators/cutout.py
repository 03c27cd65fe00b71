"""Cut Out: a matte film of people or things, made by the worker once, and what is seen behind them."""

from typing import Any

import bpy

from ..ml.errors import CANCELLED, EditorError
from . import cutout_facts, cutout_options, options
from .desk import cancelled
from .feature import Feature
from .job import JobOperator

FEATURE = Feature(
    "shots", cutout_facts.choose, options.shots_task, cutout_facts.plan, also=(("objects", cutout_options.objects_task),),
    beside=cutout_facts.beside,
)  # fmt: skip
MAKING = "mattes"


class ASSISTANT_EDITOR_OT_cut_out(options.ShotAsks, cutout_options.CutoutProps, JobOperator, bpy.types.Operator):
    """Cut people or things out of movie strips: blur or replace what is behind them, or put a text there"""

    bl_idname = "assistant_editor.cut_out"
    bl_label = "Cut Out"
    features = (FEATURE,)
    live = cutout_options.LIVE
    asks = ("strips", *cutout_options.ASKS, *options.SHOT_ASKS)
    _found: Any = None
    _making: Any = ()

    def _start(self, context: bpy.types.Context) -> Any:
        self._found = None
        return super()._start(context)

    def _finish(self, scene: Any, job: Any) -> set[str]:
        """Once it is known what is seen where, the matte films are made: in a second job of the same run."""
        from . import work

        if job.state == "cancelled":
            if self._found is None:
                raise cancelled()
            cutout_facts.tidy(self._making)
            raise EditorError("Cut Out was cancelled.", "Matte films that were done before are whole, and stay.", CANCELLED)
        if self._found is None:
            self._found = work.results(job)
            self._first = job
            self._making = cutout_facts.wanted(scene, self._asked(), self._found, self, job.failures)
            if self._making:
                return self._go_on(scene, [cutout_facts.request(MAKING, self._making)])
        else:
            for failure in job.failures:
                raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        return self._write(scene, self.timeline_of(scene), self._asked(), self._found, self._first)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_cut_out,)
