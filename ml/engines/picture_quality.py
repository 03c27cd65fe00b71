"""How good a picture is to look at: focus, exposure, movement. Everything takes brightness, shape (height, width) uint8."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TAPS = 9
NOISE = 1.0
"""Grey levels that neighbouring pixels differ by for no reason of focus: grain, coding."""
DARK, BRIGHT = 16, 239
"""Darker and brighter pixels carry no drawing any more."""


def luma(image: np.ndarray) -> np.ndarray:
    """The brightness of RGB (height, width, 3) uint8."""
    import cv2

    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def sharpness(grey: np.ndarray) -> float:
    """0 (blurred, or nothing to see) to 1: how much of the difference between neighbouring pixels a further blur takes away.

    F. Crété, T. Dolmière, P. Ladret and M. Nicolas, "The blur effect: perception and estimation with a new no-reference
    perceptual blur metric", SPIE 6492, 2007. Being a share of the picture's own gradients it does not ask how much contrast there is,
    unlike the operators that S. Pertuz, D. Puig and M. A. García compare ("Analysis of focus measure operators for
    shape-from-focus", Pattern Recognition 46, 2013): a sharp picture of fog does not lose. The worse of the two directions
    counts, so that movement blur to one side shows. Ours is that gradients no larger than noise count for nothing.
    """
    import cv2
    import numpy as np

    flat = grey.astype(np.float32)
    worst = 1.0
    for axis, kernel in ((0, (1, TAPS)), (1, (TAPS, 1))):
        if flat.shape[axis] < 2:
            continue
        own = np.abs(np.diff(flat, axis=axis))
        blurred = np.abs(np.diff(cv2.blur(flat, kernel, borderType=cv2.BORDER_REPLICATE), axis=axis))
        lost = np.maximum(0, own - blurred - NOISE).mean()
        worst = min(worst, float(lost / (own.mean() + NOISE / 2)))
    return worst


def exposure(grey: np.ndarray) -> float:
    """The share of pixels that are neither black nor burnt out."""
    import numpy as np

    return float(np.mean((grey >= DARK) & (grey <= BRIGHT)))


def change(before: np.ndarray, after: np.ndarray) -> float:
    """Mean absolute difference of two pictures of one size, 0 to 1."""
    import cv2

    return float(cv2.absdiff(before, after).mean()) / 255
