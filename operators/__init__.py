"""What a user can do. A line in the table makes a module's classes known to Blender."""

from __future__ import annotations

from types import ModuleType

import bpy

from . import backend, models

MODULES: tuple[ModuleType, ...] = (backend, models)


def register() -> None:
    for module in MODULES:
        for kind in module.CLASSES:
            bpy.utils.register_class(kind)


def unregister() -> None:
    for module in reversed(MODULES):
        for kind in reversed(module.CLASSES):
            bpy.utils.unregister_class(kind)
