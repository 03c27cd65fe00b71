"""The scores of `bench pictures` on heaps whose answer is known."""

from __future__ import annotations

import math

import pytest

from benchmarks.pictures_scoring import accuracy, confusion, recall, told_apart, within


def test_confusion_counts_each_pair():
    pairs = [("pan", "pan"), ("pan", "tilt"), ("pan", "pan"), ("static", "static")]
    assert confusion(pairs) == [("pan", [("pan", 2), ("tilt", 1)]), ("static", [("static", 1)])]
    assert accuracy(pairs) == 0.75 and math.isnan(accuracy([]))


def test_recall_and_false_alarms():
    rows = [("dark", ["dark"]), ("dark", []), ("", ["dark", "noisy"]), ("noisy", ["noisy"])]
    assert recall(rows, "dark") == (2, 1, 1) and recall(rows, "noisy") == (1, 1, 1) and recall(rows, "soft") == (0, 0, 0)


def test_heaps_told_apart():
    assert told_apart([1, 2], [3, 4]) == 1 and told_apart([3, 4], [1, 2]) == 0 and told_apart([1], [1]) == 0.5
    assert told_apart([1, 3], [2, 4]) == 0.75 and math.isnan(told_apart([], [1]))


def test_most_errors_lie_within():
    assert within([-3, 1, 2], 1.0) == 3 and within([0, 0, 0, 8], 0.5) == pytest.approx(0) and math.isnan(within([]))
