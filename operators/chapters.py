"""Write the scenes as chapters."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .export import Export

FORMATS = [
    ("youtube", "YouTube", "Text for a video's description: at least three chapters of ten seconds or more"),
    ("ffmetadata", "FFmpeg Metadata", "A file that FFmpeg puts into a film as its chapters"),
]


class ASSISTANT_EDITOR_OT_export_chapters(Export, bpy.types.Operator):
    """Write the scenes that are marked as chapters, their zero at the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_chapters"
    bl_label = "Write Chapters"
    ending, unsaved, addition = ".txt", "film", " chapters"

    filter_glob: StringProperty(default="*.txt", options={"HIDDEN"})
    format: EnumProperty(name="Format", description="For whom the chapters are", items=FORMATS, default="youtube", options={"SKIP_SAVE"})
    short: BoolProperty(
        name="Short Scenes", description="Keep scenes of less than ten seconds; for FFmpeg only", default=False, options={"SKIP_SAVE"}
    )

    def text(self, scene: Any) -> str:
        from ..timeline import chapters
        from . import work

        return chapters.written(work.look(scene), self.format, self.short)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_chapters,)
