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
    for made, before in list(_shown.items()):
        if made not in bpy.data.scenes:
            del _shown[made]
            if before in bpy.data.scenes and compat.edits_nothing(bpy.context):
                compat.show_scene(bpy.context, bpy.data.scenes[before])


def register() -> None:
    bpy.app.handlers.undo_post.append(_on_undo)


def unregister() -> None:
    bpy.app.handlers.undo_post.remove(_on_undo)
    _shown.clear()


CLASSES: tuple[type, ...] = ()
