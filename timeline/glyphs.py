"""Which characters a font has, and which script a text is in. Pure: bytes come from whoever may open files."""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""(offset, length) -> that part of a font file; less where it ends earlier."""

UNJOINED = frozenset(
    ("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Telugu", "Kannada", "Malayalam", "Sinhala", "Myanmar", "Khmer", "Tibetan")
)
"""Scripts whose letters make others when they meet. Blender draws letter by letter, so these do not come about."""
_NAMED = {"Cjk": "Chinese characters", "Hiragana": "Japanese", "Katakana": "Japanese", "Hangul": "Korean", "Nko": "N'Ko"}
_QUALITIES = {"MODIFIER", "COMBINING", "OLD", "FULLWIDTH", "HALFWIDTH", "LETTER"}
_EMOJI, _SIGNS = "Emoji and symbols", "Signs"
_MOST_CODES = 0x11_0000


@dataclass(frozen=True)
class Coverage:
    """The characters a font has: `firsts[n]`..`lasts[n]` are runs of code points, rising."""

    firsts: tuple[int, ...]
    lasts: tuple[int, ...]

    def __contains__(self, char: str) -> bool:
        code = ord(char)
        at = bisect_right(self.firsts, code) - 1
        return at >= 0 and code <= self.lasts[at]

    def holds(self, chars: Iterable[str]) -> bool:
        return all(char in self for char in chars)


def coverage(codes: Iterable[tuple[int, int]]) -> Coverage:
    """Of runs (first, last), in any order."""
    firsts: list[int] = []
    lasts: list[int] = []
    for first, last in sorted(codes):
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return Coverage(tuple(firsts), tuple(lasts))


def unpacked(text: str) -> Coverage:
    """Of the runs as font_coverage.json has them."""
    runs, last = [], 0
    for part in text.split():
        first, _, more = part.partition("+")
        begin = last + int(first, 16)
        last = begin + int(more or "0", 16)
        runs.append((begin, last))
    return coverage(runs)


def drawn(text: str) -> frozenset[str]:
    """The characters of a text that need a glyph: none that separate or that nobody sees."""
    unseen = ("Cc", "Cf", "Zs", "Zl", "Zp")
    return frozenset(char for char in text if unicodedata.category(char) not in unseen and char not in "\ufe0e\ufe0f")


def scripts(chars: Collection[str]) -> tuple[str, ...]:
    """The names of the scripts that letters belong to, as a user knows them, in alphabetical order. Signs and digits count only alone."""
    names = {_script(char) for char in chars}
    return tuple(sorted(names - {_SIGNS} or names))


def _script(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] not in "LM":
        return _EMOJI if kind == "So" else _SIGNS
    words = unicodedata.name(char, "Unknown").split()
    first = next((word for word in words if word not in _QUALITIES), words[0]).capitalize()
    return _NAMED.get(first.partition("-")[0], first)


def of_file(read: Read) -> Coverage:
    """The characters of a TrueType or OpenType font, of the first one in a collection, from its `cmap` (OpenType 1.9).

    Raises ValueError for what is no such font, or one without a table of Unicode characters.
    """
    try:
        return _of_file(read)
    except (struct.error, IndexError) as reason:
        raise ValueError("the font file is damaged") from reason


def _of_file(read: Read) -> Coverage:
    start = 0
    if read(0, 4) == b"ttcf":
        (start,) = struct.unpack(">I", read(12, 4))
    if read(start, 4) not in (b"\0\1\0\0", b"OTTO", b"true"):
        raise ValueError("it is no TrueType or OpenType font")
    (count,) = struct.unpack(">H", read(start + 4, 2))
    tables = read(start + 12, 16 * count)
    rows = struct.iter_unpack(">4sIII", tables[: 16 * count])
    offset = next((place for tag, _sum, place, _length in rows if tag == b"cmap"), 0)
    if not offset:
        raise ValueError("the font has no table of characters")
    (subtables,) = struct.unpack(">H", read(offset + 2, 2))
    places = [struct.unpack(">HHI", read(offset + 4 + 8 * n, 8)) for n in range(subtables)]
    for wanted in ((3, 10), (0, 4), (0, 6), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0)):
        for platform, encoding, place in places:
            if (platform, encoding) == wanted:
                return coverage(_runs(read, offset + place))
    raise ValueError("the font has no table of Unicode characters")


def _runs(read: Read, offset: int) -> list[tuple[int, int]]:
    (kind,) = struct.unpack(">H", read(offset, 2))
    if kind in (12, 13):
        (groups,) = struct.unpack(">I", read(offset + 12, 4))
        data = read(offset + 16, 12 * min(groups, _MOST_CODES))
        rows = struct.iter_unpack(">III", data[: len(data) // 12 * 12])
        return [(first, last) for first, last, glyph in rows if first <= last < _MOST_CODES and (glyph or first < last)]
    if kind == 4:
        return _runs_of_segments(read, offset)
    raise ValueError(f"the font's table of characters has format {kind}")


def _runs_of_segments(read: Read, offset: int) -> list[tuple[int, int]]:
    """Format 4: segments of code points, each with a shift to glyph numbers or with a list of them. Glyph 0 is none."""
    length, _, doubled = struct.unpack(">HHH", read(offset + 2, 6))
    data = read(offset, length)
    count = doubled // 2
    lasts, firsts, shifts, places = (
        struct.unpack_from(f">{count}H", data, 14 + part * doubled + (2 if part else 0)) for part in range(4)
    )
    runs = []
    for n, (first, last, shift, place) in enumerate(zip(firsts, lasts, shifts, places, strict=True)):
        if first > last or first == 0xFFFF:
            continue
        if place == 0:
            runs.append((first, min(last, 0xFFFE)))
            continue
        at = 16 + 3 * doubled + 2 * n + place
        glyphs = struct.unpack_from(f">{last - first + 1}H", data, at)
        runs += [(first + i, first + i) for i, glyph in enumerate(glyphs) if glyph and (glyph + shift) & 0xFFFF]
    return runs
