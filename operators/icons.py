"""Picture files as icons that panels show, loaded once and never while Blender draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_loaded: list[Any] = []
"""Blender's collection of previews, made at the first picture."""


def icon_of(path: Path) -> int:
    """The number of the picture's icon; 0 where there is no such file."""
    if not path.is_file():
        return 0
    if not _loaded:
        from bpy.utils import previews

        _loaded.append(previews.new())
    collection, name = _loaded[0], str(path)
    return int((collection[name] if name in collection else collection.load(name, name, "IMAGE")).icon_id)


def unregister() -> None:
    if _loaded:
        from bpy.utils import previews

        previews.remove(_loaded.pop())


CLASSES: tuple[type, ...] = ()
