"""Which way the camera moves around a cut, by what was measured of the pictures. Pure."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from ..ml.facts import CAMERA_VALUES, Pictures, Span
from .meetings import Meeting
from .transition_layers import Direction

FAST = 0.12
"""Widths of the picture a second from which a camera is said to pan or tilt."""
SURE = 0.5
ALIKE = 2.0
"""By how much it must go more in one direction than across it."""
AROUND = Fraction(1)
"""Seconds looked at on each side of a cut."""
_PAN, _TILT, _CERTAIN = (CAMERA_VALUES.index(name) for name in ("pan", "tilt", "certainty"))


def same_way(meeting: Meeting, pictures: Mapping[str, Pictures]) -> Direction | None:
    """Where the pictures go on both sides of a cut, when cameras move the same way there; None where they do not, or nobody knows."""
    left, right = meeting.left, meeting.right
    assert left.source is not None and right.source is not None
    out, into = left.source.seconds(meeting.frame), right.source.seconds(meeting.frame)
    one = _way(pictures.get(left.medium), Span(max(out - AROUND, left.visible.start), out))
    other = _way(pictures.get(right.medium), Span(into, min(into + AROUND, right.visible.end)))
    return one if one == other else None


def _way(facts: Pictures | None, span: Span) -> Direction | None:
    if facts is None:
        return None
    rows = np.frombuffer(base64.b64decode(facts.camera), np.float16).reshape(-1, len(CAMERA_VALUES)).astype(np.float64)
    inside = np.array([span.holds(moment) for moment in facts.seconds], bool)
    rows = rows[inside & (rows[:, _CERTAIN] >= SURE)] if len(rows) == len(inside) else rows[:0]
    if not len(rows):
        return None
    pan, tilt = (float(np.median(rows[:, column])) for column in (_PAN, _TILT))
    if abs(pan) >= FAST and abs(pan) >= ALIKE * abs(tilt):
        # A camera that turns to the right sees things go to the left.
        return "left" if pan > 0 else "right"
    if abs(tilt) >= FAST and abs(tilt) >= ALIKE * abs(pan):
        return "up" if tilt > 0 else "down"
    return None
