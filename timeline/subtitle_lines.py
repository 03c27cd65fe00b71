"""Subtitle files made of lines: SubRip (SRT), WebVTT and SBV, read leniently and written strictly. Pure.

SRT has no specification; what players take is read. WebVTT: W3C Candidate Recommendation of 2019. SBV: what YouTube writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from .subtitle_cues import Cue, Place, Run, Side, Subtitles, clock, rounded, tidy
from .subtitle_markup import JOINER, classes_of, from_srt, from_vtt, to_srt, to_vtt, vtt_classes

_TIME = r"(-?)(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?"
_ARROW = re.compile(rf"^\s*{_TIME}\s*-{{1,2}}>\s*{_TIME}(.*)$")
_COMMA = re.compile(rf"^\s*{_TIME}\s*,\s*{_TIME}\s*$")


def _seconds(sign: str, hours: str, minutes: str, seconds: str, part: str) -> Fraction:
    whole = Fraction(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
    whole += Fraction(int(part or 0), 10 ** len(part or "0"))
    return -whole if sign else whole


def _times(found: re.Match[str]) -> tuple[Fraction, Fraction]:
    groups = found.groups("")
    return _seconds(*groups[:5]), _seconds(*groups[5:10])


def kind_of(text: str) -> str:
    """"srt" or "sbv", by the first line that has a cue's times; "" where none has."""
    for line in text.split("\n"):
        if ":" in line and (found := "srt" if _ARROW.match(line) else "sbv" if _COMMA.match(line) else ""):
            return found
    return ""


def read_srt(text: str) -> Subtitles:
    """An SRT file's cues, in its order, whatever is missing in it: numbers, empty lines, hours."""
    found = []
    for times, _settings, lines in _blocks(text, _ARROW):
        marked = from_srt("\n".join(lines))
        found.append(Cue(*times, tidy(marked.runs), "", marked.place, marked.side))
    return Subtitles(tuple(found))


def read_sbv(text: str) -> Subtitles:
    found = [Cue(*times, tidy([Run("\n".join(lines))])) for times, _settings, lines in _blocks(text, _COMMA)]
    return Subtitles(tuple(found))


_Block = tuple[tuple[Fraction, Fraction], str, list[str]]


def _blocks(text: str, timing: re.Pattern[str]) -> list[_Block]:
    """The times, what follows them in their line, and the lines of text of every cue.

    A cue ends where the next one's times are, without the number before these: only what is a number and follows an empty line, or
    is the next number, is one.
    """
    lines = text.split("\n")
    starts = [(place, found) for place, line in enumerate(lines) if (found := timing.match(line))]
    blocks: list[_Block] = []
    number: int | None = None
    for order, (place, found) in enumerate(starts):
        above = lines[place - 1].strip() if place else ""
        if above.isdecimal() and len(above) < 10:
            number = int(above)
        end = starts[order + 1][0] if order + 1 < len(starts) else len(lines)
        body = lines[place + 1 : end]
        if order + 1 < len(starts) and body and (last := body[-1].strip()).isdecimal() and len(last) < 10:
            before = body[-2].strip() if len(body) > 1 else ""
            if not before or (number is not None and int(last) == number + 1):
                body.pop()
        rest = found.group(11) if found.re.groups > 10 else ""
        blocks.append((_times(found), rest, [_bare(line, timing) for line in body if line.strip()]))
    return blocks


def _bare(line: str, timing: re.Pattern[str]) -> str:
    """The line without what `_safe` put before it."""
    return line[1:] if line.startswith(JOINER) and timing.match(line.lstrip(JOINER)) else line


def _safe(text: str, timing: re.Pattern[str]) -> str:
    """A line of text that looks like a cue's times gets an invisible joiner before it."""
    return "\n".join(JOINER + line if timing.match(line.lstrip(JOINER)) else line for line in text.split("\n"))


def read_vtt(text: str) -> Subtitles:
    """A WebVTT file's cues. Regions are not followed, a cue's own settings are; comments are left out."""
    found: list[Cue] = []
    sheets: list[str] = []
    bodies: list[tuple[tuple[Fraction, Fraction], str, str]] = []
    for part in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in part.split("\n") if line.strip()]
        places = [place for place, line in enumerate(lines) if _ARROW.match(line)]
        if not places:
            if lines and lines[0].strip() == "STYLE":
                sheets.append("\n".join(lines[1:]))
            continue
        if lines[0].startswith("NOTE") and places[0] > 1:
            continue
        for order, place in enumerate(places):
            timing = _ARROW.match(lines[place])
            assert timing is not None
            end = places[order + 1] if order + 1 < len(places) else len(lines)
            bodies.append((_times(timing), timing.group(11), "\n".join(lines[place + 1 : end])))
    classes = classes_of("\n".join(sheets))
    for times, settings, body in bodies:
        marked = from_vtt(body, classes)
        place_, side = _settings(settings)
        found.append(Cue(*times, tidy(marked.runs), marked.speaker, place_, side))
    return Subtitles(tuple(found))


def _settings(text: str) -> tuple[Place, Side]:
    """Where a WebVTT cue stands: `line` counts from the top, from the bottom where it is negative, or is a share of the height."""
    known = dict(part.split(":", 1) for part in text.split() if ":" in part)
    side: Side = {"start": "left", "left": "left", "end": "right", "right": "right"}.get(known.get("align", ""), "center")  # type: ignore[assignment]
    found = re.fullmatch(r"(-?\d{1,5}(?:\.\d{1,5})?)(%?)(?:,.*)?", known.get("line", ""))
    if not found:
        return "bottom", side
    line = float(found.group(1))
    if found.group(2):
        return ("top" if line < 34 else "middle" if line < 67 else "bottom"), side
    return ("top" if 0 <= line < 5 else "middle" if 5 <= line < 11 else "bottom"), side


_LINE = {"top": " line:0", "middle": " line:50%", "bottom": ""}
_ALIGN = {"left": " align:left", "center": "", "right": " align:right"}


def write_srt(cues: Sequence[Cue], rate: Fraction) -> str:
    """Numbers from 1, times in milliseconds."""
    return "\n".join(
        f"{number}\n{_range(one, rate, ',', ' --> ')}\n{_safe(to_srt(one.runs, one.place, one.side), _ARROW)}\n"
        for number, one in enumerate(cues, 1)
    )


def write_vtt(cues: Sequence[Cue], rate: Fraction) -> str:
    """With voices, colours, places and sides."""
    sheet = vtt_classes([run.color for one in cues for run in one.runs])
    head = "WEBVTT\n" + (f"\nSTYLE\n{sheet}\n" if sheet else "")
    bodies = (
        f"\n{_range(one, rate, '.', ' --> ')}{_LINE[one.place]}{_ALIGN[one.side]}\n{to_vtt(one.runs, one.speaker)}\n" for one in cues
    )
    return head + "".join(bodies)


def write_sbv(cues: Sequence[Cue], rate: Fraction) -> str:
    """Times and text; SBV has nothing else."""
    return "\n".join(f"{_range(one, rate, '.', ',', 1)}\n{_safe(one.text, _COMMA)}\n" for one in cues)


def _range(one: Cue, rate: Fraction, mark: str, between: str, hours: int = 2) -> str:
    start, end = (clock(rounded(seconds, rate, 1000), mark=mark, hours=hours) for seconds in (one.start, one.end))
    return f"{start}{between}{end}"


READ: dict[str, Callable[[str], Subtitles]] = {"srt": read_srt, "vtt": read_vtt, "sbv": read_sbv}
WRITE: dict[str, Callable[[Sequence[Cue], Fraction], str]] = {"srt": write_srt, "vtt": write_vtt, "sbv": write_sbv}
