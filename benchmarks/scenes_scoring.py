"""How well a film was divided into scenes, by the measures the field uses. Scenes are given by their first frames; the first is 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Ranges = list[tuple[int, int]]


@dataclass(frozen=True)
class Score:
    """`coverage` and `overflow`, 0..1, and their `f`; `edits` is the differential edit distance, 0 best; `found` scenes of `there`;
    `precision` and `recall` of the boundaries.
    """

    coverage: float
    overflow: float
    edits: float
    precision: float
    recall: float
    found: int
    there: int

    @property
    def f(self) -> float:
        """The harmonic mean of coverage and what does not overflow."""
        return harmonic(self.coverage, 1 - self.overflow)

    @property
    def boundary_f1(self) -> float:
        return harmonic(self.precision, self.recall)


def harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def ranges(starts: Sequence[int], length: int) -> Ranges:
    return list(pairwise([*starts, length]))


def overlap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def coverage(truth: Ranges, found: Ranges) -> float:
    """How much of each scene lies in one found scene, weighted by length (J. Vendrig, M. Worring, IEEE Trans. Multimedia 4(4), 2002)."""
    return sum(max(overlap(scene, other) for other in found) for scene in truth) / (truth[-1][1] - truth[0][0])


def overflow(truth: Ranges, found: Ranges) -> float:
    """How far the found scenes that touch a scene reach into its neighbours, as a share of these, weighted by length.

    By the same authors. Where a film is one scene nothing can overflow.
    """
    total = 0.0
    for number, scene in enumerate(truth):
        beside = [truth[other] for other in (number - 1, number + 1) if 0 <= other < len(truth)]
        room = sum(end - start for start, end in beside)
        beyond = sum((other[1] - other[0]) - overlap(scene, other) for other in found if overlap(scene, other))
        total += (scene[1] - scene[0]) * (min(1.0, beyond / room) if room else 0.0)
    return total / (truth[-1][1] - truth[0][0])


def differential_edits(truth: Ranges, found: Ranges) -> float:
    """Frames whose scene must be renamed before the two divisions agree, as a share: 1 less the most that can agree, one to one.

    P. Sidiropoulos, V. Mezaris, I. Kompatsiaris, J. Kittler, IEEE Trans. CSVT 22(6), 2012. Both divisions are in order, so the best
    pairing never crosses, and dynamic programming finds it.
    """
    best = [0] * (len(found) + 1)
    for scene in truth:
        row = [0]
        for number, other in enumerate(found):
            row.append(max(row[-1], best[number + 1], best[number] + overlap(scene, other)))
        best = row
    return 1 - best[-1] / (truth[-1][1] - truth[0][0])


def score(truth: Sequence[int], found: Sequence[int], length: int, tolerance: int = 12) -> Score:
    """`truth` and `found` are the scenes' first frames; boundaries at most `tolerance` frames apart are the same, each used once."""
    true, other = ranges(truth, length), ranges(found, length)
    left, hits = list(found[1:]), 0
    for boundary in truth[1:]:
        near = min(left, key=lambda one: abs(one - boundary), default=None)
        if near is not None and abs(near - boundary) <= tolerance:
            left.remove(near)
            hits += 1
    precision = hits / (len(found) - 1) if len(found) > 1 else 1.0
    recall = hits / (len(truth) - 1) if len(truth) > 1 else 1.0
    return Score(coverage(true, other), overflow(true, other), differential_edits(true, other), precision, recall, len(found), len(truth))
