"""The counts of broken rules: the same for the same captions, whoever wrote them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.benchmarks import caption_rules as bench
from assistant_editor.timeline.caption_rules import PRESETS

FILM = Fraction(24)
WORDS = [["It", 0.0, 0.2, 0.9], ["was.", 0.2, 0.5, 0.8], ["Then", 0.5, 0.9, 0.9], ["it", 2.0, 2.2, 0.9], ["went", 2.2, 2.6, 0.9]]


def texts(said):
    return [utterance.text for utterance in said.utterances]


def test_segments_end_with_sentences_and_pauses_unless_they_are_given():
    assert texts(bench.given({"text": "It was. Then it went", "words": WORDS})) == ["It was.", "Then", "it went"]
    given = [[0, 2.15, ""], [2.15, 3, ""]]
    assert texts(bench.given({"text": "It was.", "words": WORDS, "segments": given})) == ["It was. Then it", "went"]


def test_words_get_spaces_only_where_the_text_has_some():
    assert texts(bench.given({"text": "今日は", "words": [["今日", 0, 1], ["は", 1, 2]]})) == ["今日は"]
    assert texts(bench.given({"text": " a b", "words": [[" a", 0, 1, 1.0], [" b", 1, 2, 1.0]]})) == ["a b"]


def test_pysubs2_and_a_strip_a_segment_say_the_same():
    said = bench.made_up("brisk", 1)
    assert [one.text for one in bench.by_pysubs2(said, FILM)] == [one.text for one in bench.plain(said, FILM)]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("pace", bench.PACES)
def test_ours_breaks_no_more_rules_and_loses_no_word(pace, preset):
    said, rules = bench.made_up(pace, 1), PRESETS[preset]
    cuts = bench.cuts_for(said, FILM)
    ours = bench.count(bench.ours(said, rules, FILM, cuts), said, rules, FILM, cuts)
    theirs = bench.count(bench.plain(said, FILM), said, rules, FILM, cuts)
    assert ours.all <= theirs.all and ours.lost == 0
    assert pace != "calm" or ours.all == 0


def test_lost_letters_are_counted():
    said = bench.made_up("calm", 0.2)
    shown = bench.plain(said, FILM)
    assert bench.count(shown, said, PRESETS["bbc"], FILM, ()).lost == 0
    assert bench.count(shown[1:], said, PRESETS["bbc"], FILM, ()).lost == len("".join(shown[0].text.split()))
