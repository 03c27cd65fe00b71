"""Captions in a frame of another shape: as large against its shorter side, and as far into the area that is safe for text. Pure."""

from __future__ import annotations

from dataclasses import replace

from . import restyle
from .caption_looks import text_area
from .changes import Changes
from .ledger import Record
from .plan import TEXT_KINDS, CaptionStyle
from .state import Timeline


def refitted(style: CaptionStyle, before: tuple[int, int], after: tuple[int, int]) -> CaptionStyle:
    """The look of a caption in a frame of the size `after` that has this one in a frame of the size `before`."""
    old, new = text_area(*before), text_area(*after)
    x, y = style.position
    position = (_moved(x, old.left, old.right, new.left, new.right), _moved(y, old.bottom, old.top, new.bottom, new.top))
    share = min(1.0, after[0] / after[1]) / min(1.0, before[0] / before[1])
    return replace(style, position=position, font_size=round(style.font_size * share, 5))


def _moved(place: float, start: float, end: float, first: float, last: float) -> float:
    """What lies outside the safe area on purpose keeps its distance from the frame's edge."""
    if start <= place <= end:
        return round(first + (place - start) / (end - start) * (last - first), 4)
    return round(place * first / start if place < start else 1 - (1 - place) * (1 - last) / (1 - end), 4)


def moved(timeline: Timeline, before: tuple[int, int], look: tuple[CaptionStyle, CaptionStyle]) -> Changes:
    """The changes after which captions that stand in a frame that was of the size `before` suit the frame as it is now.

    `look`: the one that new captions had then, and have now. Captions that the editor gave another look or place himself keep it.
    """
    after = timeline.size

    def wanted(record: Record) -> CaptionStyle | None:
        if record.look is None or record.look == look[0]:
            return None if record.look is None else look[1]
        return refitted(record.look, before, after)

    return restyle.restyled(timeline, wanted, kinds=TEXT_KINDS, by_hand=False)
