"""Rows of boxes: left, top, right, bottom, confidence, class, and for poses x, y and confidence of 17 points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

POSE = 17 * 3
SIDES = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
"""COCO's points of a body with left and right exchanged."""
OVERLAP = 0.7
"""Boxes of one class that overlap more than this are one thing: what ultralytics predicts with."""
MOST = 300


def united(views: Sequence[np.ndarray]) -> np.ndarray:
    """What several looks at one picture saw, each thing once: of boxes of a class that overlap the surest. Rows as `detect` gives them."""
    rows = np.concatenate(list(views))
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    free = np.ones(len(rows), bool)
    kept = []
    for place in range(len(rows)):
        if free[place]:
            kept.append(place)
            free &= ~((rows[:, 5] == rows[place, 5]) & (overlaps(rows[place], rows) > OVERLAP))
    found: np.ndarray = rows[kept][:MOST]
    return found


def overlaps(box: np.ndarray, others: np.ndarray) -> np.ndarray:
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:4], others[:, 2:4])
    both = np.prod(np.maximum(high - low, 0), axis=1)
    areas = np.prod(others[:, 2:4] - others[:, :2], axis=1)
    found: np.ndarray = both / np.maximum(areas + np.prod(box[2:4] - box[:2]) - both, 1e-9)
    return found


def mirrored(rows: np.ndarray, width: int) -> np.ndarray:
    """Boxes and poses of a mirrored picture as they lie in the picture itself."""
    turned = rows.copy()
    turned[:, 0], turned[:, 2] = width - rows[:, 2], width - rows[:, 0]
    if rows.shape[1] > 6:
        points = rows[:, 6:].reshape(-1, 17, 3)[:, SIDES].copy()
        points[..., 0] = width - points[..., 0]
        turned[:, 6:] = points.reshape(len(rows), -1)
    return np.ascontiguousarray(turned)


def moved(rows: np.ndarray, left: int, top: int, across: float, down: float) -> np.ndarray:
    moved = rows.astype("float32")
    for first, step in ((0, 2), (6, 3)) if rows.shape[1] > 6 else ((0, 2),):
        last = 4 if first == 0 else rows.shape[1]
        moved[:, first:last:step] = (rows[:, first:last:step] - left) * across
        moved[:, first + 1 : last : step] = (rows[:, first + 1 : last : step] - top) * down
    return moved


def inside(rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """Boxes cut off at the picture's edges; what lies wholly in the grey beside it goes."""
    rows = rows.copy()
    rows[:, 0:4:2] = rows[:, 0:4:2].clip(0, width)
    rows[:, 1:4:2] = rows[:, 1:4:2].clip(0, height)
    kept: np.ndarray = rows[(rows[:, 2] > rows[:, 0]) & (rows[:, 3] > rows[:, 1])]
    return kept
