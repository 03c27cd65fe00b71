"""A drawing of boxes, areas, lines and words, as a value: made once, then written as SVG or drawn as a picture by the worker.

Used at both ends; importing it imports nothing heavy. Points are pixels from the upper left corner; colours are "#rrggbb".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Box:
    """`hint` is what is told of it where a reader can point at it."""

    left: float
    top: float
    width: float
    height: float
    colour: str
    opacity: float = 1.0
    hint: str = ""


@dataclass(frozen=True)
class Area:
    """A filled shape; its last point is joined to its first."""

    points: tuple[Point, ...]
    colour: str
    opacity: float = 1.0
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """`dashed` lines are told from others without their colour."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.5
    dashed: bool = False


@dataclass(frozen=True)
class Words:
    """A line of text: `left` is where it begins, its middle or its end, by `anchor`; `size` its letters' height in pixels."""

    left: float
    baseline: float
    text: str
    size: float = 12.0
    colour: str = "#222222"
    anchor: Anchor = "start"
    bold: bool = False


@dataclass(frozen=True)
class Drawing:
    """`boxes` lie below `areas`, these below `lines`, and `words` above all. `title` says what it shows, also to who cannot see it."""

    title: str
    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    words: tuple[Words, ...] = ()
    background: str = "#ffffff"


@dataclass(frozen=True)
class Plot:
    """A drawing to be written to `target` (.png, .jpg or .jpeg), `scale` pixels of the file for one of the drawing."""

    target: str
    drawing: Drawing
    scale: int = 2
