"""Installing the worker's Python, and stopping that.

What does the work is imported when a button is pressed: Blender's start-up does not pay for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import preferences
from ..ml.backend.variants import offered
from ..ml.errors import MISSING_BACKEND, EditorError
from . import status, task

if TYPE_CHECKING:
    from ..ml import backend

PAGE = "BACKEND"
VARIANTS = [
    ("AUTO", "Automatic", "NVIDIA or Apple silicon where there is one, else the processor"),
    *((variant.name.upper(), variant.label, variant.note) for variant in offered()),
]


def fail(error: EditorError) -> None:
    status.say_failed(PAGE, error)
    status.look_again(preferences.places())


class ASSISTANT_EDITOR_OT_build_backend(task.TaskOperator, bpy.types.Operator):
    """Install the backend: a Python environment of its own, with the libraries that find shots and words"""

    bl_idname = "assistant_editor.build_backend"
    bl_label = "Install Backend"

    python: StringProperty(name="Python", description="Python to make the environment with; empty: the best one found", subtype="FILE_PATH")
    variant: EnumProperty(name="Variant", description="Which build of PyTorch", items=VARIANTS)
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

        return task.Task(PAGE, "Starting", work, finish, fail)


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


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_build_backend, ASSISTANT_EDITOR_OT_cancel_backend)
