"""Where every frame of an old timeline stands on the new one, when parts of it are cut out, played faster or put elsewhere. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from .layout import EVER, Move
from .timebase import FrameRange

Shown = tuple[int, int, int, int]
"""Old frames from, up to but not including; the new frames they take, likewise."""


@dataclass(frozen=True)
class TimeMap:
    """Stretches of the old timeline in order, without overlap, and where each stands. What lies in none of them is gone.

    Within a stretch that is played faster, old frame x begins at the first whole frame that is not before its exact place. So what
    meets on the old timeline meets on the new one, whatever the speed.
    """

    rows: tuple[Shown, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [row[0] for row in self.rows]

    def over(self, frames: FrameRange) -> Iterator[Shown]:
        """What is left of these frames, in order of old time. A stretch too short for a frame of its own leaves nothing."""
        rows, start, end = self.rows, frames.start, frames.end
        at = max(0, bisect_right(self._starts, start) - 1)
        for number in range(at, len(rows)):
            row = rows[number]
            if row[0] >= end:
                return
            left, right = max(start, row[0]), min(end, row[1])
            if left >= right:
                continue
            shown = (left, right, _place(row, left), _place(row, right))
            if shown[2] < shown[3]:
                yield shown

    def keeps(self, frames: FrameRange) -> bool:
        """Whether all of these frames stay where they are."""
        return next(self.over(frames), None) == (frames.start, frames.end, frames.start, frames.end)

    def frame(self, old: int) -> int | None:
        """Where a frame stands, None where it is gone."""
        number = bisect_right(self._starts, old) - 1
        return _place(self.rows[number], old) if number >= 0 and old < self.rows[number][1] else None

    def ahead(self, old: int) -> int:
        """Where a frame stands or, when it is gone, where the next one does that is left; the end of all when there is none."""
        number = bisect_right(self._starts, old) - 1
        if number >= 0 and old < self.rows[number][1]:
            return _place(self.rows[number], old)
        return self.rows[number + 1][2] if number + 1 < len(self.rows) else max((row[3] for row in self.rows), default=old)

    @cached_property
    def edges(self) -> frozenset[int]:
        """The new frames at which something begins or ends that did not before."""
        placed = sorted(self.rows, key=lambda row: row[2])
        found: set[int] = set()
        for one, other in pairwise(placed):
            found |= {one[3], other[2]}
        return frozenset(found)

    @property
    def moves(self) -> tuple[Move, ...]:
        """None where everything stays."""
        if self.rows == STILL.rows:
            return ()
        return tuple(Move(FrameRange(a, b), start, Fraction(b - a, end - start)) for a, b, start, end in self.rows)


STILL = TimeMap(((EVER.start, EVER.end, EVER.start, EVER.end),))


def cut(gone: Sequence[FrameRange], faster: Sequence[tuple[FrameRange, Fraction]], shift: int = 0, close: bool = True) -> TimeMap:
    """The map without `gone` and with `faster` played at its speeds; neither overlap. With `close`, what follows moves up.

    All begins `shift` frames later. What is played faster takes a whole number of frames, rounded up.
    """
    rows: list[Shown] = []
    at = EVER.start
    for frames, speed in sorted([*((frames, None) for frames in gone), *faster], key=lambda part: part[0].start):
        length = 0 if speed is None else -(-frames.length * speed.denominator // speed.numerator)
        if length == frames.length:
            continue
        if at < frames.start:
            rows.append((at, frames.start, at + shift, frames.start + shift))
        if length:
            rows.append((frames.start, frames.end, frames.start + shift, frames.start + shift + length))
        if close:
            shift -= frames.length - length
        at = frames.end
    rows.append((at, EVER.end, at + shift, EVER.end + shift))
    return TimeMap(tuple(rows))


def ordered(order: Sequence[FrameRange], first: int, last: int) -> TimeMap:
    """The map that puts ranges one after the other. Between `first` and `last`, what no range names is gone; the rest goes along."""
    rows: list[Shown] = [(EVER.start, first, EVER.start, first)]
    at = first
    for frames in order:
        rows.append((frames.start, frames.end, at, at + frames.length))
        at += frames.length
    rows.append((last, EVER.end, at, at + EVER.end - last))
    rows.sort()
    joined = rows[:1]
    for row in rows[1:]:
        before = joined[-1]
        if (before[1], before[3]) == (row[0], row[2]):
            joined[-1] = (before[0], row[1], before[2], row[3])
        else:
            joined.append(row)
    return TimeMap(tuple(joined))


def _place(row: Shown, old: int) -> int:
    a, b, start, end = row
    if end - start == b - a:
        return old + start - a
    return start - (a - old) * (end - start) // (b - a)
