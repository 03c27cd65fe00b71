"""Giving captions frames of their own: as near to what they wish as their neighbours and what stands already allow."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ..timebase import FrameRange


@dataclass(frozen=True, order=True)
class Wish:
    """Spoken from `start` up to `spoken`, and to be shown up to `end` where there is room. All in timeline frames."""

    start: int
    spoken: int
    end: int


def _union(ranges: Sequence[FrameRange]) -> list[FrameRange]:
    joined: list[FrameRange] = []
    for part in sorted(ranges):
        if not part.length:
            continue
        if joined and part.start <= joined[-1].end:
            joined[-1] = FrameRange(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    return joined


def space(wishes: Sequence[Wish], stands: Sequence[FrameRange], gap: int, minimum: int) -> list[FrameRange]:
    """A range for every wish, in the order given, none overlapping another nor anything in `stands`, each at least a frame.

    A caption gives way to the next one, `gap` frames before it where it can, but stays as long as it is spoken or `minimum`
    frames, whichever is less; then the next one begins later. One whose place is taken comes as soon as there is room.
    """
    obstacles = _union(stands)
    starts = [part.start for part in obstacles]
    order = sorted(range(len(wishes)), key=lambda i: (wishes[i].start, i))
    ranges: list[FrameRange] = [FrameRange(0, 0)] * len(wishes)
    free = min((wishes[i].start for i in order[:1]), default=0)
    for place, i in enumerate(order):
        wish = wishes[i]
        start = max(wish.start, free)
        before = bisect_right(starts, start) - 1
        if before >= 0 and start < obstacles[before].end:
            start = obstacles[before].end
        keep = max(1, min(wish.spoken - wish.start, minimum))
        end = max(wish.end, start + keep)
        if place + 1 < len(order):
            end = min(end, max(wishes[order[place + 1]].start - gap, start + keep))
        after = bisect_right(starts, start)
        if after < len(starts):
            end = min(end, starts[after])
        ranges[i] = FrameRange(start, end)
        free = end
    return ranges
