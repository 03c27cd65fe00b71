"""Sounds that come and go over some frames where parts meet that were apart. Pure.

Measured on mixdowns. Blender mixes sound in blocks that end where frames do and after every 1 024 samples, and goes to a new volume within
a block. A strip is heard up to the end of the block in which it ends, over the one that follows: without a fade every cut clicks. A volume
of exactly 0 cuts the rest of a block off at once and clicks too, hence `FLOOR`. Up to 5.0 a volume between two frames is read a frame
late, so fades waver there; a block that happens to be short keeps a step of about half a frame's worth of the fade (5.2) or all of it
(4.5, 5.0). Longer fades make both smaller.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .layout import Join
from .timebase import FrameRange

FLOOR = 0.001
"""60 dB down: nothing is heard, and Blender goes on mixing."""
Gain = tuple[tuple[float, float], ...]
"""(frame, factor), in order."""


def gains(
    joins: Iterable[Join], sounding: Mapping[str, Sequence[tuple[str, FrameRange]]], scene_rate: Fraction, milliseconds: int
) -> tuple[int, dict[str, Gain]]:
    """How many joins are faded, and how each strip that begins or ends at one comes and goes. `sounding`: the strips an item is now."""
    length = max(1, round(Fraction(milliseconds, 1000) * scene_rate))
    beginning = {(item, frames.start): (name, frames) for item, row in sounding.items() for name, frames in row}
    ending = {(item, frames.end): (name, frames) for item, row in sounding.items() for name, frames in row}
    rising: set[str] = set()
    falling: set[str] = set()
    places: dict[str, FrameRange] = {}
    count = 0
    for join in joins:
        ends = [ending[item, join.frame] for item in join.items if (item, join.frame) in ending]
        starts = [beginning[item, join.frame] for item in join.items if (item, join.frame) in beginning]
        places.update((*ends, *starts))
        falling.update(name for name, _frames in ends)
        rising.update(name for name, _frames in starts)
        count += bool(ends or starts)
    return count, {name: _gain(places[name], length, name in rising, name in falling) for name in sorted(rising | falling)}


def _gain(frames: FrameRange, length: int, rises: bool, falls: bool) -> Gain:
    within = min(length, math.floor(frames.length / (2 if rises and falls else 1)))
    points = []
    if rises:
        points += [(float(frames.start), FLOOR), (float(frames.start + within), 1.0)]
    if falls:
        points += [(float(frames.end - within), 1.0), (float(frames.end), FLOOR)]
    return tuple(dict.fromkeys(points))
