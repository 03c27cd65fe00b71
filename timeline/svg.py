"""Drawings as SVG, to stand inside a page of HTML. Pure.

Text is escaped; nothing is loaded from anywhere. A shape's hint becomes its `title`, which browsers show and screen readers say.
"""

from __future__ import annotations

from html import escape

from ..ml.drawing import Area, Box, Drawing, Line, Words

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif"


def svg(drawing: Drawing) -> str:
    """The drawing as an `svg` element that takes the width it is given."""
    shapes = [
        *(_box(box) for box in drawing.boxes),
        *(_area(area) for area in drawing.areas),
        *(_line(line) for line in drawing.lines),
        *(_words(words) for words in drawing.words),
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" role="img" font-family="{FONT}">'
    ground = f'<rect width="{drawing.width}" height="{drawing.height}" fill="{escape(drawing.background)}"/>'
    return "\n".join((head, f"<title>{safe(drawing.title)}</title>", ground, *shapes, "</svg>"))


def safe(text: str) -> str:
    """Text that may stand in a page: escaped, without control characters, and with a mark for what is no character (file names may hold
    both)."""
    whole = text.encode("utf-8", "replace").decode()
    return escape("".join(letter for letter in whole if letter.isprintable() or letter in "\n\t"))


def number(value: float) -> str:
    """As short as two decimals allow."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _ending(tag: str, hint: str) -> str:
    return f"><title>{safe(hint)}</title></{tag}>" if hint else "/>"


def _opacity(value: float) -> str:
    return f' fill-opacity="{number(value)}"' if value < 1 else ""


def _box(box: Box) -> str:
    where = f'x="{number(box.left)}" y="{number(box.top)}" width="{number(box.width)}" height="{number(box.height)}"'
    return f'<rect {where} fill="{escape(box.colour)}"{_opacity(box.opacity)}{_ending("rect", box.hint)}'


def _area(area: Area) -> str:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in area.points)
    return f'<polygon points="{points}" fill="{escape(area.colour)}"{_opacity(area.opacity)}{_ending("polygon", area.hint)}'


def _line(line: Line) -> str:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in line.points)
    dashes = ' stroke-dasharray="7 5"' if line.dashed else ""
    return f'<polyline points="{points}" fill="none" stroke="{escape(line.colour)}" stroke-width="{number(line.width)}"{dashes}/>'


def _words(words: Words) -> str:
    where = f'x="{number(words.left)}" y="{number(words.baseline)}" font-size="{number(words.size)}" fill="{escape(words.colour)}"'
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    bold = ' font-weight="600"' if words.bold else ""
    return f"<text {where}{anchor}{bold}>{safe(words.text)}</text>"
