"""Detect Scenes: find the shots, and which of them belong together by place, people and time."""

from __future__ import annotations

from typing import Any

import bpy

from . import caption_options, options
from .feature import Feature
from .job import JobOperator


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.seen(timeline, which, names)


def _plan(found: Any, strips: Any, props: Any, standing: Any, rate: Any, origins: Any) -> Any:
    from ..timeline.planners import scenes

    known = scenes.Evidence(*(found.get(engine, {}) for engine in ("shots", "looks", "ambience", "transcript")))
    return scenes.plan(known, strips, options.scenes_plan(props), standing, rate)


FEATURE = Feature(
    "shots", _choose, options.shots_task, _plan,
    splits=lambda props: props.write_scenes == "metas",
    also=(("looks", options.looks_task), ("ambience", options.ambience_task)),
    glad=(("transcript", caption_options.transcript_task),),
)  # fmt: skip


class ASSISTANT_EDITOR_OT_detect_scenes(options.SceneProps, JobOperator, bpy.types.Operator):
    """Find the scenes in movie strips, shots that belong together by what is seen, heard and said, and mark, colour or gather them"""

    bl_idname = "assistant_editor.detect_scenes"
    bl_label = "Detect Scenes"
    features = (FEATURE,)
    live = options.SCENE_LIVE
    asks = ("strips", *options.SCENE_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_detect_scenes,)
