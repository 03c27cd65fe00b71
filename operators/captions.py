"""Auto Captions: write down what is heard as text strips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy

from ..timeline import compat
from . import caption_options, clear_faces, voice_options, voices
from .feature import Feature
from .job import JobOperator
from .look_options import in_speakers_looks
from .script import with_script


def _choose(timeline: Any, which: Any, names: Any) -> Any:
    from ..timeline import requests

    return requests.heard(timeline, which, names)


def beside(found: Any, timeline: Any, planned: Any, props: Any) -> dict[str, Any]:
    """Where the picture changes, as far as it is known or about to be."""
    from ..timeline import corrections
    from ..timeline.picture_cuts import picture_cuts
    from . import known

    settings = compat.edited_scene(bpy.context).assistant_editor
    shots = {**known.stored_shots(timeline, settings), **found.get("shots", {})}
    sensitivity = getattr(props, "sensitivity", settings.sensitivity)
    cuts = picture_cuts(timeline, shots, sensitivity, corrections.load(timeline.corrections), planned.edits)
    return {"cuts": cuts, "clear": clear_faces.of(timeline, props, settings)}


def _plan(found: Any, strips: Any, props: Any, standing: Any, rate: Any, origins: Any, cuts: Any = (), clear: Any = None) -> Any:
    from ..timeline.planners import captions

    facts = voices.told_apart(found, props)
    note_speakers(found, strips, props)

    def written(transcripts: Any, cast: Any) -> Any:
        said, who, names = voices.with_speakers(transcripts, facts, props, cast, strips, origins)
        return captions.plan(said, strips, caption_options.captions_plan(props), standing, rate, origins, cuts, who, names)

    planned = with_script(written, found.get("transcript", {}), strips, props.script)
    planned = in_speakers_looks(planned, props, compat.edited_scene(bpy.context).assistant_editor)
    planned = clear(planned) if clear is not None else planned
    planned = replace(planned, notices=(*planned.notices, *voice_options.absent(props)))
    return voices.with_sounds(planned, found, strips, props, standing, rate, origins)


def note_speakers(found: Any, strips: Any, props: Any) -> None:
    """Fills the list of speakers."""
    voices.note(voices.told_apart(found, props), strips)


FEATURE = Feature(
    "transcript", _choose, caption_options.transcript_task, _plan, beside=beside,
    also=(("speakers", voice_options.speakers_task), ("sounds", voice_options.sounds_task)),
)  # fmt: skip


class ASSISTANT_EDITOR_OT_auto_captions(caption_options.CaptionProps, JobOperator, bpy.types.Operator):
    """Write down what is heard in sound and movie strips, as text strips on a free channel"""

    bl_idname = "assistant_editor.auto_captions"
    bl_label = "Auto Captions"
    features = (FEATURE,)
    live = caption_options.CAPTION_LIVE
    asks = ("strips", *caption_options.CAPTION_ASKS)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_auto_captions,)
