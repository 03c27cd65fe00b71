"""Which colours each shot of each strip has, and which shots are of one scene: what grades are planned from. Pure."""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from ..ml.facts import Boundary, Colours, Span
from .colour_match import thinned, unlike
from .native_colour import in_bytes, saturated
from .planners.scenes import Shot
from .state import StripRef
from .timebase import FrameRange, first_at

MOST = 900
"""Pixels of a shot that are counted: as many again change a fit by less than a code value."""
SAME, FOREIGN = 0.06, 0.20
"""`colour_match.unlike` of two shots of one thing, and of two that have nothing in common, by so few pixels."""
BACK = 3
"""A shot belongs to a scene of which one of so many shots before it looks like it: those of a conversation take turns."""
HEROES = 5
"""So many of a scene's longest shots may be the one that the others are made like."""


@dataclass(frozen=True, eq=False)
class Piece:
    """What a strip shows of one shot. `colours` (n, 3) sRGB 0..1, none where nobody looked at it. `scene` counts from 0.

    `meets`: the frames over which the shot before it dissolves into it, empty at a cut.
    """

    strip: str
    medium: str
    frames: FrameRange
    span: Span
    colours: np.ndarray
    meets: FrameRange
    scene: int = 0

    @property
    def known(self) -> bool:
        return len(self.colours) > 0


class Samples:
    """The colours of a medium, unpacked once."""

    def __init__(self, facts: Colours) -> None:
        self._rows = np.frombuffer(b64decode(facts.points), np.uint8).reshape(-1, facts.width, 3)
        self._seconds = facts.seconds
        self._rough = [float(seconds) for seconds in facts.seconds]

    def within(self, span: Span) -> np.ndarray:
        """(n, 3) float 0..1: of the samples within `span`, none where there are none."""
        first, after = (first_at(self._seconds, self._rough, moment) for moment in (span.start, span.end))
        return thinned(self._rows[first:after].reshape(-1, 3), MOST) / 255.0


def pixels(facts: Colours) -> np.ndarray:
    """Of all samples, as `Samples.within` gives them."""
    return thinned(np.frombuffer(b64decode(facts.points), np.uint8).reshape(-1, 3), MOST) / 255.0


def pieces(
    strips: Iterable[StripRef], shots: Sequence[Shot], colours: Mapping[str, Colours], saturations: Mapping[str, float]
) -> list[Piece]:
    """Every shot of every strip, in order of time. A strip of whose shots nothing is known is one shot.

    `saturations` are the strips' own, by name: colours are those that modifiers see.
    """
    found = []
    samples = {medium: Samples(facts) for medium, facts in colours.items()}
    beside: dict[tuple[str, int], list[Shot]] = {}
    for shot in sorted(shots, key=lambda shot: shot.frames):
        beside.setdefault((shot.place.medium, shot.place.channel), []).append(shot)
    for strip in strips:
        if strip.source is None or strip.medium not in colours or not strip.frames.length:
            continue
        here = beside.get((strip.medium, strip.channel), [])
        # Shots of one channel follow each other: those of a strip are neighbours.
        first = bisect_right(here, strip.frames.start, key=lambda shot: shot.frames.end)
        within = here[first : bisect_left(here, strip.frames.end, key=lambda shot: shot.frames.start)]
        starts = [strip.frames.start, *(shot.frames.start for shot in within if shot.frames.start > strip.frames.start)]
        begins = {shot.frames.start: shot.begins for shot in within}
        for start, end in zip(starts, [*starts[1:], strip.frames.end], strict=True):
            shown = Span(strip.source.seconds(start), max(strip.source.seconds(start), strip.source.seconds(end)))
            boundary = begins.get(start) if start > strip.frames.start else None
            clear = _undisturbed(shown, boundary, begins.get(end) if end < strip.frames.end else None)
            seen = samples[strip.medium].within(clear)
            seen = seen if len(seen) else samples[strip.medium].within(shown)
            factor = saturations.get(strip.name, 1.0)
            seen = in_bytes(saturated(seen, factor)) if factor != 1 else seen
            found.append(Piece(strip.name, strip.medium, FrameRange(start, end), shown, seen, _meets(strip, boundary, start)))
    return sorted(found, key=lambda piece: (piece.frames, piece.strip))


def _undisturbed(shown: Span, begins: Boundary | None, ends: Boundary | None) -> Span:
    """The part of a shot that is in no transition, all of it where nothing else is left."""
    start = begins.transition.span.end if begins is not None and begins.transition is not None else shown.start
    end = ends.transition.span.start if ends is not None and ends.transition is not None else shown.end
    start, end = max(start, shown.start), min(end, shown.end)
    return Span(start, end) if start < end else shown


def _meets(strip: StripRef, boundary: Boundary | None, start: int) -> FrameRange:
    """The frames of a dissolve or wipe within the strip; of a cut, and of a fade through black or white, there are none."""
    if boundary is None or boundary.transition is None or boundary.transition.kind not in ("dissolve", "wipe"):
        return FrameRange(start, start)
    assert strip.source is not None
    span = boundary.transition.span
    first, after = strip.source.first_frame(span.start), strip.source.first_frame(span.end)
    return FrameRange(max(first, strip.frames.start + 1), max(first, strip.frames.start + 1, min(after, strip.frames.end - 1)))


def in_scenes(found: Sequence[Piece], starts: Sequence[int]) -> list[Piece]:
    """The pieces with their scenes: as the frames `starts` say where scenes begin; without any, what looks alike and follows each other."""
    if starts:
        return [replace(piece, scene=sum(start <= piece.frames.start for start in starts)) for piece in found]
    told: list[Piece] = []
    scene = 0
    for piece in found:
        before = [one for one in told[-BACK:] if one.scene == scene and one.known]
        if told and not any(piece.known and alike(piece, one) >= 0.5 for one in before):
            scene += 1
        told.append(replace(piece, scene=scene))
    return told


def alike(one: Piece, other: Piece) -> float:
    """0..1: whether two shots show the same, however it was exposed."""
    return float(np.clip((FOREIGN - unlike(one.colours, other.colours)) / (FOREIGN - SAME), 0, 1)) if one.known and other.known else 0.0


def hero(scene: Sequence[Piece]) -> Piece | None:
    """The shot of a scene that the others are to look like: the one most of it looks like already. None where nothing is known of it."""
    known = [piece for piece in scene if piece.known]
    longest = sorted(known, key=lambda piece: -piece.frames.length)[:HEROES]
    if len(longest) < 3:
        return longest[0] if longest else None
    weight = [float(piece.frames.length) for piece in longest]
    for one, other in combinations(range(len(longest)), 2):
        shared = alike(longest[one], longest[other])
        weight[one] += shared * longest[other].frames.length
        weight[other] += shared * longest[one].frames.length
    return longest[weight.index(max(weight))]
