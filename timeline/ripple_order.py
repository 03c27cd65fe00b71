"""The ranges of a timeline in another order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..ml.errors import BAD_INPUT, EditorError
from .ripple_cuts import Edges
from .ripple_ties import Ties, hull
from .ripple_time import TimeMap, ordered
from .timebase import FrameRange


def put_in_order(ties: Ties, order: Sequence[FrameRange]) -> tuple[TimeMap, list[str]]:
    """The map for these ranges, and notices. Raises `EditorError(BAD_INPUT)` as `ripple.reorder` says. `ties` has strips that may move."""
    _check(order)
    transitions = Edges(item for item in ties.movers if ties.transition(item))
    kept, notices = _around(order, transitions)
    whole = Edges(item for item in ties.movers if ties.whole(item))
    for frames in kept:
        item = whole.around(frames.start) or whole.around(frames.end)
        if item is not None:
            what = f"Strip {item.name!r} in channel {item.channel} cannot be split: {ties.whole(item)}."
            raise EditorError(what, "Keep what it covers together. Nothing was changed.", BAD_INPUT)
    material = hull(ties.movers)
    first = min(material.start, *(frames.start for frames in kept))
    last = max(material.end, *(frames.end for frames in kept))
    return ordered(kept, first, last), notices


def _check(order: Sequence[FrameRange]) -> None:
    rows = sorted(order)
    for frames in rows:
        if not frames.length:
            raise EditorError(f"The range at frame {frames.start} has no frames.", "Leave it out. Nothing was changed.", BAD_INPUT)
    for one, other in pairwise(rows):
        if one.overlaps(other):
            what = f"Frames {other.start} to {min(one.end, other.end) - 1} are to stand in two places."
            raise EditorError(what, "Name each part once. Nothing was changed.", BAD_INPUT)


def _around(order: Sequence[FrameRange], transitions: Edges) -> tuple[list[FrameRange], list[str]]:
    """The ranges, each transition in the one that holds most of it; and notices."""
    found: list[FrameRange | None] = list(order)
    rows = sorted(range(len(order)), key=lambda number: order[number])
    notices = []
    at = 0
    for zone in transitions.zones:
        while at < len(rows) and order[rows[at]].end <= zone.start:
            at += 1
        inside = []
        for number in rows[at:]:
            frames = order[number]
            if frames.start >= zone.end:
                break
            inside.append(number)
        if not any(zone.start < frame < zone.end for number in inside for frame in (order[number].start, order[number].end)):
            continue
        most = max(inside, key=lambda number: min(order[number].end, zone.end) - max(order[number].start, zone.start))
        for number in inside:
            found[number] = _with(found[number], zone) if number == most else _outside(found[number], zone)
        if item := transitions.over(zone.start, zone.end):
            notices.append(f"The transition {item.name!r} goes as a whole with the part that has most of it: it cannot be split.")
    return [frames for frames in found if frames is not None], notices


def _with(frames: FrameRange | None, zone: FrameRange) -> FrameRange:
    return zone if frames is None else FrameRange(min(frames.start, zone.start), max(frames.end, zone.end))


def _outside(frames: FrameRange | None, zone: FrameRange) -> FrameRange | None:
    """What is left of a range that gives a transition away, at one of its ends; None when it lay within."""
    if frames is None or (zone.start <= frames.start and frames.end <= zone.end):
        return None
    return FrameRange(frames.start, zone.start) if frames.start < zone.start else FrameRange(zone.end, frames.end)
