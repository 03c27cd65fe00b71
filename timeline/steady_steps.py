"""How the picture of a strip moves from each timeline frame to the next, shot by shot. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..ml.facts import STEADINESS_VALUES, Boundary, Steadiness
from .frame_looks import looks, shots
from .state import StripRef
from .steady_frame import Framing
from .timebase import FrameRange

LOST = 0.2
"""Of what is less certain nothing is known (`Steadiness`)."""


@dataclass(frozen=True)
class Run:
    """The frames of one shot. `steps` float64 (frames, 4): how the picture moved since the frame before, around the middle of what is seen
    of it, as a correction is counted (`steady_frame`); `certainty` 0..1."""

    frames: FrameRange
    steps: Any
    certainty: float


def runs(strip: StripRef, facts: Steadiness, boundaries: Sequence[Boundary], framing: Framing) -> tuple[Run, ...]:
    """What the strip shows, parted where shots begin, and where for one frame nothing is known: that is a cut nobody found.

    Where for longer nothing is known (a flash, a whip, a dark moment) the picture is taken to stand still.
    """
    table = np.frombuffer(b64decode(facts.moves), "<f4").reshape(-1, len(STEADINESS_VALUES)).astype(np.float64)
    if not len(table):
        return ()
    look = looks(strip, facts.seconds).clip(0)
    lost = table[:, 4] < LOST
    alone = lost & ~np.append(lost[1:], True) & ~np.append(True, lost[:-1])
    begun = np.searchsorted(np.flatnonzero(alone), look, "right")
    edges = {frames.start for frames in shots(strip, boundaries)}
    edges |= {strip.frames.start + int(place) + 1 for place in np.flatnonzero(np.diff(begun))}
    bounds = [*sorted(edges), strip.frames.end]
    moved = _of_the_picture(table, facts, framing)
    summed = np.concatenate([np.zeros((1, 4)), np.cumsum(moved, axis=0)])
    found = []
    for start, end in pairwise(bounds):
        part = look[start - strip.frames.start : end - strip.frames.start]
        steps = np.diff(summed[part + 1], axis=0, prepend=summed[part[:1] + 1])
        seen = np.unique(part)[1:]
        found.append(Run(FrameRange(start, end), steps, float(table[seen, 4].mean()) if len(seen) else 0.0))
    return tuple(found)


def _of_the_picture(table: Any, facts: Steadiness, framing: Framing) -> Any:
    """Float64 (looks, 4): what the camera does the picture does the other way, in pixels of the frame."""
    wide, tall = framing.extent
    right, down, closer, rolled = (table[:, column] for column in range(4))
    x, y = -right * wide, down * (facts.width / facts.height) * tall
    # A turn or growth about the picture's own middle moves the middle of what is seen, where that is another.
    turned = np.exp(closer + 1j * rolled) - 1
    middle = complex(*framing.middle)
    shift = turned * middle
    known = table[:, 4] >= LOST
    rows = np.column_stack([x + shift.real, y + shift.imag, closer, rolled])
    return rows * known[:, None]
