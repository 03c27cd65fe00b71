"""Where on the timeline the parts of a medium are seen and heard, found without scanning every strip for every moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from ..ml.facts import Span
from .state import StripRef
from .timebase import FrameRange, SourceMap

SAME_TIME = Fraction(1, 2)
"""Two strips of one medium that differ by no more than this many seconds show and sound the same thing together."""
_BUCKET, _FRAMES, _MARGIN = 10, 256, 0.001


@dataclass(frozen=True)
class Place:
    """Part of a strip, or all of it, at which its medium is seen or heard."""

    strip: str
    medium: str
    channel: int
    frames: FrameRange
    source: SourceMap

    @cached_property
    def span(self) -> Span:
        return Span(self.source.seconds(self.frames.start), self.source.seconds(self.frames.end))


def _mapped(strips: Iterable[StripRef]) -> list[StripRef]:
    found = [s for s in strips if s.source is not None and s.medium and s.kind in ("MOVIE", "SOUND") and s.frames.length]
    return sorted(found, key=lambda s: (s.frames.start, s.kind != "SOUND", s.channel, s.name))


def companions(strips: Iterable[StripRef]) -> dict[str, tuple[StripRef, ...]]:
    """For each mapped strip the others of its medium that stand over it in time and agree with it about the time of the medium."""
    pairs: dict[str, list[StripRef]] = {}
    active: dict[str, list[StripRef]] = defaultdict(list)
    for strip in _mapped(strips):
        pairs[strip.name] = []
        assert strip.source is not None
        running = [other for other in active[strip.medium] if other.frames.end > strip.frames.start]
        here = strip.source.roughly(strip.frames.start)
        for other in running:
            assert other.source is not None
            if abs(other.source.roughly(strip.frames.start) - here) <= SAME_TIME:
                pairs[strip.name].append(other)
                pairs[other.name].append(strip)
        running.append(strip)
        active[strip.medium] = running
    return {name: tuple(others) for name, others in pairs.items()}


def _minus(ranges: list[FrameRange], taken: FrameRange) -> list[FrameRange]:
    left = []
    for part in ranges:
        if not part.overlaps(taken):
            left.append(part)
            continue
        if part.start < taken.start:
            left.append(FrameRange(part.start, taken.start))
        if taken.end < part.end:
            left.append(FrameRange(taken.end, part.end))
    return left


def heard(strips: Iterable[StripRef]) -> list[Place]:
    """Every part of the timeline at which a medium is heard through these strips, once.

    Muted strips are not heard. Movie strips stand in for their sound only where the medium has no sound strip among them:
    else what that sounds is all that is heard, wherever it was cut or moved to. What two strips say together is heard
    through the first.
    """
    strips = list(strips)
    sounding = {strip.medium for strip in strips if strip.kind == "SOUND"}
    silent = {strip.name for strip in strips if strip.kind == "MOVIE" and strip.medium in sounding}
    mapped = _mapped(strips)
    return _parts(mapped, companions(mapped), silent)


def audible(strips: Iterable[StripRef], beside: Mapping[str, Sequence[StripRef]]) -> list[Place]:
    """The places at which a medium may be heard, whichever strips are chosen: what earlier runs wrote is looked for there.

    A movie strip is none of them where it, or a piece cut from the same strip, has a sound strip beside it (`companions`).
    """
    mapped = _mapped(strips)
    return _parts(mapped, beside, _with_sound(mapped, beside))


def _parts(strips: Sequence[StripRef], beside: Mapping[str, Sequence[StripRef]], silent: Collection[str]) -> list[Place]:
    rank = {strip.name: (strip.kind != "SOUND", place) for place, strip in enumerate(strips)}
    places = []
    for strip in strips:
        if strip.muted or strip.name in silent:
            continue
        ranges = [strip.frames]
        for other in beside[strip.name]:
            if not other.muted and rank[other.name] < rank[strip.name]:
                ranges = _minus(ranges, other.frames)
        assert strip.source is not None
        places += [Place(strip.name, strip.medium, strip.channel, part, strip.source) for part in ranges]
    return sorted(places, key=_in_time)


def _in_time(place: Place) -> tuple[int, int, int]:
    return place.frames.start, place.frames.end, place.channel


def _with_sound(strips: Iterable[StripRef], beside: Mapping[str, Sequence[StripRef]]) -> set[str]:
    """The movie strips that are silent, for they, or a piece cut from the same strip, have a sound strip beside them."""
    movies = [strip for strip in strips if strip.kind == "MOVIE"]
    silent = {movie.name for movie in movies if any(other.kind == "SOUND" for other in beside[movie.name])}
    if 0 < len(silent) < len(movies):
        for chain in chains(seen(movies), one_channel=True):
            names = {place.strip for place in chain}
            if not silent.isdisjoint(names):
                silent |= names
    return silent


def seen(strips: Iterable[StripRef]) -> list[Place]:
    """Every movie strip whose source map is known, as a place, in order of time."""
    return [
        Place(strip.name, strip.medium, strip.channel, strip.frames, strip.source)
        for strip in _mapped(strips)
        if strip.kind == "MOVIE" and strip.source is not None
    ]


def chains(places: Sequence[Place], *, one_channel: bool) -> list[list[Place]]:
    """The places joined to runs in which the medium goes on without a jump: what cuts made of one strip, put together again."""
    open_ends: dict[tuple[str, int, int], list[list[Place]]] = defaultdict(list)
    found = []
    for place in sorted(places, key=_in_time):
        channel = place.channel if one_channel else 0
        waiting = open_ends[(place.medium, channel, place.frames.start)]
        for chain in waiting:
            if goes_on(chain[-1].source, place.source, place.frames.start):
                waiting.remove(chain)
                chain.append(place)
                break
        else:
            chain = [place]
            found.append(chain)
        open_ends[(place.medium, channel, place.frames.end)].append(chain)
    return found


def goes_on(left: SourceMap, right: SourceMap, frame: int) -> bool:
    """Whether the medium goes on from one map to the other at this frame without a jump of half a frame."""
    return left is right or abs(left.seconds(frame) - right.seconds(frame)) * right.rate * 2 <= 1


class Index:
    """Looks places up by the part of the medium they show."""

    def __init__(self, places: Iterable[Place]):
        self._buckets: dict[tuple[str, int], list[tuple[float, float, Place]]] = defaultdict(list)
        self._over: dict[int, list[Place]] = defaultdict(list)
        for place in places:
            for number in range(place.frames.start // _FRAMES, place.frames.end // _FRAMES + 1):
                self._over[number].append(place)
            first, last = (place.source.roughly(frame) for frame in (place.frames.start, place.frames.end))
            for number in range(int((first - _MARGIN) // _BUCKET), int((last + _MARGIN) // _BUCKET) + 1):
                self._buckets[(place.medium, number)].append((first, last, place))

    def over(self, frame: int) -> list[Place]:
        """The places that stand over a timeline frame, or end with it."""
        return [place for place in self._over.get(frame // _FRAMES, ()) if place.frames.start <= frame <= place.frames.end]

    def touching(self, medium: str, start: Fraction, end: Fraction) -> list[Place]:
        """The places that show any of start..end, or begin or end with it, in order of time on the timeline.

        Give or take a millisecond: to look places up, not to decide by.
        """
        low, high = float(start) - _MARGIN, float(end) + _MARGIN
        found: dict[tuple[int, int, int, str], Place] = {}
        for number in range(int(low // _BUCKET), int(high // _BUCKET) + 1):
            for first, last, place in self._buckets.get((medium, number), ()):
                if first <= high and low <= last:
                    found[(*_in_time(place), place.strip)] = place
        return [found[key] for key in sorted(found)]
