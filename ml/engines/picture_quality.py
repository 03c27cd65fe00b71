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
CUT_OFF = 3
"""Pixels this near to the end of the scale are at it: rounding on the way from ten bits costs two."""
SQUARE, PARTS = 16, 300
IN_FOCUS = 0.35
GRAINY = 1.5
SMOOTHEST = 1.1
"""The smoothest quarter of squares of pure noise is by so much smoother than all (measured)."""
FEW = 4
WARM = 40.0


def luma(image: np.ndarray) -> np.ndarray:
    """The brightness of RGB (height, width, 3) uint8."""
    import cv2

    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def sharpness(grey: np.ndarray, noise: float = NOISE) -> float:
    """0 (blurred, or nothing to see) to 1: how much of the difference between neighbouring pixels a further blur takes away.

    F. Crété, T. Dolmière, P. Ladret and M. Nicolas, "The blur effect: perception and estimation with a new no-reference
    perceptual blur metric", SPIE 6492, 2007. Being a share of the picture's own gradients it does not ask how much contrast there is,
    unlike the operators that S. Pertuz, D. Puig and M. A. García compare ("Analysis of focus measure operators for
    shape-from-focus", Pattern Recognition 46, 2013): a sharp picture of fog does not lose. The worse of the two directions
    counts, so that movement blur to one side shows. Ours is that gradients no larger than `noise` count for nothing.
    """
    worst = 1.0
    for axis in (0, 1):
        if grey.shape[axis] >= 2:
            own, lost = _gradients(grey, axis, noise)
            worst = min(worst, float(lost.mean() / (own.mean() + noise / 2)))
    return worst


def _gradients(grey: np.ndarray, axis: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """(each difference between neighbours along `axis`, what of it a blur takes away but for noise), float32."""
    import cv2
    import numpy as np

    flat = grey.astype(np.float32)
    own = np.abs(np.diff(flat, axis=axis))
    kernel = (1, TAPS) if axis == 0 else (TAPS, 1)
    blurred = np.abs(np.diff(cv2.blur(flat, kernel, borderType=cv2.BORDER_REPLICATE), axis=axis))
    return own, np.maximum(0, own - blurred - noise)


def focus(grey: np.ndarray, noise: float = NOISE) -> tuple[float, float]:
    """(how sharp the sharpest tenth of the picture's drawing is, the share of the drawing that is in focus); both NaN without drawing.

    The picture is parted into about `PARTS` squares; those with gradients above `noise` have drawing, and `sharpness` is taken of each: so
    a portrait before a soft background is sharp, and little of it in focus. The worse of the two directions counts, as there.
    """
    import cv2
    import numpy as np

    height, width = grey.shape
    side = max(4.0, (height * width / PARTS) ** 0.5)
    cells = max(1, round(width / side)), max(1, round(height / side))
    best, worst, drawn = np.zeros(cells[::-1], np.float32), float("nan"), np.zeros(cells[::-1], bool)
    for axis in (0, 1):
        if grey.shape[axis] < 2:
            continue
        own, lost = (cv2.resize(part, cells, interpolation=cv2.INTER_AREA) for part in _gradients(grey, axis, noise))
        share, here = lost / (own + noise / 2), own > noise + 1
        best, drawn = np.maximum(best, share), drawn | here
        if here.sum() >= FEW:
            worst = float(np.fmin(worst, np.quantile(share[here], 0.9)))
    return worst, float(np.mean(best[drawn] >= IN_FOCUS)) if drawn.any() else float("nan")


def noise(grey: np.ndarray) -> float:
    """The standard deviation of the noise in grey levels.

    J. Immerkær, "Fast noise variance estimation", Computer Vision and Image Understanding 64, 1996: the difference of two
    Laplacians, which edges and slopes hardly touch. Texture does: so it is taken in squares, and the smoothest quarter of those that
    are neither black nor burnt out, where noise is cut off, tells. A picture all of fine texture is still taken for noisier than it is.
    """
    import cv2
    import numpy as np

    if min(grey.shape) < 2 * SQUARE:
        return 0.0
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    answer = np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel))[1:-1, 1:-1]
    cells = answer.shape[1] // SQUARE, answer.shape[0] // SQUARE
    kept = slice(cells[1] * SQUARE), slice(cells[0] * SQUARE)
    levels = cv2.resize(answer[kept], cells, interpolation=cv2.INTER_AREA)
    lit = cv2.resize(grey[1:-1, 1:-1][kept].astype(np.float32), cells, interpolation=cv2.INTER_AREA)
    known = np.sort(levels[(lit > DARK) & (lit < BRIGHT)])
    return float(known[: max(1, len(known) // 4)].mean() * (np.pi / 2) ** 0.5 / 6 * SMOOTHEST) if len(known) else 0.0


def cleaned(grey: np.ndarray, level: float) -> tuple[np.ndarray, float]:
    """(the picture with its noise of `level` taken out of even parts, how large gradients of what is left of it are), edges as they were.

    C. Tomasi and R. Manduchi, "Bilateral filtering for gray and color images", ICCV 1998. So noise does not count as sharpness, which
    it would, nor hide it.
    """
    import cv2

    if level <= GRAINY:
        return grey, max(NOISE, 1.13 * level)
    even = cv2.bilateralFilter(grey, 5, 3 * level, 1.5)
    return even, max(NOISE, 1.13 * noise(even), 0.35 * level)


def colourfulness(image: np.ndarray) -> float:
    """0 (grey) to 1 (extremely colourful) of RGB pixels (…, 3) uint8.

    D. Hasler and S. Süsstrunk, "Measuring colourfulness in natural images", SPIE 5007, 2003; what people call extremely
    colourful is 109 there.
    """
    import numpy as np

    red, green, blue = (image[..., channel].astype(np.float32) for channel in range(3))
    across, along = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(across.std(), along.std())) + 0.3 * float(np.hypot(across.mean(), along.mean()))
    return min(1.0, spread / 109)


def warmth(image: np.ndarray) -> float:
    """-1 (blue) to 1 (orange): the mean of CIE L*a*b*'s yellow over blue of RGB (height, width, 3) uint8, 1 at `WARM`."""
    import cv2

    along = float(cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[..., 2].mean()) - 128
    return max(-1.0, min(1.0, along / WARM))


def clipped(image: np.ndarray) -> tuple[float, float]:
    """(share of pixels (…, 3) uint8 that are wholly black, share that are wholly white): what no grading brings back."""
    import numpy as np

    red, green, blue = (image[..., channel] for channel in range(3))
    darkest, brightest = np.minimum(np.minimum(red, green), blue), np.maximum(np.maximum(red, green), blue)
    return float(np.mean(brightest <= CUT_OFF)), float(np.mean(darkest >= 255 - CUT_OFF))


def exposure(grey: np.ndarray) -> float:
    """The share of pixels that are neither black nor burnt out."""
    import numpy as np

    return float(np.mean((grey >= DARK) & (grey <= BRIGHT)))


def change(before: np.ndarray, after: np.ndarray) -> float:
    """Mean absolute difference of two pictures of one size, 0 to 1."""
    import cv2

    return float(cv2.absdiff(before, after).mean()) / 255
