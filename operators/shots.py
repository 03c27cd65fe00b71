"""Detect Shots: find where new shots begin, and cut, mark or label there."""

from __future__ import annotations

from typing import Any

import bpy

from . import options
from .feature import Feature
from .job import JobOperator


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.seen(timeline, which, names)


def _plan(found: Any, strips: Any, props: Any, standing: Any, rate: Any, origins: Any) -> Any:
    from ..timeline.planners import shots

    return shots.plan(found.get("shots", {}), strips, options.shots_plan(props), standing, rate)


FEATURE = Feature("shots", _choose, options.shots_task, _plan, splits=lambda props: props.write_as in ("cuts", "both"))


class ASSISTANT_EDITOR_OT_detect_shots(options.ShotProps, JobOperator, bpy.types.Operator):
    """Find the shots in movie strips and cut, mark or label them. Sound that belongs to them is cut at the same frames"""

    bl_idname = "assistant_editor.detect_shots"
    bl_label = "Detect Shots"
    features = (FEATURE,)
    live = options.SHOT_LIVE
    asks = ("strips", *options.SHOT_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_detect_shots,)
