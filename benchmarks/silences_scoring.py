"""What a cutter did to speech whose words and silences are known. For `silences`; tested on its own.

A word counts as clipped when more than `SLACK` of what sounds of it is removed. Where each word of a phrase is, is told by its letters.
That matters only to how many words go where a cut takes several: whatever is cut out of the sounding part of a phrase clips at least one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.silences_labels import Laid, Phrase

SLACK = 0.01
"""Seconds: a row of the facts, and less than any sound of speech."""
Range = tuple[float, float]


@dataclass(frozen=True)
class Score:
    """`clipped` of `words`; seconds of `silence`, `removed` of it; of `allowed` whole frames between a cutter's own paddings it removed
    `taken`; `kept` of `pauses` are left as they were."""

    words: int = 0
    clipped: int = 0
    silence: float = 0.0
    removed: float = 0.0
    allowed: int = 0
    taken: int = 0
    pauses: int = 0
    kept: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(one + two for one, two in zip(self._all(), other._all(), strict=True)))  # type: ignore[arg-type]

    def _all(self) -> tuple[float, ...]:
        return (self.words, self.clipped, self.silence, self.removed, self.allowed, self.taken, self.pauses, self.kept)


def score(sound: Laid, removed: Sequence[Range], rate: float, before: float, after: float) -> Score:
    """Of `removed` seconds, cut at `rate` frames a second by one who leaves `before` and `after` speech as they are."""
    cuts = together(removed)
    words = sum(len(one.words) for one in sound.phrases)
    clipped = sum(clipped_words(one, cuts) for one in sound.phrases)
    silence = sum(end - start for start, end in sound.silences)
    length = sound.silences[-1][1]
    allowed = taken = kept = 0
    for start, end in sound.silences:
        first = math.ceil((start + (after if start > 0 else 0)) * rate - 1e-6)
        last = math.floor((end - (before if end < length else 0)) * rate + 1e-6)
        frames = [(frame / rate, (frame + 1) / rate) for frame in range(first, last)]
        gone = sum(inside(one, cuts) > 0.5 / rate for one in frames)
        allowed, taken, kept = allowed + len(frames), taken + gone, kept + (not gone)
    return Score(words, clipped, silence, sum(inside(one, cuts) for one in sound.silences), allowed, taken, len(sound.silences), kept)


def clipped_words(phrase: Phrase, cuts: Sequence[Range]) -> int:
    """How many words of a phrase lose something that sounds."""
    lost = [
        (max(a, start), min(b, end)) for a, b in phrase.sounding for start, end in cuts if min(b, end) - max(a, start) > SLACK + 1e-9
    ]
    return sum(any(inside(word, [one]) > 0 for one in lost) for word in places(phrase))


def places(phrase: Phrase) -> list[Range]:
    """From when to when each word is said, by its share of the letters."""
    letters = [len(word) + 1 for word in phrase.words]
    edges = [phrase.start + (phrase.end - phrase.start) * sum(letters[:number]) / sum(letters) for number in range(len(letters) + 1)]
    return list(pairwise(edges))


def inside(span: Range, cuts: Sequence[Range]) -> float:
    """Seconds of a span that are cut out; `cuts` do not overlap."""
    return sum(max(0.0, min(span[1], end) - max(span[0], start)) for start, end in cuts)


def together(ranges: Sequence[Range]) -> list[Range]:
    """In order of time, without overlap."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > start:
            found.append((start, end))
    return found
