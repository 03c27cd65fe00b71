"""What of a caption's text is drawn, and what the text was: Blender draws characters one by one, in the order they are stored. Pure.

So right-to-left lines are put into the order of the screen, Arabic letters into the forms they have beside each other, and the vowels
that stand left of the consonant they follow (in the scripts of India, in Burmese and Khmer) to its left. The text itself stays with
the strip's tag, and whatever reads captions gets that.
"""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

from . import arabic, bidi

_LEFT_VOWELS = frozenset(
    "\u093f\u09bf\u09c7\u09c8\u0a3f\u0abf\u0b47\u0bc6\u0bc7\u0bc8\u0d46\u0d47\u0d48\u0dd9\u0ddb\u1031\u17c1\u17c2\u17c3"
)
_NUKTAS = frozenset("\u093c\u09bc\u0a3c\u0abc\u0b3c")
_TWO_SIDED = frozenset("\u09cb\u09cc\u0b48\u0b4b\u0b4c\u0bca\u0bcb\u0bcc\u0d4a\u0d4b\u0d4c\u0dda\u0ddc\u0ddd\u0dde")
"""Vowels of a part on the left and one on the right; Unicode says which."""


def visual(text: str, uppercase: bool = False) -> str:
    """The characters to store in a text strip so that `text` is seen. The same text where nothing has to be done."""
    if uppercase:
        text = text.upper()
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    if any(char in _LEFT_VOWELS or char in _TWO_SIDED for char in text):
        text = _vowels_left(text)
    if not bidi.right_to_left(text):
        return text
    return bidi.shown(arabic.shaped(text) if arabic.arabic(text) else text)


def _vowels_left(text: str) -> str:
    """The vowels that are drawn left of a consonant go before it. After a virama that is seen, only the last consonant counts
    (The Unicode Standard, 12.1, rule R15: none of these scripts' ligatures can be drawn here)."""
    found: list[str] = []
    for char in text:
        parts = unicodedata.normalize("NFD", char) if char in _TWO_SIDED else char
        if parts[0] in _LEFT_VOWELS:
            at = len(found) - 1
            while at > 0 and found[at] in _NUKTAS:
                at -= 1
            found.insert(max(0, at), parts[0])
            found += parts[1:]
        else:
            found.append(char)
    return "".join(found)


def logical(shown: str, kept: str = "") -> str:
    """The text that a strip stands for: `shown` is what it holds, `kept` the text of its tag, "" where the two are the same.

    A strip that holds what was written stands for what was kept. One that the editor retyped stands for what he typed: put back
    into the order it is read in where it is nearer to what was drawn than to the text, as after a small correction; as it is where
    he put in text from elsewhere. Without a tag, only the forms of Arabic letters tell that a text is in the order of the screen.
    """
    if kept and shown in (visual(kept), visual(kept, True)):
        return kept
    if any(arabic.formed(char) for char in shown):
        return _read(shown)
    if kept and not shown.isascii() and _alike(shown, visual(kept)) > _alike(shown, kept):
        return _read(shown) if bidi.right_to_left(shown) else _vowels_back(shown)
    return shown


def _vowels_back(shown: str) -> str:
    """The opposite of `_vowels_left`: a vowel drawn left of a consonant follows it."""
    found, waiting = [], ""
    for char in shown:
        if waiting and char not in _NUKTAS and len(waiting) > 1:
            found.append(waiting[1:] + waiting[0])
            waiting = ""
        if char in _LEFT_VOWELS and not waiting:
            waiting = char
        elif waiting:
            waiting += char
        else:
            found.append(char)
    found.append(waiting[1:] + waiting[:1])
    return unicodedata.normalize("NFC", "".join(found))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _read(shown: str) -> str:
    """A text on screen in the order it is read in: putting the order of the screen into that order once more gives it back."""
    plain = "".join(arabic.plain(char)[::-1] if arabic.formed(char) else char for char in shown)
    return "\n".join(_line(line) for line in plain.split("\n"))


def _line(line: str) -> str:
    mostly = sum({"R": 1, "AL": 1, "L": -1}.get(unicodedata.bidirectional(char), 0) for char in line)
    mark = "\u200f" if mostly > 0 else "\u200e"
    return bidi.shown(mark + line)
