"""Setting up the worker's Python: install, stop, test, use another one.

What does the work is imported when a button is pressed: Blender's start-up does not pay for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import preferences
from ..ml.errors import CANCELLED, MISSING_BACKEND, EditorError
from . import status, task

if TYPE_CHECKING:
    from ..ml import backend

PAGE = "BACKEND"


@lru_cache(maxsize=1)
def variants() -> list[tuple[str, str, str]]:
    """The builds there are for this system, as a menu. Blender keeps no copy of the words, so the list is kept here."""
    from ..ml import backend

    own = [(variant.name.upper(), variant.label, variant.note) for variant in backend.offered()]
    return [("AUTO", "Automatic", "NVIDIA or Apple silicon where there is one, else the processor"), *own]


def _variants(self: Any, context: Any) -> list[tuple[str, str, str]]:
    return variants()


def _fail(error: EditorError) -> None:
    stopped = error.code == CANCELLED
    status.say(PAGE, "Stopped. Nothing was left behind." if stopped else str(error), error=not stopped)
    if error.detail:
        print(error.detail)  # noqa: T201  the log of what failed belongs into Blender's console
    status.look_again(preferences.places())


class ASSISTANT_EDITOR_OT_build_backend(task.TaskOperator, bpy.types.Operator):
    """Install the backend: a Python environment of its own, with the libraries that find shots and words"""

    bl_idname = "assistant_editor.build_backend"
    bl_label = "Install Backend"

    python: StringProperty(name="Python", description="Python to make the environment with; empty: the best one found", subtype="FILE_PATH")
    variant: EnumProperty(name="Variant", description="Which build of PyTorch", items=_variants)
    again: BoolProperty(name="Again", description="Install again even when a healthy environment is there")

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import backend, client

        places, online, again = preferences.places(), bpy.app.online_access, self.again
        named, wanted = bpy.path.abspath(self.python) or places.named, self.variant.lower()

        def work(this: task.Task) -> backend.Report:
            this.told("Looking for a Python", 0.0)
            python = backend.inspect(named) if named else backend.best(backend.find_interpreters("", places.own))
            if python is None:
                raise EditorError(
                    "No Python 3.10 to 3.13 was found that can make environments.",
                    "Install Python 3.11 from python.org or your system's packages, then try again.", MISSING_BACKEND,
                )  # fmt: skip
            variant = backend.sensible() if wanted == "auto" else backend.VARIANTS[wanted]
            return backend.build(places.backend, python, variant, online=online, progress=this.told, cancelled=this.cancelled, again=again)

        def finish(report: backend.Report) -> None:
            client.close_all()
            preferences.of(bpy.context).use_own()
            status.status.test = report.test
            done = f"Installed in {report.seconds:.0f} seconds." if report.fresh else "It was installed already, and works."
            status.say(PAGE, " ".join((done, *report.notices)))
            status.look_again(preferences.places())

        return task.Task(PAGE, "Starting", work, finish, _fail)


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


class ASSISTANT_EDITOR_OT_test_backend(task.TaskOperator, bpy.types.Operator):
    """Load every library in the environment, compute a little, and show versions and device"""

    bl_idname = "assistant_editor.test_backend"
    bl_label = "Test"

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import backend

        python = preferences.backend(context).python

        def work(this: task.Task) -> backend.SelfTestReport:
            if not python:
                raise EditorError("There is no backend yet.", "Install it, or use an existing environment.", MISSING_BACKEND)
            return backend.self_test(python, this.cancelled)

        def finish(report: backend.SelfTestReport) -> None:
            status.status.test = report
            status.say(PAGE, f"Tested in {report.seconds:.0f} seconds." if report.ok else "It does not work.", error=not report.ok)

        return task.Task(PAGE, "Testing the environment", work, finish, _fail)


class ASSISTANT_EDITOR_OT_use_environment(task.TaskOperator, bpy.types.Operator):
    """Use a Python environment you made yourself, after testing it"""

    bl_idname = "assistant_editor.use_environment"
    bl_label = "Test and Use"

    python: StringProperty(name="Python", description="The python program inside the environment", subtype="FILE_PATH")

    def prepare(self, context: bpy.types.Context) -> task.Task:
        from ..ml import backend, client

        python = bpy.path.abspath(self.python or preferences.of(context).existing)

        def work(this: task.Task) -> backend.SelfTestReport:
            if not python:
                raise EditorError("No environment was chosen.", "Choose the python program inside it.", MISSING_BACKEND)
            return backend.use_existing(python, this.cancelled)

        def finish(report: backend.SelfTestReport) -> None:
            client.close_all()
            preferences.of(bpy.context).use_other(report.python)
            status.status.test = report
            status.say(PAGE, "This environment works and is used from now on.")
            status.look_again(preferences.places())

        return task.Task(PAGE, "Testing the environment", work, finish, _fail)


class ASSISTANT_EDITOR_OT_look_again(bpy.types.Operator):
    """Look again for Pythons, environments, models and stored results"""

    bl_idname = "assistant_editor.look_again"
    bl_label = "Look Again"

    def execute(self, context: bpy.types.Context) -> set[str]:
        status.look_again(preferences.places(), pythons=True)
        return {"FINISHED"}


CLASSES: tuple[type, ...] = (
    ASSISTANT_EDITOR_OT_build_backend,
    ASSISTANT_EDITOR_OT_cancel_backend,
    ASSISTANT_EDITOR_OT_test_backend,
    ASSISTANT_EDITOR_OT_use_environment,
    ASSISTANT_EDITOR_OT_look_again,
)
