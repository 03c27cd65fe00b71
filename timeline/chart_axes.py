"""What charts share: axes of time and value, words that fit their place, pieces too narrow to be seen gathered. Pure."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..ml.drawing import Box, Line, Words
from .footage_colours import FAINT, GRID

WIDTH = 920
LEFT, RIGHT = 76, 16
SMALL = 11.0
"""Letters of axes, in pixels."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
TICKS = 9
"""Of a time axis at most."""
LETTER, WIDE_LETTER = 0.56, 1.0
"""Of a letter's size: how wide letters are on average, and East Asian ones."""


@dataclass(frozen=True)
class Axes:
    """A field of a chart: `seconds` from its left to its right edge, values from `low` at the bottom to `high` at the top."""

    left: float
    top: float
    width: float
    height: float
    seconds: float
    low: float = 0.0
    high: float = 1.0

    def x(self, second: float) -> float:
        return self.left + self.width * (second / self.seconds if self.seconds else 0.0)

    def y(self, value: float) -> float:
        """Values beyond the axis are drawn at its edge."""
        share = (value - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - min(1.0, max(0.0, share)))

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    def times(self, told: bool = True) -> tuple[tuple[Box, ...], tuple[Words, ...]]:
        """Lines at whole minutes or seconds, and their times below."""
        boxes, words = [], []
        for second in ticks(self.seconds):
            boxes.append(Box(self.x(second), self.top, 1, self.height, GRID))
            if told:
                middle = min(self.x(second), WIDTH - text_width(clock(second), SMALL) / 2)
                words.append(Words(middle, self.bottom + SMALL + 4, clock(second), SMALL, FAINT, "middle"))
        return tuple(boxes), tuple(words)

    def values(self, told: Sequence[tuple[float, str]]) -> tuple[tuple[Box, ...], tuple[Words, ...]]:
        """A line at each value, and its word at the left."""
        boxes = tuple(Box(self.left, self.y(value), self.width, 1, GRID) for value, _ in told)
        return boxes, tuple(Words(self.left - 6, self.y(value) + SMALL / 2 - 1, word, SMALL, FAINT, "end") for value, word in told)

    def line(self, points: Iterable[tuple[float, float]], colour: str, width: float = 1.8, dashed: bool = False) -> Line:
        """A curve through (second, value)."""
        return Line(tuple((round(self.x(second), 2), round(self.y(value), 2)) for second, value in points), colour, width, dashed)


def ticks(seconds: float) -> list[int]:
    """Round times from 0 to `seconds`, no more than `TICKS`."""
    step = next((step for step in STEPS if seconds / step < TICKS), math.ceil(seconds / TICKS))
    return list(range(0, math.floor(seconds) + 1, max(1, step)))


def clock(seconds: float) -> str:
    """1:02:03, 2:03 or 0:03."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def length(seconds: float) -> str:
    """A length in words: 4.2 s, 1 min 5 s, 1 h 2 min."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def round_up(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten: the end of an axis."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999999)


def text_width(text: str, size: float) -> float:
    """About how many pixels a text takes: nobody measures fonts here."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return size * (wide * WIDE_LETTER + (len(text) - wide) * LETTER)


def fitted(text: str, width: float, size: float) -> str:
    """The text, or its beginning and an ellipsis where it would be wider than `width` pixels."""
    if text_width(text, size) <= width:
        return text
    end = len(text)
    while end and text_width(text[:end] + "…", size) > width:
        end -= 1
    return text[:end].rstrip() + "…" if end else ""


Piece = tuple[float, float, float, str, str]
"""(left, right, value, colour, hint)."""


def gathered(pieces: Sequence[Piece], least: float = 1.0) -> Iterator[Piece]:
    """The pieces in order of their left; those that begin within `least` pixels are one, with the highest value and the colour of
    the widest. Ten thousand shots in a thousand pixels are a thousand boxes."""
    group: list[Piece] = []
    for piece in pieces:
        if group and math.floor(piece[0] / least) != math.floor(group[0][0] / least):
            yield _as_one(group)
            group = []
        group.append(piece)
    if group:
        yield _as_one(group)


def _as_one(group: Sequence[Piece]) -> Piece:
    if len(group) == 1:
        return group[0]
    widths: dict[str, float] = {}
    for left, right, _value, colour, _hint in group:
        widths[colour] = widths.get(colour, 0.0) + right - left
    colour = max(widths, key=lambda one: widths[one])
    return group[0][0], max(piece[1] for piece in group), max(piece[2] for piece in group), colour, f"{len(group)} shots"
