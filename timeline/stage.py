"""How pictures lie in the frame, and what the editor chose for single shots: what planners of effects know besides facts and strips."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from ..ml.facts import Span
from .plan import Kind

if TYPE_CHECKING:
    from .camera import Camera


@dataclass(frozen=True)
class Pose:
    """Blender's transform and crop of a strip, as they stand still. `crop`: left, right, bottom, top, in pixels of the picture."""

    offset: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    rotation: float = 0.0
    origin: tuple[float, float] = (0.5, 0.5)
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    mirrored: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Shown:
    """The picture of one strip. `size` is (width, height) in pixels as Blender shows it at a scale of 1.

    `keyed` are the properties ("transform.offset_x") that somebody else than the feature at work animates.
    `look` is a digest of everything that makes the strip look as it does, for comparison only; "" where nobody worked it out.
    `saturation` is the strip's own. `worn` is a digest of its modifiers and saturation alone: `look` without how it lies in the frame.
    `camera` is what the other effect does that shares its transform with the feature at work (module `camera`), over the timeline's
    frames; `pose` and `keyed` are without that.
    """

    size: tuple[float, float]
    pose: Pose = Pose()
    keyed: frozenset[str] = frozenset()
    look: str = ""
    saturation: float = 1.0
    worn: str = ""
    camera: Camera | None = None

    def on_canvas(self, x: float, y: float, canvas: tuple[float, float]) -> tuple[float, float]:
        """Where a point of the picture, 0..1 from its UPPER left corner, is seen: pixels from the lower left corner of the frame.

        Blender mirrors last, in the frame (measured in 4.5 and 5.2): a strip that stands on the left is then seen on the right.
        """
        pose, (width, height) = self.pose, self.size
        y = 1.0 - y
        dx = (x - pose.origin[0]) * width * pose.scale[0]
        dy = (y - pose.origin[1]) * height * pose.scale[1]
        cos, sin = math.cos(pose.rotation), math.sin(pose.rotation)
        base_x = canvas[0] / 2 + pose.offset[0] + (pose.origin[0] - 0.5) * width
        base_y = canvas[1] / 2 + pose.offset[1] + (pose.origin[1] - 0.5) * height
        seen = base_x + dx * cos - dy * sin, base_y + dx * sin + dy * cos
        return canvas[0] - seen[0] if pose.mirrored[0] else seen[0], canvas[1] - seen[1] if pose.mirrored[1] else seen[1]


@dataclass(frozen=True)
class Choice:
    """What the editor chose for a part of a medium, for one feature: `what` is "leave" (do nothing there) or a word of the feature's own
    ("subject", "strength", …) with its `value`."""

    kind: Kind
    medium: str
    span: Span
    what: str
    value: str = ""


@dataclass(frozen=True)
class Stage:
    """`canvas` is the size of the scene's picture in pixels; `shown` are the pictures of strips by name."""

    canvas: tuple[int, int]
    rate: Fraction
    shown: Mapping[str, Shown]
    choices: tuple[Choice, ...] = field(default=())

    def chosen(self, kind: Kind, medium: str, span: Span, what: str) -> str | None:
        """The value of the latest choice that says `what` of the middle of this span, None where there is none."""
        middle = (span.start + span.end) / 2
        found = [one for one in self.choices if (one.kind, one.medium, one.what) == (kind, medium, what) and one.span.holds(middle)]
        return found[-1].value if found else None

    def left_out(self, kind: Kind, medium: str, span: Span) -> bool:
        return self.chosen(kind, medium, span, "leave") is not None
