"""Films of a flat picture that moves before another one, its corners known in every frame. Worker's Python (OpenCV, numpy)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from tests.surface_film import SIZE, corners

__all__ = ["SIZE", "corners", "filmed", "hidden"]


def filmed(background: np.ndarray, poster: np.ndarray, places: np.ndarray, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """RGB uint8 (height, width, 3), one for each of `places`."""
    flat = cv2.resize(background, size, interpolation=cv2.INTER_AREA)
    tall, wide = poster.shape[:2]
    own = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32) - 0.5
    pictures = []
    for quad in places:
        place = cv2.getPerspectiveTransform(own, (quad - 0.5).astype(np.float32))
        seen = cv2.warpPerspective(poster, place, size, flags=cv2.INTER_AREA)
        mask = cv2.warpPerspective(np.full((tall, wide, 1), 255, np.uint8), place, size, flags=cv2.INTER_LINEAR)[..., None] / 255
        pictures.append(np.round(seen * mask + flat * (1 - mask)).astype(np.uint8))
    return pictures


def hidden(pictures: Sequence[np.ndarray], frames: range) -> list[np.ndarray]:
    """The same with a plain wall before everything but the edges in these frames."""
    copies = [picture.copy() for picture in pictures]
    for number in frames:
        height, width = copies[number].shape[:2]
        copies[number][height // 8 : -height // 8, width // 8 : -width // 8] = (90, 60, 40)
    return copies
