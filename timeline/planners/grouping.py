"""Shots to scenes: the best way to divide an ordered row of shots, given how far apart any two of them are. Pure numpy.

The method is optimal sequential grouping: D. Rotman, D. Porat, G. Ashour, "Robust and Efficient Video Scene Detection Using
Optimal Sequential Grouping", IEEE ISM 2016, and with several modalities in Int. J. Semantic Computing 11(2), 2017: a scene is a
square on the diagonal of the matrix of distances, and dynamic programming finds the squares with the least cost. Ours is the
normalised cost of their ICMR 2018 paper (distances within all squares over the area of all squares) in Dinkelbach's parametric form
(Management Science 13(7), 1967): `sum of (distance - level)` over the squares. At a given level the number of scenes follows,
and the time is that of the additive cost, O(n * LONGEST).

Where theirs takes the number of scenes from the elbow of the singular values, ours takes the level that parts near distances
from far ones (after N. Otsu, IEEE Trans. SMC 9(1), 1979), drawn towards `USUAL` where there are few of them.
`benchmarks/scenes.py` sets both side by side.

Shots that alternate (shot and reverse shot) are far apart and belong together, because each comes back on both sides of the
other. So a distance is half itself and half that of the closest pair which encloses it: the overlapping links of A. Hanjalic,
R. Lagendijk, J. Biemond, IEEE Trans. CSVT 9(4), 1999.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

LONGEST = 240
"""Shots a scene holds at most by default."""
REACH = 10
"""Shots over which an enclosing pair counts, and distances are compared to find the level."""
USUAL, TRUSTED = 0.4, 30
"""The level where nothing is known, and how many distances weigh as much as it."""
LEAST, MOST = 0.15, 0.75
"""Shots nearer than the one are one scene whatever the others are like; those farther than the other are not."""
BINS = 64


def linked(distances: Any) -> Any:
    """`distances` (n, n), 0..1, with those of the closest enclosing pairs: the mean of both."""
    n = len(distances)
    place = np.arange(n)
    near = np.where(np.abs(place[:, None] - place) <= REACH, distances, 1.0)
    closest = np.minimum.accumulate(np.minimum.accumulate(near, axis=0)[:, ::-1], axis=1)[:, ::-1]
    upper = np.triu(np.minimum(closest, distances), 1)  # every pair encloses itself, however far apart in time
    return (distances + upper + upper.T) / 2


def level_of(distances: Any) -> float:
    """The distance above which two neighbouring shots are of different scenes, by the distances themselves."""
    n = len(distances)
    pairs = [np.diagonal(distances, offset) for offset in range(1, min(n, REACH + 1))]
    values = np.concatenate(pairs) if pairs else np.zeros(0)
    weight = len(values) / (len(values) + TRUSTED)
    return float(np.clip(weight * parting(values) + (1 - weight) * USUAL, LEAST, MOST))


def parting(values: Any) -> float:
    """The threshold between two heaps of values in 0..1: found as Otsu's, placed at the geometric mean of the heaps' means.

    Otsu's own place, half-way, is right for heaps of one width; those of distances are the wider the farther they are.
    """
    counts, edges = np.histogram(values, bins=BINS, range=(0.0, 1.0))
    middles = (edges[1:] + edges[:-1]) / 2
    low, moment = np.cumsum(counts), np.cumsum(counts * middles)
    high = low[-1] - low
    apart = np.where(low * high > 0, (moment[-1] * low - moment * low[-1]) ** 2 / np.maximum(low * high, 1), 0)
    best = int(np.argmax(apart))
    if not apart[best]:
        return USUAL
    return float(np.sqrt(moment[best] / low[best] * (moment[-1] - moment[best]) / high[best]))


def grouped(distances: Any, granularity: float = 0.5, barred: Collection[int] = ()) -> tuple[list[int], list[float]]:
    """The first shot of each scene (rising, the first is 0), and how sure each of these boundaries is, 0..1.

    `distances` are (n, n), symmetric, 0..1, 0 on the diagonal. No scene begins at a `barred` shot. `granularity` .5 is the optimum at
    the level the distances suggest; 0 is one scene, 1 as many as there may be. In between, the scenes most alike are joined
    first, and the scene that gains most is split first: more granularity never takes a boundary away.
    """
    n = len(distances)
    if not n:
        return [], []
    squares = _Squares(distances)
    level = level_of(distances)
    open_ = np.ones(n, bool)
    open_[list(barred)] = False
    best = squares.optimal(level, open_)
    if granularity < 0.5:
        scenes = squares.joined(best, 1 + round((len(best) - 1) * granularity * 2))
    else:
        most = int(open_[1:].sum()) + 1
        scenes = squares.split(best, len(best) + round((most - len(best)) * (granularity * 2 - 1) ** 2), level, open_)
    return scenes, [1.0, *(_sure(squares.between(*three), level) for three in zip(scenes, scenes[1:], [*scenes[2:], n], strict=False))]


def _sure(distance: float, level: float) -> float:
    """.5 where both sides are as far apart as the level, rising towards 1 beyond. Rounded, so that it is the same on every machine."""
    return round(float(0.5 * distance / level if distance < level else 1 - 0.5 * (level / distance) ** 2), 3)


class _Squares:
    """Sums of the distances over any rectangle of shots, in no time."""

    def __init__(self, distances: Any) -> None:
        self.n = len(distances)
        self._sums = np.zeros((self.n + 1, self.n + 1))
        np.cumsum(np.cumsum(distances, axis=0), axis=1, out=self._sums[1:, 1:])

    def between(self, start: Any, middle: Any, end: Any) -> Any:
        """The mean distance from the shots start..middle to the shots middle..end. Takes arrays too."""
        s = self._sums
        total = s[middle, end] - s[start, end] - s[middle, middle] + s[start, middle]
        return total / ((middle - start) * (end - middle))

    def optimal(self, level: float, open_: Any) -> list[int]:
        """The first shots of the scenes with the least sum of (distance - level) over all their squares."""
        s, diagonal = self._sums, np.diagonal(self._sums)
        least = np.zeros(self.n + 1)
        came = np.zeros(self.n + 1, np.int64)
        area = level * np.arange(LONGEST, 0, -1.0) ** 2
        ready = np.where(open_, 0.0, np.inf)
        for end in range(1, self.n + 1):
            low = max(0, end - LONGEST)
            column = s[low:end, end]
            cost = ready[low:end] + (diagonal[end] - 2 * column + diagonal[low:end]) - area[LONGEST - (end - low) :]
            came[end] = low + int(np.argmin(cost))
            least[end] = cost[came[end] - low]
            if end < self.n:
                ready[end] = least[end] if open_[end] else np.inf
        found, end = [], self.n
        while end > 0:
            end = int(came[end])
            found.append(end)
        return found[::-1]

    def joined(self, scenes: Sequence[int], count: int) -> list[int]:
        """`count` of these scenes' beginnings, those between the most alike neighbours left out first."""
        left = [*scenes, self.n]
        while len(left) - 1 > max(1, count):
            edges = np.array(left)
            apart = self.between(edges[:-2], edges[1:-1], edges[2:])
            del left[1 + int(np.argmin(apart))]
        return left[:-1]

    def split(self, scenes: Sequence[int], count: int, level: float, open_: Any) -> list[int]:
        """These scenes' beginnings and more, up to `count`: the split that gains most is made first."""
        found = list(scenes)
        queue: list[tuple[float, int, int, int]] = []

        def offer(start: int, end: int) -> None:
            places = start + 1 + np.flatnonzero(open_[start + 1 : end])
            if len(places):
                usual = min(level, self._mean(start, end))
                gains = (self.between(start, places, end) - usual) * (places - start) * (end - places)
                best = int(np.argmax(gains))
                heapq.heappush(queue, (-float(gains[best]), start, int(places[best]), end))

        for start, end in pairwise([*found, self.n]):
            offer(start, end)
        while queue and len(found) < count:
            _, start, middle, end = heapq.heappop(queue)
            found.append(middle)
            offer(start, middle)
            offer(middle, end)
        return sorted(found)

    def _mean(self, start: int, end: int) -> float:
        s = self._sums
        return float((s[end, end] - 2 * s[start, end] + s[start, start]) / (end - start) ** 2)
