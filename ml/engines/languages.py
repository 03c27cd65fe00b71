"""Which language is spoken where. Pure.

Whisper tells a window's language by what it hears first: a window in which two languages follow each other gets the first one, and
may be sure of it. So a window that is not nearly sure of the sound's main language is looked at stretch by stretch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from .voice import HOP, RATE, Range, speech

CERTAIN = 0.97
"""A window that is the main language with this chance is not looked at closer."""
SURE = 0.8
"""A stretch that is another language with this chance is that language."""
KNOWN = 0.6
"""The same, for a language that was surely heard elsewhere in the sound."""
STRETCH = 2 * RATE // HOP
"""Hops of speech from which a language can be told."""
BREATH = RATE // 4 // HOP
"""Hops of pause at which a language may change."""


@dataclass
class Tally:
    """The languages of a sound so far: seconds of speech, each weighed by how sure it was. `fixed`: the language that was asked for."""

    fixed: str = ""
    _weight: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, language: str, chance: float, seconds: float) -> None:
        self._weight[language] += chance * seconds
        self._seconds[language] += seconds

    @property
    def main(self) -> str:
        """The language spoken longest; "" before anything was heard."""
        return self.fixed or max(self._weight, key=self._weight.__getitem__, default="")

    @property
    def sureness(self) -> float:
        """How likely the main language was where it was spoken, 0..1."""
        if self.fixed:
            return 1.0
        main = self.main
        return self._weight[main] / self._seconds[main] if main and self._seconds[main] else 0.0

    def known(self, language: str) -> bool:
        return self._weight.get(language, 0.0) >= SURE * 2.0

    def choose(self, chances: Mapping[str, float], before: str) -> tuple[str, float]:
        """The language of a stretch and its chance: the likeliest one where that is sure, else `before`, else the main one."""
        best = max(chances, key=chances.__getitem__)
        usual = before or self.main
        if not usual or chances[best] >= (KNOWN if self.known(best) else SURE):
            return best, chances[best]
        return usual, chances.get(usual, 0.0)


def usual(found: Sequence[tuple[Mapping[str, float], float]]) -> str:
    """The language that several windows together speak for; each with its seconds of speech."""
    votes: dict[str, float] = defaultdict(float)
    for chances, seconds in found:
        for code, chance in chances.items():
            votes[code] += chance * seconds
    return max(votes, key=votes.__getitem__)


def stretches(chance: Any) -> list[Range]:
    """A clip (the voice detector's chance for each hop) in half-open ranges of hops that a language can be told from.

    They lie side by side and cover the clip; each begins after a pause and holds `STRETCH` of speech, the last one what is left.
    """
    found: list[Range] = []
    start = held = 0
    regions = speech(chance)
    for place, (first, end) in enumerate(regions):
        held += end - first
        following = regions[place + 1][0] if place + 1 < len(regions) else None
        if following is not None and held >= STRETCH and following - end >= BREATH:
            middle = (end + following) // 2
            found.append((start, middle))
            start, held = middle, 0
    if not held or (found and held < STRETCH // 2):
        start = found.pop()[0] if found else 0
    return [*found, (start, len(chance))]


def runs(ranges: Sequence[Range], languages: Sequence[str]) -> list[tuple[Range, str]]:
    """Neighbours that speak the same language as one."""
    found = []
    for language, group in groupby(zip(ranges, languages, strict=True), key=lambda pair: pair[1]):
        members = [span for span, _ in group]
        found.append(((members[0][0], members[-1][1]), language))
    return found
