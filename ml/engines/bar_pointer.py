"""From chances of beats and downbeats to beats and bars: the most likely way through bars of three or four beats at any tempo.

F. Krebs, S. Böck, G. Widmer, "An efficient state-space model for joint tempo and meter tracking", ISMIR 2015 (after N. Whiteley,
A. T. Cemgil, S. Godsill, ISMIR 2006), with the figures of madmom's decoder: 55 to 215 beats a minute, a change of tempo from beat to
beat that is the less likely the larger it is, and the first sixteenth of a beat for where it is heard. Within a beat nothing is decided,
so the search goes from beat to beat and not from frame to frame; the result is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SLOWEST, FASTEST, TEMPI = 55.0, 215.0, 60
STEADY = 100.0
"""How fast the chance of a change of tempo falls with its size."""
PARTS = 16
METERS = (3, 4)
LEAST = 1e-5


@dataclass(frozen=True)
class Path:
    """Beats in frames (fractions of them), their places in the bar (1 is the downbeat), and beats a bar."""

    frames: Any
    places: Any
    meter: int


def decode(
    chances: Any,
    per_second: float,
    check: Callable[[], None],
    tempi: tuple[float, float] = (SLOWEST, FASTEST),
    meters: tuple[int, ...] = METERS,
) -> Path:
    """`chances` (frames, 2): of a beat that is no downbeat, and of a downbeat. Nothing where there is less than a beat. `check` is called
    now and then, to raise what ends it.

    Takes 16 kB a second of sound at 50 frames a second, until it returns.
    """
    count = len(chances)
    slowest, fastest = tempi
    lengths = np.unique(np.round(np.geomspace(60 * per_second / fastest, 60 * per_second / slowest, TEMPI)).astype(np.int64))
    if count < lengths[0]:
        return Path(np.zeros(0), np.zeros(0, np.int64), meters[-1])
    walk = _Walk(chances.astype(np.float64), lengths, meters)
    for frame in range(count + 1):
        if frame % 500 == 0:
            check()
        walk.step(frame)
    frames, places, meter = walk.back()
    return Path(_refined(chances.sum(axis=1), frames, -(-lengths[0] // PARTS)), places, meter)


class _Walk:
    """Scores of all ways so far that have a beat at a frame, by place in the bar and length of that beat."""

    def __init__(self, chances: Any, lengths: Any, meters: tuple[int, ...]) -> None:
        self._lengths, self._meters = lengths, meters
        self._heard = -(-lengths // PARTS)
        none = np.log(np.clip(1 - chances.sum(axis=1), LEAST, 1) / (PARTS - 1))
        said = np.log(np.clip(chances, LEAST, 1))
        self._none = np.concatenate([[0.0], np.cumsum(none)])
        self._said = np.concatenate([np.zeros((1, 2)), np.cumsum(said, axis=0)])
        first = np.concatenate([[0], np.cumsum(meters)[:-1]])
        places = int(sum(meters))
        self._down = np.zeros(places, np.int64)
        self._down[first] = 1
        self._before = np.arange(places) - 1
        self._before[first] = first + np.array(meters) - 1
        change = -STEADY * np.abs(lengths[None, :] / lengths[:, None] - 1)
        self._change = change - np.log(np.exp(change).sum(axis=1, keepdims=True))
        self._ring = int(lengths.max()) + 1
        self._scores = np.full((self._ring, len(lengths), places), -np.inf)
        self._back = np.full((len(chances) + 1, places, len(lengths)), 255, np.uint8)
        self._all = np.arange(len(lengths))
        self._start = -np.log(places * len(lengths))
        self._count = len(chances)

    def step(self, frame: int) -> None:
        first = frame - self._lengths
        at = np.maximum(first, 0)
        ended = self._scores[at % self._ring, self._all] + self._emitted(at, frame, at + self._heard)
        ended[first < 0] = -np.inf
        # (places, lengths before, lengths after)
        ways = ended.T[self._before][:, :, None] + self._change
        best = ways.argmax(axis=1)
        score = np.take_along_axis(ways, best[:, None, :], axis=1)[:, 0]
        fresh = np.where(frame < self._lengths, self._start + self._none[frame], -np.inf)
        begun = fresh > score
        self._back[frame] = np.where(begun, 255, best)
        self._scores[frame % self._ring] = np.where(begun, fresh, score).T

    def back(self) -> tuple[Any, Any, int]:
        """The best way to the last frame: frames of its beats, places from 1, beats a bar."""
        best = (-np.inf, 0, 0, 0)
        for frame in range(max(0, self._count - self._ring + 1), self._count):
            reached = np.minimum(frame + self._heard, self._count)
            score = self._scores[frame % self._ring] + self._emitted(np.full_like(reached, frame), self._count, reached)
            score[frame + self._lengths <= self._count] = -np.inf
            length, place = np.unravel_index(score.argmax(), score.shape)
            if score[length, place] > best[0]:
                best = (score[length, place], frame, int(place), int(length))
        _, frame, place, length = best
        frames, places = [], []
        while True:
            frames.append(frame)
            places.append(place)
            before = int(self._back[frame, place, length])
            if before == 255:
                break
            place, length = int(self._before[place]), before
            frame -= int(self._lengths[length])
        number = int(np.searchsorted(np.cumsum(self._meters), places[0], side="right"))
        first = int(sum(self._meters[:number]))
        return np.array(frames[::-1]), np.array(places[::-1]) - first + 1, self._meters[number]

    def _emitted(self, start: Any, end: int, heard: Any) -> Any:
        """What the frames from `start` to `end` add to beats that begin at `start` and are heard until `heard`: (lengths, places)."""
        heard = np.minimum(heard, end)
        said = self._said[heard] - self._said[start]
        return said[:, self._down] + (self._none[end] - self._none[heard])[:, None]


def _refined(chance: Any, frames: Any, reach: int) -> Any:
    """The frames moved to the peak that is meant, between frames where its neighbours say so."""
    refined = []
    for frame in frames:
        window = chance[max(0, frame - reach) : frame + reach + 3]
        at = int(max(0, frame - reach) + window.argmax()) if len(window) else int(frame)
        left, middle, right = (float(chance[min(max(k, 0), len(chance) - 1)]) for k in (at - 1, at, at + 1))
        bend = left - 2 * middle + right
        refined.append(at + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0))
    return np.array(refined)
