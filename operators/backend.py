"""Installing the worker's Python.

What does the work is imported when a button is pressed: Blender's start-up does not pay for it.
"""

from typing import TYPE_CHECKING

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import preferences
from ..ml.errors import MISSING_BACKEND, USAGE, EditorError
from . import status, task

if TYPE_CHECKING:
    from ..ml import backend

PAGE = "BACKEND"
VARIANTS = [
    ("AUTO", "Automatic", "NVIDIA or Apple silicon where there is one, else the processor"),
    ("CPU", "Processor", "Works on every computer"),
    ("CUDA", "NVIDIA graphics card", "Several times faster; needs a card with a recent driver"),
    ("APPLE", "Apple silicon", "Uses the graphics cores of M-series Macs"),
]
"""Those of `ml.backend`, which is not loaded at start-up; a test compares."""


def variants() -> list[tuple[str, str, str]]:
    """The builds there are for this computer. These very rows, for Blender needs them to live on."""
    from ..ml.backend import offered

    here = {"AUTO", *(variant.name.upper() for variant in offered())}
    return [row for row in VARIANTS if row[0] in here]


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

        if wanted != "auto" and backend.VARIANTS[wanted] not in backend.offered():
            there = ", ".join(name.lower() for name, *_words in variants())
            raise EditorError(f"The build {wanted!r} is not for this computer.", f"There are {there}.", USAGE)

        def work(this: task.Task) -> "backend.Report":
            this.told("Looking for a Python", 0.0)
            python = backend.inspect(named) if named else backend.best(backend.find_interpreters("", places.own))
            if python is None:
                raise EditorError(
                    "No Python 3.10 to 3.13 was found that can make environments.",
                    "Install Python 3.11 from python.org or your system's packages, then try again.", MISSING_BACKEND,
                )  # fmt: skip
            variant = backend.sensible() if wanted == "auto" else backend.VARIANTS[wanted]
            return backend.build(places.backend, python, variant, online=online, progress=this.told, cancelled=this.cancelled, again=again)

        def finish(report: "backend.Report") -> None:
            client.close_all()
            preferences.of(bpy.context).use_own()
            status.status.test = report.test
            done = f"Installed in {report.seconds:.0f} seconds." if report.fresh else "It was installed already, and works."
            status.say(PAGE, " ".join((done, *report.notices)))
            status.look_again(preferences.places())

        return task.Task(PAGE, "Starting", work, finish, fail)


CLASSES: tuple[type, ...] = (ASSISTANT_EDITOR_OT_build_backend,)
