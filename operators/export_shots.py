"""Write the shot list as a table (CSV) or as an edit decision list (EDL)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..ml.errors import BAD_INPUT, EditorError
from ..timeline import compat
from .guard import Guarded

if TYPE_CHECKING:
    from ..timeline.timecode import Clock
    from .known import Known

COUNTS = [
    ("AUTO", "As Usual", "Drop-frame at 29.97 and 59.94 frames a second, so that it keeps up with the clock"),
    ("NON_DROP", "Non-Drop", "Every frame number is used, at every rate"),
]


class _Export(Guarded):
    ending = ""

    filepath: StringProperty(name="File", description="The file to write", subtype="FILE_PATH", options={"SKIP_SAVE"})
    check_existing: BoolProperty(default=True, options={"HIDDEN"})
    timecode: EnumProperty(name="Timecode", description="How frames are counted", items=COUNTS, default="AUTO", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.filepath = self.filepath or str(Path(bpy.data.filepath or "shots").with_suffix(self.ending))
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._write, context)

    def _write(self, context: bpy.types.Context) -> None:
        from ..ml.files import check_target, write_whole
        from ..timeline.timecode import Clock
        from . import known

        if not self.filepath:
            raise EditorError("No file was named.", f"Give filepath the {self.ending} file to write.", BAD_INPUT)
        path = bpy.path.abspath(self.filepath)
        check_target(path)
        here = known.look(compat.edited_scene(context))
        write_whole(path, self.text(here, Clock(here.timeline.rate, self.timecode == "AUTO")))
        self.report({"INFO"}, f"Written: {path}")  # type: ignore[attr-defined]

    def text(self, here: Known, clock: Clock) -> str:
        raise AssertionError(f"{type(self).__name__} says what it writes")


class ASSISTANT_EDITOR_OT_export_shot_csv(_Export, bpy.types.Operator):
    """Write the shot list as a table: comma-separated values, UTF-8. Timecodes count from the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_shot_csv"
    bl_label = "Write CSV"
    ending = ".csv"

    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})
    candidates: BoolProperty(name="Candidates", description="Also boundaries that just missed the line", options={"SKIP_SAVE"})

    def text(self, here: Known, clock: Clock) -> str:
        from ..timeline import shot_csv

        rows = [row for row in here.rows if row.number or self.candidates]
        return shot_csv.csv(rows, clock, here.timeline.frames.start)


class ASSISTANT_EDITOR_OT_export_edl(_Export, bpy.types.Operator):
    """Write the shots of one channel as an edit decision list (CMX 3600), for other editing programs"""

    bl_idname = "assistant_editor.export_edl"
    bl_label = "Write EDL"
    ending = ".edl"

    filter_glob: StringProperty(default="*.edl", options={"HIDDEN"})
    channel: IntProperty(name="Channel", description="0 is the one with the most shots", min=0, max=128, options={"SKIP_SAVE"})
    record_start: StringProperty(
        name="Starts At", description="Record timecode of the first frame of the scene's range",
        default="01:00:00:00", options={"SKIP_SAVE"},
    )  # fmt: skip

    def text(self, here: Known, clock: Clock) -> str:
        from ..timeline import edl

        start, line = clock.frames(self.record_start), here.timeline
        text, left_out = edl.edl(here.rows, clock, line.frames.start, line.scene, start, self.channel)
        for notice in left_out:
            self.report({"INFO"}, notice)
        return text


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_shot_csv, ASSISTANT_EDITOR_OT_export_edl)
