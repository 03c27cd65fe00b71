"""Undo in a Blender that loads the font of a text strip while it forgets the strip."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..timeline import compat

MENDED = (5, 2, 0)
"""From here on Blender forgets strips without loading their fonts; of 5.1 nothing is known."""


@persistent
def _settle(*_: Any) -> None:
    """A second undo in a row may take the font away.

    Strips come out of the undo memory marked as not loaded, and the copies that Blender draws from inherit the mark. Forgetting such a copy
    loads its font, whose memory the second undo may have freed already: Blender goes down with it. Copying a strip loads its font and takes
    the mark off, so a second copy is made while every font is there.
    """
    for scene in bpy.data.scenes:
        if compat.has_fonts(scene):
            _evaluate(scene)
            scene.update_tag()
            _evaluate(scene)


def _evaluate(scene: Any) -> None:
    for layer in scene.view_layers:
        layer.update()


HANDLERS = ("undo_post", "redo_post", "load_post") if bpy.app.version < MENDED else ()


def register() -> None:
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).append(_settle)


def unregister() -> None:
    for name in HANDLERS:
        getattr(bpy.app.handlers, name).remove(_settle)


CLASSES: tuple[type, ...] = ()
