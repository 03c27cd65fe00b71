"""SMPTE timecode: whole frames written as hours, minutes, seconds and frames. Pure.

Drop-frame timecode (SMPTE ST 12-1) leaves out the first 2 frame numbers of every minute at 29.97 frames a second, the first 4 at
59.94, but for every tenth minute, so that it keeps up with the clock. Only numbers are left out, never frames. Its last separator
is a semicolon.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from ..ml.errors import USAGE, EditorError

_DROPPED = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}
_SHAPE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;.](\d{2,3})")


def can_drop(rate: Fraction) -> bool:
    """Whether drop-frame timecode exists at this rate: at 29.97 and 59.94."""
    return rate in _DROPPED


@dataclass(frozen=True)
class Clock:
    """Frames as timecode at `rate` frames a second. 23.976 counts 24 frames a second, 29.97 counts 30.

    `drop` counts drop-frame where the rate has it (`can_drop`), and changes nothing elsewhere.
    """

    rate: Fraction
    drop: bool = True

    @property
    def base(self) -> int:
        """Frame numbers in a second."""
        return max(1, math.floor(self.rate + Fraction(1, 2)))

    @property
    def dropped(self) -> int:
        """Frame numbers left out in a minute."""
        return _DROPPED.get(self.rate, 0) if self.drop else 0

    @property
    def day(self) -> int:
        """Frames after which the timecode begins again."""
        return 24 * 60 * 60 * self.base - 24 * 54 * self.dropped

    def timecode(self, frames: int) -> str:
        """`hh:mm:ss:ff`, with a minus before it for negative frames. Days are not counted: after 23:59:59 comes 00:00:00."""
        sign, number = "-" if frames < 0 else "", abs(frames) % self.day
        if self.dropped:
            tens, rest = divmod(number, 600 * self.base - 9 * self.dropped)
            minutes = max(0, rest - self.dropped) // (60 * self.base - self.dropped)
            number += self.dropped * (9 * tens + minutes)
        seconds, frame = divmod(number, self.base)
        mark = ";" if self.dropped else ":"
        return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frame:02}"

    def wrapped(self, frames: int) -> str:
        """The same on a clock without a sign: what lies before 00:00:00:00 is the end of the day before."""
        return self.timecode(frames % self.day)

    def frames(self, timecode: str) -> int:
        """The frame a timecode names. Raises `EditorError(USAGE)` for what is none at this rate."""
        found = _SHAPE.fullmatch(timecode.strip())
        hours, minutes, seconds, frame = (int(part) for part in found.groups()) if found else (99, 0, 0, 0)
        left_out = self.dropped and minutes % 10 and not seconds and frame < self.dropped
        if hours > 23 or minutes > 59 or seconds > 59 or frame >= self.base or left_out:
            what = f"{timecode!r} is no timecode at {float(self.rate):.5g} frames a second."
            raise EditorError(what, "Write hours:minutes:seconds:frames, such as 01:00:00:00.", USAGE)
        whole = 60 * hours + minutes
        return (whole * 60 + seconds) * self.base + frame - self.dropped * (whole - whole // 10)
