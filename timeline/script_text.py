"""What of a script is spoken, and by whom: plain text, lines that begin with a name, or a screenplay (Fountain's rules). Pure.

Fountain (https://fountain.io/syntax): a name in capitals after an empty line says who speaks the lines below it; scene headings,
action, transitions, parentheticals, notes, sections and the title page are not spoken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..ml.errors import BAD_INPUT, EditorError
from .subtitle_encodings import decoded

_HEADING = re.compile(r"(?:\.(?=[^.])|(?:INT|EXT|EST|INT\.?/EXT|I/E)[. ])", re.IGNORECASE)
_TITLE = re.compile(r"(title|credit|authors?|source|draft date|date|contact|copyright|notes|revision)\s*:", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_UNSEEN = re.compile(r"/\*.*?\*/|\[\[.*?\]\]", re.DOTALL)
_NAMED = re.compile(r"([^\W\d_][\w .'\u2019-]{0,39}?)\s*(?:\([^()]*\)\s*)?:\s+(\S.*)")
_DOCUMENTS = {b"%PDF": "PDF", b"PK\x03\x04": "Word, OpenDocument or zip", b"\xd0\xcf\x11\xe0": "Word", b"{\\rtf": "RTF", b"<?xml": "XML"}
_STRANGE = 0.02
"""Share of control characters above which a file is no text."""
_LONGEST_NAME = 45
_NAME_WORDS = 4


@dataclass(frozen=True)
class Line:
    """Words that one person says in one go. `number`: of the script's line it begins on, from 1; `speaker` "" where none is named."""

    text: str
    speaker: str = ""
    number: int = 1


def plain(data: bytes, name: str) -> str:
    """The text of a script's bytes. `name` is what the file is called in errors.

    Raises `EditorError(BAD_INPUT)` for what is no plain text, or holds nothing that is spoken.
    """
    for start, kind in _DOCUMENTS.items():
        if data.lstrip()[: len(start)] == start:
            raise EditorError(f"{name} is a document ({kind}), not plain text.", "Save it as plain text (.txt) or Fountain.", BAD_INPUT)
    text = decoded(data, name)[0] if data else ""
    if sum(character < " " and character not in "\t\n\f\v" for character in text) > _STRANGE * len(text):
        raise EditorError(f"{name} is no text.", "Choose a text file.", BAD_INPUT)
    if not parse(text):
        raise EditorError(f"Nothing in {name} is spoken.", "Choose a text, or a screenplay with names above what is said.", BAD_INPUT)
    return text


def parse(text: str) -> tuple[Line, ...]:
    """The spoken lines of a script, in order. Which kind of script it is shows by itself."""
    text = _UNSEEN.sub(lambda found: "\n" * found.group().count("\n"), text.replace("\r\n", "\n").replace("\r", "\n"))
    rows = [row.strip().replace("\t", " ") for row in text.split("\n")]
    cues = [number for number in range(len(rows)) if _is_cue(rows, number)]
    headed = any(_HEADING.match(row) and not row.startswith("..") and _blank(rows, n - 1) for n, row in enumerate(rows) if row)
    if cues and (headed or len(cues) >= 2):
        return _screenplay(rows, set(cues))
    names = [found for row in rows if (found := _named(row)) is not None]
    often = Counter(name.casefold() for name, _ in names).most_common(1)
    if len(names) >= 2 and (often[0][1] >= 2 or 2 * len(names) >= sum(map(bool, rows))):
        return _dialogue(rows)
    return tuple(Line(said, "", number + 1) for number, row in enumerate(rows) if (said := _BRACKETS.sub(" ", row).strip()))


def _blank(rows: Sequence[str], number: int) -> bool:
    return number < 0 or number >= len(rows) or not rows[number]


def _is_cue(rows: Sequence[str], number: int) -> bool:
    """Whether a line names who speaks next: capitals after an empty line, with something below that is not all capitals."""
    row = rows[number]
    if not row or not _blank(rows, number - 1) or _blank(rows, number + 1):
        return False
    if row.startswith("@"):
        return True
    bare = _ASIDE.sub("", row).rstrip("^ ").strip()
    if not bare or len(bare) > _LONGEST_NAME or bare != bare.upper() or not re.search(r"[^\W\d_]", bare) or bare == bare.lower():
        return False
    below = rows[number + 1]
    spoken = below.startswith("(") or below != below.upper()
    return spoken and bare[-1] not in ".!?:,;" and not _HEADING.match(row) and row[0] not in "!>=#~"


def _screenplay(rows: Sequence[str], cues: set[int]) -> tuple[Line, ...]:
    found: list[Line] = []
    number = _after_title(rows)
    while number < len(rows):
        if number not in cues:
            number += 1
            continue
        speaker = _ASIDE.sub("", rows[number]).strip("@^ ").strip()
        number += 1
        first, said = number, []
        while number < len(rows) and rows[number]:
            said.append(rows[number])
            number += 1
        text = _spoken(" ".join(row.lstrip("~") for row in said))
        if text:
            found.append(Line(text, speaker, first + 1))
    return tuple(found)


def _after_title(rows: Sequence[str]) -> int:
    start = next((number for number, row in enumerate(rows) if row), 0)
    if start < len(rows) and _TITLE.match(rows[start]):
        while start < len(rows) and rows[start]:
            start += 1
    return start


def _spoken(text: str) -> str:
    """Without what is done or meant, and without marks of emphasis."""
    before = None
    while before != text:
        before, text = text, _ASIDE.sub(" ", _BRACKETS.sub(" ", text))
    return " ".join(re.sub(r"[*_]+", "", text).split())


def _named(row: str) -> tuple[str, str] | None:
    found = _NAMED.fullmatch(row)
    if found is None:
        return None
    words = found[1].split()
    if len(words) > _NAME_WORDS or not all(word[0].isupper() or word[0] == word[0].swapcase() for word in words):
        return None
    return found[1].strip(), found[2]


def _dialogue(rows: Sequence[str]) -> tuple[Line, ...]:
    found: list[Line] = []
    speaker = ""
    for number, row in enumerate(rows):
        named = _named(row)
        if named is not None:
            speaker = named[0]
        text = _spoken(named[1] if named else row)
        if text:
            found.append(Line(text, speaker, number + 1))
    return tuple(found)
