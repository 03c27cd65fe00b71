"""The measures of scenes, against numbers worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scenes_scoring import coverage, differential_edits, harmonic, overflow, ranges, score

TRUTH = [0, 10, 30]
LENGTH = 40

divisions = st.lists(st.integers(1, LENGTH - 1), max_size=8).map(lambda cuts: sorted({0, *cuts}))


def test_the_same_division_is_perfect():
    found = score(TRUTH, TRUTH, LENGTH)
    assert (found.f, found.coverage, found.overflow, found.edits, found.boundary_f1) == (1, 1, 0, 0, 1)


def test_one_scene_covers_all_and_overflows_all():
    found = score(TRUTH, [0], LENGTH)
    assert (found.coverage, found.overflow, found.f) == (1, 1, 0)
    assert found.edits == pytest.approx(0.5)  # only the longest, 20 of 40, keeps its name
    assert (found.precision, found.recall) == (1, 0)


def test_too_many_scenes_never_overflow_and_cover_little():
    true, found = ranges(TRUTH, LENGTH), ranges(list(range(0, 40, 5)), LENGTH)
    assert overflow(true, found) == 0
    assert coverage(true, found) == pytest.approx((5 + 5 + 5) / 40)


def test_a_boundary_that_is_late():
    """The middle scene 10..30 is found as 15..30: 5 of its frames are in the first."""
    true, found = ranges(TRUTH, LENGTH), ranges([0, 15, 30], LENGTH)
    assert coverage(true, found) == pytest.approx((10 + 15 + 10) / 40)
    # The first found scene reaches 5 frames into the second, of 20; seen from the second it reaches 10 back, of 10 + 10.
    assert overflow(true, found) == pytest.approx(10 / 40 * 5 / 20 + 20 / 40 * 10 / 20)
    assert differential_edits(true, found) == pytest.approx(5 / 40)


def test_boundaries_are_matched_once_and_within_the_tolerance():
    near = score([0, 100], [0, 95, 105], 200, tolerance=12)
    assert (near.recall, near.precision) == (1, 0.5)
    assert score([0, 100], [0, 113], 200, tolerance=12).recall == 0


@given(divisions, divisions)
def test_every_measure_stays_between_0_and_1(truth, found):
    told = score(truth, found, LENGTH)
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in (told.coverage, told.overflow, told.edits, told.f, told.boundary_f1))
    assert (told.edits == 0) == (truth == found)


def test_the_harmonic_mean_of_nothing_is_nothing():
    assert harmonic(0, 0) == 0 and harmonic(1, 0.5) == pytest.approx(2 / 3)
