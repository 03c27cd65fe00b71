"""The error rate of who speaks when, on rows one can count by hand."""

from __future__ import annotations

import pytest

from benchmarks.speakers_scoring import score

TWO = [(0.0, 10.0, "a"), (10.0, 20.0, "b")]


def test_names_do_not_matter_only_who_is_who():
    assert score(TWO, [(0.0, 10.0, 7), (10.0, 20.0, 3)]).error == 0


def test_one_speaker_for_two_confuses_half():
    told = score(TWO, [(0.0, 20.0, 0)])
    assert told.confused == pytest.approx(0.5, abs=0.01) and told.missed == told.invented == 0


def test_three_speakers_for_two_lose_the_smallest_part():
    assert score(TWO, [(0.0, 10.0, 0), (10.0, 18.0, 1), (18.0, 20.0, 2)]).confused == pytest.approx(1.75 / 19, abs=0.01)


def test_missed_and_invented_speech():
    assert score(TWO, [(0.0, 10.0, 0)]).missed == pytest.approx(0.5, abs=0.01)
    assert score([(0.0, 10.0, "a")], [(0.0, 10.0, 0), (12.0, 17.0, 0)]).invented == pytest.approx(5 / 9.5, abs=0.01)


def test_the_collar_and_speech_of_two_at_once_are_not_scored():
    assert score(TWO, [(0.0, 10.2, 0), (10.2, 20.0, 1)]).error == 0
    assert score(TWO, [(0.0, 10.5, 0), (10.5, 20.0, 1)]).error > 0
    over = [(0.0, 10.0, "a"), (5.0, 8.0, "b"), (12.0, 20.0, "b")]
    assert score(over, [(0.0, 10.0, 0), (12.0, 20.0, 1)]).error == 0


def test_nothing_to_score():
    with pytest.raises(ValueError, match="no speech"):
        score([], [])
