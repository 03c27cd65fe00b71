"""The shot list: make it anew, and go from one uncertain boundary to the next."""

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from . import shelf
from .guard import Guarded

WAYS = [("NEXT", "Next", "The one that is looked at after this"), ("PREVIOUS", "Previous", "The one before this")]


class ASSISTANT_EDITOR_OT_refresh_shots(Guarded, bpy.types.Operator):
    """Make the shot list anew, from the timeline and what is known of its films. Nothing is changed"""

    bl_idname = "assistant_editor.refresh_shots"
    bl_label = "Refresh Shot List"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(lambda context: shelf.refresh(compat.edited_scene(context)), context)


class ASSISTANT_EDITOR_OT_step_uncertain(Guarded, bpy.types.Operator):
    """Go to the next boundary that should be looked at: those of little confidence first, the least certain of all first"""

    bl_idname = "assistant_editor.step_uncertain"
    bl_label = "Next Uncertain Boundary"
    changes = False

    way: EnumProperty(name="Way", description="Which one to go to", items=WAYS, default="NEXT", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Go back to the uncertain boundary before this one" if properties.way == "PREVIOUS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._step, context)

    def _step(self, context: bpy.types.Context) -> None:
        from ..timeline import shot_list
        from . import known

        scene = compat.edited_scene(context)
        shelf.up_to_date(scene)
        order = shot_list.stepping(shelf.shelf.rows, known.doubt_of(scene.assistant_editor))
        row = shot_list.step(order, shelf.shelf.chosen(), back=self.way == "PREVIOUS")
        if row is None:
            self.report({"INFO"}, "No boundary is uncertain.")
            return
        shelf.shelf.choose(row.key)
        scene.frame_current = row.frames.start
        place = order.index(row) + 1
        self.report({"INFO"}, f"Uncertain boundary {place} of {len(order)}: {row.confidence:.0%} sure")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_refresh_shots, ASSISTANT_EDITOR_OT_step_uncertain)
