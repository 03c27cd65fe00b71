"""Scenes that an operator makes and shows; where that is undone, the window edits the one before again."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..timeline import compat

_shown: dict[str, str] = {}
"""The scenes that were made and shown, each with the one that was shown before."""


def show(made: Any, before: Any) -> None:
    """The window edits the new scene; where that is undone, the one before again."""
    _shown[made.name] = before.name
    compat.show_scene(bpy.context, made)


@persistent
def _on_undo(*_: Any) -> None:
    """Blender 5 leaves a window without a scene to edit when the one it showed is gone."""
    scenes = bpy.data.scenes
    for made, before in _shown.items():
        if made not in scenes and before in scenes and compat.edits_nothing(bpy.context):
            compat.show_scene(bpy.context, scenes[before])


@persistent
def _on_load(*_: Any) -> None:
    """Another file's scenes may have the same names."""
    _shown.clear()


HANDLERS = (("undo_post", _on_undo), ("load_pre", _on_load))


def register() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def unregister() -> None:
    for name, handler in HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    _shown.clear()


CLASSES: tuple[type, ...] = ()
