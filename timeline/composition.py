"""How people stand in the frame: how well their faces are to be seen, how much air is above their heads, where their eyes are. Pure.

Of several faces in a frame the largest counts. Headroom and eyes after the rules of the craft (J. V. Mascelli, "The Five C's of
Cinematography", 1965): a little air above the head, none in close shots, and eyes about a third down; people stand at the thirds or
in the middle.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ml.facts import Faces, FaceTrack, Span
from .seen import boxes, looks_in

CROWN = 0.35
"""Of the height of a face's box: from its top, the upper forehead, to the crown."""
LARGE = 0.09
"""Of the frame's height: a face of this size shows what it says."""
CLOSE, FAR = 0.35, 0.08
"""Faces of this share of the height are in a close shot, where the frame may cut the head; smaller than the second, people are far away."""
EYES, BELOW = 0.36, 0.16
"""Where eyes are best, of the frame's height from above, and how far from there it counts exp(-1/2)."""
ASIDE = 0.1
AIRY = 0.42
CUT_OFF = "head cut off"
HEADROOM = "too much headroom"
OFTEN = 0.3
"""The share of the looks in which faces must be seen for the shot to be one of people."""


@dataclass(frozen=True)
class Framing:
    """The medians over the looks with a face. `often`: their share of all looks. `visible`, `placed` 0..1: how well the face is to be
    seen, and how well it stands. `headroom`: air above the crown, of the frame's height, below 0 where it is cut. `flaws` in plain words.
    """

    often: float
    visible: float
    placed: float
    headroom: float
    flaws: tuple[str, ...] = ()


def framing(faces: Faces, span: Span) -> Framing | None:
    """How the largest face stands in the frame within `span`; None where no face is seen there, or nobody looked."""
    looks = looks_in(faces.seconds, span)
    largest: dict[int, tuple[float, Any]] = {}
    for track in faces.tracks:
        for sample, row in zip(track.samples, _rows(track), strict=True):
            size = float(row[2] * row[3])
            if sample in looks and size > largest.get(sample, (0.0, None))[0]:
                largest[sample] = size, row
    if not largest:
        return None
    table = np.array([row for _size, row in largest.values()], np.float64)
    width, height = faces.picture
    left, top, wide, tall, sure = table[:, :5].T
    head = tall / height
    headroom = (top - CROWN * tall) / height
    middle, eyes = (left + wide / 2) / width, np.where(np.isfinite(table[:, 6]), table[:, 6], top + 0.4 * tall) / height
    inside = np.clip((np.minimum(left + wide, width) - np.maximum(left, 0)) / np.maximum(wide, 1), 0, 1)
    inside *= np.clip((np.minimum(top + tall, height) - np.maximum(top, 0)) / np.maximum(tall, 1), 0, 1)
    visible = np.clip(sure, 0, 1) * np.clip(head / LARGE, 0, 1) ** 0.5 * inside * np.nan_to_num(table[:, 5], nan=0.8)
    aside = np.min([np.abs(middle - place) for place in (1 / 3, 1 / 2, 2 / 3)], axis=0)
    placed = np.exp(-((eyes - EYES) ** 2) / (2 * BELOW**2)) * np.exp(-(aside**2) / (2 * ASIDE**2))
    found = [float(np.median(one)) for one in (visible, placed, headroom, head)]
    flaws = []
    if found[2] < -CROWN * found[3] and found[3] < CLOSE:
        flaws.append(CUT_OFF)
    if found[2] > AIRY and found[3] > FAR:
        flaws.append(HEADROOM)
    often = len(largest) / max(1, len(looks))
    return Framing(often, found[0], found[1], found[2], tuple(flaws) if often >= OFTEN else ())


def _rows(track: FaceTrack) -> Any:
    """Float64 (samples, 7): the box and its confidence, how much the face looks at the camera (0..1), the height of its eyes."""
    table = boxes(track).astype(np.float64)
    points = np.frombuffer(b64decode(track.landmarks), "<f4").reshape(-1, 5, 2).astype(np.float64)
    if len(points) != len(table):
        return np.column_stack([table, np.full((len(table), 2), np.nan)])
    eyes = (points[:, 0] + points[:, 1]) / 2
    apart = np.linalg.norm(points[:, 0] - points[:, 1], axis=1)
    # The nose of a face that looks aside leaves the middle of its eyes, and these come together.
    aside = np.abs(points[:, 2, 0] - eyes[:, 0]) / np.maximum(apart, 1e-6)
    return np.column_stack([table, np.clip(1.15 - aside, 0.2, 1), eyes[:, 1]])
