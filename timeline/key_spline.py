"""Properties that move as few keyframes, at the same frames for those that move together: cubics without corners within tolerances. Pure.

Blender plays Bezier keyframes whose handles reach a third of the way to their neighbours as the cubic of Hermite through their values and
slopes (`effect.Key.slope`). These are fitted to all frames at once by least squares, so that a keyframe stands for the frames around it and
not for its own alone. Keyframes are added where the curve misses, then taken away where none is missed (after D. H. Douglas and T. K.
Peucker, Cartographica 10, 1973). It is `reframe_keys` for long paths that tremble and need many: many keyframes are tried at a time, and
the equations have few diagonals, so the time is in proportion to the length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .banded import solver_of
from .effect import Curve, Ease, Key

FARTHEST = 400
"""Frames: keyframes of what hardly moves are no farther apart, so that one can be changed without all the others."""
TURNS = 6
"""How often a third of the keyframes is tried without."""
UNTOLD = 1e-6
"""What keeps a slope that no frame tells of, in squares of frames."""


@dataclass(frozen=True)
class Spline:
    """Keyframes at `places` (k,), rising, with `values` and `slopes` (k, properties), slopes a frame."""

    places: Any
    values: Any
    slopes: Any

    def played(self) -> Any:
        """Float64 (places[-1] - places[0] + 1, properties): the values at every frame."""
        weights, piece = _weighed(self.places)
        known = np.stack([self.values[:-1], self.slopes[:-1], self.values[1:], self.slopes[1:]])
        found = sum(weights[part][:, None] * known[part][piece] for part in range(4)) if len(known[0]) else self.values[:0]
        return np.concatenate([self.values[:1], found])


def fitted(path: Any, tolerance: Sequence[float]) -> Spline:
    """The keyframes of `path` float64 (frames, properties), one row a frame; each property strays by its `tolerance` at most.

    A property that moves by less than its tolerance in all stands still.
    """
    path = np.array(path, np.float64)
    limits = np.asarray(tolerance, np.float64)
    for column in np.flatnonzero(np.ptp(path, axis=0) <= limits) if len(path) else ():
        path[:, column] = (path[:, column].max() + path[:, column].min()) / 2
    last = len(path) - 1
    if last < 1:
        return Spline(np.arange(len(path)), path, np.zeros_like(path))
    spline = _solved(path, np.unique([*range(0, last, FARTHEST), last]))
    while len(more := _missed(path, limits, spline)):
        spline = _solved(path, np.union1d(spline.places, more))
    for turn in range(TURNS):
        spline = _fewer(path, limits, spline, turn % 3)
    return spline


def _fewer(path: Any, limits: Any, spline: Spline, turn: int) -> Spline:
    """Without each third keyframe, as far as nothing is missed for want of it."""
    places = spline.places
    gone = places[1 + turn : -1 : 3]
    while len(gone):
        kept = np.setdiff1d(places, gone)
        tried = _solved(path, kept)
        wrong = np.append(_missed(path, limits, tried), kept[:-1][np.diff(kept) > FARTHEST] + 1)
        if not len(wrong):
            return tried
        gone = np.delete(gone, np.unique(np.abs(wrong[:, None] - gone).argmin(axis=1)))
    return spline


def _solved(path: Any, places: Any) -> Spline:
    """The curve with keyframes at these places that misses least (squares); what no frame tells is as between neighbouring frames."""
    plain = Spline(places, path[places], np.gradient(path, axis=0)[places])
    (weights, piece), count = _weighed(places), 2 * len(places)
    bands = np.zeros((4, 1, count))
    bands[0] = UNTOLD
    bands[0, 0, 0] += 1  # the first frame, which is in no piece
    for one in range(4):
        for other in range(one, 4):
            bands[other - one, 0] += np.bincount(2 * piece + one, weights[one] * weights[other], count)
    off = (path - plain.played())[1:]
    right = np.array([
        sum(np.bincount(2 * piece + one, weights[one] * column, count) for one in range(4)) for column in off.T
    ])  # fmt: skip
    solve = solver_of(bands)
    better = np.stack([solve(row[None])[0].reshape(-1, 2) for row in right], axis=2)
    return Spline(places, plain.values + better[:, 0], plain.slopes + better[:, 1])


def _missed(path: Any, limits: Any, spline: Spline) -> Any:
    """Of each piece of the curve that strays too far the frame between its keyframes where it does most."""
    error = (np.abs(spline.played() - path) / limits).max(axis=1)
    starts, ends = spline.places[:-1], spline.places[1:]
    worst = np.maximum(np.maximum.reduceat(error, starts), error[ends])
    wrong = np.flatnonzero((worst > 1) & (ends - starts > 1))
    return np.array([starts[one] + 1 + error[starts[one] + 1 : ends[one]].argmax() for one in wrong], np.int64)


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


def _weighed(places: Any) -> tuple[Any, Any]:
    """(float64 (4, frames): what value and slope at the beginning and at the end of its piece weigh at each frame after the first, the
    numbers of the pieces)."""
    lengths = np.diff(places)
    piece = np.repeat(np.arange(len(lengths)), lengths)
    length = lengths[piece]
    x = (np.arange(1, len(piece) + 1) - places[piece]) / np.maximum(length, 1)
    rest = 1 - x
    return np.stack([(1 + 2 * x) * rest**2, x * rest**2 * length, x * x * (3 - 2 * x), -x * x * rest * length]), piece
