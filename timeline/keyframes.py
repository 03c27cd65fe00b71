"""Animation curves found and made by path, many at a time. They live in the scene's action.

Measured (4.5, 5.0, 5.2): a strip that is moved takes its keyframes along, a removed one takes them with it, one that is renamed keeps
them, and the halves of a split one have both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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

    def _of_scene(self) -> Any:
        if self._bag is None:
            data = self._scene.animation_data
            action, slot = (data.action, data.action_slot) if data else (None, None)
            layers = action.layers if action is not None and slot is not None else ()
            self._bag = next((bag for layer in layers for strip in layer.strips if (bag := strip.channelbag(slot)) is not None), None)
        return self._bag
