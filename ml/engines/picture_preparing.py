"""How an image-text model wants its pictures, read from its preprocessor_config.json and done with OpenCV.

The library's own processors want torchvision, which the worker lacks on purpose, or pillow. Three things differ from them, for the sake
of films: the picture is scaled by the decoder, straight to the model's size; where a model was trained on the middle square of a
picture, a wide one is covered by several squares, since its middle is hardly more than half of it; and nothing is padded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import BAD_INPUT, EditorError

WIDER = 1.15
"""Proportions from which one square does not show the picture any more."""
MOST = 4


@dataclass(frozen=True)
class Preparing:
    """`side` (height, width) of what the network sees. `crop`: cut out of the picture in its own proportions, else the whole is squeezed.

    `patch` and `patches`: SigLIP 2 with the picture's own proportions, in squares of `patch` pixels, `patches` at most; 0 for all others.
    """

    side: tuple[int, int]
    crop: bool
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    patch: int = 0
    patches: int = 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) to which a picture of these proportions is scaled."""
        if self.patch:
            return _fitting(width, height, self.patch, self.patches)
        tall, wide = self.side
        if not self.crop:
            return wide, tall
        factor = max(wide / width, tall / height)
        return max(wide, round(width * factor)), max(tall, round(height * factor))

    def views(self, image: Any) -> Any:
        """uint8 (views, height, width, 3) of a picture (height, width, 3) of any size: what the network is to see of it."""
        import cv2

        size = self.size(image.shape[1], image.shape[0])
        if image.shape[1::-1] != size:
            smaller = image.shape[1] >= size[0] and image.shape[0] >= size[1]
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
        if self.patch or not self.crop:
            return image[None]
        (tall, wide), (height, width) = self.side, image.shape[:2]
        ratio = max(width / wide, height / tall)
        count = 1 if ratio < WIDER else min(MOST, math.ceil(ratio - 0.01))
        along = [0.5] if count == 1 else [number / (count - 1) for number in range(count)]
        places = [(round((height - tall) * part), round((width - wide) * part)) for part in along]
        return np.stack([image[top : top + tall, left : left + wide] for top, left in places])

    def numbers(self, views: Any) -> Any:
        """float32 (views, 3, height, width) as the network was trained on them."""
        scaled = np.asarray(views, np.float32) / 255
        normal = (scaled - np.array(self.mean, np.float32)) / np.array(self.deviation, np.float32)
        return np.ascontiguousarray(normal.transpose(0, 3, 1, 2))

    def squares(self, views: Any) -> Any:
        """float32 (views, squares, patch * patch * 3): row by row, for networks that take pictures in pieces."""
        count, height, width = views.shape[:3]
        normal = self.numbers(views).transpose(0, 2, 3, 1)
        rows, columns = height // self.patch, width // self.patch
        cut = normal.reshape(count, rows, self.patch, columns, self.patch, 3).transpose(0, 1, 3, 2, 4, 5)
        return np.ascontiguousarray(cut.reshape(count, rows * columns, -1))


def read(table: dict[str, Any], image_size: int, patch: int, own_proportions: bool, remedy: str) -> Preparing:
    """From the folder's preprocessor_config.json; `image_size` and `patch` are its config's, for what it does not say.

    Raises `EditorError(BAD_INPUT)` for values that make no sense.
    """
    try:
        mean = tuple(float(value) for value in table.get("image_mean", (0.5, 0.5, 0.5)))
        deviation = tuple(float(value) for value in table.get("image_std", (0.5, 0.5, 0.5)))
        if not table.get("do_normalize", True):
            mean, deviation = (0.0,) * 3, (1.0,) * 3
        crop = bool(table.get("do_center_crop", False))
        side = _side(table.get("crop_size") if crop else table.get("size"), image_size)
        patches = int(table.get("max_num_patches", 256)) if own_proportions else 0
        found = Preparing(side, crop, mean, deviation, int(table.get("patch_size", patch)) if own_proportions else 0, patches)
    except (TypeError, ValueError) as reason:
        raise EditorError("The model's preprocessor_config.json makes no sense.", remedy, BAD_INPUT, repr(reason)) from reason
    colours = len(mean) == len(deviation) == 3 and min(deviation) > 0
    if not colours or not 8 <= min(found.side) <= max(found.side) <= 4096 or (own_proportions and min(found.patch, patches) < 1):
        raise EditorError("The model's preprocessor_config.json makes no sense.", remedy, BAD_INPUT, repr(found))
    return found


def _side(said: Any, otherwise: int) -> tuple[int, int]:
    """(height, width) out of what the library writes: a number, height and width, or the shortest edge."""
    if isinstance(said, dict) and "height" in said:
        return int(said["height"]), int(said["width"])
    if isinstance(said, dict):
        said = said.get("shortest_edge", otherwise)
    return (int(said), int(said)) if said else (otherwise, otherwise)


def _fitting(width: int, height: int, patch: int, most: int) -> tuple[int, int]:
    """The largest (width, height) of whole squares, in about these proportions, of which there are `most` at most."""
    low, high = 1e-6, 100.0
    while high - low >= 1e-5:
        scale = (low + high) / 2
        across, down = (max(1, math.ceil(side * scale / patch)) for side in (width, height))
        low, high = (scale, high) if across * down <= most else (low, scale)
    across, down = (max(1, math.ceil(side * low / patch)) for side in (width, height))
    return across * patch, down * patch
