"""Attach: text, images and strips that follow what is seen."""

from typing import Any

import bpy
from bpy.props import IntProperty, StringProperty

from ..timeline import compat
from . import attach_facts, attach_options, options, settings
from .feature import Feature
from .job import HIDDEN, JobOperator

FEATURE = Feature(
    "shots", attach_facts.choose, options.shots_task, attach_facts.plan,
    also=(
        ("faces", attach_options.faces_task), ("objects", attach_options.objects_task), ("surface", attach_facts.surface_task),
    ),
    beside=attach_facts.beside,
)  # fmt: skip


class ASSISTANT_EDITOR_OT_attach(options.ShotAsks, attach_options.AttachProps, JobOperator, bpy.types.Operator):
    """Attach a name, an arrow, an emoji, glasses, an image or a strip to a face, a person, a thing or a surface: it goes along"""

    bl_idname = "assistant_editor.attach"
    bl_label = "Attach"
    features = (FEATURE,)
    live = attach_options.LIVE
    asks = ("strips", *attach_options.ASKS, *options.SHOT_ASKS)

    attach_frame: IntProperty(name="Frame", description="The frame in which it is chosen; else that at the playhead", options=HIDDEN)
    attach_only: StringProperty(name="Shot", description="A second of the film, as a fraction: the only shot that is meant", options=HIDDEN)

    def _start(self, context: bpy.types.Context) -> Any:
        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        if not self.properties.is_property_set("attach_frame"):
            self.attach_frame = scene.frame_current
        if self.attach_to == "surface":
            attach_facts.at_playhead(self, scene)
        return super()._start(context)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_attach,)
