"""Check Cover: what another network still sees of faces in the rendered timeline, as a list to go through. Nothing in the file changes."""

from typing import Any

import bpy

from .. import preferences
from ..timeline import compat
from . import privacy_options, settings
from .desk import cancelled, desk
from .job import JobOperator
from .privacy_shelf import shelf

SECOND = "mtcnn-faces"


class ASSISTANT_EDITOR_OT_check_cover(privacy_options.CheckProps, JobOperator, bpy.types.Operator):
    """Render the timeline as it is, and list the faces that another network (MTCNN) still sees in it. Nothing in the file changes"""

    bl_idname = "assistant_editor.check_cover"
    bl_label = "Check Cover"
    bl_options = {"REGISTER"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._guarded(self._block, context)

    def draw(self, context: bpy.types.Context) -> None:
        self.layout.prop(self, "privacy_every")

    def _start(self, context: bpy.types.Context) -> Any:
        from ..ml.errors import MISSING_BACKEND, EditorError
        from ..ml.models import path_of
        from ..ml.process import REMEDY
        from . import work
        from .privacy_checking import Checking, frames_of

        desk.claim(self.bl_label)
        scene, backend = compat.edited_scene(context), preferences.backend(context)
        settings.seed(self, scene)
        if not backend.python:
            raise EditorError("The backend is not set up.", REMEDY, MISSING_BACKEND)
        path_of(SECOND, backend.models)
        names = [name for name in self.names.splitlines() if name]
        frames = frames_of(scene, work.look(scene), self.strips, names, self.privacy_every)
        self._job = desk.job = Checking(backend, scene, frames)  # type: ignore[assignment]
        self._job.start()
        return self._job

    def _finish(self, scene: Any, job: Any) -> set[str]:
        from . import privacy_found

        if job.state == "cancelled":
            raise cancelled()
        if job.error is not None:
            raise job.error
        return self._tell(privacy_found.shown(scene, job, self.bl_label, self.privacy_every, shelf))


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_check_cover,)
