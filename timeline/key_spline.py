"""Properties that move as few keyframes, at the same frames for those that move together: cubics without corners within tolerances. Pure.

Blender plays Bezier keyframes whose handles reach a third of the way to their neighbours as the cubic of Hermite through their values and
slopes (`effect.Key.slope`). From each keyframe the next one is as far away as the cubic between the two stays within the tolerances,
found by doubling and halving: one pass, in time in proportion to the length, for paths that tremble and need many (`reframe_keys` looks for
the fewest of smooth ones).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .effect import Curve, Ease, Key

FARTHEST = 400
"""Frames: keyframes of what hardly moves are no farther apart, so that one can be changed without all the others."""


@dataclass(frozen=True)
class Spline:
    """Keyframes at `places` (k,), rising, with `values` and `slopes` (k, properties), slopes a frame."""

    places: Any
    values: Any
    slopes: Any

    def played(self) -> Any:
        """Float64 (places[-1] - places[0] + 1, properties): the values at every frame."""
        return np.concatenate([self.values[:1], *(_cubic(self, number) for number in range(len(self.places) - 1))])


def fitted(path: Any, tolerance: Sequence[float]) -> Spline:
    """The keyframes of `path` float64 (frames, properties), one row a frame; each property strays by its `tolerance` at most.

    A property that moves by less than its tolerance in all stands still.
    """
    path = np.array(path, np.float64)
    limits = np.asarray(tolerance, np.float64)
    for column in np.flatnonzero(np.ptp(path, axis=0) <= limits) if len(path) else ():
        path[:, column] = (path[:, column].max() + path[:, column].min()) / 2
    slopes = np.gradient(path, axis=0) if len(path) > 1 else np.zeros_like(path)
    last, places = len(path) - 1, [0]
    while places[-1] < last:
        start = places[-1]
        good, bad, step = start + 1, last + 1, 2
        while good < last and step <= FARTHEST:
            tried = min(start + step, last)
            if _holds(path, slopes, start, tried, limits):
                good, step = tried, step * 2
            else:
                bad = tried
                break
        while bad - good > 1 and bad <= last:
            tried = (good + bad) // 2
            if _holds(path, slopes, start, tried, limits):
                good = tried
            else:
                bad = tried
        places.append(good)
    return Spline(np.array(places), path[places], slopes[places])


def curves(paths: Sequence[str], pieces: Sequence[tuple[int, Spline]]) -> tuple[Curve, ...]:
    """A curve for each of the properties at `paths`, made of `pieces` (first frame, keyframes) in order of time.

    Each piece holds its last value until the next begins: nothing moves across.
    """
    found = []
    for column, path in enumerate(paths):
        keys = [
            Key(float(first + place), float(value), _ease(number, spline), float(slope))
            for first, spline in pieces
            for number, (place, value, slope) in enumerate(
                zip(spline.places, spline.values[:, column], spline.slopes[:, column], strict=True)
            )
        ]
        found.append(Curve(path, tuple(keys)))
    return tuple(found)


def _ease(number: int, spline: Spline) -> Ease:
    return "CONSTANT" if number == len(spline.places) - 1 else "BEZIER"


def _cubic(spline: Spline, number: int) -> Any:
    """The frames after keyframe `number` up to the next one."""
    length = int(spline.places[number + 1] - spline.places[number])
    known = np.stack([spline.values[number], spline.slopes[number] * length, spline.values[number + 1], spline.slopes[number + 1] * length])
    return _basis(length) @ known


def _holds(path: Any, slopes: Any, start: int, end: int, limits: Any) -> bool:
    length = end - start
    known = np.stack([path[start], slopes[start] * length, path[end], slopes[end] * length])
    return bool((np.abs(_basis(length) @ known - path[start + 1 : end + 1]) <= limits).all())


@lru_cache(maxsize=1024)
def _basis(length: int) -> Any:
    """Float64 (length, 4): what value and slope at the beginning and at the end weigh at each whole frame after the first."""
    x = np.arange(1, length + 1) / length
    return np.stack([(1 + 2 * x) * (1 - x) ** 2, x * (1 - x) ** 2, x * x * (3 - 2 * x), x * x * (x - 1)], axis=1)
