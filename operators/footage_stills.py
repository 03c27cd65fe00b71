"""Small pictures for the cards of the footage: files below the cache's folder, made on request, known before Blender draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import bpy

from .. import preferences
from . import icons

if TYPE_CHECKING:
    from ..timeline.shot_log import Placed

_icons: dict[tuple[str, Any], int] = {}
"""(medium, moment) -> icon, of the pictures that are there."""


def load(rows: Sequence[Placed]) -> None:
    """Makes icons of the pictures that are there."""
    from ..ml.stills import thumbnail_path

    folder = preferences.backend(bpy.context).cache
    _icons.clear()
    for row in rows:
        if (path := thumbnail_path(folder, row.logged.medium, row.logged.still)).is_file():
            _icons[row.logged.medium, row.logged.still] = icons.icon_of(path)


def icon_of(row: Placed) -> int:
    """0 while a shot has no picture."""
    return _icons.get((row.logged.medium, row.logged.still), 0)


def unregister() -> None:
    _icons.clear()


CLASSES: tuple[type, ...] = ()
