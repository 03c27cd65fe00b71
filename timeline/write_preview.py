"""A frame as it would be: rendered in a copy of the scene, which is removed again with all that was made for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import compat
from .effect import Effect, Mark
from .lanes import CHANNELS

COLOURS: dict[str, tuple[float, float, float]] = {
    "subject": (0.2, 0.9, 0.3), "crop": (1.0, 0.8, 0.1), "safe": (0.2, 0.7, 1.0), "covered": (1.0, 0.25, 0.2),
}  # fmt: skip
_KEPT = ("masks", "actions", "images", "scenes")
LONGEST = 640
"""Pixels of the longer side of a preview."""


@contextmanager
def rehearsal(scene: Any) -> Iterator[Any]:
    """A copy of the scene to write into, open in the same meta strip. Whatever is made meanwhile, of what `_KEPT` names, goes with it."""
    before = {name: set(getattr(bpy.data, name).keys()) for name in _KEPT}
    copy = compat.copy_scene(scene)
    try:
        compat.enter_metas(copy, [meta.name for meta in scene.sequence_editor.meta_stack])
        yield copy
    finally:
        compat.remove_scene(copy)
        for name in _KEPT:
            things = getattr(bpy.data, name)
            for thing in [thing for thing in things if thing.name not in before[name]]:
                things.remove(thing)


def marks_at(effects: Sequence[Effect], frame: int) -> tuple[Mark, ...]:
    """What the effects at work at a frame show of themselves there: each as of its nearest marked frame."""
    found: list[Mark] = []
    for effect in effects:
        if effect.marks and effect.frames.holds(frame):
            nearest = min((mark.frame for mark in effect.marks), key=lambda known: abs(known - frame))
            found += [mark for mark in effect.marks if mark.frame == nearest]
    return tuple(found)


def render_still(scene: Any, frame: int, path: str, marks: Sequence[Mark] = ()) -> None:
    """Renders one frame of a scene made for the moment as a PNG file, its longer side `LONGEST` pixels at most, marks drawn over it.

    Of a scene that is open in a meta strip Blender renders what is in that, as the editor sees it (measured in 4.5 and 5.2).
    """
    render = scene.render
    size = (render.resolution_x, render.resolution_y)
    _name_marks(scene, frame, marks, size)
    render.resolution_percentage = max(1, min(render.resolution_percentage, 100 * LONGEST // max(size)))
    if hasattr(render.image_settings, "media_type"):
        render.image_settings.media_type = "IMAGE"
    render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGB"
    render.use_sequencer, render.use_file_extension, render.filepath = True, False, f"{path}-"
    scene.frame_start = scene.frame_end = frame
    # A still of a scene that no window shows is rendered without its animation (5.2): a film of one frame is not.
    with compat.edited(scene):
        bpy.ops.render.render(animation=True, scene=scene.name)
    Path(scene.render.frame_path(frame=frame)).replace(path)
    if marks:
        _draw(path, marks, size)


def _name_marks(scene: Any, frame: int, marks: Sequence[Mark], size: tuple[int, int]) -> None:
    strips = compat.open_sequence(scene).strips
    top = max((strip.channel for strip in strips), default=0)
    for number, mark in enumerate(marks, 1):
        if mark.name and top + number <= CHANNELS:
            text = compat.new_text(strips, "mark", top + number, frame, frame + 1)
            text.text, text.font_size, text.color = mark.name, size[1] * 0.035, (*COLOURS[mark.kind], 1.0)
            text.location = (min(0.98, max(0.02, mark.box[0] / size[0])), min(0.96, max(0.0, mark.box[3] / size[1])))
            text.anchor_x, text.anchor_y, text.use_shadow = "LEFT", "BOTTOM", True


def _draw(path: str, marks: Sequence[Mark], size: tuple[int, int]) -> None:
    image = bpy.data.images.load(path)
    width, height = image.size
    flat = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(flat)
    pixels = flat.reshape(height, width, image.channels)
    for mark in marks:
        outline(pixels, tuple(part * (width / size[0], height / size[1])[number % 2] for number, part in enumerate(mark.box)), mark.kind)
    image.pixels.foreach_set(flat)
    image.filepath_raw, image.file_format = path, "PNG"
    image.save()
    bpy.data.images.remove(image)


def outline(pixels: np.ndarray[Any, Any], box: tuple[float, ...], kind: str) -> None:
    """Draws a box (left, bottom, right, top) two pixels wide into rows of pixels that begin below."""
    height, width = pixels.shape[:2]
    left, right = (min(width - 1, max(0, round(side))) for side in (box[0], box[2]))
    bottom, top = (min(height - 1, max(0, round(side))) for side in (box[1], box[3]))
    for rows, columns in (
        (slice(bottom, bottom + 2), slice(left, right + 1)), (slice(max(0, top - 1), top + 1), slice(left, right + 1)),
        (slice(bottom, top + 1), slice(left, left + 2)), (slice(bottom, top + 1), slice(max(0, right - 1), right + 1)),
    ):  # fmt: skip
        pixels[rows, columns, :3] = COLOURS[kind]
