"""Frames of a timeline as it shows them, as picture files for somebody to look at. The scene itself stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, EditorError
from . import compat
from .write_preview import rehearsal

LONGEST = 1920
"""Pixels of the longer side at most: a face of twenty pixels there is one of forty in 4K."""


def render_frames(scene: Any, first: int, count: int, step: int, folder: Path) -> list[tuple[int, Path]]:
    """Renders `count` frames, from `first` on, in a copy of the scene, which is removed again: (frame, PNG file in `folder`) of each.

    Raises `EditorError(BAD_INPUT)` where Blender cannot render.
    """
    numbers = range(first, first + count * step, step)
    with rehearsal(scene) as copy:
        render = copy.render
        size = max(render.resolution_x, render.resolution_y)
        render.resolution_percentage = max(1, min(100, 100 * LONGEST // size))
        if hasattr(render.image_settings, "media_type"):
            render.image_settings.media_type = "IMAGE"
        render.image_settings.file_format, render.image_settings.color_mode = "PNG", "RGB"
        render.image_settings.color_depth, render.image_settings.compression = "8", 0
        render.use_sequencer, render.use_file_extension, render.use_overwrite = True, True, True
        render.filepath = f"{folder}/look-"
        copy.assistant_editor.captions_on_render = "burn"  # and no file of subtitles beside these
        copy.frame_start, copy.frame_end, copy.frame_step = first, numbers[-1], step
        try:
            with compat.edited(copy):
                bpy.ops.render.render(animation=True, scene=copy.name)
        except RuntimeError as reason:
            raise EditorError("Blender cannot render these frames.", "Render one yourself to see why.", BAD_INPUT, repr(reason)) from reason
        files = [(frame, Path(render.frame_path(frame=frame))) for frame in numbers]
    lost = [frame for frame, path in files if not path.is_file()]
    if lost:
        raise EditorError(f"Blender did not render frame {lost[0]}.", "Check that there is room on the disk.", BAD_INPUT)
    return files
