"""Jump cuts: two pieces of one medium that follow each other, with something left out between them and the same framing. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..ml.facts import Faces, Looks, Shots, Span
from .face_places import rows_in
from .seen import boxes, looks_in
from .state import StripRef
from .zooms import likeness

SURE = 0.5
"""The score of a boundary at which a new shot begins."""
ALIKE = 0.85
"""The cosine of what two pictures look like above which they are framed alike, where a boundary lies between them."""
NEAR = Fraction(1)
"""Seconds from the cut within which a look tells how its sides look."""
SIZE, PLACE = 1.25, 0.15
"""How much larger a face may be on one side, and how far away in widths of the picture, for the framing to be the same."""


def jump_cuts(
    strips: Sequence[StripRef], shots: Mapping[str, Shots], looks: Mapping[str, Looks], faces: Mapping[str, Faces]
) -> tuple[tuple[StripRef, StripRef], ...]:
    """The pairs of strips with a jump cut between them, in order of time. `strips` are movies whose source is known."""
    found = []
    ordered = sorted(strips, key=lambda strip: (strip.channel, strip.frames.start))
    for before, after in pairwise(ordered):
        if before.channel == after.channel and before.frames.end == after.frames.start and before.medium == after.medium:
            medium = before.medium
            if _jumps(before, after) and _alike(before, after, shots.get(medium), looks.get(medium), faces.get(medium)):
                found.append((before, after))
    return tuple(sorted(found, key=lambda pair: pair[1].frames.start))


def close_ones(pairs: Sequence[tuple[StripRef, StripRef]]) -> tuple[StripRef, ...]:
    """Every second strip of each row of jump cuts: these are enlarged, so that each cut changes the framing."""
    close: list[StripRef] = []
    names: set[str] = set()
    for before, after in pairs:
        if before.name not in names:
            names.add(after.name)
            close.append(after)
    return tuple(close)


def _jumps(before: StripRef, after: StripRef) -> bool:
    """Whether more is left out, or shown again, than rounding to frames explains."""
    assert before.source is not None and after.source is not None
    return abs(after.visible.start - before.visible.end) > Fraction(3, 2) / before.source.rate


def _alike(before: StripRef, after: StripRef, shots: Shots | None, looks: Looks | None, faces: Faces | None) -> bool:
    end, start = before.visible.end, after.visible.start
    if shots is not None and _one_shot(shots, min(end, start), max(end, start)):
        return _same_size(faces, before, after)
    if looks is None:
        return False
    here, there = _nearest(looks, Span(max(before.visible.start, end - NEAR), end), end), _nearest(looks, Span(start, start + NEAR), start)
    if here is None or there is None or likeness(looks.descriptors, looks.width, here, there) < ALIKE:
        return False
    return _same_size(faces, before, after)


def _one_shot(shots: Shots, first: Fraction, last: Fraction) -> bool:
    return not any(boundary.score >= SURE and first <= boundary.seconds <= last for boundary in shots.boundaries)


def _nearest(looks: Looks, span: Span, moment: Fraction) -> int | None:
    window = looks_in(looks.seconds, span)
    return min(window, key=lambda look: abs(looks.seconds[look] - moment), default=None)


def _same_size(faces: Faces | None, before: StripRef, after: StripRef) -> bool:
    """Whether the largest face is about as large and where it was; where no faces are known on both sides, nothing speaks against it."""
    if faces is None:
        return True
    end, start = before.visible.end, after.visible.start
    here = _largest(faces, Span(max(before.visible.start, end - NEAR), end))
    there = _largest(faces, Span(start, min(after.visible.end, start + NEAR)))
    if here is None or there is None:
        return True
    taller, lower = max(here[3], there[3]), max(1e-6, min(here[3], there[3]))
    away = abs((here[0] + here[2] / 2) - (there[0] + there[2] / 2)) / faces.picture[0]
    return bool(taller / lower <= SIZE and away <= PLACE)


def _largest(faces: Faces, span: Span) -> Any:
    """The box of the largest face within a span, None where there is none."""
    window = looks_in(faces.seconds, span)
    rows: list[Any] = []
    for track in faces.tracks if len(window) else ():
        here = rows_in(track, window)
        rows += list(boxes(track)[here.start : here.stop])
    return max(rows, key=lambda row: float(row[3])) if rows else None


def views(strip: StripRef, shots: Shots | None) -> list[tuple[int, int]]:
    """The (first frame, end) of each shot that is seen through a strip, as far as it is known where shots begin."""
    assert strip.source is not None
    start, end = strip.frames.start, strip.frames.end
    starts = [start]
    if shots is not None:
        moments = [boundary.seconds for boundary in shots.boundaries if boundary.score >= SURE]
        first, last = bisect_left(moments, strip.visible.start), bisect_left(moments, strip.visible.end)
        starts += [frame for moment in moments[first:last] if start < (frame := strip.source.first_frame(moment)) < end]
    return list(zip(sorted(set(starts)), [*sorted(set(starts))[1:], end], strict=True))
