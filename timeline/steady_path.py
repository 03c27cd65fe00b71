"""The smooth path of a shaken camera, and what brings each frame onto it. Pure.

The camera's path is the sum of its steps. Its smooth one is, as asked, a path of pieces that stand still, move evenly or get evenly faster
(M. Grundmann, V. Kwatra and I. Essa, "Auto-directed video stabilization with robust L1 optimal camera paths", CVPR 2011), within
what the enlargement spares on each side; or the mean of its surroundings under a Gaussian (Y. Matsushita et al., "Full-frame video
stabilization with motion inpainting", IEEE TPAMI 28, 2006), held to the same bounds. Angle and size come first; then the place, counted
in the picture as it stands after that, so that what is left of a turn does not move it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .l1_path import Term, solve
from .steady_frame import Framing

Method = Literal["l1", "gaussian"]
WEIGHTS = (10.0, 1.0, 100.0)
"""Of speed, acceleration and its change: those of Grundmann et al."""
WALL = 1e4
TURN, GROW = 0.5, 0.25
"""Shares of what the enlargement spares that may be used for angle and for size."""
SHORTEST, LONGEST = 0.1, 1.4
"""Seconds: the Gaussian's standard deviation at strengths of 0 and 1."""
ROUNDS = 12
CHUNK, OVERLAP = 900, 150
"""Frames that are solved at once, and by how many the next ones begin earlier: a path of an hour is that of its minutes."""


@dataclass(frozen=True)
class Smoothing:
    """`zoom` is by how much the picture may be enlarged (1.1); `strength` 0..1; `rate` frames a second."""

    method: Method
    strength: float
    zoom: float
    rate: float
    turns: bool = True
    grows: bool = True


def corrections(steps: Any, framing: Framing, how: Smoothing) -> Any:
    """Float64 (frames, 4): the correction of each frame (`steady_frame`), which never needs more than `how.zoom`.

    `steps` (frames, 4): how the picture moved since the frame before, around the middle of what is seen, as a correction is counted; the
    first row counts for nothing.
    """
    spare = how.strength * (how.zoom - 1)
    steps = np.array(steps, np.float64)
    steps[0] = 0
    found = np.zeros_like(steps)
    half = np.ptp(framing.seen, axis=0) / 2
    limits = {2: GROW * spare * how.grows, 3: TURN * spare * how.turns * float(half.min() / half.max())}
    for column, limit in limits.items():
        if limit > 0:
            path = np.cumsum(steps[:, column])
            wall = np.full(len(path), limit)
            found[:, column] = smooth(path * half.max(), -wall * half.max(), wall * half.max(), how) / half.max() - path
            found[:, column] = found[:, column].clip(-limit, limit)
    moved = np.exp(found[:, 2] + 1j * found[:, 3]) * (steps[:, 0] + 1j * steps[:, 1])
    least, most = framing.walls(found[:, 3], found[:, 2], 1 + spare)
    for column, path in ((0, np.cumsum(moved.real)), (1, np.cumsum(moved.imag))):
        found[:, column] = (smooth(path, least[:, column], most[:, column], how) - path).clip(least[:, column], most[:, column])
    return found


def smooth(path: Any, least: Any, most: Any, how: Smoothing) -> Any:
    """Float64 (frames,): the smooth path of `path`, from `least` (<= 0) below to `most` above it."""
    if len(path) < 4:
        return path + np.clip(path.mean() - path, least, most)
    if how.method == "gaussian":
        return _gaussian(path, least, most, (SHORTEST + (LONGEST - SHORTEST) * how.strength) * how.rate)
    return _in_chunks(path, path + least, path + most)


def _in_chunks(path: Any, low: Any, high: Any) -> Any:
    found = np.zeros(len(path))
    weight = np.zeros(len(path))
    start = 0
    while True:
        end = min(len(path), start + CHUNK)
        if len(path) - end < OVERLAP:
            end = len(path)
        ramp = np.minimum(np.arange(1, end - start + 1) / OVERLAP, 1) if start else np.ones(end - start)
        if end < len(path):
            ramp = np.minimum(ramp, np.arange(end - start, 0, -1) / OVERLAP)
        found[start:end] += ramp * _least_bends(low[start:end], high[start:end])
        weight[start:end] += ramp
        if end == len(path):
            return found / weight
        start = end - OVERLAP


def _least_bends(low: Any, high: Any) -> Any:
    speed, bend, jerk = WEIGHTS
    middle = float(low.mean() + high.mean()) / 2
    terms = (
        Term((-1.0, 1.0), 0.0, speed, speed),
        Term((1.0, -2.0, 1.0), 0.0, bend, bend),
        Term((-1.0, 3.0, -3.0, 1.0), 0.0, jerk, jerk),
        Term((1.0,), low - middle, 0.0, WALL),
        Term((1.0,), high - middle, WALL, 0.0),
    )
    return solve(terms, len(low)) + middle


def _gaussian(path: Any, least: Any, most: Any, deviation: float) -> Any:
    """Held to its bounds by turns: smoothed, cut off, smoothed again."""
    reach = max(1, min(len(path) - 1, round(3 * deviation)))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    weights /= weights.sum()
    found = path
    for _ in range(ROUNDS):
        # Turned round a point at each end, so that a pan goes on there as it comes.
        before, after = 2 * found[0] - found[reach:0:-1], 2 * found[-1] - found[-2 : -reach - 2 : -1]
        found = np.convolve(np.concatenate([before, found, after]), weights, "valid")
        held = found.clip(path + least, path + most)
        if np.array_equal(held, found):
            break
        found = held
    return found


def trembling(steps: Any, rate: float) -> float:
    """How far, in pixels (RMS), the path strays within a second and a half from a curve: the shake that is seen.

    `steps` as `corrections` takes them. What comes slower is how the camera moves.
    """
    path = np.cumsum(np.asarray(steps, np.float64)[1:, :2], axis=0)
    window = min(len(path), max(7, round(1.5 * rate)))
    if window < 7:
        return 0.0
    x = np.linspace(-1, 1, window)
    basis = np.stack([np.ones_like(x), x, x * x], axis=1)
    left_over = np.eye(window) - basis @ np.linalg.pinv(basis)
    views = np.lib.stride_tricks.sliding_window_view(path, window, axis=0)[:: max(1, window // 4)]
    strays = views @ left_over
    return float(np.sqrt((strays**2).sum(axis=(1, 2)).mean() / (window - 3)))
