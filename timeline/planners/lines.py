# ruff: noqa: RUF001  East Asian punctuation is what some of these rules are about
"""Breaking a caption's words into lines: balanced, at places where one reads on easily, with nothing lost or added.

Lengths are counted in columns: a wide East Asian character takes two, a combining mark none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_SENTENCE = ".!?…。！？"
_PAUSE = ",;:—–、，；：)」』）"
_CLOSING = "、。，．・：；？！）」』】〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…”’"
_OPENING = "（「『【〈《〔［｛“‘"
# Words that lean on the next one: articles, prepositions, conjunctions, possessives. English, German, French, Spanish, Italian.
_LEANING = (
    "a an the of in on at to for from by with and or but as if that my your his her its our their is are was were not no mr mrs dr "
    "der die das den dem des ein eine einen einem einer im am zu zum zur von vom mit und oder aber für auf aus bei nach "
    "le la les un une des du de au aux à en et ou mais que qui dans sur pour par avec sans chez "
    "el los las una unos unas del al y o por para con sin il lo gli i di da nel nella e"
)
_BINDING = frozenset(_LEANING.split())


@dataclass(frozen=True)
class Unit:
    """A stretch of text that no line may break inside.

    `spaced` when a space stands before it unless it begins a line; `begins` when a word of the engine begins with it.
    """

    text: str
    spaced: bool
    columns: int
    begins: bool = True


@lru_cache(maxsize=65536)
def columns(text: str) -> int:
    """How many columns `text` takes."""
    if text.isascii():
        return len(text)
    total = 0
    for character in text:
        if not unicodedata.combining(character):
            total += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return total


def _breaks_anywhere(character: str) -> bool:
    """Whether the script of this character is written without spaces: Han, kana, Thai, Lao, Khmer, Burmese."""
    code = ord(character)
    return (
        0x3040 <= code <= 0x30FF
        or 0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x323AF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0xFF00 <= code <= 0xFFEF
        or 0x3000 <= code <= 0x303F
    )


def may_break(left: str, right: str) -> bool:
    """Whether a line may end between two neighbouring characters that have no space between them."""
    if right in _CLOSING or left in _OPENING or unicodedata.combining(right):
        return False
    return _breaks_anywhere(left) or _breaks_anywhere(right)


def units(words: Sequence[str]) -> list[Unit]:
    """The words as an engine writes them (spaces included) as unbreakable units.

    A word without a space before it belongs to the unit before it ("don", "'t"), except in scripts written without spaces,
    where a line may break before almost every character.
    """
    beginnings, place = set(), 0
    for word in words:
        beginnings.add(place + len(word) - len(word.lstrip()))
        place += len(word)
    found: list[Unit] = []
    for chunk in re.finditer(r"\S+", "".join(words)):
        text, start = chunk.group(), 0
        for i in range(1, len(text) + 1):
            if i < len(text) and (text.isascii() or not may_break(text[i - 1], text[i])):
                continue
            part = text[start:i]
            spaced = bool(found) and start == 0
            found.append(Unit(part, spaced, columns(part), start == 0 or chunk.start() + start in beginnings))
            start = i
    return found


def ends_sentence(text: str) -> bool:
    """Whether this text ends a sentence, as far as its punctuation tells."""
    bare = text.rstrip("\"'”’»)）」』 ")
    return bool(bare) and bare[-1] in _SENTENCE and bare.lower() not in {"mr.", "mrs.", "ms.", "dr.", "st.", "vs.", "etc."}


def ends_clause(text: str) -> bool:
    """Whether a reader may pause after this text."""
    bare = text.rstrip("\"'”’» ")
    return bool(bare) and bare[-1] in _PAUSE


def leans(text: str) -> bool:
    """Whether this word leans on the next one, so that nothing should break after it."""
    return text.strip().lower() in _BINDING


def _cost_of_break(left: Unit, right: Unit) -> int:
    if ends_sentence(left.text):
        return 0
    if ends_clause(left.text):
        return 4
    if not right.begins:
        return 60
    return 60 if leans(left.text) else 16


def wrap(words: Sequence[str], limit: int) -> list[str]:
    """The words on as few lines as they fit on, at most `limit` columns each, as even as sense allows.

    How many lines there may be is for the caller to keep to; a unit longer than `limit` has a line of its own, too long as it is.
    """
    parts = units(words)
    if not parts:
        return []
    fewest = _fewest(parts, limit)
    best: list[dict[int, tuple[float, int]]] = [{} for _ in range(len(parts) + 1)]
    best[0][0] = (0.0, 0)
    ideal = sum(part.columns + part.spaced for part in parts) / fewest
    for start in range(len(parts)):
        if not best[start]:
            continue
        width = 0
        for end in range(start + 1, len(parts) + 1):
            part = parts[end - 1]
            width += part.columns + (part.spaced and end - 1 > start)
            if width > limit and end > start + 1:
                break
            cost = ((width - ideal) / 4) ** 2 + (_cost_of_break(part, parts[end]) if end < len(parts) else 0)
            for count, (so_far, _) in best[start].items():
                if count < fewest and (count + 1 not in best[end] or so_far + cost < best[end][count + 1][0]):
                    best[end][count + 1] = (so_far + cost, start)
    cuts = [len(parts)]
    for count in range(fewest, 0, -1):
        cuts.append(best[cuts[-1]][count][1])
    cuts.reverse()
    return [_join(parts[start:end]) for start, end in pairwise(cuts)]


def _join(parts: Sequence[Unit]) -> str:
    return "".join((" " if part.spaced and i else "") + part.text for i, part in enumerate(parts))


def _fewest(parts: Sequence[Unit], limit: int) -> int:
    count, width = 1, 0
    for i, part in enumerate(parts):
        grown = width + part.columns + (part.spaced and width > 0)
        if grown > limit and i and width:
            count, width = count + 1, part.columns
        else:
            width = grown
    return count
