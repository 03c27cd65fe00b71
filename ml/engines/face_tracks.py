"""Faces of one sample after the other, followed through a shot.

A face is the one of the sample before that is nearest to where it was going, in sizes of the face (greedy, nearest first: with a few
samples a second no face jumps over another). Where the picture has changed, as at a cut, it must look the same besides.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..facts import EXPRESSIONS, FaceTrack
from .face_views import View

LOST = Fraction(1)
"""Seconds a face may be out of sight."""
REACH = 1.0
"""How far a face goes from one sample to the next at most, in its own size."""
GROWTH = 1.8
LOOKS = 0.5
"""How much looking otherwise weighs against being elsewhere."""
SAME_LOOK = 0.8
"""Likeness from which a face is taken for the same across a cut."""
VIEWS, APART = 4, 1
"""Views of a face that are described, and the seconds of each of which only the best counts."""
BRIEF, SURE = 2, 0.8
"""A face seen in fewer samples than this is one only if it is so sure, where samples lie so near that it should be seen again."""


@dataclass
class _Open:
    """A face that may be seen again."""

    samples: list[int] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    shares: list[Any] = field(default_factory=list)
    last: Fraction = Fraction(0)
    speed: Any = None
    small: Any = None
    kept: dict[int, tuple[float, Any]] = field(default_factory=dict)
    """Second -> quality and upright picture of the best view of that second."""

    def add(self, sample: int, seconds: Fraction, view: View, shares: Any) -> None:
        middle = _middle(view.box)
        self.speed = np.zeros(2) if not self.views else (middle - _middle(self.views[-1].box)) / float(seconds - self.last)
        self.samples.append(sample)
        self.views.append(replace(view, small=None, known=None, grey=None))  # pictures are not kept for a whole film
        self.small = view.small
        self.shares.append(shares)
        self.last = seconds
        if view.known is not None:
            second = int(seconds // APART)
            if view.quality > self.kept.get(second, (0.0, None))[0]:
                self.kept[second] = view.quality, view.known
            if len(self.kept) > VIEWS:
                self.kept.pop(min(self.kept, key=lambda key: self.kept[key][0]))


class Tracks:
    """`describe(pictures)`: upright pictures of one face to the vector it is known by, None where they do not agree."""

    def __init__(self, describe: Callable[[Any], Any] | None, scale: tuple[float, float]) -> None:
        self._describe, self._scale = describe, np.array(scale, np.float32)
        self._open: list[_Open] = []
        self._done: list[tuple[int, int, FaceTrack]] = []

    def add(self, sample: int, seconds: Fraction, views: Sequence[View], shares: Sequence[Any], cut: bool) -> None:
        """The faces of one sample. `cut`: the picture is another than in the sample before."""
        for gone in [one for one in self._open if seconds - one.last > LOST]:
            self._close(gone)
        taken: set[int] = set()
        for place, number in self._pairs(seconds, views, cut):
            self._open[place].add(sample, seconds, views[number], shares[number])
            taken.add(number)
        for number, view in enumerate(views):
            if number not in taken:
                self._open.append(_Open())
                self._open[-1].add(sample, seconds, view, shares[number])

    def finish(self, spacing: Fraction, samples: int) -> tuple[FaceTrack, ...]:
        """Every face, in the order in which they are first seen; of those the larger first. `spacing`: seconds between samples."""
        for one in list(self._open):
            self._close(one)
        often = spacing * BRIEF <= LOST and samples >= BRIEF
        found = [row for row in self._done if not often or len(row[2].samples) >= BRIEF or row[2].confidence >= SURE]
        return tuple(track for _first, _size, track in sorted(found, key=lambda row: row[:2]))

    def _pairs(self, seconds: Fraction, views: Sequence[View], cut: bool) -> list[tuple[int, int]]:
        """(open track, view) that belong together."""
        if not self._open or not views:
            return []
        boxes = np.stack([one.views[-1].box for one in self._open])
        ahead = np.array([float(min(seconds - one.last, LOST)) for one in self._open])
        middles = boxes[:, :2] + boxes[:, 2:4] / 2
        speeds = np.stack([one.speed for one in self._open])
        here = np.stack([view.box for view in views])
        to = here[:, :2] + here[:, 2:4] / 2
        sizes, others = np.sqrt(np.prod(boxes[:, 2:4], axis=1)), np.sqrt(np.prod(here[:, 2:4], axis=1))
        mean = np.sqrt(sizes[:, None] * others[None, :])
        still = np.linalg.norm(middles[:, None] - to[None], axis=2) / mean
        going = np.linalg.norm((middles + speeds * ahead[:, None])[:, None] - to[None], axis=2) / mean
        far = np.minimum(still, going)
        alike = np.stack([one.small for one in self._open]) @ np.stack([view.small for view in views]).T
        grown = np.maximum(sizes[:, None] / others[None, :], others[None, :] / sizes[:, None])
        fits = (far <= REACH) & (grown <= GROWTH)
        if cut:
            fits &= alike >= SAME_LOOK
        cost = np.where(fits, far + LOOKS * (1 - alike), np.inf)
        pairs = []
        for flat in np.argsort(cost, axis=None, kind="stable")[: int(fits.sum())]:
            place, number = divmod(int(flat), cost.shape[1])
            if np.isfinite(cost[place, number]):
                pairs.append((place, number))
                cost[place, :] = cost[:, number] = np.inf
        return pairs

    def _close(self, one: _Open) -> None:
        self._open.remove(one)
        vector = self._describe(np.stack([picture for _quality, picture in one.kept.values()])) if self._describe and one.kept else None
        boxes = np.array([[*view.box, view.confidence] for view in one.views], np.float32)
        boxes[:, :4] *= np.tile(self._scale, 2)
        marks = np.stack([view.landmarks for view in one.views]).astype(np.float32) * self._scale
        best = max(range(len(one.views)), key=lambda number: one.views[number].quality)
        track = FaceTrack(
            round(float(boxes[:, 4].mean()), 4), tuple(one.samples), _packed(boxes), _packed(marks), one.samples[best],
            "" if vector is None else _packed(np.asarray(vector, np.float32)), _shares(one.shares),
        )  # fmt: skip
        self._done.append((one.samples[0], -int(np.prod(boxes[:, 2:4], axis=1).max()), track))


def _middle(box: Any) -> Any:
    return box[:2] + box[2:4] / 2


def _packed(values: Any) -> str:
    return b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def _shares(rows: Sequence[Any]) -> str:
    """Zeros where none was read."""
    if all(row is None for row in rows):
        return ""
    table = np.stack([np.zeros(len(EXPRESSIONS)) if row is None else row for row in rows])
    return b64encode(np.round(table * 255).astype(np.uint8).tobytes()).decode()
