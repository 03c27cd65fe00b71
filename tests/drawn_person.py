"""Somebody drawn: enough of a person for a segmenter of people, and the same to the pixel wherever NumPy runs."""

from __future__ import annotations

import numpy as np

SKIN, SHIRT, HAIR, DARK = (224, 172, 138), (40, 60, 130), (60, 40, 25), (30, 20, 20)


def person(size: tuple[int, int], x: float = 0.5, large: float = 1.0, y: float = 0.36) -> tuple[np.ndarray, np.ndarray]:
    """(picture uint8 RGB of `size` (width, height), where the person is, bool). `x`, `y` is the face's middle, `large` how near it is."""
    width, height = size
    down, across = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = (across + 0.5 - x * width) / (height * large), (down + 0.5 - y * height) / (height * large)
    image = np.empty((height, width, 3), np.float64)
    image[...] = (150 + 40 * np.sin(across / 31 + 1) + 20 * np.cos(down / 17))[..., None] * np.array([0.75, 0.9, 0.8])

    def inside(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
        return ((u - cx) / rx) ** 2 + ((v - cy) / ry) ** 2 <= 1

    body = inside(0, 0.62, 0.33, 0.36) | ((np.abs(u) <= 0.33) & (v > 0.62))
    neck, head = (np.abs(u) <= 0.065) & (v >= 0.1) & (v <= 0.32), inside(0, 0, 0.13, 0.18)
    hair = inside(0, -0.06, 0.145, 0.16) & (v < -0.05)
    for where, colour in ((body, SHIRT), (neck, SKIN), (head, SKIN), (hair, HAIR)):
        image[where] = np.array(colour) * (0.92 + 0.16 * (u[where] + 0.3))[:, None]
    for cx in (-0.05, 0.05):
        image[inside(cx, -0.015, 0.026, 0.014)] = 245
        image[inside(cx, -0.015, 0.011, 0.012)] = DARK
        image[inside(cx, -0.05, 0.03, 0.006)] = HAIR
    image[inside(0, 0.035, 0.014, 0.025)] = np.array(SKIN) * 0.85
    image[inside(0, 0.095, 0.045, 0.012)] = (170, 70, 70)
    return np.clip(image, 0, 255).round().astype(np.uint8), body | neck | head | hair
