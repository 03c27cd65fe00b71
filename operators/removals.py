"""Find Silences, Find Fillers, Find Takes: what might be cut out of speech is proposed in the review list. Nothing is cut."""

from __future__ import annotations

from typing import Any, ClassVar

import bpy

from . import caption_options, filler_options, settings, silence_options, voice_options
from .job import JobOperator
from .removal_shelf import shelf
from .speech_search import SEARCHES, Search

SPOKEN = tuple(name for name in caption_options.CAPTION_ASKS if name not in voice_options.VOICE_ASKS)


class Finds(JobOperator):
    """Base of the searches: what is found goes to the review list. The list goes by the scene's options, so those of a call become them."""

    search: ClassVar[Search]

    def _write(self, scene: Any, timeline: Any, asked: Any, found: Any, job: Any = None) -> set[str]:
        from ..timeline import requests
        from ..timeline.outcome import Outcome
        from . import proposed, work

        settings.remember(self, scene)
        proposed.sought_in(scene, self.search, asked)
        shelf.refresh(scene)
        failed, absent = work.sorted_out(job.failures if job else ())
        said = (*self.search.absent(self), *(job.notices if job else ()))
        told = (*asked.left_out, *failed, *absent, *said, *requests.warnings(timeline, found), *shelf.notices(self.search))
        partial = bool(failed) or requests.unreadable(timeline, asked)
        return self._tell(Outcome(self.bl_label, notices=tuple(dict.fromkeys(told)), partial=partial, told=shelf.told(self.search)))  # type: ignore[attr-defined]


class ASSISTANT_EDITOR_OT_find_silences(silence_options.SilenceProps, caption_options.CaptionAsks, Finds, bpy.types.Operator):
    """Find pauses in speech and propose to cut them out, shorten them or play them faster. Nothing is cut before Apply"""

    bl_idname = "assistant_editor.find_silences"
    bl_label = "Find Silences"
    search = SEARCHES["silences"]
    features = (search.feature,)
    live = search.live
    asks = ("strips", *silence_options.SILENCE_ASKS, *SPOKEN)


class ASSISTANT_EDITOR_OT_find_fillers(
    filler_options.VerbatimAsks, filler_options.FillerRules, caption_options.CaptionAsks, Finds, bpy.types.Operator
):  # fmt: skip
    """Find um, uh, repeated words and false starts, and propose to cut them out. Nothing is cut before Apply"""

    bl_idname = "assistant_editor.find_fillers"
    bl_label = "Find Fillers"
    search = SEARCHES["fillers"]
    features = (search.feature,)
    live = search.live
    asks = ("strips", *filler_options.FILLER_ASKS, *SPOKEN)


class ASSISTANT_EDITOR_OT_find_takes(filler_options.TakeRules, caption_options.CaptionAsks, Finds, bpy.types.Operator):
    """Find lines that are said several times and propose to keep the best of each. Nothing is cut before Apply"""

    bl_idname = "assistant_editor.find_takes"
    bl_label = "Find Takes"
    search = SEARCHES["takes"]
    features = (search.feature,)
    live = search.live
    asks = ("strips", *SPOKEN)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_find_silences, ASSISTANT_EDITOR_OT_find_fillers, ASSISTANT_EDITOR_OT_find_takes)
