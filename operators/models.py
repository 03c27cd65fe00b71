"""Models and stored results: get, verify, remove, use a local file, clear. The tables are imported when a button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from .. import preferences
from ..ml.errors import BAD_INPUT, CANCELLED, EditorError
from . import status, task


def _named() -> Any:
    return StringProperty(name="Model", description="Name of the model, as in the table: for example whisper-base", options={"SKIP_SAVE"})


def _task(page: str, title: str, work: Callable[[task.Task], Any], done: Callable[[Any], str]) -> task.Task:
    def finish(result: Any) -> None:
        status.say(page, done(result))
        status.look_again(preferences.places())

    def fail(error: EditorError) -> None:
        stopped = error.code == CANCELLED
        status.say(page, "Stopped. Nothing was left behind." if stopped else str(error), error=not stopped)
        status.look_again(preferences.places())

    return task.Task(page, title, work, finish, fail)


class ASSISTANT_EDITOR_OT_get_model(task.TaskOperator, bpy.types.Operator):
    """Get this model and check that it is the right one"""

    bl_idname = "assistant_editor.get_model"
    bl_label = "Get"

    model: _named()

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        now, name, online = preferences.backend(context), self.model, bpy.app.online_access
        title = models.find(name, now.models).title

        def work(this: task.Task) -> Path:
            def told(done: int, total: int, step: str) -> None:
                this.told(step, done / total if total else 0.0)

            return models.fetch(name, now.models, consent=online, python=now.python, progress=told, cancelled=this.cancelled)

        return _task("MODELS", f"Getting {title}", work, lambda path: f"{title} is installed.")


class ASSISTANT_EDITOR_OT_verify_model(task.TaskOperator, bpy.types.Operator):
    """Read every file of this model and compare it with its known hash"""

    bl_idname = "assistant_editor.verify_model"
    bl_label = "Verify"

    model: _named()

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name = preferences.places().models, self.model
        title = models.find(name, folder).title
        return _task("MODELS", f"Checking {title}", lambda this: models.verify(name, folder), lambda path: f"{title} is what it should be.")


class ASSISTANT_EDITOR_OT_remove_model(task.TaskOperator, bpy.types.Operator):
    """Delete this model from the models folder"""

    bl_idname = "assistant_editor.remove_model"
    bl_label = "Remove Model"

    model: _named()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        return context.window_manager.invoke_confirm(self, event)

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name = preferences.places().models, self.model
        title = models.find(name, folder).title
        return _task("MODELS", f"Removing {title}", lambda this: models.remove(name, folder), lambda nothing: f"{title} is removed.")


class ASSISTANT_EDITOR_OT_use_local_model(task.TaskOperator, bpy.types.Operator):
    """Use a model file, Python package (.whl) or folder that is on this computer already. It is checked, then copied"""

    bl_idname = "assistant_editor.use_local_model"
    bl_label = "Use Local File"

    model: _named()
    filepath: StringProperty(name="File", description="A file of the model, its package, or a folder", subtype="FILE_PATH")
    trusted: BoolProperty(
        name="Trust an unknown model", description="Allow a Whisper model of your own (name: whisper-own-…), whose origin nobody can check"
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name, source, trusted = preferences.places().models, self.model, bpy.path.abspath(self.filepath), self.trusted
        if not source:
            raise EditorError("No file was chosen.", "Choose a file of the model, its package, or a folder.", BAD_INPUT)

        def work(this: task.Task) -> Path:
            return models.adopt(name, folder, source, trusted=trusted)

        return _task("MODELS", f"Checking {Path(source).name}", work, lambda path: f"{Path(source).name} is installed as {name}.")


class ASSISTANT_EDITOR_OT_clear_cache(task.TaskOperator, bpy.types.Operator):
    """Delete stored results. The next run on each medium takes its full time again; nothing on the timeline changes"""

    bl_idname = "assistant_editor.clear_cache"
    bl_label = "Clear Stored Results"

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml.backend import megabytes
        from ..ml.cache import Cache

        folder = preferences.places().cache
        work = lambda this: Cache(folder).clear()  # noqa: E731
        return _task("CACHE", "Clearing", work, lambda freed: f"{megabytes(freed)} freed." if freed else "There was nothing to clear.")


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_get_model,
    ASSISTANT_EDITOR_OT_verify_model,
    ASSISTANT_EDITOR_OT_remove_model,
    ASSISTANT_EDITOR_OT_use_local_model,
    ASSISTANT_EDITOR_OT_clear_cache,
)
