"""The language of every stretch: votes, doubts, places at which it may change."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from assistant_editor.ml.engines import languages
from assistant_editor.ml.engines.languages import Tally
from hypothesis import given
from hypothesis import strategies as st

SECOND = languages.RATE // languages.HOP


def test_the_main_language_is_the_one_spoken_longest():
    tally = Tally()
    assert (tally.main, tally.sureness) == ("", 0.0)
    tally.add("de", 0.9, 10)
    tally.add("en", 0.8, 30)
    assert tally.main == "en" and abs(tally.sureness - 0.8) < 1e-9


def test_what_was_asked_for_is_not_voted_on():
    tally = Tally("fr")
    tally.add("en", 1.0, 100)
    assert (tally.main, tally.sureness) == ("fr", 1.0)


def test_an_unsure_stretch_speaks_what_is_spoken_before_it():
    tally = Tally()
    tally.add("en", 0.99, 60)
    assert tally.choose({"cy": 0.5, "en": 0.4}, "")[0] == "en"
    assert tally.choose({"cy": 0.5, "en": 0.4}, "de")[0] == "de"
    assert tally.choose({"de": 0.9, "en": 0.1}, "en")[0] == "de"


def test_a_language_that_was_surely_heard_is_believed_sooner():
    tally = Tally()
    tally.add("en", 0.99, 60)
    assert tally.choose({"de": 0.7, "en": 0.3}, "en")[0] == "en"
    tally.add("de", 0.99, 20)
    assert tally.choose({"de": 0.7, "en": 0.3}, "en")[0] == "de"


def test_windows_vote_by_their_length():
    assert languages.usual([({"en": 0.6, "de": 0.4}, 2.0), ({"en": 0.1, "de": 0.9}, 20.0)]) == "de"


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 8 * SECOND)), max_size=12))
def test_stretches_cover_the_clip_side_by_side(parts):
    chance = np.concatenate([np.zeros(1, np.float32), *(np.full(length, float(voice), np.float32) for voice, length in parts)])
    found = languages.stretches(chance)
    assert found[0][0] == 0 and found[-1][1] == len(chance)
    assert all(before[1] == after[0] for before, after in pairwise(found))
    for first, _ in found[1:]:
        assert chance[first] == 0, "a language changes in a pause"


def test_a_pause_after_enough_speech_is_a_place_to_change():
    voice, pause = np.ones(4 * SECOND), np.zeros(SECOND)
    assert len(languages.stretches(np.concatenate([voice, pause, voice]))) == 2
    assert len(languages.stretches(np.concatenate([voice, pause[:4], voice]))) == 1
    assert len(languages.stretches(np.concatenate([voice[:SECOND], pause, voice]))) == 1


def test_neighbours_of_one_language_are_one():
    ranges = [(0, 5), (5, 9), (9, 12)]
    assert languages.runs(ranges, ["en", "en", "de"]) == [((0, 9), "en"), ((9, 12), "de")]
