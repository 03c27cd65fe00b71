"""Which frames of a film are looked at so that what they show can be followed: more where much moves; and where a shot must have ended.

Frames that nobody looked at are not known here, so a shot's end lies somewhere between two looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

FASTER = 4
"""At most so many times as often as asked where much moves: walking people then move by less than their own width."""
WIDE, HIGH = 64, 36
CELL = 4
CHANGED = 10.0
"""Levels of brightness by which a cell has changed: noise and breathing stay below."""
MOST = 0.3
"""Share of the picture that changes from look to look where things move fast, or the camera does."""
FLAT = 4.0
"""Deviation of brightness below which there is nothing in a picture to compare."""


@dataclass(frozen=True)
class Glance:
    """A small picture to compare: brightness (HIGH, WIDE) float32, and the shares of 64 colours."""

    grey: np.ndarray
    colours: np.ndarray


def glance(image: np.ndarray) -> Glance:
    """Of a picture (height, width, 3) uint8 RGB."""
    small = cv2.resize(image, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(small.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32), (3, 3), 0)
    bins = (small >> 6).astype(np.int32) @ np.array([16, 4, 1])
    return Glance(grey, np.bincount(bins.ravel(), minlength=64).astype(np.float32) / bins.size)


def moved(before: Glance, now: Glance) -> float:
    """How much of the picture changed, 0..1, whether things move in it or the camera does. One flash changes all of it."""
    change = np.abs(now.grey - before.grey).reshape(HIGH // CELL, CELL, WIDE // CELL, CELL).mean(axis=(1, 3))
    return float((change > CHANGED).mean())


def another_shot(before: Glance, now: Glance) -> bool:
    """Whether these two pictures can hardly be of one shot: what is in them does not lie alike, moved by a pan or not, or their colours
    differ. A pan by more than half a picture, or somebody who covers the lens, counts as another shot; a cut to nearly the same picture
    does not."""
    alike = likeness(before.grey, now.grey)
    colours = 0.5 * float(np.abs(before.colours - now.colours).sum())
    return alike < 0.1 or alike < min(0.9, 2 * colours - 0.1)


def likeness(before: np.ndarray, now: np.ndarray) -> float:
    """How alike two grey pictures are, -1..1: their correlation, as they lie or shifted so that they fit best.

    The shift is told by phase correlation (C. D. Kuglin and D. C. Hines, "The phase correlation image alignment method", 1975). Two
    pictures without anything in them are alike (1) when they are about equally bright.
    """
    flat = (float(before.std()) < FLAT, float(now.std()) < FLAT)
    if any(flat):
        return 1.0 if all(flat) and abs(float(before.mean() - now.mean())) < 3 * CHANGED else 0.0
    spectrum = np.fft.rfft2(before - before.mean()) * np.conj(np.fft.rfft2(now - now.mean()))
    surface = np.fft.irfft2(spectrum / np.maximum(np.abs(spectrum), 1e-6), s=before.shape)
    down, across = (int(place) for place in np.unravel_index(int(surface.argmax()), surface.shape))
    down, across = down - HIGH * (down > HIGH // 2), across - WIDE * (across > WIDE // 2)
    return max(_correlation(before, now), _correlation(*_overlapping(before, now, down, across)))


def _overlapping(before: np.ndarray, now: np.ndarray, down: int, across: int) -> tuple[np.ndarray, np.ndarray]:
    """What both show when `now` is shifted by so many rows and columns."""

    def part(size: int, shift: int) -> tuple[slice, slice]:
        return (slice(shift, size), slice(0, size - shift)) if shift >= 0 else (slice(0, size + shift), slice(-shift, size))

    rows, columns = part(HIGH, down), part(WIDE, across)
    return before[rows[0], columns[0]], now[rows[1], columns[1]]


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / size if size > 1e-6 else 0.0


class Pace:
    """Says which frames are looked at: `per_second` in a still picture, up to `FASTER` times as many where all of it moves.

    Moments lie on one grid, so that a film gives the same frames wherever reading begins on it. `rate`: frames a second the film has.
    """

    def __init__(self, per_second: Fraction, rate: Fraction) -> None:
        self._per_second, self._rate = per_second, rate
        self.finest = self._interval(FASTER)
        self._next: Fraction | None = None

    def due(self, seconds: Fraction) -> bool:
        return self._next is None or seconds >= self._next

    def took(self, seconds: Fraction, motion: float) -> None:
        """A frame was looked at; `motion` is `moved` since the one before."""
        interval = self._interval(1 if motion < MOST / 4 else 2 if motion < MOST else FASTER)
        self._next = (seconds // interval + 1) * interval

    def steps(self, before: Fraction, now: Fraction) -> int:
        """How many of the finest intervals lie between two looks, 1 at least."""
        return max(1, round((now - before) / self.finest))

    def _interval(self, times: int) -> Fraction:
        return max(1 / (self._per_second * times), 1 / self._rate)
