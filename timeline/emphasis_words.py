"""Which words are worth a punch-in, and for how long it stays: stressed enough, not too many, not too close. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from ..ml.facts import Speakers, Transcript, Voice, Word
from . import voicing
from .places import heard
from .prominence import PAUSE, Stress, by_speaker, stresses
from .state import StripRef
from .timebase import FrameRange

EASIEST, HARDEST = 0.5, 3.0
"""Scores of `prominence` that suffice at the highest and at the lowest sensitivity."""
SHORTEST, LONGEST = Fraction(4, 5), Fraction(5, 2)
"""Seconds for which a punch-in stays: to the end of the phrase within these."""
APART = Fraction(2)
"""Seconds from the end of one to the beginning of the next."""


@dataclass(frozen=True)
class Spoken:
    """A word as it is heard on the timeline, through the sound strip `strip`. `frames` go on to the end of its phrase."""

    stress: Stress
    frames: FrameRange
    strip: str


def line_of(sensitivity: float) -> float:
    """The least score that counts, at a sensitivity of 0..1."""
    return HARDEST + (EASIEST - HARDEST) * sensitivity


def sure_of(score: float) -> float:
    """How sure a word of this score is, 0..1: half at the line of the default sensitivity."""
    return round(min(0.99, max(0.05, score / (2 * line_of(0.5)))), 3)


def spoken(
    transcripts: Mapping[str, Transcript], voices: Mapping[str, Voice], speakers: Mapping[str, Speakers], strips: Sequence[StripRef],
) -> tuple[Spoken, ...]:  # fmt: skip
    """Every word that is heard through `strips`, whose maps count in their sound's time, with how much it is stressed."""
    found: list[Spoken] = []
    for place in heard(strips):
        said, voice = transcripts.get(place.medium), voices.get(place.medium)
        if said is None or voice is None:
            continue
        judged = _judged(said, voice, speakers.get(place.medium))
        words = [stress.word for stress in judged]
        for number, stress in enumerate(judged):
            if not place.span.holds(stress.word.start):
                continue
            start, end = place.source.nearest_frame(stress.word.start), place.source.nearest_frame(_end(words, number))
            if place.frames.start <= start < min(end, place.frames.end):
                found.append(Spoken(stress, FrameRange(start, min(end, place.frames.end)), place.strip))
    return tuple(sorted(found, key=lambda one: (one.frames.start, one.strip)))


@lru_cache(maxsize=8)
def _judged(said: Transcript, voice: Voice, speakers: Speakers | None) -> tuple[Stress, ...]:
    """Other options need no other look at an hour of sound. Words in order of time."""
    words = tuple(sorted(said.words, key=lambda word: (word.start, word.end)))
    return stresses(words, voicing.decode(voice), by_speaker(words, speakers.turns) if speakers is not None else ())


def _end(words: Sequence[Word], number: int) -> Fraction:
    """Where the phrase ends that a word is in, from `SHORTEST` to `LONGEST` after its beginning."""
    start, end = words[number].start, words[number].end
    for after in words[number + 1 :]:
        if float(after.start - end) >= PAUSE or end - start >= LONGEST:
            break
        end = after.end
    return min(max(end, start + SHORTEST), start + LONGEST)


def picked(words: Sequence[Spoken], sensitivity: float, a_minute: int, within: Sequence[FrameRange], rate: Fraction) -> list[Spoken]:
    """The most stressed first, as many a minute of `within` as are wished for, and none closer to another than `APART`."""
    most = max(1, round(a_minute * float(sum(part.length for part in within) / rate) / 60))
    line, apart = line_of(sensitivity), round(APART * rate)
    chosen: list[Spoken] = []
    for one in sorted(words, key=lambda one: (-one.stress.score, one.frames.start)):
        if len(chosen) == most or one.stress.score < line:
            break
        if not any(part.holds(one.frames.start) for part in within):
            continue
        if all(one.frames.start >= other.frames.end + apart or other.frames.start >= one.frames.end + apart for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.frames.start)
