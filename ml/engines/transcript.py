"""What is said, with a time for every word: Whisper, by either of two engines, over the stretches where somebody speaks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from .. import media as reading
from .. import models
from ..errors import BAD_INPUT, EditorError
from ..facts import Media, Span, Transcript, TranscriptOptions
from . import recognisers, voice, word_times
from .recognisers import Recogniser
from .registry import Runtime
from .words import Heard, exact, utterances, within

MARGIN = Fraction(2)
"""Seconds heard on both sides of a span, so that a word at its edge is heard whole."""
LOADING = 300.0
SURE = 0.8
"""A language this likely in one clip is settled; else up to `CLIPS_FOR_LANGUAGE` clips vote."""
CLIPS_FOR_LANGUAGE = 4


def run(path: str, options: TranscriptOptions, media: Media, span: Span | None, runtime: Runtime) -> Transcript:
    """Every word whose middle lies within `span` (all when None), in seconds of the audio stream.

    Sound is read and heard stretch by stretch, so memory does not grow with the length. Silence gives no words and a warning.
    Raises `EditorError`: BAD_INPUT for a language or task the model cannot do, MISSING_MODEL, CANCELLED.
    """
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "Choose a strip whose file holds sound.", BAD_INPUT)
    _check(options)
    where = models.path_of(models.speech_model(options.engine, options.model), runtime.models)
    runtime.progress(0.0, f"Loading Whisper {options.model}", LOADING)
    recogniser = recognisers.load(options.engine, where, options.model, runtime.notice)
    if options.language != "auto" and options.language not in recogniser.languages:
        raise EditorError(
            f"Whisper {options.model} does not know the language {options.language!r}.",
            f"Use auto or one of: {', '.join(sorted(recogniser.languages))}.",
            BAD_INPUT,
        )
    if options.task == "translate" and len(recogniser.languages) == 1:
        raise EditorError(f"{options.model} understands one language only and cannot translate.", "Choose a multilingual model.", BAD_INPUT)
    work = _Work(path, options, recogniser, span, media.audio.duration, runtime)
    heard = list(work.words())
    reached = Span(Fraction(0), max(media.audio.duration, work.reached))
    asked = span or reached
    heard = within(heard, asked)
    words = exact(heard, asked)
    warnings = tuple(work.warnings) if words else (*work.warnings, "No speech was heard.")
    return Transcript(
        asked,
        media.audio.start,
        work.language,
        round(work.sureness, 4),
        options.engine,
        options.model,
        options.task,
        utterances(heard, words),
        tuple(dict.fromkeys(warnings)),
    )


def _check(options: TranscriptOptions) -> None:
    if not options.model.endswith(".en"):
        return
    remedy = f"Choose a model for many languages, such as {options.model.removesuffix('.en')}."
    if options.language not in ("auto", "en"):
        raise EditorError(f"Whisper {options.model} understands English only, not {options.language!r}.", remedy, BAD_INPUT)
    if options.task == "translate":
        raise EditorError(f"Whisper {options.model} understands English only and cannot translate.", remedy, BAD_INPUT)


class _Work:
    """One sound on its way through a recogniser."""

    def __init__(
        self, path: str, options: TranscriptOptions, recogniser: Recogniser, span: Span | None, duration: Fraction, runtime: Runtime
    ) -> None:
        self._path, self._options, self._recogniser, self._runtime = path, options, recogniser, runtime
        self._wide = None if span is None else Span(max(Fraction(0), span.start - MARGIN), span.end + MARGIN)
        self._begin = self._wide.start if self._wide else Fraction(0)
        self._length = min(self._wide.end, duration) - self._begin if self._wide and duration else duration
        self._pace = 10.0
        """Seconds a second of sound may take at most before anything was measured."""
        self.reached = self._begin
        self.warnings: list[str] = []
        self.language, self.sureness = ("", 0.0) if options.language == "auto" else (options.language, 1.0)
        if len(recogniser.languages) == 1:
            self.language, self.sureness = recogniser.languages[0], 1.0
        if options.task == "translate" and "turbo" in options.model:
            self.warnings.append(f"Whisper {options.model} was not trained to translate; its text may stay in the language spoken.")

    def words(self) -> Iterator[Heard]:
        """In seconds of the stream, as heard; updates `reached`, `language` and `warnings`."""
        self._tell(0.0)
        sound = reading.sound(self._path, self._wide, voice.RATE, self._runtime.check, self.warnings.append)
        for clips, heard_samples in voice.listen(sound, self._runtime.check):
            if clips and not self.language:
                self._find_language([clip.samples for clip in clips[:CLIPS_FOR_LANGUAGE]])
            size = 1
            while clips:
                batch, clips = clips[:size], clips[size:]
                size = self._recogniser.clips_at_once
                yield from self._hear(batch)
            self.reached = self._begin + Fraction(heard_samples, voice.RATE)
            self._tell(0.0)

    def _hear(self, batch: list[voice.Clip]) -> Iterator[Heard]:
        self._runtime.check()
        self.reached = self._begin + Fraction(batch[0].start, voice.RATE)
        seconds = sum(len(clip.samples) for clip in batch) / voice.RATE
        self._tell(seconds)
        begun = time.monotonic()
        try:
            answers = self._recogniser.hear([clip.samples for clip in batch], self.language, self._options.task)
        except (RuntimeError, MemoryError) as reason:
            raise recognisers.out_of_memory(reason, self._options.model) or reason from reason
        self._pace = max(0.1, 6 * (time.monotonic() - begun) / max(seconds, 1.0))
        for clip, words in zip(batch, answers, strict=True):
            offset = self._begin + Fraction(clip.start, voice.RATE)
            end = Fraction(len(clip.samples), voice.RATE)
            for word in self._timed(words, clip.samples):
                yield Heard(word.text, offset + min(word.start, end), offset + min(word.end, end), word.confidence, word.no_speech)

    def _timed(self, words: list[Heard], samples: Any) -> list[Heard]:
        """With the times that the sound has for them; a translation's words are nowhere to be heard."""
        if self._options.align == "engine" or self._options.task == "translate":
            return words
        return word_times.refine(words, samples, word_times.aligner(self.language, self._runtime.models))

    def _find_language(self, clips: list[object]) -> None:
        votes: dict[str, float] = {}
        for count, samples in enumerate(clips, 1):
            self._runtime.check()
            self._tell(30.0)
            for code, chance in self._recogniser.language(samples).items():
                votes[code] = votes.get(code, 0.0) + chance
            self.language = max(votes, key=votes.__getitem__)
            self.sureness = votes[self.language] / count
            if self.sureness >= SURE:
                break

    def _tell(self, seconds: float) -> None:
        """Before `seconds` of sound are heard: native code answers nothing until they are."""
        fraction = float((self.reached - self._begin) / self._length) if self._length > 0 else 0.0
        step = f"Transcribing with {self._options.engine} {self._options.model}"
        self._runtime.progress(min(fraction, 1.0), step, 60.0 + self._pace * seconds)
