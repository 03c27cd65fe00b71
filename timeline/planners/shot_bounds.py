"""Where boundaries lie on the timeline, and which of them hold when no shot may be too short."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ...ml.facts import Boundary
from ..places import Place
from ..standing import Standing
from ..state import StripRef
from ..timebase import FrameRange


@dataclass(frozen=True)
class CutOut(Place):
    """A part of a medium that an earlier run cut out. `strip` is one of those beside it."""


@dataclass(frozen=True)
class Found:
    """A boundary seen on the timeline at `frame`, inside or at the beginning of `place`, or at the end of the last place of a chain.

    `ends` are the frames of its transition, empty for a cut. The shot before ends with frame `leave`, the one after begins with
    `enter`: the same but where the transition is cut out. `said`: "set" or "confirmed" by the editor himself.
    """

    boundary: Boundary
    frame: int
    place: Place
    ends: FrameRange
    leave: int
    enter: int
    said: str = ""

    @property
    def gap(self) -> bool:
        return self.enter > self.leave

    def out(self) -> Found:
        """The same with its transition cut out."""
        return replace(self, leave=self.ends.start, enter=self.ends.end) if self.ends.length else self


def cut_out(standing: Standing, by_name: Mapping[str, StripRef]) -> list[Place]:
    """What earlier runs cut out beside these strips: a chain goes on through it."""
    found: list[Place] = []
    for claim in standing.claims:
        if claim.identity.kind == "gap" and claim.state == "written" and claim.frames is not None and claim.frames.length:
            beside = [by_name[name] for name in claim.strips if name in by_name]
            if beside and len(beside) == len(claim.strips) and beside[0].source is not None:
                found.append(CutOut(beside[0].name, claim.identity.medium, beside[0].channel, claim.frames, beside[0].source))
    return found


def find(chain: Sequence[Place], boundaries: Sequence[Boundary], moments: Sequence[float], said: Mapping[int, str]) -> list[Found]:
    """The boundaries from the first frame of a chain to its end, one a timeline frame (the strongest), in order of time.

    `moments` are the boundaries' seconds as floats; `said` is `corrections.by_hand`. Only a transition lies at the very end.
    """
    found: dict[int, Found] = {}
    done: set[int] = set()
    for place in chain:
        last = place.frames.end if place is chain[-1] else place.frames.end - 1
        picture = 1.5 / float(min(place.source.rate, place.source.pictures or place.source.rate))
        low = bisect_left(moments, place.source.roughly(place.frames.start) - picture)
        high = bisect_right(moments, place.source.roughly(place.frames.end) + picture)
        for boundary in boundaries[low:high]:
            frame = place.source.first_frame(boundary.seconds)
            if not place.frames.start <= frame <= last or boundary.frame in done or (frame == place.frames.end and not boundary.transition):
                continue
            done.add(boundary.frame)
            if frame not in found or _rank(found[frame]) < (boundary.frame in said, boundary.score):
                found[frame] = Found(boundary, frame, place, _ends(place, boundary, frame), frame, frame, said.get(boundary.frame, ""))
    return [found[frame] for frame in sorted(found)]


def _rank(found: Found) -> tuple[bool, float]:
    return bool(found.said), found.boundary.score


def _ends(place: Place, boundary: Boundary, frame: int) -> FrameRange:
    if boundary.transition is None:
        return FrameRange(frame, frame)
    start = place.source.first_frame(boundary.transition.span.start)
    return FrameRange(start, max(start, place.source.first_frame(boundary.transition.span.end)))


def long_enough(found: Sequence[Found], start: int, end: int, minimum: Fraction) -> tuple[list[Found], list[Found]]:
    """(those that hold, those left out) between two frames, `minimum` frames being the shortest a shot may be.

    Of the two ends of a shot that is too short the weaker is left out, the weakest of all first, and in that order they are
    given. What the editor set or confirmed is left out only where no frame would be left between it and its neighbour.
    """
    leaves = [start, *(item.leave for item in found), end]
    enters = [start, *(item.enter for item in found), end]
    before = list(range(-1, len(leaves) - 1))
    after = list(range(1, len(leaves) + 1))
    alive = [True] * len(leaves)
    dropped: list[Found] = []
    least = [Fraction(1) if item.said else max(Fraction(1), minimum) for item in found]

    def touches_short(i: int) -> bool:
        shortest = min(leaves[i] - enters[before[i]], leaves[after[i]] - enters[i])
        return shortest < least[i - 1]

    queue = [(*_rank(item), i) for i, item in enumerate(found, 1) if touches_short(i)]
    heapq.heapify(queue)
    while queue:
        *_, i = heapq.heappop(queue)
        if touches_short(i):
            alive[i] = False
            dropped.append(found[i - 1])
            after[before[i]], before[after[i]] = after[i], before[i]
    return [item for i, item in enumerate(found, 1) if alive[i]], dropped
