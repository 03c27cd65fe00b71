"""Colours on the timeline where something is proposed to be cut out. Drawn by Blender's graphics module, so only in a window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import bpy

from ..timeline import compat
from .removal_shelf import shelf

COLOURS = {"open": (1.0, 0.75, 0.1, 0.35), "accepted": (0.95, 0.15, 0.15, 0.45), "rejected": (0.75, 0.75, 0.8, 0.25)}
LOWEST, HIGHEST = 0.05, 0.95
"""Of a channel's height."""
_handle: list[Any] = []

Corners = list[tuple[float, float]]


def quads(bands: Iterable[tuple[int, int, Sequence[int], str]], first: float, last: float) -> dict[str, Corners]:
    """The corners of what lies between two frames, four each from the lower left on, by verdict. `bands` as the shelf keeps them."""
    found: dict[str, Corners] = defaultdict(list)
    for start, end, channels, verdict in bands:
        if start >= last:
            break
        if end > first:
            for channel in channels:
                low, high = channel + LOWEST, channel + HIGHEST
                found[verdict] += [(start, low), (end, low), (end, high), (start, high)]
    return found


def draw() -> None:
    """Called by Blender for each region of each sequencer it draws."""
    context = bpy.context
    scene, space = compat.edited_scene(context), context.space_data
    if not shelf.bands or scene is None or scene.session_uid != shelf.scene or not scene.assistant_editor.removal_overlay:
        return
    if space.view_type == "PREVIEW" or not space.show_overlays:
        return
    shelf.touch()
    view, region = context.region.view2d, context.region
    first, last = view.region_to_view(0, 0)[0], view.region_to_view(region.width, 0)[0]
    paint({
        verdict: [view.view_to_region(*corner, clip=False) for corner in corners]
        for verdict, corners in quads(shelf.bands, first, last).items()
    })  # fmt: skip


def paint(shapes: dict[str, Corners]) -> None:
    """Fills four-cornered shapes, in pixels of the region, with the colour of their verdict."""
    import gpu
    from gpu_extras.batch import batch_for_shader

    shader = gpu.shader.from_builtin("UNIFORM_COLOR")
    gpu.state.blend_set("ALPHA")
    for verdict, corners in shapes.items():
        triangles = [(n, n + 1, n + 2) for n in range(0, len(corners), 4)] + [(n, n + 2, n + 3) for n in range(0, len(corners), 4)]
        batch = batch_for_shader(shader, "TRIS", {"pos": corners}, indices=triangles)
        shader.uniform_float("color", COLOURS[verdict])
        batch.draw(shader)
    gpu.state.blend_set("NONE")


def register() -> None:
    """In background nothing is drawn, and there is nothing to draw with."""
    if not bpy.app.background:
        _handle.append(bpy.types.SpaceSequenceEditor.draw_handler_add(draw, (), "WINDOW", "POST_PIXEL"))


def unregister() -> None:
    while _handle:
        bpy.types.SpaceSequenceEditor.draw_handler_remove(_handle.pop(), "WINDOW")


CLASSES: tuple[type, ...] = ()
