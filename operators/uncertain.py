"""Go to what needs a look."""

from __future__ import annotations

import bpy

from ..timeline import compat


class ASSISTANT_EDITOR_OT_next_uncertain(bpy.types.Operator):
    """Move the playhead to the next cut, marker, caption or effect with little confidence"""

    bl_idname = "assistant_editor.next_uncertain"
    bl_label = "Next Uncertain"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..ml.errors import EditorError
        from ..timeline import reasons
        from ..timeline.read import effect_tags
        from . import work

        scene = compat.edited_scene(context)
        try:
            found = reasons.next_uncertain(work.look(scene), scene.frame_current, effect_tags(scene))
        except EditorError as error:
            self.report({"ERROR"}, f"{error.message} {error.remedy}")
            return {"CANCELLED"}
        if found is None:
            self.report({"INFO"}, "Nothing here is uncertain.")
            return {"CANCELLED"}
        scene.frame_current, tag = found
        self.report({"INFO"}, f"{tag.kind.capitalize()}, {tag.confidence:.0%} sure: {tag.reason}")
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_next_uncertain,)
