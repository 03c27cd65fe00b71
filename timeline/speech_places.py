"""Where speech is heard on the timeline, in the time of its words, and which frames a part of it takes there. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..ml.facts import Span, Transcript
from .places import Place, heard
from .state import StripRef
from .timebase import FrameRange


def spoken(
    strips: Sequence[StripRef], transcripts: Mapping[str, Transcript], origins: Mapping[str, Fraction] | None = None
) -> list[Place]:
    """Every place at which a medium with a transcript is heard. A movie strip's map counts in its pictures' time, words in the sound's:
    `origins` says where the pictures of each medium begin in its container, where that is known."""
    kinds = {strip.name: strip.kind for strip in strips}
    places = []
    for place in heard(strips):
        if place.medium not in transcripts:
            continue
        picture = (origins or {}).get(place.medium)
        if kinds[place.strip] == "MOVIE" and picture is not None:
            trim = place.source.trim + picture - transcripts[place.medium].origin
            place = replace(place, source=replace(place.source, trim=trim))
        places.append(place)
    return places


def within(span: Span, place: Place) -> FrameRange:
    """The frames of a place that lie wholly within a span: empty where there are none."""
    start = max(place.frames.start, math.ceil(place.source.frame(span.start)))
    return FrameRange(start, max(start, min(place.frames.end, math.floor(place.source.frame(span.end)))))


def shown(frames: FrameRange, place: Place) -> Span:
    """The part of the medium that these frames of a place play."""
    return Span(place.source.seconds(frames.start), place.source.seconds(frames.end))


def held(strip: StripRef, by_name: Mapping[str, StripRef]) -> str:
    """Why a strip, or one that is cut with it, must not be changed; "" when it may."""
    together = (strip, *(by_name[name] for name in strip.partners if name in by_name))
    return next((f"{one.name} is not cut: {one.held}." for one in together if one.held), "")
