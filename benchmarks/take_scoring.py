"""Which takes were found to be the same line, and what is left of each line. For `takes`; tested on its own.

What was proposed is matched with the takes that are known: one belongs to a group when half of it lies in one of the group's takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import combinations

from benchmarks.take_set import Label

HALF = 0.5


@dataclass(frozen=True)
class Found:
    """A take that was proposed: of group `group`, seconds, and whether it is the one that stays."""

    group: str
    start: float
    end: float
    stays: bool


@dataclass(frozen=True)
class Score:
    """Pairs of takes of one line that there are, were named, and of these are right.

    Of `lines` with several takes: the one that should stay `kept`s, and all others go (`clean`); no complete take is left (`lost`).
    Of `singles`, said once, those that would go (`harmed`).
    """

    pairs: int = 0
    named: int = 0
    right: int = 0
    lines: int = 0
    kept: int = 0
    clean: int = 0
    lost: int = 0
    singles: int = 0
    harmed: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float:
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.pairs if self.pairs else 1.0


def score(labels: Sequence[Label], found: Sequence[Found]) -> Score:
    """Of one session."""
    groups = [frozenset(one.group for one in found if covered(label, [one]) >= HALF) for label in labels]
    going = [covered(label, [one for one in found if not one.stays]) >= HALF for label in labels]
    pairs = list(combinations(range(len(labels)), 2))
    same = {pair for pair in pairs if labels[pair[0]].line == labels[pair[1]].line}
    named = {(a, b) for a, b in pairs if groups[a] & groups[b] and not _one(labels[a], labels[b], found)}
    lines = {label.line: [n for n, one in enumerate(labels) if one.line == label.line] for label in labels}
    several = [numbers for numbers in lines.values() if len(numbers) > 1]
    kept = clean = lost = 0
    for numbers in several:
        best = max(n for n in numbers if labels[n].kind == "fluent")
        kept += not going[best]
        clean += not going[best] and all(going[n] for n in numbers if n != best)
        lost += all(going[n] for n in numbers if labels[n].kind != "broken")
    singles = [numbers[0] for numbers in lines.values() if len(numbers) == 1]
    return Score(len(same), len(named), len(same & named), len(several), kept, clean, lost, len(singles), sum(going[n] for n in singles))


def covered(label: Label, found: Sequence[Found]) -> float:
    """The share of a take that lies in what was proposed, which does not overlap."""
    inside = sum(max(0.0, min(label.end, one.end) - max(label.start, one.start)) for one in found)
    return inside / (label.end - label.start)


def _one(label: Label, other: Label, found: Sequence[Found]) -> bool:
    """Whether both lie in one and the same proposed take."""
    return any(covered(label, [one]) >= HALF and covered(other, [one]) >= HALF for one in found)
