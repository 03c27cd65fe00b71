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

from .l1_path import Term, solve_all
from .remembered import remembered
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


@remembered(256)
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
    free = [column for column, limit in limits.items() if limit > 0]
    if free:
        path = np.cumsum(steps[:, free], axis=0) * half.max()
        wall = np.broadcast_to([limits[column] * half.max() for column in free], path.shape)
        found[:, free] = ((smooth(path, -wall, wall, how) - path).clip(-wall, wall)) / half.max()
    moved = np.exp(found[:, 2] + 1j * found[:, 3]) * (steps[:, 0] + 1j * steps[:, 1])
    least, most = framing.walls(found[:, 3], found[:, 2], 1 + spare)
    path = np.cumsum(np.column_stack([moved.real, moved.imag]), axis=0)
    found[:, :2] = (smooth(path, least, most, how) - path).clip(least, most)
    return found


def smooth(path: Any, least: Any, most: Any, how: Smoothing) -> Any:
    """Float64 (frames, paths): the smooth ones of `path`, from `least` (<= 0) below to `most` above it."""
    if len(path) < 4:
        return path + np.clip(path.mean(axis=0) - path, least, most)
    if how.method == "gaussian":
        deviation = (SHORTEST + (LONGEST - SHORTEST) * how.strength) * how.rate
        sides = (_gaussian(path[:, one], least[:, one], most[:, one], deviation) for one in range(path.shape[1]))
        return np.column_stack([*sides])
    return _in_chunks(path + least, path + most)


def _in_chunks(low: Any, high: Any) -> Any:
    starts = [*range(0, max(1, len(low) - OVERLAP), CHUNK - OVERLAP)]
    ends = [min(len(low), start + CHUNK) for start in starts]
    if len(starts) > 1 and ends[-1] - starts[-1] < 2 * OVERLAP:
        starts, ends = starts[:-1], [*ends[:-2], ends[-1]]
    pieces = [(slice(start, end), side) for start, end in zip(starts, ends, strict=True) for side in range(low.shape[1])]
    solved = solve_all([_bends(low[piece, side], high[piece, side]) for piece, side in pieces])
    found, weight = np.zeros(low.shape), np.zeros(low.shape)
    for (piece, side), path in zip(pieces, solved, strict=True):
        count = len(path)
        ramp = np.minimum(np.arange(1, count + 1) / OVERLAP, 1) if piece.start else np.ones(count)
        ramp = np.minimum(ramp, np.arange(count, 0, -1) / OVERLAP) if piece.stop < len(low) else ramp
        found[piece, side] += ramp * (path + _middle(low[piece, side], high[piece, side]))
        weight[piece, side] += ramp
    return found / weight


def _middle(low: Any, high: Any) -> float:
    return float(low.mean() + high.mean()) / 2


def _bends(low: Any, high: Any) -> tuple[tuple[Term, ...], int]:
    """The linear program of a path between these, around their middle."""
    speed, bend, jerk = WEIGHTS
    middle = _middle(low, high)
    terms = (
        Term((-1.0, 1.0), 0.0, speed, speed),
        Term((1.0, -2.0, 1.0), 0.0, bend, bend),
        Term((-1.0, 3.0, -3.0, 1.0), 0.0, jerk, jerk),
        Term((1.0,), low - middle, 0.0, WALL),
        Term((1.0,), high - middle, WALL, 0.0),
    )
    return terms, len(low)


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
