"""What graphics are attached to: faces, people, things and surfaces, as places in the frame at every timeline frame. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..ml.facts import Faces, Objects, Span, Surface
from .frame_looks import looks
from .picture_way import Way
from .seen import boxes
from .state import StripRef
from .timebase import FrameRange

HIDDEN = 0.4
"""Seconds for which a thing may not be found and is still there: it is seen on both sides of that."""
SURE = 0.25
"""Of views of things that are less sure nothing is known: trackers follow on much less, and on to what is none."""
LOOKS_BRIDGED = 1.5
"""Looks that may be missing however far apart they are."""


@dataclass(frozen=True)
class Subject:
    """One thing that is followed, from the first frame it is seen in to the last.

    Arrays have a row a frame, places in pixels of the frame from its lower left corner. `box` (n, 4): the middle, width and height.
    `pose` (n, 4): the place, size and angle of what turns and grows with it; of a face where and how far apart its eyes are. `seen` (n,):
    False while it is lost. `number` tells the subjects of a strip apart, the same in every run.
    """

    name: str
    number: int
    frames: FrameRange
    box: Any
    pose: Any
    seen: Any
    confidence: float
    span: Span
    """When it is followed, in seconds of its medium, whatever of that the strip shows."""
    exact: bool = False
    """Known to a fraction of a pixel: how it moves is no tremble of a detector's."""

    def prominence(self) -> float:
        """How much it is seen, to compare subjects by: the sum over frames of the root of its area."""
        return float((np.sqrt(self.box[:, 2] * self.box[:, 3]) * self.seen).sum())

    def within(self, frames: FrameRange) -> Subject | None:
        """The part of it in these frames, from where it is first to where it is last seen there; None where it never is."""
        first, last = max(frames.start, self.frames.start) - self.frames.start, min(frames.end, self.frames.end) - self.frames.start
        there = np.flatnonzero(self.seen[max(0, first) : max(0, last)])
        if not len(there):
            return None
        part = slice(first + int(there[0]), first + int(there[-1]) + 1)
        where = FrameRange(self.frames.start + part.start, self.frames.start + part.stop)
        return replace(self, frames=where, box=self.box[part], pose=self.pose[part], seen=self.seen[part])


def faces(strip: StripRef, facts: Faces, way: Way) -> tuple[Subject, ...]:
    found = []
    for number, track in enumerate(facts.tracks):
        rows = boxes(track).astype(np.float64)
        eyes = np.frombuffer(b64decode(track.landmarks), "<f4").reshape(-1, 10)[:, :4]
        placed = _placed(strip, facts.seconds, track.samples, np.column_stack([rows[:, :4], eyes]), facts.picture, way)
        if placed is None:
            continue
        frames, table, seen = placed
        right, left = table.point(4), table.point(6)
        across = left - right
        across *= np.where(across[:, :1] < 0, -1.0, 1.0)
        pose = np.column_stack([(right + left) / 2, np.hypot(*across.T), np.unwrap(np.arctan2(across[:, 1], across[:, 0]))])
        sure, span = round(float(rows[:, 4].mean()), 4), _span(facts.seconds, track.samples)
        found.append(Subject(f"face {number + 1}", number, frames, table.box(), pose, seen, sure, span))
    return tuple(found)


def things(strip: StripRef, facts: Objects, way: Way, label: str) -> tuple[Subject, ...]:
    """Those whose label is `label`."""
    found = []
    for number, track in enumerate(facts.tracks):
        if track.label != label:
            continue
        every = boxes(track).astype(np.float64)
        sure_of = np.flatnonzero(every[:, 4] >= SURE)
        rows, samples = every[sure_of], [track.samples[row] for row in sure_of]
        placed = _placed(strip, facts.seconds, samples, rows[:, :4], (facts.width, facts.height), way) if samples else None
        if placed is None:
            continue
        frames, table, seen = placed
        box = table.box()
        pose = np.column_stack([box[:, :2], np.sqrt(box[:, 2] * box[:, 3]), table.level()])
        sure, span = round(float(rows[:, 4].mean()), 4), _span(facts.seconds, samples)
        found.append(Subject(label, number, frames, box, pose, seen, sure, span))
    return tuple(found)


def surfaces(strip: StripRef, facts: Surface, way: Way) -> tuple[Subject, ...]:
    """The one surface, none where it was never recognised.

    Its homography is decomposed at the middle of the marked part (the crossing of its diagonals): the place, the root of the area it
    has, and the angle of what was level.
    """
    every = np.frombuffer(b64decode(facts.places), "<f4").reshape(-1, 9).astype(np.float64)
    known = np.flatnonzero(every[:, 8] > 0)
    if not len(known):
        return ()
    placed = _placed(strip, facts.seconds, [int(number) for number in known], every[known, :8], (1, 1), way)
    if placed is None:
        return ()
    frames, table, seen = placed
    corners = np.stack([table.point(column) for column in (0, 2, 4, 6)], axis=1)
    low, high = corners.min(axis=1), corners.max(axis=1)
    level = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]
    one, other = corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    area = 0.5 * np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])
    pose = np.column_stack([_crossing(corners), np.sqrt(area), np.unwrap(np.arctan2(level[:, 1], level[:, 0]))])
    box = np.column_stack([(low + high) / 2, high - low])
    sure, span = round(float(every[known, 8].mean()), 4), _span(facts.seconds, [int(number) for number in known])
    return (Subject("surface", 0, frames, box, pose, seen, sure, span, exact=True),)


def _span(seconds: Sequence[Fraction], samples: Sequence[int]) -> Span:
    return Span(seconds[samples[0]], seconds[samples[-1]])


def _crossing(corners: Any) -> Any:
    """Where the diagonals of each quadrangle (n, 4, 2) meet."""
    start, one, other = corners[:, 0], corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]
    between = corners[:, 1] - start
    flat = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    share = (between[:, 0] * other[:, 1] - between[:, 1] * other[:, 0]) / np.where(np.abs(flat) < 1e-9, 1e-9, flat)
    return start + share[:, None] * one


@dataclass(frozen=True)
class _Table:
    """Rows of places in 0..1 of a picture, x beside y, one a frame, and `ways` (n, 2, 3) from there to the frame."""

    rows: Any
    ways: Any

    def point(self, column: int) -> Any:
        return self._to_frame(self.rows[:, column : column + 2])

    def box(self) -> Any:
        """Of left, top, width and height: the middle, and the sides along the picture's own edges."""
        middle = self._to_frame(self.rows[:, :2] + self.rows[:, 2:4] / 2)
        sides = np.hypot(self.ways[:, 0, :2], self.ways[:, 1, :2]) * self.rows[:, 2:4]
        return np.column_stack([middle, sides])

    def level(self) -> Any:
        """The angle at which the picture stands, mirrored or not."""
        across = self.ways[:, :, 0] * np.where(self.ways[:, :1, 0] < 0, -1.0, 1.0)
        return np.unwrap(np.arctan2(across[:, 1], across[:, 0]))

    def _to_frame(self, points: Any) -> Any:
        return np.einsum("nij,nj->ni", self.ways[:, :, :2], points) + self.ways[:, :, 2]


def _placed(
    strip: StripRef, seconds: Sequence[Fraction], samples: Sequence[int], rows: Any, picture: tuple[int, int], way: Way
) -> tuple[FrameRange, _Table, Any] | None:
    """Rows of samples -> rows of timeline frames, straight from one sample to the next. None where the strip never shows it."""
    look = looks(strip, seconds)
    numbers = np.asarray(samples)
    begins = np.flatnonzero(np.diff(look, prepend=look[:1] - 1))
    first_shown = {int(look[place]): int(place) for place in reversed(begins)}
    shown = [(first_shown[sample], number) for number, sample in enumerate(samples) if sample in first_shown]
    if not shown:
        return None
    places, which = np.array(sorted(shown)).T
    moments = np.array([float(one) for one in seconds])
    apart = float(np.median(np.diff(moments))) if len(moments) > 1 else 0.0
    row = np.searchsorted(numbers, look, "right") - 1
    held = row >= 0
    before, after = numbers[row.clip(0)], numbers[(row + 1).clip(0, len(numbers) - 1)]
    seen = held & ((before == look) | ((after > look) & (moments[after] - moments[before] <= max(HIDDEN, LOOKS_BRIDGED * apart))))
    there = np.flatnonzero(seen)
    every = np.arange(int(there[0]), int(there[-1]) + 1)
    scaled = np.asarray(rows, np.float64) / np.tile(np.array(picture, np.float64), rows.shape[1] // 2)
    table = np.column_stack([np.interp(every, places, column) for column in scaled[which].T])
    frames = FrameRange(strip.frames.start + int(every[0]), strip.frames.start + int(every[-1]) + 1)
    return frames, _Table(table, way.of(every + strip.frames.start)), seen[every]
