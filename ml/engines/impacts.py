"""When something in the picture stops or turns all of a sudden: a ball that bounces, a hand that claps, a foot that lands.

A. Davis and M. Agrawala, "Visual Rhythm and Beat", ACM Transactions on Graphics 37(4), 2018: motion is counted by direction (their
directogram), and what each direction loses from one frame to the next, summed, is the impact envelope; its peaks are the visual beats.
Motion is dense optical flow (T. Kroeger et al., "Fast optical flow using dense inverse search", ECCV 2016) on small pictures. At a cut
there is no motion to compare: it counts as none.
"""

from __future__ import annotations

from array import array
from fractions import Fraction
from typing import Any

import numpy as np

from ..facts import Impact, Impacts, ImpactsOptions, Media, Span, VideoStream
from ..media import displayed_size
from .looks import sized
from .registry import Consumer, Runtime, pictures_of

AREA = 96 * 54
METHOD = "directogram, DIS flow"
DIRECTIONS = 16
NOISE = 0.15
"""Pixels a frame below which flow is noise of the film."""
CUT, OVER = 0.05, 4.0
"""A change of the picture above the first (0..1), and so many times what it changes around, is a cut."""
NEAR, AROUND = Fraction(1, 8), Fraction(1, 2)
"""Seconds in which a peak is the highest, and of what it must stand out of."""
CLEAR = 0.1
"""Of the highest values of the film, by which a peak must stand out."""
HIGHEST = 98
"""The percentile that counts as a strength of 1: single values far above it are mistakes of the flow."""
LEAST = 0.05
WHOLE = 0.35
"""Of the usual strongest motion of the film, all over the picture: a frame that loses as much is an impact of full strength."""
FLOOR = 0.08
"""Pixels a frame, all over the picture: a loss of less is never of full strength, for it may be noise of the flow."""


def start(options: ImpactsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Impacts` of `span` (all of the film when None).

    Raises what `pictures_of` does.
    """
    return _Watching(options, pictures_of(media, options.per_second), span)


class _Watching:
    def __init__(self, options: ImpactsOptions, video: VideoStream, span: Span | None) -> None:
        self.size = sized(*displayed_size(video), AREA)
        self._video, self._span = video, span
        # Of 60 frames a second every second one is looked at, of 25 all: motion from frame to frame stays comparable.
        self._every = max(1, int(video.rate / options.per_second))
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._turns: list[Any] = []
        self._changes = array("f")
        self._before: Any = None
        self._flow: Any = None

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return frame % self._every == 0

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        import cv2

        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        if self._before is None:
            self._turns.append(np.zeros(DIRECTIONS, np.float32))
            self._changes.append(0.0)
        else:
            if self._flow is None:
                self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
            self._turns.append(directions(self._flow.calc(self._before, grey, None)))
            self._changes.append(float(np.abs(grey.astype(np.int16) - self._before).mean()) / 255)
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._before = grey

    def finish(self) -> Impacts:
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        rate = self._video.rate / self._every
        strengths = envelope(np.array(self._turns).reshape(-1, DIRECTIONS), np.array(self._changes))
        found = tuple(
            Impact(self._frames[place], self._seconds[place], round(float(strengths[place]), 3)) for place in peaks(strengths, rate)
        )
        return Impacts(span, self._video.start, self._video.rate, METHOD, found)

    def close(self) -> None:
        self._before = None


def directions(flow: Any) -> Any:
    """float32 (DIRECTIONS,): how many pixels a frame the picture (height, width, 2) moves in each direction, all over it."""
    x, y = flow[..., 0], flow[..., 1]
    speed = np.hypot(x, y)
    moving = speed > NOISE
    angle = ((np.arctan2(y, x) / (2 * np.pi) * DIRECTIONS).round().astype(int) % DIRECTIONS)[moving]
    return (np.bincount(angle, speed[moving], DIRECTIONS) / speed.size).astype(np.float32)


def envelope(turns: Any, changes: Any) -> Any:
    """float32 (frames,) 0..1: how suddenly what moved up to each frame stops there or turns. `turns` (frames, DIRECTIONS) is how the
    picture moved from the frame before, `changes` (frames,) by how much it changed."""
    count = len(turns)
    if count < 3:
        return np.zeros(count, np.float32)
    turns, places = turns.copy(), cuts(changes)
    for place in places:
        turns[place] = turns[place + 1] if place + 1 < count else turns[place - 1]
    # What lies in two neighbouring directions is one motion that hardly turned; and films move in whole pixels, now one, now none.
    alike = turns + (np.roll(turns, 1, axis=1) + np.roll(turns, -1, axis=1)) / 2
    padded = np.pad(alike, ((1, 1), (0, 0)), mode="edge")
    smooth = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 8
    lost = np.zeros(count, np.float32)
    lost[1:-1] = np.maximum(0, smooth[1:-1] - smooth[2:]).sum(axis=1)
    for place in places:
        lost[max(0, place - 2) : place + 2] = 0
    moved = lost[lost > 0]
    if not len(moved):
        return lost
    full = max(FLOOR, float(np.percentile(moved, HIGHEST)), WHOLE * float(np.percentile(smooth.sum(axis=1), 95)))
    return np.minimum(1.0, lost / full).astype(np.float32)


def cuts(changes: Any) -> list[int]:
    """The frames whose picture has nothing to do with the one before."""
    found = []
    for place in np.flatnonzero(changes > CUT):
        around = np.concatenate([changes[max(1, place - 8) : place], changes[place + 1 : place + 9]])
        if not len(around) or changes[place] > OVER * float(np.median(around)):
            found.append(int(place))
    return found


def peaks(strengths: Any, rate: Fraction) -> list[int]:
    """The frames at which the envelope is highest around, and stands out."""
    near, around = max(1, round(NEAR * rate)), max(2, round(AROUND * rate))
    found: list[int] = []
    for place in np.flatnonzero(strengths >= LEAST):
        close = strengths[max(0, place - near) : place + near + 1]
        wide = strengths[max(0, place - around) : place + around + 1]
        highest = strengths[place] >= close.max() and (not found or place - found[-1] > near)
        if highest and strengths[place] >= float(wide.mean()) + CLEAR:
            found.append(int(place))
    return found
