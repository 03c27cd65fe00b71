"""Which strips close up together when not all do, and how far a row of them moves up. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .layout import Cutout, Item, Layout
from .ripple_cuts import Asked, Notes, Settling
from .ripple_ties import Ties, hull
from .ripple_time import TimeMap, cut
from .timebase import FrameRange

Wanted = Sequence[tuple[Asked, tuple[str, ...]]]
"""Parts to cut out, and the strips there that are meant; no names: all of them."""


@dataclass(frozen=True)
class Group:
    """Strips that keep their sync, those that stay among them, and what becomes of their time."""

    items: list[Item]
    time: TimeMap


def meant(ties: Ties, cutout: Cutout) -> list[Item]:
    """The strips a cutout names and their partners, as far as they stand in its frames."""
    names = dict.fromkeys((*cutout.strips, *(other for name in cutout.strips for other in ties.items[name].partners)))
    return [item for name in names if (item := ties.items.get(name)) and item.frames.overlaps(cutout.frames)]


def groups(layout: Layout, ties: Ties, wanted: Wanted, notes: Notes, close: bool) -> list[Group]:
    """The groups that something is cut out of, in order of time.

    With `close` each closes up, and moves up behind the group before it in its channels, as far as no other strip stands between.
    """
    members = _members(ties, wanted)
    inside = {item.name for items, _ in members for item in items if item.name not in ties.stay}
    others: dict[int, list[int]] = defaultdict(list)
    for item in layout.items:
        if item.name not in inside:
            others[item.channel].append(item.frames.end)
    for ends in others.values():
        ends.sort()
    row: dict[int, tuple[int, int]] = {}
    found = []
    for items, parts in members:
        movers = [item for item in items if item.name not in ties.stay]
        gone, faster = Settling(ties, movers, notes).settle(parts)
        time = cut(gone, faster, -_room(movers, row, others) if close else 0, close)
        found.append(Group(items, time))
        for item in sorted(movers, key=lambda item: item.frames.end):
            row[item.channel] = (item.frames.end, item.frames.end - time.ahead(item.frames.end))
    return found


def _members(ties: Ties, wanted: Wanted) -> list[tuple[list[Item], list[Asked]]]:
    """The strips of each group with what is to be cut out of them, in order of time. Strips of one cutout belong together."""
    everywhere = [part for part, names in wanted if not names]
    named = [names for _, names in wanted if names]
    if everywhere:
        named.append(_standing(ties, everywhere))
    beside: dict[str, list[str]] = defaultdict(list)
    for names in named:
        for one, other in pairwise(names):
            beside[one].append(other)
            beside[other].append(one)
    group_of: dict[str, int] = {}
    found: list[tuple[list[Item], list[Asked]]] = []
    for names in named:
        if not names or names[0] in group_of:
            continue
        waiting, items = list(names), []
        while waiting:
            name = waiting.pop()
            if name not in group_of:
                group_of[name] = len(found)
                items.append(ties.items[name])
                waiting += [*ties.linked(name), *beside.get(name, ())]
        found.append((items, []))
    for part, names in wanted:
        if names := names or named[-1]:
            found[group_of[names[0]]][1].append(part)
    return sorted(found, key=lambda group: hull(group[0]).start)


def _standing(ties: Ties, parts: Sequence[Asked]) -> tuple[str, ...]:
    """The strips that may move and stand in any of these parts."""
    ordered = sorted(parts, key=lambda part: part.start)
    starts = [part.start for part in ordered]
    ends: list[int] = []
    for part in ordered:
        ends.append(max(part.end, ends[-1]) if ends else part.end)
    found = []
    for item in ties.movers:
        number = bisect_right(starts, item.frames.end - 1) - 1
        if number >= 0 and ends[number] > item.frames.start:
            found.append(item.name)
    return tuple(found)


def _room(movers: Sequence[Item], row: dict[int, tuple[int, int]], others: dict[int, list[int]]) -> int:
    """How many frames a group moves up: as the strips before it in its channels did, and onto nothing."""
    first: dict[int, FrameRange] = {}
    for item in movers:
        if item.channel not in first or item.frames.start < first[item.channel].start:
            first[item.channel] = item.frames
    shifts = [row[channel][1] for channel, frames in first.items() if channel in row and row[channel][0] <= frames.start]
    shift = min(shifts, default=0)
    for channel, frames in first.items():
        ends = others.get(channel, [])
        number = bisect_right(ends, frames.start)
        if number:
            shift = min(shift, frames.start - ends[number - 1])
    return shift
