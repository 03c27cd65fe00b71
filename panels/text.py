"""Words in a panel: Blender cuts off what is longer than a line."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

CHARACTER = 6.0
"""Pixels a letter of the interface takes, on average, at scale 1."""

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
    """Text over as many lines as it needs."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(textwrap.wrap(text, width, break_on_hyphens=False) or [""]):
        column.label(text=line, icon=icon if number == 0 else ("NONE" if icon == "NONE" else "BLANK1"))
