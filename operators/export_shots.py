"""Write the shot list as a table (CSV) or as an edit decision list (EDL)."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from .export import Export

if TYPE_CHECKING:
    from ..timeline.timecode import Clock
    from .known import Known

COUNTS = [
    ("AUTO", "As Usual", "Drop-frame at 29.97 and 59.94 frames a second, so that it keeps up with the clock"),
    ("NON_DROP", "Non-Drop", "Every frame number is used, at every rate"),
]


class _ShotExport(Export):
    unsaved = "shots"

    timecode: EnumProperty(name="Timecode", description="How frames are counted", items=COUNTS, default="AUTO", options={"SKIP_SAVE"})

    def text(self, scene: Any) -> str:
        from ..timeline.timecode import Clock
        from . import known

        here = known.look(scene)
        return self.listed(here, Clock(here.timeline.rate, self.timecode == "AUTO"))

    def listed(self, here: "Known", clock: "Clock") -> str:
        raise AssertionError(f"{type(self).__name__} says what it writes")


class ASSISTANT_EDITOR_OT_export_shot_csv(_ShotExport, bpy.types.Operator):
    """Write the shot list as a table: comma-separated values, UTF-8. Timecodes count from the first frame of the scene's range"""

    bl_idname = "assistant_editor.export_shot_csv"
    bl_label = "Write CSV"
    ending = ".csv"

    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})
    candidates: BoolProperty(name="Candidates", description="Also boundaries that just missed the line", options={"SKIP_SAVE"})

    def listed(self, here: "Known", clock: "Clock") -> str:
        from ..timeline import shot_csv

        rows = [row for row in here.rows if row.number or self.candidates]
        return shot_csv.csv(rows, clock, here.timeline.frames.start)


class ASSISTANT_EDITOR_OT_export_edl(_ShotExport, bpy.types.Operator):
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

    def listed(self, here: "Known", clock: "Clock") -> str:
        from ..timeline import edl

        start, line = clock.frames(self.record_start), here.timeline
        text, left_out = edl.edl(here.rows, clock, line.frames.start, line.scene, start, self.channel)
        for notice in left_out:
            self.report({"INFO"}, notice)
        return text


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_export_shot_csv, ASSISTANT_EDITOR_OT_export_edl)
