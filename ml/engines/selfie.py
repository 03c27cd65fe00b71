"""The packaged segmenter of people: MediaPipe's two small networks, run by OpenCV's own reader of their files.

"Selfie Segmentation", Google, 2021 (a MobileNetV3-like encoder and decoder): one for pictures of any shape, looked at as 256 x 256, one for
wide ones, 256 x 144. OpenCV gives what MediaPipe's own run gives, to 0.0004, for the same small picture.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..errors import BAD_INPUT, EditorError
from ..mattes import SELFIE
from ..models import path_of

SIDES = {"selfie.tflite": (256, 256), "selfie-wide.tflite": (256, 144)}
"""(width, height) that each network looks at."""


class Segmenter:
    """Raises `EditorError(MISSING_MODEL)` where the networks are not installed, BAD_INPUT where a file is none."""

    name = "MediaPipe Selfie Segmentation"

    def __init__(self, models: Path) -> None:
        folder = path_of(SELFIE, models)
        self._networks = {}
        for name in SIDES:
            try:
                self._networks[name] = cv2.dnn.readNetFromTFLite(str(folder / name))
            except cv2.error as reason:
                raise EditorError(f"{name} cannot be read.", "Remove the model and get it again.", BAD_INPUT, str(reason)[:500]) from reason

    def both(self, image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How surely each point of a picture (height, width, 3) uint8 RGB, or of a part of one, belongs to a person, 0..1, by either
        network: float32 (256, 256). They miss different people."""
        wide = self._look("selfie-wide.tflite", image)
        return self._look("selfie.tflite", image), cv2.resize(wide, SIDES["selfie.tflite"], interpolation=cv2.INTER_LINEAR)

    def _look(self, name: str, image: np.ndarray) -> np.ndarray:
        size = SIDES[name]
        smaller = image.shape[1] > size[0] or image.shape[0] > size[1]
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        network = self._networks[name]
        network.setInput(np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32) / 255)
        return np.ascontiguousarray(network.forward()[0, 0])
