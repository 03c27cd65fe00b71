"""Transcribe: find out what is said, and change nothing."""

from __future__ import annotations

from typing import Any

import bpy

from . import caption_options, captions
from .job import JobOperator
from .transcript_shelf import shelf


class ASSISTANT_EDITOR_OT_transcribe(caption_options.CaptionAsks, JobOperator, bpy.types.Operator):
    """Find out what is said and keep it, to list, search and edit it as text. The timeline stays as it is"""

    bl_idname = "assistant_editor.transcribe"
    bl_label = "Transcribe"
    bl_options = {"REGISTER"}
    features = (captions.FEATURE,)
    asks = ("strips", *caption_options.CAPTION_ASKS)

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline.outcome import Outcome
        from . import settings, work

        settings.remember(self, scene)  # the transcript goes by the scene's options, so those of a call become them
        shelf.refresh(scene)
        paths = {strip.medium: strip.path for strip in timeline.strips}
        failed, absent = work.sorted_out(job.failures if job else ())
        notices = (*asked.left_out, *failed, *absent, *(job.notices if job else ()))
        words = len(shelf.known.spoken.words) if shelf.known is not None else 0
        line = f"{words} {'word' if words == 1 else 'words'} in {len(shelf.rows)} {'line' if len(shelf.rows) == 1 else 'lines'}."
        told = Outcome(self.bl_label, facts=work.facts_of(found, paths), notices=notices, partial=bool(failed), told=line)
        return self._tell(told)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_transcribe,)
