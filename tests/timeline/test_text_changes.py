"""What was done to a text: words cut, lines moved, words corrected, words nobody said."""

from __future__ import annotations

import random

import pytest
from assistant_editor.timeline.sounding import sounding
from assistant_editor.timeline.text_changes import changes
from assistant_editor.timeline.text_document import document
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.spoken_lines import told

LINES = (
    "So um we went to the market on Sunday.",
    "It was raining and nobody was there.",
    "Yes.",
    "Then my brother called me from Berlin.",
    "Yes.",
    "He said that the train was late again.",
)
FOUND = told(*LINES)
WORDS = FOUND.words


def words(ranges):
    return [WORDS[n].text for first, last in ranges for n in range(first, last)]


def edited(*lines):
    return changes(FOUND.lines, "\n".join(lines))


def test_an_untouched_text_changes_nothing():
    found = changes(FOUND.lines, document(FOUND.lines))
    assert found.order == ((0, len(WORDS)),)
    assert not (found.removed or found.corrections or found.unsaid or found.moved or found.reordered)


def test_words_and_lines_that_are_gone_are_cut():
    found = edited("So we went to the market.", LINES[1], LINES[2], LINES[4], LINES[5])
    assert words(found.removed) == ["um", "on", "Sunday.", *LINES[3].split()]
    assert not found.reordered and not found.unsaid
    assert [(one.old, one.new, one.line) for one in found.corrections] == [("market", "market.", 1)]


def test_lines_put_elsewhere_are_moved():
    found = edited(LINES[5], *LINES[:5])
    assert found.reordered and not found.removed and found.moved == (1,)
    assert words(found.order) == [*LINES[5].split(), *(word for line in LINES[:5] for word in line.split())]


def test_of_lines_with_the_same_words_the_order_decides():
    found = edited(*LINES[:2], *LINES[3:])
    assert found.removed == ((16, 17),) and not found.reordered
    found = edited(*LINES[:4], LINES[5])
    assert words(found.removed) == ["Yes."] and found.removed[0][0] == WORDS.index(WORDS[24])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Berlin", "Merlin"),
        ("raining", "reigning"),
        ("brother", "Brother"),
        ("was late", "waslate"),
        ("nobody", "no body"),
    ],
)
def test_a_word_spelt_otherwise_is_a_correction(old, new):
    found = edited(*(line.replace(old, new) for line in LINES))
    assert not found.removed and not found.unsaid and not found.reordered
    assert any(old in one.old and new in one.new for one in found.corrections)


def test_a_word_that_sounds_alike_is_a_correction():
    before = told("We met Shaun at the knight club there.")
    found = changes(before.lines, "We met Sean at the night club their.")
    assert [(one.old, one.new) for one in found.corrections] == [("Shaun", "Sean"), ("knight", "night"), ("there.", "their.")]
    assert not found.removed and not found.unsaid


def test_what_was_never_said_is_told_with_its_line_and_not_made_up():
    found = edited(LINES[0], "", "This is all new to everybody.", *LINES[1:4], "Yes, certainly.", LINES[5])
    assert [(one.line, one.text, one.instead) for one in found.unsaid] == [(3, "This is all new to everybody.", ""), (7, "certainly.", "")]
    assert not found.removed


def test_a_word_in_anothers_place_keeps_it():
    found = edited(*(line.replace("raining", "glorious") for line in LINES))
    assert [(one.line, one.text, one.instead) for one in found.unsaid] == [(2, "glorious", "raining")]
    assert not found.removed and not found.corrections


def test_a_sentence_in_anothers_place_does_not():
    found = edited(LINES[0], "Purple elephants dance quietly every Thursday evening.", *LINES[2:])
    assert words(found.removed) == LINES[1].split() and len(found.unsaid) == 1


def test_lines_may_be_joined_and_divided():
    found = edited(" ".join(LINES[:3]), "Then my brother", "called me from Berlin.", *LINES[4:])
    assert found == changes(FOUND.lines, document(FOUND.lines))


def test_a_line_that_was_moved_and_corrected():
    found = edited("He sed that the train was late agen.", *LINES[:5])
    assert words(found.order)[:8] == LINES[5].split() and not found.removed and not found.unsaid
    assert [(one.old, one.new) for one in found.corrections] == [("said", "sed"), ("again.", "agen.")]


def test_a_line_that_was_moved_and_thinned_out():
    found = edited("He that train late.", *LINES[:5])
    assert words(found.order)[:4] == ["He", "that", "train", "late"] and not found.unsaid
    assert words(found.removed) == ["said", "the", "was", "again."]


def test_a_part_of_a_line_put_elsewhere():
    found = edited("So um we went to the market.", LINES[1], "Yes.", "Then on Sunday my brother called me from Berlin.", *LINES[4:])
    assert not found.unsaid and not found.removed
    assert " ".join(words(found.order)).count("Then on Sunday. my brother") == 1


def test_words_moved_within_a_line():
    found = edited("On Sunday so um we went to the market", *LINES[1:])
    assert not found.unsaid and not found.removed
    assert words(found.order)[:4] == ["on", "Sunday.", "So", "um"] and found.moved == (1,)


def test_a_line_twice_is_there_once():
    found = edited(*LINES, LINES[3])
    assert not found.reordered and [one.text for one in found.unsaid] == [LINES[3]]


def test_nothing_left_is_everything_cut():
    found = edited("", "  ")
    assert found.order == () and found.removed == ((0, len(WORDS)),)


def test_a_script_without_spaces():
    before = told("今日は天気がいいです。", "明日は雨が降ります。")
    found = changes(before.lines, "明日は雨が降ります。\n今日は天気がいいです。")
    assert found.reordered and not found.removed and not found.corrections
    found = changes(before.lines, "今日は天気がいい。\n明日は雨が降ります。")
    assert not found.removed and [one.old for one in found.corrections] == ["今日は天気がいいです。"]


ALIKE = [("knight", "night"), ("Philip", "Filip"), ("Shaun", "Sean"), ("Meier", "Mayer"), ("wait", "weight")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_sounds_alike_has_nearly_one_key(one, other):
    assert sounding(one)[1:] == sounding(other)[1:]


VOCABULARY = ("the", "a", "of", "we", "they", "went", "came", "river", "stone", "winter", "seven", "walked", "and", "yellow", "Monday")


@st.composite
def speeches(draw):
    rows = draw(st.lists(st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=9), min_size=2, max_size=12))
    return [f"{' '.join(row)}.".capitalize() for row in rows]


def test_everything_put_elsewhere_and_corrected_at_once():
    chance = random.Random(2)
    lines = [" ".join(chance.choice(VOCABULARY) for _ in range(chance.randint(4, 14))).capitalize() + "." for _ in range(120)]
    before = told(*lines)
    rows = [line.text for line in before.lines]
    chance.shuffle(rows)
    rows = [" ".join(word[:-1] + "q" if len(word) > 4 and chance.random() < 0.1 else word for word in row.split()) for row in rows]
    found = changes(before.lines, "\n".join(rows))
    assert found.cut <= len(before.words) // 20
    assert sum(len(one.text.split()) for one in found.unsaid) <= len(before.words) // 20
    assert len(found.corrections) > 10 and len(found.moved) > 90


@settings(max_examples=60, deadline=None)
@given(speeches(), st.data())
def test_whatever_is_deleted_is_what_is_cut(lines, data):
    """Any words may go: what is left reads as the text does, and nothing was made up."""
    before = told(*lines)
    gone = data.draw(st.sets(st.integers(0, len(before.words) - 1), max_size=len(before.words) // 2))
    rows, number = [], 0
    for line in before.lines:
        kept = [word.text for place, word in enumerate(line.words, number) if place not in gone]
        number += len(line.words)
        rows.append(" ".join(kept))
    found = changes(before.lines, "\n".join(rows))
    said = [before.words[n].text for first, last in found.order for n in range(first, last)]
    assert said == " ".join(rows).split()
    assert found.cut == len(gone) and not found.unsaid


@settings(max_examples=60, deadline=None)
@given(speeches(), st.integers(0, 1000))
def test_lines_in_any_order_are_found_again(lines, seed):
    before = told(*lines)
    shuffled = [line.text for line in before.lines]
    random.Random(seed).shuffle(shuffled)
    found = changes(before.lines, "\n".join(shuffled))
    said = [before.words[n].text for first, last in found.order for n in range(first, last)]
    assert said == " ".join(shuffled).split()
    assert not found.removed and not found.unsaid and not found.corrections
