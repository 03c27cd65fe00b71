"""Drawings as pictures: shapes smoothed by drawing them four times as large, words in the font that OpenCV brings along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..drawing import Drawing, Line, Point, Words

if TYPE_CHECKING:
    import numpy as np

FINER = 2
"""So many times larger than the picture are shapes drawn, each way, besides OpenCV's own smoothing of lines."""
DASH, HOLE = 7.0, 5.0
REGULAR, BOLD = 400, 700
LARGEST = 8192
"""Pixels of a picture's longer side at most: a drawing is scaled by less where it would be larger."""


def drawn(drawing: Drawing, scale: int = 2) -> np.ndarray:
    """The drawing as an RGB picture, uint8 of shape (height * scale, width * scale, 3)."""
    import cv2
    import numpy as np

    scale = max(1, min(scale, LARGEST // max(drawing.width, drawing.height, 1)))
    factor = scale * FINER
    canvas = np.full((drawing.height * factor, drawing.width * factor, 3), rgb(drawing.background), np.uint8)
    for box in drawing.boxes:
        left, top = box.left, box.top
        corners = ((left, top), (left + box.width, top), (left + box.width, top + box.height), (left, top + box.height))
        _fill(canvas, corners, box.colour, box.opacity, factor)
    for area in drawing.areas:
        _fill(canvas, area.points, area.colour, area.opacity, factor)
    for line in drawing.lines:
        for part in _dashes(line):
            points = np.round(np.asarray(part, np.float64) * factor).astype(np.int32)
            cv2.polylines(canvas, [points], False, rgb(line.colour), max(1, round(line.width * factor)), cv2.LINE_AA)
    small = cv2.resize(canvas, (drawing.width * scale, drawing.height * scale), interpolation=cv2.INTER_AREA)
    for words in drawing.words:
        _write(small, words, scale)
    return small


def rgb(colour: str) -> tuple[int, int, int]:
    """ "#rrggbb" as numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _fill(canvas: np.ndarray, points: Sequence[Point], colour: str, opacity: float, factor: int) -> None:
    """Fills a shape; where light shines through, only what lies around it is blended."""
    import cv2
    import numpy as np

    if len(points) < 3:
        return
    shape = np.round(np.asarray(points, np.float64) * factor).astype(np.int32)
    height, width = canvas.shape[:2]
    (left, top), (right, bottom) = np.clip(shape.min(0), 0, (width, height)), np.clip(shape.max(0) + 1, 0, (width, height))
    if right <= left or bottom <= top:
        return
    here = canvas[top:bottom, left:right]
    painted = np.ascontiguousarray(here).copy()
    # OpenCV fills its right and lower edge too.
    inner = np.minimum(shape, np.maximum(shape.max(0) - 1, shape.min(0))) - (left, top)
    cv2.fillPoly(painted, [inner.astype(np.int32)], rgb(colour))
    here[:] = painted if opacity >= 1 else cv2.addWeighted(painted, opacity, np.ascontiguousarray(here), 1 - opacity, 0)


def _dashes(line: Line) -> Iterable[Sequence[Point]]:
    """The line, or the strokes of a dashed one."""
    if not line.dashed:
        if len(line.points) > 1:
            yield line.points
        return
    stroke: list[Point] = [line.points[0]] if line.points else []
    left, on = DASH, True
    for (x, y), (to_x, to_y) in zip(line.points, line.points[1:], strict=False):
        length = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        done = 0.0
        while length - done > left:
            done += left
            point = (x + (to_x - x) * done / length, y + (to_y - y) * done / length)
            if on:
                yield [*stroke, point]
            stroke, on = [point], not on
            left = DASH if on else HOLE
        left -= length - done
        stroke.append((to_x, to_y))
    if on and len(stroke) > 1:
        yield stroke


def _write(picture: np.ndarray, words: Words, scale: int) -> None:
    import cv2

    if not words.text:
        return
    face, weight, size = cv2.FontFace("sans"), BOLD if words.bold else REGULAR, round(words.size * scale)
    _left, _top, width, _height = cv2.getTextSize((0, 0), words.text, (0, 0), face, size, weight)
    left = words.left * scale - {"start": 0.0, "middle": width / 2, "end": float(width)}[words.anchor]
    cv2.putText(picture, words.text, (round(left), round(words.baseline * scale)), rgb(words.colour), face, size, weight)
