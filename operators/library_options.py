"""The library as options: what is indexed and how, what is looked for."""

import os
from typing import TYPE_CHECKING, Any

from bpy.props import BoolProperty, IntProperty, StringProperty

from . import picture_files

if TYPE_CHECKING:
    from .library_keep import Wish

ONCE = {"SKIP_SAVE"}
"""As in `options`: what is not given comes from the scene's settings."""


class IndexProps:
    index_folder: StringProperty(
        name="Folder", description="Every film, picture and sound in this folder and below it is looked into", default="",
        subtype="DIR_PATH", options=ONCE,
    )  # fmt: skip
    at_once: IntProperty(
        name="At Once",
        description="How many files are looked into side by side. Each takes the memory of a backend. 0: as many as suit this computer",
        default=0, min=0, max=16, options=ONCE,
    )  # fmt: skip


class LibraryState(IndexProps):
    """For the scene's settings."""

    library_follows: BoolProperty(
        name="Keep Logs", description="What Log Footage finds out is kept in the library; who is seen only if people may be known",
        default=True,
    )  # fmt: skip
    only_what_is_said: BoolProperty(
        name="Only What Is Said", description="Where words were looked for, add the sentence alone, not the whole shot", default=False
    )
    go_on_after: BoolProperty(name="Go On After It", description="The playhead moves to the end of what was added", default=True)


INDEX_ASKS = ("index_folder", "at_once")
NAMES = INDEX_ASKS
ENDINGS = frozenset((".mp3", ".wav", ".flac", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".aiff", ".aif", ".wma", ".mka", ".ac3", ".amr"))
"""Files with sound alone. Those of films are Blender's own list."""
HEAVY = 6
"""Processors that one file keeps busy."""


def side_by_side(props: Any) -> int:
    """How many files at once."""
    return props.at_once or max(1, min(4, (os.cpu_count() or 1) // HEAVY))


def endings() -> frozenset[str]:
    """Endings of the files that are looked into."""
    import bpy

    return frozenset(bpy.path.extensions_movie) | frozenset(bpy.path.extensions_audio) | ENDINGS | picture_files.ENDINGS


class _Both:
    """An operator's options, and where it has none of that name the scene's."""

    def __init__(self, props: Any, settings: Any) -> None:
        self._props, self._settings = props, settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._props if hasattr(self._props, name) else self._settings, name)


def wish(props: Any, settings: Any) -> "Wish":
    """How media are looked into, by these options. Raises `EditorError` when the register of people cannot be read."""
    import bpy

    from .. import preferences
    from ..timeline import persons
    from . import footage_options, people_known
    from .library_keep import Wish

    both = _Both(props, settings)
    tasks = ((engine, footage_options.wished(engine, task)(both)) for engine, task in footage_options.TASKS.items())
    register = people_known.register_now()
    return Wish(
        tuple((engine, options) for engine, options in tasks if options is not None),
        footage_options.sources(both),
        preferences.backend(bpy.context).models,
        persons.dump(register) if register.consent else "",
        footage_options.path(both.feeling_model),
    )


CLASSES: tuple[type, ...] = ()
