"""Sounds that come and go over some frames where parts meet that were apart. Pure.

Blender's sound engine takes one volume a frame and goes straight from one to the next, so nothing can be shorter than a frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .layout import Join
from .timebase import FrameRange

Gain = tuple[tuple[float, float], ...]
"""(frame, factor), in order."""


def gains(
    joins: Iterable[Join], sounding: Mapping[str, Sequence[tuple[str, FrameRange]]], scene_rate: Fraction, milliseconds: int
) -> tuple[int, dict[str, Gain]]:
    """How many joins are faded, and how each strip that begins or ends at one comes and goes. `sounding`: the strips an item is now."""
    length = max(1, round(Fraction(milliseconds, 1000) * scene_rate))
    rising: set[str] = set()
    falling: set[str] = set()
    places: dict[str, FrameRange] = {}
    count = 0
    for join in joins:
        ends = [(name, frames) for item in join.items for name, frames in sounding.get(item, ()) if frames.end == join.frame]
        starts = [(name, frames) for item in join.items for name, frames in sounding.get(item, ()) if frames.start == join.frame]
        places.update((*ends, *starts))
        falling.update(name for name, _frames in ends)
        rising.update(name for name, _frames in starts)
        count += bool(ends or starts)
    return count, {name: _gain(places[name], length, name in rising, name in falling) for name in sorted(rising | falling)}


def _gain(frames: FrameRange, length: int, rises: bool, falls: bool) -> Gain:
    within = min(length, math.floor(frames.length / (2 if rises and falls else 1)))
    points = []
    if rises:
        points += [(float(frames.start), 0.0), (float(frames.start + within), 1.0)]
    if falls:
        points += [(float(frames.end - within), 1.0), (float(frames.end), 0.0)]
    return tuple(dict.fromkeys(points))
