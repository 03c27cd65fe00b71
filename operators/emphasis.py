"""Emphasise: punch-ins, pushes, speed ramps and freeze frames, as adjustment and speed strips."""

from typing import Any

import bpy

from . import beat_options, caption_options, emphasis_facts, emphasis_options, options
from .emphasis_facts import only_for
from .feature import Feature
from .job import JobOperator

WORDS = Feature(
    "transcript", emphasis_facts.heard, only_for(caption_options.transcript_task, "words"), emphasis_facts.plan,
    also=(("voice", only_for(emphasis_facts.voice_task, "words")),), beside=emphasis_facts.beside,
)  # fmt: skip
PICTURES = Feature(
    "shots", emphasis_facts.meant, only_for(options.shots_task, "jumps", "push", "ramps", "freeze"), emphasis_facts.plan,
    also=(("impacts", only_for(emphasis_facts.impacts_task, "ramps", "freeze")),), beside=emphasis_facts.beside,
)  # fmt: skip
MUSIC = Feature("beats", emphasis_facts.music, only_for(beat_options.task, "ramps"), emphasis_facts.plan, beside=emphasis_facts.beside)


class ASSISTANT_EDITOR_OT_emphasise(emphasis_options.EmphasisProps, JobOperator, bpy.types.Operator):
    """Zoom in on stressed words, jump cuts and long shots, ramp the speed to beats, freeze frames. Strips and sound stay as they are"""

    bl_idname = "assistant_editor.emphasise"
    bl_label = "Emphasise"
    features = (WORDS, PICTURES, MUSIC)
    live = emphasis_options.LIVE
    asks = ("strips",)

    def timeline_of(self, scene: Any) -> Any:
        """Its own speed strips are made anew: what counts is what is beneath them."""
        return super().timeline_of(scene).unwarped

    def _start(self, context: bpy.types.Context) -> Any:
        """What is selected now is meant, also once the worker has answered: sound, pictures and music are asked about by themselves."""
        from ..timeline import compat

        names = [name for name in self.names.splitlines() if name]
        strips = emphasis_facts.meant(self.timeline_of(compat.edited_scene(context)), self.strips, names)
        self.names = "\n".join(strip.name for strip in strips)
        return super()._start(context)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_emphasise,)
