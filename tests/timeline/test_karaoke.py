"""Which word of a caption is to be seen when: by hand, and for whatever is said."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Word
from assistant_editor.timeline.karaoke import HOLD, drawn, shown
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.visual import visual
from hypothesis import given
from hypothesis import strategies as st

RATE = Fraction(10)
ALL = FrameRange(0, 100)


def said(text, *starts, length=Fraction(3, 10)):
    """Words that begin at these frames (10 a second)."""
    return tuple(Word(f" {word}", start / RATE, start / RATE + length, 0.9) for word, start in zip(text.split(), starts, strict=True))


def frame_of(seconds):
    return round(seconds * RATE)


def show(text, words, motion="word", frames=ALL):
    found = shown(text, words, frames, motion, frame_of, RATE)
    return [(part.line, (part.frames.start, part.frames.end), part.steps) for part in found]


def test_the_word_that_is_said_is_seen_until_the_next_one_or_a_pause():
    words = said("Two words then nothing", 10, 13, 18, 30)
    assert Fraction(3, 10) == HOLD
    assert show("Two words\nthen nothing", words) == [
        (0, (10, 18), ((10, 0, 3), (13, 4, 9))),
        (1, (18, 33), ((18, 0, 4), (21, 0, 0), (30, 5, 12))),
    ]


def test_words_come_in_one_by_one_and_stay():
    words = said("Two words then", 10, 13, 18)
    grown = [(0, (10, 40), ((10, 0, 3), (13, 0, 9))), (1, (18, 40), ((18, 0, 4),))]
    assert show("Two words\nthen", words, "sweep", FrameRange(5, 40)) == show("Two words\nthen", words, "pop", FrameRange(5, 40)) == grown


def test_a_line_of_which_nothing_is_said_pops_in_with_the_caption():
    words = (*said("Two", 10), Word("", Fraction(1), Fraction(1), 1.0))
    assert show("Two\n…", (*words, Word(" …", Fraction(2), Fraction(2), 1.0)), "pop", FrameRange(5, 40))[1][0] == 1
    assert not show("Two", (), "pop") and not show("Two", words, "none")


def test_words_said_outside_the_caption_show_at_its_edge():
    words = said("early now late", 2, 20, 60)
    assert show("early now late", words, frames=FrameRange(10, 50)) == [(0, (10, 23), ((10, 0, 5), (11, 0, 0), (20, 6, 9)))]


def test_a_caption_put_elsewhere_shows_its_words_there():
    words = said("far away", 2, 6)
    here = show("far away", words, frames=FrameRange(500, 520))
    assert here == [(0, (500, 507), ((500, 0, 3), (504, 4, 8)))]


def test_corrected_words_have_the_times_of_those_they_replace():
    words = said("Too words", 10, 13)
    assert show("Two words", words) == show("Two words", said("Two words", 10, 13))


def test_two_words_in_one_frame():
    words = said("a b c", 10, 10, 13)
    assert show("a b c", words) == [(0, (10, 16), ((10, 2, 3), (13, 4, 5)))]


def test_right_to_left_lines_begin_at_the_right():
    text = "שלום לכם"
    assert visual(text) == "םכל םולש"
    words = said(text, 10, 13)
    assert show(text, words) == [(0, (10, 16), ((10, 4, 8), (13, 0, 3)))]
    assert show(text, words, "sweep") == [(0, (10, 100), ((10, 4, 8), (13, 0, 8)))]


@pytest.mark.parametrize(
    ("line", "uppercase", "word", "seen"),
    [
        ("Straße hier", True, "Straße", "STRASSE"),
        ("شكرا لكم", False, "شكرا", visual("شكرا")),
        ("זה Blender, כן", False, "Blender,", ",Blender"),
        ("नमस्ते दिन", False, "दिन", visual("दिन")),
        ("港は朝の光", False, "朝", "朝"),
    ],
)
def test_a_word_is_found_as_it_is_drawn(line, uppercase, word, seen):
    first = line.index(word)
    whole = visual(line, uppercase)
    (place,) = drawn(line, whole, [(first, first + len(word))], uppercase, line[0] in "שזش")
    assert place is not None and whole[slice(*place)] == seen


SPOKEN = st.lists(st.tuples(st.text("abcé", min_size=1, max_size=6), st.integers(0, 20), st.integers(0, 8)), min_size=1, max_size=12)


@given(SPOKEN, st.sampled_from(["word", "sweep", "pop"]), st.integers(0, 60), st.integers(1, 80), st.integers(1, 4))
def test_whatever_is_said(spoken, motion, start, length, each):
    words, at = [], Fraction(0)
    for text, pause, long in spoken:
        at += pause / RATE
        words.append(Word(f" {text}", at, at + long / RATE, 0.5))
        at += long / RATE
    rows = [" ".join(word.text.strip() for word in words[i : i + each]) for i in range(0, len(words), each)]
    frames = FrameRange(start, start + length)
    found = shown("\n".join(rows), words, frames, motion, frame_of, RATE)
    for part in found:
        steps, whole = part.steps, len(rows[part.line])
        assert frames.start <= part.frames.start < part.frames.end <= frames.end
        assert steps[0][0] == part.frames.start and steps[-1][0] < part.frames.end
        assert all(one[0] < other[0] for one, other in pairwise(steps))
        for _frame, first, last in steps:
            assert 0 <= first <= last <= whole
            assert (first, last) == (0, 0) or motion != "word" or rows[part.line][first:last] in [word.text.strip() for word in words]
        if motion != "word":
            assert all(first == 0 for _frame, first, _last in steps) and all(one[2] <= other[2] for one, other in pairwise(steps))
            assert part.frames.end == frames.end
    if motion == "word":
        assert all(one.frames.end <= other.frames.start for one, other in pairwise(found)), "one word at a time"
