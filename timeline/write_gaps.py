"""Cuts parts out of strips, and puts them back: the writer's hand for gaps. All that is left stays where it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from . import compat
from .changes import Hole
from .gaps import BOTH, RIGHT, bite
from .plan import Gap
from .state import StripRef
from .tags import clear_tag
from .timebase import FrameRange

Journal = list[Callable[[], None]]


def not_to_cut_out(refs: Iterable[StripRef]) -> str:
    """Why nothing can be cut out of these strips, as half a sentence; "" when it can."""
    for ref in refs:
        if ref.feeds:
            return f"{ref.feeds[0]!r} uses {ref.name!r}"
        if ref.source is None:
            return f"as to {ref.name!r}, {ref.unmapped}"
    return ""


class Scissors:
    """Takes gaps out of the strips of a sequence, from left to right.

    `refs` are the strips as they were read, `names` what some of them are called since. `journal` receives how to take each
    step back: a new strip made of the right part then begins where it was split off, for the writer to join.
    """

    def __init__(self, strips: Any, refs: Mapping[str, StripRef], names: Mapping[str, str], journal: Journal) -> None:
        self._strips, self._refs, self._names, self._journal = strips, refs, names, journal
        self._rows: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        self.changed: list[str] = []
        for strip in strips:
            if strip.type in ("MOVIE", "SOUND"):
                self._rows.setdefault((strip.type, strip.channel), []).append((compat.left(strip), compat.right(strip), strip.name))
        for row in self._rows.values():
            row.sort()

    def cut_out(self, gap: Gap) -> bool:
        """Whether it was done. It is not where the pictures do not reach over all of it."""
        first, start, end = self._over(gap.strip, gap.frames), gap.frames.start, gap.frames.end
        if first is None or not first[0] <= start < end <= first[1] or bite(FrameRange(*first[:2]), gap.frames) is None:
            return False
        for name in (gap.strip, *gap.partners):
            found = self._over(name, gap.frames)
            taken = bite(FrameRange(*found[:2]), gap.frames) if found else None
            if found and taken:
                self._take(self._row(name), found, *taken)
        return True

    def _row(self, name: str) -> list[tuple[int, int, str]]:
        ref = self._refs[self._names.get(name, name)]
        return self._rows.get((ref.kind, ref.channel), [])

    def _over(self, name: str, frames: FrameRange) -> tuple[int, int, str] | None:
        """What a strip has become over these frames: (first frame, frame after the last, name)."""
        row = self._row(name)
        number = bisect_right(row, frames.start, key=lambda piece: piece[0]) - 1
        near = row[max(0, number) : number + 2]
        return next((piece for piece in near if piece[0] < frames.end and frames.start < piece[1]), None)

    def _take(self, row: list[tuple[int, int, str]], piece: tuple[int, int, str], frames: FrameRange, sides: str) -> None:
        start, end, name = piece
        strip, place = self._strips[name], row.index(piece)
        self.changed.append(name)
        if sides == BOTH:
            half = strip.split(frame=frames.start, split_method="SOFT")
            if half is None:  # a connected strip was cut along with another already
                half = compat.right_half(self._strips, strip, frames.start)
            clear_tag(half)
            self._journal.append(partial(_set_left, self._strips, half.name, frames.start))
            compat.set_left(half, frames.end)
            self.changed.append(half.name)
            row[place : place + 1] = [(start, frames.start, name), (frames.end, end, half.name)]
        elif sides == RIGHT:
            self._journal.append(partial(_set_left, self._strips, name, start))
            compat.set_left(strip, frames.end)
            row[place] = (frames.end, end, name)
        else:
            self._journal.append(partial(_set_right, self._strips, name, end))
            compat.set_right(strip, frames.start)
            row[place] = (start, frames.start, name)


def _set_left(strips: Any, name: str, frame: int) -> None:
    compat.set_left(strips[name], frame)


def _set_right(strips: Any, name: str, frame: int) -> None:
    compat.set_right(strips[name], frame)


def fill(strips: Any, holes: Sequence[Hole]) -> dict[str, str]:
    """Puts back what was cut out. Gives the names that are gone with those their strips go on under."""
    gone: dict[str, str] = {}
    for hole in holes:
        if hole.left and hole.right:
            right = strips[hole.right]
            end = compat.right(right)
            strips.remove(right)
            compat.set_right(strips[hole.left], end)
            gone[hole.right] = hole.left
        elif hole.left:
            compat.set_right(strips[hole.left], hole.frames.end)
        else:
            compat.set_left(strips[hole.right], hole.frames.start)
    return gone
