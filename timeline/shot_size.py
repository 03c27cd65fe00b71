"""How much of a person a shot shows, from the faces and persons seen in it. Pure.

Shot sizes are defined by where the frame cuts the figure (D. Arijon, "Grammar of the Film Language", 1976; J. V. Mascelli, "The Five C's of
Cinematography", 1965): the face alone, to the collar, to the chest, to the waist, to the knees, the whole figure, a figure in its
surroundings. A standing figure is 7.5 heads tall; so where the frame cuts it follows from how much of the frame's height a head takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ml.facts import Faces, Objects, Span
from .seen import boxes, looks_in, poses
from .shot_log import Size

HEAD_OF_FACE = 1.25
"""A detector's box of a face runs from the chin to the upper forehead; a head goes on to the crown. Measured by eye with YuNet's boxes on
fifteen faces, hair included: 1.15 to 1.45, the middle 1.24."""
HEADS, SEATED = 7.5, 5.5
"""Heads in a standing and in a sitting figure."""
TO_SHOULDERS, TO_HIPS, BETWEEN_EYES, SURE = 0.95, 3.5, 0.27, 0.5
"""Heads from the eyes down to the shoulders' joints and to the hips', from eye to eye, and how sure of a joint a model must be."""
SHOULDERS = 1.9
"""Heads as wide as a figure is, arms down."""
EDGE = 0.02
"""A box that ends this near to the frame's edge, in heights, is cut off by it."""
SIZES: tuple[tuple[float, Size], ...] = (
    (0.8, "extreme close-up"), (0.5, "close-up"), (0.3, "medium close-up"), (0.2, "medium"), (0.135, "medium wide"), (0.045, "wide"),
    (0.0, "extreme wide"),
)  # fmt: skip
"""The share of the frame's height that a head takes at least."""
UNTOLD = 0.0
"""The head of a person of whom too little is seen."""
OFTEN = 0.2
"""The share of the frames with persons in which faces must be seen to be what tells the size."""


def size(objects: Objects | None, faces: Faces | None, span: Span) -> Size:
    """The size of the shot over `span`, by its largest face, else by its largest person; "" where neither is seen."""
    by_face = _heads_of_faces(faces, span) if faces is not None else []
    by_person = _heads_of_persons(objects, span) if objects is not None else []
    heads = by_face if by_face and len(by_face) >= OFTEN * len(by_person) else by_person or by_face
    head = float(np.median(heads)) if heads else UNTOLD
    return named(head) if head > UNTOLD else ""


def named(head: float) -> Size:
    """The size of a shot in which a head takes this share of the frame's height."""
    return next(name for least, name in SIZES if head >= least)


def _heads_of_faces(faces: Faces, span: Span) -> list[float]:
    """The share of the height that the largest head takes, for each moment with one."""
    largest: dict[int, float] = {}
    looks = looks_in(faces.seconds, span)
    for track in faces.tracks:
        for sample, box in zip(track.samples, boxes(track), strict=True):
            if sample in looks:
                largest[sample] = max(largest.get(sample, 0.0), float(box[3]) * HEAD_OF_FACE / faces.picture[1])
    return list(largest.values())


def _heads_of_persons(objects: Objects, span: Span) -> list[float]:
    largest: dict[int, tuple[float, float]] = {}
    looks = looks_in(objects.seconds, span)
    for track in objects.tracks:
        if track.label != "person":
            continue
        joints = poses(track)
        for number, (sample, box) in enumerate(zip(track.samples, boxes(track), strict=True)):
            area = float(box[2] * box[3])
            if sample in looks and area > largest.get(sample, (0.0, 0.0))[0]:
                by_pose = _head_of_pose(joints[number]) / objects.height if joints is not None else 0.0
                largest[sample] = area, by_pose or _head_of_person(box, objects.width, objects.height)
    return [head for _area, head in largest.values()]


def _head_of_person(box: Any, width: int, height: int) -> float:
    """A head's share of the height. Where the frame cuts the figure its width tells, since nobody sees how far it goes on; what comes in
    from a side and is wider than high is an arm, or somebody who lies: that tells nothing."""
    left, top, wide, tall = (float(value) for value in box[:4])
    whole = left > width * EDGE and left + wide < width * (1 - EDGE)
    if top + tall < height * (1 - EDGE):
        if wide > tall and not whole:
            return UNTOLD
        return tall / (HEADS if wide < 0.55 * tall else SEATED) / height
    return max(wide / SHOULDERS, tall / HEADS) / height if whole else max(wide / SHOULDERS, tall / 3) / height


def _head_of_pose(joints: Any) -> float:
    """A head's height in pixels by COCO's 17 points (x, y, confidence): from the eyes to hips or shoulders, else by the eyes' distance.

    0 where these are not seen. Bodies that bend or lie, and faces that look aside, measure less than they are: the longest counts.
    """
    eyes, *others = (joints[pair][joints[pair][:, 2] >= SURE] for pair in ([1, 2], [5, 6], [11, 12]))
    if not len(eyes):
        return 0.0
    below = zip(others, (TO_SHOULDERS, TO_HIPS), strict=True)
    lengths = [(float(row[:, 1].mean()) - float(eyes[:, 1].mean())) / heads for row, heads in below if len(row)]
    apart = float(np.hypot(*(eyes[0] - eyes[1])[:2])) / BETWEEN_EYES if len(eyes) == 2 else 0.0
    return max(0.0, apart, *lengths)
