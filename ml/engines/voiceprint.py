"""What a voice sounds like, as 256 numbers: the GE2E speaker encoder with the weights that the package Resemblyzer carries.

L. Wan, Q. Wang, A. Papir, I. Lopez Moreno, "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018: three LSTM layers over
40 mel bands, the last state projected, rectified and scaled to length one. Features and outputs are those of the package
(a test compares with its own code's numbers), without its voice detector and its libraries. The cosine of two vectors says how
alike two voices are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .weights import loaded

RATE = 16000
WINDOW, HOP = 400, 160
"""Samples of a spectrum (25 ms), and from one to the next."""
BANDS = 40
FRAMES = 160
"""Spectra (1.6 s) that it was trained to hear at a time."""
WIDTH = 256
LOUDNESS = -30.0
"""Decibels below full scale (mean power) to which softer speech is raised."""
BATCH = 64


class Encoder(nn.Module):
    """Mel spectra (batch, frames, `BANDS`) to unit vectors (batch, `WIDTH`)."""

    def __init__(self) -> None:
        super().__init__()
        self.similarity_weight, self.similarity_bias = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
        self.lstm = nn.LSTM(BANDS, WIDTH, 3, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)

    def forward(self, mels: Tensor) -> Tensor:
        _, (hidden, _) = self.lstm(mels)
        raw = torch.relu(self.linear(hidden[-1]))
        return raw / raw.norm(dim=1, keepdim=True).clamp_min(1e-9)


class Voiceprints:
    """The encoder, ready to describe stretches of speech."""

    def __init__(self, path: Path, device: str = "cpu") -> None:
        """Raises `EditorError(BAD_INPUT)` when the file does not hold its weights."""
        self._device = device
        self._network = loaded(Encoder(), path, "the GE2E speaker encoder", "model_state").eval().requires_grad_(False).to(device)

    @torch.inference_mode()
    def describe(self, mels: Any) -> Any:
        """float32 (count, frames, `BANDS`) to (count, `WIDTH`), rows of length one."""
        rows = [self._network(torch.from_numpy(mels[place : place + BATCH]).to(self._device)).cpu() for place in range(0, len(mels), BATCH)]
        return torch.cat(rows).numpy() if rows else np.zeros((0, WIDTH), np.float32)


def spectra(samples: Any) -> Any:
    """Mel power spectra, float32 (1 + samples // `HOP`, `BANDS`); the k-th is centred at sample k * `HOP`, with silence beyond the ends."""
    padded = np.pad(samples, WINDOW // 2)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    power = np.square(np.abs(np.fft.rfft(pieces * _WINDOW, axis=1)))
    return (power @ _MEL).astype(np.float32)


def gain(samples: Any) -> float:
    """The factor by which `spectra` of these samples must be multiplied for speech as loud as the encoder expects; never below one."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return max(1.0, 10 ** (LOUDNESS / 10) / power) if power > 0 else 1.0


def mel_bands() -> Any:
    """Triangles on Slaney's mel scale (Auditory Toolbox, 1998), each of area one in hertz: (WINDOW // 2 + 1, BANDS)."""
    edges = _hertz(np.linspace(0.0, _mel(RATE / 2), BANDS + 2))
    at = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None) * (2 / (edges[2:] - edges[:-2]))


_BREAK, _STEP = 15.0, np.log(6.4) / 27
"""The scale is linear up to 1000 Hz, which is 15 mel of 200/3 Hz each, and logarithmic from there on."""


def _mel(hertz: float) -> float:
    return hertz * 3 / 200 if hertz < 1000 else _BREAK + float(np.log(hertz / 1000)) / _STEP


def _hertz(mel: Any) -> Any:
    return np.where(mel < _BREAK, mel * 200 / 3, 1000 * np.exp(_STEP * (np.maximum(mel, _BREAK) - _BREAK)))


_WINDOW = np.hanning(WINDOW + 1)[:-1]
_MEL = mel_bands()
