"""Write the scenes as chapters."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .desk import desk

FORMATS = [
    ("youtube", "YouTube", "Text for a video's description: at least three chapters of ten seconds or more"),
    ("ffmetadata", "FFmpeg Metadata", "A file that FFmpeg puts into a film as its chapters"),
]


class ASSISTANT_EDITOR_OT_export_chapters(bpy.types.Operator):
    """Write the scenes that are marked as chapters, their zero at the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_chapters"
    bl_label = "Write Chapters"

    filepath: StringProperty(name="File", description="The text file to write", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default="*.txt", options={"HIDDEN"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    format: EnumProperty(name="Format", description="For whom the chapters are", items=FORMATS, default="youtube", options={"SKIP_SAVE"})
    short: BoolProperty(
        name="Short Scenes", description="Keep scenes of less than ten seconds; for FFmpeg only", default=False, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        base = Path(bpy.data.filepath or "film")
        self.filepath = self.filepath or str(base.with_name(f"{base.stem} chapters.txt"))
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..ml.files import write_whole
        from ..timeline import chapters
        from . import work

        try:
            if not self.filepath:
                raise EditorError("No file was named.", "Give filepath the text file to write.", BAD_INPUT)
            path = bpy.path.abspath(self.filepath)
            write_whole(path, chapters.written(work.look(compat.edited_scene(context)), self.format, self.short))
        except EditorError as error:
            desk.error = error
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"Written: {path}")
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_chapters,)
