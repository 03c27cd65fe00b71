"""Words that nobody says are left out; words that somebody says stay, whatever they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.engines import ghosts
from assistant_editor.ml.engines.voice import HOP, RATE
from assistant_editor.ml.engines.words import Heard
from hypothesis import given
from hypothesis import strategies as st

VOICE, QUIET = 0.95, 0.01


def said(text: str, start=0.0, each=0.4, confidence=0.9, no_speech=0.05) -> list[Heard]:
    times = [Fraction(round((start + each * place) * 1000), 1000) for place in range(len(text.split()) + 1)]
    return [
        Heard(f" {word}", times[place], times[place + 1], confidence, no_speech) for place, word in enumerate(text.split())
    ]


def chance(seconds: float, value: float) -> np.ndarray:
    return np.full(round(seconds * RATE / HOP), value, np.float32)


STOCK = ["Thanks for watching!", "Untertitel der Amara.org-Community", "Sous-titres réalisés par la communauté", "Thank you."]


@pytest.mark.parametrize("text", STOCK)
def test_a_stock_phrase_on_silence_is_left_out_and_told(text):
    kept, dropped = ghosts.sift(said(text, start=1.0), chance(6, QUIET))
    assert kept == [] and [(one.text, one.start) for one in dropped] == [(text, 1.0)] and dropped[0].reason


@pytest.mark.parametrize("text", STOCK)
def test_a_stock_phrase_that_somebody_says_stays(text):
    assert ghosts.sift(said(text), chance(6, VOICE)) == (said(text), [])


def test_japanese_without_blanks():
    word = [Heard("ご視聴ありがとうございました", Fraction(1), Fraction(3), 0.9, 0.1)]
    assert ghosts.sift(word, chance(5, QUIET))[0] == []
    assert ghosts.sift(word, chance(5, VOICE))[0] == word


def test_two_doubts_leave_a_stock_phrase_out_where_the_detector_was_wrong():
    words = said("Thanks for watching!", each=3.0, no_speech=0.8)
    assert ghosts.sift(words, chance(10, VOICE))[0] == []
    assert ghosts.sift(said("Thanks for watching!", no_speech=0.8), chance(10, VOICE))[0] != []


@given(st.lists(st.sampled_from(["the", "cat", "sat", "no", "thank", "you"]), min_size=1, max_size=30), st.floats(0.35, 1), st.floats(0, 1))
def test_what_is_spoken_at_a_pace_of_speech_is_never_dropped(words, confidence, no_speech):
    heard = said(" ".join(words), confidence=confidence, no_speech=no_speech)
    assert ghosts.sift(heard, chance(15, VOICE)) == (heard, [])


def test_ordinary_words_stay_on_a_quiet_place_unless_the_recogniser_doubts_them_too():
    assert ghosts.sift(said("a soft word"), chance(5, QUIET))[0] == said("a soft word")
    assert ghosts.sift(said("a soft word", confidence=0.1, no_speech=0.9), chance(5, QUIET))[0] == []


class TestLoops:
    def test_rounds_without_time_go_and_the_first_stays(self):
        first = said("I am going home", each=0.3)
        rest = [
            Heard(word.text, Fraction(12, 10), Fraction(12, 10), word.confidence, word.no_speech) for _ in range(6) for word in first
        ]
        kept, dropped = ghosts.sift([*first, *rest], chance(5, VOICE))
        assert kept == first and len(dropped) == 1 and "circles" in dropped[0].reason

    def test_a_refrain_that_is_sung_stays(self):
        words = said("row row row your boat " * 6, each=0.35)
        assert ghosts.sift(words, chance(20, VOICE)) == (words, [])

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a b c a b c a b c a b c", [(0, 3, 4)]),
            ("no no no no no no no no", [(0, 1, 8)]),
            ("no no no no", []),
            ("it was the best it was the worst it was the age it was the end", []),
            ("x yes, yes yes! Yes yes yes yes yes y", [(1, 1, 8)]),
        ],
    )
    def test_what_is_a_loop(self, text, found):
        assert ghosts.loops(text.split()) == found

    @given(st.lists(st.sampled_from("abc"), max_size=60))
    def test_loops_never_overlap_and_are_repetitions(self, words):
        at = 0
        for first, length, rounds in ghosts.loops(words):
            assert first >= at
            at = first + length * rounds
            assert at <= len(words) and words[first:at] == words[first : first + length] * rounds


@pytest.mark.parametrize(
    ("text", "log_probability", "wrong"),
    [
        (" Good day to you all.", -0.3, False),
        (" Good day to you all.", -1.2, True),
        (" and then" * 30, -0.1, True),
        ("ありがとう" * 20, -0.1, True),
        ("", -0.1, False),
    ],
)
def test_what_is_heard_again(text, log_probability, wrong):
    assert ghosts.suspicious(text, log_probability) is wrong


def test_silence_needs_both_doubts():
    assert ghosts.is_silence(-1.5, 0.9) and not ghosts.is_silence(-0.5, 0.9) and not ghosts.is_silence(-1.5, 0.3)


def test_the_list_of_phrases_is_read_as_it_is_compared():
    assert "thanks for watching" in ghosts.PHRASES and "untertitel der" in ghosts.BEGINNINGS
    assert all(phrase == ghosts._plain(phrase) and phrase for phrase in (*ghosts.PHRASES, *ghosts.BEGINNINGS))
