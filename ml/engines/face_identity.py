"""Whose face it is: the residual network of dlib with its published weights, rebuilt in torch.

D. King, "High quality face recognition with deep metric learning", 2017: a ResNet of 29 convolutions after K. He et al., CVPR 2016,
trained on three million faces; 99.38 % of the pairs of Labeled Faces in the Wild told right. Vectors of one person lie nearer to each
other than .6, its published bound; here they are divided by it, so that the bound is 1. Faces are brought upright as `face_align` does.
A test compares the network with the numbers of dlib itself.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..errors import BAD_INPUT, EditorError

WIDTH = 128
BOUND = 0.6
NAME = "dlib ResNet"
BATCH = 8
SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
MEAN = (122.782, 117.001, 104.298)
_LEVELS = ((32, 32, 3, False), (32, 64, 4, True), (64, 128, 3, True), (128, 256, 3, True), (256, 256, 1, True))
"""Channels in, out, blocks, whether the first of them halves the picture."""


class _Block(nn.Module):
    """Two convolutions and the way past them, which is halved where the first of them is."""

    def __init__(self, before: int, after: int, halving: bool) -> None:
        super().__init__()
        self.halving = halving
        self.first = nn.Conv2d(before, after, 3, stride=2 if halving else 1, padding=0 if halving else 1)
        self.second = nn.Conv2d(after, after, 3, padding=1)
        self.scales = nn.ModuleList(_Affine(after) for _ in range(2))

    def forward(self, x: Tensor) -> Tensor:
        within = self.scales[1](self.second(functional.relu(self.scales[0](self.first(x)))))
        past = functional.avg_pool2d(x, 2, 2) if self.halving else x
        return functional.relu(_sum(within, past))


class _Affine(nn.Module):
    """A batch normalisation as it is once the network is trained."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.zeros(size)), nn.Parameter(torch.zeros(size))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale[:, None, None] + self.shift[:, None, None]


def _sum(one: Tensor, other: Tensor) -> Tensor:
    """As dlib adds: what is smaller, in channels or pixels, is filled up with zeros at its end."""
    sizes = [max(pair) for pair in zip(one.shape[1:], other.shape[1:], strict=True)]
    grown = []
    for part in (one, other):
        channels, rows, columns = (size - has for size, has in zip(sizes, part.shape[1:], strict=True))
        grown.append(functional.pad(part, (0, columns, 0, rows, 0, channels)))
    return grown[0] + grown[1]


class _Network(nn.Module):
    """Pictures (batch, 3, 150, 150), RGB less `MEAN` over 256, to vectors (batch, `WIDTH`)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.scale = nn.Conv2d(3, 32, 7, stride=2), _Affine(32)
        blocks = []
        for before, after, count, halving in _LEVELS:
            blocks += [_Block(after if number else before, after, halving and number == 0) for number in range(count)]
        self.blocks = nn.ModuleList(blocks)
        self.out = nn.Linear(256, WIDTH, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(functional.relu(self.scale(self.stem(x))), 3, 2)
        for block in self.blocks:
            x = block(x)
        return self.out(x.mean(dim=(2, 3)))


class Identity:
    """The network, ready to look. `name` tells its vectors from those of other networks, with which they cannot be compared."""

    name, width = NAME, WIDTH

    def __init__(self, path: Path) -> None:
        """Raises `EditorError(BAD_INPUT)` when the file is not the published one."""
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != SHA256:
            raise EditorError(f"{path.name} is not the file it should be.", "Remove the model and get it again.", BAD_INPUT)
        network, arrays = _Network(), _Arrays(data)
        with torch.no_grad():
            _fill(network.stem, arrays.next("con_4"))
            _fill_affine(network.scale, arrays)
            block: Any
            for block in network.blocks:
                _fill(block.first, arrays.next("con_4"))
                _fill_affine(block.scales[0], arrays)
                _fill(block.second, arrays.next("con_4"))
                _fill_affine(block.scales[1], arrays)
            network.out.weight.copy_(torch.from_numpy(arrays.next("fc_2").reshape(256, WIDTH).T.copy()))
        self._network = network.eval().requires_grad_(False)

    @torch.inference_mode()
    def describe(self, faces: Any) -> Any:
        """Upright faces (faces, 150, 150, 3) uint8 RGB to vectors (faces, `WIDTH`) float32: those of one person lie nearer than 1."""
        rows = []
        for place in range(0, len(faces), BATCH):
            x = (faces[place : place + BATCH].astype(np.float32) - np.array(MEAN, np.float32)) / 256
            rows.append(self._network(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy() / BOUND)
        return np.concatenate(rows) if rows else np.zeros((0, WIDTH), np.float32)


class _Arrays:
    """The arrays of a file that dlib wrote, in its order: the innermost layer first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def next(self, layer: str) -> Any:
        """The one array of the next layer of this kind: its numbers (n,) float32."""
        name = bytes([1, len(layer)]) + layer.encode()
        self._place = self._data.index(name, self._place) + len(name)
        if layer == "fc_2":
            self._integer(), self._integer()  # outputs and inputs, which come before the array
        return self.array()

    def array(self) -> Any:
        version, *shape = (self._integer() for _ in range(5))
        if version != 2:
            raise EditorError("This face network is of a kind that is not known.", "Remove the model and get it again.", BAD_INPUT)
        count = int(np.prod(shape))
        values = np.frombuffer(self._data, "<f4", count, self._place)
        self._place += 4 * count
        return values

    def _integer(self) -> int:
        """A count of bytes and as many bytes, the lowest first."""
        length = self._data[self._place] & 0x0F
        value = int.from_bytes(self._data[self._place + 1 : self._place + 1 + length], "little")
        self._place += 1 + length
        return value


def _fill(layer: nn.Conv2d, values: Any) -> None:
    weights = layer.weight.numel()
    layer.weight.copy_(torch.from_numpy(values[:weights].reshape(tuple(layer.weight.shape)).copy()))
    assert layer.bias is not None
    layer.bias.copy_(torch.from_numpy(values[weights:].copy()))


def _fill_affine(layer: _Affine, arrays: _Arrays) -> None:
    values = arrays.next("affine_")
    layer.scale.copy_(torch.from_numpy(values[: len(layer.scale)].copy()))
    layer.shift.copy_(torch.from_numpy(values[len(layer.scale) :].copy()))
