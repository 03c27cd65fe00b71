"""What is really taken out, when parts are asked to be: parts that overlap as one, none that ends within what cannot be split. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from .layout import Cutout, Item
from .ripple_ties import Ties
from .timebase import FrameRange

_MOST = 5
"""Strips named in notices of one kind."""


@dataclass(frozen=True)
class Asked:
    """A part that is to go, or at a `speed` above 1 to be played faster."""

    start: int
    end: int
    speed: Fraction = Fraction(1)


def asked(cutout: Cutout, inside: FrameRange | None = None) -> Asked | None:
    """What a cutout takes out of the frames `inside` (None: of all); None when there is nothing, or as much is kept as there is."""
    start, end = cutout.frames.start, cutout.frames.end
    if inside is not None:
        start, end = max(start, inside.start), min(end, inside.end)
    if cutout.speed == 1:
        start, end = start + (cutout.keep + 1) // 2, end - cutout.keep // 2
    return Asked(start, end, cutout.speed) if start < end else None


@dataclass
class Notes:
    """What could not be done as asked, counted by strip."""

    whole: Counter[tuple[str, str]] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    edge: Counter[str] = field(default_factory=Counter)
    nowhere: int = 0
    slow: int = 0

    def sentences(self) -> Iterator[str]:
        for (name, why), count in self.whole.most_common(_MOST):
            yield f"{_parts(count, f'over {name!r}')} left in: {why}."
        for name, count in self.within.most_common(_MOST):
            yield f"{_parts(count, f'within the transition {name!r}')} left in: it cannot be split."
        for name, count in self.edge.most_common(_MOST):
            yield f"{_parts(count)} taken out only up to the edge of the transition {name!r}: it cannot be split."
        if self.nowhere:
            yield f"{_parts(self.nowhere)} left in: their strips do not stand there."
        if self.slow:
            yield f"{_parts(self.slow)} not played faster: with holes left, nothing would become shorter."
        if more := sum(max(0, len(kind) - _MOST) for kind in (self.whole, self.within, self.edge)):
            yield f"The same happened at {more} more {'strip' if more == 1 else 'strips'}."


def _parts(count: int, where: str = "") -> str:
    noun, verb = ("part", "was") if count == 1 else ("parts", "were")
    return " ".join(filter(None, (str(count), noun, where, verb)))


class Edges:
    """Where no strip of these may be cut: anywhere but at its ends."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = sorted(items, key=lambda item: (item.frames.start, item.frames.end))
        self._starts = [item.frames.start for item in self._items]
        self._longest: list[Item] = []
        """Of those up to here, the one that ends last."""
        zones: list[FrameRange] = []
        for item in self._items:
            frames = item.frames
            before = self._longest[-1] if self._longest else None
            self._longest.append(item if before is None or frames.end > before.frames.end else before)
            if zones and frames.start < zones[-1].end:
                zones[-1] = FrameRange(zones[-1].start, max(zones[-1].end, frames.end))
            else:
                zones.append(frames)
        self.zones = zones
        """The frames of them all; those that overlap as one."""
        self._zone_starts = [zone.start for zone in zones]

    def __bool__(self) -> bool:
        return bool(self._items)

    def around(self, frame: int) -> Item | None:
        """One that a cut at this frame would split."""
        return self.over(frame, frame)

    def over(self, start: int, end: int) -> Item | None:
        """One that stands in these frames, or around them where the two are the same."""
        number = bisect_left(self._starts, end) - 1
        found = self._longest[number] if number >= 0 else None
        return found if found is not None and found.frames.end > start else None

    def zone(self, frame: int) -> FrameRange | None:
        """Around this frame: where no cut can be, up to the nearest places before and after where one can."""
        number = bisect_right(self._zone_starts, frame) - 1
        found = self.zones[number] if number >= 0 else None
        return found if found is not None and found.start < frame < found.end else None


class Settling:
    """Brings what is asked of these strips in line with what can be done to them: transitions make parts shorter, out of the middle of
    whole strips nothing is taken. `notes` receives what was changed."""

    def __init__(self, ties: Ties, movers: Sequence[Item], notes: Notes) -> None:
        self._transitions = Edges(item for item in movers if ties.transition(item))
        self._why = {item.name: why for item in movers if (why := ties.whole(item))}
        self._whole = Edges(item for item in movers if item.name in self._why)
        self._steady = Edges(item for item in movers if item.steady)
        self._notes = notes

    def settle(self, wanted: Iterable[Asked]) -> tuple[list[FrameRange], list[tuple[FrameRange, Fraction]]]:
        """What goes, and what is played faster how much; in order, without overlap. What goes is not played faster, nor are
        transitions; of two speeds the part that begins first has its own."""
        wanted = sorted(set(wanted), key=lambda part: (part.start, part.end, part.speed))
        gone = self._gone([part for part in wanted if part.speed == 1])
        faster: list[tuple[FrameRange, Fraction]] = []
        at = None
        for part in wanted:
            if part.speed == 1:
                continue
            start = part.start if at is None else max(at, part.start)
            at = max(start, part.end)
            for frames in _without(FrameRange(start, max(start, part.end)), gone):
                for inside in _without(frames, self._transitions.zones):
                    if item := self._whole.over(inside.start, inside.end):
                        self._notes.whole[item.name, self._why[item.name]] += 1
                    elif item := self._steady.over(inside.start, inside.end):
                        self._notes.whole[item.name, item.steady] += 1
                    else:
                        faster.append((inside, part.speed))
        return gone, faster

    def _gone(self, wanted: list[Asked]) -> list[FrameRange]:
        found: list[FrameRange] = []
        waiting = list(_runs(wanted))
        while waiting:
            run = waiting.pop()
            start, end = run[0].start, max(part.end for part in run)
            inside = self._inside(FrameRange(start, end), len(run)) if self._transitions else FrameRange(start, end)
            if inside is None:
                continue
            left, right = self._whole.around(inside.start), self._whole.around(inside.end)
            if left is None and right is None:
                found.append(inside)
                continue
            going = [part for part in run if not ((left and part.start == start) or (right and part.end == end))]
            item = left or right
            assert item is not None
            self._notes.whole[item.name, self._why[item.name]] += len(run) - len(going)
            waiting += _runs(going)
        return sorted(found)

    def _inside(self, frames: FrameRange, count: int = 1) -> FrameRange | None:
        """The part of these frames whose ends are in no transition."""
        before, after = self._transitions.zone(frames.start), self._transitions.zone(frames.end)
        start, end = before.end if before else frames.start, after.start if after else frames.end
        if start >= end:
            item = self._transitions.around(frames.start if before else frames.end)
            if item is not None:
                self._notes.within[item.name] += count
            return None
        for zone, frame in ((before, frames.start), (after, frames.end)):
            if zone and (item := self._transitions.around(frame)):
                self._notes.edge[item.name] += 1
        return FrameRange(start, end)


def _runs(parts: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Those that overlap or touch each other; `parts` in order."""
    run: list[Asked] = []
    end = 0
    for part in parts:
        if run and part.start > end:
            yield run
            run = []
        end = max(end, part.end) if run else part.end
        run.append(part)
    if run:
        yield run


def _without(frames: FrameRange, gone: Sequence[FrameRange]) -> Iterator[FrameRange]:
    at = frames.start
    for number in range(max(0, bisect_right(gone, frames.start, key=lambda part: part.start) - 1), len(gone)):
        part = gone[number]
        if part.start >= frames.end:
            break
        if at < part.start:
            yield FrameRange(at, part.start)
        at = max(at, part.end)
    if at < frames.end:
        yield FrameRange(at, frames.end)
