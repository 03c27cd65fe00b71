"""Words looked for in what is said, and the passages that hold them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.timeline.layout import Item, Layout, Mark
from assistant_editor.timeline.text_search import highlight_names, highlighted, hits, passages, step, wanted_strips
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import strip
from tests.timeline.spoken_lines import told

FOUND = told("The train was late.", "A train, the TRAIN.", "Nobody trained there.", pause=40)
EXTENT = FrameRange(1, 1000)


@pytest.mark.parametrize(
    ("needle", "count"),
    [("train", 3), ("the train", 2), ("THE train!", 2), ("train*", 4), ("train a", 0), ("late a train", 1), ("", 0), ("…", 0)],
)
def test_phrases_are_found_whatever_case_and_punctuation(needle, count):
    found = hits(FOUND, needle)
    assert len(found) == count
    for first, last in found:
        said = " ".join(word.text for word in FOUND.words[first:last]).casefold()
        assert needle.casefold().rstrip("*!").split()[0] in said


def test_stepping_goes_round():
    ranges = hits(FOUND, "train")
    frames = [FOUND.words[first].frames.start for first, _ in ranges]
    assert [step(ranges, FOUND, frame, back=False) for frame in (1, *frames)] == [0, 1, 2, 0]
    assert [step(ranges, FOUND, frame, back=True) for frame in frames] == [2, 0, 1]
    assert step((), FOUND, 1, back=False) is None


def test_handles_reach_no_further_than_the_strip():
    (first, last), *_ = hits(FOUND, "late")
    word = FOUND.words[first]
    assert passages(FOUND, [(first, last)], 12, EXTENT) == (FrameRange(int(word.start) - 12, int(word.end) + 12),)
    assert passages(FOUND, [(first, last)], 5000, EXTENT) == (word.heard,)


def test_passages_that_meet_are_one():
    assert len(passages(FOUND, hits(FOUND, "train"), 0, EXTENT)) == 3
    assert len(passages(FOUND, [(0, 2), (1, 4)], 0, EXTENT)) == 1


def test_two_markers_are_a_highlight():
    begin, end = highlight_names("words " * 30)
    assert len(begin) < 63
    marks = [Mark(0, 50, begin), Mark(1, 80, end), Mark(2, 80, begin), Mark(3, 90, "other"), Mark(4, 95, end), Mark(5, 120, begin)]
    assert highlighted(marks) == (FrameRange(50, 95),)
    assert highlighted([Mark(0, 10, end), Mark(1, 20, begin), Mark(2, 20, end)]) == ()


def test_the_strips_of_a_passage_are_its_sound_and_every_picture_then():
    def item(name, kind, start, end, **more):
        return Item(name, kind, 1, FrameRange(start, end), FrameRange(start, end), **more)

    layout = Layout("Scene", Fraction(25), EXTENT, (
        item("film", "MOVIE", 1, 100), item("voice", "SOUND", 1, 100), item("music", "SOUND", 1, 500), item("b-roll", "MOVIE", 50, 60),
        item("late", "MOVIE", 300, 400), item("hidden", "MOVIE", 1, 100, muted=True), item("title", "TEXT", 1, 100),
    ))  # fmt: skip
    refs = [strip("film", 1, 100, partners=("voice",)), strip("voice", 1, 100, kind="SOUND", partners=("film",))]
    assert wanted_strips(layout, refs, ["voice"], [FrameRange(40, 55)]) == {"film", "voice", "b-roll"}
