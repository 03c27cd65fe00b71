"""Into which parts a strip falls for a virtual camera: its shots, and in a shot who speaks when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..ml.facts import Shots, Span, Speakers, Turn
from .corrections import NONE, Corrections, decided
from .reframe_speaking import SHORT
from .state import StripRef
from .timebase import FrameRange, SourceMap

SENSITIVITY = 0.5
LEAST = 6
"""Frames a shot has at least: what is shorter belongs to the one before."""


def shot_ranges(
    shots: Shots | None, strip: StripRef, corrections: Corrections = NONE, sensitivity: float = SENSITIVITY
) -> list[tuple[FrameRange, bool]]:  # fmt: skip
    """(the frames of each shot, whether it comes out of a gradual transition), in order of time.

    Between a shot and one that comes out of a dissolve or wipe lie the frames of that: there a camera may go from one to the other.
    """
    assert strip.source is not None
    start, end = strip.frames.start, strip.frames.end
    rows: list[tuple[int, int]] = []
    for boundary in decided(strip.medium, shots.boundaries, sensitivity, corrections) if shots is not None else ():
        change = boundary.transition
        leave = strip.source.first_frame(change.span.start if change else boundary.seconds)
        enter = strip.source.first_frame(change.span.end) if change else leave
        last = rows[-1][1] if rows else start
        if last + LEAST <= leave <= enter <= end - LEAST:
            rows.append((leave, enter))
    starts, ends = [start, *(enter for _leave, enter in rows)], [*(leave for leave, _enter in rows), end]
    glides = [False, *(enter > leave for leave, enter in rows)]
    return [(FrameRange(first, last), glide) for first, last, glide in zip(starts, ends, glides, strict=True)]


def in_pictures_time(speakers: Speakers | None, shots: Shots | None) -> Speakers | None:
    """The same with seconds that count from the first picture, as everything else here: sound may begin before or after it."""
    if speakers is None or shots is None or speakers.origin == shots.origin:
        return speakers
    later = speakers.origin - shots.origin
    shifted = (Turn(Span(turn.span.start + later, turn.span.end + later), turn.speaker, turn.confidence) for turn in speakers.turns)
    return replace(speakers, origin=shots.origin, turns=tuple(shifted))


def turns(speakers: Speakers, source: SourceMap, frames: FrameRange, faces: Mapping[int, int]) -> list[tuple[FrameRange, int]]:
    """(frames, the face whose turn it is), one after the other over all of `frames`. `faces`: speaker -> his face.

    Turns that are short, and those of voices without a face, belong to the one before.
    """
    spans = [turn for turn in speakers.turns if turn.speaker in faces and turn.span.length >= Fraction(SHORT)]
    shown = Span(source.seconds(frames.start), source.seconds(frames.end))
    found: list[tuple[int, int]] = []
    for turn in spans:
        if turn.span.overlap(shown) < Fraction(SHORT):
            continue
        frame = max(frames.start, source.first_frame(turn.span.start))
        if not found or found[-1][1] != faces[turn.speaker]:
            found.append((frames.start if not found else frame, faces[turn.speaker]))
    ends = [frame for frame, _face in found[1:]] + [frames.end]
    return [(FrameRange(frame, end), face) for (frame, face), end in zip(found, ends, strict=True) if end > frame]


def grouped(sizes: Sequence[float], factor: float, brief: Sequence[bool]) -> list[float]:
    """For each size the largest of those it lies among that differ by no more than `factor`; 0 parts them.

    `brief` ones take the size of the smaller of their neighbours that are larger: what comes and goes at once is seen as a jolt.
    """
    near = [0.0, *sizes, 0.0]
    larger = [[one for one in (near[n], near[n + 2]) if one > size > 0] for n, size in enumerate(sizes)]
    wished = [min(others) if short and others else size for size, short, others in zip(sizes, brief, larger, strict=True)]
    found: list[float] = []
    group: list[float] = []
    for size in [*wished, 0.0]:
        if group and (not size or max(*group, size) > factor * 1.001 * min(*group, size)):
            found += [max(group)] * len(group)
            group = []
        if size:
            group.append(size)
        else:
            found.append(0.0)
    return found[: len(sizes)]


def halves(canvas: Sequence[int]) -> tuple[tuple[float, float, float, float], tuple[float, float, float, float]]:
    """The two areas (left, bottom, right, top; 0..1) of a split screen: one above the other unless the frame is wide."""
    if canvas[1] >= canvas[0]:
        return (0.0, 0.5, 1.0, 1.0), (0.0, 0.0, 1.0, 0.5)
    return (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)
