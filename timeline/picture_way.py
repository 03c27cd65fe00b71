"""Where the points of a picture are seen in the frame, from frame to frame: through the strip's own transform, also where it is keyed, and
through those of the adjustment strips above it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .stage import Pose, Shown
from .timebase import FrameRange

Poses = tuple[int, tuple[Pose, ...]]
"""The first frame, and how a strip lies at each frame from it on."""


@dataclass(frozen=True)
class Lens:
    """An adjustment strip with a transform: all that is seen beneath it is seen through it."""

    name: str
    channel: int
    frames: FrameRange
    poses: Poses


@dataclass(frozen=True)
class Moving:
    """What of a timeline moves pictures. `poses`: of strips whose transform is keyed, by name. `driven`: those that drivers move, of which
    nobody can tell where they are seen without playing the scene."""

    poses: Mapping[str, Poses] = field(default_factory=dict)
    lenses: tuple[Lens, ...] = ()
    driven: frozenset[str] = frozenset()


class Way:
    """`of(frames)` gives for frames (n,) the matrices (n, 2, 3) that take (x, y, 1), 0..1 from the picture's upper left corner, to
    pixels of the frame from its lower left corner."""

    def __init__(self, shown: Shown, canvas: tuple[int, int], poses: Poses | None = None, lenses: Iterable[Lens] = ()) -> None:
        self._shown, self._canvas, self._poses, self._lenses = shown, canvas, poses, tuple(sorted(lenses, key=lambda one: one.channel))

    def of(self, frames: Any) -> Any:
        still = self._poses or (0, (self._shown.pose,))
        ways = _matrices(still, frames, self._shown.size, self._canvas)
        ways = ways @ np.array([[1.0, 0, 0], [0, -1, 1], [0, 0, 1]])  # pictures are counted from their upper edge
        for lens in self._lenses:
            through = _matrices(lens.poses, frames, self._canvas, self._canvas) @ np.diag([1 / self._canvas[0], 1 / self._canvas[1], 1])
            on = (frames >= lens.frames.start) & (frames < lens.frames.end)
            ways = np.where(on[:, None, None], through @ _square(ways), ways)
        return ways


def _square(ways: Any) -> Any:
    return np.concatenate([ways, np.broadcast_to([0.0, 0.0, 1.0], (len(ways), 1, 3))], axis=1)


def _matrices(poses: Poses, frames: Any, size: tuple[float, float], canvas: tuple[float, float]) -> Any:
    """From 0..1 of a picture of this size, from its lower left corner, to the frame's pixels; before and after, as at the ends."""
    first, every = poses
    rows = np.clip(np.asarray(frames) - first, 0, len(every) - 1)
    whole = np.stack([_matrix(pose, size, canvas) for pose in every])
    return whole[rows]


def _matrix(pose: Pose, size: tuple[float, float], canvas: tuple[float, float]) -> Any:
    """As `Shown.on_canvas` places single points."""
    shown = Shown(size, pose)
    zero, right, up = (shown.on_canvas(x, y, canvas) for x, y in ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0)))
    if not all(math.isfinite(part) for part in (*zero, *right, *up)):
        raise ValueError(f"a picture cannot lie like this: {pose}")
    return np.array([[right[0] - zero[0], up[0] - zero[0], zero[0]], [right[1] - zero[1], up[1] - zero[1], zero[1]]])
