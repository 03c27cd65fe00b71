"""Grade: the light and colours of films, by Blender's own modifiers, shot by shot and alike within a scene."""

from typing import Any

import bpy

from ..ml.errors import EditorError
from . import grade_facts, grade_options, options
from .desk import cancelled
from .feature import Feature
from .job import JobOperator

FEATURE = Feature(
    "colours", grade_facts.choose, grade_facts.task, grade_facts.plan,
    also=(("shots", options.shots_task),), beside=grade_facts.beside,
)  # fmt: skip


class ASSISTANT_EDITOR_OT_grade(options.ShotAsks, grade_options.GradeProps, JobOperator, bpy.types.Operator):
    """Set exposure and white balance shot by shot, match colours to a strip or still, or give a look, as modifiers you can change"""

    bl_idname = "assistant_editor.grade"
    bl_label = "Grade"
    features = (FEATURE,)
    live = grade_options.LIVE
    asks = ("strips", *grade_options.ASKS, *options.SHOT_ASKS)
    _first: Any = None

    def _start(self, context: bpy.types.Context) -> Any:
        self._first = None
        return super()._start(context)

    def _finish(self, scene: Any, job: Any) -> set[str]:
        """Once the strips are known, the reference is asked about, and films are painted: in a second job of the same run."""
        from . import work

        if self._first is not None:
            if job.state == "cancelled":
                raise cancelled()
            for failure in job.failures:
                raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
            return super()._finish(scene, self._first)
        if job.state == "cancelled":
            raise cancelled()
        timeline = work.look(scene)
        _named, reference = grade_facts.reference_of(timeline, self)
        more = [reference] if reference is not None and grade_facts.stored(reference) is None else []
        more += grade_facts.to_paint(timeline, self._asked(), self)
        if not more:
            return super()._finish(scene, job)
        self._first = job
        return self._go_on(scene, more)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_grade,)
