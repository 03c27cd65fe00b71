"""Faces cut out of pictures: brought upright by their landmarks, or as a square around their box."""

from __future__ import annotations

from typing import Any

import numpy as np

SIDE = 150
"""Pixels of a side of the upright picture by which a face is known."""
PADDING = 0.25
"""How much of the mean face's size is left free around it."""
FACE = np.array([(0.2255, 0.2160), (0.7546, 0.2160), (0.4901, 0.5156), (0.2541, 0.7802), (0.7261, 0.7802)])
"""Where dlib's mean face has its right eye, left eye, tip of the nose, right and left corner of the mouth (as the person has them)."""


def upright(image: Any, landmarks: Any, side: int = SIDE) -> Any:
    """The face of a picture (height, width, 3), `landmarks` (5, 2) brought to where `FACE` has them: (`side`, `side`, 3)."""
    return aligned(image, landmarks, mean_face(side), side)


def square(image: Any, box: Any, margin: float, side: int = 0) -> Any:
    """The square around a box (left, top, width, height), wider by `margin` of its side at each end, (`side`, `side`, 3).

    What lies outside the picture repeats its edge. `side` 0: as large as it is in the picture.
    """
    import cv2

    length = float(max(box[2], box[3])) * (1 + 2 * margin)
    left, top = (float(box[axis]) + float(box[axis + 2]) / 2 - length / 2 for axis in (0, 1))
    start, end = (int(np.floor(left)), int(np.floor(top))), (int(np.ceil(left + length)), int(np.ceil(top + length)))
    part = image[max(0, start[1]) : max(1, end[1]), max(0, start[0]) : max(1, end[0])]
    over = (max(0, -start[1]), max(0, end[1] - image.shape[0]), max(0, -start[0]), max(0, end[0] - image.shape[1]))
    if any(over):
        part = cv2.copyMakeBorder(part, *over, cv2.BORDER_REPLICATE)
    if not side:
        return part
    return cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA if length > side else cv2.INTER_LINEAR)


def mean_face(side: int) -> Any:
    """Where the landmarks of `FACE` lie in an upright picture of `side` pixels: (5, 2)."""
    return (FACE + PADDING) / (1 + 2 * PADDING) * side


def similarity(landmarks: Any, wanted: Any) -> Any:
    """(2, 3): how points are turned, scaled and moved so that `landmarks` (n, 2) come as near to `wanted` (n, 2) as can be.

    The similarity of least squares: S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    IEEE PAMI 13 (1991).
    """
    source, target = np.asarray(landmarks, np.float64), np.asarray(wanted, np.float64)
    middle, other = source.mean(axis=0), target.mean(axis=0)
    spread = source - middle
    u, sizes, v = np.linalg.svd((target - other).T @ spread / len(source))
    sign = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(v)) or 1.0])
    scale = float(sizes @ sign) / max(float((spread**2).sum(axis=1).mean()), 1e-9)
    turn = scale * (u * sign) @ v
    return np.concatenate([turn, (other - turn @ middle)[:, None]], axis=1)


def aligned(image: Any, landmarks: Any, wanted: Any, side: int) -> Any:
    """(`side`, `side`, 3) of `image`, brought by their `similarity` to where `landmarks` (n, 2) are `wanted` (n, 2)."""
    import cv2

    moved = similarity(landmarks, wanted)
    scale = float(np.sqrt(abs(np.linalg.det(moved[:, :2]))))
    if scale < 0.5:  # a pyramid of halves, so that nothing between the samples is left out
        halves = int(np.floor(-np.log2(max(scale, 1e-6))))
        small = cv2.resize(image, None, fx=0.5**halves, fy=0.5**halves, interpolation=cv2.INTER_AREA)
        moved[:, :2] *= np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
        image = small
    return cv2.warpAffine(image, moved, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
