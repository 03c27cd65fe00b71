"""Where the worker's Python, the models and the stored results live, and the pages that install them.

Drawing reads `operators.status`, which tasks fill; it looks up and runs nothing itself. Three environment variables override
what is chosen here, for headless machines and tests: ASSISTANT_EDITOR_WORKER_PYTHON, ASSISTANT_EDITOR_MODELS, ASSISTANT_EDITOR_CACHE;
a fourth, ASSISTANT_EDITOR_LIBRARY, where the library lies.
"""

import os
import sys
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

if TYPE_CHECKING:
    from .ml.client import Backend

PAGES = [
    ("BACKEND", "Backend", "The Python environment that does the work"),
    ("MODELS", "Models", "The trained networks"),
    ("CACHE", "Stored Results", "What was found out about your media"),
]
PYTHON, MODELS, CACHE = "ASSISTANT_EDITOR_WORKER_PYTHON", "ASSISTANT_EDITOR_MODELS", "ASSISTANT_EDITOR_CACHE"
LIBRARY = "ASSISTANT_EDITOR_LIBRARY"


def _choices(self: Any, context: Any) -> list[tuple[str, str, str]]:
    from .operators.backend import variants

    return variants()


def _changed(self: Any, context: Any) -> None:
    from .operators import status

    status.look_again(places(), pythons=True)


class ASSISTANT_EDITOR_preferences(bpy.types.AddonPreferences):
    bl_idname = __package__

    page: EnumProperty(name="Page", items=PAGES)
    named: StringProperty(
        name="Python", description="Python 3.10 to 3.13 to make the environment with. Empty: the best one found", subtype="FILE_PATH",
        update=_changed,
    )  # fmt: skip
    variant: EnumProperty(name="Runs on", description="Which build of PyTorch is installed", items=_choices)
    existing: StringProperty(
        name="Python inside it", description="The python program inside an environment you made yourself", subtype="FILE_PATH"
    )
    in_use: EnumProperty(
        name="Environment",
        items=[("OWN", "Installed here", "The environment that the add-on installed"), ("OTHER", "Your own", "An environment you made")],
        update=_changed,
    )
    models_folder: StringProperty(
        name="Folder", description="Where models are kept. Empty: the add-on's own folder", subtype="DIR_PATH", update=_changed
    )
    cache_folder: StringProperty(
        name="Folder", description="Where results are kept. Empty: the add-on's own folder", subtype="DIR_PATH", update=_changed
    )
    cache_limit: IntProperty(
        name="Limit", description="Results not used for longest go first, in megabytes", default=2048, min=64, max=1048576, subtype="NONE"
    )
    show_pythons: BoolProperty(name="Pythons found", description="Every Python that was tried, and why it can or cannot be used")
    show_licences: BoolProperty(name="Licences of what is installed", description="What will be installed, and under which licence")
    show_existing: BoolProperty(name="Use an existing environment", description="For an environment you made yourself")
    show_sizes: BoolProperty(name="All models", description="Every size of both speech engines, not only the usual ones")

    def use_own(self) -> None:
        self.in_use = "OWN"

    def use_other(self, python: str) -> None:
        self.existing, self.in_use = python, "OTHER"

    def draw(self, context: bpy.types.Context) -> None:
        from .panels import setup

        setup.draw(self.layout, self, context)


def of(context: bpy.types.Context) -> Any:
    """The add-on's preferences."""
    return context.preferences.addons[__package__].preferences


def places() -> Any:
    """Every folder and Python in question, as `operators.status.Places`. Makes the add-on's own folders when they are not there."""
    from .operators.status import Places

    chosen = of(bpy.context)
    given = os.environ.get(PYTHON, "")
    existing = bpy.path.abspath(chosen.existing) if chosen.in_use == "OTHER" else ""
    return Places(
        backend=_own_folder("backend"),
        models=os.environ.get(MODELS) or bpy.path.abspath(chosen.models_folder) or _own_folder("models"),
        cache=os.environ.get(CACHE) or bpy.path.abspath(chosen.cache_folder) or _own_folder("cache"),
        own=sys.executable or "",
        named=bpy.path.abspath(chosen.named),
        existing=given or existing,
    )


def backend(context: bpy.types.Context) -> "Backend":
    """How the worker is reached. `python` is "" when no backend is set up: a job that needs one says so."""
    from .ml.backend import python_of
    from .ml.client import Backend

    here = places()
    return Backend(
        python=here.existing or python_of(here.backend) or "",
        models=here.models,
        cache=here.cache,
        online=bpy.app.online_access,
        cache_limit=of(context).cache_limit * 1024 * 1024,
    )


def people_folder() -> str:
    """Where the register of people known by their faces lies. It stays with this user on this computer: nobody can choose another place."""
    return _own_folder("people")


def library_folder() -> str:
    """Where the library of everything that was indexed lies."""
    return os.environ.get(LIBRARY) or _own_folder("library")


def _own_folder(name: str) -> str:
    return bpy.utils.extension_path_user(__package__, path=name, create=True)


def register() -> None:
    bpy.utils.register_class(ASSISTANT_EDITOR_preferences)


def unregister() -> None:
    from .operators import status, task

    task.stop_all()
    status.forget()
    bpy.utils.unregister_class(ASSISTANT_EDITOR_preferences)
