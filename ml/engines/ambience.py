"""What a place sounds like: the level of the sound in mel bands, averaged over half a second at a time.

Levels are averaged in decibels, so that the hum between the words counts as much as the words: a mean of powers would be
whoever speaks loudest. The bands are equally wide on O'Shaughnessy's mel scale (Speech Communication, 1987).
"""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from ..errors import NO_STREAM, EditorError
from ..facts import Ambience, AmbienceOptions, Media, Span
from .registry import Runtime

RATE = 16000
WINDOW, HOP = 1024, 512
"""Samples of a spectrum (64 ms), and from one to the next."""
BANDS = 24
LOWEST, HIGHEST = 60.0, 7600.0
FLOOR = -100.0
STEP = 0.4
"""Decibels of the number 0, and from one number to the next."""
METHOD = f"mel-{BANDS}"
DEADLINE = 60.0


def run(path: str | Path, options: AmbienceOptions, media: Media, span: Span | None, runtime: Runtime) -> Ambience:
    """The levels of all bands over `span`. Raises `EditorError` as `media.sound` does; silence is an answer, not an error."""
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    envelope = Envelope(options.step)
    warnings: list[str] = []
    heard = 0
    for chunk in reading.sound(path, span, RATE, runtime.check, warnings.append):
        runtime.check()
        envelope.take(chunk)
        heard += len(chunk)
        runtime.progress(min(1.0, heard / expected), "Listening to the places", DEADLINE)
    levels = envelope.finish()
    data = base64.b64encode(levels.tobytes()).decode("ascii")
    reached = Span(whole.start, min(whole.end, max(whole.start, whole.start + Fraction(heard, RATE)))) if span is None else whole
    return Ambience(reached, media.audio.start, options.step, METHOD, BANDS, data, tuple(warnings))


class Envelope:
    """Takes mono samples at 16 kHz in pieces of any length, gives uint8 (rows, BANDS), a row every `step` seconds."""

    def __init__(self, step: Fraction) -> None:
        self._step = step
        self._bands = mel_bands()
        self._window = np.hanning(WINDOW).astype(np.float32)
        self._rest = np.zeros(0, np.float32)
        self._spectra = 0
        self._heard = 0
        self._sums: dict[int, Any] = {}
        self._counts: dict[int, int] = {}

    def take(self, samples: Any) -> None:
        self._heard += len(samples)
        held = np.concatenate([self._rest, samples])
        count = (len(held) - WINDOW) // HOP + 1
        if count <= 0:
            self._rest = held
            return
        self._add(held, count)
        self._rest = held[count * HOP :]

    def finish(self) -> Any:
        """Every row up to the last sample; what a window no longer fits into is filled up with silence."""
        rows = int(-(-Fraction(self._heard, RATE) // self._step))
        if self._heard and self._spectra * HOP < self._heard:
            filled = np.pad(self._rest, (0, max(0, WINDOW - len(self._rest))))
            self._add(filled, 1)
        levels = np.zeros((rows, BANDS), np.uint8)
        for row, total in self._sums.items():
            if row < rows:
                levels[row] = np.clip(np.rint((total / self._counts[row] - FLOOR) / STEP), 0, 255)
        return levels

    def _add(self, held: Any, count: int) -> None:
        pieces = np.lib.stride_tricks.sliding_window_view(held, WINDOW)[: (count - 1) * HOP + 1 : HOP]
        power = np.square(np.abs(np.fft.rfft(pieces * self._window, axis=1))) * (2 / self._window.sum()) ** 2
        level = 10 * np.log10(np.maximum(power @ self._bands, 10 ** (FLOOR / 10)))
        middles = (self._spectra + np.arange(count)) * HOP + WINDOW // 2
        rows = (middles * self._step.denominator) // (RATE * self._step.numerator)
        for row in np.unique(rows):
            there = level[rows == row]
            self._sums[int(row)] = self._sums.get(int(row), 0.0) + there.sum(axis=0)
            self._counts[int(row)] = self._counts.get(int(row), 0) + len(there)
        self._spectra += count


def mel_bands() -> Any:
    """Triangles equally wide in mel, float32 (WINDOW // 2 + 1, BANDS)."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    at = _mel(np.fft.rfftfreq(WINDOW, 1 / RATE))[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def _mel(hertz: Any) -> Any:
    return 2595 * np.log10(1 + hertz / 700)
