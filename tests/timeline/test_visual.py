"""Text as Blender must be given it: right-to-left lines in the screen's order, Arabic letters joined, vowels on their side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from assistant_editor.timeline import arabic, bidi
from assistant_editor.timeline.visual import logical, visual
from hypothesis import given
from hypothesis import strategies as st

GOLDEN = Path(__file__).parents[1] / "golden"
TEXTS = st.text("abc XY אבגד هلامشى 012٣,.:-+%()[]\"!?\u05b8\u064e\n\u200f\u0640हिन्कीिোொ", max_size=24)


def table(name: str) -> list[list[str]]:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="ascii"))


def test_lines_stand_as_fribidi_has_them() -> None:
    rows = table("bidi")
    assert len(rows) == 600
    assert [bidi.shown(line) for line, _expected in rows] == [expected for _line, expected in rows]


def test_letters_join_as_arabic_reshaper_has_them() -> None:
    rows = table("arabic")
    assert len(rows) == 400
    assert [arabic.shaped(word) for word, _expected in rows] == [expected for _word, expected in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nothing to do: 3 (three)!", "Nothing to do: 3 (three)!"),
        ("日本語の字幕です。", "日本語の字幕です。"),
        ("שלום, עולם!", "!םלוע ,םולש"),
        ("הוא בן 42 (כן)", "(ןכ) 42 ןב אוה"),
        ("- אמר \"hello world\".", ".\"hello world\" רמא -"),
        ("He said שלום to us", "He said םולש to us"),
        ("שורה אחת\nand two", "תחא הרוש\nand two"),
        ("لا", "\ufefb"),
        ("سلام", "\ufee1\ufefc\ufeb3"),
        ("فارسی", "\ufbfd\ufeb3\ufead\ufe8e\ufed3"),
        ("e\u0301", "\u00e9"),
        ("हिन्दी", "\u093fह" + "न्दी"),
        ("कि", "\u093fक"),
        ("কো", "\u09c7ক\u09be"),
        ("கொ", "\u0bc6க\u0bbe"),
        ("ड़ि", "\u093fड\u093c"),
    ],
)  # fmt: skip
def test_what_is_stored_so_that_a_text_is_seen(text: str, expected: str) -> None:
    assert visual(text) == expected


def test_a_paragraph_has_one_direction_for_all_its_lines() -> None:
    assert visual("שלום\n3 - 2") == "םולש\n2 - 3"
    assert visual("\u05d0\u05b8\u05d1") == "\u05d1\u05b8\u05d0", "a mark stands before its letter"


def test_capitals() -> None:
    assert visual("Straße", uppercase=True) == "STRASSE"
    assert logical("STRASSE", "Straße") == "Straße"


@given(TEXTS)
def test_what_was_written_is_read_back(text: str) -> None:
    for uppercase in (False, True):
        assert logical(visual(text, uppercase), text) == (text if text else "")


@given(st.text("אבגדה ", min_size=1, max_size=12))
def test_letters_of_one_direction_are_turned_round(text: str) -> None:
    line = "א" + text.strip() + "ב"
    assert visual(line) == line[::-1]


def test_lines_stay_lines_and_nothing_is_lost() -> None:
    text = "שלום (עולם) 12\nhello אבג 3.5%\n"
    drawn = visual(text)
    assert [len(line) for line in drawn.split("\n")] == [len(line) for line in text.split("\n")]
    assert sorted(drawn.translate({ord("("): ")", ord("\n"): " "})) == sorted(text.translate({ord("("): ")", ord("\n"): " "}))


@pytest.mark.parametrize(
    ("before", "typed", "meant"),
    [
        ("שלום עולם", "!םלוע םולש", "שלום עולם!"),
        ("שלום עולם", "היי חברים", "היי חברים"),
        ("שלום לכולם כאן", "שלום לכולם שם", "שלום לכולם שם"),
        ("هذا كتاب", "\ufe8f\ufe8e\ufe98\ufedb \ufe8d\ufeac\ufeeb!", "!هذا كتاب"),
        ("هذا كتاب", "هذه مدرسة", "هذه مدرسة"),
        ("हिन्दी है", "\u093fहन्दी है!", "हिन्दी है!"),
        ("Hello", "Hello there", "Hello there"),
    ],
)  # fmt: skip
def test_what_the_editor_typed_is_what_he_meant(before: str, typed: str, meant: str) -> None:
    assert logical(typed, before) == meant


def test_text_without_a_tag() -> None:
    assert logical("שלום") == "שלום"
    assert logical("\ufee1\ufefc\ufeb3") == "سلام"
    assert logical("") == ""
