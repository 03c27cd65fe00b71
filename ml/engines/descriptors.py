"""What pictures show, as short rows of numbers whose cosine says how alike they are: a network's view of it, and colours in places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

REDUCED = 96
SEED = 20
CELLS = 2
SMALL = 64
HUES, SHADES, GREYS = 6, 2, 4
COLOURS = CELLS * CELLS * (HUES * SHADES + GREYS)
GREYISH = 0.25
"""Below this saturation a pixel is partly grey: the hue of what has none is noise."""


def projection(inputs: int) -> np.ndarray:
    """Float32 (inputs, `REDUCED`) of +1 and -1, the same always: keeps angles (W. B. Johnson and J. Lindenstrauss, 1984).

    Signs do as well as a bell curve: D. Achlioptas, "Database-friendly random projections", J. Comput. Syst. Sci. 66, 2003.
    `RandomState` is the one generator of numpy whose numbers never change between versions.
    """
    import numpy as np

    signs = np.random.RandomState(SEED).randint(0, 2, (inputs, REDUCED), dtype=np.int64) * 2 - 1
    return signs.astype(np.float32)


class Network:
    """EfficientNet's features, centred, projected to `REDUCED` numbers. Raises `EditorError(BAD_INPUT)` for a file that is none of it."""

    def __init__(self, path: Path) -> None:
        from . import efficientnet
        from .transnetv2 import best_device

        self._describer = efficientnet.Describer(path, best_device())
        self._side, self._step = efficientnet.SIDE, efficientnet.STEP
        self._projection = projection(efficientnet.FEATURES)

    def fitted(self, image: np.ndarray) -> np.ndarray:
        """The picture in its own proportions, with as many pixels as the network was trained on, about."""
        import cv2

        height, width = image.shape[:2]
        stretch = self._side / (width * height) ** 0.5
        size = tuple(max(1, round(side * stretch / self._step)) * self._step for side in (width, height))
        return cv2.resize(image, size, interpolation=cv2.INTER_AREA)

    def describe(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """Float32 (images, `REDUCED`) of `fitted` pictures of one size."""
        import numpy as np
        import torch

        features: np.ndarray = self._describer.describe(torch.from_numpy(np.stack(images))).numpy()
        return features @ self._projection


def colours(image: np.ndarray) -> np.ndarray:
    """Float32 (`COLOURS`,): which hues and greys stand in each quarter of an RGB picture (height, width, 3) uint8.

    The root of each share is kept, so that a cosine of two rows is the Bhattacharyya coefficient of their histograms
    (A. Bhattacharyya, 1943). A pixel counts for the two bins it lies between.
    """
    import cv2
    import numpy as np

    small = cv2.resize(image, (SMALL, SMALL), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    hue, saturation, value = cv2.split(cv2.cvtColor(small, cv2.COLOR_RGB2HSV))
    coloured = np.minimum(1, saturation * np.minimum(1, value * 4) / GREYISH)
    hues = _soft(hue / 360 * HUES, HUES, around=True)
    shades = _soft(value * SHADES - 0.5, SHADES)
    greys = _soft(value * GREYS - 0.5, GREYS) * (1 - coloured)[..., None]
    bins = np.concatenate([(hues[..., :, None] * shades[..., None, :]).reshape(SMALL, SMALL, -1) * coloured[..., None], greys], axis=-1)
    half = SMALL // CELLS
    shares = bins.reshape(CELLS, half, CELLS, half, -1).mean(axis=(1, 3))
    return np.sqrt(shares).reshape(-1).astype(np.float32)


def joined(colour: bytes | bytearray, features: Sequence[np.ndarray]) -> np.ndarray:
    """uint8 (samples, width) around 128: both parts of each row weigh the same, and its largest number is 127 away.

    `colour`: the rows of `colours`, one after the other; `features`: batches of `Network.describe`, or none at all.
    """
    import numpy as np

    parts = [np.frombuffer(bytes(colour), np.float32).reshape(-1, COLOURS)]
    if features:
        parts.insert(0, np.concatenate(list(features)))
    rows = np.concatenate([part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in parts], axis=1)
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=1e-9)
    return np.round(rows / largest * 127 + 128).astype(np.uint8)


def _soft(place: np.ndarray, bins: int, around: bool = False) -> np.ndarray:
    """Each value's share in the two bins whose middles it lies between: (..., bins). `around`: the last is followed by the first."""
    import numpy as np

    middles = np.arange(bins, dtype=np.float32)
    if not around:
        place = np.clip(place, 0, bins - 1)
    away = np.abs(place[..., None] - middles)
    if around:
        away = np.minimum(away % bins, bins - away % bins)
    return np.maximum(0, 1 - away).astype(np.float32)
