"""Words in a panel: Blender cuts off what is longer than a line."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import blf
import bpy

CHARACTER = 6.0
"""Pixels a letter of the interface takes, on average, at scale 1."""

MARGINS, ICON = 26.0, 20.0
"""Pixels at scale 1 that a box and the margins of a label take from a line, and an icon."""

TWO_LINES, PICTURE_ROW = 1.8, 2.6
"""How tall a row of two lines is, and one with a picture, in buttons."""


def columns(context: bpy.types.Context, least: int = 16, taken: int = 8) -> int:
    """Characters that fit on a line of this region, which loses `taken` of them to borders and icons."""
    return max(least, int(context.region.width / (CHARACTER * (context.preferences.system.ui_scale or 1.0))) - taken)


def tall_list(layout: Any, height: float, kind: str, group: Any, rows: int) -> None:
    """A list of `group.rows` whose rows are `height` buttons tall.

    Blender lights and clicks one button's height of a row, whatever stands in it, so the whole list is scaled, and `tall_row` undoes it.
    """
    column = layout.column()
    column.scale_y = height
    column.template_list(kind, "", group, "rows", group, "active", rows=rows)


def tall_row(layout: Any, height: float) -> Any:
    """The layout of one row of a `tall_list`, in which a button is as tall as elsewhere."""
    row = layout.row(align=True)
    row.scale_y = 1.0 / height
    return row


def lines(layout: Any, text: str, width: int, icon: str = "NONE") -> None:
    """Text over as many lines as it needs in a region of so many `columns`."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    room = width * CHARACTER - MARGINS - (0.0 if icon == "NONE" else ICON)
    for number, line in enumerate(_lines(text, room, bpy.context.preferences.ui_styles[0].widget.points)):
        column.label(text=line, icon=icon if number == 0 else ("NONE" if icon == "NONE" else "BLANK1"))


@lru_cache(maxsize=512)  # panels draw with every move of the mouse
def _lines(text: str, room: float, points: float) -> tuple[str, ...]:
    blf.size(0, points)
    return wrapped(text, room, lambda part: blf.dimensions(0, part)[0])


def wrapped(text: str, room: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """`text` in lines none of which is wider than `room`, by the word; what is too wide by itself (a path, Chinese) by the letter."""
    found, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if measure(longer) <= room:
            line = longer
            continue
        if line:
            found.append(line)
        while len(word) > 1 and measure(word) > room:
            cut = next((end for end in range(len(word) - 1, 1, -1) if measure(word[:end]) <= room), 1)
            found.append(word[:cut])
            word = word[cut:]
        line = word
    return (*found, line) if line or not found else tuple(found)
