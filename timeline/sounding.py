"""What a word sounds like, roughly and whatever its language: to see that "Jon" may be "John". Pure.

Spellings of one sound become one sign, vowels count little. Much simpler than a language's own rules (Philips, "Hanging on the
Metaphone", 1990): it is asked only whether a word written in the place of another may be that word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPELLINGS = [
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"^ps", "s"), (r"^x", "s"), (r"mb$", "m"), (r"gh(?=t|$)", ""), (r"tch", "C"),
    (r"sch|sh|[ts]i(?=[ao])", "S"), (r"ch", "C"), (r"ph", "f"), (r"th", "t"), (r"ck|qu?|x", "k"), (r"c(?=[eiy])|z|ß", "s"), (r"c", "k"),
    (r"dge|j|g(?=[eiy])", "J"), (r"v", "f"), (r"(?<!^)[hwy]", ""), (r"y", "i"), (r"[aeiou]+", "a"), (r"(.)\1+", r"\1"),
]  # fmt: skip
_COMPILED = [(re.compile(spelling), sound) for spelling, sound in _SPELLINGS]


@lru_cache(maxsize=1 << 12)
def sounding(word: str) -> str:
    """A key that words which sound alike share, or nearly; "" for a word without Latin letters."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))
    key = "".join(sign for sign in plain if "a" <= sign <= "z" or sign == "ß")
    for spelling, sound in _COMPILED:
        key = spelling.sub(sound, key)
    return key[:1] + key[1:].replace("a", "")
