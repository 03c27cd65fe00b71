"""A paper timeline whose ranges are put in another order, as the ripple does it: what no range names is gone."""

from __future__ import annotations

from dataclasses import replace

from assistant_editor.timeline.state import Timeline
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import free_name, refreshed


def kept(extent: FrameRange, gone) -> list[FrameRange]:
    """The ranges that are left where these are cut out."""
    found, start = [], extent.start
    for part in sorted(gone):
        if start < part.start:
            found.append(FrameRange(start, part.start))
        start = max(start, part.end)
    return [*found, FrameRange(start, extent.end)] if start < extent.end else found


def rearranged(line: Timeline, order: list[FrameRange]) -> tuple[Timeline, dict[str, tuple[str, ...]]]:
    """The timeline afterwards, and which strips each is now."""
    starts, at = [], order[0].start if not order else min(part.start for part in order)
    for part in order:
        starts.append(at)
        at += part.length
    became: dict[str, tuple[str, ...]] = {}
    strips, captions = [], []
    out = replace(line, strips=(), captions=())
    for ref in line.strips:
        pieces = _pieces(ref.frames, order, starts)
        for place, (old, new) in enumerate(pieces):
            name = ref.name if not place else free_name(replace(out, strips=(*line.strips, *strips)), ref.name)
            source = replace(ref.source, origin=ref.source.origin + new.start - old.start)
            strips.append(replace(ref, name=name, frames=new, source=source))
    for ref in line.captions:
        runs: list[FrameRange] = []
        for _old, new in sorted(_pieces(ref.frames, order, starts), key=lambda pair: pair[1]):
            if runs and runs[-1].end == new.start:
                runs[-1] = FrameRange(runs[-1].start, new.end)
            else:
                runs.append(new)
        names = []
        for place, frames in enumerate(runs):
            known = replace(out, captions=(*line.captions, *captions))
            names.append(ref.name if not place else free_name(known, ref.name))
            captions.append(replace(ref, name=names[-1], frames=frames))
        became[ref.name] = tuple(names)
    return refreshed(replace(out, strips=tuple(strips), captions=tuple(captions))), became


def _pieces(frames: FrameRange, order, starts) -> list[tuple[FrameRange, FrameRange]]:
    """(old frames, new frames) of every part of `frames` that stays."""
    found = []
    for part, start in zip(order, starts, strict=True):
        low, high = max(part.start, frames.start), min(part.end, frames.end)
        if low < high:
            found.append((FrameRange(low, high), FrameRange(start + low - part.start, start + high - part.start)))
    return sorted(found)
