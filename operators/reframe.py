"""Reframe: the picture in another shape, with a camera that keeps the subject of every shot inside."""

from dataclasses import replace
from typing import Any

import bpy

from . import effect_stage, options, reframe_options
from .feature import Feature
from .job import JobOperator


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests
    from ..timeline.plan import EFFECT_KINDS

    found = requests.seen(timeline, which, names)
    return tuple(strip for strip in found if strip.tag is None or strip.tag.kind not in EFFECT_KINDS)


def _plan(found: Any, strips: Any, props: Any, standing: Any, _rate: Any, _origins: Any, stage: Any, timeline: Any) -> Any:
    from ..timeline.planners import reframe

    planned = reframe.plan(found, strips, reframe_options.reframe_plan(props), stage, standing.corrections)
    return replace(planned, notices=(*planned.notices, *reframe_options.absent(props)))


FEATURE = Feature(
    "shots", _choose, options.shots_task, _plan,
    also=(
        ("objects", reframe_options.objects_task), ("faces", reframe_options.faces_task), ("saliency", reframe_options.saliency_task),
        ("speakers", reframe_options.speakers_task), ("mouths", reframe_options.mouths_task),
    ),
    glad=(("speakers", reframe_options.speakers_known),),
    beside=effect_stage.beside,
)  # fmt: skip


class ASSISTANT_EDITOR_OT_reframe(options.ShotAsks, reframe_options.ReframeProps, JobOperator, bpy.types.Operator):
    """Show films in a frame of another shape: in every shot a virtual camera keeps the subject inside. Captions move to the safe area"""

    bl_idname = "assistant_editor.reframe"
    bl_label = "Reframe"
    features = (FEATURE,)
    live = reframe_options.LIVE
    asks = ("strips", *options.SHOT_ASKS)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from . import made_scenes, reframe_scene, work

        preview = getattr(self, "_preview", False)
        with reframe_scene.rehearsed(scene, self) if preview else reframe_scene.framed(scene, self) as target:
            done = super()._write(target, work.look(target), asked, found, job)
        if target != scene and not preview:
            made_scenes.show(target, scene)
            self.report({"INFO"}, f"In the new scene {target.name!r}.")
        return done


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_reframe,)
