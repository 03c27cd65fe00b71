"""A path as few keyframes: a cubic curve without corners through as few points as keep within a tolerance. Pure.

Blender plays Bezier keyframes whose handles reach a third of the way to their neighbours as the cubic of Hermite through their values and
slopes; so what is fitted here by least squares is what is played. Keyframes are added where the curve is farthest from the path, then
taken away where none is missed: the greedy refinement of D. H. Douglas and T. K. Peucker ("Algorithms for the reduction of the number of
points required to represent a digitized line", Cartographica 10, 1973), with curves for lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

REST = 12
"""Frames: a shorter rest between two moves is a jolt."""
STEPS = 8.0
"""How much being off by a step from frame to frame counts against being off its place."""


@dataclass(frozen=True)
class Knot:
    """A keyframe: the curve passes through `value` at `frame`, rising by `slope` a frame."""

    frame: int
    value: float
    slope: float = 0.0


def fitted(frames: Any, path: Any, tolerance: float, apart: int = 4) -> tuple[Knot, ...]:
    """The keyframes of a path: `path` float64 (n,) at `frames` (n,), which rise and begin and end at whole frames.

    The path runs straight between these. The curve is nowhere farther than `tolerance` from it, as long as keyframes `apart` frames from
    each other can do that. One keyframe stands for a path that stays within half of it.
    """
    if np.ptp(path) <= tolerance:
        return (Knot(round(float(frames[0])), float(np.max(path) + np.min(path)) / 2),)
    every = np.arange(round(float(frames[0])), round(float(frames[-1])) + 1)
    path, frames = np.interp(every, frames, path), every
    knots = [int(frames[0]), int(frames[-1])]
    while True:
        solved, error = _fit(frames, path, knots)
        free = np.abs(frames[:, None] - np.asarray(knots)).min(axis=1) >= apart
        if error.max() <= tolerance or not free.any():
            break
        knots = sorted([*knots, int(frames[np.where(free, error, -1).argmax()])])
    number = 1
    while number < len(knots) - 1:
        fewer = [*knots[:number], *knots[number + 1 :]]
        tried, error = _fit(frames, path, fewer)
        if error.max() <= tolerance:
            knots, solved = fewer, tried
        else:
            number += 1
    count = len(knots)
    found = [Knot(k, float(v), float(s)) for k, v, s in zip(knots, solved[:count], solved[count:], strict=True)]
    return _at_rest(found, frames, path, tolerance)


def _fit(frames: Any, path: Any, knots: list[int]) -> tuple[Any, Any]:
    """(values and slopes of the keyframes, how far the curve is off at each frame), by least squares of places and of steps.

    Places alone would be met by curves that bend more sharply than the path.
    """
    matrix = _basis(frames, np.asarray(knots))
    steps = STEPS * np.diff(matrix, axis=0)
    square = matrix.T @ matrix + steps.T @ steps + 1e-9 * np.eye(2 * len(knots))
    solved = np.linalg.solve(square, matrix.T @ path + steps.T @ (STEPS * np.diff(path)))
    return solved, np.abs(matrix @ solved - path)


def _basis(frames: Any, knots: Any) -> Any:
    """Float64 (frames, 2·knots): what values and slopes of Hermite's cubics weigh at each frame."""
    piece = np.clip(np.searchsorted(knots, frames, side="right") - 1, 0, len(knots) - 2)
    length = knots[piece + 1] - knots[piece]
    x = (frames - knots[piece]) / length
    rows, count = np.arange(len(frames)), len(knots)
    matrix = np.zeros((len(frames), 2 * count))
    matrix[rows, piece] = (1 + 2 * x) * (1 - x) ** 2
    matrix[rows, piece + 1] = x * x * (3 - 2 * x)
    matrix[rows, count + piece] = x * (1 - x) ** 2 * length
    matrix[rows, count + piece + 1] = x * x * (x - 1) * length
    return matrix


def _at_rest(knots: list[Knot], frames: Any, path: Any, tolerance: float) -> tuple[Knot, ...]:
    """The same, standing still between neighbours that are next to equal, where that keeps within the tolerance: no creeping."""
    found = tuple(knots)
    for number in range(len(found) - 1):
        one, other = found[number], found[number + 1]
        swing = max(abs(one.slope), abs(other.slope)) * (other.frame - one.frame) * 0.15
        long = other.frame - one.frame >= REST
        if long and abs(one.value - other.value) <= tolerance / 2 and swing <= tolerance / 2:
            value = one.value if number and found[number - 1].value == one.value else (one.value + other.value) / 2
            tried = (*found[:number], Knot(one.frame, value), Knot(other.frame, value), *found[number + 2 :])
            if np.abs(played(tried, frames) - path).max() <= tolerance:
                found = tried
    return found


def played(knots: tuple[Knot, ...], frames: Any) -> Any:
    """Float64, one for each of `frames`: what Blender plays. Before the first and after the last keyframe it stands still."""
    frames = np.asarray(frames, np.float64)
    if len(knots) == 1:
        return np.full(len(frames), knots[0].value)
    at = np.array([knot.frame for knot in knots], np.float64)
    solved = np.array([knot.value for knot in knots] + [knot.slope for knot in knots])
    values: Any = _basis(np.clip(frames, at[0], at[-1]), at) @ solved
    return values
