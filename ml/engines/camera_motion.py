"""How the camera moves, from picture to picture, and how much it shakes.

Corners are spread over the picture (J. Shi and C. Tomasi, "Good features to track", CVPR 1994), followed by sparse optical flow (B. D.
Lucas and T. Kanade, IJCAI 1981; in pyramids after J.-Y. Bouguet, 2001) there and back again (Z. Kalal, K. Mikolajczyk and J. Matas,
"Forward-backward error", ICPR 2010), and the similarity that most of them agree on is the camera's (M. A. Fischler and R. C. Bolles,
RANSAC, 1981): things that move by themselves are outvoted. The path is parted into what is meant and what is shaken as video stabilisers do
(e.g. Y. Matsushita et al., "Full-frame video stabilization with motion inpainting", IEEE TPAMI 28, 2006): here by a parabola over `WINDOW`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

AREA = 320 * 180
CELL = 16
"""Pixels of the square of which the best corner is taken."""
CORNER = 2e-5
"""Corners weaker than this are texture of noise."""
PATCH, LEVELS = 15, 3
RETURN, AGREE = 0.7, 1.0
"""Pixels: by how much a point may miss its place on the way back, and the common movement."""
FEWEST = 12
LOST = 0.2
"""Less certain, the picture has changed: a cut, or nothing to follow."""
WINDOW = 1.5
ROLLED = 0.3
"""How far in widths the points of a picture move on average when it rolls by one radian."""


@dataclass(frozen=True)
class Move:
    """What happens to the camera from `start` to `end` (seconds): to the right and down in widths, the logarithm of the factor, radians.

    `certainty` 0..1 is the share of points that agree; below `LOST` the others mean nothing.
    """

    start: Fraction
    end: Fraction
    right: float = 0.0
    down: float = 0.0
    closer: float = 0.0
    rolled: float = 0.0
    certainty: float = 0.0


class Follower:
    """Takes pictures in order of time and tells of each two how the camera has moved between them."""

    def __init__(self) -> None:
        self._before: np.ndarray | None = None
        self._seconds = Fraction(0)

    def add(self, seconds: Fraction, grey: np.ndarray, width: int) -> Move | None:
        """`grey` (height, width) uint8 of about `AREA` pixels without bars; `width`: of the whole picture, in its pixels. None at first."""
        before, self._before = self._before, grey
        start, self._seconds = self._seconds, seconds
        if before is None:
            return None
        if before.shape != grey.shape:
            return Move(start, seconds)
        similar, certainty = similarity(before, grey)
        if similar is None:
            return Move(start, seconds, certainty=certainty)
        # What the picture does the camera does the other way; the point it turns about is the middle.
        a, b = float(similar[0, 0]), float(similar[1, 0])
        x, y = (grey.shape[1] - 1) / 2, (grey.shape[0] - 1) / 2
        right = x - (a * x - b * y + float(similar[0, 2]))
        down = y - (b * x + a * y + float(similar[1, 2]))
        return Move(start, seconds, right / width, down / width, math.log(math.hypot(a, b)), -math.atan2(b, a), certainty)


def similarity(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray | None, float]:
    """(2x3 that takes points of `before` to `after`, the share of points that agree); None where too few do."""
    import cv2
    import numpy as np

    points = corners(before)
    if len(points) < FEWEST:
        return None, 0.0
    if np.array_equal(before, after):
        return np.eye(2, 3), 1.0
    best: tuple[Any, float] = (None, 0.0)
    for guess in (None, True):
        start = None
        if guess:
            shift, _response = cv2.phaseCorrelate(before.astype(np.float32), after.astype(np.float32), _window(before.shape))
            start = points + np.array(shift, np.float32)
        found = _fitted(before, after, points, start)
        best = max(best, found, key=lambda one: one[1])
        if best[1] >= 2 * LOST:
            break
    similar, certainty = best
    return (similar, certainty) if certainty >= LOST and similar is not None else (None, certainty)


def _fitted(before: np.ndarray, after: np.ndarray, points: np.ndarray, start: np.ndarray | None) -> tuple[np.ndarray | None, float]:
    import cv2
    import numpy as np

    how: dict[str, Any] = {"winSize": (PATCH, PATCH), "maxLevel": LEVELS}
    flags = cv2.OPTFLOW_USE_INITIAL_FLOW if start is not None else 0
    there, found, _error = cv2.calcOpticalFlowPyrLK(before, after, points, None if start is None else start.copy(), flags=flags, **how)
    back, returned, _error = cv2.calcOpticalFlowPyrLK(after, before, there, points.copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **how)
    kept = (found[:, 0] > 0) & (returned[:, 0] > 0) & (np.abs(back - points).max(axis=1) < RETURN)
    if kept.sum() < FEWEST:
        return None, 0.0
    cv2.setRNGSeed(1)
    similar, agreed = cv2.estimateAffinePartial2D(points[kept], there[kept], method=cv2.RANSAC, ransacReprojThreshold=AGREE)
    if similar is None or agreed.sum() < FEWEST or not 0.5 < math.hypot(similar[0, 0], similar[1, 0]) < 2:
        return None, 0.0
    return similar, float(agreed.sum() / len(points))


def corners(grey: np.ndarray) -> np.ndarray:
    """Float32 (n, 2), x and y: the best corner of every `CELL` square that has one, so that no part of the picture decides alone."""
    import cv2
    import numpy as np

    rows, columns = grey.shape[0] // CELL, grey.shape[1] // CELL
    if not rows or not columns:
        return np.zeros((0, 2), np.float32)
    strength = cv2.cornerMinEigenVal(cv2.GaussianBlur(grey, (3, 3), 0), 5)[: rows * CELL, : columns * CELL]
    cells = strength.reshape(rows, CELL, columns, CELL).swapaxes(1, 2).reshape(rows * columns, CELL * CELL)
    place = cells.argmax(axis=1)
    number = np.flatnonzero(cells.max(axis=1) > CORNER)
    x = number % columns * CELL + place[number] % CELL
    y = number // columns * CELL + place[number] // CELL
    return np.stack([x, y], axis=1).astype(np.float32)


def camera(moves: Sequence[Move], seconds: Sequence[Fraction], shaken: Sequence[float]) -> np.ndarray:
    """Float32 (samples, 6) in the order of `facts.CAMERA_VALUES`, for samples at `seconds`, each lasting to the next.

    What comes after a change of picture within a sample belongs to the next shot and is left out. `shaken` is `shake(moves)`.
    """
    import numpy as np

    rows = np.full((len(seconds), 6), np.nan, np.float32)
    rows[:, 5] = 0
    starts = [move.start for move in moves]
    place = 0
    for number, moment in enumerate(seconds):
        until = seconds[number + 1] if number + 1 < len(seconds) else None
        first = place
        while place < len(moves) and (until is None or starts[place] < until):
            place += 1
        part = [index for index in range(first, place) if starts[index] >= moment]
        sure = part[: next((n for n, index in enumerate(part) if moves[index].certainty < LOST), len(part))]
        if not sure:
            continue
        length = float(moves[sure[-1]].end - moves[sure[0]].start)
        totals = np.array([(m.right, m.down, m.closer, math.degrees(m.rolled)) for m in (moves[n] for n in sure)]).sum(axis=0)
        rows[number, :4] = totals / length
        rows[number, 4] = np.nanmean([shaken[index] for index in sure]) if not all(math.isnan(shaken[n]) for n in sure) else np.nan
        rows[number, 5] = np.mean([moves[index].certainty for index in sure])
    return rows


def shake(moves: Sequence[Move]) -> list[float]:
    """For each move how far the path within `WINDOW` seconds around it strays from a parabola: RMS in widths, NaN where it is too short."""
    import numpy as np

    result = [float("nan")] * len(moves)
    first = 0
    for end in range(len(moves) + 1):
        if end < len(moves) and moves[end].certainty >= LOST and (end == first or moves[end].start == moves[end - 1].end):
            continue
        run = moves[first:end]
        if len(run) >= 5:
            times = np.array([float(run[0].start), *(float(move.end) for move in run)])
            steps = np.array([(move.right, move.down, ROLLED * move.rolled) for move in run])
            path = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
            for number in range(len(run)):
                result[first + number] = _strays(times, path, (times[number] + times[number + 1]) / 2)
        first = end if end < len(moves) and moves[end].certainty >= LOST else end + 1
    return result


def _strays(times: np.ndarray, path: np.ndarray, middle: float) -> float:
    import numpy as np

    near = slice(int(np.searchsorted(times, middle - WINDOW / 2)), int(np.searchsorted(times, middle + WINDOW / 2, "right")))
    moments = times[near] - middle
    if len(moments) < 6:
        return float("nan")
    basis = np.stack([np.ones_like(moments), moments, moments**2], axis=1)
    fit = np.linalg.lstsq(basis, path[near], rcond=None)[0]
    return float(np.sqrt(((path[near] - basis @ fit) ** 2).sum() / (len(moments) - 3)))


def _window(shape: tuple[int, ...]) -> np.ndarray:
    import cv2
    import numpy as np

    return cv2.createHanningWindow(shape[::-1], cv2.CV_32F) if min(shape) > 1 else np.ones(shape, np.float32)
