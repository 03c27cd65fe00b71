"""How a graphic moves that is attached to a subject: smoothed, as few keyframes, hidden while the subject is lost. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .effect import Curve, Key, Setting
from .key_spline import curves, fitted
from .timebase import FrameRange

PATHS = ("transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y", "transform.rotation")
FADE = 2
"""Frames in which a graphic comes and goes where its subject is lost for a while."""


@dataclass(frozen=True)
class Motion:
    """Of a strip that fills the frame: `places` float64 (frames, 4): where its middle goes, in pixels from that of the frame, by what it is
    scaled, and its angle. `radius`: pixels from its middle to its farthest point at a scale of 1."""

    places: Any
    seen: Any
    radius: float


def smoothed(path: Any, seen: Any, deviation: float) -> Any:
    """Float64 like `path` (frames, columns): the mean of its surroundings under a Gaussian of so many frames, parts that are seen alone.

    Each seen part is turned round a point at its ends, so that a steady movement goes on there as it is.
    """
    found = np.array(path, np.float64)
    if deviation <= 0:
        return found
    for start, end in parts(seen):
        length = end - start
        reach = min(length - 1, round(3 * deviation))
        if reach < 1:
            continue
        weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
        weights /= weights.sum()
        for column in range(found.shape[1]):
            part = found[start:end, column]
            ends = 2 * part[0] - part[reach:0:-1], 2 * part[-1] - part[-2 : -reach - 2 : -1]
            found[start:end, column] = np.convolve(np.concatenate([ends[0], part, ends[1]]), weights, "valid")
    return found


def parts(seen: Any) -> list[tuple[int, int]]:
    """From where up to where it is seen, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], seen, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def moved(motion: Motion, first: int, tolerance: float) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    """Position, scale and rotation from frame `first` on: what of them stands still, and what moves.

    No point is off by more than `tolerance` pixels. Where it is lost for a while it stays where it was, and goes on from where it is found.
    """
    rest = 0.25 * tolerance / max(motion.radius, 1.0)
    limits = (0.45 * tolerance, 0.45 * tolerance, rest, rest, rest)
    x, y, size, angle = motion.places.T
    table = np.column_stack([x, y, size, size, angle])
    pieces = [(first + start, fitted(table[start:end], limits)) for start, end in parts(motion.seen)]
    still: list[Setting] = []
    moving: list[Curve] = []
    for curve in curves(PATHS, pieces):
        values = [key.value for key in curve.keys]
        if max(values) - min(values) <= 1e-9:
            still.append(Setting(curve.path, values[0]))
        else:
            moving.append(curve)
    return tuple(still), tuple(moving)


def opacity(seen: Any, frames: FrameRange, whole: FrameRange) -> tuple[Curve, ...]:
    """Opacity over `whole`, of a subject seen (n,) in `frames`: it goes within `FADE` frames once it is lost. None where it never is."""
    shown = [(frames.start + start, frames.start + end) for start, end in parts(seen)]
    if shown == [(whole.start, whole.end)]:
        return ()
    keys: list[Key] = []
    for start, end in shown:
        if start > whole.start:
            keys += [Key(start - FADE, 0.0, "LINEAR"), Key(start, 1.0, "LINEAR")]
        else:
            keys.append(Key(start, 1.0, "LINEAR"))
        if end < whole.end:
            keys += [Key(end - 1, 1.0, "LINEAR"), Key(end - 1 + FADE, 0.0, "LINEAR")]
    return (Curve("blend_alpha", tuple(_rising(keys))),)


def _rising(keys: list[Key]) -> list[Key]:
    """Without those that a short gap would put out of order: the surer, that is what is seen, stays."""
    found: list[Key] = []
    for key in keys:
        while found and found[-1].frame >= key.frame and found[-1].value < key.value:
            found.pop()
        if not found or key.frame > found[-1].frame:
            found.append(key)
    return found
