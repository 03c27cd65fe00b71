"""Mattes that do not flicker: each is drawn towards the one before, moved along with the picture.

The way a picture moves is found by dense inverse search (T. Kroeger et al., "Fast Optical Flow using Dense Inverse Search", 2016). Where a
point does not look as it did before it was moved there, nothing was seen of it before, and the new matte alone counts. So it does
where things move past each other: there nobody knows to the pixel which of the two moved, and the eye does not see flicker.
"""

from __future__ import annotations

import cv2
import numpy as np

from .pacing import Glance, another_shot, glance

FLOW = 320
"""Long side in pixels of the pictures whose movement is looked at."""
ALIKE = 0.045
"""How far a point's brightness, 0..1, may differ from where it was before; three times that is somewhere else."""
PAST, APART = 25, 1.0
"""Around so many pixels' squares things move past each other where the way differs by more than this many pixels."""


class Steady:
    """Takes the pictures of a film in order, with the matte drawn of each. `strength` 0..1: how much stays of the one before."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._grey: np.ndarray | None = None
        self._matte: np.ndarray | None = None
        self._glance: Glance | None = None

    def fresh(self, image: np.ndarray) -> bool:
        """Whether a picture (height, width, 3) uint8 RGB begins another shot; to be asked of each, before `take`."""
        now = glance(image)
        before, self._glance = self._glance, now
        if before is not None and not another_shot(before, now):
            return False
        self._matte = self._grey = None
        return True

    def take(self, image: np.ndarray, matte: np.ndarray) -> np.ndarray:
        """The steadied matte, float32 of the size of `matte` (0..1). `image` is a small picture of the same proportions."""
        if self._strength <= 0:
            return matte
        scale = FLOW / max(image.shape[:2])
        size = max(16, round(image.shape[1] * scale)), max(16, round(image.shape[0] * scale))
        grey = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        if self._matte is not None and self._grey is not None and self._matte.shape == matte.shape:
            moved, trust = self._moved(grey, matte.shape[1::-1])
            matte = matte + self._strength * (trust[..., None] if matte.ndim == 3 else trust) * (moved - matte)
        self._grey, self._matte = grey, matte
        return matte

    def _moved(self, grey: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
        """(the matte before, moved to where things are now; how far that is to be trusted, 0..1)."""
        assert self._grey is not None and self._matte is not None
        height, width = grey.shape
        flow = self._flow.calc(grey, self._grey, None)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        to_x, to_y = x + flow[..., 0], y + flow[..., 1]
        before = cv2.remap(self._grey, to_x, to_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        off = cv2.blur(np.abs(grey.astype(np.float32) - before) / 255, (5, 5))
        inside = (to_x >= 0) & (to_x <= width - 1) & (to_y >= 0) & (to_y <= height - 1)
        trust = np.clip(1.5 - 0.5 * off / ALIKE, 0.0, 1.0) * inside * np.clip(1.5 - _apart(flow) / APART, 0.0, 1.0)
        across, down = size[0] / width, size[1] / height
        place_x = (cv2.resize(to_x, size, interpolation=cv2.INTER_LINEAR) + 0.5) * across - 0.5
        place_y = (cv2.resize(to_y, size, interpolation=cv2.INTER_LINEAR) + 0.5) * down - 0.5
        moved = cv2.remap(self._matte, place_x, place_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return moved, cv2.resize(trust.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)


def _apart(flow: np.ndarray) -> np.ndarray:
    """By how many pixels ways differ around each point."""
    around = np.ones((PAST, PAST), np.uint8)
    across, down = (cv2.dilate(way, around) - cv2.erode(way, around) for way in (flow[..., 0], flow[..., 1]))
    return np.hypot(across, down)
