"""Re-detect a part of a film at another sensitivity, from what is known already."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import FloatProperty, IntProperty

from ..ml.errors import USAGE, EditorError
from .correct import Correction

if TYPE_CHECKING:
    from .known import Known


class ASSISTANT_EDITOR_OT_redetect_shots(Correction, bpy.types.Operator):
    """Look for more or fewer shots within this one, at a sensitivity of its own that later runs keep"""

    bl_idname = "assistant_editor.redetect_shots"
    bl_label = "Re-Detect Here"
    live = ("part_sensitivity",)

    part_sensitivity: FloatProperty(
        name="Sensitivity", description="Higher finds weaker boundaries; it holds for this part only",
        min=0.0, max=0.95, default=0.75, subtype="FACTOR", options={"SKIP_SAVE"},
    )  # fmt: skip
    end: IntProperty(
        name="End", description="Timeline frame after the last one of the part; where it is not given, the part is the shot",
        options={"SKIP_SAVE"},
    )  # fmt: skip

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "part_sensitivity")

    def correct(self, scene: Any, here: "Known") -> Any:
        from ..timeline import corrections, shot_list
        from ..timeline.corrected import Aim
        from . import known

        shot = self.shot(here.rows)
        start = self.frame if self.properties.is_property_set("end") else shot.frames.start
        end = self.end if self.properties.is_property_set("end") else shot.frames.end
        inside = shot_list.inside(here.timeline, shot.strip, start, end)
        if inside is None:
            raise EditorError("The part holds no frames of a film that could be looked at.", "Choose a longer shot.", USAGE)
        said = corrections.redetect(here.corrections, corrections.Redetected(shot.medium, inside, round(self.part_sensitivity, 4)))
        return known.correct(scene, here, said, Aim(shot.medium, inside.start, inside.end), self.bl_label)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_redetect_shots,)
