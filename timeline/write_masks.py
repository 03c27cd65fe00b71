"""Masks with keyframed splines, made as Blender keeps them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import bpy

from .effect import Shape


def mask_of(scene: Any, shape: Shape, zero: int, journal: list[Callable[[], None]]) -> Any:
    """The datablock of a shape. `zero` is the frame from which Blender counts the mask's own."""
    mask = bpy.data.masks.new(shape.name)
    journal.append(partial(remove_mask, mask.name))
    return mask


def remove_mask(name: str) -> None:
    """Takes a mask out of the file, unless somebody else uses it."""
    mask = bpy.data.masks.get(name)
    if mask is not None and not mask.users:
        bpy.data.masks.remove(mask)
