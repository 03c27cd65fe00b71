"""Where a face is still seen, drawn over the preview. Drawn by Blender's graphics module, so only in a window."""

from __future__ import annotations

from typing import Any

import bpy

from ..timeline import compat
from .privacy_shelf import shelf

COLOURS = {"": (1.0, 0.25, 0.2, 1.0), "cover": (1.0, 0.75, 0.1, 1.0), "visible": (0.7, 0.7, 0.75, 0.8)}
WIDE = 2.0
_handle: list[Any] = []

Box = tuple[float, float, float, float]


def boxes_at(frame: int) -> list[tuple[Box, str, bool]]:
    """(left, bottom, right, top in pixels of the frame; the editor's word; whether it is the chosen one) of what was seen at this frame, or
    at the last look before it."""
    found: list[tuple[Box, str, bool]] = []
    for number, find in enumerate(shelf.finds):
        sight = next((one for one in find.sights if one.frame <= frame < one.frame + shelf.every), None)
        if sight is not None:
            found.append((sight.box, find.word, number == shelf.group.active))
    return found


def draw() -> None:
    """Called by Blender for each preview it draws."""
    context = bpy.context
    scene = compat.edited_scene(context)
    if not shelf.finds or scene is None or scene.session_uid != shelf.scene or not context.space_data.show_overlays:
        return
    here = boxes_at(scene.frame_current)
    if not here:
        return
    import gpu
    from gpu_extras.batch import batch_for_shader

    view = context.region.view2d
    half = scene.render.resolution_x / 2, scene.render.resolution_y / 2
    # The preview counts from the middle of the frame, in its pixels.
    shape = scene.render.pixel_aspect_x / scene.render.pixel_aspect_y
    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    for box, word, chosen in here:
        corners = ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]))
        points = [view.view_to_region((x - half[0]) * shape, y - half[1], clip=False) for x, y in corners]
        gpu.state.line_width_set(2 * WIDE if chosen else WIDE)
        batch = batch_for_shader(shader, "LINE_STRIP", {"pos": [*points, points[0]]})
        shader.uniform_float("color", COLOURS[word])
        batch.draw(shader)
    gpu.state.line_width_set(1.0)
    gpu.state.blend_set("NONE")


def register() -> None:
    """In background nothing is drawn, and there is nothing to draw with."""
    if not bpy.app.background:
        _handle.append(bpy.types.SpaceSequenceEditor.draw_handler_add(draw, (), "PREVIEW", "POST_PIXEL"))


def unregister() -> None:
    while _handle:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(_handle.pop(), "PREVIEW")


CLASSES: tuple[type, ...] = ()
