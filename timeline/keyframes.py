"""Animation curves found and made by path, many at a time. They live in the scene's action.

Measured (4.5, 5.0, 5.2): a strip that is moved takes its keyframes along, a removed one takes them with it, one that is renamed keeps
them, and the halves of a split one have both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .effect import Key


def held_by(owner: Any, path: str) -> tuple[Any, str]:
    """What holds the property of this path, and the property's own name: the strip's transform and "offset_x"."""
    inside, _dot, name = path.rpartition(".")
    return (owner.path_resolve(inside) if inside else owner), name


def _lean(curve: Any, keys: Sequence[Key]) -> None:
    """Lays the handles of keys that have a slope on the line through them, each a third of the way to its neighbour."""
    for number, (point, key) in enumerate(zip(curve.keyframe_points, keys, strict=True)):
        if key.slope is None or len(keys) < 2:
            continue
        after = keys[number + 1].frame - key.frame if number + 1 < len(keys) else 0.0
        before = key.frame - keys[number - 1].frame if number else after
        for side, step in (("handle_left", -before / 3), ("handle_right", (after or before) / 3)):
            setattr(point, side, (key.frame + step, key.value + step * key.slope))


class Curves:
    """The curves of one scene."""

    def __init__(self, scene: Any) -> None:
        self._scene = scene
        self._bag: Any = None

    def find(self, path: str) -> Any:
        """The curve of this path, None when nothing animates it."""
        bag = self._of_scene() if self._bag is not None or self._scene.animation_data is not None else None
        return bag.fcurves.find(path) if bag is not None else None

    def remove(self, path: str) -> None:
        curve = self.find(path)
        if curve is not None:
            self._bag.fcurves.remove(curve)

    def write(self, thing: Any, name: str, points: Sequence[tuple[float, float]], interpolation: str) -> None:
        """Animates a property by these (frame, value), at least one, and nothing else."""
        path = thing.path_from_id(name)
        self.remove(path)
        if self._of_scene() is None:  # made as Blender makes it for a first keyframe
            thing.keyframe_insert(name, frame=0)
            self.remove(path)
        curve = self._bag.fcurves.new(path)
        curve.keyframe_points.add(len(points))
        curve.keyframe_points.foreach_set("co", [float(part) for point in points for part in point])
        for key in curve.keyframe_points:
            key.interpolation = interpolation
        curve.update()

    def animate(self, owner: Any, path: str, index: int, keys: Sequence[Key]) -> str:
        """Animates a property of `owner` by these keys, and gives the curve's path. `index` is -1 for what has no parts."""
        keys = list({round(key.frame, 2): key for key in sorted(keys, key=lambda key: key.frame)}.values())  # Blender has one a frame
        holder, name = held_by(owner, path)
        where, part = holder.path_from_id(name), max(0, index)
        if self._of_scene() is None:
            if index < 0:
                holder.keyframe_insert(name, frame=0)
            else:
                holder.keyframe_insert(name, index=index, frame=0)
            self.take_away(where, part)
        curve = self._bag.fcurves.new(where, index=part)
        curve.keyframe_points.add(len(keys))
        curve.keyframe_points.foreach_set("co", [float(number) for key in keys for number in (key.frame, key.value)])
        for point, key in zip(curve.keyframe_points, keys, strict=True):
            point.interpolation = key.ease
            point.handle_left_type = point.handle_right_type = "AUTO_CLAMPED" if key.slope is None else "ALIGNED"
        curve.update()
        _lean(curve, keys)
        return str(where)

    def take_away(self, path: str, index: int) -> None:
        """Removes the curve of this path and part."""
        bag = self._of_scene()
        curve = bag.fcurves.find(path, index=index) if bag is not None else None
        if curve is not None:
            bag.fcurves.remove(curve)

    def _of_scene(self) -> Any:
        if self._bag is None:
            data = self._scene.animation_data
            action, slot = (data.action, data.action_slot) if data else (None, None)
            layers = action.layers if action is not None and slot is not None else ()
            self._bag = next((bag for layer in layers for strip in layer.strips if (bag := strip.channelbag(slot)) is not None), None)
        return self._bag
