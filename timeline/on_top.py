"""What of logged shots is seen: at every frame the one on the highest channel. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from .shot_log import Placed
from .timebase import FrameRange


def on_top(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """The shots as a viewer sees them, in order of time, each with the frames at which nothing lies over it.

    A shot that goes on behind another comes twice: the viewer sees it, the other, and it again. A sweep over beginnings, the shots
    that still run in a heap by channel: n log n.
    """
    waiting = sorted((one for one in placed if one.frames.length), key=lambda one: (one.frames.start, -one.channel, one.number))
    running: list[tuple[int, int, Placed]] = []
    seen: list[Placed] = []
    place = frame = 0
    while place < len(waiting) or running:
        if not running:
            frame = max(frame, waiting[place].frames.start)
        while place < len(waiting) and waiting[place].frames.start <= frame:
            heapq.heappush(running, (-waiting[place].channel, place, waiting[place]))
            place += 1
        while running and running[0][2].frames.end <= frame:
            heapq.heappop(running)
        if not running:
            continue
        top = running[0][2]
        end = top.frames.end
        for later in range(place, len(waiting)):
            if waiting[later].frames.start >= end:
                break
            if waiting[later].channel > top.channel:
                end = waiting[later].frames.start
                break
        if seen and seen[-1].number == top.number and seen[-1].strip == top.strip and seen[-1].frames.end == frame:
            seen[-1] = replace(seen[-1], frames=FrameRange(seen[-1].frames.start, end))
        else:
            seen.append(replace(top, frames=FrameRange(frame, end)))
        frame = end
    return tuple(seen)


def share_seen(shown: Placed, rate: Fraction) -> float:
    """How much of its shot of the medium a piece shows, 0..1: its seconds at `rate` frames a second among the shot's."""
    span = shown.logged.span
    whole = float(span.end) - float(span.start)
    return min(1.0, shown.frames.length / float(rate) / whole) if whole > 0 else 0.0
