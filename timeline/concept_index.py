"""Facts of a medium by sample and by word, worked out once for all of its shots. Pure.

A film has a thousand shots and its facts are asked about each. They are known again by identity: to compare them would take as long as
to read them.
"""

from __future__ import annotations

import base64
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from ..ml.facts import Concepts, Faces, FaceTrack, Objects, Span, Track, Transcript, Word
from .concept_rules import said

Given = TypeVar("Given")
Made = TypeVar("Made")
KEPT = 4


def by_identity(make: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """What was made of the last few values is kept beside these; so an id stands for no other value meanwhile."""
    kept: OrderedDict[int, tuple[Given, Made]] = OrderedDict()

    def made(given: Given) -> Made:
        found = kept.get(id(given))
        if found is None:
            found = kept[id(given)] = (given, make(given))
            if len(kept) > KEPT:
                kept.popitem(last=False)
        return found[1]

    return made


@dataclass(frozen=True)
class Rows:
    """`boxes`: of each track float32 (samples, 5), left, top, width, height, confidence; `at`: sample -> (track, row) seen there."""

    boxes: tuple[Any, ...]
    at: dict[int, list[tuple[int, int]]]


@by_identity
def rows_of(facts: Objects | Faces) -> Rows:
    at: dict[int, list[tuple[int, int]]] = {}
    tracks: Sequence[Track | FaceTrack] = facts.tracks
    for number, track in enumerate(tracks):
        for row, sample in enumerate(track.samples):
            at.setdefault(sample, []).append((number, row))
    boxes = tuple(np.frombuffer(base64.b64decode(track.boxes), np.float32).reshape(-1, 5) for track in tracks)
    return Rows(boxes, at)


@by_identity
def scores_of(concepts: Concepts) -> Any:
    """float64 (samples, concepts), 0..1."""
    rows = np.frombuffer(base64.b64decode(concepts.scores), np.uint8)
    return rows.reshape(len(concepts.seconds), len(concepts.concepts)) / 255


@dataclass(frozen=True)
class Spoken:
    """Words in order of time, and the concepts each speaks for."""

    starts: tuple[Fraction, ...]
    words: tuple[tuple[Word, frozenset[str]], ...]

    def within(self, span: Span) -> tuple[tuple[Word, frozenset[str]], ...]:
        return self.words[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]


@by_identity
def spoken(transcript: Transcript) -> Spoken:
    words = [
        (word, said(word.text, utterance.language or transcript.language))
        for utterance in transcript.utterances
        for word in utterance.words
    ]
    words.sort(key=lambda pair: pair[0].start)
    return Spoken(tuple(word.start for word, _concepts in words), tuple(words))


def inside(seconds: Sequence[Fraction], span: Span) -> Any:
    """Indexes (n,) of the samples that lie in `span`; where none does, of the nearest if it is close, so that short shots have one."""
    first, end = bisect_left(seconds, span.start), bisect_left(seconds, span.end)
    if first < end or not len(seconds):
        return np.arange(first, end)
    away, nearest = min((abs(seconds[number] - span.start), number) for number in (max(first - 1, 0), min(first, len(seconds) - 1)))
    return np.array([nearest] if away <= max(Fraction(1), 2 * span.length) else [], np.int64)


def lasting(seconds: Sequence[Fraction], samples: set[int], end: Fraction) -> dict[int, float]:
    """How many seconds each of these samples stands for: until the next one, no later than `end`, and twice as long as usual at most."""
    usual = _usual(seconds)
    found = {}
    for sample in samples:
        following = seconds[sample + 1] if sample + 1 < len(seconds) else end
        length = float(min(following, end) - seconds[sample])
        found[sample] = max(0.0, min(length, 2 * usual) if usual else length)
    return found


@by_identity
def _usual(seconds: Sequence[Fraction]) -> float:
    """The median distance of two samples, 0.0 where there is only one."""
    gaps = [float(later - earlier) for earlier, later in pairwise(seconds) if later > earlier]
    return float(np.median(gaps)) if gaps else 0.0
