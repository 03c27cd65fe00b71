"""Subtitle files: which formats there are, and bytes to cues and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..ml.errors import BAD_INPUT, EditorError
from . import imsc, subtitle_ass, subtitle_csv, subtitle_lines
from .plan import CaptionStyle
from .subtitle_cues import MOST, Cue, Subtitles
from .subtitle_encodings import decoded

FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "srt": ("SubRip", (".srt",)),
    "vtt": ("WebVTT", (".vtt", ".webvtt")),
    "ass": ("Advanced SubStation Alpha", (".ass",)),
    "ssa": ("SubStation Alpha", (".ssa",)),
    "ttml": ("TTML, IMSC 1.1 Text", (".ttml", ".imsc", ".imsc1", ".dfxp", ".itt", ".xml")),
    "sbv": ("SBV (YouTube)", (".sbv",)),
    "csv": ("CSV table", (".csv", ".tsv")),
}
"""Format -> its name and the endings of its files, the first of which is written."""
STYLED = frozenset({"ass", "ssa", "ttml"})
"""Formats that have named styles."""
LARGEST = 50_000_000
"""Bytes a file has at most."""
_SIZE = (1920, 1080)


def format_of(path: str) -> str:
    """The format a file's name says. Raises `EditorError(BAD_INPUT)` that lists what there is."""
    for name, (_title, endings) in FORMATS.items():
        if path.lower().endswith(endings):
            return name
    known = ", ".join(endings[0] for _title, endings in FORMATS.values())
    raise EditorError(f"{path!r} has no ending of a subtitle file.", f"Choose one of {known}.", BAD_INPUT)


def write(
    cues: Sequence[Cue], format: str, rate: Fraction, styles: Mapping[str, CaptionStyle] | None = None, size: tuple[int, int] = _SIZE,
    language: str = "",
) -> bytes:  # fmt: skip
    """The file, UTF-8. Times are exact seconds, at best of whole frames of `rate`: then they read back as the same frames.

    Cues without text are left out, the others are in order of time. `size`: the picture's width and height in pixels.
    Raises `EditorError(BAD_INPUT)` where the format cannot hold them.
    """
    shown = sorted((one for one in cues if one.text.strip()), key=lambda one: (one.start, one.end))
    if any(one.start < 0 for one in shown):
        raise EditorError("A caption begins before the file's zero.", "Choose an earlier zero.", BAD_INPUT)
    known = styles or {}
    if format in ("ass", "ssa"):
        text = subtitle_ass.write(shown, rate, known, size, format)
    elif format == "ttml":
        text = imsc.write(shown, rate, known, size, language)
    elif format == "csv":
        text = subtitle_csv.write(shown, rate)
    elif format in subtitle_lines.WRITE:
        text = subtitle_lines.WRITE[format](shown, rate)
    else:
        raise EditorError(f"There is no format {format!r}.", f"There are {', '.join(FORMATS)}.", BAD_INPUT)
    return text.encode("utf-8", errors="replace")


def sniffed(text: str, name: str) -> str:
    """The format of a text by what it says of itself, else by its times, else by the file's ending; "" for what is no subtitle file."""
    start = text[:200_000].lstrip()
    if start.startswith("WEBVTT"):
        return "vtt"
    if re.match(r"(?:;[^\n]*\s+)*\[(?:script info|v4\+? styles|events)\]", start, re.IGNORECASE):
        old = re.search(r"^\s*(?:\[v4 styles\]|scripttype:\s*v4\.00\s*$)", start, re.IGNORECASE | re.MULTILINE)
        return "ssa" if old or (name.lower().endswith(".ssa") and "[V4+" not in start) else "ass"
    if start.startswith("<") and re.search(r"<(?:\w{1,20}:)?tt[\s>/]", start):
        return "ttml"
    if subtitle_csv.is_head(start.split("\n", 1)[0]):
        return "csv"
    return subtitle_lines.kind_of(text)


def read(data: bytes, name: str, rate: Fraction, encoding: str = "") -> Subtitles:
    """A file's cues in order of time. `name` is what it is called; `rate` what timecodes count in where the file does not say.

    Its content says what format it is, whatever its ending. What cannot be used is left out and counted in `warnings`. Raises
    `EditorError(BAD_INPUT)` for what is empty, no subtitle file, or damaged as a whole.
    """
    if not data.strip():
        raise EditorError(f"{name} is empty.", "Choose another file.", BAD_INPUT)
    if len(data) > LARGEST:
        raise EditorError(f"{name} is too large for subtitles.", f"Subtitle files have {LARGEST // 1_000_000} MB at most.", BAD_INPUT)
    text, found_in, guessed = decoded(data, name, encoding or _declared(data))
    known = sniffed(text, name)
    if not known:
        titles = ", ".join(title for title, _endings in FORMATS.values())
        raise EditorError(f"{name} is no subtitle file that can be read.", f"There are {titles}.", BAD_INPUT)
    if known in ("ass", "ssa"):
        read_ = subtitle_ass.read(text, known)
    elif known == "ttml":
        read_ = imsc.read(text)
    elif known == "csv":
        read_ = subtitle_csv.read(text, rate)
    else:
        read_ = subtitle_lines.READ[known](text)
    return _checked(read_, name, known, found_in, guessed)


def _declared(data: bytes) -> str:
    """The encoding that an XML file says it has, where Python knows it and the bytes bear it out."""
    found = re.match(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,30})[\"']", data)
    named = found.group(1).decode("ascii").lower() if found else ""
    if not named or named.startswith("utf"):
        return ""
    try:
        data.decode(named)
    except (UnicodeDecodeError, LookupError):
        return ""
    return named


def _checked(read_: Subtitles, name: str, format: str, encoding: str, guessed: bool) -> Subtitles:
    kept = [one for one in read_.cues if one.text.strip()]
    told = list(read_.warnings)
    if guessed:
        told.append(f"{name} says nothing of its encoding and was read as {encoding}. If letters are wrong, choose another.")
    backwards = [one for one in kept if one.end <= one.start]
    empty = len(read_.cues) - len(kept)
    if empty:
        told.append(f"{empty} entries have no text and are left out.")
    if backwards:
        told.append(f"{len(backwards)} entries end before they begin, or at once; they get the time to read them.")
    before = sum(one.end <= 0 and one.start < one.end for one in kept)
    if before:
        told.append(f"{before} entries lie before the file's zero.")
    kept = sorted((_lasting(one) for one in kept), key=lambda one: (one.start, one.end))
    if len(kept) > MOST:
        raise EditorError(f"{name} has {len(kept)} entries.", f"Divide it into files of {MOST} at most.", BAD_INPUT)
    if not kept:
        raise EditorError(f"{name} holds no subtitles.", "Choose another file.", BAD_INPUT)
    return replace(read_, cues=tuple(kept), warnings=tuple(told), format=format, encoding=encoding)


def _lasting(one: Cue) -> Cue:
    """A cue without length lasts as long as its text takes to read, at 17 characters a second, a second at least."""
    if one.end > one.start:
        return one
    return replace(one, end=one.start + max(Fraction(1), Fraction(len(one.text), 17)))
