"""How far each row of a sound stands out of the room by its spectrum, which soft ends of words do long before they do by their level.

A hiss at the end of a word has all its power in few bands, a room has it in others: so what lies 20 dB below the room in all may still
lie above it in its own bands. Each band is compared with what it is like where nobody speaks, 10 s around: in standard deviations of its
level in decibels, of three bands beside each other the mean, of all these the highest; and that with what the room itself comes to by
chance, again in standard deviations. Bands are equally wide on the ear's scale (B. Glasberg and B. Moore, Hearing Research 47, 1990).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

RATE = 16000
WINDOW = 512
"""Samples (32 ms) around the middle of a row."""
BANDS = 20
LOWEST, HIGHEST = 80.0, 7800.0
"""Hertz of the bands."""
QUIETEST, FINE = -110.0, 0.5
"""Decibels of the level 0 of a band, and from one level to the next."""
SMOOTH = 0.03
"""Seconds that the power of a band is taken over."""
BESIDE = 3
"""Bands that what is heard fills at least."""
ALONE, AWAY = 0.2, 0.2
"""How sure the detector may be of speech where the room is alone, and seconds that lie between that and speech."""
AROUND, EVERY = 10.0, 2.0
"""Seconds on both sides that the room is measured in, and from one measurement to the next."""
ENOUGH = 0.5
"""Seconds of the room alone that it can be told from; without them nothing stands out."""
STEADIEST, LEAST = 0.5, 0.1
"""Decibels that a band of any room varies by at least, and deviations by which what it comes to by chance does."""
STEP = 0.1
"""Standard deviations from one value of the answer to the next."""
AT_ONCE = 6000
"""Rows that are worked on at a time: bounds the memory."""


def bands(around: Any, start: int, size: int, count: int) -> Any:
    """The levels of the bands, uint8 (count, `BANDS`), of rows of `size` samples from `start` of `around` on (float32, 16 kHz).

    Half a `WINDOW` lies on both sides of every row's middle.
    """
    filters, shape = _filters(), np.hanning(WINDOW).astype(np.float32)
    begins = start + size // 2 + size * np.arange(count) - WINDOW // 2
    views = np.lib.stride_tricks.sliding_window_view(around, WINDOW)
    found = np.zeros((count, BANDS), np.uint8)
    for first in range(0, count, AT_ONCE):
        part = slice(first, min(count, first + AT_ONCE))
        power = 2 * np.square(np.abs(np.fft.rfft(views[begins[part]] * shape, axis=1))) / (WINDOW * np.square(shape).sum())
        levels = 10 * np.log10(power @ filters + 1e-12)
        found[part] = np.clip(np.rint((levels - QUIETEST) / FINE), 0, 255)
    return found


def standing_out(levels: Any, speech: Any, step: float) -> Any:
    """uint8 (rows,): `STEP` standard deviations of the room each.

    `levels` of `bands`, uint8 (rows, `BANDS`); `speech`: how sure the detector is, uint8 (rows,); `step`: seconds of a row.
    """
    smooth = _smoothed(levels, max(1, round(SMOOTH / step)))
    alone = _alone(speech, round(AWAY / step))
    mean, spread = _room(smooth, alone, step)
    highest = np.zeros((len(speech), 1), np.float32)
    for first in range(0, len(speech), AT_ONCE):
        rows = slice(first, min(len(speech), first + AT_ONCE))
        far = (smooth[rows] - mean(rows)) / np.maximum(spread(rows), STEADIEST / FINE)
        highest[rows, 0] = np.lib.stride_tricks.sliding_window_view(far, BESIDE, axis=1).mean(axis=2).max(axis=1)
    mean, spread = _room(highest, alone, step)
    everything = slice(0, len(speech))
    far = (highest - mean(everything)) / np.maximum(spread(everything), LEAST)
    return np.clip(np.rint(far[:, 0] / STEP), 0, 255).astype(np.uint8)


@lru_cache(maxsize=1)
def _filters() -> Any:
    """float32 (frequencies, `BANDS`): 1 where a frequency belongs to a band."""
    edges = _hertz(np.linspace(_ear(LOWEST), _ear(HIGHEST), BANDS + 1))
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)
    return np.stack([(frequencies >= low) & (frequencies < high) for low, high in pairwise(edges)], 1).astype(np.float32)


def _ear(hertz: Any) -> Any:
    return 21.4 * np.log10(1 + 0.00437 * hertz)


def _hertz(ear: Any) -> Any:
    return (10 ** (ear / 21.4) - 1) / 0.00437


def _alone(speech: Any, away: int) -> Any:
    """Rows `away` from all that the detector takes for speech."""
    sure = np.concatenate([[0], np.cumsum(speech >= ALONE * 255)])
    rows = np.arange(len(speech))
    return sure[np.minimum(rows + away + 1, len(speech))] == sure[np.maximum(rows - away, 0)]


def _smoothed(levels: Any, width: int) -> Any:
    """The same with the mean of the power over `width` rows."""
    found = np.empty_like(levels)
    for first in range(0, len(levels), AT_ONCE):
        low, end = max(0, first - width), min(len(levels), first + AT_ONCE)
        power = 10 ** (levels[low : end + width].astype(np.float64) * FINE / 10)
        total = np.concatenate([np.zeros((1, BANDS)), np.cumsum(power, axis=0)])
        rows = np.arange(first, end) - low
        begin, after = np.maximum(rows - width // 2, 0), np.minimum(rows - width // 2 + width, len(power))
        mean = (total[after] - total[begin]) / (after - begin)[:, None]
        found[first:end] = np.clip(np.rint(10 * np.log10(np.maximum(mean, 1)) / FINE), 0, 255)
    return found


Measured = Callable[[slice], Any]
"""Rows -> what the room is like there, float (rows, columns)."""


def _room(values: Any, alone: Any, step: float) -> tuple[Measured, Measured]:
    """The mean and the standard deviation of each column (rows, columns) where the room is alone.

    Where it never is, nothing is known of it, and nothing is far from it: the deviation is infinite.
    """
    around, every, enough = (max(1, round(seconds / step)) for seconds in (AROUND, EVERY, ENOUGH))
    places, means, spreads = [], [], []
    for place in range(0, len(values) + every, every):
        part = slice(max(0, place - around), place + around)
        here = values[part][alone[part]]
        if len(here) >= enough:
            places.append(place)
            means.append(here.mean(axis=0))
            spreads.append(here.std(axis=0))
    if not places:
        return lambda _rows: 0.0, lambda _rows: np.inf
    return _between(places, means), _between(places, spreads)


def _between(places: Sequence[int], measured: Sequence[Any]) -> Measured:
    """Between two measurements what lies between them, beyond the last one the same."""
    table = np.array(measured)
    return lambda rows: np.stack([np.interp(np.arange(rows.start, rows.stop), places, column) for column in table.T], 1)
