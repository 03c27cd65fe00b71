"""Where the picture changes: pieces of film begin, and boundaries inside them are known. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ..ml.facts import Shots
from .corrections import Corrections, decided
from .places import seen
from .state import Timeline


def picture_cuts(timeline: Timeline, shots: Mapping[str, Shots], sensitivity: float, corrections: Corrections) -> tuple[int, ...]:
    """The first frames of shots, rising: where a movie strip begins, or goes over to another, and where a boundary that holds is seen.

    `shots` are the facts by medium, for those that were looked at. Muted strips are not seen.
    """
    muted = {strip.name for strip in timeline.strips if strip.muted}
    places = [place for place in seen(timeline.strips) if place.strip not in muted]
    found = {place.frames.start for place in places}
    held = {medium: decided(medium, facts.boundaries, sensitivity, corrections) for medium, facts in shots.items()}
    for place in places:
        frames = (place.source.first_frame(one.seconds) for one in held.get(place.medium, ()))
        found.update(frame for frame in frames if place.frames.holds(frame))
    return tuple(sorted(found))
