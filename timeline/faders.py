"""How loud strips are played, as curves: fades told from the rest, layers multiplied, the editor's own kept apart from ours. Pure.

What a sound strip is played at is the product of what the editor set (`Mix.own`: a volume, and how it fades in and out) and of two
layers of factors, one that ducks and one that brings it to a level. Curves are straight between their points, as Blender's linear
keyframes are, and stay as they are before the first and after the last.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..ml.codec import from_json, to_json
from ..ml.errors import EditorError
from .timebase import FrameRange, SourceMap

Layer = Literal["duck", "level"]
Place = int | float | Fraction
Curve = tuple[tuple[Fraction, float], ...]
"""(place, factor), rising. Places are timeline frames, or seconds of a medium; no points: 1 everywhere."""

SILENT = 0.01
"""A strip that begins or ends below this share of its volume (-40 dB) fades in or out."""
SAME = 0.005
"""Share of a volume (0.04 dB) by which two may differ and still be the same: Blender keeps single precision."""
LINEAR = "LINEAR"
EVERY = Fraction(1)
"""Frames between keyframes that stand at every frame."""


@dataclass(frozen=True)
class Fader:
    """How a sound strip's volume stands. `steady` where no keyframes are; `points` are keyframes (frame, volume) in order and `shapes`
    how each goes on to the next, in Blender's words. `held`: why nobody can say what is heard or set it ("it is driven")."""

    steady: float = 1.0
    points: tuple[tuple[float, float], ...] = ()
    shapes: tuple[str, ...] = ()
    held: str = ""

    @property
    def curve(self) -> Curve:
        """Its keyframes, else the steady volume everywhere."""
        points = tuple((Fraction(frame).limit_denominator(1000), value) for frame, value in self.points)
        return points or ((Fraction(0), self.steady),)

    @property
    def silent(self) -> bool:
        """Whether nothing is ever heard."""
        return all(value <= 0 for _frame, value in self.curve)


@dataclass(frozen=True)
class Faded:
    """A volume taken apart: it fades in up to frame `rises`, out from `falls` on, and is `inside` in between."""

    rises: Fraction
    falls: Fraction
    inside: Curve
    plain: bool = True
    """Straight between keyframes inside, so that `inside` is what is heard."""

    @property
    def steady(self) -> float | None:
        """The volume between the fades where it is one, None where it changes."""
        first = self.inside[0][1]
        return first if self.plain and all(alike(value, first) for _place, value in self.inside) else None


@dataclass(frozen=True)
class Mix:
    """What the ledger keeps of a strip's volume. Places are seconds of the medium. `own` are the editor's keyframes as they were found
    (seconds, volume, shape), () where there were none. `final` is what was written, fades aside."""

    base: float = 1.0
    own: tuple[tuple[Fraction, float, str], ...] = ()
    duck: Curve = ()
    level: Curve = ()
    final: Curve = ()

    @property
    def factor(self) -> Curve:
        return product(self.duck, self.level)

    def with_layer(self, layer: Layer, curve: Curve) -> Mix:
        return replace(self, duck=curve) if layer == "duck" else replace(self, level=curve)


def dump(mix: Mix) -> str:
    return json.dumps(to_json(mix), separators=(",", ":"))


def load(text: str) -> Mix:
    """What `dump` wrote. Raises ValueError for anything else."""
    try:
        return from_json(Mix, json.loads(text))
    except (EditorError, TypeError, KeyError, AttributeError) as reason:
        raise ValueError(f"{text!r} is no mix") from reason


def alike(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(one, other, 0.02)


def at(curve: Curve, place: Place) -> float:
    """The factor at a place."""
    if not curve:
        return 1.0
    number = bisect_right(curve, place, key=lambda point: point[0])
    if number == 0:
        return curve[0][1]
    here, value = curve[number - 1]
    if number == len(curve):
        return value
    there, following = curve[number]
    return value + (following - value) * float((Fraction(place) - here) / (there - here))


def product(*curves: Curve) -> Curve:
    """Their product, exact at every point of any of them."""
    places = sorted({place for curve in curves for place, _factor in curve})
    return simple(tuple((place, _times(at(curve, place) for curve in curves)) for place in places))


def _times(factors: object) -> float:
    total = 1.0
    for factor in factors:  # type: ignore[attr-defined]
        total *= factor
    return total


def scaled(curve: Curve, factor: float) -> Curve:
    return tuple((place, value * factor) for place, value in curve)


def simple(curve: Curve) -> Curve:
    """Without the points that lie on the straight line between their neighbours, and one point where nothing changes."""
    kept: list[tuple[Fraction, float]] = []
    for number, (place, value) in enumerate(curve):
        if kept and number + 1 < len(curve) and alike(at((kept[-1], curve[number + 1]), place), value):
            continue
        kept.append((place, value))
    if all(alike(value, kept[0][1]) for _place, value in kept[1:]):
        kept = kept[:1]
    return tuple(kept)


def clipped(curve: Curve, start: Place, end: Place) -> Curve:
    """The part from `start` to `end`, with a point at both. `end` may be `start`: one point."""
    first, last = Fraction(start), Fraction(end)
    inside = tuple(point for point in curve if first < point[0] < last)
    begins, ends = ((first, at(curve, first)),), ((last, at(curve, last)),) if last > first else ()
    return (*begins, *inside, *ends)


def mapped(curve: Curve, to: Callable[[Fraction], Fraction]) -> Curve:
    return tuple((to(place), value) for place, value in curve)


def to_frames(curve: Curve, source: SourceMap) -> Curve:
    """Seconds of a medium as frames of the timeline."""
    return mapped(curve, source.frame)


def to_seconds(curve: Curve, source: SourceMap) -> Curve:
    """Frames of the timeline as seconds of a medium."""
    return mapped(curve, source.seconds)


def same(one: Curve, other: Curve, start: Place, end: Place) -> bool:
    """Whether both are heard alike from `start` to `end`."""
    places = {place for curve in (clipped(one, start, end), clipped(other, start, end)) for place, _value in curve}
    return all(alike(at(one, place), at(other, place)) for place in places)


def taken_apart(fader: Fader, frames: FrameRange) -> Faded:
    """Fades at the ends of a strip, and what is between them."""
    curve, start, end = fader.curve, Fraction(frames.start), Fraction(frames.end)
    rises = _faded_to([point for point in curve if start < point[0] < end], at(curve, start), start)
    falls = _faded_to([point for point in reversed(curve) if max(start + EVERY, rises) <= point[0] < end], at(curve, end), end)
    return Faded(rises, falls, clipped(curve, rises, falls), _straight(fader, rises, falls))


def _faded_to(points: Sequence[tuple[Fraction, float]], edge: float, place: Fraction) -> Fraction:
    """Where a fade that begins at `place` with the volume `edge` ends; `place` itself where there is none.

    It is one line, or as many keyframes as there are frames, which is what is left of a fade that was multiplied with another curve.
    """
    reached = place
    highest = 0.0
    for there, value in points:
        near = reached != place and abs(there - reached) <= EVERY and value > highest and not alike(value, highest)
        if reached == place or near:
            reached, highest = there, value
        else:
            break
    return reached if edge <= SILENT * highest else place


def _straight(fader: Fader, start: Fraction, end: Fraction) -> bool:
    """Whether every keyframe inside goes on in a straight line, or to one of the same volume."""
    following = [*fader.points[1:], (0.0, -1.0)]
    for (frame, value), (there, after), shape in zip(fader.points, following, fader.shapes, strict=False):
        inside = start <= frame and there <= end and after >= 0
        if inside and shape != LINEAR and not alike(value, after):
            return False
    return True


def composed(mix: Mix, faded: Faded, now: Fader, frames: FrameRange, source: SourceMap) -> Fader:
    """What is to be set so that the editor's volume with his fades is heard times both layers."""
    factor = clipped(to_frames(mix.factor, source), faded.rises, faded.falls) if mix.factor else ((faded.rises, 1.0),)
    inside = simple(scaled(factor, mix.base))
    fading = faded.rises > frames.start or faded.falls < frames.end
    if len(inside) == 1:
        if not fading:
            return Fader(inside[0][1])
        return _louder(now, faded, inside[0][1])
    points, curve = list(inside), now.curve
    if faded.rises > frames.start:
        points.insert(0, (Fraction(frames.start), min(at(curve, frames.start), SILENT * points[0][1])))
    elif alike(points[0][1], points[1][1]):
        del points[0]
    if faded.falls < frames.end:
        points.append((Fraction(frames.end), min(at(curve, frames.end), SILENT * points[-1][1])))
    elif alike(points[-1][1], points[-2][1]):
        del points[-1]
    return Fader(mix.base, tuple((float(frame), value) for frame, value in points), (LINEAR,) * len(points))


def _louder(now: Fader, faded: Faded, volume: float) -> Fader:
    """The fades alone, with this volume in between, in the shapes they have; what lay between the fades is one volume."""
    was = at(faded.inside, faded.rises), at(faded.inside, faded.falls)
    points, shapes = [], []
    for (frame, value), shape in zip(now.points, now.shapes, strict=True):
        if faded.rises < frame < faded.falls:
            continue
        before = was[0] if frame <= faded.rises else was[1]
        points.append((frame, value * volume / before if before > 0 else value))
        shapes.append(shape)
    return Fader(volume, tuple(points), tuple(shapes))


def own_points(now: Fader, source: SourceMap) -> tuple[tuple[Fraction, float, str], ...]:
    """The editor's keyframes as they are kept."""
    curve = now.curve if now.points else ()
    return tuple((source.seconds(place), value, shape) for (place, value), shape in zip(curve, now.shapes, strict=False))


def given_back(mix: Mix, faded: Faded, now: Fader, frames: FrameRange, source: SourceMap) -> Fader:
    """The volume as the editor had it. Fades that he changed since stay as he changed them."""
    if mix.own:
        points = tuple((float(source.frame(seconds)), value) for seconds, value, _shape in mix.own)
        whole = Fader(mix.base, points, tuple(shape for _seconds, _value, shape in mix.own))
        before = taken_apart(whole, frames)
        if (before.rises, before.falls) == (faded.rises, faded.falls):
            return whole
    if faded.rises > frames.start or faded.falls < frames.end:
        return _louder(now, faded, mix.base)
    return Fader(mix.base)


def layer_of(points: Sequence[tuple[int, float]], source: SourceMap) -> Curve:
    """A layer planned in frames as it is kept; () where it changes nothing."""
    curve = simple(tuple((Fraction(frame), round(factor, 6)) for frame, factor in points))
    if len(curve) == 1 and alike(curve[0][1], 1.0):
        return ()
    return to_seconds(curve, source)
