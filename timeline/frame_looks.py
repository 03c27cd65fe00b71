"""Which look of an engine a timeline frame shows, and where the shots of a strip begin. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from ..ml.facts import Boundary
from .state import StripRef
from .timebase import FrameRange

SLACK = 1 / 32
"""Of a picture: presentation times are rounded by containers (`timebase`)."""


def looks(strip: StripRef, seconds: Sequence[Fraction]) -> Any:
    """Int64 (strip.frames.length,): for each frame the number of the last look not after the picture shown, -1 before the first."""
    assert strip.source is not None
    source = strip.source
    step = float(1 / (source.pictures or source.rate))
    shown = np.array([source.picture(frame) for frame in range(strip.frames.start, strip.frames.end)], np.float64) * step
    return np.searchsorted(np.array([float(one) for one in seconds]), shown + SLACK * step, "right") - 1


def shots(strip: StripRef, boundaries: Sequence[Boundary]) -> tuple[FrameRange, ...]:
    """The frames of each shot that the strip shows, in order, by the `boundaries` of its medium that hold."""
    assert strip.source is not None
    frames = (strip.source.first_frame(boundary.seconds) for boundary in boundaries)
    edges = sorted({strip.frames.start, strip.frames.end, *(frame for frame in frames if strip.frames.holds(frame))})
    return tuple(FrameRange(start, end) for start, end in pairwise(edges))
