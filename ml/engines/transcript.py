"""What is said, with a time for every word: Whisper, by either of two engines, over the stretches where somebody speaks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from .. import media as reading
from .. import models
from ..errors import BAD_INPUT, EditorError
from ..facts import Media, Span, Transcript, TranscriptOptions
from . import ctc, recognisers, voice, word_times
from .hearing import Hearing
from .lanes import Lanes
from .languages import Tally
from .prompts import VERBATIM, prompt_of
from .recognisers import Recogniser
from .registry import Runtime
from .words import Heard, exact, utterances, within

MARGIN = Fraction(2)
"""Seconds heard on both sides of a span, so that a word at its edge is heard whole."""
LOADING = 300.0
LONGEST = 60
"""Letters of what was left out that are shown."""
MOST = 20
"""Places at which words were left out that are named; more are counted."""


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
    if options.aligner and options.align == "auto" and options.task == "transcribe":
        ctc.load(Path(options.aligner))
    work = _Work(path, options, recogniser, span, media.audio.duration, runtime)
    heard = list(work.words())
    reached = Span(Fraction(0), max(media.audio.duration, work.reached))
    asked = span or reached
    heard = within(heard, asked)
    words = exact(heard, asked)
    warnings = work.told(asked) if words else (*work.told(asked), "No speech was heard.")
    return Transcript(
        asked,
        media.audio.start,
        work.tally.main,
        round(work.tally.sureness, 4),
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
        self._path, self._options, self._runtime = path, options, runtime
        self._wide = None if span is None else Span(max(Fraction(0), span.start - MARGIN), span.end + MARGIN)
        self._begin = self._wide.start if self._wide else Fraction(0)
        self._length = min(self._wide.end, duration) - self._begin if self._wide and duration else duration
        self._pace = 10.0
        """Seconds a second of sound may take at most before anything was measured."""
        self._begun = self._done = 0
        """Samples of clips that are on their way or heard, and of those that are heard: whole numbers, for they end in any order."""
        self._fraction = self._since = 0.0
        self._at_once = recogniser.clips_at_once
        self.reached = self._begin
        self.warnings: list[str] = []
        known = options.language if options.language != "auto" else ""
        self.tally = Tally(recogniser.languages[0] if len(recogniser.languages) == 1 else known)
        prompt = prompt_of(options.vocabulary, options.prompt, self._manner())
        self._hearing = Hearing(recogniser, options.task, self.tally, prompt, self._timed, runtime.check)
        if options.task == "translate" and "turbo" in options.model:
            self.warnings.append(f"Whisper {options.model} was not trained to translate; its text may stay in the language spoken.")

    def _manner(self) -> str:
        """How everything is to be written: in the language that is known, else in English, which turns no other language into it."""
        return VERBATIM.get(self.tally.fixed, VERBATIM["en"]) if self._options.verbatim else ""

    def words(self) -> Iterator[Heard]:
        """In seconds of the stream, as heard; updates `reached`, `tally` and `warnings`."""
        self._tell()
        sound = reading.sound(self._path, self._wide, voice.RATE, self._runtime.check, self.warnings.append)
        try:
            for answers in Lanes(self._hearing, self._ended).heard(self._batches(sound)):
                yield from self._placed(answers)
        except (RuntimeError, MemoryError) as reason:
            raise recognisers.out_of_memory(reason, self._options.model) or reason from reason

    def _batches(self, sound: Iterator[Any]) -> Iterator[Sequence[voice.Clip]]:
        """What is heard together; the user is told before each."""
        for clips, heard_samples in voice.ahead(voice.listen(sound, self._runtime.check)):
            for batch in voice.shares(clips, self._at_once):
                self.reached = self._begin + Fraction(batch[-1].start + len(batch[-1].samples), voice.RATE)
                self._since = self._since or time.monotonic()
                self._begun += sum(len(clip.samples) for clip in batch)
                self._tell()
                yield batch
            self.reached = self._begin + Fraction(heard_samples, voice.RATE)

    def told(self, span: Span) -> tuple[str, ...]:
        """The warnings, with what was not taken up within `span`."""
        every = sorted(self._hearing.dropped, key=lambda one: one.start)
        dropped = [one for one in every if span.holds(self._begin + Fraction(one.start))]
        lines = [f"At {_clock(self._begin + Fraction(one.start))} {_short(one.text)} was left out: {one.reason}." for one in dropped[:MOST]]
        if len(dropped) > MOST:
            lines.append(f"At {len(dropped) - MOST} more places words were left out.")
        return (*self.warnings, *lines)

    def _placed(self, answers: list[list[Heard]]) -> Iterator[Heard]:
        for words in answers:
            for word in words:
                yield replace(word, start=self._begin + word.start, end=self._begin + word.end)

    def _timed(self, words: list[Heard], samples: Any, language: str) -> list[Heard]:
        """With the times that the sound has for them; a translation's words are nowhere to be heard."""
        if self._options.align == "engine" or self._options.task == "translate":
            return words
        known = None if self._options.align == "pauses" else word_times.aligner(language, self._runtime.models, self._options.aligner)
        if self._options.verbatim and isinstance(known, word_times.Sounds):
            known = replace(known, thinking=True)
        return word_times.refine(words, samples, known)

    def _ended(self, samples: int) -> None:
        """So many samples of clips are heard to the end."""
        reached = (self.reached - self._begin) / self._length if self._length > 0 else Fraction(0)
        self._done = samples
        self._fraction = max(self._fraction, min(float(reached * Fraction(samples, max(self._begun, 1))), 1.0))
        self._pace = max(0.1, 6 * (time.monotonic() - self._since) / max(samples / voice.RATE, 1.0))
        self._tell()

    def _tell(self) -> None:
        """Native code answers nothing until something is done: what has been begun may take that long."""
        step = f"Transcribing with {self._options.engine} {self._options.model}"
        self._runtime.progress(self._fraction, step, 60.0 + self._pace * (self._begun - self._done) / voice.RATE)


def _clock(seconds: Fraction) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def _short(text: str) -> str:
    return f"\u201c{text}\u201d" if len(text) <= LONGEST else f"\u201c{text[: LONGEST - 1]}\u2026\u201d"
