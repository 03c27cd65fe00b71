"""The path of a virtual camera as keyframes of a strip's transform, a split screen as a second strip. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .effect import Curve, Key, Layer, Mark, Setting
from .reframe_keys import Knot
from .reframe_path import Path
from .reframe_window import View
from .stage import Pose
from .timebase import FrameRange

PATHS = ("transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y")
CROPS = ("crop.min_x", "crop.max_x", "crop.min_y", "crop.max_y")
NEAR = {"transform.offset_x": 1e-3, "transform.offset_y": 1e-3, "transform.scale_x": 1e-6, "transform.scale_y": 1e-6}
"""Values that differ by less are one."""
MARKED = 4
"""Frames from one mark of a preview to the next."""
Area = tuple[float, float, float, float]
WHOLE: Area = (0.0, 0.0, 1.0, 1.0)
_NOWHERE = Path("hold", (Knot(0, 0.5),), 1.0)


@dataclass(frozen=True)
class Part:
    """What the camera does over `frames`: `window` (u, v) whose middle moves along `across` and `along`, seen in `area` of the frame.

    `area` is (left, bottom, right, top), 0..1. `glides`: it comes out of the part before in a dissolve. `subject` is its box, (frames, 4)
    in (u, v), None where there is none. `pose`: the picture lies so, and nothing else counts.
    """

    frames: FrameRange
    window: tuple[float, float] = (1.0, 1.0)
    across: Path = _NOWHERE
    along: Path = _NOWHERE
    area: Area = WHOLE
    glides: bool = False
    name: str = ""
    subject: Any = None
    pose: Pose | None = None


def moves(view: View, parts: Sequence[Part]) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    """The properties of a strip that shows these parts, in order of time: what never changes as settings, the rest as curves."""
    rows: dict[str, list[Key]] = {path: [] for path in (*PATHS, *CROPS)}
    cropped = any(part.area != WHOLE for part in parts)
    for number, part in enumerate(parts):
        glides = number + 1 < len(parts) and parts[number + 1].glides
        for path, value in zip(CROPS, crop_of(view, part) if cropped else (), strict=cropped):
            rows[path].append(Key(part.frames.start, value, "CONSTANT"))
        if part.pose is not None:
            for path, value in zip(PATHS, (*part.pose.offset, *part.pose.scale), strict=True):
                rows[path] += _keys(part, [(Knot(part.frames.start, 0.0), value)], 0.0, glides)
            continue
        scale = view.scale(part.window, part.area[2] - part.area[0])
        at = (part.area[0] + part.area[2]) / 2, (part.area[1] + part.area[3]) / 2
        across = [(knot, view.offset_x(knot.value * part.window[0], scale[0], at[0])) for knot in part.across.knots]
        along = [(knot, view.offset_y(knot.value * part.window[1], scale[1], at[1])) for knot in part.along.knots]
        turn = [
            side * along * part_of * (1 if mirrored else -1)
            for side, along, part_of, mirrored in zip(view.shown.size, scale, part.window, view.shown.pose.mirrored, strict=True)
        ]
        rows[PATHS[0]] += _keys(part, across, turn[0], glides)
        rows[PATHS[1]] += _keys(part, along, turn[1], glides)
        for path, value in zip(PATHS[2:], scale, strict=True):
            rows[path] += _keys(part, [(Knot(part.frames.start, 0.0), value)], 0.0, glides)
    settings, curves = [], []
    for path, keys in rows.items():
        kept = _needed(keys, NEAR.get(path, 0.5))
        if len(kept) == 1:
            settings.append(Setting(path, int(kept[0].value) if path in CROPS else kept[0].value))
        elif kept:
            curves.append(Curve(path, tuple(kept)))
    return tuple(settings), tuple(curves)


def _keys(part: Part, places: Sequence[tuple[Knot, float]], turn: float, glides: bool) -> list[Key]:
    """The last keyframe of a part holds until the next one: the camera never drifts across a cut. In a dissolve it glides."""
    if len(places) == 1 and glides:
        (_knot, value), last = places[0], part.frames.end - 1
        first = [Key(part.frames.start, value, "CONSTANT")] if last > part.frames.start else []
        return [*first, Key(last, value, "BEZIER", 0.0)]
    keys = [Key(knot.frame, value, "BEZIER", knot.slope * turn) for knot, value in places]
    if not glides:
        keys[-1] = Key(keys[-1].frame, keys[-1].value, "CONSTANT", keys[-1].slope if len(keys) > 1 else None)
    return keys


def _needed(keys: Sequence[Key], near: float) -> list[Key]:
    """Without those that change nothing: the same value again, held before and after."""
    kept: list[Key] = []
    for key in keys:
        same = kept and kept[-1].ease == "CONSTANT" and key.ease == "CONSTANT" and abs(kept[-1].value - key.value) <= near
        if not same:
            kept.append(key)
    return kept


def crop_of(view: View, part: Part) -> tuple[float, float, float, float]:
    """Blender's crop (left, right, bottom, top), whole pixels, that leaves no less than the window; else the editor's own."""
    own = view.shown.pose.crop
    if part.area == WHOLE:
        return own
    width, height = view.shown.size
    middle = part.across.knots[0].value * part.window[0], part.along.knots[0].value * part.window[1]
    left, bottom = (middle[0] - part.window[0] / 2) * width, (middle[1] - part.window[1] / 2) * height
    right, top = width - left - part.window[0] * width, height - bottom - part.window[1] * height
    if view.shown.pose.mirrored[0]:
        left, right = right, left
    if view.shown.pose.mirrored[1]:
        bottom, top = top, bottom
    return tuple(max(mine, math.floor(side)) for mine, side in zip(own, (left, right, bottom, top), strict=True))  # type: ignore[return-value]


def second(view: View, strip: str, part: Part, number: int) -> Layer:
    """The other half of a split screen: a copy of the strip that shows `part`, made anew when the strip is graded otherwise."""
    scale = view.scale(part.window, part.area[2] - part.area[0])
    at = (part.area[0] + part.area[2]) / 2, (part.area[1] + part.area[3]) / 2
    values = (
        view.offset_x(part.across.knots[0].value * part.window[0], scale[0], at[0]),
        view.offset_y(part.along.knots[0].value * part.window[1], scale[1], at[1]), *scale,
    )  # fmt: skip
    held = [*zip(PATHS, values, strict=True), *zip(CROPS, crop_of(view, part), strict=True)]
    curves = tuple(Curve(path, (Key(part.frames.start, value, "CONSTANT"),)) for path, value in held)
    return Layer(f"split {number}", "COPY", part.frames, inputs=(strip,), curves=curves, look=view.shown.worn)


def marks(view: View, parts: Sequence[Part]) -> tuple[Mark, ...]:
    """Where the subjects stand in the frame, every few frames."""
    found = []
    for part in parts:
        if part.subject is None:
            continue
        frames = np.arange(part.frames.start, part.frames.end, MARKED)
        boxes = seen_at(view, part, frames, part.subject[::MARKED])
        known = np.flatnonzero(~np.isnan(boxes).any(axis=1))
        found += [Mark(int(frames[row]), tuple(boxes[row].tolist()), part.name, "subject") for row in known]
    return tuple(found)


def seen_at(view: View, part: Part, frames: Any, boxes: Any) -> Any:
    """Float64 (frames, 4): where boxes of the picture stand in the frame, in pixels."""
    left, bottom, right, top = part.area
    wide, tall = (right - left) * view.canvas[0], (top - bottom) * view.canvas[1]
    across, along = (path.at(frames)[:, None] * side for path, side in zip((part.across, part.along), part.window, strict=True))
    u = left * view.canvas[0] + ((boxes[:, [0, 2]] - across) / part.window[0] + 0.5) * wide
    v = bottom * view.canvas[1] + ((boxes[:, [1, 3]] - along) / part.window[1] + 0.5) * tall
    return np.column_stack([u[:, 0], v[:, 0], u[:, 1], v[:, 1]])
