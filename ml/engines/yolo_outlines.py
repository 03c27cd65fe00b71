"""Things outlined by a YOLO checkpoint of the user's that was trained for it (yolo11n-seg and its like), by lines of our own.

A box comes with 32 numbers: how much of each of the network's 32 prototype pictures makes up its outline (D. Bolya et al., "YOLACT:
Real-time Instance Segmentation", 2019).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np

from ..errors import BAD_INPUT, EditorError
from .boxes import MOST, OVERLAP
from .yolo import EDGE, Detector

LEAST = 0.25
"""How sure a box must be."""


class Outliner(Detector):
    """One checkpoint that outlines. Raises `EditorError(BAD_INPUT)` when the file only finds boxes, or is none."""

    def __init__(self, path: Path, size: int = 0) -> None:
        super().__init__(path, size)
        if self.kind != "segment":
            raise EditorError(
                f"{path.name} finds things but does not outline them.",
                "Choose a checkpoint for outlines (names such as yolo11n-seg.pt), or none: then the packaged segmenter is used.",
                BAD_INPUT,
            )
        self.name = f"{path.stem} at {self.size}"

    def outlined(self, image: np.ndarray, labels: Collection[str] = (), confidence: float = LEAST) -> np.ndarray:
        """How surely each point of a picture (height, width, 3) uint8 RGB belongs to one of these things (none named: to any), 0..1:
        float32 of the same size. Raises `EditorError(BAD_INPUT)` when the network knows none of them."""
        import torch
        from ultralytics.utils.nms import non_max_suppression

        kinds = [number for number, name in enumerate(self.names) if name in labels]
        if labels and not kinds:
            known = ", ".join(self.names[:12])
            raise EditorError(f"The model knows no {' or '.join(sorted(labels))}.", f"It knows {known} …", BAD_INPUT)
        height, width = image.shape[:2]
        inner = self.fitted(width, height)
        outer = [-(-side // self.stride) * self.stride for side in inner]
        left, top = (outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2
        given = np.full((outer[1], outer[0], 3), EDGE, np.uint8)
        given[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_LINEAR)
        with torch.inference_mode():
            batch = torch.from_numpy(given.transpose(2, 0, 1).copy())[None].to(self.device)
            raw = self._network(batch.to(torch.float16 if self._half else torch.float32).div_(255))
            while len(raw[0]) != 1 or isinstance(raw[0], (tuple, list)):
                raw = raw[0]  # beside it lies what training looks at
            boxes, prototypes = raw[0].float().cpu(), raw[1][0].float().cpu()
            rows = non_max_suppression(
                boxes, confidence, OVERLAP, max_det=MOST, nc=len(self.names), max_time_img=1e9, end2end=self._ending, classes=kinds or None
            )[0]
        full = painted(rows.numpy(), prototypes.numpy(), (outer[0], outer[1]))[top : top + inner[1], left : left + inner[0]]
        return cv2.resize(np.ascontiguousarray(full), (width, height), interpolation=cv2.INTER_LINEAR)


def painted(rows: np.ndarray, prototypes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The outlines of `rows` (things, 6 + prototypes) on a picture of `size` (width, height), the surest at each point: float32 of 0..1.

    A row: left, top, right, bottom in that picture's pixels, confidence, class, and the shares of the prototypes (count, height, width).
    """
    count, down, across = prototypes.shape
    share = np.zeros((down, across), np.float32)
    scale = np.array([across / size[0], down / size[1]] * 2)
    for row in rows:
        one = 1 / (1 + np.exp(-np.tensordot(row[6 : 6 + count], prototypes, 1)))
        left, top, right, bottom = row[:4] * scale
        part = (
            slice(max(0, int(np.floor(top))), max(0, int(np.ceil(bottom)))),
            slice(max(0, int(np.floor(left))), max(0, int(np.ceil(right)))),
        )
        share[part] = np.maximum(share[part], one[part])
    return cv2.resize(share, size, interpolation=cv2.INTER_LINEAR)
