"""Auto Edit: shots and captions in one job, one merge, one undo step."""

from __future__ import annotations

import bpy

from . import caption_options, captions, options, shots
from .job import JobOperator


class ASSISTANT_EDITOR_OT_auto_edit(options.ShotProps, caption_options.CaptionProps, JobOperator, bpy.types.Operator):
    """Find the shots and write the captions, in one go"""

    bl_idname = "assistant_editor.auto_edit"
    bl_label = "Auto Edit"
    features = (shots.FEATURE, captions.FEATURE)
    live = (*options.SHOT_LIVE, *caption_options.CAPTION_LIVE)
    asks = ("strips", *options.SHOT_ASKS, *caption_options.CAPTION_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_auto_edit,)
