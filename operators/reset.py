"""Forget what earlier runs wrote, and what the editor said of boundaries and of what to cut out."""

from __future__ import annotations

import bpy

from ..timeline import compat


class ASSISTANT_EDITOR_OT_reset_ledger(bpy.types.Operator):
    """Forget what was written here and what you deleted, corrected or decided. The timeline stays; later runs take it all for yours"""

    bl_idname = "assistant_editor.reset_ledger"
    bl_label = "Reset Assistant Editor"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return compat.open_sequence(compat.edited_scene(context)) is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        from ..timeline import tags
        from ..timeline.read import keeper

        tags.forget(keeper(compat.edited_scene(context)))
        self.report({"INFO"}, "Forgotten. What stands on the timeline is yours now.")
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_reset_ledger,)
