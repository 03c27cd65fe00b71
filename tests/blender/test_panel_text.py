"""Text in panels: no line is wider than its room, whatever the letters."""

from __future__ import annotations

import pytest
from assistant_editor.panels import text


def letters(part: str) -> float:
    return float(sum(2 if letter.isupper() or letter > "\x7f" else 1 for letter in part))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", ("",)),
        ("short", ("short",)),
        ("one two three", ("one two", "three")),
        ("ONE TWO", ("ONE", "TWO")),
        ("/a/path/too/long end", ("/a/path/", "too/long", "end")),
        ("字幕字幕字幕", ("字幕字幕", "字幕")),
    ],
)
def test_lines_are_as_wide_as_their_room_at_most(told, expected) -> None:
    assert text.wrapped(told, 8, letters) == expected


def test_a_room_smaller_than_a_letter_ends() -> None:
    assert text.wrapped("字幕 a", 1, letters) == ("字", "幕", "a")


def test_wide_letters_are_measured_with_the_font_of_the_interface() -> None:
    """A mean of letters let capitals and long words run out of the panel."""
    narrow, wide = text._lines("illi " * 20, 200.0, 11.0), text._lines("WMWM " * 20, 200.0, 11.0)
    assert len(wide) > 2 * len(narrow)
