"""Write the captions as an SRT file."""

from typing import Any

import bpy
from bpy.props import StringProperty

from .export import Export


class ASSISTANT_EDITOR_OT_export_srt(Export, bpy.types.Operator):
    """Write the captions as a SubRip file, its zero at the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_srt"
    bl_label = "Write SRT"
    ending, unsaved = ".srt", "captions"

    filter_glob: StringProperty(default="*.srt", options={"HIDDEN"})

    def text(self, scene: Any) -> str:
        from ..timeline import subtitles
        from . import work

        return subtitles.srt(work.look(scene))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_srt,)
