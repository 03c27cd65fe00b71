"""Auto Captions: write down what is heard as text strips."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat
from . import caption_options
from .feature import Feature
from .job import JobOperator
from .look_options import in_speakers_looks
from .script import with_script


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.heard(timeline, which, names)


def _plan(found: Any, strips: Any, props: Any, standing: Any, rate: Any, origins: Any) -> Any:
    from ..timeline.planners import captions

    def written(transcripts: Any) -> Any:
        return captions.plan(transcripts, strips, caption_options.captions_plan(props), standing, rate, origins)

    planned = with_script(written, found.get("transcript", {}), strips, props.script)
    return in_speakers_looks(planned, props, compat.edited_scene(bpy.context).assistant_editor)


FEATURE = Feature("transcript", _choose, caption_options.transcript_task, _plan)


class ASSISTANT_EDITOR_OT_auto_captions(caption_options.CaptionProps, JobOperator, bpy.types.Operator):
    """Write down what is heard in sound and movie strips, as text strips on a free channel"""

    bl_idname = "assistant_editor.auto_captions"
    bl_label = "Auto Captions"
    features = (FEATURE,)
    live = caption_options.CAPTION_LIVE
    asks = ("strips", *caption_options.CAPTION_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_auto_captions,)
