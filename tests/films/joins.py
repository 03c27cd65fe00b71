"""How one shot becomes the next: shares of a blend, and the fields that wipes run through."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

WIPES = ("left", "right", "up", "down", "diagonal", "counter-diagonal", "iris-out", "iris-in", "clock", "barn-door")
COLOURS = {"fade-in": 0, "fade-out": 0, "fade-through-black": 0, "fade-through-white": 255}


@dataclass(frozen=True)
class Join:
    """`leaving` frames of the old shot and `coming` frames of the new one are blended, with `plain` frames of one colour between.

    In a dissolve or wipe the two are the same frames and `coming` says how many. A cut has none.
    """

    kind: str
    leaving: int = 0
    plain: int = 0
    coming: int = 0
    eased: bool = False
    wipe: str = ""
    soft: float = 0.0

    @property
    def colour(self) -> int:
        return COLOURS[self.kind]

    @property
    def together(self) -> bool:
        """Whether both shots are seen at the same time."""
        return self.kind in {"dissolve", "wipe"}


def share(place: int, length: int, eased: bool) -> float:
    """How much of the new is in blended frame `place` of `length`: strictly between 0 and 1, rising.

    Eased ones start and end slower, yet at least half as fast as an even blend, so that the outermost frames are still seen to be blended.
    """
    even = (place + 1) / (length + 1)
    return even if not eased else (even + even * even * (3 - 2 * even)) / 2


def blend(old: np.ndarray, new: np.ndarray, amount: float) -> np.ndarray:
    import cv2

    return cv2.addWeighted(old, 1 - amount, new, amount, 0)


def wiped(old: np.ndarray, new: np.ndarray, amount: float, join: Join) -> np.ndarray:
    """The new picture where the wipe has been, the old one where it has not; `amount` is the part of the picture it has crossed."""
    height, width = old.shape[:2]
    field = _field(join.wipe, width, height)
    mask = np.clip((amount * (1 + join.soft) - field) / max(join.soft, 1e-6), 0, 1)[..., None] if join.soft else (field < amount)[..., None]
    if mask.dtype == bool:
        return np.where(mask, new, old)
    return (old + (new.astype(np.float32) - old) * mask).round().astype(np.uint8)


@lru_cache(32)
def _field(wipe: str, width: int, height: int) -> np.ndarray:
    """When each pixel is reached, 0 to 1, float32 (height, width). Every value is as frequent as any other, so that the area
    that is crossed grows evenly and even the first frame of a wipe shows it."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x + 0.5) / width, (y + 0.5) / height
    radius = np.hypot((x - 0.5) * width, (y - 0.5) * height)
    order = {
        "left": 1 - x,
        "right": x,
        "up": 1 - y,
        "down": y,
        "diagonal": x + y,
        "counter-diagonal": 1 - x + y,
        "iris-out": radius,
        "iris-in": -radius,
        "clock": np.arctan2(0.5 - x, y - 0.5) + np.pi,
        "barn-door": np.abs(x - 0.5),
    }[wipe]
    field = np.empty(order.size, np.float32)
    field[np.argsort(order, axis=None, kind="stable")] = np.arange(order.size, dtype=np.float32) / order.size
    return field.reshape(order.shape)
