"""Speech, music or noise: the network of inaSpeechSegmenter with its published weights, and the features it was trained on.

D. Doukhan, J. Carrive, F. Vallet, A. Larcher, S. Meignier, "An open-source speaker gender detection framework for monitoring gender
equality", ICASSP 2018; features are SIDEKIT's log mel energies (25 ms, every 10 ms, 24 bands from 100 Hz, of which it hears 21).
A test compares features and network with the numbers of the package's own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from .weights import array, published, put, put_norm

RATE = 16000
WINDOW, HOP, LENGTH = 400, 160, 512
BANDS, HEARD = 24, 21
LOWEST, HIGHEST = 100.0, 8000.0
EMPHASIS = 0.97
FRAMES, EVERY = 68, 2
"""Spectra the network looks at (0.7 s), and from one place to the next (20 ms)."""
KINDS = ("speech", "music", "noise")
EPSILON = 1e-3
BATCH = 256
SHA256 = "f04b5e3c86fa2e81666d106b0867350fe7858c7bd006c2a74c27b5b45507e7d8"
# What the file holds and where: HDF5 keeps each array in one piece, and the file is known to the last byte.
_CONVOLUTIONS = (
    ((7, 4, 1, 64), 22976, 32192), ((3, 3, 64, 128), 40176, 33472), ((3, 3, 128, 128), 344440, 936312),
    ((3, 3, 128, 256), 946448, 940920),
)  # fmt: skip
_DENSE = (((256, 256), 2139224, 2403416), ((256, 256), 2415104, 2679296), ((256, 256), 2690200, 2954392), ((256, 256), 2965992, 3230184))
_OUT = ((256, 3), 3241464, 33984)
_NORMS = (  # scale, shift, mean, variance
    (64, 32448, 32704, 32960, 33216), (128, 337928, 338440, 338952, 339464), (128, 936824, 937336, 937848, 940408),
    (256, 2129304, 2130328, 2133400, 2134424), (256, 2404440, 2407512, 2408536, 2409560), (256, 2680320, 2683392, 2684416, 2685440),
    (256, 2955416, 2958488, 2959512, 2960536), (256, 3231208, 3234280, 3235304, 3236328),
)  # fmt: skip


class _Network(nn.Module):
    """Patches (batch, 1, `FRAMES`, `HEARD`) to chances (batch, 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(shape[2], shape[3], shape[:2]) for shape, *_ in _CONVOLUTIONS)
        self.dense = nn.ModuleList(nn.Linear(*shape) for shape, *_ in _DENSE)
        self.norms = nn.ModuleList(
            nn.BatchNorm2d(size, EPSILON) if place < 4 else nn.BatchNorm1d(size, EPSILON) for place, (size, *_) in enumerate(_NORMS)
        )
        self.out = nn.Linear(*_OUT[0])

    def forward(self, x: Tensor) -> Tensor:
        for place, convolution in enumerate(self.convolutions):
            x = functional.relu(self.norms[place](convolution(x)))
            if place == 0:
                x = _pooled(x, 4, 2)
            elif place == 2:
                x = _pooled(x, 2, 2)
            elif place == 3:
                x = functional.max_pool2d(x, (4, 1))
        x = x.permute(0, 2, 3, 1).flatten(1)
        for place, dense in enumerate(self.dense):
            x = functional.relu(self.norms[4 + place](dense(x)))
        return self.out(x).softmax(dim=1)


def _pooled(x: Tensor, tall: int, wide: int) -> Tensor:
    """Maxima, padded as TensorFlow's "SAME": an odd row goes below, an odd column to the right."""
    rows, columns = -x.shape[2] % tall, -x.shape[3] % wide
    padded = functional.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2), value=float("-inf"))
    return functional.max_pool2d(padded, (tall, wide))


class SoundKinds:
    """The network, ready to hear."""

    def __init__(self, path: Path) -> None:
        """Raises `EditorError(BAD_INPUT)` when the file is not the published one."""
        data = published(path, SHA256)
        network = _Network()
        with torch.no_grad():
            for layer, (kernel, weight, bias) in zip(network.convolutions, _CONVOLUTIONS, strict=True):
                put(layer, weight=array(data, weight, kernel).permute(3, 2, 0, 1), bias=array(data, bias, kernel[3:]))
            for layer, (shape, weight, bias) in zip([*network.dense, network.out], [*_DENSE, _OUT], strict=True):
                put(layer, weight=array(data, weight, shape).T, bias=array(data, bias, shape[1:]))
            for norm, (size, *places) in zip(network.norms, _NORMS, strict=True):
                put_norm(norm, data, size, *places)
        self._network = network.eval().requires_grad_(False)

    @torch.inference_mode()
    def hear(self, levels: Any) -> Any:
        """Log mel energies (frames, `BANDS`) to chances (frames // `EVERY`, 3), one row every 20 ms; NaN-free: .5 each where silent."""
        patches, finite = patches_of(levels)
        rows = [
            self._network(torch.from_numpy(patches[place : place + BATCH, None])).numpy() for place in range(0, len(patches), BATCH)
        ]
        chance = np.concatenate(rows) if rows else np.zeros((0, len(KINDS)), np.float32)
        chance[~finite] = 0.5
        return chance


def energies(samples: Any) -> tuple[Any, Any]:
    """(log mel energies (frames, `BANDS`), log energy (frames,)) as float32; minus infinity where there is digital silence."""
    if len(samples) < WINDOW:
        return np.zeros((0, BANDS), np.float32), np.zeros(0, np.float32)
    framed = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float32), WINDOW)[::HOP]
    before = np.concatenate([framed[:, :1], framed[:, :-1]], axis=1)
    flat: Any = framed - before * np.float32(EMPHASIS)
    spectrum = np.fft.rfft(flat * np.hanning(WINDOW), LENGTH, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    with np.errstate(divide="ignore"):
        return np.log(power @ _FILTERS.T), np.log(np.square(flat).sum(axis=1))


def patches_of(levels: Any) -> tuple[Any, Any]:
    """(patches (rows, `FRAMES`, `HEARD`) float32 of mean 0 and deviation 1, which of them are finite), a row every `EVERY` frames.

    A patch stands for its middle; the ends repeat the first and the last.
    """
    heard = levels[:, :HEARD]
    rows = len(levels) // EVERY
    if len(levels) < FRAMES:
        floor = heard.min(initial=0.0)
        heard = np.concatenate([heard, np.full((FRAMES - len(levels), HEARD), floor, np.float32)])
    views = np.lib.stride_tricks.sliding_window_view(heard, FRAMES, axis=0)[::EVERY].transpose(0, 2, 1)
    with np.errstate(invalid="ignore"):
        flat = views.reshape(len(views), -1)
        flat = (flat - flat.mean(axis=1, keepdims=True)) / flat.std(axis=1, keepdims=True)
    finite = np.isfinite(flat).all(axis=1)
    flat = np.where(finite[:, None], flat, 0).astype(np.float32)
    place = np.clip(np.arange(rows) - FRAMES // (2 * EVERY), 0, len(flat) - 1)
    return flat[place].reshape(rows, FRAMES, HEARD), finite[place]


def _filters() -> Any:
    """SIDEKIT's triangles, each of area one in hertz between bins, float32 (`BANDS`, `LENGTH` // 2 + 1)."""
    low, high = (2595 * np.log10(1 + edge / 700) for edge in (LOWEST, HIGHEST))
    edges = 700 * (10 ** ((low + np.arange(BANDS + 2) * (high - low) / (BANDS + 1)) / 2595) - 1)
    at = np.arange(LENGTH) / LENGTH * RATE
    bank = np.zeros((BANDS, LENGTH // 2 + 1), np.float32)
    for band in range(BANDS):
        below, middle, above = edges[band : band + 3]
        height = 2 / (above - below)
        rising = np.arange(int(below * LENGTH / RATE) + 1, int(middle * LENGTH / RATE) + 1)
        falling = np.arange(int(middle * LENGTH / RATE) + 1, min(int(above * LENGTH / RATE) + 1, LENGTH))[:-1]
        bank[band][rising] = height / (middle - below) * (at[rising] - below)
        bank[band][falling] = height / (above - middle) * (above - at[falling])
    return bank


_FILTERS = _filters()
