"""Which matte films strips need, which of those there are serve them, and where in them each strip begins. Pure."""

from __future__ import annotations

import math
from base64 import b64decode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ..ml.facts import Objects, Shots, Track
from ..ml.mattes import Grid, Matte, MatteOptions, Pick, Region, Wanted, serving
from .state import StripRef

HANDLES = 12
"""Frames beyond both ends of a strip of which a matte is made too, so that it may be trimmed a little later."""
NEAR = 50
"""Frames between two strips of one medium over which one film goes on."""
LEAST_SURE, LEAST_VIEWS = 0.35, 2
"""A followed thing counts from this confidence and this many views."""
BOUNDARY = 0.5
"""The score from which a boundary is one."""


def grid_of(strip: StripRef) -> Grid | None:
    """The places of a matte film that this strip needs; None where it shows nothing of its medium, or nobody knows what."""
    source = strip.source
    if source is None or not strip.medium or not source.pictures:
        return None
    first, last = max(0, place(strip, strip.frames.start)), place(strip, strip.frames.end - 1)
    shift = 0 if source.step == 1 else _trimmed(strip)
    last = min(last, _end(strip, source.pictures, source.step, shift) - 1)
    return Grid(source.rate, source.pictures, source.step, first, last - first + 1, shift) if last >= first else None


def _trimmed(strip: StripRef) -> int:
    """Pictures that were cut off its content for good."""
    assert strip.source is not None
    return round(strip.source.trim * strip.source.pictures)


def _end(strip: StripRef, pictures: Fraction, step: float, shift: int) -> int:
    """The place after the last of the medium's."""
    if strip.content is None:
        return 1 << 40
    return math.floor((strip.content.end * pictures - shift) / Fraction(step) + Fraction(1, 2))


def place(strip: StripRef, frame: int) -> int:
    """The place of what is seen at a timeline frame, counted from the medium's beginning as a matte film counts it."""
    assert strip.source is not None
    return frame - math.ceil(strip.source.origin) + (_trimmed(strip) if strip.source.step == 1 else 0)


def wanted(
    strips: Sequence[StripRef], mattes: Iterable[Matte], options: MatteOptions, folders: Mapping[str, str], objects: Mapping[str, Objects],
    shots: Mapping[str, Shots], words: Sequence[str], picks: Mapping[str, tuple[Pick, ...]] | None = None,
) -> tuple[Wanted, ...]:  # fmt: skip
    """The matte films that are still to be made for these strips. `folders`: where those of each medium are kept; `picks`: what was
    clicked on in each."""
    there, picks = tuple(mattes), picks or {}
    groups: dict[tuple[str, Fraction, Fraction, float, int], list[tuple[StripRef, Grid]]] = defaultdict(list)
    for strip in strips:
        grid = grid_of(strip)
        if grid is not None and serving(there, asked_for(strip, grid, options, folders, picks)) is None:
            groups[strip.medium, grid.rate, grid.pictures, grid.step, grid.shift].append((strip, grid))
    found = []
    for (medium, *_), several in groups.items():
        regions = followed(objects.get(medium), shots.get(medium), words) if options.followed else ()
        for strip, grid in joined(several):
            found.append(replace(asked_for(strip, grid, options, folders, picks), regions=regions))
    return tuple(found)


def asked_for(
    strip: StripRef, grid: Grid, options: MatteOptions, folders: Mapping[str, str], picks: Mapping[str, tuple[Pick, ...]]
) -> Wanted:  # fmt: skip
    return Wanted(strip.path, strip.medium, folders.get(strip.medium, ""), grid, options, picks=picks.get(strip.medium, ()))


def served(
    strips: Sequence[StripRef], mattes: Iterable[Matte], options: MatteOptions, picks: Mapping[str, tuple[Pick, ...]] | None = None
) -> dict[str, Matte]:  # fmt: skip
    """The matte film that serves each strip, by its name; those that none serves are left out."""
    there, picks = tuple(mattes), picks or {}
    found = {}
    for strip in strips:
        grid = grid_of(strip)
        matte = serving(there, asked_for(strip, grid, options, {}, picks)) if grid is not None else None
        if matte is not None:
            found[strip.name] = matte
    return found


def followed(objects: Objects | None, shots: Shots | None, words: Sequence[str]) -> tuple[Region, ...]:
    """Where the things of these words are seen, from moment to moment, held to the looks before and after, and never over a cut."""
    if objects is None:
        return ()
    return tuple(region_of(track, objects, shots) for track in objects.tracks if _counts(track, words))


def _counts(track: Track, words: Sequence[str]) -> bool:
    return track.label in words and track.confidence >= LEAST_SURE and len(track.samples) >= LEAST_VIEWS


def region_of(track: Track, objects: Objects, shots: Shots | None) -> Region:
    """A thing is there half way to the looks that no longer saw it, and to the end of its shot where that comes first."""
    rows = np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5).astype(float)
    sizes = np.array([objects.width, objects.height] * 2, float)
    boxes = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4]], axis=1) / sizes
    seconds = [objects.seconds[sample] for sample in track.samples]
    first, last = track.samples[0], track.samples[-1]
    before = objects.seconds[first - 1] if first else objects.span.start
    after = objects.seconds[last + 1] if last + 1 < len(objects.seconds) else objects.span.end
    cuts = [one.seconds for one in shots.boundaries if one.score >= BOUNDARY] if shots is not None else []
    start = max([before, *(cut for cut in cuts if before < cut <= seconds[0])])
    end = min([after, *(cut - Fraction(1, 1000) for cut in cuts if seconds[-1] < cut <= after)])
    corners = [tuple(round(float(value), 5) for value in row) for row in boxes]
    moments = (start, *seconds, end) if start < seconds[0] else (*seconds, end)
    held = (corners[0], *corners, corners[-1]) if start < seconds[0] else (*corners, corners[-1])
    return Region(tuple(moments), held)  # type: ignore[arg-type]


def joined(several: Sequence[tuple[StripRef, Grid]]) -> list[tuple[StripRef, Grid]]:
    """One grid for strips that lie near each other in their medium, with handles."""
    found: list[tuple[StripRef, int, int]] = []
    for strip, grid in sorted(several, key=lambda one: one[1].first):
        start, end = max(0, grid.first - HANDLES), grid.first + grid.frames + HANDLES
        end = max(grid.first + grid.frames, min(end, _end(strip, grid.pictures, grid.step, grid.shift)))
        if found and start <= found[-1][2] + NEAR:
            found[-1] = (found[-1][0], found[-1][1], max(found[-1][2], end))
        else:
            found.append((strip, start, end))
    grid = several[0][1]
    return [(strip, replace(grid, first=start, frames=end - start)) for strip, start, end in found]
