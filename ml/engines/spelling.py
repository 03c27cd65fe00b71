"""How written words may be spoken, in the speech sounds of American English.

English: from the CMU dictionary, numbers and signs read out, other words by their letters. Other languages in Latin letters: by
rough rules of their spelling, with the nearest English sounds. That would be no way to speak, but is enough to find where a word
stands among others that are known to stand beside it.
"""

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
_BY_LANGUAGE = {
    "de": {
        "sch": "SH", "ch": "HH", "tz": "T S", "z": "T S", "w": "V", "v": "F", "j": "Y", "ei": "AY", "eu": "OY", "au": "AW", "ie": "IY",
        "qu": "K V", "sp": "SH P", "st": "S T", "th": "T", "a": "AA", "u": "UH", "c": "K", "ce": "S EH", "ci": "S IH", "ou": "UW",
        "ea": "EY AA", "oo": "OW", "ow": "OW V", "ew": "EH V", "aw": "AA V", "tion": "T S IY OW N", "igh": "IH K", "ough": "OW K",
        "sion": "Z IY OW N", "gh": "G", "wh": "V", "wr": "V R", "kn": "K N", "ir": "IH R", "ar": "AA R", "ur": "UH R", "er": "ER",
    },
    "es": {
        "ll": "Y", "j": "HH", "qu": "K", "z": "S", "h": "", "ch": "CH", "gu": "G", "ge": "HH EH", "gi": "HH IY", "v": "B", "u": "UW",
        "a": "AA", "i": "IY", "ie": "Y EH", "ea": "EH AA", "ee": "EH EH", "ei": "EY", "oo": "OW", "ou": "OW", "au": "AW", "y": "Y",
        "ar": "AA R", "er": "EH R", "ir": "IY R", "ur": "UW R", "th": "T", "tion": "T IY OW N", "igh": "IY G", "w": "W", "oa": "OW AA",
    },
    "it": {
        "gli": "L Y IY", "gn": "N Y", "ch": "K", "gh": "G", "ci": "CH IY", "ce": "CH EH", "gi": "JH IY", "ge": "JH EH", "z": "T S",
        "u": "UW", "a": "AA", "i": "IY", "ie": "Y EH", "ea": "EH AA", "ee": "EH", "ei": "EY", "oo": "OW", "ou": "OW UW", "au": "AW",
        "h": "", "ar": "AA R", "er": "EH R", "ir": "IY R", "ur": "UW R", "th": "T", "igh": "IY G", "oa": "OW AA", "sc": "S K",
    },
}  # fmt: skip
"""What the letters of another language differ in, where that was found to help: English rules do for Dutch, French and Portuguese."""


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


class Letters:
    """The spelling of a language in Latin letters, or of one that is not known."""

    def __init__(self, language: str) -> None:
        self._language = language

    def ways(self, word: str) -> list[Sounds]:
        """One way to say a written word; none for what has no Latin letter. A number is so much speech as it has digits."""
        plain = _plain(word)
        sounds = by_letters("".join(re.findall("[a-z]+", plain)), self._language)
        sounds += ("+SPN+",) * len(re.findall(r"\d", plain))
        return [sounds] if sounds else []


def by_letters(word: str, language: str = "en") -> Sounds:
    """A guess at how a word of plain letters is said: good enough to find where it stands, not to say it."""
    pattern, table = _rules(language)
    if language == "en":
        word = word.removesuffix("e") if len(word) > 3 else word
    word = "".join(re.findall("[a-z]", word))
    sounds = tuple(sound for letters in pattern.findall(word) for sound in table[letters].split())
    return sounds or tuple(sound for letter in word for sound in _LETTERS[letter].split())


@lru_cache(maxsize=16)
def _rules(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    table = {**_LETTERS, **_BY_LANGUAGE.get(language, {})}
    return re.compile("|".join(re.escape(letters) for letters in sorted(table, key=len, reverse=True))), table


def _plain(word: str) -> str:
    """In small letters without accents."""
    text = unicodedata.normalize("NFKD", word.replace("\u2019", "'").lower().replace("\u00df", "ss").replace("\u0153", "oe"))
    return "".join(character for character in text if not unicodedata.combining(character))


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    """What is said one after the other: words in small letters, numbers and signs spelt out."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", _plain(word))
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
