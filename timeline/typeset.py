"""Where the lines of a text strip stand in the picture, to the pixel, as renders have it (4.5, 5.0, 5.2; tests compare)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from .faces import face_of_font

_NOWHERE = 1_000_000


@dataclass(frozen=True)
class Row:
    """One line: `edges[n]` is where its character number n begins, pixels from the left; the last one is where the line ends.

    `bottom` and `top` are half-way to the next lines, pixels from below; those of the first and last reach to the picture's edges.
    """

    text: str
    edges: tuple[float, ...]
    bottom: float
    top: float

    def span(self, first: int, last: int) -> tuple[float, float]:
        """From where to where these characters may be seen: up to half-way into the spaces beside them, or to the picture's edge."""
        count = len(self.text)
        first, last = min(first, count), min(last, count)
        if first >= last:
            return 0.0, 0.0
        left, right = self.edges[first], self.edges[last]
        if first and self.text[first - 1].isspace():
            left = (left + self.edges[first - 1]) / 2
        if last < count and self.text[last].isspace():
            right = (right + self.edges[last + 1]) / 2
        return (left if first else -_NOWHERE), (right if last < count else _NOWHERE)


def rows(strip: Any, render: Any) -> list[Row] | None:
    """The lines of a text strip in pictures of the scene's size. None where Blender breaks a line, or its font cannot be measured.

    A render of less than the full size draws smaller letters, rounded anew: places are those of that size, in pixels of the full one.
    """
    face = face_of_font(strip.font, strip.use_bold, strip.use_italic)
    if face is None:
        return None
    scale = render.resolution_percentage / 100
    size = int(strip.font_size * scale)
    width, height = int(render.resolution_x * scale), int(render.resolution_y * scale)
    texts = strip.text.split("\n")
    advances = face.advances(size)
    edges = [list(accumulate(map(advances.__getitem__, text), initial=0)) for text in texts]
    widest = max(row[-1] for row in edges)
    if not size or widest > strip.wrap_width * width:
        return None
    tall = face.height(size)
    step = _step(strip, tall, scale)
    block = tall + (len(texts) - 1) * step
    left = strip.location[0] * width - {"LEFT": 0.0, "CENTER": widest / 2, "RIGHT": float(widest)}[strip.anchor_x]
    top = strip.location[1] * height + {"TOP": 0.0, "CENTER": block / 2, "BOTTOM": float(block)}[strip.anchor_y]
    found = []
    for number, (text, row) in enumerate(zip(texts, edges, strict=True)):
        spare = widest - row[-1]
        start = math.floor(left + {"LEFT": 0.0, "CENTER": spare / 2, "RIGHT": float(spare)}[strip.alignment_x] + 0.5)
        below = top - number * step - (tall + step) / 2
        found.append(
            Row(
                text,
                tuple((start + edge) / scale for edge in row),
                below / scale if number + 1 < len(texts) else -_NOWHERE,
                (below + step) / scale if number else _NOWHERE,
            )
        )
    return found


def _step(strip: Any, tall: int, scale: float) -> int:
    """Pixels from one line to the next; 5.2 has line spacing."""
    if getattr(strip, "use_absolute_line_spacing", False):
        return int(strip.abs_space_line * scale)
    return int(tall * getattr(strip, "space_line", 1.0))
