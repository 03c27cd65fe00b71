"""Show Pictures: a small picture of every shot in the list, made by the worker and kept with what else it found."""

from __future__ import annotations

from typing import Any

import bpy

from .. import preferences
from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import pictures, shelf
from .desk import cancelled, desk, redraw
from .job import JobOperator

REQUEST = "shot pictures"


class ASSISTANT_EDITOR_OT_show_pictures(JobOperator, bpy.types.Operator):
    """Make a small picture of every shot in the list. They are kept, so this is quick the next time"""

    bl_idname = "assistant_editor.show_pictures"
    bl_label = "Show Pictures"
    bl_options = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        from ..ml.client import Job
        from ..ml.protocol import Extract

        desk.claim(self.bl_label)
        shelf.refresh(compat.edited_scene(context))
        backend = preferences.backend(context)
        missing = pictures.wanted(shelf.shelf.rows, backend.cache)
        if not missing:
            raise EditorError("Every shot in the list has its picture already.", "Nothing has to be made.", USAGE)
        self._job = desk.job = Job(backend, [Extract(REQUEST, missing, existing="keep")])
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: Any) -> set[str]:
        if job.state == "cancelled":
            raise cancelled()
        for failure in job.failures:
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        desk.show()
        shelf.refresh(scene)
        made = len(job.results[REQUEST, "extract"]["files"])
        self.report({"INFO"}, f"{made} {'picture' if made == 1 else 'pictures'} made.")
        redraw()
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_show_pictures,)
