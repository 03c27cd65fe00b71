"""Masks with keyframed splines, made as Blender keeps them.

The points of a mask cannot be keyed one by one: Blender keeps shapes of whole layers, and only its operator makes one, of those layers
that are selected, at the frame of the window's scene, in an image editor (measured in 4.5 and 5.2). So each outline gets a layer of
its own. Points are put after Blender has seen the new frame: it would put them back to the shape it knows there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import bpy

from ..ml.errors import DEFECT, EditorError
from .effect import Shape

Points = Sequence[tuple[float, float]]


def mask_of(scene: Any, shape: Shape, zero: int) -> Any:
    """The datablock of a shape. `zero` is the frame from which Blender counts the mask's own."""
    mask = bpy.data.masks.new(shape.name)
    size = (scene.render.resolution_x, scene.render.resolution_y)
    last = max([frame for outline in shape.outlines for frame, _points in outline.steps], default=zero)
    mask.frame_start, mask.frame_end = 0, max(1, last - zero)
    splines = []
    for outline in shape.outlines:
        layer = mask.layers.new()
        spline = layer.splines.new()
        spline.points.add(len(outline.steps[0][1]) - 1)
        spline.use_cyclic = True
        _put(spline, outline.steps[0][1], size, outline.feather)
        _select(spline, False)
        splines.append(spline)
    if any(len(outline.steps) > 1 for outline in shape.outlines):
        with shaping(mask) as clock:
            for outline, spline in zip(shape.outlines, splines, strict=True):
                _select(spline, True)
                for frame, points in outline.steps:
                    clock.frame_current = frame - zero
                    bpy.context.view_layer.update()
                    _put(spline, points, size, outline.feather)
                    if "FINISHED" not in bpy.ops.mask.shape_key_insert():
                        raise EditorError(f"Blender made no keyframe of the mask {mask.name!r}.", "Please report it.", DEFECT)
                _select(spline, False)
    return mask


def remove_mask(name: str) -> None:
    """Takes a mask out of the file, unless somebody else uses it: Blender's own count of users is too high for masks (4.5 to 5.2)."""
    mask = bpy.data.masks.get(name)
    if mask is not None and all(isinstance(user, bpy.types.Screen) for user in bpy.data.user_map(subset=[mask])[mask]):
        bpy.data.masks.remove(mask)


def _put(spline: Any, points: Points, size: tuple[int, int], feather: float) -> None:
    """Straight lines between these points, which are shares of the picture from its lower left corner: Blender counts both sides of a
    mask in the longer side of the picture, from its middle."""
    longer = max(size)
    for point, (x, y) in zip(spline.points, points, strict=True):
        place = (0.5 + (x - 0.5) * size[0] / longer, 0.5 + (y - 0.5) * size[1] / longer)
        point.handle_type = "VECTOR"
        point.co = point.handle_left = point.handle_right = place
        point.weight = feather


def _select(spline: Any, on: bool) -> None:
    for point in spline.points:
        point.select = on


@contextmanager
def shaping(mask: Any) -> Iterator[Any]:
    """Where shapes of this mask can be keyed; gives the scene whose frame counts. All of it is as it was afterwards."""
    window = bpy.context.window_manager.windows[0]
    area = max(window.screen.areas, key=lambda one: one.width * one.height)
    before = area.ui_type
    clock = window.scene
    frame = clock.frame_current
    picture = None
    try:
        picture = bpy.data.images.new("Mask", 1, 1)
        area.ui_type = "IMAGE_EDITOR"
        space = area.spaces.active
        shown, mode, masked = space.image, space.mode, space.mask
        space.image, space.mode = picture, "MASK"
        space.mask = mask
        region = next(one for one in area.regions if one.type == "WINDOW")
        with bpy.context.temp_override(window=window, screen=window.screen, area=area, region=region):
            yield clock
        space.mask, space.mode, space.image = masked, mode, shown
    finally:
        area.ui_type = before
        if picture is not None:
            bpy.data.images.remove(picture)
        clock.frame_current = frame
