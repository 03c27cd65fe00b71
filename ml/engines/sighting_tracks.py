"""What was seen in single frames, followed through a shot frame by frame, forwards and backwards.

Where the network sees nothing for a while (a face turns away, is half hidden, is out of focus) the movement of the picture inside the last
box is followed, and from the first box backwards: points on a grid by sparse optical flow there and back again, their median (Z. Kalal, K.
Mikolajczyk and J. Matas, "Forward-backward error: automatic detection of tracking failures", ICPR 2010).
"""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import cv2
import numpy as np

from ..facts import Sighting
from .face_finder import overlaps

FORWARDS, BACKWARDS = Fraction(2), Fraction(3, 2)
"""Seconds a face is followed after the network saw it last, and before it saw it first."""
GRID, WINDOW, LEVELS = 7, 13, 3
INNER = 0.8
"""Points lie in this part of a box: its edges show what is behind."""
RETURN, FEWEST = 1.0, 12
"""Pixels by which a point may miss its place on the way back, and how many of a grid must not."""
STRETCH, GROWN = 1.03, 1.5
"""A box that is only followed grows or shrinks by this at most from one frame to the next, and by that in all."""
SHARED, NEAR, UNLIKE = 0.15, 0.5, 2.0
"""A view is the face that is followed when they share so much of what either covers, or when their middles are so near, in sizes, and
neither is larger than the other by more than that factor."""
TINY = 3.0


@dataclass
class _Open:
    first: int
    rows: list[Any]
    seen: Fraction = Fraction(0)
    """When the network saw it last, and how large."""
    sides: Any = None


@dataclass
class _Past:
    seconds: Fraction
    grey: Any


@dataclass
class Tracks:
    """`scale` (across, down): pixels of the stored picture to one of the picture that is looked at; `width`, `height` are the latter's."""

    scale: tuple[float, float]
    width: int
    height: int
    _open: list[_Open] = field(default_factory=list)
    _done: list[_Open] = field(default_factory=list)
    _past: deque[_Past] = field(default_factory=deque)
    _count: int = 0

    def add(self, seconds: Fraction, grey: Any, found: Any, cut: bool) -> None:
        """One frame: `grey` (height, width) uint8 of any size, the same for all; `found` (n, 5) boxes in the picture that is looked at."""
        if cut:
            self._done += self._open
            self._open, self._past = [], deque()
        self._follow(seconds, grey)
        taken = self._joined(seconds, found)
        self._past.append(_Past(seconds, grey))
        while seconds - self._past[0].seconds > BACKWARDS:
            self._past.popleft()
        for number, row in enumerate(found):
            if number not in taken:
                earlier = self._backwards(row[:4])
                self._open.append(_Open(self._count - len(earlier), [*earlier, row], seconds, row[2:4]))
        self._count += 1

    def finish(self) -> tuple[Sighting, ...]:
        """Everything that was followed, in the order in which it begins."""
        tracks = sorted([*self._done, *self._open], key=lambda one: one.first)
        across, down = self.scale
        scale = np.array([across, down, across, down, 1], np.float32)
        return tuple(Sighting(one.first, _packed(np.stack(one.rows) * scale)) for one in tracks)

    def _follow(self, seconds: Fraction, grey: Any) -> None:
        """Every open face to where the picture takes it. One that is lost, or was not seen for too long, ends."""
        if not self._open:
            return
        boxes = np.stack([one.rows[-1][:4] for one in self._open])
        to = carried(self._past[-1].grey, grey, boxes, self._factor(grey))
        going = []
        for one, box in zip(self._open, to, strict=True):
            if box is None and one.rows[-1][4] > 0:
                box = one.rows[-1][:4]  # seen a frame ago: the network may see it again where it was
            if box is not None:
                box = _limited(box, one.sides)
            if box is None or seconds - one.seen > FORWARDS or not self._within(box):
                self._done.append(one)
            else:
                one.rows.append(np.array([*box, 0], np.float32))
                going.append(one)
        self._open = going

    def _joined(self, seconds: Fraction, found: Any) -> set[int]:
        """Gives views to the open faces they are of, the nearest first; the numbers of those that were given."""
        taken: set[int] = set()
        if not self._open or not len(found):
            return taken
        boxes = np.stack([one.rows[-1][:4] for one in self._open])
        shared = overlaps(boxes, found[:, :4])
        middles, others = boxes[:, :2] + boxes[:, 2:] / 2, found[:, :2] + found[:, 2:4] / 2
        sizes, here = np.sqrt(np.prod(boxes[:, 2:], axis=1)), np.sqrt(np.prod(found[:, 2:4], axis=1))
        apart = np.linalg.norm(middles[:, None] - others[None], axis=2) / np.sqrt(sizes[:, None] * here[None])
        alike = np.maximum(sizes[:, None] / here[None], here[None] / sizes[:, None]) <= UNLIKE
        worth = np.where((shared >= SHARED) | ((apart <= NEAR) & alike), 1 + shared - apart / 4, -np.inf)
        given: set[int] = set()
        for flat in np.argsort(-worth, axis=None, kind="stable"):
            place, number = divmod(int(flat), worth.shape[1])
            if not np.isfinite(worth[place, number]):
                break
            if place not in given and number not in taken:
                one = self._open[place]
                one.rows[-1], one.seen, one.sides = found[number], seconds, found[number, 2:4]
                given.add(place)
                taken.add(number)
        return taken

    def _backwards(self, box: Any) -> list[Any]:
        """Rows for the frames before this one, as far as the picture tells, in order of time."""
        rows: list[Any] = []
        past, sides = list(self._past), box[2:4]
        for after, before in zip(past[::-1], past[-2::-1], strict=False):
            (box,) = carried(after.grey, before.grey, box[None], self._factor(after.grey))
            if box is None or not self._within(box):
                break
            box = _limited(box, sides)
            rows.append(np.array([*box, 0], np.float32))
        return rows[::-1]

    def _factor(self, grey: Any) -> float:
        return float(grey.shape[1] / self.width)

    def _within(self, box: Any) -> bool:
        """Whether a part of it that counts lies in the picture."""
        low, high = np.maximum(box[:2], 0), np.minimum(box[:2] + box[2:], (self.width, self.height))
        return bool((high - low > np.maximum(TINY, 0.1 * box[2:])).all())


def carried(before: Any, after: Any, boxes: Any, factor: float = 1.0) -> Sequence[Any]:
    """Where the picture takes these boxes (n, 4: left, top, width, height) from one frame to another; None where it cannot be told.

    `before`, `after` (height, width) uint8; `factor`: their pixels to one of those the boxes are counted in.
    """
    places = (np.arange(GRID) + 0.5) / GRID * INNER + (1 - INNER) / 2
    grid = np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)
    points = (boxes[:, None, :2] + grid[None] * boxes[:, None, 2:4]) * factor
    flat = np.ascontiguousarray(points.reshape(-1, 1, 2), np.float32)
    settings: dict[str, Any] = {"winSize": (WINDOW, WINDOW), "maxLevel": LEVELS}
    there, ahead, _ = cv2.calcOpticalFlowPyrLK(before, after, flat, None, **settings)
    back, home, _ = cv2.calcOpticalFlowPyrLK(after, before, there, None, **settings)
    good = (ahead.ravel() == 1) & (home.ravel() == 1) & (np.linalg.norm((back - flat)[:, 0], axis=1) <= RETURN)
    inside = ((flat[:, 0] >= 0) & (flat[:, 0] < (before.shape[1], before.shape[0]))).all(axis=1)
    good = (good & inside).reshape(len(boxes), -1)
    there = there.reshape(points.shape)
    return [_moved(box, was[ok], now[ok], factor) for box, was, now, ok in zip(boxes, points, there, good, strict=True)]


def _moved(box: Any, was: Any, now: Any, factor: float) -> Any:
    if len(was) < FEWEST:
        return None
    shift = np.median(now - was, axis=0) / factor
    half = len(was) // 2
    apart, later = np.linalg.norm(was[half : 2 * half] - was[:half], axis=1), np.linalg.norm(now[half : 2 * half] - now[:half], axis=1)
    far = apart > 1
    stretch = float(np.clip(np.median(later[far] / apart[far]), 1 / STRETCH, STRETCH)) if far.any() else 1.0
    middle, sides = box[:2] + box[2:4] / 2 + shift, box[2:4] * stretch
    return np.concatenate([middle - sides / 2, sides]).astype(np.float32)


def _limited(box: Any, sides: Any) -> Any:
    """No larger and no smaller than what was seen allows, around the same middle."""
    middle = box[:2] + box[2:4] / 2
    now = np.clip(box[2:4], sides / GROWN, sides * GROWN)
    return np.concatenate([middle - now / 2, now]).astype(np.float32)


def _packed(rows: Any) -> str:
    return b64encode(np.ascontiguousarray(rows, "<f4").tobytes()).decode()
