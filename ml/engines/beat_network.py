"""How surely a beat or the first beat of a bar is heard, fifty times a second: BeatNet's network with the weights that its package carries.

M. Heydari, F. Cwitkowitz, Z. Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat and meter tracking", ISMIR
2021: a convolution over each spectrum and two LSTM layers. The spectra are madmom's (S. Böck et al., ACM Multimedia 2016), which the
network was trained on. Features and outputs are those of the packages BeatNet and madmom (a test compares with their own code's numbers),
without their libraries. The network hears only what was before, so sound goes through it block by block.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from .weights import loaded

RATE = 22050
FRAME, HOP = 1411, 441
"""Samples of a spectrum (64 ms), and from one to the next (20 ms)."""
PER_SECOND = RATE // HOP
_BEFORE = FRAME // 2
PER_OCTAVE, LOWEST, HIGHEST = 24, 30.0, 17000.0
CELLS, KERNEL = 150, 10
LAG = 0.4
"""Frames from where the chance of a beat is highest to the stroke; measured on strokes whose times are known."""


class Network(nn.Module):
    """Features (frames, width) to logits (frames, 3): a beat, a downbeat, neither. It remembers what it heard until now."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(1, 2, KERNEL)
        self.linear0 = nn.Linear(2 * ((width - KERNEL + 1) // 2), CELLS)
        self.lstm = nn.LSTM(CELLS, CELLS, 2, batch_first=True)
        self.linear = nn.Linear(CELLS, 3)
        self._state: tuple[Tensor, Tensor] | None = None

    def forward(self, features: Tensor) -> Tensor:
        seen = functional.max_pool1d(torch.relu(self.conv1(features[:, None])), 2).flatten(1)
        heard, self._state = self.lstm(self.linear0(seen)[None], self._state)
        logits: Tensor = self.linear(heard[0])
        return logits


class Listener:
    """Takes mono samples at `RATE` in blocks of any length; gives float32 (frames, 2), the chances of a beat and of a downbeat. The k-th
    frame of all blocks together is centred at sample k * `HOP`."""

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """Raises `EditorError(BAD_INPUT)` when the file does not hold the weights."""
        self._bands = bands()
        self._device = device
        network = Network(2 * self._bands.shape[1])
        self._network = loaded(network, path, "BeatNet").eval().requires_grad_(False).to(device)
        self._held = np.zeros(_BEFORE, np.float32)
        self._last: Any = None
        self._given = 0
        self._heard = 0

    def take(self, samples: Any) -> Any:
        """The chances of all frames that are heard to their end."""
        self._heard += len(samples)
        self._held = np.concatenate([self._held, samples.astype(np.float32)])
        return self._chances((len(self._held) - FRAME) // HOP + 1)

    def finish(self) -> Any:
        """Those of the last frames, with silence after the end."""
        missing = -(-self._heard // HOP) - self._given
        self._held = np.concatenate([self._held, np.zeros(FRAME, np.float32)])
        return self._chances(missing)

    @torch.inference_mode()
    def _chances(self, count: int) -> Any:
        if count <= 0:
            return np.zeros((0, 2), np.float32)
        pieces = np.lib.stride_tricks.sliding_window_view(self._held, FRAME)[: (count - 1) * HOP + 1 : HOP]
        levels = spectra(pieces, self._bands)
        before = levels[:1] if self._last is None else self._last
        rising = np.maximum(np.diff(np.concatenate([before, levels]), axis=0), 0)
        self._last = levels[-1:]
        self._held = self._held[count * HOP :]
        self._given += count
        features = torch.from_numpy(np.hstack([levels, rising]).astype(np.float32)).to(self._device)
        with _one_thread():
            chances: Any = torch.softmax(self._network(features), dim=1)[:, :2].cpu().numpy()
        return chances


@contextmanager
def _one_thread() -> Iterator[None]:
    """Each step of so small a network is over before a second thread is awake: on a busy machine it takes forty times as long with two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def spectra(pieces: Any, filters: Any) -> Any:
    """Logarithms of magnitudes in bands, float32 (pieces, bands)."""
    magnitude = np.abs(np.fft.rfft(pieces * _WINDOW, axis=1))[:, : FRAME // 2]
    return np.log10(magnitude.astype(np.float32) @ filters + 1)


def bands() -> Any:
    """Triangles of sum one between neighbouring lines of a spectrum that lie nearest a scale of quarter tones around 440 Hz, each line
    once: float32 (FRAME // 2, bands)."""
    first, end = np.floor(np.log2(LOWEST / 440) * PER_OCTAVE), np.ceil(np.log2(HIGHEST / 440) * PER_OCTAVE)
    scale = 440 * 2 ** (np.arange(first, end) / PER_OCTAVE)
    scale = scale[(scale >= LOWEST) & (scale <= HIGHEST)]
    # madmom divides by an even number of samples where the frame has an odd one.
    lines = np.arange(FRAME // 2) * RATE / (FRAME // 2 * 2)
    right = np.clip(np.searchsorted(lines, scale), 1, len(lines) - 1)
    nearest = np.unique(right - (scale - lines[right - 1] < lines[right] - scale))
    filters = np.zeros((len(lines), len(nearest) - 2), np.float32)
    for band, (start, centre, stop) in enumerate(zip(nearest, nearest[1:], nearest[2:], strict=False)):
        if stop - start < 2:
            centre, stop = start, start + 1
        rising, falling = np.linspace(0, 1, centre - start, endpoint=False), np.linspace(1, 0, stop - centre, endpoint=False)
        shape = np.concatenate([rising, falling]).astype(np.float32)
        filters[start:stop, band] = shape / shape.sum()
    return filters


_WINDOW = np.hanning(FRAME)
