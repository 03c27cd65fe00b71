"""Speed ramps: which picture of a strip is shown when, so that events in it land on beats and the strip stays as long as it is. Pure.

A warp is a rising curve through points (frame on the timeline, picture), a monotone cubic after F. N. Fritsch and R. E. Carlson,
"Monotone piecewise cubic interpolation", SIAM J. Numer. Anal. 17(2), 1980, with the slopes of Fritsch and Butland (1984): speed changes
smoothly, and time never runs back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .effect import Curve, Ease, Key, Layer, Setting
from .timebase import FrameRange

SHORTEST = 6
"""Frames from one point to the next, at least: shorter ramps are jerks."""
CALM = 0.25
"""What an event on a beat is worth less for a second of shift."""
ROOM = 3.0
"""How many times as long as what is made up a ramp takes at least where nothing else is near: the picture is in time beyond."""


@dataclass(frozen=True)
class Event:
    """Something in the picture: a cut, an impact. `frame` counts from the strip's first frame; `strength` 0..1; `name` in plain words."""

    frame: int
    strength: float
    name: str


@dataclass(frozen=True)
class Point:
    """At `frame` of the strip its picture number `picture` is shown; both count from the strip's first frame. `still`: the picture
    stays until the next point."""

    frame: int
    picture: float
    still: bool = False


@dataclass(frozen=True)
class Warp:
    """`points` begin with the strip and end with it. `landed` are the events and the frames of the beats they were put on."""

    points: tuple[Point, ...]
    landed: tuple[tuple[Event, int], ...] = ()
    frozen: tuple[tuple[int, int], ...] = ()

    @property
    def still(self) -> bool:
        """Whether nothing is changed."""
        return all(point.frame == point.picture and not point.still for point in self.points)

    def picture(self, frame: float) -> float:
        """The picture shown at a frame."""
        place = min(max(0, bisect_right([point.frame for point in self.points], frame) - 1), len(self.points) - 2)
        here, after = self.points[place], self.points[place + 1]
        if here.still:
            return here.picture
        slopes = self.slopes
        length = after.frame - here.frame
        part = (frame - here.frame) / length
        square, cube = part**2, part**3
        return (
            (2 * cube - 3 * square + 1) * here.picture
            + (cube - 2 * square + part) * length * slopes[place][1]
            + (3 * square - 2 * cube) * after.picture
            + (cube - square) * length * slopes[place + 1][0]
        )

    @property
    def slopes(self) -> list[tuple[float, float]]:
        """Of every point, pictures a frame that the curve comes with and goes with."""
        steps = [(b.picture - a.picture) / (b.frame - a.frame) for a, b in pairwise(self.points)]
        lengths = [b.frame - a.frame for a, b in pairwise(self.points)]
        found: list[tuple[float, float]] = [(steps[0], steps[0])]
        for place in range(1, len(self.points) - 1):
            before, after = steps[place - 1], steps[place]
            if self.points[place].still:
                found.append((before, 0.0))
            elif self.points[place - 1].still:
                found.append((0.0, min(1.0, 3 * after)))
            elif before <= 0 or after <= 0:
                found.append((0.0, 0.0))
            else:
                one, two = lengths[place - 1] + 2 * lengths[place], 2 * lengths[place - 1] + lengths[place]
                slope = (one + two) / (one / after + two / before)
                found.append((slope, slope))
        found.append((steps[-1], steps[-1]))
        return found

    def layer(self, name: str, strip: str, frames: FrameRange) -> Layer:
        """The SPEED strip over the strip. Where a picture stays, the curve is CONSTANT."""
        keys = []
        for point, (before, after) in zip(self.points, self.slopes, strict=True):
            ease: Ease = "CONSTANT" if point.still else "BEZIER"
            # Both handles lie on one line; of a picture that stays only the one before it counts.
            slope = round(before if point.still else after, 6)
            keys.append(Key(float(frames.start + point.frame), float(point.picture), ease, slope))
        settings = (Setting("speed_control", "FRAME_NUMBER"), Setting("use_frame_interpolate", False))
        return Layer(name, "SPEED", frames, inputs=(strip,), settings=settings, curves=(Curve("speed_frame_number", tuple(keys)),))


def identity(length: int) -> Warp:
    return Warp((Point(0, 0.0), Point(length, float(length))))


def to_beats(length: int, events: Sequence[Event], beats: Sequence[tuple[int, float]], fastest: float, reach: int, second: int) -> Warp:
    """The warp of a strip of `length` frames that puts as much of the events as possible on beats (frame, strength 0..1).

    The speed from point to point stays between 1/`fastest` and `fastest` on average, no event moves by more than `reach` frames;
    `second` is how many frames a second has. Found by dynamic programming: the best choice of pairs whose speeds are allowed.
    """
    pairs = [
        (beat, event, event.strength * (0.5 + 0.5 * strength) - CALM * abs(beat - event.frame) / second)
        for event in sorted(events, key=lambda one: one.frame)
        for beat, strength in beats
        if abs(beat - event.frame) <= reach and 0 < beat < length and 0 < event.frame < length
    ]
    pairs = sorted((pair for pair in pairs if pair[2] > 0), key=lambda pair: (pair[0], pair[1].frame))

    def allowed(frame: int, picture: int, to_frame: int, to_picture: int) -> bool:
        shown, lasts = to_picture - picture, to_frame - frame
        return lasts >= SHORTEST and shown > 0 and lasts <= shown * fastest and shown <= lasts * fastest

    best: list[tuple[float, int]] = []
    for place, (beat, event, worth) in enumerate(pairs):
        options = [(worth, -1)] if allowed(0, 0, beat, event.frame) else []
        options += [
            (best[before][0] + worth, before)
            for before in range(place)
            if best[before][0] > 0 and allowed(pairs[before][0], pairs[before][1].frame, beat, event.frame)
        ]
        best.append(max(options, default=(0.0, -1)))
    ends = [place for place, (beat, event, _worth) in enumerate(pairs) if best[place][0] > 0 and allowed(beat, event.frame, length, length)]
    if not ends:
        return identity(length)
    place = max(ends, key=lambda one: best[one][0])
    chosen: list[tuple[Event, int]] = []
    while place >= 0:
        chosen.append((pairs[place][1], pairs[place][0]))
        place = best[place][1]
    chosen.reverse()
    return Warp(_anchored(length, chosen, fastest, second), tuple(chosen))


def _anchored(length: int, chosen: Sequence[tuple[Event, int]], fastest: float, second: int) -> tuple[Point, ...]:
    """The points of the events, and where there is room between them, points at which picture and timeline are in time again."""
    marks = [Point(0, 0.0), *(Point(beat, float(event.frame)) for event, beat in chosen), Point(length, float(length))]
    points = [marks[0]]
    for before, after in pairwise(marks):
        leaves = before.frame + _ramp(before, fastest, second)
        comes = after.frame - _ramp(after, fastest, second)
        if comes - leaves >= SHORTEST:
            points += [Point(at, float(at)) for at in (leaves, comes) if before.frame < at < after.frame]
        points.append(after)
    return tuple(points)


def _ramp(point: Point, fastest: float, second: int) -> int:
    """Frames from a point to where the picture is in time, at least so many that the speed stays within its limits."""
    late = abs(point.picture - point.frame)
    return max(second // 2, round(ROOM * late), round(late * fastest / (fastest - 1)) + 1) if late else 0


def frozen(warp: Warp, frame: int, hold: int) -> Warp:
    """With the picture at `frame` held for `hold` frames; then it catches up in as many, or the strip ends with it."""
    length = warp.points[-1].frame
    if not 0 < frame < length:
        return warp
    picture = float(round(warp.picture(frame)))
    end, back = min(length, frame + hold), min(length, frame + 2 * hold)
    before = [point for point in warp.points if point.frame < frame]
    points = [*before, Point(frame, picture, still=True)]
    if end < length - SHORTEST:
        points += [Point(end, picture)]
        points += [] if back >= length else [Point(back, float(round(warp.picture(back))))]
        points += [point for point in warp.points if point.frame > back and point.frame < length]
        points.append(Point(length, float(length)))
    else:
        points.append(Point(length, picture))
    landed = tuple((event, beat) for event, beat in warp.landed if not frame < beat < back)
    return Warp(tuple(points), landed, (*warp.frozen, (frame, end)))
