"""One view of a face: how good it is, and the pictures of it that networks are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import picture_quality
from .face_align import square, upright

GREY, MARGIN = 64, 0.1
"""Pixels of a side of the grey picture that expressions are read from, and how much wider than the face it is at each side: the ten
pixels of the package fer at faces of a hundred."""
SMALL = 32
"""Pixels of a side of the grey picture by which a face is followed."""
READABLE = 10.0
"""Pixels between the eyes from which an expression can be read: a face of about 24."""
KNOWABLE = 16.0
"""Pixels between the eyes from which a face may tell who it is: a face of about 40."""
TURNED = 0.35
"""How far the nose may lie from between the eyes, in their distance: about 35 degrees to a side."""
SHARP, SEEN = 0.15, 100
"""Sharpness from which a face may tell who it is, looked at with so many pixels of a side at most."""


@dataclass(frozen=True)
class View:
    """One face of one picture. `box` (4,), `landmarks` (5, 2) in the picture's pixels; `small` a unit vector to follow it by.

    `quality` 0..1 says how well it shows the face; `known` (150, 150, 3) is None where it is too small, too blurred or too much turned
    to tell whose it is. `grey` (64, 64) is None where no expression can be read.
    """

    box: Any
    landmarks: Any
    confidence: float
    small: Any
    quality: float
    known: Any = None
    grey: Any = None


def view(image: Any, face: Any, known: bool, read: bool) -> View:
    """Of a row of `Finder.find`; `known` and `read`: whether pictures to know it by and to read it from are made, where they can be."""
    import cv2

    landmarks = face[4:14].reshape(5, 2)
    small = cv2.cvtColor(upright(image, landmarks, SMALL), cv2.COLOR_RGB2GRAY)
    flat = small.astype(np.float32).ravel()
    flat -= flat.mean()
    flat /= max(float(np.linalg.norm(flat)), 1e-6)
    apart = eyes_apart(landmarks)
    sharp = _sharpness(square(image, face[:4], 0.0)) if apart >= READABLE else 0.0
    front = max(0.0, 1 - turned(landmarks) / (2 * TURNED))
    quality = min(1.0, apart / 60) ** 0.5 * (0.2 + 0.8 * front) * float(face[14]) * (0.3 + 0.7 * sharp)
    knowable = known and apart >= KNOWABLE and turned(landmarks) <= TURNED and sharp >= SHARP
    shown = upright(image, landmarks) if knowable else None
    readable = read and apart >= READABLE and turned(landmarks) <= 2 * TURNED
    grey = cv2.cvtColor(square(image, face[:4], MARGIN, GREY), cv2.COLOR_RGB2GRAY) if readable else None
    return View(face[:4], landmarks, float(face[14]), flat, quality, shown, grey)


def _sharpness(face: Any) -> float:
    """Of a face as the networks see it: what is lost beyond that does not count."""
    import cv2

    grey = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
    if len(grey) > SEEN:
        grey = cv2.resize(grey, (SEEN, SEEN), interpolation=cv2.INTER_AREA)
    return picture_quality.sharpness(grey)


def eyes_apart(landmarks: Any) -> float:
    """Pixels between the eyes, or of a face in profile about what they would be: from what lies between eyes and mouth."""
    between = float(np.linalg.norm(landmarks[1] - landmarks[0]))
    below = float(np.linalg.norm((landmarks[3] + landmarks[4]) / 2 - (landmarks[0] + landmarks[1]) / 2))
    return max(between, 0.9 * below)


def turned(landmarks: Any) -> float:
    """How far the nose lies from between the eyes and corners of the mouth, along the line of the eyes, in their distance."""
    along = landmarks[1] - landmarks[0]
    length = max(float(np.linalg.norm(along)), 1e-6)
    middle = (landmarks[0] + landmarks[1] + landmarks[3] + landmarks[4]) / 4
    return abs(float((landmarks[2] - middle) @ along)) / length**2
