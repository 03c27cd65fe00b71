"""What people do with each other, guessed from where their boxes, keypoints and faces are: hug, kiss, fight, chase. Pure.

These are rules of thumb from proportions of the body, not a trained recogniser of actions: boxes alone say little (people who stand one
behind the other overlap too), so their chances are low; keypoints say more. No rule looks at who it is.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from ..ml.facts import Faces, Objects
from .concept_index import by_identity, rows_of

BY_BOXES, BY_POSE = 0.25, 0.55
"""What a hug is worth that is told by boxes, and by arms around a body."""
KISS_NEAR, KISS_TURNED = 0.3, 0.55
FIGHT, CHASE = 0.4, 0.3
OVERLAP = 0.45
"""Share of the smaller of two boxes that lies in the other."""
ALIKE = 0.6
"""Least ratio of two heights for people who are as far away as each other."""
STRIKE = 2.5
"""Torsos a second at which a wrist moves that strikes; walking swings it at less than 1.5."""
RUN = 0.8
"""Own heights a second at which somebody runs past what stands still."""
VISIBLE = 0.4
BACK = 0.8
"""Share of the way from the shoulders to the hips down to which arms are put around somebody."""
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST, RIGHT_WRIST, LEFT_HIP, RIGHT_HIP = 5, 6, 9, 10, 11, 12
"""Rows of COCO's keypoints."""


@dataclass(frozen=True)
class Sighting:
    """`concept` is seen at `sample` (index into the facts' seconds) with this `chance`."""

    concept: str
    sample: int
    chance: float


@dataclass(frozen=True)
class _Body:
    box: Any
    pose: Any | None
    before: tuple[Any, Any | None, int] | None
    """Box, keypoints and sample of the look before."""


def doings(objects: Objects, samples: set[int]) -> Iterator[Sighting]:
    """What persons do at these samples."""
    bodies = _bodies(objects, samples)
    camera = _camera(objects, samples)
    for sample, people in bodies.items():
        for one, other in combinations(people, 2):
            if _together(one.box, other.box):
                arms = [_arms_around(one, other), _arms_around(other, one)]
                chance = BY_POSE if any(arms) else BY_BOXES
                yield Sighting("hug", sample, chance * _sure(one, other))
                if _strikes(one, objects, sample) or _strikes(other, objects, sample):
                    yield Sighting("fight", sample, FIGHT * _sure(one, other))
        if sample in camera:
            speeds = [_speed(body, objects, sample, camera[sample]) for body in people]
            for first, second in combinations([speed for speed in speeds if abs(speed) >= RUN], 2):
                if first * second > 0:
                    yield Sighting("chase", sample, CHASE)


def kisses(faces: Faces, samples: set[int]) -> Iterator[Sighting]:
    """Two faces as large as each other whose distance is no more than a face."""
    rows = rows_of(faces)
    for sample in sorted(samples):
        found = [(rows.boxes[track][row], _landmarks(faces, track, row)) for track, row in rows.at.get(sample, ())]
        for (one, marks), (other, others) in combinations(found, 2):
            size = (one[3] + other[3]) / 2
            across, down = _middle(other)[0] - _middle(one)[0], _middle(other)[1] - _middle(one)[1]
            if (
                min(one[3], other[3]) < ALIKE * max(one[3], other[3])
                or abs(down) > 0.6 * size
                or not 0.3 * size < abs(across) < 1.05 * size
            ):
                continue
            turned = _turn(marks) * np.sign(across) > 0.15 and _turn(others) * np.sign(across) < -0.15
            yield Sighting("kiss", sample, (KISS_TURNED if turned else KISS_NEAR) * float(min(one[4], other[4])))


def _landmarks(faces: Faces, track: int, row: int) -> Any:
    """float32 (5, 2)."""
    return np.frombuffer(base64.b64decode(faces.tracks[track].landmarks), np.float32).reshape(-1, 5, 2)[row]


def _bodies(objects: Objects, samples: set[int]) -> dict[int, list[_Body]]:
    rows, poses = rows_of(objects), _poses(objects)
    found: dict[int, list[_Body]] = {}
    for sample in sorted(samples):
        for number, row in rows.at.get(sample, ()):
            track, boxes, pose = objects.tracks[number], rows.boxes[number], poses.get(number)
            if track.label == "person":
                before = (boxes[row - 1], None if pose is None else pose[row - 1], track.samples[row - 1]) if row else None
                found.setdefault(sample, []).append(_Body(boxes[row], None if pose is None else pose[row], before))
    return found


@by_identity
def _poses(objects: Objects) -> dict[int, Any]:
    """Track -> float32 (samples, 17, 3), of those that have keypoints."""
    return {
        number: np.frombuffer(base64.b64decode(track.pose), np.float32).reshape(-1, 17, 3)
        for number, track in enumerate(objects.tracks)
        if track.pose
    }


def _together(one: Any, other: Any) -> bool:
    """As tall as each other, standing close, and overlapping."""
    if min(one[3], other[3]) < ALIKE * max(one[3], other[3]):
        return False
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    smaller = min(one[2] * one[3], other[2] * other[3])
    apart = abs(_middle(one)[0] - _middle(other)[0])
    return bool(wide > 0 and tall > 0 and wide * tall >= OVERLAP * smaller and apart >= 0.1 * min(one[2], other[2]))


def _arms_around(one: _Body, other: _Body) -> bool:
    """Whether a wrist of one lies on the other's back or chest, beyond its middle.

    Hands that hang are lower; those of who stands in front of another do not reach across.
    """
    if one.pose is None or other.pose is None:
        return False
    trunk = other.pose[[LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP]]
    trunk = trunk[trunk[:, 2] >= VISIBLE]
    if len(trunk) < 3:
        return False
    (left, top), (right, bottom) = trunk[:, :2].min(0), trunk[:, :2].max(0)
    room, middle = 0.15 * max(right - left, bottom - top), (left + right) / 2
    side = np.sign(_middle(other.box)[0] - _middle(one.box)[0])
    return any(
        wrist[2] >= VISIBLE
        and left - room <= wrist[0] <= right + room
        and side * (wrist[0] - middle) >= 0
        and top - room <= wrist[1] <= top + BACK * (bottom - top)
        for wrist in one.pose[[LEFT_WRIST, RIGHT_WRIST]]
    )


def _strikes(body: _Body, objects: Objects, sample: int) -> bool:
    """Whether a wrist moves faster against the shoulders than in walking."""
    if body.pose is None or body.before is None or body.before[1] is None:
        return False
    now, before = body.pose, body.before[1]
    past = float(objects.seconds[sample] - objects.seconds[body.before[2]])
    ends = [LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP]
    if past <= 0 or min(now[ends, 2].min(), before[ends, 2].min()) < VISIBLE:
        return False
    torso = float(np.linalg.norm(now[ends[:2], :2].mean(0) - now[ends[2:], :2].mean(0)))
    moved = [
        np.linalg.norm((now[wrist, :2] - now[ends[:2], :2].mean(0)) - (before[wrist, :2] - before[ends[:2], :2].mean(0)))
        for wrist in (LEFT_WRIST, RIGHT_WRIST)
        if min(now[wrist, 2], before[wrist, 2]) >= VISIBLE
    ]
    return torso > 0 and any(float(distance) / torso / past >= STRIKE for distance in moved)


def _camera(objects: Objects, samples: set[int]) -> dict[int, float]:
    """How far what is no living thing moved across the picture up to each sample, in pixels a second; only where there is such a thing.

    Without it nobody knows whether a person runs or the camera pans.
    """
    rows = rows_of(objects)
    moves: dict[int, list[float]] = {}
    for sample in samples:
        for number, row in rows.at.get(sample, ()):
            track, boxes = objects.tracks[number], rows.boxes[number]
            past = float(objects.seconds[sample] - objects.seconds[track.samples[row - 1]]) if row else 0.0
            if track.label in _STILL and past > 0:
                moves.setdefault(sample, []).append((_middle(boxes[row])[0] - _middle(boxes[row - 1])[0]) / past)
    return {sample: float(np.median(speeds)) for sample, speeds in moves.items()}


_STILL = frozenset(
    ("traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "chair", "couch", "potted plant", "bed", "dining table",
     "toilet", "tv", "oven", "sink", "refrigerator", "clock", "vase")
)  # fmt: skip
"""Things that stay where they are."""


def _speed(body: _Body, objects: Objects, sample: int, camera: float) -> float:
    """Own heights a second across the picture, less what the camera did; positive to the right."""
    if body.before is None:
        return 0.0
    past = float(objects.seconds[sample] - objects.seconds[body.before[2]])
    if past <= 0 or body.box[3] <= 0:
        return 0.0
    return float(((_middle(body.box)[0] - _middle(body.before[0])[0]) / past - camera) / body.box[3])


def _sure(one: _Body, other: _Body) -> float:
    return float(min(one.box[4], other.box[4]))


def _middle(box: Any) -> tuple[float, float]:
    return float(box[0] + box[2] / 2), float(box[1] + box[3] / 2)


def _turn(marks: Any) -> float:
    """Where the nose is between the eyes, in their distance: 0 straight ahead, positive to the right of the picture."""
    eyes = marks[:2]
    apart = float(np.linalg.norm(eyes[0] - eyes[1]))
    return float((marks[2, 0] - eyes[:, 0].mean()) / max(apart, 1e-6))
