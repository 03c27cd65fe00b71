"""Small pictures of shots for the list: files below the cache's folder, loaded once and never while Blender draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences

if TYPE_CHECKING:
    from pathlib import Path

    from ..timeline.shot_list import Row

_loaded: list[Any] = []
"""Blender's collection of previews, made at the first picture."""
_icons: dict[tuple[str, int], int] = {}


def path_of(row: Row, cache_folder: str) -> Path | None:
    """Where the picture of a shot lies once it has been made; None for a strip whose source is not known."""
    from ..ml.stills import thumbnail_path

    return thumbnail_path(cache_folder, row.medium, row.middle) if row.middle is not None else None


def load(rows: Sequence[Row]) -> None:
    """Makes icons of the pictures that are there; a shot without one keeps none."""
    folder = preferences.backend(bpy.context).cache
    _icons.clear()
    for row in rows:
        path = path_of(row, folder)
        if path is not None and path.is_file():
            _icons[(row.medium, row.frames.start)] = _icon(str(path))


def icon_of(medium: str, frame: int) -> int:
    """The icon of the shot that begins at this timeline frame, 0 while it has no picture."""
    return _icons.get((medium, frame), 0)


def _icon(path: str) -> int:
    if not _loaded:
        from bpy.utils import previews

        _loaded.append(previews.new())
    collection = _loaded[0]
    return int((collection[path] if path in collection else collection.load(path, path, "IMAGE")).icon_id)


def clear() -> None:
    _icons.clear()
    if _loaded:
        from bpy.utils import previews

        previews.remove(_loaded.pop())


CLASSES: tuple[type, ...] = ()
