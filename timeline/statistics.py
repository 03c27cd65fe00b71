"""What a cut is made of, in numbers: who and what is on screen how long, how the mood goes, how fast it is cut. Pure.

Rhythm as film scholars count it: the mean (average shot length: Barry Salt, "Statistical Style Analysis of Motion Pictures", Film
Quarterly 28, 1974) and the median beside it, since lengths are skewed; and cuts a minute over time, in a sliding window (as in Yuri
Tsivian's Cinemetrics, and James Cutting, Jordan DeLong and Christine Nothelfer, "Attention and the Evolution of Hollywood Film",
Psychological Science 21, 2010). The mood arc is a mean over a sliding window, each shot weighted by its length (after Andrew Reagan
et al., "The emotional arcs of stories are dominated by six basic shapes", EPJ Data Science 5, 2016).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from statistics import mean, median, pstdev

from .on_top import on_top, share_seen
from .shot_log import Placed, Seen
from .timebase import FrameRange

STEPS = 200
"""Points of a curve over time."""
WINDOWS = 12
"""A sliding window is a twelfth of what is seen,"""
SHORTEST_WINDOW, LONGEST_WINDOW = 10.0, 60.0
"""but at least and at most so many seconds."""


@dataclass(frozen=True)
class Share:
    """Something and how long it is seen: `seconds`, its `share` 0..1 of all that is seen, in how many `shots`, first at `frame`."""

    label: str
    seconds: float
    share: float
    shots: int
    frame: int


@dataclass(frozen=True)
class Sample:
    """A curve's `value` at `seconds` since the first frame that is seen."""

    seconds: float
    value: float


@dataclass(frozen=True)
class Rhythm:
    """Lengths of the shots in seconds. `cuts` are those between two shots that meet; `rate` is cuts a minute over time, each the mean
    over `window` seconds around it."""

    mean: float
    median: float
    deviation: float
    shortest: float
    longest: float
    cuts: int
    window: float
    rate: tuple[Sample, ...]


@dataclass(frozen=True)
class Arc:
    """How the mood goes: `valence` and `arousal` -1..1 over time, each the mean over `window` seconds around it. Empty: not known."""

    window: float
    valence: tuple[Sample, ...] = ()
    arousal: tuple[Sample, ...] = ()


@dataclass(frozen=True)
class Statistics:
    """`seen` are the shots as a viewer sees them; `seconds` how long that is in all, without gaps. `zero` is the timeline's first frame
    of it, `rate` its frames a second. `speech` is the share of time at which somebody speaks, None: not known. `words` are words a
    minute. `grade` is the mean quality 0..1, weighted by length, None: not known. `missing` counts the shots without an engine's facts.
    """

    rate: Fraction
    zero: int
    seconds: float
    seen: tuple[Placed, ...]
    rhythm: Rhythm | None
    arc: Arc
    people: tuple[Share, ...] = ()
    objects: tuple[Share, ...] = ()
    concepts: tuple[Share, ...] = ()
    moods: tuple[Share, ...] = ()
    sizes: tuple[Share, ...] = ()
    movements: tuple[Share, ...] = ()
    places: tuple[Share, ...] = ()
    lights: tuple[Share, ...] = ()
    flaws: tuple[Share, ...] = ()
    speech: float | None = None
    words: float | None = None
    grade: float | None = None
    missing: tuple[tuple[str, int], ...] = ()

    def at(self, frame: int) -> float:
        """The seconds since the first frame that is seen."""
        return float((frame - self.zero) / self.rate)


def statistics(placed: Sequence[Placed], rate: Fraction, speech: Iterable[FrameRange] | None = None) -> Statistics:
    """All of it. `speech` are the frames at which somebody speaks, None where that is not known."""
    seen = on_top(placed)
    zero = seen[0].frames.start if seen else 0
    seconds = float(sum(one.frames.length for one in seen) / rate)
    length = float((seen[-1].frames.end - zero) / rate) if seen else 0.0
    window = min(LONGEST_WINDOW, max(SHORTEST_WINDOW, length / WINDOWS))
    counted = _Counted(seen, rate, seconds)
    graded = [one for one in seen if one.logged.quality or one.logged.grade]
    missing: dict[str, int] = defaultdict(int)
    for one in seen:
        for engine in one.logged.missing:
            missing[engine] += 1
    return Statistics(
        rate,
        zero,
        seconds,
        seen,
        _rhythm(seen, rate, zero, length, window) if seen else None,
        _arc(seen, rate, zero, length, window),
        people=counted.things(lambda one: one.logged.people),
        objects=counted.things(lambda one: one.logged.objects),
        concepts=counted.things(lambda one: one.logged.concepts),
        moods=counted.words(lambda one: (one.logged.mood.label,) if one.logged.mood else ()),
        sizes=counted.words(lambda one: (one.logged.size,)),
        movements=counted.words(lambda one: (one.logged.movement,)),
        places=counted.words(lambda one: (one.logged.place,)),
        lights=counted.words(lambda one: (one.logged.light,)),
        flaws=counted.words(lambda one: one.logged.flaws),
        speech=_spoken(seen, speech) if speech is not None else None,
        words=_pace(seen, rate, seconds),
        grade=_weighted((one.logged.grade, one.frames.length) for one in graded) if graded else None,
        missing=tuple(sorted(missing.items())),
    )


def screen_time(seen: Sequence[Placed], rate: Fraction, of: Callable[[Placed], Iterable[Seen]]) -> tuple[Share, ...]:
    """How long what `of` tells of each shot is seen, the longest first. `seen` as `on_top` gives them."""
    return _Counted(seen, rate, float(sum(one.frames.length for one in seen) / rate)).things(of)


class _Counted:
    """Sums of seconds by what is seen."""

    def __init__(self, seen: Sequence[Placed], rate: Fraction, seconds: float) -> None:
        self._seen, self._rate, self._seconds = seen, rate, seconds

    def things(self, of: Callable[[Placed], Iterable[Seen]]) -> tuple[Share, ...]:
        """By label: of a piece that shows half of its shot, half the time. What is told of one label several times overlaps: the longest
        counts."""
        found: dict[str, list[tuple[float, Placed]]] = defaultdict(list)
        for one in self._seen:
            part, most = share_seen(one, self._rate), one.frames.length / float(self._rate)
            longest: dict[str, float] = {}
            for thing in of(one):
                longest[thing.label] = max(longest.get(thing.label, 0.0), min(most, thing.seconds * part))
            for label, seconds in longest.items():
                found[label].append((seconds, one))
        return self._ranked(found)

    def words(self, of: Callable[[Placed], Iterable[str]]) -> tuple[Share, ...]:
        """By label, the whole length of each piece that has it."""
        found: dict[str, list[tuple[float, Placed]]] = defaultdict(list)
        for one in self._seen:
            for label in dict.fromkeys(of(one)):
                if label:
                    found[label].append((one.frames.length / float(self._rate), one))
        return self._ranked(found)

    def _ranked(self, found: dict[str, list[tuple[float, Placed]]]) -> tuple[Share, ...]:
        shares = []
        for label, pieces in found.items():
            seconds = sum(seconds for seconds, _ in pieces)
            shots = len({(one.strip, one.number) for _, one in pieces})
            shares.append(Share(label, seconds, seconds / self._seconds if self._seconds else 0.0, shots, pieces[0][1].frames.start))
        return tuple(sorted(shares, key=lambda share: (-share.seconds, share.frame, share.label)))


def _rhythm(seen: Sequence[Placed], rate: Fraction, zero: int, length: float, window: float) -> Rhythm:
    lengths = [float(one.frames.length / rate) for one in seen]
    cuts = [float((after.frames.start - zero) / rate) for before, after in pairwise(seen) if before.frames.end == after.frames.start]
    curve = []
    for middle in _steps(length):
        first, last = max(0.0, middle - window / 2), min(length, middle + window / 2)
        there = bisect_right(cuts, last) - bisect_right(cuts, first)
        curve.append(Sample(middle, 60 * there / (last - first) if last > first else 0.0))
    return Rhythm(mean(lengths), median(lengths), pstdev(lengths), min(lengths), max(lengths), len(cuts), window, tuple(curve))


def _arc(seen: Sequence[Placed], rate: Fraction, zero: int, length: float, window: float) -> Arc:
    """Sums up to each shot's end make any window's mean two look-ups."""
    felt = [(one.frames, one.logged.mood) for one in seen if one.logged.mood is not None]
    if not felt:
        return Arc(window)
    spans = [(float((frames.start - zero) / rate), float((frames.end - zero) / rate)) for frames, _ in felt]
    starts = [start for start, _ in spans]
    sums = {
        "valence": [0.0, *accumulate(mood.valence * (end - start) for (start, end), (_, mood) in zip(spans, felt, strict=True))],
        "arousal": [0.0, *accumulate(mood.arousal * (end - start) for (start, end), (_, mood) in zip(spans, felt, strict=True))],
        "time": [0.0, *accumulate(end - start for start, end in spans)],
    }
    values = {
        "valence": [mood.valence for _, mood in felt],
        "arousal": [mood.arousal for _, mood in felt],
        "time": [1.0] * len(felt),
    }

    def up_to(what: str, second: float) -> float:
        number = bisect_right(starts, second)
        if not number:
            return 0.0
        start, end = spans[number - 1]
        return sums[what][number - 1] + values[what][number - 1] * (min(second, end) - start)

    curves: dict[str, list[Sample]] = {"valence": [], "arousal": []}
    for middle in _steps(length):
        first, last = max(0.0, middle - window / 2), min(length, middle + window / 2)
        time = up_to("time", last) - up_to("time", first)
        for what, samples in curves.items():
            if time > 1e-9:
                samples.append(Sample(middle, (up_to(what, last) - up_to(what, first)) / time))
    return Arc(window, tuple(curves["valence"]), tuple(curves["arousal"]))


def _steps(length: float) -> list[float]:
    return [length * step / STEPS for step in range(STEPS + 1)]


def _spoken(seen: Sequence[Placed], speech: Iterable[FrameRange]) -> float:
    """The share of the frames that are seen at which somebody speaks. Ranges may overlap."""
    joined: list[FrameRange] = []
    for part in sorted(speech):
        if joined and part.start <= joined[-1].end:
            joined[-1] = FrameRange(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    frames = sum(one.frames.length for one in seen)
    both = place = 0
    for one in seen:
        while place < len(joined) and joined[place].end <= one.frames.start:
            place += 1
        number = place
        while number < len(joined) and joined[number].start < one.frames.end:
            both += min(joined[number].end, one.frames.end) - max(joined[number].start, one.frames.start)
            number += 1
    return both / frames if frames else 0.0


def _pace(seen: Sequence[Placed], rate: Fraction, seconds: float) -> float | None:
    """Words a minute; of a piece that shows half of its shot, half the words."""
    if not seconds or all("transcript" in one.logged.missing for one in seen):
        return None
    words = sum(len(one.logged.words.split()) * share_seen(one, rate) for one in seen)
    return 60 * words / seconds


def _weighted(pairs: Iterable[tuple[float, int]]) -> float:
    pairs = list(pairs)
    return sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)
