"""What beats are told by: how strongly notes set in, band by band, which harmonies sound, and how loud it is. Heard block by block.

Onset strength is librosa's spectral flux (B. McFee et al., "librosa", SciPy 2015; S. Böck, G. Widmer, DAFx 2013) in four bands, so that a
loud cymbal does not drown the bass drum (A. Klapuri, A. Eronen, J. Astola, IEEE TASLP 14(1), 2006). What stays of an hour is 15 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

RATE = 22050
HOP = 256
"""Samples (11.6 ms) from one value to the next."""
FRAME = 1024
BANDS, LOWEST, HIGHEST = 80, 30.0, 10000.0
EDGES = (160.0, 700.0, 3000.0)
"""Hertz between the bass, the low, the middle and the high band."""
COMPRESSED = 0.25
"""Powers are raised to this before they are compared: louder music gives larger values, never other ones."""
CHORD_FRAME, CHORD_HOP = 4096, 2048
LAG = 64
"""Samples from the middle of a spectrum to the onset that makes it rise most; measured on strokes whose times are known."""


@dataclass(frozen=True)
class Heard:
    """`onsets` float32 (frames, 4), a row every `HOP` samples, and `fullness` likewise, how loud each band is in the same measure;
    `levels` float32 (frames,), dB below full scale; `chords` float32 (frames, 12), how strong each pitch class is, a row every
    `CHORD_HOP` samples."""

    onsets: Any
    fullness: Any
    levels: Any
    chords: Any

    @property
    def frames(self) -> int:
        return len(self.levels)

    def part(self, first: int, end: int) -> Heard:
        """From one frame up to another."""
        chords = self.chords[first * HOP // CHORD_HOP : -(-end * HOP // CHORD_HOP)]
        return Heard(self.onsets[first:end], self.fullness[first:end], self.levels[first:end], chords)


class Hearing:
    """Takes mono samples at `RATE` in blocks of any length."""

    def __init__(self) -> None:
        import librosa

        self._librosa = librosa
        bands = librosa.mel_frequencies(n_mels=BANDS, fmin=LOWEST, fmax=HIGHEST)
        self._edges = [0, *(int(edge) for edge in np.searchsorted(bands, EDGES)), BANDS]
        self._held = np.zeros(FRAME // 2, np.float32)
        self._chord_held = np.zeros(CHORD_FRAME // 2, np.float32)
        self._last: Any = None
        self._count = 0
        self._onsets: list[Any] = []
        self._fullness: list[Any] = []
        self._levels: list[Any] = []
        self._chords: list[Any] = []

    def take(self, samples: Any) -> None:
        self._count += len(samples)
        self._held = np.concatenate([self._held, samples])
        self._chord_held = np.concatenate([self._chord_held, samples])
        self._strokes()
        self._harmonies()

    def finish(self) -> Heard:
        """Everything up to the last sample, with silence after it."""
        self._held = np.concatenate([self._held, np.zeros(FRAME, np.float32)])
        self._chord_held = np.concatenate([self._chord_held, np.zeros(CHORD_FRAME, np.float32)])
        self._strokes()
        self._harmonies()
        frames, chords = -(-self._count // HOP), -(-self._count // CHORD_HOP)
        return Heard(
            np.concatenate([*self._onsets, np.zeros((0, len(EDGES) + 1), np.float32)])[:frames],
            np.concatenate([*self._fullness, np.zeros((0, len(EDGES) + 1), np.float32)])[:frames],
            np.concatenate([*self._levels, np.zeros(0, np.float32)])[:frames],
            np.concatenate([*self._chords, np.zeros((0, 12), np.float32)])[:chords],
        )

    def _strokes(self) -> None:
        count = (len(self._held) - FRAME) // HOP + 1
        if count <= 0:
            return
        used = self._held[: (count - 1) * HOP + FRAME]
        self._held = self._held[count * HOP :]
        mels = self._librosa.feature.melspectrogram(
            y=used, sr=RATE, n_fft=FRAME, hop_length=HOP, center=False, n_mels=BANDS, fmin=LOWEST, fmax=HIGHEST
        )
        loud = np.power(np.maximum(mels, 0), COMPRESSED)
        before = loud[:, :1] if self._last is None else self._last
        self._last = loud[:, -1:]
        rising = self._librosa.onset.onset_strength_multi(
            S=np.hstack([before, loud]), sr=RATE, hop_length=HOP, lag=1, max_size=1, center=False, channels=self._edges
        )
        self._onsets.append(rising[:, 1:].T.astype(np.float32))
        bands = [loud[first:end].mean(axis=0) for first, end in pairwise(self._edges)]
        self._fullness.append(np.stack(bands, axis=1).astype(np.float32))
        power = np.square(np.lib.stride_tricks.sliding_window_view(used, FRAME)[::HOP]).mean(axis=1)
        self._levels.append((10 * np.log10(np.maximum(power, 1e-10))).astype(np.float32))

    def _harmonies(self) -> None:
        count = (len(self._chord_held) - CHORD_FRAME) // CHORD_HOP + 1
        if count <= 0:
            return
        used = self._chord_held[: (count - 1) * CHORD_HOP + CHORD_FRAME]
        self._chord_held = self._chord_held[count * CHORD_HOP :]
        chords = self._librosa.feature.chroma_stft(
            y=used, sr=RATE, n_fft=CHORD_FRAME, hop_length=CHORD_HOP, center=False, tuning=0.0, norm=None
        )
        self._chords.append(np.sqrt(np.maximum(chords, 0)).T.astype(np.float32))
