"""Films of a flat picture that moves before another one, its corners known in every frame. Worker's Python (OpenCV, numpy)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

SIZE = (480, 270)


def corners(frames: int, size: tuple[int, int] = SIZE, turn: float = 0.5) -> np.ndarray:
    """Float64 (frames, 4, 2): where a poster's corners are, in pixels: it goes across, comes nearer, turns about its axes and rolls."""
    width, height = size
    found = []
    for number in range(frames):
        part = number / max(1, frames - 1)
        yaw, roll = turn * np.sin(2 * np.pi * part), 0.25 * turn * np.sin(3 * np.pi * part)
        near = 1 + 0.3 * part
        flat = np.array([[-0.9, -0.6], [0.9, -0.6], [0.9, 0.6], [-0.9, 0.6]]) * 0.22 * near
        flat = flat @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
        depth = 1 + 0.6 * flat[:, 0] * np.sin(yaw) / near
        x = flat[:, 0] * np.cos(yaw) / depth
        y = flat[:, 1] / depth
        middle = (0.35 + 0.3 * part + 0.01 * np.sin(9 * np.pi * part), 0.45 + 0.08 * np.sin(2 * np.pi * part))
        found.append(np.stack([middle[0] * width + x * height, middle[1] * height + y * height], axis=1))
    return np.array(found)


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
