"""Steps of a strip's crop: keyframes of constant interpolation, written many at a time. They live in the scene's action.

Measured (4.5, 5.0, 5.2): a strip that is moved takes its keyframes along, a removed one takes them with it, one that is renamed keeps
them, and the halves of a split one have both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bpy

from .curves import Keys


def animation_held(scene: Any) -> str:
    """Why the scene's keyframes must not be changed, "" when they may."""
    data = scene.animation_data
    action = data.action if data else None
    return f"The action {action.name!r} of the scene is linked from another file." if action is not None and not action.is_editable else ""


def without_animation(scene: Any) -> Callable[[], None]:
    """What takes back that this scene got an action; nothing where it has one already."""
    data = scene.animation_data
    if data is not None and data.action is not None:
        return lambda: None
    bare = data is None

    def undo() -> None:
        action = scene.animation_data.action if scene.animation_data else None
        if bare:
            scene.animation_data_clear()
        elif action is not None:
            scene.animation_data.action = None
        if action is not None and action.users == 0:
            bpy.data.actions.remove(action)

    return undo


class Steps:
    """Writes steps into one scene."""

    def __init__(self, scene: Any) -> None:
        self._scene = scene
        self._bag: Any = None
        self._written: dict[str, Keys] = {}

    def put(self, strip: Any, side: str, steps: Sequence[tuple[int, int]]) -> None:
        """Crops the strip's `side` by these pixels, each from its frame on; without keyframes where it stays the same."""
        kept = [step for number, step in enumerate(steps) if not number or step[1] != steps[number - 1][1]]
        crop, path = strip.crop, strip.crop.path_from_id(side)
        if self._bag is not None or self._scene.animation_data is not None:
            self._clear(path)
        setattr(crop, side, kept[0][1])
        if len(kept) < 2:
            return
        curve = self._bag_with(crop, side).fcurves.new(path)
        curve.keyframe_points.add(len(kept))
        curve.keyframe_points.foreach_set("co", [float(part) for step in kept for part in step])
        for point in curve.keyframe_points:
            point.interpolation = "CONSTANT"
        curve.update()
        self._written.setdefault(strip.name, {})[side] = tuple(kept)

    def of(self, name: str) -> Keys:
        """What was written for a strip."""
        return self._written.get(name, {})

    def _clear(self, path: str) -> None:
        bag = self._bag_of_scene()
        curve = bag.fcurves.find(path) if bag is not None else None
        if curve is not None:
            bag.fcurves.remove(curve)

    def _bag_with(self, crop: Any, side: str) -> Any:
        """Where the scene's curves are; made as Blender makes it for a first keyframe."""
        if self._bag_of_scene() is None:
            crop.keyframe_insert(side, frame=0)
            bag = self._bag_of_scene()
            bag.fcurves.remove(bag.fcurves.find(crop.path_from_id(side)))
        return self._bag

    def _bag_of_scene(self) -> Any:
        if self._bag is None:
            data = self._scene.animation_data
            action, slot = (data.action, data.action_slot) if data else (None, None)
            layers = action.layers if action is not None and slot is not None else ()
            self._bag = next((bag for layer in layers for strip in layer.strips if (bag := strip.channelbag(slot)) is not None), None)
        return self._bag
