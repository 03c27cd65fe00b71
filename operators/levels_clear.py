"""Clear Levels: volumes go back to what the editor set."""

from typing import Any

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from .desk import desk
from .guard import Guarded
from .job import WHICH

LAYERS = [
    ("BOTH", "Ducking and Loudness", "Both are taken away"),
    ("duck", "Ducking", "Music is no longer lowered; loudness stays"),
    ("level", "Loudness", "Strips are no longer brought to a loudness; ducking stays"),
]


class ASSISTANT_EDITOR_OT_clear_levels(Guarded, bpy.types.Operator):
    """Take away what Duck Music and Match Loudness wrote: strips are played as you set them. What you changed since stays"""

    bl_idname = "assistant_editor.clear_levels"
    bl_label = "Clear Levels"
    bl_options = {"REGISTER", "UNDO"}

    what: EnumProperty(name="What", description="What is taken away", items=LAYERS, default="BOTH")
    strips: EnumProperty(name="Strips", description="Which strips are meant", items=WHICH, default="ALL")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._clear, context)

    def _clear(self, context: bpy.types.Context) -> None:
        from ..timeline import requests
        from ..timeline.merge_volumes import LAYERS as both
        from ..timeline.merge_volumes import cleared
        from ..timeline.requests import Asked
        from . import work

        scene: Any = compat.edited_scene(context)
        timeline = work.look(scene)
        planned = cleared(timeline, requests.sounds_meant(timeline, self.strips, ()), both if self.what == "BOTH" else (self.what,))
        outcome = work.carry_out(scene, timeline, planned, self.bl_label, Asked(), (), ())
        desk.show(outcome)
        self.report({"INFO"}, f"{outcome.what}: {outcome.line}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_clear_levels,)
