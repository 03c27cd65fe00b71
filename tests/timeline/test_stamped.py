"""Plans in files: refused for any timeline but the one they were made for."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, STALE, EditorError
from assistant_editor.timeline.layout import Item, Layout, Mark
from assistant_editor.timeline.stamped import sealed, stamp, unsealed
from assistant_editor.timeline.timebase import FrameRange

ITEM = Item("a", "MOVIE", 1, FrameRange(1, 51), FrameRange(1, 101))
LAYOUT = Layout("Scene", Fraction(25), FrameRange(1, 251), (ITEM, Item("b", "SOUND", 2, FrameRange(1, 51), FrameRange(1, 101))))
SCHEMA = "assistant_editor.test/2"


def test_what_does_not_move_anything_does_not_count():
    same = replace(
        LAYOUT, items=LAYOUT.items[::-1], marks=(Mark(0, 5),), playhead=9,
    )  # fmt: skip
    assert stamp(same) == stamp(LAYOUT)
    assert stamp(replace(LAYOUT, items=(replace(ITEM, selected=True), LAYOUT.items[1]))) == stamp(LAYOUT)


@pytest.mark.parametrize(
    "change",
    [
        {"frames": FrameRange(1, 50)},
        {"content": FrameRange(0, 100)},
        {"channel": 3},
        {"muted": True},
        {"name": "c"},
    ],
)
def test_whatever_plays_otherwise_does(change):
    assert stamp(replace(LAYOUT, items=(replace(ITEM, **change), LAYOUT.items[1]))) != stamp(LAYOUT)
    assert stamp(replace(LAYOUT, rate=Fraction(24))) != stamp(LAYOUT)
    assert stamp(LAYOUT, "text") != stamp(LAYOUT)


def test_a_plan_comes_back_for_its_timeline_only():
    text = json.dumps(sealed(SCHEMA, LAYOUT, {"rows": [1]}, "words"))
    assert unsealed(text, SCHEMA, LAYOUT, "words")["rows"] == [1]
    for layout, words in ((replace(LAYOUT, items=LAYOUT.items[:1]), "words"), (LAYOUT, "other")):
        with pytest.raises(EditorError) as refused:
            unsealed(text, SCHEMA, layout, words)
        assert refused.value.code == STALE


@pytest.mark.parametrize("text", ["no", "[]", "{}", '{"schema": "assistant_editor.test/1"}', '{"schema": 3}'])
def test_anything_else_is_no_plan(text):
    with pytest.raises(EditorError) as refused:
        unsealed(text, SCHEMA, LAYOUT)
    assert refused.value.code == BAD_INPUT
