"""Whom or what a camera may follow in a shot: persons, faces and things as boxes over its frames, the weightiest first. Pure.

What draws the eye first is people and their faces, then animals, then what moves, then what is large and near the middle: the order in
which automatic reframing since F. Liu and M. Gleicher ("Video retargeting: automating pan and scan", ACM Multimedia 2006) weighs them.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Objects, Track
from .seen import boxes, prominence

FACE, PERSON = "face", "person"
WEIGHTS: Mapping[str, float] = {
    PERSON: 1.0, FACE: 1.0, **dict.fromkeys(("cat", "dog", "horse", "bird", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"), 0.8),
    **dict.fromkeys(("car", "bus", "truck", "train", "motorcycle", "bicycle", "boat", "airplane", "sports ball", "skateboard"), 0.5),
}  # fmt: skip
OTHER = 0.15
"""What all other things weigh."""
WITH_FACE, MOVING = 1.5, 1.3
"""How much more a person weighs whose face is seen, and what moves."""
FASTER = 0.04
"""Widths of the picture a second from which on something moves."""
GAP, AROUND = 1.0, 0.5
"""Seconds between two views between which a thing is taken to be where a straight line has it; and before the first and after the last."""
BESIDE, ABOVE, BELOW = 0.35, 0.45, 0.9
"""Of a face's width and height: what is shown of a head and its shoulders around the box of a face that nobody's body is known of."""
WITHIN = 0.005
LEAST = 0.15
"""The share of a shot's frames in which a thing must be seen."""


@dataclass(frozen=True)
class Subject:
    """`box` float64 (frames, 4): left, top, right, bottom, 0..1 from the picture's UPPER left corner, nan where it is not seen.

    `face` is the same of its face, None where none is known. `weight` says how much it draws the eye. `looks`: -1 to 1, how far its face
    looks to the left or right of the picture. `track` is the number of its face among the facts', -1 without.
    """

    name: str
    label: str
    box: Any
    face: Any = None
    weight: float = 0.0
    looks: float = 0.0
    track: int = -1

    @property
    def seen(self) -> Any:
        """Bool (frames,)."""
        return ~np.isnan(self.box[:, 0])


@dataclass(frozen=True, eq=False)
class _Sight:
    """What was followed, unpacked: its views at the seconds `at` (k,), rising, as `corners` (k, 4), 0..1."""

    label: str
    at: Any
    corners: Any
    looks: float = 0.0
    track: int = -1


class Sights:
    """All that was followed in a medium, unpacked once for all of its shots."""

    def __init__(self, objects: Objects | None, faces: Faces | None) -> None:
        self._things: list[_Sight] = []
        self._heads: list[_Sight] = []
        if objects is not None:
            times = np.array([float(second) for second in objects.seconds])
            self._things = [_Sight(track.label, *_views(track, times, (objects.width, objects.height))) for track in objects.tracks]
        if faces is not None:
            times = np.array([float(second) for second in faces.seconds])
            views = ((number, track, *_views(track, times, faces.picture)) for number, track in enumerate(faces.tracks))
            self._heads = [_Sight(FACE, at, corners, _looks(track), number) for number, track, at, corners in views]
        self._spans = [_spans(self._things), _spans(self._heads)]

    def subjects(self, moments: Any) -> tuple[Subject, ...]:
        """What can be followed in a shot whose frames show these moments of the medium (float64 seconds, rising).

        Their names count from 1 for each kind, in the order of their weight: the same facts give the same names.
        """
        things, heads = (self._here(sights, spans, moments) for sights, spans in zip((self._things, self._heads), self._spans, strict=True))
        found = [Subject("", sight.label, box, weight=_weight(sight.label, box)) for sight, box in things]
        for head in (_head(sight, face) for sight, face in heads):
            body = max(range(len(found)), key=lambda n: _shared(found[n], head), default=None)
            if body is not None and _shared(found[body], head) > 0.5 and found[body].face is None:
                found[body] = replace(
                    found[body], face=head.face, looks=head.looks, track=head.track, weight=found[body].weight * WITH_FACE
                )
            else:
                found.append(replace(head, weight=head.weight * WITH_FACE))
        often = [one for one in found if one.seen.mean() >= LEAST]
        counts: dict[str, int] = {}
        named = []
        for one in sorted(often, key=lambda one: (-one.weight, one.label)):
            counts[one.label] = counts.get(one.label, 0) + 1
            named.append(replace(one, name=f"{one.label} {counts[one.label]}"))
        return tuple(named)

    def _here(self, sights: Sequence[_Sight], spans: Any, moments: Any) -> list[tuple[_Sight, Any]]:
        there = np.flatnonzero((spans[:, 0] <= moments[-1] + WITHIN) & (spans[:, 1] >= moments[0] - WITHIN))
        boxed = ((sights[int(number)], _over(sights[int(number)], moments)) for number in there)
        return [(sight, box) for sight, box in boxed if box is not None]


def _views(track: Track | FaceTrack, times: Any, picture: tuple[int, int]) -> tuple[Any, Any]:
    rows = boxes(track).astype(np.float64)
    corners = np.column_stack([rows[:, 0], rows[:, 1], rows[:, 0] + rows[:, 2], rows[:, 1] + rows[:, 3]])
    return times[list(track.samples)], np.clip(corners / np.array([*picture, *picture]), 0, 1)


def _spans(sights: Sequence[_Sight]) -> Any:
    """Float64 (sights, 2): when each is seen first and last; never where it has no views."""
    return np.array([(one.at[0], one.at[-1]) if len(one.at) else (np.inf, -np.inf) for one in sights]).reshape(-1, 2)


def _head(sight: _Sight, face: Any) -> Subject:
    wide, tall = face[:, 2] - face[:, 0], face[:, 3] - face[:, 1]
    head = np.clip(face + np.column_stack([-BESIDE * wide, -ABOVE * tall, BESIDE * wide, BELOW * tall]), 0, 1)
    return Subject("", FACE, head, face, _weight(FACE, head), sight.looks, sight.track)


def _over(sight: _Sight, moments: Any) -> Any:
    """The box at each moment, None where it is seen at none."""
    here = (sight.at >= moments[0] - WITHIN) & (sight.at <= moments[-1] + WITHIN)  # what another shot shows is no part of this one
    if not here.any():
        return None
    at, corners = _going_on(sight.at[here], sight.corners[here])
    after = np.searchsorted(at, moments)
    before, later = at[np.clip(after - 1, 0, len(at) - 1)], at[np.clip(after, 0, len(at) - 1)]
    near = np.minimum(np.abs(moments - before), np.abs(later - moments)) <= AROUND
    within = (before <= moments) & (moments <= later) & (later - before <= GAP)
    box = np.column_stack([np.interp(moments, at, corners[:, k]) for k in range(4)])
    box[~(near | within)] = np.nan
    return None if np.isnan(box[:, 0]).all() else box


def _going_on(at: Any, corners: Any) -> tuple[Any, Any]:
    """With a view before the first and one after the last: as far away as the next one, where the thing would be if it went on so."""
    if len(at) < 2 or at[1] - at[0] > AROUND or at[-1] - at[-2] > AROUND:
        return at, corners
    ends = []
    for one, other in ((0, 1), (-1, -2)):
        way = ((corners[one] - corners[other]).reshape(2, 2).mean(axis=0)).tolist()
        ends.append(np.clip(corners[one] + np.array([*way, *way]), 0, 1))
    return np.concatenate([[2 * at[0] - at[1]], at, [2 * at[-1] - at[-2]]]), np.vstack([ends[0], corners, ends[1]])


def _weight(label: str, box: Any) -> float:
    seen = ~np.isnan(box[:, 0])
    there = box[seen]
    rows = np.column_stack([there[:, 0], there[:, 1], there[:, 2] - there[:, 0], there[:, 3] - there[:, 1]])
    middles = (there[:, 0] + there[:, 2]) / 2
    moved = float(np.ptp(middles)) if len(middles) > 1 else 0.0
    weight = WEIGHTS.get(label, OTHER) * float(prominence(rows * 1000, 1000, 1000).mean()) * float(seen.mean())
    return weight * (MOVING if moved > 2 * FASTER else 1.0)


def _looks(track: FaceTrack) -> float:
    """How far the nose is beside the middle of the eyes, in distances of the eyes: over all views, the median."""
    points = np.frombuffer(b64decode(track.landmarks), "<f4").reshape(-1, 5, 2).astype(np.float64)
    if not len(points):
        return 0.0
    apart = np.abs(points[:, 1, 0] - points[:, 0, 0])
    aside = (points[:, 2, 0] - points[:, :2, 0].mean(axis=1)) / np.maximum(apart, 1e-6)
    return float(np.clip(np.median(aside), -1, 1))


def _shared(body: Subject, head: Subject) -> float:
    """The share of the frames with this face at which it is in the upper half of the person's box."""
    both = body.seen & head.seen
    if body.label != PERSON or not both.any():
        return 0.0
    box, face = body.box[both], head.face[both]
    across, along = (face[:, 0] + face[:, 2]) / 2, (face[:, 1] + face[:, 3]) / 2
    inside = (across > box[:, 0]) & (across < box[:, 2]) & (along > box[:, 1]) & (along < (box[:, 1] + box[:, 3]) / 2)
    return float(inside.sum()) / float(head.seen.sum())


def together(those: Sequence[Subject]) -> Any:
    """Float64 (frames, 4): the box around all of them that are seen, nan where none is."""
    every = np.stack([one.box for one in those])
    with np.errstate(all="ignore"):
        low = np.fmin.reduce(every[:, :, :2], axis=0)
        high = np.fmax.reduce(every[:, :, 2:], axis=0)
    return np.column_stack([low, high])
