"""Beats of music as frames of the timeline: which of them are meant, and which begin a bar. Pure.

Every beat is rounded by itself from its exact time, so that a thousand of them have drifted by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Literal

from ..ml.facts import Beat, Beats
from .places import heard
from .state import StripRef

Pulse = Literal["heard", "double", "half"]
At = Literal["beats", "downbeats", "every"]


@dataclass(frozen=True)
class GridOptions:
    """Which beats are meant.

    `pulse` puts right a tempo that is heard at half or double speed; `shift` says how many beats later than heard bars begin. `at`: all
    beats, those that begin a bar, or one in `every`, counted from the first downbeat. `offset` seconds are added to all. Music whose
    beats are less sure than `least` is left alone.
    """

    pulse: Pulse = "heard"
    shift: int = 0
    at: At = "beats"
    every: int = 4
    offset: Fraction = Fraction(0)
    least: float = 0.2


@dataclass(frozen=True)
class Counted:
    """A beat, the bar it is in (the first whole one is 1) and its place there (1 is the downbeat; 0 where bars are not known)."""

    seconds: Fraction
    bar: int
    place: int
    strength: float


@dataclass(frozen=True)
class Tick:
    """A beat on the timeline: at the beginning of `frame`, heard through `strip`. `moment` is its exact time in the medium."""

    frame: int
    moment: Fraction
    medium: str
    strip: str
    bar: int
    place: int
    strength: float
    confidence: float

    @property
    def name(self) -> str:
        """What a marker of it is called: "Bar 5", "5.2", or "Beat" where bars are not known."""
        if not self.place:
            return "Beat"
        return f"Bar {self.bar}" if self.place == 1 else f"{self.bar}.{self.place}"


def counted(facts: Beats, options: GridOptions) -> tuple[Counted, ...]:
    """Every beat, at the pulse that is meant, with its bar and place. `at` is not yet obeyed."""
    beats = list(facts.beats)
    if options.pulse == "double":
        beats = _doubled(beats, facts.meter)
    elif options.pulse == "half":
        beats = _halved(beats, facts.meter)
    downs = [beats[number - options.shift].downbeat if 0 <= number - options.shift < len(beats) else False for number in range(len(beats))]
    if options.shift and facts.meter and any(downs):
        downs = _filled(downs, facts.meter)
    first = downs.index(True) if any(downs) else None
    found = []
    bar = place = 0
    for number, (beat, down) in enumerate(zip(beats, downs, strict=True)):
        if first is None:
            bar, place = 1, 0
        elif number < first:
            bar, place = 0, max(1, facts.meter - (first - number) + 1)
        elif down:
            bar, place = bar + 1, 1
        else:
            place += 1
        found.append(Counted(beat.seconds, bar, place, beat.strength))
    return tuple(found)


def _doubled(beats: Sequence[Beat], meter: int) -> list[Beat]:
    """A beat between any two that follow each other; bars are as many beats long as before, so there are twice as many."""
    if len(beats) < 2:
        return list(beats)
    usual = median(after.seconds - before.seconds for before, after in pairwise(beats))
    found = []
    for before, after in pairwise(beats):
        found.append(before)
        if after.seconds - before.seconds < 2 * usual:
            found.append(Beat((before.seconds + after.seconds) / 2, False, min(before.strength, after.strength) / 2))
    return _counted_on([*found, beats[-1]], meter)


def _halved(beats: Sequence[Beat], meter: int) -> list[Beat]:
    """Every second beat: those among which more begin a bar."""
    downs = [sum(beat.downbeat for beat in beats[first::2]) for first in (0, 1)]
    return _counted_on(list(beats[int(downs[1] > downs[0]) :: 2]), meter, afresh=True)


def _counted_on(beats: list[Beat], meter: int, afresh: bool = False) -> list[Beat]:
    """The downbeats anew: every `meter` beats from a heard one. Each heard one begins the count again, `afresh` only the first."""
    if not meter or not any(beat.downbeat for beat in beats):
        return beats
    found, since = [], None
    for beat in beats:
        heard_here = beat.downbeat and (since is None or not afresh)
        since = 0 if heard_here else None if since is None else (since + 1) % meter
        found.append(replace(beat, downbeat=since == 0))
    return found


def _filled(downs: list[bool], meter: int) -> list[bool]:
    """Downbeats also where the shift left room for one, before the first and after the last."""
    first, last = downs.index(True), len(downs) - 1 - downs[::-1].index(True)
    before = {number for number in range(first) if (first - number) % meter == 0}
    after = {number for number in range(last + 1, len(downs)) if (number - last) % meter == 0}
    return [down or number in before or number in after for number, down in enumerate(downs)]


def wanted(beats: Sequence[Counted], options: GridOptions) -> tuple[Counted, ...]:
    """Those of the beats that `options` mean. Where bars are not known, every fourth beat from the first stands for a downbeat."""
    if options.at == "beats":
        return tuple(beats)
    first = next((number for number, beat in enumerate(beats) if beat.place == 1), 0)
    known = any(beat.place == 1 for beat in beats)
    if options.at == "downbeats" and known:
        return tuple(beat for beat in beats if beat.place == 1)
    step = options.every if options.at == "every" else 4
    return tuple(beat for number, beat in enumerate(beats) if (number - first) % max(1, step) == 0)


def ticks(
    beats: Mapping[str, Beats], strips: Sequence[StripRef], options: GridOptions, chosen: bool = True
) -> tuple[tuple[Tick, ...], tuple[str, ...]]:
    """(the beats that are heard through these strips, in order of frame, none twice; sentences for the user).

    `strips` have maps that count in their sound's time (`proposals.as_heard`). `chosen` False: all beats, whatever `at` says.
    """
    found: dict[int, Tick] = {}
    notices: list[str] = []
    for place in heard(strips):
        facts = beats.get(place.medium)
        if facts is None:
            continue
        if facts.beats and facts.confidence < options.least:
            sure = f"{facts.confidence:.0%} sure, less than {options.least:.0%}"
            notices.append(f"{place.strip!r} has no regular beat ({sure}), and is left alone.")
            continue
        numbered = counted(facts, options)
        span = place.span
        for beat in wanted(numbered, options) if chosen else numbered:
            moment = beat.seconds + options.offset
            frame = place.source.nearest_frame(moment)
            if span.holds(beat.seconds) and place.frames.holds(frame) and frame not in found:
                found[frame] = Tick(
                    frame, beat.seconds, place.medium, place.strip, beat.bar, beat.place, beat.strength, facts.confidence
                )  # fmt: skip
    return tuple(found[frame] for frame in sorted(found)), tuple(dict.fromkeys(notices))
