"""Scenes as chapters: a text for YouTube's description, or metadata for FFmpeg. Pure.

YouTube shows chapters when the first begins at 0:00, there are at least three, in order, and each lasts at least ten seconds
(YouTube Help, "Video chapters"). FFmpeg's format is that of its `ffmetadata` muxer (FFmpeg documentation, "Metadata").
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..ml.errors import BAD_INPUT, EditorError
from .state import Timeline

Format = Literal["youtube", "ffmetadata"]
LEAST, SHORTEST = 3, 10
_SPECIAL = re.compile(r"([=;#\\\n])")


@dataclass(frozen=True)
class Chapter:
    """Frames from `start` up to `end`, counted from the first of the scene's range. `sure` is how sure it is that one begins here."""

    start: int
    end: int
    title: str
    sure: float = 1.0


def chapters(timeline: Timeline) -> tuple[Chapter, ...]:
    """The scenes whose markers stand on the timeline, under the names these have now, over the whole range without a hole.

    The first begins with the range; what lies before it there belongs to it. Raises `EditorError(BAD_INPUT)` when there are none.
    """
    length, zero = timeline.frames.length, timeline.frames.start
    marks = [marker for marker in timeline.markers if marker.tag is not None and marker.tag.kind == "scene"]
    marks.sort(key=lambda marker: (marker.frame, marker.index))
    found: dict[int, Chapter] = {}
    for marker in marks:
        start = max(0, marker.frame - zero)
        if start < length and marker.tag is not None:
            found[start] = Chapter(start, length, marker.name.strip(), marker.tag.confidence)
    if not found:
        raise EditorError("There are no scenes here to make chapters of.", "Run Detect Scenes with Write: Markers first.", BAD_INPUT)
    rows = [found[start] for start in sorted(found)]
    rows[0] = replace(rows[0], start=0, sure=1.0)
    ends = [*(row.start for row in rows[1:]), length]
    titled = [replace(row, title=row.title or f"Scene {number}") for number, row in enumerate(rows, 1)]
    return tuple(replace(row, end=end) for row, end in zip(titled, ends, strict=True))


def long_enough(rows: Sequence[Chapter], rate: Fraction) -> tuple[Chapter, ...]:
    """The chapters as YouTube takes them: those too short are joined to a neighbour, so that the surest boundaries stay.

    Of all ways to leave at least three the one whose boundaries are surest in sum; the longest scene's title stays. Raises
    `EditorError(BAD_INPUT)` when there is none.
    """
    seconds = [math.floor(row.start / rate) for row in rows]
    end = math.floor(rows[-1].end / rate)
    reached: list[dict[int, _Way]] = []
    # How many chapters are begun (three stands for more), and the best way to a boundary far enough back.
    open_: dict[int, _Way] = {}
    waiting = 0
    for number in range(len(rows) + 1):
        here = end if number == len(rows) else seconds[number]
        while waiting < number and seconds[waiting] <= here - SHORTEST:
            for count, way in reached[waiting].items():
                if count not in open_ or open_[count].sure < way.sure:
                    open_[count] = way
            waiting += 1
        if number == 0:
            reached.append({1: _Way(0.0, 0)})
        elif number < len(rows):
            ways: dict[int, _Way] = {}
            for count, way in open_.items():
                one = _Way(way.sure + rows[number].sure, number, way)
                count = min(LEAST, count + 1)
                if count not in ways or ways[count].sure < one.sure:
                    ways[count] = one
            reached.append(ways)
    if LEAST not in open_:
        there = "1 scene" if len(rows) == 1 else f"{len(rows)} scenes"
        raise EditorError(
            f"YouTube wants at least {LEAST} chapters of {SHORTEST} seconds or more, and {there} in {end} seconds make fewer.",
            "Raise Granularity, set more scene markers, or write FFmpeg metadata with short scenes.",
            BAD_INPUT,
        )
    return _joined(rows, open_[LEAST].starts())


@dataclass(frozen=True)
class _Way:
    """Chapters begun at certain boundaries, the last of them `number`; `sure` is the sum of how sure these are."""

    sure: float
    number: int
    before: _Way | None = None

    def starts(self) -> list[int]:
        way: _Way | None = self
        found = []
        while way is not None:
            found.append(way.number)
            way = way.before
        return found[::-1]


def _joined(rows: Sequence[Chapter], starts: Sequence[int]) -> tuple[Chapter, ...]:
    joined = []
    for first, last in zip(starts, [*starts[1:], len(rows)], strict=True):
        longest = max(rows[first:last], key=lambda row: row.end - row.start)
        joined.append(replace(rows[first], end=rows[last - 1].end, title=longest.title))
    return tuple(joined)


def youtube(rows: Sequence[Chapter], rate: Fraction) -> str:
    """One line a chapter, "0:00 Title", in whole seconds, rounded down. The chapters must be `long_enough`."""
    last = math.floor(rows[-1].start / rate)
    return "".join(f"{_timestamp(math.floor(row.start / rate), last)} {_title(row.title)}\n" for row in rows)


def ffmetadata(rows: Sequence[Chapter], rate: Fraction) -> str:
    """What `ffmpeg -i FILM -i THIS -map_metadata 1 -codec copy OUT` reads. Times are frames, so they are exact at any rate."""
    parts = [";FFMETADATA1\n"]
    for row in rows:
        base = f"TIMEBASE={rate.denominator}/{rate.numerator}"
        parts.append(f"[CHAPTER]\n{base}\nSTART={row.start}\nEND={row.end}\ntitle={escaped(row.title)}\n")
    return "".join(parts)


def escaped(text: str) -> str:
    """With a backslash before everything that means something to FFmpeg; other line ends than newlines become these first.

    A space follows a backslash at the very end: FFmpeg's reader would take it for one before the line's own end.
    """
    told = _SPECIAL.sub(r"\\\1", text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"{told} " if told.endswith("\\") else told


def written(timeline: Timeline, kind: Format, short: bool = False) -> str:
    """The file's text. `short` leaves short scenes in, which FFmpeg takes and YouTube does not."""
    rows = chapters(timeline)
    if kind == "youtube" or not short:
        rows = long_enough(rows, timeline.rate)
    return youtube(rows, timeline.rate) if kind == "youtube" else ffmetadata(rows, timeline.rate)


def _timestamp(seconds: int, last: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if last >= 3600 else f"{rest // 60}:{rest % 60:02}"


def _title(text: str) -> str:
    """On one line, and without the angle brackets that YouTube refuses in descriptions."""
    return " ".join(text.replace("<", "(").replace(">", ")").split())
