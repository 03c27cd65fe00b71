"""When things and people are on screen within their shots, as frames of the timeline. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

from ..ml.facts import Faces, FaceTrack, Objects, Span
from .places import seen
from .seen import HIDDEN
from .state import StripRef
from .timebase import FrameRange

Present = Mapping[tuple[str, str], tuple[FrameRange, ...]]
"""(strip, label) -> the frames at which it is on screen, in order, none over the next."""
SOMEBODY = ""
"""The label of all faces."""


def things(strips: Sequence[StripRef], objects: Mapping[str, Objects]) -> Present:
    """The things that are followed, by the model's word for them."""
    told = {medium: _spans(((track.label, track.samples) for track in one.tracks), one.seconds) for medium, one in objects.items()}
    return _placed(strips, told)


def people(strips: Sequence[StripRef], faces: Mapping[str, Faces], name: Callable[[FaceTrack], str]) -> Present:
    """Everybody by name (`name`: "" where it is not known), and all faces together as `SOMEBODY`."""
    told = {}
    for medium, one in faces.items():
        labelled = [(label, track.samples) for track in one.tracks for label in {SOMEBODY, name(track)}]
        told[medium] = _spans(labelled, one.seconds)
    return _placed(strips, told)


def _spans(tracks: Iterable[tuple[str, Sequence[int]]], seconds: Sequence[Fraction]) -> dict[str, list[Span]]:
    """Label -> when it is seen. A look stands for half of the time to the next on each side; what is hidden for a moment is there."""
    if not seconds:
        return {}
    half = median(after - before for before, after in pairwise(seconds)) / 2 if len(seconds) > 1 else Fraction(0)
    looks: dict[str, set[int]] = defaultdict(set)
    for label, samples in tracks:
        looks[label].update(samples)
    found: dict[str, list[Span]] = {}
    for label, several in looks.items():
        spans: list[Span] = []
        for moment in (seconds[look] for look in sorted(several)):
            start, end = max(Fraction(0), moment - half), moment + half
            if spans and start - spans[-1].end <= HIDDEN:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        found[label] = spans
    return found


def _placed(strips: Sequence[StripRef], told: Mapping[str, Mapping[str, Sequence[Span]]]) -> Present:
    ends = {(medium, label): [span.end for span in spans] for medium, labels in told.items() for label, spans in labels.items()}
    found: dict[tuple[str, str], tuple[FrameRange, ...]] = {}
    for place in seen(strips):
        for label, spans in told.get(place.medium, {}).items():
            frames: list[FrameRange] = []
            for span in spans[bisect_right(ends[place.medium, label], place.span.start) :]:
                if span.start >= place.span.end:
                    break
                start = max(place.frames.start, math.floor(place.source.frame(span.start)))
                end = min(place.frames.end, math.ceil(place.source.frame(span.end)))
                start = max(start, frames[-1].end) if frames else start
                if end > start:
                    frames.append(FrameRange(start, end))
            if frames:
                found[place.strip, label] = tuple(frames)
    return found
