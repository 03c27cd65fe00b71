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
from typing import Literal

_SENTENCE = ".!?…。！？"
_PAUSE = ",;:—–、，；：)」』）"
_CLOSING = "、。，．・：；？！）」』】〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…”’"
_OPENING = "（「『【〈《〔［｛“‘"
# Words by what they begin, in English, German, French, Spanish and Italian. Those that mean something else in another of these
# languages are left out where it matters ("car" is a reason in French and a thing in English).
_CLAUSES = (
    "and or but nor because that which who whom whose where when while if though although unless until since than whether "
    "before after how what why whenever "
    "und oder aber denn sondern dass daß weil wenn als ob obwohl während damit sodass bevor nachdem deren dessen wie warum "
    "et ou mais donc que qui dont où quand lorsque puisque parce si comme y pero sino porque quien cuando donde mientras aunque "
    "ma perché che chi quando dove mentre"
)
_PHRASES = (
    "in on at from by with for into onto upon between among against during without within across toward towards as "
    "im an am auf aus bei beim mit nach vor zu zum zur für gegen ohne durch "
    "dans sur sous avec sans pour par chez vers entre depuis pendant à aux en con sin para desde hasta sobre tra fra nel nella"
)
_NOUNS = (
    "of to the a an this these those my your his her its our their every each some any "
    "der die das den dem des ein eine einen einem einer von vom mein sein kein "
    "le la les un une ce cette ces mon sa ses leur de du des au el los las una unos unas del al il lo gli i di da nell"
)
_MORE_LEANING = (
    "no not mr mrs dr so very too more most such is are was were am be been has have had will would can could should must may might "
    "ist sind war waren hat haben wird nicht est sont était ne pas es son era sono non o e por"
)
_SUBJECTS = "i you he she it we they je tu ils elles nous vous on ich du er wir ihr yo ella nosotros io lei noi"
_REFLEXIVE = "myself yourself himself herself itself ourselves yourselves themselves"
_OPENING_AT = {
    **dict.fromkeys(_REFLEXIVE.split(), 0.8),
    **dict.fromkeys(_NOUNS.split(), 0.38),
    **dict.fromkeys(_SUBJECTS.split(), 0.32),
    **dict.fromkeys(_PHRASES.split(), 0.28),
    **dict.fromkeys(_CLAUSES.split(), 0.2),
}
"""What a break before the word costs, where nothing leans on it: less before a clause than before a phrase or a noun."""
_BINDING = frozenset(f"{_CLAUSES} {_PHRASES} {_NOUNS} {_MORE_LEANING}".split())
_SAYING = frozenset(_SUBJECTS.split())
_SLOPE = 0.12
"""Of two lines in a pyramid, the upper one is this much shorter than half of both, and the lower one as much longer."""
_QUOTES = "\"'“”‘’«»„(¿¡"


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


def strain(left: str, right: str) -> float:
    """What it costs a reader when `left` ends a line or caption and `right` begins the next: 0 after a sentence, 1 where they cling.

    Subtitlers break at the highest node of the sentence there is; which words begin one stands in for the grammar.
    """
    if ends_sentence(left):
        return 0.0
    if ends_clause(left):
        return 0.1
    opening = _OPENING_AT.get(right.strip().strip(_QUOTES).lower())
    if leans(left) or (opening is None and left.strip().lower() in _SAYING):
        return 1.0
    return 0.5 if opening is None else opening


def _cost_of_break(left: Unit, right: Unit) -> float:
    return 60 * (strain(left.text, right.text) if right.begins else 1.0)


def wrap(words: Sequence[str], limit: int, shape: Literal["even", "pyramid", "inverted"] = "even") -> list[str]:
    """The words on as few lines as they fit on, at most `limit` columns each, as even as sense allows, or of the shape that is wished.

    How many lines there may be is for the caller to keep to; a unit longer than `limit` has a line of its own, too long as it is.
    """
    parts = units(words)
    if not parts:
        return []
    fewest = _fewest(parts, limit)
    best: list[dict[int, tuple[float, int]]] = [{} for _ in range(len(parts) + 1)]
    best[0][0] = (0.0, 0)
    ideal = sum(part.columns + part.spaced for part in parts) / fewest
    slope = {"even": 0.0, "pyramid": _SLOPE, "inverted": -_SLOPE}[shape]
    for start in range(len(parts)):
        if not best[start]:
            continue
        width = 0
        for end in range(start + 1, len(parts) + 1):
            part = parts[end - 1]
            width += part.columns + (part.spaced and end - 1 > start)
            if width > limit and end > start + 1:
                break
            price = _cost_of_break(part, parts[end]) if end < len(parts) else 0
            for count, (so_far, _) in best[start].items():
                wished = ideal * (1 + slope * (2 * count - fewest + 1))
                cost = so_far + ((width - wished) / 4) ** 2 + price
                if count < fewest and (count + 1 not in best[end] or cost < best[end][count + 1][0]):
                    best[end][count + 1] = (cost, start)
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
