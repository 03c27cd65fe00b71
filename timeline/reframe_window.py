"""The part of a picture that fills the frame: its size, and the transform of Blender's that shows it. Pure.

Places in a picture are (u, v): 0..1 from its LOWER left corner, as a strip shows it (mirrored where it is). Sides are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .stage import Shown

Aspect = Literal["scene", "9:16", "4:5", "1:1", "16:9", "21:9"]
ASPECTS: dict[str, tuple[int, int]] = {"9:16": (9, 16), "4:5": (4, 5), "1:1": (1, 1), "16:9": (16, 9), "21:9": (21, 9)}
SAME = 0.01
"""Shapes that differ by less are one."""


def canvas_for(size: tuple[int, int], aspect: str) -> tuple[int, int]:
    """The frame of this shape beside one of `size`: upright and square ones as wide as its short side, wide ones as its long side."""
    if aspect not in ASPECTS:
        return size
    wide, tall = ASPECTS[aspect]
    if abs(size[0] * tall / (size[1] * wide) - 1) < SAME:
        return size
    width = max(size) if wide > tall else min(size)
    return width - width % 2, max(2, 2 * round(width * tall / wide / 2))


@dataclass(frozen=True)
class View:
    """How the picture of a strip and the frame lie together.

    `picture`: sides of the whole picture at a scale of 1, stretched as the editor stretched it; `left` to `top` the part of it, in (u, v),
    that his crop leaves. `canvas`: sides of the frame.
    """

    shown: Shown
    canvas: tuple[int, int]

    @property
    def stretch(self) -> float:
        across, along = (abs(part) for part in self.shown.pose.scale)
        ratio = across / along if along else 1.0
        return 1.0 if abs(ratio - 1) < SAME or not ratio else ratio

    @property
    def picture(self) -> tuple[float, float]:
        return self.shown.size[0] * self.stretch, self.shown.size[1]

    @property
    def left(self) -> tuple[float, float]:
        """From where to where the picture is left by its crop, across."""
        left, right, _bottom, _top = self.shown.pose.crop
        return _left(left, right, self.shown.size[0], self.shown.pose.mirrored[0])

    @property
    def up(self) -> tuple[float, float]:
        """The same along."""
        _one, _other, bottom, top = self.shown.pose.crop
        return _left(bottom, top, self.shown.size[1], self.shown.pose.mirrored[1])

    def window(self, shape: float | None = None) -> tuple[float, float]:
        """(width, height) in (u, v) of the largest part of this shape (None: the frame's) that the picture holds."""
        shape = shape or self.canvas[0] / self.canvas[1]
        width, height = (self.left[1] - self.left[0]) * self.picture[0], (self.up[1] - self.up[0]) * self.picture[1]
        wide = min(width, height * shape)
        return wide / self.picture[0], wide / shape / self.picture[1]

    def scale(self, window: tuple[float, float], share: float = 1.0) -> tuple[float, float]:
        """Blender's scale at which a part this wide fills `share` of the frame's width."""
        along = self.canvas[0] * share / (window[0] * self.picture[0])
        return along * self.stretch, along

    def offset_x(self, u: float, scale: float, at: float = 0.5) -> float:
        """Blender's offset at which the place `u` of the picture stands `at` of the frame's width; `scale` is that across."""
        pose = self.shown.pose
        return _offset(u, scale, at, self.shown.size[0], pose.origin[0], self.canvas[0], pose.mirrored[0])

    def offset_y(self, v: float, scale: float, at: float = 0.5) -> float:
        pose = self.shown.pose
        return _offset(v, scale, at, self.shown.size[1], pose.origin[1], self.canvas[1], pose.mirrored[1])

    def place(self, x: float, y: float) -> tuple[float, float]:
        """(u, v) of a point of the medium's picture, 0..1 from its UPPER left corner."""
        mirrored = self.shown.pose.mirrored
        return (1 - x if mirrored[0] else x), (y if mirrored[1] else 1 - y)


def _left(first: float, last: float, side: float, mirrored: bool) -> tuple[float, float]:
    """What is left of a side when so much is cropped at its ends, as it is seen. Blender crops before it mirrors."""
    first, last = (last, first) if mirrored else (first, last)
    return first / side, 1 - last / side


def _offset(place: float, scale: float, at: float, side: float, origin: float, frame: float, mirrored: bool) -> float:
    """Blender mirrors last, in the frame."""
    place, at = (1 - place, 1 - at) if mirrored else (place, at)
    return (at - 0.5) * frame - (origin - 0.5) * side - (place - origin) * side * scale
