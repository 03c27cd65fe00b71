"""How much of a picture that is moved, turned and enlarged is seen in the frame, and where Blender puts it. Pure.

Places are pixels of the frame around the middle of what the strip showed before, x along the picture's own width, y up its own height, so
that a strip that stands turned is like one that does not. A correction of a frame is (x, y, logarithm of the factor, angle): every
point p of the picture goes to factor · turn(angle) · p + (x, y), on top of an enlargement by `zoom` about the same middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .stage import Shown

PATHS = ("transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y", "transform.rotation")
"""The properties of a strip that a correction needs, in the order of `Framing.channels`."""
EDGE = 1.0
"""Pixels of the frame that are kept between its edge and that of the picture, which is soft."""


@dataclass(frozen=True)
class Framing:
    """A picture `shown` in a frame of `canvas` pixels."""

    shown: Shown
    canvas: tuple[int, int]
    whole: bool = False
    """All of the picture is seen, whatever of it the frame shows now: which part that is, is chosen later."""

    @cached_property
    def extent(self) -> Any:
        """Width and height of the whole picture in pixels of the frame."""
        return np.abs(np.array(self.shown.size) * np.array(self.shown.pose.scale))

    @cached_property
    def _corner(self) -> tuple[Any, Any]:
        """Lower left and upper right corner of what is not cropped, around the picture's own middle."""
        left, right, bottom, top = self.shown.pose.crop
        scale, half = np.abs(np.array(self.shown.pose.scale)), self.extent / 2
        return -half + np.array([left, bottom]) * scale, half - np.array([right, top]) * scale

    @cached_property
    def _centre(self) -> Any:
        """Where the picture's middle is in the frame, from the frame's middle."""
        pose = self.shown.pose
        pivot = (np.array(pose.origin) - 0.5) * np.array(self.shown.size)
        return np.array(pose.offset) + pivot - _turn(pose.rotation) @ (pivot * np.array(pose.scale))

    @cached_property
    def seen(self) -> Any:
        """Float64 (n, 2): the corners of what is seen of the picture, around the picture's own middle; none where nothing is."""
        low, high = self._corner
        if self.whole:
            return np.array([low, (high[0], low[1]), high, (low[0], high[1])])
        wide, tall = np.array(self.canvas) / 2
        corners = np.array([(-wide, -tall), (wide, -tall), (wide, tall), (-wide, tall)])
        points = (corners - self._centre) @ _turn(self.shown.pose.rotation)
        for axis in (0, 1):
            points = _clipped(points, axis, float(low[axis]), 1.0)
            points = _clipped(points, axis, float(high[axis]), -1.0)
        return points

    @cached_property
    def middle(self) -> Any:
        """What places count from: the middle of what is seen, around the picture's own."""
        return (self.seen.min(axis=0) + self.seen.max(axis=0)) / 2

    @property
    def fills(self) -> bool:
        """Whether the picture leaves no edge of the frame free."""
        if self.whole:
            return True
        area = 0.5 * abs(float(_cross(self.seen, np.roll(self.seen, -1, axis=0)).sum())) if len(self.seen) > 2 else 0.0
        return area > (self.canvas[0] - 2 * EDGE) * (self.canvas[1] - 2 * EDGE)

    def walls(self, angle: Any, factor: Any, zoom: float) -> tuple[Any, Any]:
        """Float64 (frames, 2) twice: how far down or left, up or right each frame may be moved and still fill what is seen.

        `angle` (frames,) and `factor` (frames,; a logarithm) are those of the correction. Where nothing is left both are 0.
        """
        low, high = self._rectangle
        grown = np.exp(factor)
        cos, sin = np.cos(angle), np.sin(angle)
        points = self._held
        x = (np.outer(cos, points[:, 0]) + np.outer(sin, points[:, 1])) / grown[:, None]
        y = (np.outer(-sin, points[:, 0]) + np.outer(cos, points[:, 1])) / grown[:, None]
        turned = np.stack([x, y], axis=2)
        least, most = turned.max(axis=1) - zoom * high, turned.min(axis=1) - zoom * low
        spare = np.maximum(-least, most).clip(0)
        cross = np.abs(sin)[:, None] * spare[:, ::-1]
        least, most = (least + cross) * grown[:, None], (most - cross) * grown[:, None]
        return np.minimum(least, 0), np.maximum(most, 0)

    def needed(self, corrections: Any) -> Any:
        """Float64 (frames,): by how much the picture must be enlarged at least so that it fills what is seen, 1 or more."""
        low, high = self._rectangle
        away = self._held[None] - corrections[:, None, :2]
        cos, sin = np.cos(corrections[:, 3])[:, None], np.sin(corrections[:, 3])[:, None]
        grown = np.exp(corrections[:, 2])[:, None]
        x, y = (away[..., 0] * cos + away[..., 1] * sin) / grown, (-away[..., 0] * sin + away[..., 1] * cos) / grown
        ratios = [np.where(one > 0, one / high[axis], one / low[axis]) for axis, one in enumerate((x, y))]
        return np.maximum(1.0, np.stack(ratios).max(axis=(0, 2)))

    def channels(self, corrections: Any, zoom: float) -> Any:
        """Float64 (frames, 5): the values of `PATHS` that carry these corrections out."""
        pose = self.shown.pose
        turned = _turn(pose.rotation)
        grown = zoom * np.exp(corrections[:, 2])
        cos, sin = np.cos(corrections[:, 3]), np.sin(corrections[:, 3])
        moved = -self.middle
        own = np.stack([moved[0] * cos - moved[1] * sin, moved[0] * sin + moved[1] * cos], axis=1) * grown[:, None]
        centre = self._centre + (self.middle + own + corrections[:, :2]) @ turned.T
        pivot = (np.array(pose.origin) - 0.5) * np.array(self.shown.size)
        angle = pose.rotation + corrections[:, 3]
        arm = pivot * np.array(pose.scale)
        cos, sin = np.cos(angle), np.sin(angle)
        back = np.stack([arm[0] * cos - arm[1] * sin, arm[0] * sin + arm[1] * cos], axis=1) * grown[:, None]
        offset = centre - pivot + back
        return np.column_stack([offset, grown * pose.scale[0], grown * pose.scale[1], angle])

    def corrections(self, channels: Any) -> Any:
        """What `channels` carry out, with the enlargement as part of the factor: the inverse of that with a `zoom` of 1."""
        pose = self.shown.pose
        pivot = (np.array(pose.origin) - 0.5) * np.array(self.shown.size)
        grown, angle = channels[:, 2] / pose.scale[0], channels[:, 4]
        arm = pivot * np.array(pose.scale)
        cos, sin = np.cos(angle), np.sin(angle)
        back = np.stack([arm[0] * cos - arm[1] * sin, arm[0] * sin + arm[1] * cos], axis=1) * grown[:, None]
        centre = (channels[:, :2] + pivot - back - self._centre) @ _turn(pose.rotation)
        cos, sin = np.cos(angle - pose.rotation), np.sin(angle - pose.rotation)
        own = np.stack([-self.middle[0] * cos + self.middle[1] * sin, -self.middle[0] * sin - self.middle[1] * cos], axis=1)
        return np.column_stack([centre - self.middle - own * grown[:, None], np.log(grown), angle - pose.rotation])

    @cached_property
    def _held(self) -> Any:
        """The corners the picture has to reach."""
        points = self.seen - self.middle
        return points + np.sign(points) * EDGE

    @cached_property
    def _rectangle(self) -> tuple[Any, Any]:
        low, high = self._corner
        return low - self.middle, high - self.middle


def _turn(angle: float) -> Any:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _cross(one: Any, other: Any) -> Any:
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def _clipped(points: Any, axis: int, edge: float, side: float) -> Any:
    """The part of a convex polygon where (coordinate - edge) · side >= 0 (I. E. Sutherland and G. W. Hodgman, CACM 17, 1974)."""
    found = []
    for one, other in zip(points, np.roll(points, -1, axis=0), strict=True):
        here, there = (one[axis] - edge) * side, (other[axis] - edge) * side
        if here >= 0:
            found.append(one)
        if here * there < 0:
            found.append(one + (other - one) * here / (here - there))
    return np.array(found, np.float64).reshape(-1, 2)
