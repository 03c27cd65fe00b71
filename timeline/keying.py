"""Keyframes of a curve as values: cut, put elsewhere and scaled so that the curve gives what it gave. Pure.

Bezier segments are divided as de Casteljau does it, with their handles shortened as Blender shortens them when it evaluates a curve
(`BKE_fcurve_correct_bezpart`). Segments of other kinds than constant, linear and Bezier become one key a frame where they are cut, and
so do those whose handles are too long for the halves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .layout import EVER, Move

Point = tuple[float, float]
Evaluate = Callable[[float], float]
_PLAIN = ("CONSTANT", "LINEAR", "BEZIER")


@dataclass(frozen=True)
class Key:
    """One keyframe. `left` and `right` are where its handles end, `kinds` how Blender keeps them, `rest` what else it is by name.

    `made` says that it was put in where the curve was cut.
    """

    frame: float
    value: float
    left: Point
    right: Point
    interpolation: str = "LINEAR"
    kinds: tuple[str, str] = ("FREE", "FREE")
    rest: tuple[tuple[str, object], ...] = ()
    made: bool = False

    def moved(self, frames: float) -> Key:
        (a, b), (c, d) = self.left, self.right
        return replace(self, frame=self.frame + frames, left=(a + frames, b), right=(c + frames, d))


def plain(frame: float, value: float, interpolation: str = "LINEAR") -> Key:
    """A key whose handles lie flat beside it."""
    return Key(frame, value, (frame - 1 / 3, value), (frame + 1 / 3, value), interpolation, made=True)


def moved(keys: Sequence[Key], frames: float) -> list[Key]:
    return [key.moved(frames) for key in keys]


def scaled(keys: Sequence[Key], start: float, factor: float) -> list[Key]:
    """Keys `factor` times as far from `start`."""

    def put(point: Point) -> Point:
        return start + (point[0] - start) * factor, point[1]

    return [replace(key, frame=put((key.frame, 0))[0], left=put(key.left), right=put(key.right)) for key in keys]


def cut_at(keys: Sequence[Key], frame: float, evaluate: Evaluate) -> list[Key]:
    """The same curve with a key at `frame`. `evaluate` gives the curve where keys alone do not tell: outside them, and between those
    of other kinds, which then get a key at every whole frame."""
    found = list(keys)
    place = next((i for i, key in enumerate(found) if key.frame >= frame), len(found))
    if place < len(found) and found[place].frame == frame:
        return found
    if not found or place in (0, len(found)):
        if place:
            found[-1] = replace(found[-1], interpolation="LINEAR")
        found.insert(place, plain(frame, evaluate(frame)))
        return found
    one, other = found[place - 1], found[place]
    divided = _divided(one, other, frame) if one.interpolation == "BEZIER" else None
    if one.interpolation not in _PLAIN or (one.interpolation == "BEZIER" and divided is None):
        frames = [float(n) for n in range(math.floor(one.frame) + 1, math.ceil(other.frame))]
        between = [plain(at, evaluate(at)) for at in sorted({*frames, frame})]
        found[place - 1 : place] = [replace(one, interpolation="LINEAR"), *between]
        return found
    if one.interpolation == "CONSTANT":
        made = plain(frame, one.value, "CONSTANT")
    elif one.interpolation == "LINEAR":
        share = (frame - one.frame) / (other.frame - one.frame)
        made = plain(frame, one.value + share * (other.value - one.value))
    elif divided is not None:
        found[place - 1], made, found[place] = divided
    found.insert(place, made)
    return found


def _divided(one: Key, other: Key, frame: float) -> tuple[Key, Key, Key] | None:
    """The two halves of a segment; None where their handles would reach over them, which Blender would shorten."""
    first, second, third, fourth = bent = corrected(one, other)
    share = _share_at([point[0] for point in bent], frame)

    def between(a: Point, b: Point) -> Point:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    ab, bc, cd = between(first, second), between(second, third), between(third, fourth)
    abc, bcd = between(ab, bc), between(bc, cd)
    if ab[0] > frame or abc[0] < one.frame or bcd[0] > other.frame or cd[0] < frame:
        return None
    value = between(abc, bcd)[1]
    made = Key(frame, value, abc, bcd, "BEZIER", rest=one.rest, made=True)
    return replace(one, right=ab, kinds=("FREE", "FREE")), made, replace(other, left=cd, kinds=("FREE", "FREE"))


def corrected(one: Key, other: Key) -> tuple[Point, Point, Point, Point]:
    """The four points of the segment between two keys; a handle never reaches over more than the segment."""
    length = other.frame - one.frame
    a, d = (one.frame, one.value), (other.frame, other.value)
    return a, _shortened(a, one.right, length), _shortened(d, other.left, length), d


def _shortened(at: Point, end: Point, length: float) -> Point:
    reach = abs(end[0] - at[0])
    share = length / reach if reach > length else 1.0
    return at[0] + (end[0] - at[0]) * share, at[1] + (end[1] - at[1]) * share


def _share_at(frames: Sequence[float], frame: float) -> float:
    """Where (0 to 1) along a segment its frame is this one: bisection, since the corrected handles make it rise throughout."""
    a, b, c, d = frames
    low, high = 0.0, 1.0
    for _step in range(60):
        t = (low + high) / 2
        u = 1 - t
        if u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d < frame:
            low = t
        else:
            high = t
    return (low + high) / 2


def rearranged(keys: Sequence[Key], moves: Sequence[Move], evaluate: Evaluate) -> list[Key]:
    """The curve with only what it gave at the frames of `moves`, each part at its new place.

    At every kept frame it gives what it gave before. Keys put in at the ends of parts are left out where the curve is flat around them.
    """
    if not keys:
        return []
    found: list[Key] = []
    for move in moves:
        if move.frames.length:
            found += _part(keys, move, evaluate)
    found = _without_needless(sorted(found, key=lambda key: key.frame))
    if found and not found[-1].made:
        found[-1] = replace(found[-1], interpolation=keys[-1].interpolation)
    return found


def _part(keys: Sequence[Key], move: Move, evaluate: Evaluate) -> list[Key]:
    first, last = float(move.frames.start), float(move.frames.end - move.speed)
    part = list(keys)
    if move.frames.start > EVER.start:
        part = cut_at(part, first, evaluate)
    if move.frames.end < EVER.end:
        part = cut_at(part, last, evaluate)
        part = [key for key in part if first <= key.frame <= last]
        if part[-1].interpolation == "BEZIER":  # what follows is another part
            part[-1] = replace(part[-1], interpolation="LINEAR")
    part = _settled([key for key in part if key.frame >= first])
    part = scaled(part, first, float(1 / move.speed)) if move.speed != 1 else part
    return moved(part, move.start - move.frames.start)


def _settled(part: list[Key]) -> list[Key]:
    """Automatic handles would be laid anew beside keys that were put in, or where a neighbour is gone: there they are kept as they are."""
    last = len(part) - 1
    return [
        replace(key, kinds=("FREE", "FREE")) if n in (0, last) or part[n - 1].made or part[n + 1].made else key
        for n, key in enumerate(part)
    ]


def _without_needless(keys: Sequence[Key]) -> list[Key]:
    kept: list[Key] = []
    for place, key in enumerate(keys):
        after = keys[place + 1] if place + 1 < len(keys) else None
        before = kept[-1] if kept else None
        sides = [side for side in ((before, key), (key, after)) if side[0] is not None and side[1] is not None]
        if not (key.made and sides and all(_flat(*side) for side in sides)):
            kept.append(key)
    return kept


def _flat(one: Key, other: Key) -> bool:
    if one.value != other.value:
        return False
    return one.interpolation in ("CONSTANT", "LINEAR") or (
        one.interpolation == "BEZIER" and one.right[1] == one.value and other.left[1] == other.value
    )


def multiplied(keys: Sequence[Key], gain: Sequence[Point], evaluate: Evaluate) -> list[Key]:
    """The curve times `gain`, which are (frame, factor) in order, straight between them and 1 before the first and after the last.

    Between the first and the last it has a key at every whole frame; everywhere else it stays what it was.
    """
    first, last = gain[0][0], gain[-1][0]
    outside = cut_at(cut_at(keys, first, evaluate), last, evaluate)
    frames = sorted({first, last, *(at for at, _factor in gain), *map(float, range(math.ceil(first), math.floor(last) + 1))})
    inside = [plain(at, evaluate(at) * _factor(gain, at)) for at in frames]
    head = [key for key in outside if key.frame < first]
    end = next(key for key in outside if key.frame == last)
    inside[-1] = replace(end, value=inside[-1].value, left=inside[-1].left, right=_with(end.right, inside[-1].value - end.value))
    if head and head[-1].interpolation == "BEZIER":
        begin = next(key for key in outside if key.frame == first)
        inside[0] = replace(inside[0], left=_with(begin.left, inside[0].value - begin.value))
    return [*head, *inside, *(key for key in outside if key.frame > last)]


def _with(point: Point, more: float) -> Point:
    return point[0], point[1] + more


def _factor(gain: Sequence[Point], frame: float) -> float:
    for (start, one), (end, other) in pairwise(gain):
        if start <= frame <= end:
            return one + (other - one) * ((frame - start) / (end - start) if end > start else 1.0)
    return 1.0
