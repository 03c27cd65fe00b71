"""Anonymise: faces, number plates, people or things covered in every frame, by strips and masks of Blender's own."""

from typing import Any

import bpy

from ..timeline import compat
from . import options, privacy_facts, privacy_options
from .feature import Feature
from .job import JobOperator

FEATURE = Feature(
    "sightings", privacy_facts.choose, privacy_options.sightings, privacy_facts.plan,
    also=(("objects", privacy_options.objects), ("faces", privacy_options.faces)),
    glad=(("shots", options.shots_task),),
    beside=privacy_facts.beside,
)  # fmt: skip


class ASSISTANT_EDITOR_OT_anonymise(privacy_options.PrivacyProps, JobOperator, bpy.types.Operator):
    """Blur, pixelate or cover faces, number plates, people or things wherever they may be seen. What is unsure is covered too"""

    bl_idname = "assistant_editor.anonymise"
    bl_label = "Anonymise"
    features = (FEATURE,)
    live = privacy_options.LIVE
    asks = ("strips", *privacy_options.ASKS)

    def _tell(self, outcome: Any) -> set[str]:
        """What the covers were written over is kept, so that it can be told when it changes."""
        from .privacy_shelf import keep_beneath

        scene = compat.edited_scene(bpy.context)
        keep_beneath(scene, {strip.name for meant in self._asked().strips.values() for strip in meant})
        return super()._tell(outcome)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_anonymise,)
