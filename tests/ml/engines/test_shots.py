"""From a score for each frame to places where shots may begin."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby, pairwise

import numpy as np
import pytest
from assistant_editor.ml.engines import shot_scores, shots
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import AudioStream, Media, ShotsOptions, Span, VideoStream
from hypothesis import given
from hypothesis import strategies as st

SCORES = st.lists(st.sampled_from([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.5, 0.51, 0.6, 0.8, 0.99]), max_size=60)
FILM = Media(Fraction(4), VideoStream(640, 360, Fraction(25), Fraction(1, 2), Fraction(4), 100))


def runs_above(scores: list[float], level: float) -> list[range]:
    """Every stretch of scores over `level`: the published way to count transitions."""
    found = []
    for above, members in groupby(range(len(scores)), key=lambda place: scores[place] > level):
        places = list(members)
        if above:
            found.append(range(places[0], places[-1] + 1))
    return found


@given(SCORES)
def test_every_published_transition_gives_one_top_and_no_other(scores):
    strong = [top for top in shot_scores.peaks(scores) if scores[top] > shot_scores.THRESHOLD]
    runs = runs_above(scores, shot_scores.THRESHOLD)
    assert len(strong) == len(runs)
    for top, run in zip(strong, runs, strict=True):
        assert top in run and scores[top] == max(scores[place] for place in run)


@given(SCORES)
def test_tops_are_in_order_and_strong_enough(scores):
    tops = shot_scores.peaks(scores)
    assert tops == sorted(set(tops))
    assert all(scores[top] >= shot_scores.FLOOR for top in tops)
    assert bool(tops) == (max(scores, default=0) >= shot_scores.FLOOR)


@given(SCORES)
def test_weak_tops_are_parted_by_deep_valleys(scores):
    tops = shot_scores.peaks(scores)
    for left, right in pairwise(tops):
        valley, lower = min(scores[left : right + 1]), min(scores[left], scores[right])
        assert valley <= lower / 2 or lower > shot_scores.THRESHOLD >= valley


def test_a_shoulder_is_no_second_cut():
    assert shot_scores.peaks([0, 0.3, 0.9, 0.4, 0.45, 0.1, 0, 0.3, 0]) == [2, 7]


def test_a_hard_cut_begins_after_its_mark():
    scores, changes = np.zeros(20), np.full(19, 2.0)
    scores[9], changes[9] = 0.95, 60
    assert shot_scores.place_of_cut(scores, changes, 9) == 10


@pytest.mark.parametrize("top", [8, 9, 10])
def test_the_pictures_decide_where_a_broad_score_is_cut(top):
    scores, changes = np.zeros(20), np.full(19, 2.0)
    scores[8:11] = 0.9
    scores[top] = 0.95
    changes[9] = 60
    assert shot_scores.place_of_cut(scores, changes, top) == 10


def test_a_dissolve_is_taken_at_its_middle():
    scores, changes = np.zeros(40), np.full(39, 2.0)
    scores[10:31] = [0.2] * 5 + [0.85, 0.9, 0.9, 0.9, 0.91, 0.9, 0.9, 0.9, 0.9, 0.9, 0.85] + [0.2] * 5
    changes[8:32] = 6
    assert shot_scores.place_of_cut(scores, changes, 19) == 21


@given(SCORES.filter(bool), st.data())
def test_a_place_is_always_inside_or_just_after_the_film(scores, data):
    changes = data.draw(st.lists(st.floats(0, 255), min_size=len(scores) - 1, max_size=len(scores) - 1))
    for top in shot_scores.peaks(scores):
        assert 0 < shot_scores.place_of_cut(scores, changes, top) <= len(scores)


def test_facts_keep_exact_times_and_drop_what_is_no_beginning():
    track = shot_scores.Track(FILM, Span(Fraction(1), Fraction(2)), "hash")
    for number in range(25, 50):
        track.add(number, Fraction(number * 1001, 24000))
    facts = track.facts([(0, 0.9), (3, 0.6), (25, 0.9)])
    assert [(one.frame, one.seconds, one.score) for one in facts.boundaries] == [(28, Fraction(28 * 1001, 24000), 0.6)]
    assert (facts.origin, facts.frames, facts.span, facts.detector) == (Fraction(1, 2), 25, Span(Fraction(1), Fraction(2)), "hash")


def test_a_frame_that_could_not_be_decoded_keeps_its_number():
    track = shot_scores.Track(FILM, None, "hash")
    for number in (0, 1, 2, 6, 7):
        track.add(number, Fraction(number, 25))
    assert [one.frame for one in track.facts([(3, 0.9)]).boundaries] == [6]


def test_a_whole_film_is_covered_to_its_declared_end():
    track = shot_scores.Track(FILM, None, "hash")
    track.add(0, Fraction(0))
    assert track.facts([]).span == Span(Fraction(0), Fraction(4))


def test_sound_alone_has_no_shots():
    with pytest.raises(EditorError, match="no pictures"):
        shots.start(ShotsOptions(), Media(Fraction(1), None, AudioStream(48000, 2, Fraction(0), Fraction(1))), None, None)
