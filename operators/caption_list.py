"""The caption list: make it anew, and go from one caption that is to be looked at to the next."""

import bpy
from bpy.props import EnumProperty

from ..timeline import compat
from .caption_shelf import shelf
from .guard import Guarded
from .shot_list import WAYS

WHAT = [
    ("ANY", "Anything", "What breaks a rule, is misspelt or doubtful"),
    ("PROBLEM", "Problem", "What breaks a rule or is misspelt"),
    ("DOUBT", "Doubtful Word", "Words that were heard with little confidence"),
]


class ASSISTANT_EDITOR_OT_refresh_captions(Guarded, bpy.types.Operator):
    """Make the caption list anew. Nothing is changed"""

    bl_idname = "assistant_editor.refresh_captions"
    bl_label = "Refresh Caption List"
    changes = False

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(lambda context: shelf.refresh(compat.edited_scene(context)), context)


class ASSISTANT_EDITOR_OT_step_caption(Guarded, bpy.types.Operator):
    """Go to the next caption that breaks a rule, or has a doubtful or misspelt word, and select it"""

    bl_idname = "assistant_editor.step_caption"
    bl_label = "Next Caption to Look At"
    changes = False

    way: EnumProperty(name="Way", description="Which one to go to", items=WAYS, default="NEXT", options={"SKIP_SAVE"})
    what: EnumProperty(name="What", description="What to look for", items=WHAT, default="ANY", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        return "Go back to the one before this, and select it" if properties.way == "PREVIOUS" else str(cls.__doc__)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.guarded(self._step, context)

    def _step(self, context: bpy.types.Context) -> None:
        from ..timeline import caption_list
        from ..timeline.write_captions import choose

        scene = compat.edited_scene(context)
        shelf.up_to_date(scene)
        order = caption_list.stepping(shelf.rows, self.what.lower())
        chosen = shelf.chosen()
        if chosen is not None and not chosen.frames.holds(scene.frame_current):
            chosen = None
        row = caption_list.step(order, chosen, scene.frame_current, back=self.way == "PREVIOUS")
        if row is None:
            self.report({"INFO"}, "No caption has to be looked at.")
            return
        shelf.choose(row.key)
        scene.frame_current = row.frames.start
        choose(scene, row.name)
        self.report({"INFO"}, f"{order.index(row) + 1} of {len(order)}: {'; '.join(row.flaws)}")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_refresh_captions, ASSISTANT_EDITOR_OT_step_caption)
