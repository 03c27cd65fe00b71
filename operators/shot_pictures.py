"""Show Pictures: a small picture of every shot in the list, made by the worker and kept with what else it found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import bpy

from .. import preferences
from ..ml.errors import USAGE, EditorError
from ..timeline import compat
from . import pictures, shelf
from .desk import cancelled, desk, redraw
from .job import JobOperator

if TYPE_CHECKING:
    from ..ml.stills import Picture

REQUEST = "shot pictures"


class MakesPictures(JobOperator):
    """Base of operators that have small pictures made. A subclass says which (`wanted`), and shows them (`made`)."""

    bl_options = {"REGISTER"}
    everything: ClassVar[str] = ""
    """What is said where all of them are there."""

    def wanted(self, context: Any, folder: str) -> tuple[Picture, ...]:
        raise AssertionError(f"{type(self).__name__} says which pictures it makes")

    def made(self, scene: Any) -> None:
        raise AssertionError(f"{type(self).__name__} shows the pictures it made")

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def _start(self, context: bpy.types.Context) -> Any:
        from ..ml.client import Job
        from ..ml.protocol import Extract

        desk.claim(self.bl_label)  # type: ignore[attr-defined]
        backend = preferences.backend(context)
        missing = self.wanted(context, backend.cache)
        if not missing:
            raise EditorError(self.everything, "Nothing has to be made.", USAGE)
        self._job = desk.job = Job(backend, [Extract(REQUEST, missing, existing="keep")])
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: Any) -> set[str]:
        if job.state == "cancelled":
            raise cancelled()
        for failure in job.failures:
            raise EditorError(failure.message, failure.remedy, failure.code, failure.detail)
        desk.show()
        self.made(scene)
        made = len(job.results[REQUEST, "extract"]["files"])
        self.report({"INFO"}, f"{made} {'picture' if made == 1 else 'pictures'} made.")  # type: ignore[attr-defined]
        redraw()
        return {"FINISHED"}


class ASSISTANT_EDITOR_OT_show_pictures(MakesPictures, bpy.types.Operator):
    """Make a small picture of every shot in the list. They are kept, so this is quick the next time"""

    bl_idname = "assistant_editor.show_pictures"
    bl_label = "Show Pictures"
    everything = "Every shot in the list has its picture already."

    def wanted(self, context: Any, folder: str) -> tuple[Picture, ...]:
        shelf.refresh(compat.edited_scene(context))
        return pictures.wanted(shelf.shelf.rows, folder)

    def made(self, scene: Any) -> None:
        shelf.refresh(scene)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_show_pictures,)
