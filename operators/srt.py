"""Write the captions as an SRT file."""

from __future__ import annotations

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .desk import desk


class ASSISTANT_EDITOR_OT_export_srt(bpy.types.Operator):
    """Write the captions as a SubRip file, its zero at the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_srt"
    bl_label = "Write SRT"

    filepath: StringProperty(name="File", description="The .srt file to write", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: StringProperty(default="*.srt", options={"HIDDEN"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.filepath = self.filepath or str(Path(bpy.data.filepath or "captions").with_suffix(".srt"))
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..ml.files import write_whole
        from ..timeline import subtitles
        from . import work

        try:
            if not self.filepath:
                raise EditorError("No file was named.", "Give filepath the .srt file to write.", BAD_INPUT)
            path = bpy.path.abspath(self.filepath)
            write_whole(path, subtitles.srt(work.look(compat.edited_scene(context))))
        except EditorError as error:
            desk.error = error
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"Written: {path}")
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_srt,)
