"""Testing the worker's Python, or using one that the user made."""

from typing import TYPE_CHECKING

import bpy
from bpy.props import StringProperty

from .. import preferences
from ..ml.errors import MISSING_BACKEND, EditorError
from . import status, task
from .backend import PAGE, fail

if TYPE_CHECKING:
    from ..ml import backend


class ASSISTANT_EDITOR_OT_test_backend(task.TaskOperator, bpy.types.Operator):
    """Load every library in the environment, compute a little, and show versions and device"""

    bl_idname = "assistant_editor.test_backend"
    bl_label = "Test"

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import backend

        python = preferences.backend(context).python

        def work(this: task.Task) -> "backend.SelfTestReport":
            if not python:
                raise EditorError("There is no backend yet.", "Install it, or use an existing environment.", MISSING_BACKEND)
            return backend.self_test(python, this.cancelled)

        def finish(report: "backend.SelfTestReport") -> None:
            status.status.test = report
            status.say(PAGE, f"Tested in {report.seconds:.0f} seconds." if report.ok else "It does not work.", error=not report.ok)

        return task.Task(PAGE, "Testing the environment", work, finish, fail)


class ASSISTANT_EDITOR_OT_use_environment(task.TaskOperator, bpy.types.Operator):
    """Use a Python environment you made yourself, after testing it"""

    bl_idname = "assistant_editor.use_environment"
    bl_label = "Test and Use"

    python: StringProperty(name="Python", description="The python program inside the environment", subtype="FILE_PATH")

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import backend, client

        python = bpy.path.abspath(self.python or preferences.of(context).existing)

        def work(this: task.Task) -> "backend.SelfTestReport":
            if not python:
                raise EditorError("No environment was chosen.", "Choose the python program inside it.", MISSING_BACKEND)
            return backend.use_existing(python, this.cancelled)

        def finish(report: "backend.SelfTestReport") -> None:
            client.close_all()
            preferences.of(bpy.context).use_other(report.python)
            status.status.test = report
            status.say(PAGE, "This environment works and is used from now on.")
            status.look_again(preferences.places())

        return task.Task(PAGE, "Testing the environment", work, finish, fail)


class ASSISTANT_EDITOR_OT_look_again(bpy.types.Operator):
    """Look again for Pythons, environments, models and stored results"""

    bl_idname = "assistant_editor.look_again"
    bl_label = "Look Again"

    def execute(self, context: bpy.types.Context) -> set[str]:
        status.look_again(preferences.places(), pythons=True)
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_test_backend,
    ASSISTANT_EDITOR_OT_use_environment,
    ASSISTANT_EDITOR_OT_look_again,
)
