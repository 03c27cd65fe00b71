"""Auto Captions: write down what is heard as text strips."""

from __future__ import annotations

import bpy

from ..timeline import requests
from ..timeline.planners import captions
from . import options
from .feature import Feature
from .job import JobOperator

FEATURE = Feature(
    engine="transcript",
    choose=requests.heard,
    task=options.transcript_task,
    plan=lambda found, strips, props, standing, rate, origins: captions.plan(
        found.get("transcript", {}), strips, options.captions_plan(props), standing, rate, origins
    ),
)


class ASSISTANT_EDITOR_OT_auto_captions(options.CaptionProps, JobOperator, bpy.types.Operator):
    """Write down what is heard in sound and movie strips, as text strips on a free channel"""

    bl_idname = "assistant_editor.auto_captions"
    bl_label = "Auto Captions"
    features = (FEATURE,)
    live = options.CAPTION_LIVE
    asks = ("strips", *options.CAPTION_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_auto_captions,)
