"""Cuts moved to the nearest beat: rolling edits, in which one strip gets what the other gives. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .layout import TRANSITIONS, Item, Layout
from .timebase import FrameRange


@dataclass(frozen=True)
class Roll:
    """The cut at `frame` goes to `to`: the strips `before` then end there, and the strips `after` begin there."""

    frame: int
    to: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Snapped:
    """`rolls` in order of time; `met` cuts are on a beat already, `far` have none within reach. `notices` say which cannot be moved."""

    rolls: tuple[Roll, ...] = ()
    met: int = 0
    far: int = 0
    notices: tuple[str, ...] = ()


def snap(layout: Layout, beats: Sequence[int], reach: int, names: Collection[str] = (), music: Collection[str] = ()) -> Snapped:
    """Each cut to the nearest of the frames `beats` (in order) that is no more than `reach` frames away; of two equally near the earlier.

    A cut is where two strips meet in a channel. Those of the strips `names` are meant (none: all), but for the strips `music`. What is
    cut with a strip moves along where it begins or ends at the same frame. A strip keeps at least one frame, never shows more than its
    medium has, and never lies over another; a cut with a locked strip stays. Such cuts stay where they are, and are told.
    """
    if not beats:
        return Snapped()
    ground = Ground(layout, music)
    rolls: list[Roll] = []
    notices: list[str] = []
    met = far = 0
    for frame, pairs in sorted(ground.cuts(names).items()):
        to = _nearest(beats, frame)
        if to == frame:
            met += 1
        elif abs(to - frame) > reach:
            far += 1
        else:
            before = ground.along((left.name for left, _right in pairs), frame, ends=True)
            after = ground.along((right.name for _left, right in pairs), frame, ends=False)
            why = ground.hindrance(before, after, frame, to)
            if why:
                notices.append(f"The cut at frame {frame} stays: {why}.")
            else:
                ground.roll(before, after, to)
                rolls.append(Roll(frame, to, tuple(sorted(before)), tuple(sorted(after))))
    return Snapped(tuple(rolls), met, far, tuple(notices))


def _nearest(beats: Sequence[int], frame: int) -> int:
    place = bisect_left(beats, frame)
    near = beats[max(0, place - 1) : place + 1]
    return min(near, key=lambda beat: (abs(beat - frame), beat))


class Ground:
    """The strips as they stand, and as they stand after the cuts that were moved so far."""

    def __init__(self, layout: Layout, music: Collection[str]) -> None:
        self._items = {item.name: item for item in layout.items}
        self._now = {item.name: item.frames for item in layout.items}
        self._music = set(music)
        self._lanes: dict[int, list[Item]] = defaultdict(list)
        self._riders: dict[str, list[Item]] = defaultdict(list)
        for item in sorted(layout.items, key=lambda item: item.frames):
            self._lanes[item.channel].append(item)
            for name in item.inputs:
                self._riders[name].append(item)

    def cuts(self, names: Collection[str]) -> Mapping[int, list[tuple[Item, Item]]]:
        found: dict[int, list[tuple[Item, Item]]] = defaultdict(list)
        for lane in self._lanes.values():
            for left, right in pairwise(lane):
                plain = not (left.inputs or right.inputs) and self._music.isdisjoint((left.name, right.name))
                if left.frames.end == right.frames.start and plain and (not names or left.name in names or right.name in names):
                    found[right.frames.start].append((left, right))
        return found

    def along(self, names: Iterable[str], frame: int, ends: bool) -> set[str]:
        """These strips and what is cut with them, as far as it ends (or begins) at the same frame."""
        found = set()
        for name in names:
            for one in (name, *self._items[name].partners):
                item = self._items.get(one)
                if item is not None and one not in self._music and (item.frames.end if ends else item.frames.start) == frame:
                    found.add(one)
        return found

    def hindrance(self, before: Collection[str], after: Collection[str], frame: int, to: int) -> str:
        """Why the cut cannot go there, "" when it can."""
        moved = {*before, *after}
        for name in sorted(moved):
            item, now = self._items[name], self._now[name]
            if item.held:
                return item.held
            if item.whole:
                return f"{name!r} cannot be changed: {item.whole}"
            if any(rider.kind in TRANSITIONS or rider.held for rider in self._riders[name]):
                return f"an effect holds {name!r}"
            start, end = (now.start, to) if name in before else (to, now.end)
            if start >= end:
                return f"nothing would be left of {name!r}"
            if not item.lasting and not _within(FrameRange(start, end), item):
                return f"{name!r} has no more material"
            for one in (item, *self._all_riders(name)):
                if self._taken(one, frame, to, moved):
                    return f"there is no room beside {one.name!r}"
        return ""

    def roll(self, before: Iterable[str], after: Iterable[str], to: int) -> None:
        for name in before:
            self._now[name] = FrameRange(self._now[name].start, to)
        for name in after:
            self._now[name] = FrameRange(to, self._now[name].end)

    def _all_riders(self, name: str) -> list[Item]:
        return [one for rider in self._riders[name] for one in (rider, *self._all_riders(rider.name))]

    def _taken(self, item: Item, frame: int, to: int, moved: Collection[str]) -> bool:
        """Whether something that does not give way stands where this strip would reach."""
        gained = FrameRange(min(frame, to), max(frame, to))
        for other in self._lanes[item.channel]:
            if other is item or not self._now[other.name].overlaps(gained):
                continue
            if other.name not in moved and not any(name in moved for name in other.inputs):
                return True
        return False


def _within(frames: FrameRange, item: Item) -> bool:
    """Whether the medium has these frames, or the strip shows them already, held beyond its end."""
    return min(item.content.start, item.frames.start) <= frames.start and frames.end <= max(item.content.end, item.frames.end)
