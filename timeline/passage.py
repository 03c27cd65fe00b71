"""A passage played as if removals were carried out: where it begins and ends, and what it jumps over. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cutting import minus, union
from .proposals import Row
from .removals import Removal
from .timebase import FrameRange


@dataclass(frozen=True)
class Passage:
    """`frames` are played but for `jumps`, which are in order and do not overlap."""

    frames: FrameRange
    jumps: tuple[FrameRange, ...]

    def after(self, frame: int) -> int | None:
        """Where it goes on when it has come to `frame`; None at its end, or where it has left it."""
        if not self.frames.holds(frame):
            return None
        here = next((jump.end for jump in self.jumps if jump.holds(frame)), frame)
        return here if here < self.frames.end else None


def cut(removal: Removal) -> FrameRange:
    """What of a removal is not heard once it is carried out; nothing where it is only played faster or muted."""
    keep = removal.keep if removal.way == "shorten" else 0
    frames = removal.frames
    if removal.way not in ("remove", "shorten") or keep >= frames.length:
        return FrameRange(frames.start, frames.start)
    return FrameRange(frames.start + (keep + 1) // 2, frames.end - keep // 2)


def around(row: Row, listed: Sequence[Row], before_and_after: int, within: FrameRange) -> Passage:
    """The row carried out, with whatever is accepted beside it, and so many frames of what stays before and after it.

    No further than `within`, the range that is played.
    """
    jumps = union((cut(row.removal), *(cut(one.removal) for one in listed if one.verdict == "accepted")))
    here = row.frames
    left = minus(FrameRange(min(within.start, here.start), here.start), jumps)
    right = minus(FrameRange(here.end, max(within.end, here.end)), jumps)
    start = here.start
    wanted = before_and_after
    for part in reversed(left):
        start = max(part.start, part.end - wanted)
        wanted -= part.end - start
        if wanted <= 0:
            break
    end, wanted = here.end, before_and_after
    for part in right:
        end = min(part.end, part.start + wanted)
        wanted -= end - part.start
        if wanted <= 0:
            break
    frames = FrameRange(start, end)
    return Passage(frames, tuple(jump for jump in jumps if jump.overlaps(frames)))
