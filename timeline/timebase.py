"""Exact time: whole timeline frames, `Fraction` seconds, and the map between a strip's frames and its medium's seconds.

The rules were measured by decoding rendered videos whose frames carry their own number; see `docs/architecture.md`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


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

    def seconds(self, frame: int | Fraction) -> Fraction:
        """The stream's time shown or heard at the beginning of this timeline frame."""
        return (Fraction(frame) - self.origin) / self.rate + self.trim

    def frame(self, seconds: Fraction) -> Fraction:
        """The exact, not yet rounded, timeline position of this moment of the stream."""
        return self.origin + (seconds - self.trim) * self.rate

    def first_frame(self, seconds: Fraction) -> int:
        """The first timeline frame that shows the picture presented at `seconds`.

        Blender truncates towards the picture already begun, so a picture is first seen on the first whole frame that
        is not before it.
        """
        return math.ceil(self.frame(seconds))

    def nearest_frame(self, seconds: Fraction) -> int:
        """The timeline frame boundary nearest to this moment (for sound and captions); halves go up."""
        return math.floor(self.frame(seconds) + Fraction(1, 2))
