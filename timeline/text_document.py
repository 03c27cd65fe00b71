"""A transcript as a text to be edited, and what such a text says. Pure.

One sentence a line, with "NAME: " before it where the speaker is known; a blank line where a pause is or another film begins. Nothing
else: lines are known again by their words, lines with the same words by their order. A file begins with a line that says which timeline
it was made for; it may be taken out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .text_words import SpokenLine

_HEAD = re.compile(r"#.*\bassistant_editor ([0-9a-f]{32})\b")
_DROPPED = ("Cc", "Cf", "Cs")


@dataclass(frozen=True)
class EditedLine:
    """`number` counts from 1, blank lines too. `speaker` is the name before the line's words, "" for none."""

    number: int
    text: str
    speaker: str = ""


def document(lines: Sequence[SpokenLine], stamp: str = "") -> str:
    """The text to be edited. With a `stamp` its first line says so."""
    head = [f"# Delete, move or correct words and lines, then apply the text. assistant_editor {stamp}", ""] if stamp else []
    written: list[str] = []
    for line in lines:
        if line.apart and written:
            written.append("")
        written.append(f"{line.speaker}: {line.text}" if line.speaker else line.text)
    return "\n".join([*head, *written, ""])


def stamp_of(text: str) -> str:
    """Which timeline a text says it was made for, "" where it does not."""
    found = _HEAD.match(text.lstrip("\ufeff\r\n\t "))
    return found.group(1) if found else ""


def parse(text: str, speakers: Collection[str] = ()) -> list[EditedLine]:
    """The lines that have words. `speakers` are the names that may stand before them; whatever the case."""
    names = {name.casefold() for name in speakers if name}
    found: list[EditedLine] = []
    for number, row in enumerate(re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text.removeprefix("\ufeff")), 1):
        kept = "".join(sign for sign in row if sign == "\t" or unicodedata.category(sign) not in _DROPPED or sign in "\u200c\u200d")
        line = " ".join(kept.split())
        if not line or (not found and _HEAD.match(line)):
            continue
        before, colon, after = line.partition(":")
        speaker = before.strip() if colon and before.strip().casefold() in names else ""
        line = after.strip() if speaker else line
        if line:
            found.append(EditedLine(number, line, speaker))
    return found
