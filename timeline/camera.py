"""How two effects share the transform of a strip: one steadies the picture, the other chooses the part of it that fills the frame. Pure.

Each is planned as if it were alone, from how the strip lay before any of them (`Camera.pose`). Where both stand, the strip is written so
that the frame shows what Reframe's camera sees of the steadied picture: their poses are multiplied. Reframe does not turn, and what turns
do about a pivot cancels; so that is a sum for the place (one curve, and the other times a factor), a product for the size, and the angle
as it is. The factor stands still within a shot, where a sum of cubics is a cubic: nothing is lost.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, get_args

import numpy as np

from ..ml.errors import BAD_INPUT, EditorError
from .effect import Curve, Ease, Effect, Key, Setting
from .stage import Pose
from .timebase import FrameRange

PATHS = ("transform.offset_x", "transform.offset_y", "transform.scale_x", "transform.scale_y", "transform.rotation")
SHARES = {"reframe": "stabilise", "stabilise": "reframe"}
"""The kinds of effects that share a strip's transform, each with the other."""
NEAR = 1e-6
"""Values that differ by less are one."""


@dataclass(frozen=True)
class Camera:
    """What one of the two does to a picture of `size`, which lay as `pose` before. `curves` are of `PATHS`; what stands still is one
    keyframe. `apart`: the frames in which the strip shows a part of a split screen: what is cut off there must not move."""

    size: tuple[float, float]
    pose: Pose
    curves: tuple[Curve, ...] = ()
    apart: tuple[FrameRange, ...] = field(default=())

    def later(self, frames: int) -> Camera:
        curves = (replace(one, keys=tuple(replace(key, frame=key.frame + frames) for key in one.keys)) for one in self.curves)
        return replace(self, curves=tuple(curves), apart=tuple(one.moved(frames) for one in self.apart))

    def at(self, frames: Any) -> Any:
        """Float64 (frames, 5): the values of `PATHS`."""
        return np.column_stack([track.at(np.asarray(frames))[0] for track in self._tracks()])

    def _tracks(self) -> list[_Track]:
        known = {one.path: one.keys for one in self.curves}
        before = (*self.pose.offset, *self.pose.scale, self.pose.rotation)
        return [_Track(known.get(path) or (Key(0, value, "CONSTANT"),)) for path, value in zip(PATHS, before, strict=True)]


def camera_of(effect: Effect) -> Camera | None:
    """What `effect` does; None for one that does not share."""
    if effect.pose is None or effect.identity.kind not in SHARES or not all(effect.pose.scale):
        return None
    still = [Curve(one.path, (Key(0, one.value, "CONSTANT"),)) for one in effect.settings if _shared(one) and isinstance(one.value, float)]
    moving = [one for one in effect.curves if _shared(one)]
    apart = tuple(layer.frames for layer in effect.layers if layer.type == "COPY" and layer.inputs == (effect.strip,))
    return load(dump(Camera(effect.picture, effect.pose, (*still, *moving), apart)))  # as it will be known later


def dump(camera: Camera) -> str:
    """One line of JSON, its keyframes as 32-bit numbers: what Blender keeps of them."""
    pose = camera.pose
    lies = [*pose.offset, *pose.scale, pose.rotation, *pose.origin, *pose.crop, *map(int, pose.mirrored)]
    rows = []
    for one in camera.curves:
        table = np.array([(key.frame, key.value, np.nan if key.slope is None else key.slope) for key in one.keys], "<f4")
        rows.append([one.path, "".join(key.ease[0] for key in one.keys), b64encode(table.tobytes()).decode()])
    apart = [[one.start, one.end] for one in camera.apart]
    return json.dumps({"size": camera.size, "pose": lies, "curves": rows, "apart": apart}, separators=(",", ":"))


@lru_cache(maxsize=64)
def load(text: str) -> Camera:
    """Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    try:
        data = json.loads(text)
        x, y, across, along, turn, *rest = (float(part) for part in data["pose"])
        left, right, bottom, top = rest[2:6]
        pose = Pose((x, y), (across, along), turn, (rest[0], rest[1]), (left, right, bottom, top), (bool(rest[6]), bool(rest[7])))
        curves = tuple(Curve(str(path), _unpacked(eases, keys)) for path, eases, keys in data["curves"])
        apart = tuple(FrameRange(int(start), int(end)) for start, end in data["apart"])
        wide, tall = (float(side) for side in data["size"])
        return Camera((wide, tall), pose, curves, apart)
    except (ValueError, KeyError, TypeError, IndexError) as reason:
        raise EditorError(
            "This scene's record of effects cannot be read.", "Use Reset Assistant Editor.", BAD_INPUT, repr(reason)
        ) from reason


def _unpacked(eases: str, keys: str) -> tuple[Key, ...]:
    table = np.frombuffer(b64decode(keys), "<f4").reshape(-1, 3).tolist()
    rows = zip(table, eases, strict=True)
    return tuple(Key(frame, value, _EASES[ease], None if math.isnan(slope) else slope) for (frame, value, slope), ease in rows)


_EASES: dict[str, Ease] = {one[0]: one for one in get_args(Ease)}


def alone(camera: Camera) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    """The properties of a strip that only this one moves."""
    return _written((one.path, one.keys) for one in camera.curves)


def together(framing: Camera, steady: Camera) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    """The properties of a strip whose picture is steadied and then framed."""
    x, y, wide, tall, _turn = framing._tracks()
    shake, before = steady._tracks(), (*steady.pose.offset, *steady.pose.scale, steady.pose.rotation)
    own_wide, own_tall, angle, one = (_Track((Key(0, value, "CONSTANT"),)) for value in (*steady.pose.scale, before[4], 1.0))
    # Of each: what is added to, what it is multiplied with, and the unit of that.
    rules = ((x, wide, own_wide), (y, tall, own_tall), (wide, wide, own_wide), (tall, tall, own_tall), (angle, one, one))
    rows = []
    for number, (added, factor, unit) in enumerate(rules):
        knots = _Knots((added, factor, shake[number]), framing.apart)
        sides = []
        for side in (1, 2):
            a, b, s = (np.stack([track.at(knots.frames)[kind] for kind in (0, side)]) for track in (added, factor, shake[number]))
            by, off = b / unit.at(knots.frames)[0], s - [[before[number]], [0.0]]
            for part in framing.apart:
                off[:, (knots.frames >= part.start) & (knots.frames < part.end)] = 0.0
            sides.append((a[0] + by[0] * off[0], a[1] + by[1] * off[0] + by[0] * off[1]))
        rows.append((PATHS[number], knots.keys(sides[0][0], sides[0][1], sides[1][1])))
    return _written(rows)


def steadied(steady: Camera, frames: Any) -> Any:
    """Float64 (frames, 2, 3): where points (x, y, 1) of the picture, 0..1 from its upper left corner, go in the steadied picture."""
    values, pose = steady.at(frames), steady.pose
    pivot = (np.array(pose.origin) - 0.5) * np.array(steady.size)
    base, angle = np.array(pose.scale), values[:, 4] - pose.rotation
    moved = _centre(values[:, :2], values[:, 2:4], values[:, 4], pivot)
    moved = _turned(moved - _centre(np.array([pose.offset]), base[None], pose.rotation, pivot), -pose.rotation) / base
    grown = values[:, 2] / base[0]
    cos, sin = grown * np.cos(angle), grown * np.sin(angle)
    wide, tall = (side * scale for side, scale in zip(steady.size, base, strict=True))
    # Downwards, for y counts from above.
    turn = np.stack([np.column_stack([cos, sin * tall / wide]), np.column_stack([-sin * wide / tall, cos])], axis=1)
    shift = moved / np.array(steady.size) * np.array([1, -1])
    middle = np.array([0.5, 0.5])
    return np.concatenate([turn, (middle + shift - turn @ middle)[:, :, None]], axis=2)


def boxes(steady: Camera, frames: Any, box: Any) -> Any:
    """Float64 (frames, 4): what holds these boxes (left, top, right, bottom; as `steadied` counts) in the steadied picture."""
    ways = steadied(steady, frames)
    corners = np.stack([box[:, [x, y]] for x in (0, 2) for y in (1, 3)], axis=1)
    there = np.einsum("fij,fcj->fci", ways[:, :, :2], corners) + ways[:, None, :, 2]
    return np.column_stack([there.min(axis=1), there.max(axis=1)])


def always_filled(steady: Camera, frames: Any) -> tuple[float, float, float, float]:
    """How many pixels of the steadied picture's left, right, lower and upper side are not filled at some of these frames; with the crop."""
    left, right, bottom, top = steady.pose.crop
    wide, tall = steady.size
    edges = left / wide, top / tall, 1 - right / wide, 1 - bottom / tall
    ways = steadied(steady, frames)
    corners = {(x, y): ways[:, :, 0] * edges[x] + ways[:, :, 1] * edges[y] + ways[:, :, 2] for x in (0, 2) for y in (1, 3)}
    first = max(float(np.maximum(corners[0, y][:, 0], 0).max()) for y in (1, 3))
    last = min(float(np.minimum(corners[2, y][:, 0], 1).min()) for y in (1, 3))
    upper = max(float(np.maximum(corners[x, 1][:, 1], 0).max()) for x in (0, 2))
    lower = min(float(np.minimum(corners[x, 3][:, 1], 1).min()) for x in (0, 2))
    return max(left, first * wide), max(right, (1 - last) * wide), max(bottom, (1 - lower) * tall), max(top, upper * tall)


def _centre(offset: Any, scale: Any, angle: Any, pivot: Any) -> Any:
    """Where the picture's middle is, from the frame's."""
    return offset + pivot - _turned(scale * pivot, angle)


def _turned(points: Any, angle: Any) -> Any:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([points[:, 0] * cos - points[:, 1] * sin, points[:, 0] * sin + points[:, 1] * cos], axis=1)


class _Track:
    """A curve as Blender plays it: cubics of Hermite, or held; before the first and after the last keyframe it stands still."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.frames = np.array([key.frame for key in keys], np.float64)
        self._values = np.array([key.value for key in keys])
        self._slopes = np.array([key.slope or 0.0 for key in keys])
        self._held = np.array([key.ease == "CONSTANT" for key in keys])
        self._held[-1] = True

    def at(self, frames: Any) -> tuple[Any, Any, Any]:
        """Float64 (frames,) three times: values, slopes where it comes from, slopes where it goes to."""
        frames = np.asarray(frames, np.float64)
        right = np.searchsorted(self.frames, frames, "right") - 1
        left = np.searchsorted(self.frames, frames, "left") - 1
        return self._piece(right, frames)[0], self._piece(left, frames)[1], self._piece(right, frames)[1]

    def _piece(self, number: Any, frames: Any) -> tuple[Any, Any]:
        first = np.clip(number, 0, len(self.frames) - 1)
        last = np.minimum(first + 1, len(self.frames) - 1)
        still = (number < 0) | self._held[first]
        length = np.where(still, 1.0, self.frames[last] - self.frames[first])
        x = np.where(still, 0.0, (frames - self.frames[first]) / length)
        a, b = self._values[first], self._values[last]
        one, other = self._slopes[first] * length, self._slopes[last] * length
        value = a + one * x + (3 * (b - a) - 2 * one - other) * x**2 + (2 * (a - b) + one + other) * x**3
        slope = (one + 2 * (3 * (b - a) - 2 * one - other) * x + 3 * (2 * (a - b) + one + other) * x**2) / length
        return np.where(still, a, value), np.where(still, 0.0, slope)

    def jumps(self) -> Any:
        """The frames at which it is suddenly elsewhere."""
        after = np.flatnonzero(self._held[:-1] & (np.abs(np.diff(self._values)) > 0)) + 1
        return self.frames[after]

    def jolts(self) -> Any:
        """The frames at which it comes to rest out of a move."""
        return self.frames[self._held & (np.abs(self.at(self.frames)[1]) > NEAR)]

    def rests(self, frames: Any) -> Any:
        """Bool: whether it stands still from each of `frames` to the next keyframe."""
        number = np.searchsorted(self.frames, frames, "right") - 1
        return (number < 0) | self._held[np.clip(number, 0, len(self.frames) - 1)]


class _Knots:
    """The keyframes of a curve that depends on these."""

    def __init__(self, tracks: Sequence[_Track], apart: Sequence[FrameRange]) -> None:
        self._tracks = tracks
        jumps = {float(one) for track in tracks for one in track.jumps()} | {float(edge) for one in apart for edge in (one.start, one.end)}
        known = {float(one) for track in tracks for one in track.frames if len(track.frames) > 1} | jumps
        # Where one comes to rest with a jolt while the other goes on, the next frame is a keyframe too.
        jolts = {float(one) for track in self._tracks for one in track.jolts()}
        known |= {one + 1 for one in jolts if not all(track.rests(one) for track in self._tracks)}
        known |= {one - 1 for one in jumps}
        self.frames = np.array(sorted(known or {float(tracks[-1].frames[0])}))
        self._before = np.isin(self.frames + 1, sorted(jumps))

    def keys(self, values: Any, left: Any, right: Any) -> tuple[Key, ...]:
        rests = np.all([track.rests(self.frames) for track in self._tracks], axis=0) | self._before
        rests[-1] = True
        found: list[Key] = []
        for frame, value, held, one, other in zip(self.frames, values, rests, left, right, strict=True):
            key = Key(float(frame), float(value), "CONSTANT" if held else "BEZIER", float(one if held else other))
            same = found and found[-1].ease == key.ease == "CONSTANT" and abs(found[-1].value - key.value) <= NEAR
            if not same:
                found.append(key)
        return tuple(found)


def _written(rows: Iterable[tuple[str, Sequence[Key]]]) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    settings, curves = [], []
    for path, keys in rows:
        if len(keys) == 1 and keys[0].ease == "CONSTANT" and keys[0].slope is None:
            settings.append(Setting(path, keys[0].value))
        else:
            curves.append(Curve(path, tuple(keys)))
    return tuple(settings), tuple(curves)


def _shared(one: Setting | Curve) -> bool:
    return one.path in PATHS
