"""Faces of animals, which a detector of people's faces takes for people: told by the things that were seen with them. Pure.

A cat has eyes, a nose and a mouth too. What lies in the box of an animal, and in that of no person, is the animal's: nobody is known by it,
it says nothing of how large people are shown, and no expression of people is read from it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Objects
from .concept_rules import ANIMALS, PEOPLE
from .seen import area, boxes, common, corners

WITHIN = 0.7
"""Share of a face's box that must lie in the other box."""
SURE = 0.4
"""Confidence of an animal from which its face is believed to be one's; persons count however unsure they are."""
NEAR = 0.5
"""Seconds between a look for faces and one for things that can tell of it."""


def of_people(faces: Faces | None, objects: Objects | None) -> Faces | None:
    """The faces without those that are animals' in most of the looks at which things were looked for too."""
    if faces is None or objects is None or not faces.tracks:
        return faces
    seen = _by_look(objects)
    if not any(animals for animals, _people in seen.values()):
        return faces
    kept = tuple(track for track in faces.tracks if not _animals(track, faces, objects, seen))
    return faces if len(kept) == len(faces.tracks) else replace(faces, tracks=kept)


def _by_look(objects: Objects) -> dict[int, tuple[list[Any], list[Any]]]:
    """Look at things -> boxes of animals, and of people, in shares of the picture."""
    size = np.array((objects.width, objects.height) * 2, np.float32)
    found: dict[int, tuple[list[Any], list[Any]]] = {}
    for track in objects.tracks:
        if track.label not in ANIMALS | PEOPLE:
            continue
        for sample, box in zip(track.samples, boxes(track), strict=True):
            if track.label in PEOPLE or box[4] >= SURE:
                found.setdefault(sample, ([], []))[track.label in PEOPLE].append(corners(box) / size)
    return found


def _animals(track: FaceTrack, faces: Faces, objects: Objects, seen: dict[int, tuple[list[Any], list[Any]]]) -> bool:
    size = np.array(faces.picture * 2, np.float32)
    places = zip(track.samples, corners(boxes(track)) / size, strict=True)
    looks = [(box, _nearest(objects.seconds, faces.seconds[sample])) for sample, box in places]
    told = [(box, seen.get(look, ([], []))) for box, look in looks if look is not None]
    theirs = sum(_in_any(box, animals) and not _in_any(box, people) for box, (animals, people) in told)
    return theirs > len(told) / 2


def _nearest(seconds: Sequence[Fraction], moment: Fraction) -> int | None:
    place = bisect_left(seconds, moment)
    near = [look for look in (place - 1, place) if 0 <= look < len(seconds) and abs(seconds[look] - moment) <= NEAR]
    return min(near, key=lambda look: abs(seconds[look] - moment), default=None)


def _in_any(face: Any, others: Sequence[Any]) -> bool:
    return any(common(face, other) >= WITHIN * area(face) > 0 for other in others)
