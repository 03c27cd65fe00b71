"""Models: get, verify, remove. The tables are imported when a button is pressed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from .. import preferences
from ..ml.errors import EditorError
from . import status, task


def named() -> Any:
    return StringProperty(name="Model", description="Name of the model, as in the table: for example whisper-base", options={"SKIP_SAVE"})


def storing(page: str, title: str, work: Callable[[task.Task], Any], done: Callable[[Any], str]) -> task.Task:
    """A task that changes what is stored: afterwards the page says `done(result)` and everything is looked at again."""

    def finish(result: Any) -> None:
        status.say(page, done(result))
        status.look_again(preferences.places())

    def fail(error: EditorError) -> None:
        status.say_failed(page, error)
        status.look_again(preferences.places())

    return task.Task(page, title, work, finish, fail)


class ASSISTANT_EDITOR_OT_get_model(task.TaskOperator, bpy.types.Operator):
    """Get this model and check that it is the right one"""

    bl_idname = "assistant_editor.get_model"
    bl_label = "Get"

    model: named()

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        now, name, online = preferences.backend(context), self.model, bpy.app.online_access
        title = models.find(name, now.models).title

        def work(this: task.Task) -> Path:
            def told(done: int, total: int, step: str) -> None:
                this.told(step, done / total if total else 0.0)

            return models.fetch(name, now.models, consent=online, python=now.python, progress=told, cancelled=this.cancelled)

        return storing("MODELS", f"Getting {title}", work, lambda path: f"{title} is installed.")


class ASSISTANT_EDITOR_OT_verify_model(task.TaskOperator, bpy.types.Operator):
    """Read every file of this model and compare it with its known hash"""

    bl_idname = "assistant_editor.verify_model"
    bl_label = "Verify"

    model: named()

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name = preferences.places().models, self.model
        title = models.find(name, folder).title
        said = f"{title} is what it should be."
        return storing("MODELS", f"Checking {title}", lambda this: models.verify(name, folder), lambda path: said)


class ASSISTANT_EDITOR_OT_remove_model(task.TaskOperator, bpy.types.Operator):
    """Delete this model from the models folder"""

    bl_idname = "assistant_editor.remove_model"
    bl_label = "Remove Model"

    model: named()

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.pressed = True
        told = f"The files of {self.model} are deleted from the models folder."
        return context.window_manager.invoke_confirm(self, event, message=told, confirm_text="Delete", icon="WARNING")

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import models

        folder, name = preferences.places().models, self.model
        title = models.find(name, folder).title
        return storing("MODELS", f"Removing {title}", lambda this: models.remove(name, folder), lambda nothing: f"{title} is removed.")


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_get_model, ASSISTANT_EDITOR_OT_verify_model, ASSISTANT_EDITOR_OT_remove_model)
