"""How the camera moves from picture to picture.

Corners are spread over the picture (J. Shi and C. Tomasi, "Good features to track", CVPR 1994), followed by sparse optical flow (B. D.
Lucas and T. Kanade, IJCAI 1981; in pyramids after J.-Y. Bouguet, 2001) there and back again (Z. Kalal, K. Mikolajczyk and J. Matas,
"Forward-backward error", ICPR 2010), and the similarity that most of them agree on is the camera's (M. A. Fischler and R. C. Bolles,
RANSAC, 1981): things that move by themselves are outvoted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .camera_path import LOST, Move

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
SURE = 0.4
"""Up to this certainty the movement is looked for in other ways."""
GOES_ON = 1.5
MOST = 0.8
"""Where fewer of the points that were followed agree, others may agree on something else, and be the camera's."""


class Follower:
    """Takes pictures in order of time and tells of each two how the camera has moved between them."""

    def __init__(self) -> None:
        self._before: np.ndarray | None = None
        self._seconds = Fraction(0)
        self._usual: np.ndarray | None = None

    def add(self, seconds: Fraction, grey: np.ndarray, width: int) -> Move | None:
        """`grey` (height, width) uint8 of about `AREA` pixels without bars; `width`: of the whole picture, in its pixels. None at first."""
        before, self._before = self._before, grey
        start, self._seconds = self._seconds, seconds
        if before is None:
            return None
        if before.shape != grey.shape:
            return Move(start, seconds)
        similar, certainty = similarity(before, grey, self._usual)
        self._usual = None if similar is None else _shift(similar, grey.shape)
        if similar is None:
            return Move(start, seconds, certainty=certainty)
        # What the picture does the camera does the other way; the point it turns about is the middle.
        a, b = float(similar[0, 0]), float(similar[1, 0])
        x, y = (grey.shape[1] - 1) / 2, (grey.shape[0] - 1) / 2
        right = x - (a * x - b * y + float(similar[0, 2]))
        down = y - (b * x + a * y + float(similar[1, 2]))
        return Move(start, seconds, right / width, down / width, math.log(math.hypot(a, b)), -math.atan2(b, a), certainty)


def similarity(before: np.ndarray, after: np.ndarray, usual: np.ndarray | None = None) -> tuple[np.ndarray | None, float]:
    """(2x3 that takes points of `before` to `after`, the share of points that agree); None where too few do.

    Where small patches tell nothing, in noise and out of focus, pictures of half the size do; a wide jump is found by phase correlation
    first. `usual`: by how much the middle moved in the picture before: of two movements the one that goes on is rather the camera's.
    """
    import cv2
    import numpy as np

    if np.array_equal(before, after):
        enough = len(corners(before, CELL)) >= FEWEST or len(corners(cv2.pyrDown(before), CELL // 2)) >= FEWEST
        return (np.eye(2, 3), 1.0) if enough else (None, 0.0)
    best = _followed(before, after, CELL, usual)
    if best[1] < SURE:
        halves = cv2.pyrDown(before), cv2.pyrDown(after)
        first, second = (half.astype(np.float32) for half in halves)
        shift, _response = cv2.phaseCorrelate(first, second, _window(first.shape))
        for guess in (None, shift):
            similar, certainty = _followed(*halves, CELL // 2, None if usual is None else usual / 2, guess)
            if similar is not None and certainty > best[1]:
                # Pixels lie at whole numbers: the first of half a picture lies between the first two of the whole one.
                best = np.column_stack([similar[:, :2], 2 * similar[:, 2] + 0.5 * (np.eye(2) - similar[:, :2]).sum(axis=1)]), certainty
            if best[1] >= SURE:
                break
    similar, certainty = best
    return (similar, certainty) if certainty >= LOST and similar is not None else (None, certainty)


def _followed(
    before: np.ndarray, after: np.ndarray, cell: int, usual: np.ndarray | None, guess: Sequence[float] | None = None
) -> tuple[np.ndarray | None, float]:
    """(the camera's similarity, the share of all points that agree with it). `guess`: how far the picture may have moved."""
    import cv2
    import numpy as np

    points = corners(before, cell)
    if len(points) < FEWEST:
        return None, 0.0
    start = None if guess is None else points + np.array(guess, np.float32)
    how: dict[str, Any] = {"winSize": (PATCH, PATCH), "maxLevel": LEVELS}
    flags = 0 if start is None else cv2.OPTFLOW_USE_INITIAL_FLOW
    there, found, _error = cv2.calcOpticalFlowPyrLK(before, after, points, start, flags=flags, **how)
    back, returned, _error = cv2.calcOpticalFlowPyrLK(after, before, there, points.copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **how)
    kept = (found[:, 0] > 0) & (returned[:, 0] > 0) & (np.abs(back - points).max(axis=1) < RETURN)
    here, there = points[kept], there[kept]
    first, agreed = _agreed(here, there)
    if first is None:
        return None, 0.0
    if agreed.sum() < MOST * len(here):
        second, others = _agreed(here[~agreed], there[~agreed])
        if second is not None:
            mine = _around(here[agreed], before.shape) * _goes_on(first, usual, before.shape)
            if _around(here[~agreed][others], before.shape) * _goes_on(second, usual, before.shape) > mine:
                return second, float(others.sum() / len(points))
    return first, float(agreed.sum() / len(points))


def _agreed(here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """(the similarity that most of these points follow, which of them do); None where too few do, or it is no camera's."""
    import cv2
    import numpy as np

    nobody = np.zeros(len(here), bool)
    if len(here) < FEWEST:
        return None, nobody
    cv2.setRNGSeed(1)
    similar, agreed = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=AGREE)
    if similar is None or agreed.sum() < FEWEST or not 0.5 < math.hypot(similar[0, 0], similar[1, 0]) < 2:
        return None, nobody
    return similar, agreed[:, 0].astype(bool)


def _around(points: np.ndarray, shape: tuple[int, ...]) -> float:
    """How many of these points there are, those near to the picture's edge for more: things in front stand in the middle, and what is
    behind them reaches all around."""
    import numpy as np

    middle = (np.array(shape[::-1]) - 1) / 2
    return float((np.abs(points / middle - 1).max(axis=1) ** 4).sum())


def _shift(similar: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """By how many pixels the middle of the picture moves."""
    import numpy as np

    middle = (np.array(shape[::-1]) - 1) / 2
    return similar[:, :2] @ middle + similar[:, 2] - middle


def _goes_on(similar: np.ndarray, usual: np.ndarray | None, shape: tuple[int, ...]) -> float:
    import numpy as np

    if usual is None:
        return 1.0
    away = float(np.linalg.norm(_shift(similar, shape) - usual))
    return GOES_ON if away <= 2 + 0.3 * float(np.linalg.norm(usual)) else 1.0


def corners(grey: np.ndarray, cell: int) -> np.ndarray:
    """Float32 (n, 2), x and y: the best corner of every square of `cell` that has one, so that no part of the picture decides alone."""
    import cv2
    import numpy as np

    rows, columns = grey.shape[0] // cell, grey.shape[1] // cell
    if not rows or not columns:
        return np.zeros((0, 2), np.float32)
    strength = cv2.cornerMinEigenVal(cv2.GaussianBlur(grey, (3, 3), 0), 5)[: rows * cell, : columns * cell]
    cells = strength.reshape(rows, cell, columns, cell).swapaxes(1, 2).reshape(rows * columns, cell * cell)
    place = cells.argmax(axis=1)
    number = np.flatnonzero(cells.max(axis=1) > CORNER)
    x = number % columns * cell + place[number] % cell
    y = number // columns * cell + place[number] // cell
    return np.stack([x, y], axis=1).astype(np.float32)


def _window(shape: tuple[int, ...]) -> np.ndarray:
    import cv2
    import numpy as np

    return cv2.createHanningWindow(shape[::-1], cv2.CV_32F) if min(shape) > 1 else np.ones(shape, np.float32)
