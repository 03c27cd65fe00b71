"""Detect Shots: find where new shots begin, and cut, mark or label there."""

from __future__ import annotations

import bpy

from ..timeline import requests
from ..timeline.planners import shots
from . import options
from .feature import Feature
from .job import JobOperator

FEATURE = Feature(
    engine="shots",
    choose=requests.seen,
    task=options.shots_task,
    plan=lambda found, strips, props, standing, rate, origins: shots.plan(
        found.get("shots", {}), strips, options.shots_plan(props), standing, rate
    ),
    splits=lambda props: props.write_as in ("cuts", "both"),
)


class ASSISTANT_EDITOR_OT_detect_shots(options.ShotProps, JobOperator, bpy.types.Operator):
    """Find the shots in movie strips and cut, mark or label them. Sound that belongs to them is cut at the same frames"""

    bl_idname = "assistant_editor.detect_shots"
    bl_label = "Detect Shots"
    features = (FEATURE,)
    live = options.SHOT_LIVE
    asks = ("strips", *options.SHOT_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_detect_shots,)
