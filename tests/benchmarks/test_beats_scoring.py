"""The score of beats: mir_eval's definition, checked against counting by hand."""

from __future__ import annotations

import itertools
import random

import pytest

from benchmarks.beats_scoring import f_measure, matched


def test_all_found_is_one_and_nothing_is_nought():
    beats = [float(second) for second in range(6, 20)]
    assert f_measure(beats, beats) == 1
    assert f_measure(beats, []) == 0
    assert f_measure([], beats) == 0


def test_half_of_them_found_is_two_thirds():
    beats = [float(second) for second in range(6, 26)]
    assert f_measure(beats, beats[::2]) == pytest.approx(2 / 3)
    assert f_measure(beats[::2], beats) == pytest.approx(2 / 3)


def test_the_window_is_seventy_milliseconds_on_either_side():
    assert f_measure([10.0], [10.07]) == 1
    assert f_measure([10.0], [9.93]) == 1
    assert f_measure([10.0], [10.071]) == 0


def test_the_first_five_seconds_are_not_scored():
    assert f_measure([1.0, 10.0], [2.0, 10.0]) == 1


def test_no_claim_counts_twice():
    assert f_measure([10.0, 10.1], [10.05]) == pytest.approx(2 / 3)


def test_as_many_pairs_as_any_way_of_pairing_them_makes():
    chance = random.Random(1)
    for _ in range(300):
        real = sorted(round(chance.uniform(0, 0.6), 2) for _ in range(chance.randint(1, 4)))
        said = sorted(round(chance.uniform(0, 0.6), 2) for _ in range(chance.randint(1, 4)))
        longer, shorter = (real, said) if len(real) >= len(said) else (said, real)
        best = max(
            sum(abs(a - b) <= 0.07 + 1e-9 for a, b in zip(order, shorter, strict=True))
            for order in itertools.permutations(longer, len(shorter))
        )
        assert matched(real, said, 0.07) == best
