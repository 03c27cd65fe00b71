"""Stabilise: keyframes that undo how the camera shook."""

from typing import Any

import bpy

from . import attach_facts, effect_stage, options, stabilise_options
from .feature import Feature
from .job import JobOperator


def _plan(found: Any, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any, *, stage: Any, timeline: Any) -> Any:
    from ..timeline.planners import stabilise

    return stabilise.plan(found, strips, stabilise_options.stabilising(props), stage, standing.corrections)


FEATURE = Feature(
    "steadiness", attach_facts.choose, stabilise_options.task, _plan, also=(("shots", options.shots_task),), beside=effect_stage.beside
)


class ASSISTANT_EDITOR_OT_stabilise(options.ShotAsks, stabilise_options.StabiliseProps, JobOperator, bpy.types.Operator):
    """Take the shake out of movie strips by keyframes of their position, rotation and scale. No edge of the picture is ever seen"""

    bl_idname = "assistant_editor.stabilise"
    bl_label = "Stabilise"
    features = (FEATURE,)
    live = stabilise_options.LIVE
    asks = ("strips", *options.SHOT_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_stabilise,)
