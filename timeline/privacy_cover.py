"""What covers a trail on the timeline: boxes in the frame, few keyframes that leave nothing out, outlines of masks. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .effect import Outline
from .picture_way import Way
from .privacy_trails import Trail, wider
from .state import StripRef
from .timebase import FrameRange

EITHER = 1.25
"""Frames of the medium before and after the one shown, by the clock, whose boxes are covered too: containers round, Blender rounds."""
POINTS = 16
ROUND = (math.sqrt(2) / math.cos(math.pi / POINTS) - 1) / 2
"""By how much of its size, at each side, a box must be wider for a round outline of so many points to hold all of it."""
LOOSE = 0.06
"""Share of its size by which a cover may be too large for the sake of fewer keyframes."""
AWAY = 4.0
"""So many pictures above the frame an outline waits while it covers nothing."""


@dataclass(frozen=True)
class Cover:
    """`boxes` (n, 4): left, bottom, right, top in pixels of the frame, from frame `first` on. `sides` is how large the thing is there at
    most, in pixels, where it was seen; `oval`: it is covered by a round outline, which lies within the boxes."""

    trail: Trail
    first: int
    boxes: Any
    sides: float
    oval: bool

    @property
    def frames(self) -> FrameRange:
        return FrameRange(self.first, self.first + len(self.boxes))


def cover(trail: Trail, strip: StripRef, way: Way, canvas: tuple[int, int], margin: float, frames: FrameRange, oval: bool) -> Cover | None:
    """What covers the trail on those of `frames` on which it may be seen, None where that is nowhere. `margin`: share of its size that is
    covered around it, at each side."""
    assert strip.source is not None
    numbers = np.arange(frames.start, frames.end)
    moments = np.array([strip.source.roughly(int(number)) for number in numbers])
    near = EITHER / float(strip.source.pictures or strip.source.rate)
    start, end = trail.span
    there = np.flatnonzero((moments >= start - near) & (moments <= end + near))
    if not len(there):
        return None
    there = np.arange(there[0], there[-1] + 1)
    boxes = _frames_of(trail, moments[there], near)
    placed = _placed(boxes, way.of(numbers[there]))
    grown = wider(placed, max(margin, ROUND) if oval else margin)
    inside = np.flatnonzero((grown[:, :2] < canvas).all(axis=1) & (grown[:, 2:] > 0).all(axis=1))
    if not len(inside):
        return None
    kept = slice(inside[0], inside[-1] + 1)
    seen = np.interp(moments[there][kept], trail.seconds, trail.sure > 0) >= 0.5
    large = (placed[kept, 2:] - placed[kept, :2]).max(axis=1)
    sides = float(large[seen].max() if seen.any() else large.min())
    return Cover(trail, int(numbers[there[0]] + inside[0]), grown[kept], sides, oval)


def outline(one: Cover, canvas: tuple[int, int], frames: FrameRange) -> Outline:
    """As a spline of a mask that is used on `frames`: out of sight where it covers nothing."""
    knots, boxes = keyed(one.boxes)
    unit = _ring() if one.oval else np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    steps = [(one.first + int(knot), _points(box, unit, canvas)) for knot, box in zip(knots, boxes, strict=True)]
    if one.frames.start > frames.start:
        steps.insert(0, (one.frames.start - 1, _away(steps[0][1])))
    if one.frames.end < frames.end:
        steps.append((one.frames.end, _away(steps[-1][1])))
    return Outline(tuple(steps))


def keyed(boxes: Any) -> tuple[Any, Any]:
    """(rows that are keyframes, boxes there): straight in between, they cover every box (n, 4: left, bottom, right, top).

    Rows are left out as long as none of the four sides is further off than a share of the size (D. H. Douglas and T. K. Peucker,
    "Algorithms for the reduction of the number of points", 1973); then all is widened by what that leaves out.
    """
    boxes = np.asarray(boxes, float)
    slack = max(1.0, LOOSE * float(np.median(boxes[:, 2:] - boxes[:, :2])))
    rows = np.arange(len(boxes))
    kept, todo = {0, len(boxes) - 1}, [(0, len(boxes) - 1)]
    while todo:
        start, end = todo.pop()
        if end - start < 2:
            continue
        part = rows[start + 1 : end]
        share = ((part - start) / (end - start))[:, None]
        off = np.abs(boxes[part] - (boxes[start] * (1 - share) + boxes[end] * share)).max(axis=1)
        worst = int(off.argmax())
        if off[worst] > slack:
            middle = int(part[worst])
            kept.add(middle)
            todo += [(start, middle), (middle, end)]
    knots = np.array(sorted(kept))
    between = np.stack([np.interp(rows, knots, boxes[knots, side]) for side in range(4)], axis=1)
    low, high = (between[:, :2] - boxes[:, :2]).max(axis=0), (boxes[:, 2:] - between[:, 2:]).max(axis=0)
    return knots, boxes[knots] + np.concatenate([-np.maximum(low, 0), np.maximum(high, 0)])


def _frames_of(trail: Trail, moments: Any, near: float) -> Any:
    """The box of every moment and of those beside it, together."""
    beside = [
        np.stack([np.interp(moments + shift, trail.seconds, trail.boxes[:, side]) for side in range(4)], axis=1)
        for shift in (-near, -near / 2, 0.0, near / 2, near)
    ]
    low = np.min([one[:, :2] for one in beside], axis=0)
    high = np.max([one[:, 2:] for one in beside], axis=0)
    return np.concatenate([low, high], axis=1)


def _placed(boxes: Any, ways: Any) -> Any:
    """Boxes of the picture (left, top, right, bottom, 0..1 from its upper left corner) as the upright ones around them in the frame."""
    corners = [
        ways[:, :, 0] * boxes[:, [x]] + ways[:, :, 1] * boxes[:, [y]] + ways[:, :, 2] for x in (0, 2) for y in (1, 3)
    ]  # fmt: skip
    return np.concatenate([np.min(corners, axis=0), np.max(corners, axis=0)], axis=1)


def _ring() -> Any:
    angles = (np.arange(POINTS) + 0.5) / POINTS * 2 * math.pi
    return 0.5 + 0.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _points(box: Any, unit: Any, canvas: tuple[int, int]) -> tuple[tuple[float, float], ...]:
    points = (box[:2] + unit * (box[2:] - box[:2])) / canvas
    return tuple((round(float(x), 6), round(float(y), 6)) for x, y in points)


def _away(points: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y + AWAY) for x, y in points)
