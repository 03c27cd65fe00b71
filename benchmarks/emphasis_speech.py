"""Speech in which known words were made louder, higher and longer: labels by construction.

Lengths change by WSOLA (W. Verhelst and M. Roelands, ICASSP 1993), pitch by WSOLA and resampling: everything else of the voice stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ml.facts import Word

RATE = 16000
FADE = 160
"""Samples (10 ms) over which a changed word is joined to what is beside it."""
WINDOW, REACH = 480, 160
"""Samples of a piece that is laid over the one before, and by which it is moved so that both fit."""


@dataclass(frozen=True)
class Change:
    """What is done to a word: decibels, semitones, and by which factor it is longer."""

    gain: float = 0.0
    semitones: float = 0.0
    stretch: float = 1.0


def emphasised(samples: Any, words: Sequence[Word], changes: Mapping[int, Change]) -> tuple[Any, tuple[Word, ...]]:
    """`samples` (float32, mono, 16 kHz) with the words at these places changed, and all words with their new times."""
    pieces: list[Any] = []
    told: list[Word] = []
    at, shift = 0, Fraction(0)
    for place, word in enumerate(words):
        first, end = max(at, round(word.start * RATE)), round(word.end * RATE)
        change = changes.get(place)
        start = word.start + shift
        if change is not None and end - first > 2 * WINDOW:
            made = _changed(samples[first:end], change)
            pieces += [samples[at:first], made]
            shift += Fraction(len(made) - (end - first), RATE)
            at = end
        told.append(replace(word, start=start, end=word.end + shift))
    pieces.append(samples[at:])
    return _joined(pieces), tuple(told)


def _changed(samples: Any, change: Change) -> Any:
    factor = 2 ** (change.semitones / 12)
    made = stretched(samples, change.stretch * factor)
    if change.semitones:
        places = np.arange(0, len(made) - 1, factor)
        made = np.interp(places, np.arange(len(made)), made).astype(np.float32)
    return (made * 10 ** (change.gain / 20)).astype(np.float32)


def stretched(samples: Any, factor: float) -> Any:
    """As long times `factor`, at the same pitch."""
    if factor == 1.0 or len(samples) < 2 * WINDOW:
        return samples
    hop = WINDOW // 2
    window = np.hanning(WINDOW + 1)[:WINDOW]
    length = round(len(samples) * factor)
    whole, weight = np.zeros(length + 2 * WINDOW), np.zeros(length + 2 * WINDOW)
    padded = np.pad(samples, (REACH, WINDOW + 2 * REACH))
    natural = padded[REACH : REACH + WINDOW]
    for begin in range(0, length, hop):
        aim = min(round(begin / factor), len(samples) - 1) + REACH
        area = padded[aim - REACH : aim + REACH + WINDOW]
        fits = np.correlate(area, natural, "valid") if len(natural) == WINDOW and len(area) == 2 * REACH + WINDOW else np.zeros(1)
        place = aim - REACH + int(np.argmax(fits)) if fits.any() else aim
        piece = padded[place : place + WINDOW]
        whole[begin : begin + len(piece)] += piece * window[: len(piece)]
        weight[begin : begin + len(piece)] += window[: len(piece)]
        natural = padded[place + hop : place + hop + WINDOW]
    return (whole / np.maximum(weight, 1e-3))[:length].astype(np.float32)


def _joined(pieces: Sequence[Any]) -> Any:
    """One after another, as long as all of them together; the steps between them smoothed over 10 ms."""
    whole = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
    at = 0
    for piece in pieces[:-1]:
        at += len(piece)
        if FADE < at < len(whole) - FADE:
            step = whole[at] - whole[at - 1]
            whole[at : at + FADE] -= step * np.linspace(1, 0, FADE, dtype=np.float32)
    return whole.astype(np.float32)
