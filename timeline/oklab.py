"""Colours as they are seen: sRGB, light and Oklab, of which equal steps look about equal.

Oklab: B. Ottosson, "A perceptual color space for image processing", 2020. sRGB: IEC 61966-2-1. All arrays are (..., 3), colours 0..1.
"""

from __future__ import annotations

import numpy as np

CONES = np.array([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
])  # fmt: skip
OPPONENTS = np.array([
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
])  # fmt: skip
LUMA = np.array([0.2126, 0.7152, 0.0722])
"""How bright red, green and blue light look (ITU-R BT.709)."""


def light(coded: np.ndarray) -> np.ndarray:
    """sRGB as coded → light."""
    return np.where(coded <= 0.04045, coded / 12.92, ((np.maximum(coded, 0.04045) + 0.055) / 1.055) ** 2.4)


def coded(linear: np.ndarray) -> np.ndarray:
    """Light → sRGB as coded; less than none stays less than none."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055)


def from_srgb(colours: np.ndarray) -> np.ndarray:
    """sRGB as coded → Oklab: lightness 0..1, a (green to red), b (blue to yellow)."""
    return np.asarray(np.cbrt(light(colours) @ CONES.T) @ OPPONENTS.T)


def to_srgb(lab: np.ndarray) -> np.ndarray:
    """Oklab → sRGB as coded; what no screen shows lies outside 0..1."""
    return coded((lab @ _FROM_OPPONENTS.T) ** 3 @ _FROM_CONES.T)


_FROM_CONES, _FROM_OPPONENTS = np.linalg.inv(CONES), np.linalg.inv(OPPONENTS)
