"""CIEDE2000, the colour difference of CIE 142-2001, in arrays; for benchmarks.

After G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and
mathematical observations", Color Research and Application 30(1), 2005, whose test pairs `tests/benchmarks/test_ciede2000.py` holds.
"""

from __future__ import annotations

import numpy as np

FROM_SRGB = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
D65 = np.array([0.95047, 1.0, 1.08883])
TOE = 216 / 24389


def lab(coded: np.ndarray) -> np.ndarray:
    """sRGB (..., 3), 0..1 as coded → CIE L*a*b* by D65."""
    light = np.where(coded <= 0.04045, coded / 12.92, ((np.maximum(coded, 0.04045) + 0.055) / 1.055) ** 2.4)
    x = light @ FROM_SRGB.T / D65
    root = np.where(x > TOE, np.cbrt(x), (x * 24389 / 27 + 16) / 116)
    return np.stack([116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])], axis=-1)


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """ΔE00 (...) of L*a*b* colours (..., 3); all weights are 1."""
    light1, a1, b1 = np.moveaxis(np.asarray(one, float), -1, 0)
    light2, a2, b2 = np.moveaxis(np.asarray(other, float), -1, 0)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    a1, a2 = a1 * stretch, a2 * stretch
    chroma1, chroma2 = np.hypot(a1, b1), np.hypot(a2, b2)
    hue1, hue2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    grey = chroma1 * chroma2 == 0
    turn = np.where(grey, 0.0, hue2 - hue1)
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    far_hue = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(turn / 2))
    light, chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    total, apart = hue1 + hue2, np.abs(hue1 - hue2)
    hue = np.where(apart <= 180, total / 2, np.where(total < 360, (total + 360) / 2, (total - 360) / 2))
    hue = np.where(grey, total, hue)
    weight = (
        1 - 0.17 * np.cos(np.radians(hue - 30)) + 0.24 * np.cos(np.radians(2 * hue)) + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )  # fmt: skip
    rotation = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    brighter = (light2 - light1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    fuller = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    turned = far_hue / (1 + 0.015 * chroma * weight)
    return np.asarray(np.sqrt(np.maximum(brighter**2 + fuller**2 + turned**2 + rotation * fuller * turned, 0)))


def far(one: np.ndarray, other: np.ndarray) -> float:
    """Mean ΔE00 of two pictures of sRGB, 0..1."""
    return float(difference(lab(one), lab(other)).mean())
