"""Diarisation error rate: how much of the speech is missed, invented, or given to the wrong speaker. Standard library only.

NIST's rules (md-eval): a collar around every boundary of the reference is not scored, nor is speech of several at once here; speakers
are matched so that the error is least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

STEP = 0.01
Said = tuple[float, float, object]
"""From, to (seconds), who."""


@dataclass(frozen=True)
class Score:
    """Shares of the scored speech."""

    missed: float
    invented: float
    confused: float

    @property
    def error(self) -> float:
        return self.missed + self.invented + self.confused


def score(reference: Sequence[Said], found: Sequence[Said], collar: float = 0.25) -> Score:
    """Raises `ValueError` when no speech is left to score."""
    end = max([stop for _, stop, _ in (*reference, *found)], default=0.0)
    count = round(end / STEP) + 1
    speech: list[set[object]] = [set() for _ in range(count)]
    told: list[object] = [None] * count
    scored = [True] * count
    for start, stop, who in reference:
        for place in range(round(start / STEP), round(stop / STEP)):
            speech[place].add(who)
        for edge in (start, stop):
            for place in range(max(0, round((edge - collar) / STEP)), min(count, round((edge + collar) / STEP))):
                scored[place] = False
    for start, stop, who in found:
        for place in range(round(start / STEP), round(stop / STEP)):
            told[place] = who
    pairs = [(next(iter(who), None), told[place]) for place, who in enumerate(speech) if scored[place] and len(who) < 2]
    total = sum(who is not None for who, _ in pairs)
    if not total:
        raise ValueError("there is no speech to score")
    missed = sum(who is not None and said is None for who, said in pairs)
    invented = sum(who is None and said is not None for who, said in pairs)
    both = [(who, said) for who, said in pairs if who is not None and said is not None]
    return Score(missed / total, invented / total, (len(both) - _matched(both)) / total)


def _matched(both: Sequence[tuple[object, object]]) -> int:
    """Steps that agree under the best one-to-one match of speakers."""
    real, said = sorted({who for who, _ in both}, key=str), sorted({who for _, who in both}, key=str)
    agree = {(a, b): sum(1 for who in both if who == (a, b)) for a in real for b in said}
    if len(real) > len(said):
        return max((sum(agree[a, b] for a, b in zip(order, said, strict=True)) for order in permutations(real, len(said))), default=0)
    return max((sum(agree[a, b] for a, b in zip(real, order, strict=True)) for order in permutations(said, len(real))), default=0)
