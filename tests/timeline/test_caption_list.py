"""The caption list's rows, and going through what is to be looked at."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.facts import Word
from assistant_editor.timeline import caption_list
from assistant_editor.timeline.caption_rules import PRESETS, CaptionRules
from assistant_editor.timeline.ledger import Ledger, Record, dump
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.state import CaptionRef, Tag
from assistant_editor.timeline.timebase import FrameRange
from paper import timeline

RULES = CaptionRules()


def word(text, start, confidence=0.9):
    return Word(text, Fraction(start), Fraction(start) + Fraction(1, 2), confidence)


def ref(name, text, start, end, kind="caption", channel=5, words=(), **more):
    tag = Tag("scene-a", name, kind, 0.9, "heard", tuple(words)) if kind else None
    return CaptionRef(name, text, channel, FrameRange(start, end), "look", tag=tag, **more)


def line(*refs):
    return timeline(captions=tuple(refs))


def rows(*refs, **options):
    return caption_list.rows(line(*refs), RULES, **options)


def test_kinds_are_told_apart_and_what_adorns_captions_is_not_listed():
    found = rows(
        ref("a", "said", 1, 40), ref("b", "gesagt", 1, 40, "translation", 6), ref("c", "[music]", 50, 90, "sound"),
        ref("d", "said", 1, 40, "highlight", 7), ref("e", "Title", 1, 40, "", 9),
    )  # fmt: skip
    assert {row.name: row.kind for row in found} == {"a": "caption", "b": "translation", "c": "sound", "e": "own"}


def test_characters_and_speed_count_what_is_read():
    (row,) = rows(ref("a", "twelve chars\nand more", 0, 50))
    assert (row.characters, row.speed) == (20, 10.0)


def test_rules_are_kept_by_captions_and_translations_each_by_themselves():
    found = rows(
        ref("a", "one", 0, 40), ref("b", "eins", 1, 40, "translation", 6), ref("c", "two", 41, 80), ref("d", "[boo]", 70, 100, "sound", 8)
    )
    told = {row.name: [problem.rule for problem in row.problems] for row in found}
    assert told == {"a": ["gap"], "b": [], "c": ["overlap"], "d": []}


def test_rules_are_those_of_the_language_that_is_spoken():
    said = ref("a", "天" * 16, 0, 50)
    said = replace(said, tag=replace(said.tag, identity=Identity("m", "caption", Fraction(1), Fraction(2))))
    allowed = {language: PRESETS["netflix"].spoken(language).max_speed for language in ("zh", "ja")}
    assert allowed["ja"] < 16 < allowed["zh"], "else this test says nothing"
    for languages, broken in (({}, 0), ({"m": "zh"}, 0), ({"m": "ja"}, 1)):
        found = caption_list.rows(line(said), PRESETS["netflix"], languages=languages)
        assert [problem.rule for problem in found[0].problems] == ["speed"] * broken


def test_a_cut_counts_where_it_is_given():
    assert rows(ref("a", "one", 0, 50), cuts=[48])[0].problems[0].rule == "cut"
    assert not rows(ref("a", "one", 0, 50), cuts=[25])[0].problems


@pytest.mark.parametrize(("channel", "ruled"), [(5, True), (9, False)])
def test_an_own_text_beside_captions_is_a_caption_and_elsewhere_a_title(channel, ruled):
    found = rows(ref("a", "one", 0, 40), ref("mine", "x" * 60, 100, 200, "", channel))
    assert bool(found[1].problems) == ruled


def test_own_texts_alone_are_captions():
    assert rows(ref("mine", "x" * 60, 100, 200, "", 9))[0].problems[0].rule == "characters"


def test_muted_ones_are_listed_and_keep_to_no_rule():
    found = rows(ref("a", "x" * 60, 0, 3, muted=True), ref("b", "two", 2, 60))
    assert [row.name for row in found] == ["a", "b"] and not found[0].problems


def test_doubtful_words_are_those_below_the_line_that_still_stand():
    words = (word(" One", 1, 0.3), word(" two", 2, 0.6), word(" three", 3, 0.4))
    assert [w.text for w in rows(ref("a", "One two\nthree", 0, 90, words=words), line=0.5)[0].doubtful] == [" One", " three"]
    corrected = rows(ref("a", "Once two three", 0, 90, words=words), line=0.5)[0]
    assert [w.text.strip() for w in corrected.doubtful] == ["three"], "what was typed anew is not doubtful"
    assert "“three” was heard with 40% confidence" in corrected.flaws


def test_words_no_dictionary_knows_are_named():
    found = rows(ref("a", "The qwzx, again: qwzx!", 0, 90), unknown={"qwzx"})
    assert found[0].misspelt == ("qwzx",) and "“qwzx” is not in the dictionary" in found[0].flaws


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Don't” — he said: (well-known) 42nd 3D a@b.c http://x.y and/or 'tis.", ["Don't", "he", "said", "well-known", "tis"]),
        ("Grüße, œuvre… नमस्ते", ["Grüße", "œuvre", "नमस्ते"]), ("🎉 123 !!!", []),
    ],
)  # fmt: skip
def test_what_is_spelt(text, words):
    assert caption_list.spelt(text) == words


def test_stepping_goes_round_in_order_of_time():
    doubtful = (word(" hm", 1, 0.1),)
    said = ref("c", "hm", 200, 250, words=doubtful)
    found = rows(ref("a", "x" * 60, 0, 90), ref("b", "fine", 100, 150), said, ref("d", "y" * 60, 300, 400), line=0.5)
    order = caption_list.stepping(found)
    assert [row.name for row in order] == ["a", "c", "d"]
    assert [row.name for row in caption_list.stepping(found, "doubt")] == ["c"]
    assert [row.name for row in caption_list.stepping(found, "problem")] == ["a", "d"]
    visited, chosen = [], None
    for _ in range(4):
        chosen = caption_list.step(order, chosen, 150, back=False)
        visited.append(chosen.name)
    assert visited == ["c", "d", "a", "c"]
    assert caption_list.step(order, order[0], 0, back=True).name == "d"
    assert caption_list.step(order, None, 250, back=True).name == "c"
    assert caption_list.step(order, found[1], 0, back=False).name == "c", "from a row that is none of them"
    assert caption_list.step((), None, 0, back=False) is None


def test_the_caption_at_a_frame_is_the_one_that_was_written():
    found = rows(ref("a", "one", 0, 40), ref("t", "Title", 0, 90, "", 9), ref("b", "eins", 0, 40, "translation", 12))
    assert caption_list.at(found, 10).name == "a"
    assert caption_list.at(found, 60).name == "t"
    assert caption_list.at(found, 10, "t").name == "t"
    assert caption_list.at(found, 200) is None


def test_searching_minds_neither_case_nor_line_breaks():
    found = rows(ref("a", "Hello\nWorld", 0, 40), ref("b", "no", 50, 90))
    assert caption_list.searched(found, "o w") == (True, False)
    assert caption_list.searched(found, "HELLO  world") == (True, False)
    found = (replace(found[0], speaker="Ann"), found[1])
    assert caption_list.searched(found, "ann") == (True, False)


def test_five_thousand_rows():
    def caption(n):
        return ref(str(n), f"caption number {n}", 60 * n, 60 * n + 50, words=(word(" caption", n), word(" number", n), word(f" {n}", n)))

    found = rows(*map(caption, range(5000)), line=0.5)
    assert caption_list.counted(found) == {"captions": 5000, "problems": 0, "doubtful": 0, "misspelt": 0}


def test_who_says_it_is_known_from_the_ledger():
    said = Identity("m", "caption", Fraction(1), Fraction(2))
    records = (Record("a", said, speaker="Ann"), Record("b", replace(said, end=Fraction(4))))
    stamped = replace(line(ref("a", "one", 0, 40), ref("b", "two", 50, 90)), ledger=dump(Ledger("scene-a", 9, records)))
    assert [row.speaker for row in caption_list.rows(stamped, RULES)] == ["Ann", ""]
