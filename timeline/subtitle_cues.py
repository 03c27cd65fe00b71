"""What a subtitle file holds, as values: cues with their times, their text in runs of one look, who speaks, where it stands. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from .plan import CaptionStyle

Place = Literal["bottom", "middle", "top"]
Side = Literal["left", "center", "right"]
PLACES: tuple[Place, ...] = ("bottom", "middle", "top")
SIDES: tuple[Side, ...] = ("left", "center", "right")
MOST = 200_000
"""Cues a file has at most: more is no subtitle file, and would take Blender minutes."""


@dataclass(frozen=True)
class Run:
    """Some of a cue's text in one look; newlines separate lines. `color` is `#rrggbb`, "" the style's own."""

    text: str
    italic: bool = False
    bold: bool = False
    underline: bool = False
    color: str = ""

    def said(self, text: str) -> Run:
        """Other text in the same look."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Cue:
    """`start` and `end` are exact seconds from the file's zero. `style` names one of the file's styles, "" none."""

    start: Fraction
    end: Fraction
    runs: tuple[Run, ...]
    speaker: str = ""
    place: Place = "bottom"
    side: Side = "center"
    style: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Subtitles:
    """A file as it was read. `rate`: the frames a second it counts in, None where it has clock times only.

    `warnings` are sentences for the user: what was left out, and in which encoding the file was read where that was a guess.
    """

    cues: tuple[Cue, ...]
    styles: Mapping[str, CaptionStyle] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    format: str = ""
    encoding: str = "utf-8"
    rate: Fraction | None = None


def cue(start: Fraction, end: Fraction, text: str, **more: object) -> Cue:
    """A cue whose text has one look."""
    return Cue(start, end, tidy([Run(text)]), **more)  # type: ignore[arg-type]


def tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs without control characters, blank lines and blanks at the ends of lines, neighbours of one look joined.

    Marks of direction and joiners stay: they are part of the text.
    """
    looks: list[Run] = []
    marks: list[str] = []
    for run in runs:
        text = run.text
        for ending in ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"):
            text = text.replace(ending, "\n")
        for char in text:
            char = " " if char == "\t" else char
            if char == "\n" or not (ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 or char == "\ufeff"):
                marks.append(char)
                looks.append(run)
    kept = _kept(marks)
    found: list[tuple[Run, list[str]]] = []
    for place in kept:
        look = looks[place]
        if marks[place] == "\n" and found:
            found[-1][1].append("\n")
        elif found and (found[-1][0] is look or found[-1][0].said("") == look.said("")):
            found[-1][1].append(marks[place])
        else:
            found.append((look, [marks[place]]))
    return tuple(look.said("".join(text)) for look, text in found)


def _kept(marks: list[str]) -> list[int]:
    """The numbers of the characters that stay: no blanks around lines, no empty lines."""
    kept: list[int] = []
    line: list[int] = []
    for place in range(len(marks) + 1):
        if place < len(marks) and marks[place] != "\n":
            line.append(place)
            continue
        while line and marks[line[-1]].isspace():
            line.pop()
        first = next((n for n, at in enumerate(line) if not marks[at].isspace()), len(line))
        if line[first:]:
            if kept:
                # The newline that ended the line before lies somewhere before this one's first character.
                kept.append(next(at for at in range(line[first] - 1, -1, -1) if marks[at] == "\n"))
            kept += line[first:]
        line = []
    return kept


def moment(frame: int, rate: Fraction, units: int) -> int:
    """When a frame begins, as a whole number of 1/`units` seconds.

    Players show a caption from the first frame that is presented at its time or later, so this is the last such moment that is
    not after the frame's beginning; but where that would be nearer to the frame before (centiseconds at 59.94), the nearest one.
    Either way reading it back to the nearest frame gives the frame. Frames may be shorter than a unit; then it is the nearest.
    """
    exact = frame * units / rate
    down = math.floor(exact)
    return down if (exact - down) * 2 * rate < units else math.floor(exact + Fraction(1, 2))


def frame_of(seconds: Fraction, rate: Fraction) -> int:
    """The frame that begins nearest to this moment; halves go up."""
    return math.floor(seconds * rate + Fraction(1, 2))


def rounded(seconds: Fraction, rate: Fraction, units: int) -> int:
    """The same for a moment in seconds: that of a frame where it is one, else the nearest."""
    frames = seconds * rate
    if frames.denominator == 1:
        return moment(int(frames), rate, units)
    return math.floor(seconds * units + Fraction(1, 2))


def clock(total: int, *, mark: str, hours: int = 2) -> str:
    """Milliseconds as `hh:mm:ss,mmm`."""
    return f"{total // 3_600_000:0{hours}}:{total // 60_000 % 60:02}:{total // 1000 % 60:02}{mark}{total % 1000:03}"


def hexed(color: tuple[float, ...]) -> str:
    """`#rrggbb` of shares of 1."""
    return "#" + "".join(f"{min(255, max(0, round(part * 255))):02x}" for part in color[:3])


def shares(color: str) -> tuple[float, float, float, float]:
    """The opposite of `hexed`."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue, 1.0)
