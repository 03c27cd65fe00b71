"""Where a part of a medium goes on the timeline, and where it stands there already. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Span
from .lanes import CHANNELS
from .layout import Layout
from .state import StripRef, Timeline
from .timebase import FrameRange

FAR = 250
"""Frames behind everything else at which strips are made ready: nothing stands there."""
LAST = 1_048_574
"""Blender's last frame."""


def channels(layout: Layout, frames: FrameRange, count: int) -> int:
    """The lowest of `count` free channels, one above the other, over these frames: above every picture there, so that it is seen.

    Raises `EditorError(BAD_INPUT)` when there are none.
    """
    here = [item for item in layout.items if item.frames.overlaps(frames)]
    taken = {item.channel for item in here} | set(layout.held_channels)
    seen = [item.channel for item in here if item.kind not in ("SOUND", "TEXT") and not item.muted]
    for channel in range(max(seen, default=0) + 1, CHANNELS + 2 - count):
        if not taken.intersection(range(channel, channel + count)):
            return channel
    raise EditorError("No channel is free above the pictures here.", "Move the playhead, or some strips down.", BAD_INPUT)


def far(layout: Layout, length: int) -> int:
    """A frame behind everything, from which on a whole medium of `length` frames finds room."""
    start = max((item.content.end for item in layout.items), default=0)
    start = max(start, max((item.frames.end for item in layout.items), default=0)) + FAR
    if start + length > LAST:
        raise EditorError("The timeline has no room behind its last strip.", "Blender ends at frame 1 048 574.", BAD_INPUT)
    return start


def part(strip: StripRef, span: Span) -> FrameRange:
    """The timeline frames in which this strip would show `span` of its medium, as far as it has that. Needs `source`."""
    assert strip.source is not None, strip.unmapped
    start = min(max(strip.source.first_frame(span.start), strip.frames.start), strip.frames.end - 1)
    end = max(start + 1, min(strip.source.first_frame(span.end), strip.frames.end))
    return FrameRange(start, end)


def standing(timeline: Timeline, medium: str, span: Span, playhead: int) -> tuple[str, int] | None:
    """(strip, frame) where this part of the medium is to be seen or heard already, nearest to the playhead; pictures go first."""
    found = []
    for strip in timeline.strips:
        if strip.medium == medium and strip.source is not None and strip.visible.overlap(span) > 0 and not strip.muted:
            frame = part(strip, span).start
            found.append((strip.kind != "MOVIE", abs(frame - playhead), strip.name, frame))
    return min(found)[2:] if found else None


def shown(frames: FrameRange, rate: Fraction) -> Span:
    """The part of a medium that lies at frame 1 of a scene of its own rate, within these frames."""
    return Span(Fraction(max(0, frames.start - 1)) / rate, Fraction(max(0, frames.end - 1)) / rate)


def frames_of(span: Span, rate: Fraction) -> FrameRange:
    """The other way round: the first frame at or after the beginning, and that at or after the end."""
    start = -(-span.start * rate // 1)
    return FrameRange(int(start) + 1, max(int(start) + 2, int(-(-span.end * rate // 1)) + 1))


def strips_named(timeline: Timeline, names: Sequence[str]) -> tuple[StripRef, ...]:
    return tuple(strip for strip in timeline.strips if strip.name in names)
