"""Subtitles as a table: RFC 4180, UTF-8, one header line. Read is any table that has columns for times and text. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from .shot_csv import line
from .subtitle_cues import PLACES, SIDES, Cue, Run, Subtitles, clock, frame_of, rounded, tidy
from .subtitle_markup import from_srt, to_srt
from .timebase import exact_rate
from .timecode import Clock

COLUMNS = ("number", "start", "end", "start_frame", "end_frame", "frame_rate", "speaker", "style", "place", "side", "text", "markup")
"""`start` and `end` are hh:mm:ss.mmm; frames count from the file's zero, and `frame_rate` is exact, such as 30000/1001. `markup` has
the text with the tags of SRT where it has several looks, and is empty otherwise."""
_MEANT = {
    "start": ("start", "start time", "starttime", "begin", "in", "in time", "timecode in", "tc in", "from", "start_seconds"),
    "end": ("end", "end time", "endtime", "out", "out time", "timecode out", "tc out", "to", "stop", "end_seconds"),
    "text": ("text", "caption", "subtitle", "content", "dialogue", "line", "transcript"),
    "speaker": ("speaker", "character", "name", "actor"),
    "start_frame": ("start_frame", "start frame"),
    "end_frame": ("end_frame", "end frame"),
    "frame_rate": ("frame_rate", "frame rate", "fps"),
    "style": ("style",),
    "place": ("place", "position"),
    "side": ("side", "align"),
    "markup": ("markup",),
}
_FORMULA = ("=", "+", "-", "@")


def write(cues: Sequence[Cue], rate: Fraction) -> str:
    """The cues as CSV. A text that a spreadsheet would take for a formula gets an apostrophe before it, which is read back."""
    rows: list[Sequence[object]] = [COLUMNS]
    for number, one in enumerate(cues, 1):
        times = [clock(rounded(seconds, rate, 1000), mark=".") for seconds in (one.start, one.end)]
        frames = [frame_of(seconds, rate) for seconds in (one.start, one.end)]
        several = len(one.runs) > 1 or any(run != Run(run.text) for run in one.runs)
        cells = [one.speaker, one.style, one.place, one.side, one.text, to_srt(one.runs) if several else ""]
        rows.append([number, *times, *frames, rate, *map(_guarded, cells)])
    return "".join(line(map(str, row)) for row in rows)


def _guarded(cell: str) -> str:
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def read(text: str, rate: Fraction) -> Subtitles:
    """A table's cues; `rate` is what timecodes with frames count in where the table does not say. Raises `EditorError(BAD_INPUT)`."""
    rows = _rows(text)
    head = [cell.strip().lower() for cell in next(rows, [])]
    places = {name: next((head.index(title) for title in titles if title in head), -1) for name, titles in _MEANT.items()}
    if min(places["start"], places["end"], places["text"]) < 0:
        missing = ", ".join(name for name in ("start", "end", "text") if places[name] < 0)
        raise EditorError(f"This table has no column {missing}.", "Its first line must name the columns: start, end, text.", BAD_INPUT)
    found, dropped = [], 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: _unguarded(row[place]) if 0 <= place < len(row) else "" for name, place in places.items()}
        one = _cue(cells, rate)
        if one is None:
            dropped += 1
        else:
            found.append(one)
    return Subtitles(tuple(found), warnings=(f"{dropped} lines have no times that can be read.",) if dropped else ())


def is_head(line: str) -> bool:
    """Whether a line names columns for times and text."""
    cells = {cell.strip().lower() for cell in next(_rows(line), [])}
    return all(not cells.isdisjoint(_MEANT[name]) for name in ("start", "text"))


def _rows(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    csv.field_size_limit(10_000_000)
    return csv.reader(re.findall(r"[^\n]*\n|[^\n]+", text), delimiter=mark)


def _cue(cells: dict[str, str], rate: Fraction) -> Cue | None:
    counted = _rate(cells["frame_rate"]) or rate
    frames = [re.fullmatch(r"-?\d{1,12}", cells[name].strip()) for name in ("start_frame", "end_frame")]
    if all(frames) and cells["frame_rate"].strip():
        start, end = (int(found.group()) / counted for found in frames if found)
    else:
        times = [_seconds(cells[name], counted) for name in ("start", "end")]
        if times[0] is None or times[1] is None:
            return None
        start, end = times[0], times[1]
    marked = from_srt(cells["markup"]).runs if cells["markup"] else (Run(cells["text"]),)
    place = cells["place"] if cells["place"] in PLACES else "bottom"
    side = cells["side"] if cells["side"] in SIDES else "center"
    return Cue(start, end, tidy(marked), cells["speaker"].strip(), place, side, cells["style"].strip())


def _rate(text: str) -> Fraction | None:
    found = re.fullmatch(r"\s*(\d{1,9})\s*(?:/\s*(\d{1,9})\s*|(\.\d{1,6})\s*)?", text)
    if not found or not int(found.group(1)):
        return None
    if found.group(2):
        return Fraction(int(found.group(1)), int(found.group(2))) if int(found.group(2)) else None
    return exact_rate(float(found.group(1) + (found.group(3) or "")))


def _seconds(text: str, rate: Fraction) -> Fraction | None:
    """`hh:mm:ss.mmm`, `mm:ss,mmm`, a timecode `hh:mm:ss:ff`, or plain seconds."""
    text = text.strip()
    found = re.fullmatch(r"(-?)(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:([.,:;])(\d{1,9}))?", text)
    if found:
        sign, hours, minutes, seconds, mark, part = found.groups()
        if part and hours and mark in ":;":
            return _counted(rate, (int(hours), int(minutes), int(seconds), int(part)), mark == ";")
        whole = Fraction(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) + Fraction(int(part or 0), 10 ** len(part or "0"))
        return -whole if sign else whole
    found = re.fullmatch(r"(-?\d{1,12})(?:[.,](\d{1,9}))?", text)
    if not found:
        return None
    part = found.group(2) or "0"
    value = Fraction(abs(int(found.group(1)))) + Fraction(int(part), 10 ** len(part))
    return -value if text.startswith("-") else value


def _counted(rate: Fraction, parts: tuple[int, int, int, int], drop: bool) -> Fraction:
    """A timecode's frames, counted: a semicolon says drop-frame."""
    hours, minutes, seconds, frames = parts
    counts = Clock(rate, drop)
    whole = 60 * hours + minutes
    return ((whole * 60 + seconds) * counts.base + frames - counts.dropped * (whole - whole // 10)) / rate
