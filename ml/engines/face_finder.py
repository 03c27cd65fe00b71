"""Where faces are in a picture: YuNet, looked through at two sizes.

W. Wu, H. Peng, S. Yu, "YuNet: a tiny millisecond-level face detector", Machine Intelligence Research 20 (2023). It knows faces of about 10
to 300 pixels, so a picture is looked at as large as is affordable for the small ones, and once more at half of that for close-ups.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

LONG, SHORT = 960, 480
"""Pixels of the longer side at which a picture is looked through. It is never enlarged: that makes faces of what is none."""
OVERLAP = 0.4
MOST = 200
"""Faces that are kept of one picture, the largest and surest: a crowd has thousands, and none of them is anybody."""
CANDIDATES = 1000
"""Faces the network may find in a picture at one size, the surest of them."""
EYES_APART = 0.12
"""Of a face's width at least: else the two eyes are one thing."""


class Finder:
    """The network, ready to look. It belongs to one thread."""

    def __init__(self, path: Path, confidence: float) -> None:
        self._path, self._confidence = str(path), confidence
        self._networks: dict[tuple[int, int], Any] = {}

    def find(self, image: Any, sides: tuple[int, ...] = (LONG, SHORT), doubtful: bool = False) -> Any:
        """The faces of an RGB picture (height, width, 3) uint8, the largest first: float32 (faces, 15) in its pixels.

        Left, top, width, height (within the picture), x and y of right eye, left eye, nose, right and left corner of the mouth (as
        the person has them), and how sure it is, 0 to 1. `sides`: pixels of the longer side at which it is looked through; `doubtful`:
        also those whose landmarks lie as they do in no face seen from the front.
        """
        import cv2

        height, width = image.shape[:2]
        sizes = dict.fromkeys(min(1.0, side / max(height, width)) for side in sides)
        found = np.concatenate([self._at(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), scale) for scale in sizes])
        found = found[(possible if doubtful else plausible)(found, width, height)]
        if len(sizes) > 1:
            found = found[surest(found)]
        largest = np.argsort(-found[:, 2] * found[:, 3] * found[:, 14], kind="stable")[:MOST]
        return within(found[largest], width, height)

    def _at(self, image: Any, scale: float) -> Any:
        import cv2

        if scale < 1:
            size = [max(16, round(side * scale)) for side in image.shape[1::-1]]
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        wide, tall = image.shape[1], image.shape[0]
        if (wide, tall) not in self._networks:
            made = cv2.FaceDetectorYN.create(self._path, "", (wide, tall), self._confidence, OVERLAP, CANDIDATES)
            self._networks[wide, tall] = made
        _, faces = self._networks[wide, tall].detect(image)
        if faces is None:
            return np.zeros((0, 15), np.float32)
        faces = np.asarray(faces, np.float32).reshape(-1, 15)
        faces[:, :14] /= scale
        return faces


def possible(faces: Any, width: int, height: int) -> Any:
    """Which rows are a box that can be drawn: finite, larger than a dot, its middle within the picture."""
    middle = faces[:, :2] + faces[:, 2:4] / 2
    inside = (middle >= 0).all(axis=1) & (middle < (width, height)).all(axis=1)
    return np.isfinite(faces).all(axis=1) & (faces[:, 2:4] > 4).all(axis=1) & inside


def plausible(faces: Any, width: int, height: int) -> Any:
    """Which of the possible rows can be a face: neither flat nor narrow, the eyes apart from each other and from the mouth."""
    right, left, mouth = faces[:, 4:6], faces[:, 6:8], (faces[:, 10:12] + faces[:, 12:14]) / 2
    apart = np.linalg.norm(left - right, axis=1)
    below = np.linalg.norm(mouth - (left + right) / 2, axis=1)
    shape = faces[:, 3] / np.maximum(faces[:, 2], 1e-6)
    tall = np.maximum(faces[:, 2], faces[:, 3])
    return (
        possible(faces, width, height)
        & (shape > 0.5)
        & (shape < 2.5)
        & (np.maximum(apart, 0.5 * below) > EYES_APART * tall)
        & (below > EYES_APART * tall)
    )


def surest(faces: Any) -> Any:
    """Places of the rows that are left when of those that overlap the surest alone is kept, the surest first."""
    order = np.argsort(-faces[:, 14], kind="stable")
    left: list[int] = []
    while len(order):
        best, others = order[0], order[1:]
        left.append(int(best))
        order = others[overlaps(faces[best : best + 1, :4], faces[others, :4])[0] <= OVERLAP]
    return np.array(left, np.int64)


def overlaps(one: Any, other: Any) -> Any:
    """Of each two boxes (n, 4) and (m, 4), left, top, width, height, what both cover of what either does: (n, m), 0 to 1."""
    start = np.maximum(one[:, None, :2], other[None, :, :2])
    end = np.minimum(one[:, None, :2] + one[:, None, 2:4], other[None, :, :2] + other[None, :, 2:4])
    shared = np.prod(np.maximum(0, end - start), axis=2)
    areas = np.prod(one[:, None, 2:4], axis=2) + np.prod(other[None, :, 2:4], axis=2)
    return shared / np.maximum(areas - shared, 1e-9)


def within(faces: Any, width: int, height: int) -> Any:
    """The same rows, their boxes cut off at the picture's edges. Landmarks stay where they are seen or guessed."""
    cut = faces.copy()
    cut[:, :2] = np.maximum(faces[:, :2], 0)
    cut[:, 2:4] = np.minimum(faces[:, :2] + faces[:, 2:4], (width, height)) - cut[:, :2]
    return cut
