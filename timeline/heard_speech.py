"""Over which frames of the timeline somebody is heard speaking, by words and by voice; and where nobody knows. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..ml.facts import Span, Transcript, Voice
from .places import heard
from .state import StripRef
from .timebase import FrameRange
from .voicing import decode, speech_spans

BREATHS = Fraction(2, 5)
"""Seconds between two words of one sentence at most: such a pause is speech."""
BESIDE = Fraction(1, 12)
"""Seconds kept clear on both sides: word times are no better."""


@dataclass(frozen=True)
class Speech:
    """`frames` in order of time, apart from each other, widened by `BESIDE`. `unknown` are frames of sounds that nobody listened to."""

    frames: tuple[FrameRange, ...] = ()
    unknown: tuple[FrameRange, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.frames]

    def free(self, frame: int) -> FrameRange | None:
        """The frames around a cut at `frame` without speech; None where somebody speaks across the cut."""
        place = bisect_left(self._starts, frame)
        before = self.frames[place - 1].end if place else -(2**31)
        after = self.frames[place].start if place < len(self.frames) else 2**31
        return FrameRange(before, after) if before <= frame <= after else None


def speech(strips: Iterable[StripRef], transcripts: Mapping[str, Transcript], voices: Mapping[str, Voice], rate: Fraction) -> Speech:
    """What is heard through sound strips (pictures are silent without one). Words and voice add up: an engine that hears more is believed.

    `rate` in frames a second is the scene's.
    """
    found: list[FrameRange] = []
    sounds = [strip for strip in strips if strip.kind == "SOUND" and not strip.muted]
    unknown = [strip.frames for strip in sounds if strip.source is None or not strip.medium]
    spans = {medium: _spans(medium, transcripts, voices) for medium in {*transcripts, *voices}}
    for place in heard(sounds):
        if place.medium not in spans:
            unknown.append(place.frames)
            continue
        for span in _touching(spans[place.medium], place.span):
            start = math.floor(place.source.frame(span.start - BESIDE))
            end = math.ceil(place.source.frame(span.end + BESIDE))
            if start < place.frames.end and place.frames.start < end:
                found.append(FrameRange(max(start, place.frames.start), min(end, place.frames.end)))
    return Speech(joined(found, math.floor((BREATHS - 2 * BESIDE) * rate)), joined(unknown, 0))


def _spans(medium: str, transcripts: Mapping[str, Transcript], voices: Mapping[str, Voice]) -> tuple[Span, ...]:
    """In seconds of the medium's sound."""
    words = transcripts[medium].words if medium in transcripts else ()
    voiced = speech_spans(decode(voices[medium])) if medium in voices else ()
    return tuple(sorted((*(Span(word.start, max(word.start, word.end)) for word in words), *voiced), key=lambda span: span.start))


def _touching(spans: Sequence[Span], where: Span) -> list[Span]:
    return [span for span in spans if span.start - BESIDE < where.end and where.start < span.end + BESIDE]


def joined(ranges: Iterable[FrameRange], gap: int) -> tuple[FrameRange, ...]:
    """The ranges in order, those that overlap or are no more than `gap` frames apart made one."""
    found: list[FrameRange] = []
    for one in sorted(ranges):
        if found and one.start - found[-1].end <= gap:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)
