"""Add Transitions: dissolves, dips, wipes and pushes where scenes change, clear of speech, out of what the films really have."""

from typing import Any

import bpy

from . import beat_options, caption_options, effect_stage, options, transition_facts, transition_options
from .feature import Feature
from .job import JobOperator

SOUND = Feature(
    "voice", transition_facts.sounding, transition_facts.voice_task, transition_facts.nothing,
    glad=(("transcript", caption_options.transcript_task), ("beats", beat_options.task)),
)  # fmt: skip
PICTURES = Feature(
    "shots", transition_facts.touching, options.shots_task, transition_facts.plan,
    also=(
        ("looks", transition_facts.looks_task), ("ambience", transition_facts.ambience_task), ("pictures", transition_facts.pictures_task),
    ),
    glad=(("transcript", caption_options.transcript_task), ("pictures", transition_facts.pictures_known)),
    beside=effect_stage.beside,
)  # fmt: skip


class ASSISTANT_EDITOR_OT_add_transitions(options.ShotAsks, transition_options.TransitionProps, JobOperator, bpy.types.Operator):
    """Lay a transition over the cuts where scenes change, never while somebody speaks. The strips themselves stay as they are"""

    bl_idname = "assistant_editor.add_transitions"
    bl_label = "Add Transitions"
    features = (SOUND, PICTURES)
    live = transition_options.LIVE
    asks = ("strips", *options.SHOT_ASKS)

    def timeline_of(self, scene: Any) -> Any:
        """With images, scenes and meta strips."""
        from ..ml.cache import fingerprint
        from ..timeline.read_pictures import with_pictures

        return with_pictures(scene, super().timeline_of(scene), fingerprint)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_add_transitions,)
