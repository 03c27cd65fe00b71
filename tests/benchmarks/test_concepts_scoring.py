"""The scoring of told concepts, on cases worked out by hand."""

from __future__ import annotations

import pytest

from benchmarks import concepts_scoring


@pytest.mark.parametrize(
    "scores, truths, expected",
    [
        ([0.9, 0.8, 0.1], [True, False, True], (1 + 2 / 3) / 2), ([0.9, 0.8], [True, True], 1.0), ([0.2, 0.8], [True, False], 0.5),
        ([0.5, 0.5], [True, False], 0.5), ([0.0, 0.0], [True, False], 0.0), ([0.9], [False], 0.0),
    ],
)  # fmt: skip
def test_average_precision(scores, truths, expected):
    assert concepts_scoring.average_precision(scores, truths) == pytest.approx(expected)


def test_concepts_no_label_names_are_not_scored():
    told = [{"cat": 0.9, "sofa": 0.8}, {"dog": 0.4}, {"cat": 0.5}]
    found = concepts_scoring.concepts(told, [["cat"], ["dog", "cat"], []])
    assert (found.precision, found.recall) == pytest.approx((2 / 3, 2 / 3))
    assert found.ap == pytest.approx((1.0 + 0.5) / 2)


def test_places():
    assert concepts_scoring.places(["indoor", "outdoor", "", "indoor"], ["indoor", "indoor", "outdoor", ""]) == (1, 1, 1)
