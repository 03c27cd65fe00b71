"""Small pictures of the shots in the list: files below the cache's folder, made on request, known before Blender draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import bpy

from .. import preferences
from . import icons

if TYPE_CHECKING:
    from fractions import Fraction

    from ..ml.stills import Picture
    from ..timeline.shot_list import Row

_icons: dict[tuple[str, Fraction | None], int] = {}
"""(medium, middle of the shot) -> icon, of the pictures that are there."""


def load(rows: Sequence[Row]) -> None:
    """Makes icons of the pictures that are there."""
    from ..ml.stills import thumbnail_path

    folder = preferences.backend(bpy.context).cache
    _icons.clear()
    for row in rows:
        if row.middle is not None and (path := thumbnail_path(folder, row.medium, row.middle)).is_file():
            _icons[row.medium, row.middle] = icons.icon_of(path)


def wanted(rows: Sequence[Row], folder: str) -> tuple[Picture, ...]:
    """The pictures that are still to be made: of the middle of every shot whose file can be read."""
    from ..ml.stills import thumbnails

    return thumbnails(folder, ((row.medium, row.path, row.middle) for row in rows if row.middle is not None and row.medium))


def icon_of(row: Row) -> int:
    """0 while a shot has no picture."""
    return _icons.get((row.medium, row.middle), 0)


def any_there() -> bool:
    """Whether any shot in the list has a picture."""
    return bool(_icons)


def clear() -> None:
    _icons.clear()


CLASSES: tuple[type, ...] = ()
