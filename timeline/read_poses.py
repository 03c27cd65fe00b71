"""How pictures lie in the frame at every frame, where that is animated. Reads only."""

from __future__ import annotations

from typing import Any

from . import compat
from .picture_way import Lens, Moving, Poses
from .plan import EFFECT_KINDS
from .stage import Pose
from .tags import tag_of
from .timebase import FrameRange

_PROPERTIES = ("offset_x", "offset_y", "scale_x", "scale_y", "rotation")


def moving(scene: Any, but: str = "") -> Moving:
    """Of the open sequence, without the layers of effects of the kind `but`."""
    curves = {(curve.data_path, curve.array_index): curve for curve in compat.curves(scene)}
    drivers = scene.animation_data.drivers if scene.animation_data is not None else ()
    driven_paths = {driver.data_path for driver in drivers}
    poses: dict[str, Poses] = {}
    lenses, driven = [], set()
    for strip in compat.open_sequence(scene).strips:
        if not hasattr(strip, "transform"):
            continue
        tag = tag_of(strip)
        if tag is not None and tag.kind in EFFECT_KINDS and tag.kind == but:
            continue
        paths = {name: strip.transform.path_from_id(name) for name in (*_PROPERTIES, "origin")}
        if driven_paths & set(paths.values()):
            driven.add(strip.name)
        frames = FrameRange(compat.left(strip), max(compat.left(strip) + 1, compat.right(strip)))
        keyed = any((path, index) in curves for path in paths.values() for index in (0, 1))
        if keyed:
            poses[strip.name] = frames.start, tuple(_pose(strip, paths, curves, frame) for frame in range(frames.start, frames.end))
        if strip.type == "ADJUSTMENT" and not strip.mute:
            still = (frames.start, (_pose(strip, paths, {}, frames.start),))
            lens = poses.get(strip.name, still)
            if lens[1] != (Pose(),):
                lenses.append(Lens(strip.name, strip.channel, frames, lens))
    return Moving(poses, tuple(lenses), frozenset(driven))


def _pose(strip: Any, paths: dict[str, str], curves: dict[tuple[str, int], Any], frame: int) -> Pose:
    def value(name: str, index: int = 0) -> float:
        curve = curves.get((paths[name], index))
        if curve is not None:
            return float(curve.evaluate(frame))
        still = getattr(strip.transform, name)
        return float(still[index] if name == "origin" else still)

    origin = value("origin"), value("origin", 1)
    offset, scale = (value("offset_x"), value("offset_y")), (value("scale_x"), value("scale_y"))
    return Pose(offset, scale, value("rotation"), origin, mirrored=(strip.use_flip_x, strip.use_flip_y))
