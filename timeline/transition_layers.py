"""What a transition is made of: copies of both strips over the cut, and what leads from one to the other. Pure.

The strips themselves stay as they are, under the copies. Measured on renders (4.5, 5.2): an effect strip that replaces what is below it
hides them; with its fader at 0 and at 1 it gives its two inputs to the last digit. So the first frame of a transition is the picture that
stood there before, and so is its last one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .effect import Curve, Key, Layer, Setting
from .meetings import Meeting
from .stage import Shown, Stage
from .timebase import FrameRange

Way = Literal["dissolve", "dip", "wipe", "push"]
Direction = Literal["left", "right", "up", "down"]
"""Where pictures go: to the left, the new one comes from the right."""
SOFT = 0.08
"""How wide the soft edge of a wipe is, as Blender counts it."""
_STEPS: dict[Direction, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, 1), "down": (0, -1)}
_WIPES: dict[Direction, tuple[str, float]] = {
    "left": ("IN", -math.pi / 2), "right": ("OUT", -math.pi / 2), "up": ("IN", 0.0), "down": ("OUT", 0.0)
}  # fmt: skip
"""Blender's direction and angle of a wipe whose edge goes that way, as rendered."""


@dataclass(frozen=True)
class Look:
    """How transitions look. `color` is a dip's, red, green and blue in 0..1."""

    way: Way
    direction: Direction = "left"
    color: tuple[float, float, float] = (0.0, 0.0, 0.0)


def layers(meeting: Meeting, frames: FrameRange, look: Look, stage: Stage) -> tuple[Layer, ...]:
    """The strips of one transition over `frames`, from below. At least two frames, the cut among them or at an end."""
    if look.way == "dip":
        return (_dip(meeting.frame, frames, look.color),)
    whole = Shown((float(stage.canvas[0]), float(stage.canvas[1])))
    shown = tuple(stage.shown.get(strip.name, whole) for strip in (meeting.left, meeting.right))
    curves: tuple[tuple[Curve, ...], ...] = ((), ())
    if look.way == "push":
        path, travel = _travel(look, shown, stage)
        curves = (_moved(path, frames, shown[0], 0.0, travel), _moved(path, frames, shown[1], -travel, 0.0))
    names = ("out", "in")
    strips = (meeting.left.name, meeting.right.name)
    copies = tuple(
        Layer(name, "COPY", frames, (strip,), curves=curve, look=one.look)
        for name, strip, curve, one in zip(names, strips, curves, shown, strict=True)
    )
    return (*copies, _lead(frames, look, names))


def _lead(frames: FrameRange, look: Look, names: tuple[str, ...]) -> Layer:
    replaced = Setting("blend_type", "REPLACE")
    if look.way == "push":
        return Layer("push", "ALPHA_OVER", frames, names, (replaced,))
    fader = Curve("effect_fader", (Key(frames.start, 0.0, "LINEAR"), Key(frames.end - 1, 1.0, "LINEAR")))
    settings = [replaced, Setting("use_default_fade", False)]
    if look.way == "dissolve":
        return Layer("dissolve", "CROSS", frames, names, tuple(settings), (fader,))
    direction, angle = _WIPES[look.direction]
    settings += [
        Setting("transition_type", "SINGLE"),
        Setting("direction", direction),
        Setting("angle", angle),
        Setting("blur_width", SOFT),
    ]
    return Layer("wipe", "WIPE", frames, names, tuple(settings), (fader,))


def _dip(cut: int, frames: FrameRange, color: tuple[float, float, float]) -> Layer:
    keys = [(frames.start, 0.0), (cut - 1, 1.0), (cut, 1.0), (frames.end - 1, 0.0)]
    curve = Curve("blend_alpha", tuple(Key(frame, value, "LINEAR") for frame, value in keys))
    return Layer("dip", "COLOR", frames, (), (Setting("color", color), Setting("blend_type", "ALPHA_OVER")), (curve,))


def movable(shown: Shown | None) -> bool:
    """Whether a push may move a picture: nobody else moves it."""
    return shown is None or not any(path.startswith(("transform", "crop")) for path in shown.keyed)


def _travel(look: Look, shown: Sequence[Shown], stage: Stage) -> tuple[str, float]:
    """The property a push moves, and by how many pixels from its first frame to its last: pictures that reach beyond the frame go farther,
    so that nothing of the new one is seen before and nothing of the old one afterwards."""
    x, y = _STEPS[look.direction]
    across = 0 if x else 1
    step, size = (x or y), float(stage.canvas[across])
    low, high = zip(*(extent(one, stage.canvas)[across] for one in shown), strict=True)
    out, into = (high[0], size - low[1]) if step < 0 else (size - low[0], high[1])
    return ("transform.offset_x" if x else "transform.offset_y"), step * max(size, out, into)


def extent(shown: Shown, canvas: tuple[int, int]) -> tuple[tuple[float, float], tuple[float, float]]:
    """((left, right), (bottom, top)) of a picture in pixels of the frame, as it stands still."""
    corners = [shown.on_canvas(x, y, (float(canvas[0]), float(canvas[1]))) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    across, along = zip(*corners, strict=True)
    return (min(across), max(across)), (min(along), max(along))


def _moved(path: str, frames: FrameRange, shown: Shown, start: float, end: float) -> tuple[Curve, ...]:
    """At rest at both ends: what the cameras do goes on without a jolt."""
    base = shown.pose.offset[0 if path.endswith("x") else 1]
    keys = (Key(frames.start, base + start, slope=0.0), Key(frames.end - 1, base + end, slope=0.0))
    return (Curve(path, keys),)
