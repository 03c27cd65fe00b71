"""What is heard while a shot is seen: the film's own sound, a recorder's beside it, music under it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from ..ml.facts import Facts, Span
from . import mood_sources
from .shot_parts import Parts, Spans, Words
from .state import StripRef
from .timebase import FrameRange

SPEECH, SOUND = ("transcript", "voice"), ("loudness", "beats", "sounds")
"""The engines that tell what is said and how, and those that tell of everything that is heard."""

Known = Mapping[str, Mapping[str, Any]]
"""Medium -> engine -> facts."""


@dataclass(frozen=True)
class Under:
    """Which facts tell what is heard with one shot, and how many seconds their time is ahead of that of the shot's pictures."""

    speech: Mapping[str, Facts]
    said_ahead: Fraction
    sound: Mapping[str, Facts]
    ahead: Fraction


SILENCE = Under({}, Fraction(0), {}, Fraction(0))
"""No strip sounds there: what is known of the medium's own sound still counts, and nothing more is to be known."""


class Heard:
    """Facts of sound, and what is worked out once for all shots under which they are heard."""

    def __init__(self, speech: Mapping[str, Any], sound: Mapping[str, Any]) -> None:
        self.facts = {name: facts[name] for names, facts in ((SPEECH, speech), (SOUND, sound)) for name in names if name in facts}
        self._parts = {name: Parts(facts) for name, facts in self.facts.items()}

    @cached_property
    def words(self) -> Words:
        return Words(self.facts["transcript"].words if "transcript" in self.facts else ())

    @cached_property
    def said(self) -> Spans:
        from .feelings import sentences

        return Spans(sentences(self.facts["transcript"]) if "transcript" in self.facts else ())

    @cached_property
    def events(self) -> Spans:
        return Spans(self.facts["sounds"].events if "sounds" in self.facts else ())

    @cached_property
    def speech(self) -> Any:
        return mood_sources.speech(self.facts["voice"]) if "voice" in self.facts else None

    def within(self, said: Span, heard: Span, origin: Fraction | None, shot: Span) -> dict[str, Any]:
        """The facts of one shot. `origin` is that of its pictures: the facts get theirs from where they lie under it."""
        found = {}
        for name, part in self._parts.items():
            span = said if name in SPEECH else heard
            facts = part.within(span)
            found[name] = facts if origin is None else replace(facts, origin=origin + shot.start - span.start)
        return found


class Sounding:
    """The sound strips of a sequence. `known` are the facts of every medium that is heard."""

    def __init__(self, strips: Sequence[StripRef], known: Known) -> None:
        self._strips = [s for s in strips if s.kind == "SOUND" and not s.muted and s.source is not None and s.medium]
        self._starts, self._ends = (np.array([getattr(s.frames, end) for s in self._strips], int) for end in ("start", "end"))
        self._known = known

    def under(self, frames: FrameRange, start: Fraction, medium: str) -> Under | None:
        """What counts as heard with a shot of `medium` that stands over `frames` and begins at `start` of its pictures' stream.

        None: what `medium` itself sounds like, which also counts where nothing lies there (`SILENCE`). Words are taken from the strip that
        says most of them, music from the one that is surest to be music; at a draw the film's own sound counts, then what lies there
        longest.
        """
        heard = [self._strips[n] for n in np.flatnonzero((self._starts < frames.end) & (self._ends > frames.start))]
        if not heard:
            return SILENCE
        if all(strip.medium == medium for strip in heard):
            return None
        known = self._known
        said = max(heard, key=lambda strip: (_words(strip, frames, known), strip.medium == medium, _shared(strip, frames)))
        sounding = max(heard, key=lambda strip: (_music(strip, known), strip.medium == medium, _shared(strip, frames)))
        if said.medium == sounding.medium == medium:
            return None
        speech, sound = known.get(said.medium, {}), known.get(sounding.medium, {})
        return Under(speech, _ahead(said, frames, start), sound, _ahead(sounding, frames, start))


def _shared(strip: StripRef, frames: FrameRange) -> int:
    return min(strip.frames.end, frames.end) - max(strip.frames.start, frames.start)


def _words(strip: StripRef, frames: FrameRange, known: Known) -> int:
    """How many words of it are heard over `frames`."""
    transcript = known.get(strip.medium, {}).get("transcript")
    if transcript is None:
        return 0
    assert strip.source is not None
    shared = FrameRange(max(strip.frames.start, frames.start), min(strip.frames.end, frames.end))
    span = Span(strip.source.seconds(shared.start), strip.source.seconds(shared.end))
    return sum(span.holds((word.start + word.end) / 2) for word in transcript.words)


def _music(strip: StripRef, known: Known) -> float:
    beats = known.get(strip.medium, {}).get("beats")
    return 0.0 if beats is None or not beats.beats else round(float(beats.confidence), 2)


def _ahead(strip: StripRef, frames: FrameRange, start: Fraction) -> Fraction:
    assert strip.source is not None
    return strip.source.seconds(frames.start) - start
