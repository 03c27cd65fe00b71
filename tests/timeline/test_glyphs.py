"""Font files read for their characters, and the scripts texts are in."""

from __future__ import annotations

import struct

import pytest
from assistant_editor.timeline.glyphs import coverage, drawn, of_file, scripts, unpacked
from hypothesis import given
from hypothesis import strategies as st


def format_4(codes: list[int]) -> bytes:
    """Segments of one character each: even ones with a shift, odd ones with a list of glyphs in which glyph 0 means none."""
    count = len(codes) + 1
    lists, shifts, places, glyphs = b"", [], [], []
    for n, code in enumerate(codes):
        if code % 2:
            shifts.append(0)
            places.append(2 * (count - n) + 2 * len(glyphs))
            glyphs.append(7)
        else:
            shifts.append((5 - code) & 0xFFFF)
            places.append(0)
    lists = struct.pack(f">{len(glyphs)}H", *glyphs)
    ends, starts = [*codes, 0xFFFF], [*codes, 0xFFFF]
    body = struct.pack(f">{count}H", *ends) + b"\0\0" + struct.pack(f">{count}H", *starts)
    body += struct.pack(f">{count}H", *shifts, 1) + struct.pack(f">{count}H", *places, 0) + lists
    return struct.pack(">HHHHHHH", 4, 14 + len(body), 0, 2 * count, 0, 0, 0) + body


def format_12(runs: list[tuple[int, int]]) -> bytes:
    groups = b"".join(struct.pack(">III", first, last, 3) for first, last in runs)
    return struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(runs)) + groups


def font(table: bytes, encoding: int, start: int = 0) -> bytes:
    head = b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0)
    place = start + len(head) + 16
    cmap = struct.pack(">HHHHI", 0, 1, 3, encoding, 12) + table
    return head + struct.pack(">4sIII", b"cmap", 0, place, len(cmap)) + cmap


def held(data: bytes) -> set[int]:
    found = of_file(lambda offset, length: data[offset : offset + length])
    return {code for first, last in zip(found.firsts, found.lasts, strict=True) for code in range(first, last + 1)}


@given(st.sets(st.integers(0x20, 0xFFFE), max_size=12))
def test_characters_of_the_first_plane(codes: set[int]) -> None:
    assert held(font(format_4(sorted(codes)), 1)) == codes


@given(st.lists(st.tuples(st.integers(0, 0x10F000), st.integers(0, 40)), max_size=6))
def test_characters_of_all_planes(parts: list[tuple[int, int]]) -> None:
    runs = sorted((first, first + more) for first, more in parts)
    assert held(font(format_12(runs), 10)) == {code for first, last in runs for code in range(first, last + 1)}


def test_the_first_font_of_a_collection() -> None:
    inner = font(format_12([(0x5D0, 0x5EA)]), 10, start=16)
    assert held(b"ttcf" + struct.pack(">III", 0x10000, 1, 16) + inner) == set(range(0x5D0, 0x5EB))


@pytest.mark.parametrize("length", [0, 4, 11, 20, 30, 38])
def test_a_damaged_font_is_no_font(length: int) -> None:
    whole = font(format_12([(0x41, 0x5A), (0x61, 0x7A)]), 10)
    assert len(held(whole)) == 52
    with pytest.raises(ValueError, match="font"):
        held(whole[:length])


@pytest.mark.parametrize("data", [b"wOF2" + bytes(60), b"", b"hello, this is text", font(b"\0\2" + bytes(30), 1), font(format_12([]), 7)])
def test_what_is_no_readable_font_is_said_so(data: bytes) -> None:
    with pytest.raises(ValueError, match="font"):
        held(data)


def test_runs() -> None:
    found = coverage([(10, 12), (0, 3), (4, 5), (11, 20)])
    assert (found.firsts, found.lasts) == ((0, 10), (5, 20))
    assert found.holds("\x00\x05\x0a\x14") and not found.holds("\x06") and "\x15" not in found
    assert unpacked("20+5e 22 1d90") == coverage([(0x20, 0x7E), (0xA0, 0xA0), (0x1E30, 0x1E30)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hello, 3 é!", ("Latin",)),
        ("שלום (3)", ("Hebrew",)),
        ("ﻢﻟﺎﻌﻟ", ("Arabic",)),
        ("日本語のｶﾅ", ("Chinese characters", "Japanese")),
        ("한국어 ok", ("Korean", "Latin")),
        ("हिन्दी สวัสดี", ("Devanagari", "Thai")),
        ("12 + 3", ("Signs",)),
        ("😀👍🏽", ("Emoji and symbols",)),
        ("", ()),
    ],
)
def test_scripts_by_their_names(text: str, names: tuple[str, ...]) -> None:
    assert scripts(drawn(text)) == names


def test_what_needs_no_glyph() -> None:
    assert drawn("a b\n\u200f\u200d❤\ufe0f\u00a0") == {"a", "b", "❤"}
