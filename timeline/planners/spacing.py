"""When a caption comes and goes: the best frames that its words, its neighbours, the cuts and the rules leave. Whole frames of the scene.

What a layout costs is counted in one number, so that text and time are weighed together (`breaking`): a broken rule costs more than
any layout could gain by breaking it, then comes keeping to the sound, then looks. The weights are this project's own.

How far a caption may be from what is said: it begins with its first word, at most `_DRIFT` earlier or later to make room, or up to
`cut_seconds` earlier (7/12 of that later) to begin with a shot; it ends with its last word, up to a gap earlier to make room for the next,
up to `cut_seconds` and a gap earlier to end with a shot, and at most `_LINGER` later, or when it has stayed as long as it must.
The 7/12 are Netflix's "red zone": dialogue that begins less than 8 of 12 frames before a cut begins with the shot, else 12 before it.
The BBC has captions hang on no longer than 1.5 s.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..caption_rules import CaptionRules
from ..timebase import FrameRange

_FINE = 1 << 20


def weigh(price: float) -> int:
    """A price as it is added up: in whole numbers, so that no sum depends on what stands elsewhere."""
    return round(price * _FINE)


BROKEN = weigh(1e6)
"""What a broken rule costs; how much it is broken adds up to `_SHARE`."""
_SHARE = 100.0
UNSYNC, MOVED = 2e4, 1e3
"""Further from what is said than the bounds above, and a second of it: only where nothing else is possible."""
_CURTAILED = 1e4
"""Ending before all is said, for the sake of the longest time."""
_DRIFT = Fraction(1, 8)
_LINGER = Fraction(3, 2)
_EARLY, _LATE, _CLIPPED, _CUT_OFF = 25.0, 30.0, 30.0, 60.0
"""A second before its first word, after it, before the end of its last; ending far before that, and not with a shot."""
_LEAD, _LINGERING = 4.0, 0.5
"""A second of lead-in or lead-out that is missing; one beyond what is wished for."""
_FLICKER, _BESIDE, _ACROSS, _DRIFTED = 8.0, 16.0, 5.0, 20.0
"""A short gap; beginning or ending a little beside a cut; going on over one; being moved to make room."""
NEVER = 1 << 80

Settle = Callable[[int, int, int, int, int, bool], tuple[int, int] | None]


@dataclass(frozen=True)
class Pace:
    """Rules of time in frames. `cuts` are first frames of shots, rising."""

    rate: Fraction
    shortest: int
    longest: int
    gap: int
    join: int
    near: int
    lead_in: int
    lead_out: int
    drift: int
    linger: int
    cuts: tuple[int, ...] = ()

    @classmethod
    def of(cls, rules: CaptionRules, rate: Fraction, cuts: Sequence[int] = ()) -> Pace:
        near = rules.beside_cut(rate)
        return cls(
            rate, rules.shortest(rate), rules.longest(rate), rules.gap_frames, int(rules.join_seconds * rate), near,
            round(rules.lead_in * rate), round(rules.lead_out * rate), int(_DRIFT * rate), int(_LINGER * rate), tuple(cuts) if near else (),
        )  # fmt: skip

    @property
    def reach(self) -> int:
        """Frames before its first word a caption begins at most."""
        return self.near + self.lead_in + self.drift

    @property
    def slack(self) -> int:
        """Frames before the end of its last word a caption ends at most, to make room for the next, or with a shot."""
        return max(self.near, self.lead_in + self.drift) + self.gap

    @property
    def late(self) -> int:
        """Frames after its first word a caption begins at most, to begin with a shot."""
        return self.near * 7 // 12

    def starts(self, spoken: int, low: int, giving: bool) -> dict[int, int]:
        """Frames a caption may begin in, whose first word is said from `spoken` on, and what each costs. None lies before `low`.

        `giving`: also a few frames earlier, to have more room, and later, to be shorter.
        """
        cuts = self.cuts
        found = {spoken: weigh(_LEAD * self.lead_in / float(self.rate))}
        if self.lead_in:
            found[spoken - self.lead_in] = 0
        if giving:
            for start in (spoken - self.lead_in - self.drift, spoken + self.drift):
                found.setdefault(start, self.moved(start, spoken))
        for cut in cuts[bisect_left(cuts, spoken - self.near) : bisect_right(cuts, spoken + self.near)]:
            if cut <= spoken + self.late:
                found[cut] = self._apart(cut, spoken)
            if cut > spoken:
                found.setdefault(cut - self.near, self._apart(cut - self.near, spoken))
        prices: dict[int, int] = {}
        for start, price in found.items():
            at = start if start > low else low
            place = bisect_right(cuts, at)
            if place and 0 < at - cuts[place - 1] < self.near:
                price += weigh(_BESIDE)
            prices[at] = min(price, prices.get(at, price))
        return prices

    def moved(self, start: int, spoken: int) -> int:
        """The price of beginning at `start` only to make room."""
        return self._apart(start, spoken) + (0 if spoken - self.lead_in <= start <= spoken else weigh(_DRIFTED))

    def _apart(self, start: int, spoken: int) -> int:
        wanted = spoken - self.lead_in
        seconds = 1 / float(self.rate)
        if start < wanted:
            return weigh((wanted - start) * seconds * _EARLY)
        return weigh((min(start, spoken) - wanted) * seconds * _LEAD + max(0, start - spoken) * seconds * _LATE)


def settler(pace: Pace) -> Settle:
    """A function that finds the best end for a caption: (start, spoken, readable, following, top, alone) -> (price, end), or None.

    `spoken`: where its last word ends. `readable`: frames it takes to read. `following`: where the next caption begins (`NEVER`: there
    is none). `top`: the frame it must not reach beyond, whatever the rules say. `alone`: a single word, which may be cut off at the
    longest time there is. None: there is not a frame of room.
    """
    shortest, longest, gap, join, near = pace.shortest, pace.longest, pace.gap, pace.join, pace.near
    lead_out, linger, cuts, whole = pace.lead_out, pace.linger, pace.cuts, frozenset(pace.cuts)
    slack, usual, curtailed = pace.slack, gap + pace.drift, weigh(_CURTAILED)
    clipped, lead, lingering = (price / float(pace.rate) for price in (_CLIPPED, _LEAD, _LINGERING))

    def price(start: int, end: int, spoken: int, readable: int, limit: int, place: int) -> int:
        length = end - start
        cost, broken = 0.0, 0
        if length < shortest:
            broken, cost = 1, _SHARE * (shortest - length) / shortest
        if length < readable:
            broken, cost = broken + 1, cost + _SHARE * (readable - length) / readable
        if length > longest:
            broken, cost = broken + 1, cost + _SHARE * (length - longest) / longest
        if end < spoken:
            cost += clipped * (spoken - end)
            if end < spoken - usual and end + gap not in whole:
                cost += _CUT_OFF if end >= spoken - slack else UNSYNC
        over = end - spoken - lead_out
        cost += lingering * over if over > 0 else -lead * over
        if 0 < limit - end < join:
            cost += _FLICKER
        while place < len(cuts) and cuts[place] < end + near:
            cut = cuts[place]
            if cut < end:
                cost += _ACROSS
                if cut - start < near or end - cut < near:
                    broken += 1
            elif end != cut - gap:
                cost += _BESIDE
            place += 1
        return BROKEN * broken + round(cost * _FINE)

    def settle(start: int, spoken: int, readable: int, following: int, top: int, alone: bool) -> tuple[int, int] | None:
        limit = following - gap
        stop = limit if limit < top else top
        cost = 0
        if stop <= start:
            limit = following
            stop = following if following < top else top
            if stop <= start:
                return None
            cost = BROKEN
        if alone and spoken > start + longest:
            spoken = start + longest
        last = spoken + linger
        if last < start + shortest:
            last = start + shortest
        if stop > last:
            stop = last
        if stop > start + longest:
            if start + longest >= spoken - slack:
                stop = start + longest
                cost += curtailed if stop < spoken - gap else 0
            elif spoken < stop:
                stop = spoken
        need = shortest if shortest > readable else readable
        end = spoken + lead_out
        if end < start + need:
            end = start + need
        if end > stop:
            end = stop
        elif limit - end < join and limit <= stop:
            end = limit
        if end <= start:
            end = start + 1
        place = bisect_right(cuts, start) if cuts else 0
        if place >= len(cuts) or cuts[place] >= end + near:
            return cost + price(start, end, spoken, readable, limit, place), end
        least = spoken - slack
        ends = {end, stop, start + shortest, start + need, spoken}
        for cut in cuts[place : bisect_left(cuts, stop + near)]:
            ends.update((cut - gap, cut + near))
        ends = {end for end in ends if start < end <= stop and (end >= least or end == stop)}
        best = min((price(start, end, spoken, readable, limit, place), end) for end in ends)
        return cost + best[0], best[1]

    return settle


class Free:
    """Where nothing stands that captions must not cover. `stands` may overlap."""

    def __init__(self, stands: Sequence[FrameRange], gap: int):
        self._gap = gap
        self._taken: list[FrameRange] = []
        for part in sorted(part for part in stands if part.length):
            if self._taken and part.start <= self._taken[-1].end:
                self._taken[-1] = FrameRange(self._taken[-1].start, max(self._taken[-1].end, part.end))
            else:
                self._taken.append(part)
        self._starts = [part.start for part in self._taken]

    def __bool__(self) -> bool:
        return bool(self._taken)

    def start(self, frame: int) -> int:
        """The first frame from this one on in which a caption may begin, a gap after what stands."""
        place = bisect_right(self._starts, frame) - 1
        if place >= 0:
            frame = max(frame, self._taken[place].end + self._gap)
        while place + 1 < len(self._starts) and self._starts[place + 1] <= frame:
            place += 1
            frame = self._taken[place].end + self._gap
        return frame

    def top(self, start: int, high: int) -> int:
        """Where a caption that begins at `start` has to end at the latest: a gap before what stands, if that leaves a frame of it."""
        place = bisect_right(self._starts, start)
        if place == len(self._starts) or self._starts[place] - self._gap >= high:
            return high
        before = self._starts[place] - self._gap
        return before if before > start else self._starts[place]


@dataclass(frozen=True)
class Wish:
    """A caption whose text is settled: said from `start` up to `spoken`, read in `readable` frames, and to be within `low` and `high`."""

    start: int
    spoken: int
    readable: int
    low: int
    high: int
    alone: bool = False


def space(wishes: Sequence[Wish], pace: Pace, free: Free) -> list[FrameRange]:
    """A range for every wish, in the order given, none overlapping another nor what stands, each at least a frame.

    The cheapest of all for captions shown in the order of `Wish.start`, where each may also wait until there is room. For captions of
    several speeches at once, each of which was laid out as if it were alone.
    """
    settle, seconds = settler(pace), 1 / float(pace.rate)
    order = sorted(range(len(wishes)), key=lambda i: (wishes[i].start, i))

    def starts(wish: Wish) -> dict[int, int]:
        found: dict[int, int] = {}
        for start, price in pace.starts(wish.start, wish.low, True).items():
            at = free.start(start)
            found[at] = min(price + weigh((at - start) * seconds * MOVED), found.get(at, NEVER))
        return found

    steps: list[dict[int, tuple[int, int, int]]] = [{} for _ in range(len(order) + 1)]
    steps[0] = {start: (price, 0, 0) for start, price in (starts(wishes[order[0]]) if order else {NEVER: 0}).items()}
    for number, i in enumerate(order):
        wish, there = wishes[i], steps[number + 1]
        following = wishes[order[number + 1]] if number + 1 < len(order) else None
        best = NEVER
        for start in sorted(steps[number]):
            so_far = steps[number][start][0]
            if so_far >= best and start != wish.start:
                continue
            best = min(best, so_far)
            spoken = max(wish.spoken, start + 1)
            top = free.top(start, wish.high if wish.high > start else start + pace.shortest)
            options = starts(following) if following else {NEVER: 0}
            for stay in (pace.shortest, wish.readable, min(pace.shortest, wish.spoken - wish.start), 1):
                for gap in (pace.gap, 0):
                    after = free.start(start + max(1, stay) + gap)
                    if following and after not in options and after > following.start:
                        options[after] = weigh(UNSYNC + (after - following.start) * seconds * MOVED)
            for after, price in options.items():
                settled = settle(start, spoken, wish.readable, after, top, wish.alone)
                cost = so_far + price + (settled[0] if settled else 0)
                if settled and (after not in there or cost < there[after][0]):
                    there[after] = (cost, start, settled[1])
    ranges = [FrameRange(0, 0)] * len(wishes)
    after = NEVER
    for number in range(len(order), 0, -1):
        _cost, start, end = steps[number][after]
        ranges[order[number - 1]] = FrameRange(start, end)
        after = start
    return ranges
