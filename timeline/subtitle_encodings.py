"""The text of a subtitle file's bytes, whatever wrote them. Pure.

A byte order mark decides; else UTF-8 if the bytes are UTF-8 (they are by chance hardly ever); else UTF-16 by its zeros; else the
encoding of those below in which the characters beyond ASCII look most like words. How that is judged, `_likeness` says.
"""

from __future__ import annotations

import codecs
import re

from ..ml.errors import BAD_INPUT, EditorError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_LATIN = {
    "cp1252": "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšž",
    "cp1250": "áâăäąćçčďđéęëěíîĺľłńňóôőöŕřśşšťţůúűüýźżžß",
    "cp1254": "âçğıîöşûüİ",
    "cp1257": "āčēģīķļņšūžąęėįųõäöü",
}
_SCRIPTS = {
    "cp1251": (re.compile("[А-яЁёІіЇїЄєҐґЎў]"), "оеаинтсрвлі"),  # noqa: RUF001
    "koi8-r": (re.compile("[А-яЁё]"), "оеаинтсрвл"),  # noqa: RUF001
    "cp1253": (re.compile("[Ά-ώ]"), "αοιετνσςηρπκά"),
    "cp1255": (re.compile("[א-ת\u05b0-\u05c2]"), "יוהלאמתרבש"),
    "cp1256": (re.compile("[\u0621-\u0652]"), "اليمنورتبهكع"),
    "cp874": (re.compile("[\u0e01-\u0e4e]"), "านรกอเงมยลวด่้"),
}  # fmt: skip
"""The letters of each, and those that make up two thirds of any text."""
_EAST = {
    "cp932": re.compile("[\u3041-\u3096\u30a1-\u30fc]"),
    "gb18030": None,
    "big5": None,
    "euc-kr": re.compile("[\uac00-\ud7a3]"),
}
LEGACY = (*_LATIN, *_SCRIPTS, *_EAST)
"""The encodings that are guessed among, and offered."""
_MARKS_OF_TEXT = frozenset("‘’“”„‚«»‹›–—…·•°¡¿ªº§©®™€£♪♫　、。「」『』！？・，：；（）《》~～")  # noqa: RUF001
_ENOUGH = 200_000
"""Bytes that are looked at for a guess."""


def decoded(data: bytes, name: str, encoding: str = "") -> tuple[str, str, bool]:
    """The text, its encoding, and whether that was a guess. Line ends are "\\n". `encoding` "" finds it out.

    Raises `EditorError(BAD_INPUT)` for what is no text in that encoding, or in any.
    """
    if encoding:
        try:
            return _plain(data.decode(encoding)), encoding, False
        except (UnicodeDecodeError, LookupError) as reason:
            raise EditorError(f"{name} is no text in {encoding}.", "Choose another encoding.", BAD_INPUT) from reason
    for mark, known in _MARKS:
        if data.startswith(mark):
            try:
                return _plain(data.decode(known)), known.removesuffix("-sig"), False
            except UnicodeDecodeError:
                # A file that was cut off in the middle of a character.
                return _plain(data.decode(known, errors="replace")), known.removesuffix("-sig"), True
    if data[:4000].count(0) > len(data[:4000]) / 10:
        return _wide(data, name)
    try:
        return _plain(data.decode("utf-8")), "utf-8", False
    except UnicodeDecodeError as reason:
        if len(data) - reason.start < 4 and reason.reason == "unexpected end of data":
            return _plain(data[: reason.start].decode("utf-8")), "utf-8", False
    best = max(LEGACY, key=lambda known: _likeness(data, known))
    if _likeness(data, best) <= -1:
        raise EditorError(f"{name} is no text.", "Choose a subtitle file, or say its encoding.", BAD_INPUT)
    return _plain(data.decode(best, errors="replace")), best, True


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _wide(data: bytes, name: str) -> tuple[str, str, bool]:
    even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
    known = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else ""
    try:
        if known:
            return _plain(data.decode(known)), known, True
    except UnicodeDecodeError:
        known = ""
    raise EditorError(f"{name} is no text.", "Choose a subtitle file.", BAD_INPUT)


def _likeness(data: bytes, encoding: str) -> float:
    """How much the bytes read in this encoding look like text, 1 at most; below 0 they do not.

    Each character beyond ASCII counts 1 where the encoding's languages use it all the time, less where it is rare, -1 where text has
    none such. In Latin such letters stand among ASCII ones, in other scripts next to each other; nowhere does a capital follow a small
    letter.    """
    sample = data[:_ENOUGH]
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError as reason:
        if len(data) - reason.start >= 4 and (len(data) <= _ENOUGH or _ENOUGH - reason.start >= 4):
            return -2.0
        text = sample[: reason.start].decode(encoding)
    beyond = [place for place, char in enumerate(text) if ord(char) > 127]
    if not beyond:
        return 0.0
    score = 0.0
    for place in beyond:
        char, before = text[place], text[place - 1] if place else ""
        after = text[place + 1] if place + 1 < len(text) else ""
        score += _east(char, encoding) if encoding in _EAST else _alphabet(char, before, after, encoding)
    return score / len(beyond)


def _alphabet(char: str, before: str, after: str, encoding: str) -> float:
    odd = char.isupper() and before.islower()
    if encoding in _LATIN:
        usual = char in _LATIN[encoding] or char.lower() in _LATIN[encoding]
        if usual:
            crowd = ord(before or " ") > 127 and before.isalpha() and ord(after or " ") > 127 and after.isalpha()
            return -1.0 if odd or crowd else 0.9 if encoding == "cp1252" else 0.88
        return 0.5 if char in _MARKS_OF_TEXT else -0.5 if char.isalpha() else -1.0
    letters, frequent = _SCRIPTS[encoding]
    if letters.match(char):
        mixed = any(part.isascii() and part.isalpha() for part in (before, after))
        return -1.0 if odd or mixed else 1.1 if char.lower() in frequent else 0.6
    return 0.5 if char in _MARKS_OF_TEXT else -1.0


def _east(char: str, encoding: str) -> float:
    if char in _MARKS_OF_TEXT:
        return 0.6
    script = _EAST[encoding]
    if script is not None and script.match(char):
        return 1.0
    if 0xFF61 <= ord(char) <= 0xFF9F or 0xE000 <= ord(char) <= 0xF8FF or not 0x3000 <= ord(char) <= 0x9FFF:
        return -1.0
    try:
        lead = char.encode(encoding)[0]
    except UnicodeEncodeError:
        return -1.0
    # The first half of each set's table holds the characters in daily use.
    common = {"gb18030": 0xB0 <= lead <= 0xD7, "big5": 0xA4 <= lead <= 0xC6, "cp932": 0x88 <= lead <= 0x97, "euc-kr": False}[encoding]
    return {"gb18030": 0.9, "big5": 0.92, "cp932": 0.6, "euc-kr": -0.5}[encoding] if common else -0.6
