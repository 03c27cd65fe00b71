"""MTCNN: another network that finds faces, to check with what the first one found, or to look through a picture twice.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao, "Joint face detection and alignment using multitask cascaded convolutional networks", IEEE Signal
Processing Letters 23 (2016). Three small networks: the first looks at the picture at many sizes, the other two look closer at what it
proposes. Weights: those of the package facenet-pytorch (MIT). Layers are named as there, so that its files fit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from .face_finder import overlaps, within
from .weights import loaded

SMALLEST, SHRINK = 20, 0.709
"""Pixels of the smallest face that is looked for, and the step from one size of the picture to the next: the authors' own."""
PROPOSED, CLOSER, SURE = 0.6, 0.6, 0.7
"""How sure each of the three must be: the authors' (0.6, 0.7, 0.7), with a second one that lets more through."""
CELL, STRIDE = 12, 2
MOST = 2000
"""Proposals that are looked at closer, the surest."""


class _First(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1, self.pool1 = nn.Conv2d(3, 10, 3), nn.PReLU(10), nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.prelu3(self.conv3(self.prelu2(self.conv2(x))))
        return self.conv4_1(x).softmax(1)[:, 1], self.conv4_2(x)


class _Second(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1, self.pool1 = nn.Conv2d(3, 28, 3), nn.PReLU(28), nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2, self.pool2 = nn.Conv2d(28, 48, 3), nn.PReLU(48), nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1, self.dense5_2 = nn.Linear(128, 2), nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.prelu3(self.conv3(self.pool2(self.prelu2(self.conv2(x)))))
        x = self.prelu4(self.dense4(_columns_first(x)))
        return self.dense5_1(x).softmax(1)[:, 1], self.dense5_2(x)


class _Third(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1, self.pool1 = nn.Conv2d(3, 32, 3), nn.PReLU(32), nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2, self.pool2 = nn.Conv2d(32, 64, 3), nn.PReLU(64), nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3, self.pool3 = nn.Conv2d(64, 64, 3), nn.PReLU(64), nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1, self.dense6_2, self.dense6_3 = nn.Linear(256, 2), nn.Linear(256, 4), nn.Linear(256, 10)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.pool1(self.prelu1(self.conv1(x)))
        x = self.pool2(self.prelu2(self.conv2(x)))
        x = self.prelu4(self.conv4(self.pool3(self.prelu3(self.conv3(x)))))
        x = self.prelu5(self.dense5(_columns_first(x)))
        return self.dense6_1(x).softmax(1)[:, 1], self.dense6_2(x)


class Finder:
    """The three networks of this folder, ready to look. It belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        self._first = loaded(_First(), folder / "pnet.pt", "MTCNN").eval()
        self._second = loaded(_Second(), folder / "rnet.pt", "MTCNN").eval()
        self._third = loaded(_Third(), folder / "onet.pt", "MTCNN").eval()

    @torch.inference_mode()
    def find(self, image: Any) -> Any:
        """The faces of an RGB picture (height, width, 3) uint8, the surest first: float32 (faces, 5), left, top, width, height in its
        pixels and how sure it is, 0 to 1."""
        height, width = image.shape[:2]
        boxes = self._proposed(image)
        for network, size, least in ((self._second, 24, CLOSER), (self._third, 48, SURE)):
            boxes = _squared(boxes)
            boxes = boxes[(boxes[:, 2] >= 4) & (boxes[:, 3] >= 4)]
            if not len(boxes):
                break
            scores, moves = network(torch.cat([_patch(image, box, size) for box in boxes]))
            found = scores.numpy() >= least
            boxes = _moved(boxes[found], moves.numpy()[found])
            boxes[:, 4] = scores.numpy()[found]
            boxes = boxes[_kept(boxes, 0.7)]
        boxes = within(boxes[_kept(boxes, 0.4)], width, height)
        return np.asarray(boxes[(boxes[:, 2] > 1) & (boxes[:, 3] > 1)], np.float32)

    def _proposed(self, image: Any) -> Any:
        height, width = image.shape[:2]
        found = [np.zeros((0, 5), np.float32)]
        scale = CELL / SMALLEST
        while min(height, width) * scale >= CELL:
            small = cv2.resize(image, (int(np.ceil(width * scale)), int(np.ceil(height * scale))), interpolation=cv2.INTER_AREA)
            scores, moves = self._first(_tensor(small))
            rows, columns = np.nonzero(scores[0].numpy() >= PROPOSED)
            places = np.stack([columns, rows], axis=1).astype(np.float32) * STRIDE
            sides = np.full((len(rows), 2), CELL, np.float32)
            boxes = np.concatenate([places / scale, sides / scale, scores[0].numpy()[rows, columns][:, None]], axis=1)
            keep = _kept(boxes, 0.5)
            found.append(_moved(boxes[keep], moves[0].numpy()[:, rows, columns].T[keep]))
            scale *= SHRINK
        boxes = np.concatenate(found)
        return boxes[_kept(boxes, 0.7)[:MOST]]


def _columns_first(x: Tensor) -> Tensor:
    """As the networks were trained: with the picture's columns before its rows."""
    return x.permute(0, 3, 2, 1).flatten(1)


def _tensor(image: Any) -> Tensor:
    return (torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() - 127.5) * 0.0078125


def _patch(image: Any, box: Any, size: int) -> Tensor:
    """What lies in a square box, black beyond the picture."""
    height, width = image.shape[:2]
    left, top = (int(np.floor(value)) for value in box[:2])
    right, bottom = left + max(2, round(float(box[2]))), top + max(2, round(float(box[3])))
    part = image[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    if not part.size:
        return torch.zeros(1, 3, size, size)
    edges = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    whole = cv2.copyMakeBorder(part, *edges, cv2.BORDER_CONSTANT) if any(edges) else part
    return _tensor(cv2.resize(whole, (size, size), interpolation=cv2.INTER_AREA))


def _moved(boxes: Any, moves: Any) -> Any:
    """Boxes with the network's corrections of left, top, right and bottom, in sides of each."""
    low, high = boxes[:, :2] + moves[:, :2] * boxes[:, 2:4], boxes[:, :2] + boxes[:, 2:4] * (1 + moves[:, 2:4])
    return np.concatenate([low, high - low, boxes[:, 4:]], axis=1).astype(np.float32)


def _squared(boxes: Any) -> Any:
    side = boxes[:, 2:4].max(axis=1, keepdims=True) if len(boxes) else np.zeros((0, 1), np.float32)
    low = boxes[:, :2] + (boxes[:, 2:4] - side) / 2
    return np.concatenate([low, side, side, boxes[:, 4:]], axis=1)


def _kept(boxes: Any, most: float) -> Any:
    """Places of the rows that are left, the surest first, when of those that overlap more than this the surest alone is kept."""
    order = np.argsort(-boxes[:, 4], kind="stable")[: 2 * MOST]
    left: list[int] = []
    while len(order):
        best, order = order[0], order[1:]
        left.append(int(best))
        order = order[overlaps(boxes[best : best + 1, :4], boxes[order, :4])[0] <= most]
    return np.array(left, np.int64)
