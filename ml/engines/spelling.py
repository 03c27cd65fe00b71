"""How written English words may be spoken: from the CMU dictionary, numbers and signs read out, other words by their letters."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache
from itertools import product
from pathlib import Path

Sounds = tuple[str, ...]
MOST = 4
"""Ways to say a word that are tried at most."""

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SIGNS = {"%": "percent", "&": "and", "+": "plus", "@": "at", "$": "dollars", "£": "pounds", "€": "euros", "=": "equals", "°": "degrees"}
_LETTERS = {
    "tch": "CH", "tion": "SH AH N", "sion": "ZH AH N", "ough": "AO", "eigh": "EY", "igh": "AY", "sch": "SH", "ch": "CH", "sh": "SH",
    "th": "TH", "ph": "F", "gh": "G", "ck": "K", "qu": "K W", "ng": "NG", "wh": "W", "wr": "R", "kn": "N", "oo": "UW", "ee": "IY",
    "ea": "IY", "ie": "IY", "ei": "AY", "ou": "AW", "ow": "OW", "ai": "EY", "ay": "EY", "ey": "IY", "oi": "OY", "oy": "OY", "au": "AO",
    "aw": "AO", "ew": "UW", "eu": "Y UW", "oa": "OW", "ar": "AA R", "er": "ER", "ir": "ER", "or": "AO R", "ur": "ER", "bb": "B",
    "cc": "K", "dd": "D", "ff": "F", "gg": "G", "ll": "L", "mm": "M", "nn": "N", "pp": "P", "rr": "R", "ss": "S", "tt": "T", "zz": "Z",
    "ce": "S EH", "ci": "S IH", "cy": "S IY", "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH",
    "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T",
    "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_BY_LETTERS = re.compile("|".join(sorted(_LETTERS, key=len, reverse=True)))


class Spelling:
    """The dictionary in a file (a word and its sounds a line, other ways to say it numbered), and what it does not hold."""

    def __init__(self, path: Path) -> None:
        self._said: dict[str, list[Sounds]] = defaultdict(list)
        for line in path.read_text(encoding="utf-8").splitlines():
            word, _, sounds = line.partition(" ")
            if sounds:
                self._said[word.partition("(")[0]].append(tuple(sounds.split()))

    def ways(self, word: str) -> list[Sounds]:
        """The ways to say a written word, the usual one first; none for what has no sound (a dash)."""
        parts = [self._part(part) for part in _parts(word)]
        found: dict[Sounds, None] = {}
        for choice in product(*(part for part in parts if part)):
            sounds = tuple(sound for part in choice for sound in part)
            if sounds:
                found[sounds] = None
            if len(found) == MOST:
                break
        return list(found)

    def _part(self, part: str) -> list[Sounds]:
        bare = part.strip("'")
        known = self._said.get(part) or self._said.get(bare)
        if known:
            return known
        if bare.endswith("'s") and bare[:-2] in self._said:
            return [(*sounds, "Z") for sounds in self._said[bare[:-2]]]
        return [by_letters(bare)]


def by_letters(word: str) -> Sounds:
    """A guess at how a word of plain letters is said: good enough to find where it stands, not to say it."""
    bare = "".join(re.findall("[a-z]", word.removesuffix("e") if len(word) > 3 else word))
    return tuple(sound for letters in _BY_LETTERS.findall(bare) for sound in _LETTERS[letters].split())


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """What is said one after the other: words in small letters, numbers and signs spelt out."""
    plain = unicodedata.normalize("NFKD", word.replace("\u2019", "'")).lower()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    found: list[str] = []
    for piece in re.findall(r"[a-z']*[a-z][a-z']*|\d+|\.(?=\d)|[%&+@$£€=°]", plain):
        if piece.isdigit():
            found += _number(piece)
        elif piece == ".":
            found.append("point")
        else:
            found.append(_SIGNS.get(piece, piece))
    return tuple(found)


def _number(digits: str) -> list[str]:
    """A whole number in words; a year in two halves; a long one digit by digit."""
    value = int(digits)
    if len(digits) > 9 or (digits[0] == "0" and len(digits) > 1):
        return [_ONES[int(digit)] for digit in digits]
    if 1100 <= value < 2000 or 2010 <= value < 2100:
        high, low = divmod(value, 100)
        return [*_small(high), *(_small(low) if low >= 10 else ["hundred"] if not low else ["oh", _ONES[low]])]
    words: list[str] = []
    for size, name in ((1_000_000, "million"), (1_000, "thousand")):
        count, value = divmod(value, size)
        if count:
            words += [*_small(count), name]
    return [*words, *_small(value)] if value or not words else words


def _small(value: int) -> list[str]:
    words: list[str] = []
    hundreds, value = divmod(value, 100)
    if hundreds:
        words += [_ONES[hundreds], "hundred"]
    if value >= 20:
        words.append(_TENS[value // 10 - 2])
        value %= 10
        if not value:
            return words
    return [*words, _ONES[value]] if value or not words else words
