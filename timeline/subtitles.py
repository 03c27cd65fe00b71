"""Captions as an SRT file's text. Pure."""

from __future__ import annotations

import math
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from .state import CaptionRef, Timeline


def srt(timeline: Timeline) -> str:
    """The captions that runs wrote, and what the editor made of them, as SubRip text; its zero is the first frame of the scene's range.

    What is muted or outside the range is left out. Raises `EditorError(BAD_INPUT)` when there are none.
    """
    captions = [caption for caption in timeline.captions if caption.kind == "caption"]
    captions = [caption for caption in captions if caption.frames.overlaps(timeline.frames) and not caption.muted and _lines(caption)]
    if not captions:
        raise EditorError("There are no captions here to write.", "Run Auto Captions first.", BAD_INPUT)
    return "\n".join(_entry(number, caption, timeline) for number, caption in enumerate(captions, 1))


def _entry(number: int, caption: CaptionRef, timeline: Timeline) -> str:
    zero = timeline.frames.start
    start = timecode((max(caption.frames.start, zero) - zero) / timeline.rate)
    end = timecode((min(caption.frames.end, timeline.frames.end) - zero) / timeline.rate)
    return f"{number}\n{start} --> {end}\n{_lines(caption)}\n"


def _lines(caption: CaptionRef) -> str:
    """Without empty lines, which would end the entry."""
    return "\n".join(line.rstrip() for line in caption.text.splitlines() if line.strip())


def timecode(seconds: Fraction) -> str:
    """`HH:MM:SS,mmm`, rounded to the nearest millisecond; halves go up."""
    total = math.floor(seconds * 1000 + Fraction(1, 2))
    return f"{total // 3_600_000:02}:{total // 60_000 % 60:02}:{total // 1000 % 60:02},{total % 1000:03}"
