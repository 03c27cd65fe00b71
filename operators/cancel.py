"""Cancel what runs."""

from __future__ import annotations

import bpy

from . import task
from .desk import desk


class ASSISTANT_EDITOR_OT_cancel_job(bpy.types.Operator):
    """End the running job. The timeline stays as it is"""

    bl_idname = "assistant_editor.cancel_job"
    bl_label = "Cancel"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return desk.running

    def execute(self, context: bpy.types.Context) -> set[str]:
        desk.cancel()
        return {"FINISHED"}


class ASSISTANT_EDITOR_OT_cancel_backend(bpy.types.Operator):
    """Stop what is being installed or got. Nothing is left behind"""

    bl_idname = "assistant_editor.cancel_backend"
    bl_label = "Stop"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return task.shown() is not None

    def execute(self, context: bpy.types.Context) -> set[str]:
        running = task.shown()
        if running is not None:
            running.cancel()
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_cancel_job, ASSISTANT_EDITOR_OT_cancel_backend)
