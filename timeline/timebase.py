"""Exact time: whole timeline frames, `Fraction` seconds, and the map between a strip's frames and its medium's seconds.

The rules were measured by decoding rendered videos whose frames carry their own number; see `docs/architecture.md`.
"""

from __future__ import annotations

import math
import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache


@dataclass(frozen=True, order=True)
class FrameRange:
    """Timeline frames from `start` up to but not including `end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a range cannot end ({self.end}) before it starts ({self.start})")

    @property
    def length(self) -> int:
        return self.end - self.start

    def holds(self, frame: int) -> bool:
        return self.start <= frame < self.end

    def overlaps(self, other: FrameRange) -> bool:
        return self.start < other.end and other.start < self.end

    def moved(self, frames: int) -> FrameRange:
        return FrameRange(self.start + frames, self.end + frames)


@lru_cache(maxsize=256)
def exact_rate(rate: float) -> Fraction:
    """The frame rate that was meant: 29.97003 and 29.97 are 30000/1001, 25.0 is 25.

    Whole rates and n*1000/1001 are recognised within 1e-4 of their value; anything else is kept to a millionth.
    """
    if not math.isfinite(rate) or rate <= 0:
        raise ValueError(f"a frame rate must be positive, got {rate}")
    whole = round(rate)
    ntsc = Fraction(math.ceil(rate - 1e-9) * 1000, 1001)
    for candidate in (Fraction(whole), ntsc):
        if candidate and abs(float(candidate) - rate) <= 1e-4 * rate:
            return candidate
    return Fraction(rate).limit_denominator(1_000_000)


_PTS_ROUNDING = Fraction(1, 32)
"""Containers round presentation times (Matroska to 1 ms); a picture this little after its number's time still has that number."""


_C_FLOAT = struct.Struct("f")


def single(value: float) -> float:
    """`value` as a C float holds it."""
    return float(_C_FLOAT.unpack(_C_FLOAT.pack(value))[0])


@dataclass(frozen=True)
class SourceMap:
    """Where in its medium a strip is at a timeline frame: `seconds = (frame - origin) / rate + trim`.

    `origin` is the timeline frame at which the (untrimmed) content begins, `rate` the timeline frames one second of the
    medium takes (the scene's rate for sound and rate-matched movies, the medium's own rate for other movies), `trim` the
    seconds of the medium that were cut off before its content begins (animation offset).
    """

    origin: Fraction
    rate: Fraction
    trim: Fraction = Fraction(0)
    pictures: Fraction = Fraction(0)
    """Pictures a second of the medium by its nominal rate; 0 for sound."""
    step: float = 0.0
    """Pictures Blender advances by in a timeline frame, in the single precision it computes with: 1 where the rate is not
    matched; 0 for sound."""

    def seconds(self, frame: int | Fraction) -> Fraction:
        """The stream's time shown or heard at the beginning of this timeline frame."""
        if isinstance(frame, int):
            # One fraction made instead of four: a timeline of thousands of strips asks for this often.
            slope, shift, base = self._to_seconds
            return Fraction(frame * slope + shift, base)
        return (frame - self.origin) / self.rate + self.trim

    @cached_property
    def _to_seconds(self) -> tuple[int, int, int]:
        return _common(1 / self.rate, self.trim - self.origin / self.rate)

    def roughly(self, frame: int) -> float:
        """`seconds` in floating point, good to a microsecond: to look things up with, never to decide by."""
        slope, shift = self._rough
        return frame * slope + shift

    @cached_property
    def _rough(self) -> tuple[float, float]:
        slope, shift, base = self._to_seconds
        return slope / base, shift / base

    def frame(self, seconds: Fraction) -> Fraction:
        """The exact, not yet rounded, timeline position of this moment of the stream."""
        slope, shift, base = self._to_frames
        return Fraction(seconds.numerator * slope + shift * seconds.denominator, base * seconds.denominator)

    @cached_property
    def _to_frames(self) -> tuple[int, int, int]:
        return _common(self.rate, self.origin - self.trim * self.rate)

    def first_frame(self, seconds: Fraction) -> int:
        """The first timeline frame that shows the picture presented at `seconds`.

        Blender numbers pictures by the nominal rate, shows the one whose presentation is not after its number's time, and
        takes the number *nearest* to the frame's position (halves go up), computed in single precision. Measured in 4.5 and
        5.2 for every pair of 23.976, 24, 25, 29.97, 30, 50, 59.94 and 60.
        """
        top, bottom = seconds.numerator, seconds.denominator
        if not self.pictures:
            slope, shift, base = self._to_frames
            return -(-(top * slope + shift * bottom) // (base * bottom))
        pictures, trimmed, begins, ratio = self._in_pictures
        rounding = _PTS_ROUNDING.denominator
        late = rounding * top * pictures.numerator - bottom * pictures.denominator
        number = -(-late // (rounding * bottom * pictures.denominator)) - trimmed
        if self.step == 1 == ratio:
            return begins + number
        position = -(-(2 * number - 1) * ratio.numerator // (2 * ratio.denominator))
        while self._picture(position) < number:
            position += 1
        while self._picture(position - 1) >= number:
            position -= 1
        return begins + position

    def picture(self, frame: int) -> int:
        """The number of the medium's picture shown at this timeline frame, 0 being its first; for sound the same at the map's rate."""
        if not self.pictures:
            return math.floor(self.seconds(frame) * self.rate)
        _, trimmed, begins, _ = self._in_pictures
        return self._picture(frame - begins) + trimmed

    def presented(self, picture: int) -> Fraction:
        """The seconds at which a picture is presented by the nominal rate."""
        return Fraction(picture) / (self.pictures or self.rate)

    @cached_property
    def _in_pictures(self) -> tuple[Fraction, int, int, Fraction]:
        """The pictures a second, how many are trimmed, the frame the content begins with, and the frames a picture."""
        return self.pictures, round(self.trim * self.pictures), math.ceil(self.origin), self.rate / self.pictures

    def _picture(self, position: int) -> int:
        """The number of the picture Blender takes `position` frames after the content's beginning."""
        return math.floor(single(single(position * self._single_step) + 0.5))

    @cached_property
    def _single_step(self) -> float:
        return single(self.step)

    def nearest_frame(self, seconds: Fraction) -> int:
        """The timeline frame boundary nearest to this moment (for sound and captions); halves go up."""
        slope, shift, base = self._to_frames
        bottom = base * seconds.denominator
        return (2 * (seconds.numerator * slope + shift * seconds.denominator) + bottom) // (2 * bottom)


def first_at(moments: Sequence[Fraction], rough: Sequence[float], moment: Fraction) -> int:
    """The place of the first of `moments` (rising; `rough` are their floats) that is not before `moment`: an exact bisection.

    Rounding keeps the order, so only moments whose floats are equal are left to compare.
    """
    place = bisect_left(rough, float(moment))
    while place < len(moments) and moments[place] < moment:
        place += 1
    return place


def _common(slope: Fraction, shift: Fraction) -> tuple[int, int, int]:
    """Both over one denominator: (a, b, d) with slope = a/d and shift = b/d."""
    base = math.lcm(slope.denominator, shift.denominator)
    return slope.numerator * (base // slope.denominator), shift.numerator * (base // shift.denominator), base
