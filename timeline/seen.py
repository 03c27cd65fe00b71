"""What is seen of the things and faces that were followed: their boxes as arrays, how long they are seen, how large. Pure.

Frames were looked at a few times a second, so what is seen in one is taken to be seen until the next. A thing that is hidden, or missed,
for a moment and seen again is the same one; it counts as seen meanwhile.
"""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ..ml.facts import FaceTrack, Objects, Span, Track
from .shot_log import Seen

HIDDEN = Fraction(1)
"""Seconds for which a thing that is followed may be hidden and still count as seen."""
LONGEST = 1.0
"""Seconds one look can stand for, where looks are not regularly farther apart: where looks are missing, nothing is known."""
EDGE = 0.5
"""What a thing in a corner of the picture counts, of what it would in the middle."""


def boxes(track: Track | FaceTrack) -> np.ndarray:
    """Float32 (samples, 5): left, top, width, height in pixels of the upright picture, confidence; a row for each of `track.samples`."""
    return np.frombuffer(b64decode(track.boxes), "<f4").reshape(-1, 5)


def poses(track: Track) -> np.ndarray | None:
    """Float32 (samples, 17, 3): x, y and confidence of COCO's points of a body; None where the model told none."""
    return np.frombuffer(b64decode(track.pose), "<f4").reshape(-1, 17, 3) if track.pose else None


def prominence(rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """Float64 (samples,), 0..1: how much each of these `boxes` fills of a picture of this size, less the farther from its middle.

    The root of its share of the picture, so that a person who takes a quarter counts .5, times 1 in the middle and `EDGE` in a corner.
    """
    left, top = np.clip(rows[:, 0], 0, width), np.clip(rows[:, 1], 0, height)
    right, bottom = np.clip(rows[:, 0] + rows[:, 2], 0, width), np.clip(rows[:, 1] + rows[:, 3], 0, height)
    share = ((right - left) * (bottom - top)).astype(np.float64) / max(1, width * height)
    away = np.hypot((left + right) / max(1, width) - 1, (top + bottom) / max(1, height) - 1) / np.sqrt(2)
    filled: np.ndarray = np.sqrt(np.clip(share, 0, 1)) * (1 - (1 - EDGE) * np.clip(away, 0, 1))
    return filled


def corners(rows: np.ndarray) -> np.ndarray:
    """(…, 4) left, top, right, bottom of `boxes`: (…, 4 or more) left, top, width, height."""
    return np.concatenate([rows[..., :2], rows[..., :2] + rows[..., 2:4]], axis=-1)


def area(box: np.ndarray) -> np.ndarray:
    """Of `corners`, (…,); 0 of what is inside out."""
    found: np.ndarray = np.maximum(box[..., 2:] - box[..., :2], 0).prod(axis=-1)
    return found


def common(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The area that both of two boxes cover, pair by pair, of `corners`."""
    return area(np.concatenate([np.maximum(one[..., :2], other[..., :2]), np.minimum(one[..., 2:], other[..., 2:])], axis=-1))


def shared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """What both of two boxes cover of what either does, 0..1, pair by pair, of `corners`."""
    both = common(one, other)
    found: np.ndarray = both / np.maximum(area(one) + area(other) - both, 1e-12)
    return found


def looks_in(seconds: Sequence[Fraction], span: Span) -> range:
    """The numbers of the looks within `span`. `seconds` rise."""
    return range(bisect_left(seconds, span.start), bisect_left(seconds, span.end))


def lasting(seconds: Sequence[Fraction], span: Span) -> np.ndarray:
    """Float64, one for each of `looks_in`: how many seconds of `span` it stands for: until the next one, or the end of `span`.

    The first stands for what comes before it in `span` too: a shot begins between two looks.
    """
    looks = looks_in(seconds, span)
    if not looks:
        return np.zeros(0)
    moments = np.array([float(seconds[look]) for look in looks])
    apart = np.diff(moments)
    longest = max(LONGEST, 1.5 * float(np.median(apart))) if len(apart) else LONGEST
    spent: np.ndarray = np.minimum(np.append(apart, float(span.end) - moments[-1]), longest)
    spent[0] += min(moments[0] - float(span.start), longest)
    return spent


def shown(track: Track | FaceTrack, seconds: Sequence[Fraction], span: Span) -> list[int]:
    """The looks within `span` in which the thing is seen, or hidden for no longer than `HIDDEN`, rising."""
    window = looks_in(seconds, span)
    looks: list[int] = []
    for sample in track.samples[bisect_left(track.samples, window.start) :]:
        if sample >= window.stop:
            break
        if looks and seconds[sample] - seconds[looks[-1]] <= HIDDEN:
            looks += range(looks[-1] + 1, sample)
        looks.append(sample)
    return looks


def track_in(objects: Objects, track: Track, span: Span) -> Seen | None:
    """How long and how large one thing is seen in `span`; None when it is not seen there. While it is hidden its last box counts."""
    return together(track.label, objects.seconds, (objects.width, objects.height), [track], span, lasting(objects.seconds, span))


def objects_in(objects: Objects, span: Span) -> tuple[Seen, ...]:
    """What things are seen in `span` (stream seconds), one `Seen` a kind, those that fill the picture most for longest first.

    Of several things of a kind, `seconds` is how long any of them is seen, `prominence` that of the largest at each moment, averaged
    over these seconds, and `confidence` the mean of the surest at each look.
    """
    window = looks_in(objects.seconds, span)
    kinds: dict[str, list[Track]] = {}
    for track in objects.tracks:
        if track.samples[0] < window.stop and track.samples[-1] >= window.start:
            kinds.setdefault(track.label, []).append(track)
    spent = lasting(objects.seconds, span)
    picture = objects.width, objects.height
    found = [together(label, objects.seconds, picture, tracks, span, spent) for label, tracks in kinds.items()]
    there = [one for one in found if one is not None]
    return tuple(sorted(there, key=lambda one: (-one.seconds * one.prominence, one.label)))


def count_in(objects: Objects, span: Span, label: str) -> int:
    """How many things of this kind are seen at once in `span`, at most."""
    window = looks_in(objects.seconds, span)
    counts = np.zeros(len(window), np.int64)
    for track in objects.tracks:
        if track.label == label:
            counts[np.array(shown(track, objects.seconds, span), np.int64) - window.start] += 1
    return int(counts.max(initial=0))


def together(
    label: str,
    seconds: Sequence[Fraction],
    picture: tuple[int, int],
    tracks: Sequence[Track] | Sequence[FaceTrack],
    span: Span,
    spent: np.ndarray,
) -> Seen | None:
    """Several things, or faces, that count as one. `picture` is (width, height) boxes are counted in, `spent` what `lasting` gives."""
    first = looks_in(seconds, span).start
    large, sure = np.zeros(len(spent)), np.zeros(len(spent))
    there = np.zeros(len(spent), bool)
    for track in tracks:
        looks = shown(track, seconds, span)
        if not looks:
            continue
        samples, rows = np.array(track.samples), boxes(track)
        last = np.searchsorted(samples, looks, side="right") - 1
        places = np.array(looks) - first
        large[places] = np.maximum(large[places], prominence(rows, *picture)[last])
        seen = samples[last] == looks
        sure[places[seen]] = np.maximum(sure[places[seen]], rows[last[seen], 4])
        there[places] = True
    length = float(spent[there].sum())
    if length <= 0:
        return None
    filled = float((large * spent)[there].sum()) / length
    return Seen(label, round(length, 3), round(filled, 4), round(float(sure[sure > 0].mean()), 4))
