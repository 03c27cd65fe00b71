"""From beats to markers. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ...ml.facts import Beats
from ..beat_grid import GridOptions, Tick, ticks
from ..plan import Identity, Marker, Plan, Why
from ..standing import Standing
from ..state import StripRef
from .shots import TOLERANCE


@dataclass(frozen=True)
class BeatMarkerOptions:
    """`markers` False: none are wanted, and those of earlier runs go."""

    grid: GridOptions = field(default_factory=GridOptions)
    markers: bool = True


def plan(beats: Mapping[str, Beats], strips: Sequence[StripRef], options: BeatMarkerOptions, standing: Standing) -> Plan:
    """A marker of the kind "beat" for every beat that is meant and heard through `strips`, whose maps count in their sound's time.

    Nothing is planned where the editor deleted such a marker. Beats of one medium are known by their time in it.
    """
    media = tuple((medium, "beat") for medium in sorted({strip.medium for strip in strips if strip.medium}))
    names = tuple(strip.name for strip in strips)
    found, notices = ticks(beats, strips, options.grid)
    gone: dict[str, list[Fraction]] = defaultdict(list)
    for claim in standing.claims:
        if claim.identity.kind == "beat" and claim.state == "deleted":
            for strip in claim.strips:
                gone[strip].append(claim.identity.start)
    for moments in gone.values():
        moments.sort()
    edits = tuple(_marker(tick, beats[tick.medium]) for tick in found if options.markers and not _near(gone[tick.strip], tick.moment))
    if options.markers and not found and not notices:
        notices = ("No beats were heard.",)
    return Plan(edits, notices, media, names)  # type: ignore[arg-type]


def _near(moments: Sequence[Fraction], moment: Fraction) -> bool:
    place = bisect_left(moments, moment - TOLERANCE)
    return place < len(moments) and moments[place] <= moment + TOLERANCE


def _marker(tick: Tick, facts: Beats) -> Marker:
    where = f"beat {tick.place} of bar {tick.bar}" if tick.place else "a beat"
    bars = f"; bars of {facts.meter} are {facts.bar_confidence:.0%} sure" if tick.place == 1 and facts.meter else ""
    why = Why(round(tick.confidence, 4), f"{where}, {facts.tempo:g} beats a minute, by {facts.method}{bars}")
    return Marker(Identity(tick.medium, "beat", tick.moment, tick.moment), why, tick.frame, tick.name, tick.strip)
