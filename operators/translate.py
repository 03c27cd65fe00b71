"""Translate Captions: what stands, sentence by sentence, in another language, as text strips of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import bpy

from .. import preferences
from ..ml.errors import BAD_INPUT, STALE, EditorError
from ..timeline import compat
from . import caption_options, look_options, rule_options, settings, voice_options
from .desk import cancelled, desk
from .job import JobOperator

WORK = "translate"


class ASSISTANT_EDITOR_OT_translate_captions(
    voice_options.TranslationProps, rule_options.RuleProps, look_options.LookProps, JobOperator, bpy.types.Operator
):
    """Write the captions in another language beside them; corrections count, and what you change of a translation stays"""

    bl_idname = "assistant_editor.translate_captions"
    bl_label = "Translate Captions"
    asks = voice_options.TRANSLATION
    live = (*rule_options.CAPTION_RULES, *rule_options.CAPTION_OWN_RULES)

    def _replan(self, context: bpy.types.Context) -> set[str]:
        """Sentences that were translated before come from the cache, so that the job is a short one."""
        return self._block(context)

    def _start(self, context: bpy.types.Context) -> Any:
        from ..ml.client import Job
        from ..ml.protocol import Translate
        from ..timeline import translating
        from . import captioned

        desk.claim(self.bl_label)
        scene = compat.edited_scene(context)
        settings.seed(self, scene)
        model = bpy.path.abspath(self.translation_model.strip())
        if not self.translate_to.strip():
            raise EditorError("No language is chosen.", "Fill in To, with a code such as fr or de.", BAD_INPUT)
        if not model:
            raise EditorError(
                "Translation needs a model, and none is chosen.",
                "Fill in Model: a folder with a MarianMT (opus-mt), M2M-100 or NLLB-200 model of the transformers library.", BAD_INPUT,
            )  # fmt: skip
        known = captioned.words(scene)
        self._sentences = translating.sentences(known.timeline)
        if not self._sentences:
            raise EditorError("There are no captions with words to translate.", "Press Auto Captions first.", STALE)
        texts = tuple(sentence.text for sentence in self._sentences)
        source = self.translate_from.strip().lower() or captioned.language(known)
        self._job = desk.job = Job(preferences.backend(context), [Translate(WORK, texts, source, self.translate_to.strip().lower(), model)])
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: Any) -> set[str]:
        from pathlib import Path

        from ..timeline import merge, translating
        from ..timeline.plan import Plan
        from ..timeline.requests import Asked
        from . import captioned, captions, work

        if job.state == "cancelled":
            raise cancelled()
        if job.failures:
            failure = job.failures[0]
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        known, target = captioned.words(scene), self.translate_to.strip().lower()
        name = Path(bpy.path.abspath(self.translation_model.strip())).name
        origins = {medium: facts.origin for medium, facts in known.found.get("transcript", {}).items()}
        made = translating.transcripts(self._sentences, job.results[WORK, "translate"]["texts"], origins, target, name)
        options = caption_options.captions_plan(self)
        options = replace(options, style=translating.raised(options.style, options.rules.max_lines))
        strips = [strip for strip in captioned.strips(known) if strip.medium in made]
        cuts = captions.beside({}, known.timeline, Plan(), self)["cuts"]
        planned = translating.plan(made, strips, options, merge.standing(known.timeline), known.timeline.rate, desk.origins, cuts)
        self._writing = True
        outcome = work.carry_out(scene, known.timeline, planned, self.bl_label, Asked(), (), job.notices)
        settings.remember(self, scene)
        return self._tell(outcome)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_translate_captions,)
