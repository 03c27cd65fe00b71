"""The scores that the benchmark prints are the textbook ones."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.shots_labels import Labels
from benchmarks.shots_scoring import (
    Detection,
    Extent,
    Score,
    Tally,
    extents,
    hard_score,
    matched,
    point_score,
    published_score,
    tally,
    trap_scores,
)

FRAMES = st.lists(st.integers(0, 12), max_size=5, unique=True)


def gradual(first: int, last: int, kind: str = "dissolve") -> Detection:
    return Detection((first + last) // 2, 1.0, (first, last), kind)


def test_a_perfect_and_an_empty_result():
    labels = Labels((10, 20))
    assert hard_score([10, 20], labels, 0) == Score(2, 0, 0)
    assert hard_score([], labels, 2) == Score(0, 0, 2)
    assert (Score(2, 0, 0).f1, Score(0, 0, 2).f1, Score(0, 3, 0).f1) == (1.0, 0.0, 0.0)
    assert (Score().precision, Score().recall, Score().f1) == (1.0, 1.0, 1.0)


def test_precision_recall_and_f1():
    one = Score(right=6, wrong=2, missed=4)
    assert (one.precision, one.recall) == (0.75, 0.6)
    assert one.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert Score(1, 2, 3) + Score(10, 20, 30) == Score(11, 22, 33)


@pytest.mark.parametrize(("tolerance", "wanted"), [(0, Score(0, 1, 1)), (1, Score(0, 1, 1)), (2, Score(1, 0, 0))])
def test_tolerance_is_in_frames(tolerance, wanted):
    assert hard_score([12], Labels((10,)), tolerance) == wanted


def test_a_cut_is_found_once_and_a_detection_counts_once():
    assert hard_score([9, 10, 11], Labels((10,)), 2) == Score(1, 2, 0)
    assert hard_score([10], Labels((9, 10, 11)), 2) == Score(1, 0, 2)


def test_hard_detections_in_a_gradual_transition_count_neither_way():
    labels = Labels((1, 100), ((3, 57, "fade-in"),))
    assert hard_score([1, 30, 58, 100], labels, 0) == Score(2, 0, 0)
    assert hard_score([1, 30, 70, 100], labels, 0) == Score(2, 1, 0)


@settings(max_examples=200)
@given(FRAMES, FRAMES, st.integers(0, 2))
def test_no_matching_has_more_pairs(found, wanted, tolerance):
    pairs = matched(found, wanted, tolerance)
    assert all(abs(one - other) <= tolerance for one, other in pairs)
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
    few, many = sorted((found, wanted), key=len)
    best = max(
        size
        for size in range(len(few) + 1)
        for chosen in combinations(few, size)
        for others in permutations(many, size)
        if all(abs(one - other) <= tolerance for one, other in zip(chosen, others, strict=True))
    )
    assert len(pairs) == best


@pytest.mark.parametrize(("off", "within"), [(0, 1), (5, 1), (6, 0)])
def test_both_ends_within_five_frames(off, within):
    kinds, score = extents([gradual(100 - off, 120)], Labels((), ((100, 120, "dissolve"),)))
    assert kinds["dissolve"].within == within and kinds["dissolve"].found == 1
    assert score == Score(within, 1 - within, 1 - within)
    kinds, _ = extents([gradual(100, 120 + off)], Labels((), ((100, 120, "dissolve"),)))
    assert (kinds["dissolve"].within, kinds["dissolve"].last_off) == (within, off)


def test_overlap_is_intersection_over_union_and_kinds_are_named():
    kinds, _ = extents([gradual(105, 124, "wipe")], Labels((), ((100, 119, "dissolve"),)))
    assert kinds["dissolve"] == Extent(1, 1, 1, 1, 0, pytest.approx(15 / 25), 5, 5)


def test_an_extent_is_used_once_and_the_best_one_is():
    labels = Labels((), ((100, 120, "dissolve"),))
    kinds, score = extents([gradual(90, 110), gradual(101, 119)], labels)
    assert kinds["dissolve"].overlap == pytest.approx(19 / 21) and score == Score(1, 1, 0)
    kinds, score = extents([gradual(100, 150)], Labels((), ((100, 120, "dissolve"), (130, 150, "wipe"))))
    assert (kinds["dissolve"].found + kinds["wipe"].found, score) == (1, Score(0, 1, 2))


def test_a_point_finds_a_transition_without_extent():
    labels = Labels((), ((100, 120, "dissolve"), (200, 220, "wipe")))
    kinds, score = extents([Detection(123)], labels)
    assert kinds["dissolve"] == Extent(labelled=1, found=1) and kinds["wipe"] == Extent(labelled=1)
    assert score == Score(0, 0, 2)
    assert extents([Detection(124)], labels)[0]["dissolve"].found == 0


def test_a_point_that_is_a_labelled_cut_finds_no_transition_beside_it():
    assert extents([Detection(122)], Labels((122,), ((100, 120, "fade-out"),)))[0]["fade-out"].found == 0


def test_extents_of_a_peer_that_tells_no_kinds_apart_are_never_wrong():
    found = [Detection(121, 1.0, (100, 120)), Detection(51, 1.0, (50, 50))]
    assert extents(found, Labels((51,), ((100, 120, "dissolve"),)))[1] == Score(1, 0, 0)
    assert tally(found, Labels((51,), ((100, 120, "dissolve"),))).hard[0] == Score(1, 0, 0)


def test_what_we_call_gradual_counts_for_no_hard_cut():
    whole = tally([gradual(48, 54)], Labels((51,)))
    assert whole.hard[2] == Score(0, 0, 1) and whole.gradual == Score(0, 1, 0) and whole.points == Score(1, 0, 0)


def test_all_boundaries_as_points():
    labels = Labels((10,), ((100, 120, "dissolve"),))
    assert point_score([12, 97], labels) == Score(1, 1, 1)
    assert point_score([12, 98], labels) == Score(2, 0, 0)
    assert point_score([10, 100, 110], labels) == Score(2, 1, 0)


@pytest.mark.parametrize(
    ("found", "wanted", "hit"),
    [(6, 6, True), (6, 5, True), (6, 4, True), (6, 3, False), (6, 8, True), (6, 9, False)],
)
def test_published_figures_allow_two_frames(found, wanted, hit):
    """The examples in the docstring of TransNetV2's own `evaluate_scenes` at a tolerance of 2."""
    assert published_score([Detection(found)], Labels((wanted,))) == Score(int(hit), 1 - hit, 1 - hit)


def test_published_figures_take_a_gradual_transition_for_one_interval():
    labels = Labels((10,), ((100, 120, "dissolve"),))
    assert published_score([Detection(10), Detection(97)], labels) == Score(1, 1, 1)
    assert published_score([Detection(10), Detection(98)], labels) == Score(2, 0, 0)
    assert published_score([Detection(10), gradual(121, 140)], labels) == Score(2, 0, 0)
    assert published_score([Detection(10), Detection(105), Detection(110)], labels) == Score(2, 1, 0)


def test_a_trap_is_sprung_by_what_is_no_boundary():
    labels = Labels((50,), ((100, 120, "dissolve"),), ((20, 21, "flash"), (49, 52, "shake"), (118, 122, "flash")))
    assert trap_scores([Detection(22)], labels) == {"flash": Score(0, 1, 1), "shake": Score(0, 0, 1)}
    assert trap_scores([Detection(50), Detection(119)], labels) == {"flash": Score(0, 0, 2), "shake": Score(0, 0, 1)}
    assert trap_scores([gradual(10, 20)], labels)["flash"] == Score(0, 1, 1)


def test_tallies_of_films_add_up():
    labels = Labels((50,), ((100, 120, "dissolve"),), ((20, 21, "flash"),))
    found = [Detection(50), gradual(101, 121), Detection(21)]
    whole = Tally()
    for _ in range(3):
        whole.add(tally(found, labels))
    assert whole.hard[0] == Score(3, 3, 0) and whole.gradual == Score(3, 0, 0)
    assert (whole.all_kinds.labelled, whole.all_kinds.first_off, whole.traps["flash"]) == (3, 3, Score(0, 3, 0))
