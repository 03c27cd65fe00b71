"""Films with coloured boxes, whose places are known to the pixel, and a detector that finds red and blue: it stands for the network where
what is done with its boxes is tested."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from assistant_editor.ml import media
from assistant_editor.ml.engines import objects, yolo
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Objects, ObjectsOptions, Span, Track

RED, BLUE, GROUND = (220, 20, 20), (20, 20, 220), (90, 110, 90)
Box = tuple[float, float, float, float]


class Colours:
    """Finds red ("ball") and blue ("cube") in pictures, as `yolo.Detector` finds things."""

    names, size, device = ("ball", "cube"), 160, "cpu"
    confidence = 0.9
    fitted = yolo.Detector.fitted

    def __init__(self, path: Path, size: int = 0) -> None:
        self.size = size or self.size

    def detect(self, images, confidence, thorough=False):
        return [self._one(image.astype(int)) for image in images]

    def _one(self, image: np.ndarray) -> np.ndarray:
        rows = []
        for number, channel in ((0, 0), (1, 2)):
            mask = (image[..., channel] > image[..., 1] + 60).astype(np.uint8)
            for left, top, width, height, area in cv2.connectedComponentsWithStats(mask)[2][1:]:
                if area > 12:
                    rows.append((left, top, left + width, top + height, self.confidence, number))
        return np.array(rows, np.float32).reshape(-1, 6)


def put_in_place(monkeypatch, folder: Path) -> Path:
    """The file that stands for the checkpoint of `Colours`."""
    monkeypatch.setattr(objects, "Detector", Colours)
    (folder / "colours.pt").touch()
    return folder / "colours.pt"


def painted(*things: tuple[tuple[int, int, int], Callable[[int], Box | None]]) -> Callable[[int, tuple[int, int]], np.ndarray]:
    """Boxes of these colours on a patterned ground, where a function of the frame's number says: left, top, width, height."""

    def picture(number: int, size: tuple[int, int]) -> np.ndarray:
        rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
        image = np.uint8(GROUND) + (((rows // 16 + columns // 16) % 2) * 40).astype(np.uint8)[..., None]
        for colour, place in things:
            box = place(number)
            if box is not None:
                left, top, width, height = (round(side) for side in box)
                image[max(0, top) : top + height, max(0, left) : left + width] = colour
        return image

    return picture


def runtime(folder: Path, check=lambda: None) -> Runtime:
    return Runtime(folder, lambda *_: None, lambda _: None, check)


def looked(path: Path, model: Path, span: Span | None = None, **options) -> Objects:
    consumer = objects.start(ObjectsOptions(str(model), **options), media.probe(path), span, runtime(model.parent))
    try:
        media.decode(path, [consumer], span)
        return consumer.finish()
    finally:
        consumer.close()


def boxes(track: Track) -> np.ndarray:
    return np.frombuffer(base64.b64decode(track.boxes), "<f4").reshape(-1, 5)
