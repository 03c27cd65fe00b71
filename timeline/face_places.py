"""Where faces are: in the picture, in time, and on the timeline through the strips that show them. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Looks, Span
from .caption_looks import Area
from .seen import boxes, looks_in, prominence
from .seen import shown as looks_of
from .state import StripRef
from .timebase import FrameRange

NEAR = Fraction(1)
"""Seconds that may lie between a look for faces and a moment that it is taken for."""
ROOM = 0.08
"""How much of a face's size, at each side, is kept free too: hair and chin."""


def rows_in(track: FaceTrack, samples: range) -> range:
    """Which rows of the track are of these samples."""
    if track.samples[-1] < samples.start or track.samples[0] >= samples.stop:
        return range(0)
    return range(bisect_left(track.samples, samples.start), bisect_left(track.samples, samples.stop))


def appearances(faces: Faces, tracks: Iterable[FaceTrack], span: Span) -> tuple[Span, ...]:
    """When any of these faces is in sight within `span`, in order of time. What was seen just before or after it does not count."""
    window = looks_in(faces.seconds, span)
    seen = sorted({look for track in tracks if rows_in(track, window) for look in looks_of(track, faces.seconds, span)})
    found: list[Span] = []
    for look in seen:
        start = faces.seconds[look]
        if look == window.start:  # a shot begins between two looks
            start = max(span.start, start - NEAR)
        after = faces.seconds[look + 1] if look + 1 < window.stop else span.end
        end = min(after, faces.seconds[look] + NEAR)
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, end)
        elif start < end:
            found.append(Span(start, end))
    return tuple(found)


def shown(
    strips: Sequence[StripRef], facts: Mapping[str, Faces], tracks: Mapping[str, Sequence[FaceTrack]]
) -> tuple[tuple[StripRef, FrameRange], ...]:
    """Which movie strips show these faces (medium -> faces), and on which frames, in order of time. Muted ones do not."""
    found = []
    for strip in strips:
        if strip.kind != "MOVIE" or strip.muted or strip.source is None or strip.medium not in tracks:
            continue
        for span in appearances(facts[strip.medium], tracks[strip.medium], strip.visible):
            start = max(strip.frames.start, strip.source.first_frame(span.start))
            end = min(strip.frames.end, strip.source.first_frame(span.end))
            if start < end:
                found.append((strip, FrameRange(start, end)))
    return tuple(sorted(found, key=lambda one: (one[1].start, one[1].end, one[0].name)))


def frames(ranges: Iterable[FrameRange]) -> int:
    """How many frames they cover together."""
    total, end = 0, None
    for one in sorted(ranges):
        start = one.start if end is None else max(one.start, end)
        total += max(0, one.end - start)
        end = one.end if end is None else max(end, one.end)
    return total


def areas(
    strips: Sequence[StripRef], faces: Mapping[str, Faces], size: tuple[int, int]
) -> Callable[[FrameRange], tuple[tuple[FrameRange, Area], ...]]:
    """A function that gives for frames of the timeline which parts of the picture faces take then, and when.

    `size`: the scene's picture in pixels. A strip is taken to fill it as Blender adds it: as large as fits, in the middle.
    """
    rows: list[tuple[FrameRange, Area]] = []
    for strip in strips:
        known = faces.get(strip.medium)
        if known is None or strip.kind != "MOVIE" or strip.muted or strip.source is None:
            continue
        when = _frames(strip, known)
        samples = looks_in(known.seconds, strip.visible)
        for track in known.tracks:
            seen = [row for row in rows_in(track, samples) if track.samples[row] in when]
            table = boxes(track) if seen else ()
            rows += [(when[track.samples[row]], _area(table[row], known.picture, size)) for row in seen]
    rows.sort(key=lambda row: (row[0].start, row[0].end))
    starts = [row[0].start for row in rows]
    longest = max((row[0].length for row in rows), default=0)

    def near(asked: FrameRange) -> tuple[tuple[FrameRange, Area], ...]:
        first, last = bisect_left(starts, asked.start - longest), bisect_left(starts, asked.end)
        return tuple(row for row in rows[first:last] if row[0].overlaps(asked))

    return near


def _frames(strip: StripRef, faces: Faces) -> dict[int, FrameRange]:
    """The timeline's frames that each sample stands for, as far as the strip shows them."""
    assert strip.source is not None
    samples = looks_in(faces.seconds, strip.visible)
    starts = [max(strip.frames.start, strip.source.first_frame(faces.seconds[sample])) for sample in samples]
    ends = [*starts[1:], strip.frames.end]
    return {sample: FrameRange(start, end) for sample, start, end in zip(samples, starts, ends, strict=True) if start < end}


def _area(box: Any, picture: tuple[int, int], size: tuple[int, int]) -> Area:
    """A box of the medium's picture in shares of the scene's, from its lower left corner."""
    scale = min(size[0] / picture[0], size[1] / picture[1])
    wide, tall = picture[0] * scale / size[0], picture[1] * scale / size[1]
    left, top, width, height = (float(value) for value in box[:4])
    left, top, width, height = left - ROOM * width, top - ROOM * height, width * (1 + 2 * ROOM), height * (1 + 2 * ROOM)
    across, down = (1 - wide) / 2, (1 - tall) / 2
    return Area(
        across + left / picture[0] * wide, 1 - down - (top + height) / picture[1] * tall,
        across + (left + width) / picture[0] * wide, 1 - down - top / picture[1] * tall,
    )  # fmt: skip


def worth(faces: Faces, looks: Looks) -> tuple[float, ...]:
    """For each sample of `looks`, how well faces are seen at that moment, 0 to 1: the most prominent and surest of the nearest sample."""
    best = np.zeros(len(faces.seconds))
    for track in faces.tracks:
        table = boxes(track)
        values = prominence(table, *faces.picture) * table[:, 4]
        np.maximum.at(best, list(track.samples), values)
    moments = np.array([float(moment) for moment in faces.seconds])
    found = []
    for moment in looks.seconds:
        place = int(np.searchsorted(moments, float(moment)))
        near = min((n for n in (place - 1, place) if 0 <= n < len(moments)), key=lambda n: abs(moments[n] - float(moment)), default=None)
        found.append(float(best[near]) if near is not None and abs(moments[near] - float(moment)) < NEAR else 0.0)
    return tuple(found)
