"""Arabic letters in the forms they take beside each other, for a renderer that does not join them. Pure.

Unicode's own data says which letter has which forms: those of its Arabic presentation blocks, which every Arabic font in use has.
Letters without such forms (some of Pashto, Sindhi and Uyghur) stay as they are. The only ligatures are those of lam and alef, which
may not be left out.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_KINDS = ("<isolated>", "<final>", "<initial>", "<medial>")
_TATWEEL, _BREAKS, _JOINS = "\u0640", "\u200c", "\u200d"
_LAM = "\u0644"
_UNNAMED = {"\u06d5": {"<isolated>": "\ufee9", "<final>": "\ufeea"}}
"""Letters that are written with the forms of another."""
Forms = dict[str, str]


@cache
def _forms() -> tuple[dict[str, Forms], dict[str, Forms]]:
    """(letter, alef after lam) -> kind of form -> character."""
    letters: dict[str, Forms] = {}
    alefs: dict[str, Forms] = {}
    for number in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *codes = unicodedata.decomposition(chr(number)).split() or [""]
        parts = [chr(int(code, 16)) for code in codes]
        if kind in _KINDS and len(parts) == 1:
            letters.setdefault(parts[0], {}).setdefault(kind, chr(number))
        elif kind in _KINDS and len(parts) == 2 and parts[0] == _LAM:
            alefs.setdefault(parts[1], {}).setdefault(kind, chr(number))
    return {**letters, **_UNNAMED}, alefs


def arabic(text: str) -> bool:
    """Whether any letter of the text joins others."""
    return not text.isascii() and any("\u0600" <= char <= "\u06ff" for char in text)


def shaped(text: str) -> str:
    """The text, in the order it is read in, with every letter in the form it has there. Marks stay with their letters."""
    letters, alefs = _forms()
    found: list[str] = []
    marks: list[str] = []
    chars = list(text)
    before = False
    i = 0
    while i < len(chars):
        char = chars[i]
        if _transparent(char):
            marks.append(char)
            i += 1
            continue
        found += marks
        marks = []
        after = _next(chars, i)
        if char == _LAM and after < len(chars) and chars[after] in alefs:
            found.append(alefs[chars[after]]["<final>" if before else "<isolated>"])
            found += chars[i + 1 : after]
            before, i = False, after + 1
            continue
        forms = letters.get(char, {})
        joins = "<initial>" in forms and after < len(chars) and _takes(chars[after], letters)
        kind = _KINDS[(1 if before and "<final>" in forms else 0) + (2 if joins else 0)]
        if char not in (_BREAKS, _JOINS):
            found.append(forms.get(kind, char))
        before = joins if forms else char in (_TATWEEL, _JOINS)
        i += 1
    return "".join([*found, *marks])


def _transparent(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")


def _next(chars: list[str], i: int) -> int:
    """The number of the next character that is no mark."""
    i += 1
    while i < len(chars) and _transparent(chars[i]):
        i += 1
    return i


def _takes(char: str, letters: dict[str, Forms]) -> bool:
    """Whether a letter joins the one before it."""
    return char in (_TATWEEL, _JOINS) or "<final>" in letters.get(char, {})


def plain(text: str) -> str:
    """The letters that presentation forms stand for, in the same order but for a ligature, whose letters follow each other as read."""
    return "".join(unicodedata.normalize("NFKC", char) if formed(char) else char for char in text)


def formed(char: str) -> bool:
    """Whether a character is a form of an Arabic letter."""
    return "\ufb50" <= char <= "\ufdff" or "\ufe70" <= char <= "\ufefc"
