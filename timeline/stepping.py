"""Steps of a strip's crop: keyframes of constant interpolation, written many at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bpy

from . import compat
from .curves import Keys
from .keyframes import Curves


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


def without_empty_action(scene: Any) -> None:
    """Takes away an action that animates nothing any more and that nobody else uses, and the scene's animation where it holds nothing."""
    data = scene.animation_data
    action = data.action if data else None
    if action is None or not action.is_editable or action.use_fake_user or action.users > 1 or compat.curves(scene):
        return
    data.action = None
    bpy.data.actions.remove(action)
    if not len(data.drivers) and not len(data.nla_tracks):
        scene.animation_data_clear()


class Steps:
    """Writes steps into one scene."""

    def __init__(self, scene: Any) -> None:
        self._curves = Curves(scene)
        self._written: dict[str, Keys] = {}

    def put(self, strip: Any, side: str, steps: Sequence[tuple[int, int]]) -> None:
        """Crops the strip's `side` by these pixels, each from its frame on; without keyframes where it stays the same."""
        kept = [step for number, step in enumerate(steps) if not number or step[1] != steps[number - 1][1]]
        crop = strip.crop
        self._curves.remove(crop.path_from_id(side))
        setattr(crop, side, kept[0][1])
        if len(kept) < 2:
            return
        self._curves.write(crop, side, kept, "CONSTANT")
        self._written.setdefault(strip.name, {})[side] = tuple(kept)

    def of(self, name: str) -> Keys:
        """What was written for a strip."""
        return self._written.get(name, {})
