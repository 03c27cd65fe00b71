"""The benchmark of emphasis: speech changed on purpose, and how picks are counted."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Word

from benchmarks.emphasis import ONE_IN, chosen_words, counts
from benchmarks.emphasis_speech import RATE, Change, emphasised, stretched


def tone(seconds: float, hertz: float = 200.0):
    moments = np.arange(round(seconds * RATE)) / RATE
    return (0.2 * sum(np.sin(2 * np.pi * hertz * n * moments) / n for n in (1, 2, 3))).astype(np.float32)


def pitch(samples) -> float:
    """The fundamental by the highest peak of the autocorrelation."""
    middle = samples[len(samples) // 4 : len(samples) // 4 + 4000]
    whole = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    return float(RATE / (30 + np.argmax(whole[30:400])))


@pytest.mark.parametrize("factor", [0.8, 1.25, 1.5])
def test_longer_is_as_high_and_as_loud(factor):
    before = tone(1.0)
    after = stretched(before, factor)
    assert len(after) == pytest.approx(factor * len(before), abs=2)
    assert pitch(after) == pytest.approx(200, rel=0.02)
    inner = slice(2000, -2000)
    assert np.std(after[inner]) == pytest.approx(np.std(before), rel=0.1)


def test_one_word_is_changed_and_the_others_only_move():
    words = [Word(f" w{n}", Fraction(n, 2), Fraction(n, 2) + Fraction(2, 5), 1.0) for n in range(4)]
    samples = tone(2.5)
    made, told = emphasised(samples, words, {1: Change(6.0, 3.0, 1.5)})
    grown = len(made) - len(samples)
    assert grown == pytest.approx(0.2 * RATE, abs=3)
    assert [word.start for word in told[:2]] == [0, Fraction(1, 2)] and told[2].start == 1 + Fraction(grown, RATE)
    assert told[1].end - told[1].start == Fraction(2, 5) + Fraction(grown, RATE)
    part = made[round(told[1].start * RATE) + 400 : round(told[1].end * RATE) - 400]
    assert pitch(part) == pytest.approx(200 * 2 ** (3 / 12), rel=0.02)
    assert 20 * np.log10(np.std(part) / np.std(samples)) == pytest.approx(6, abs=0.6)
    assert np.allclose(made[: RATE // 2 - 200], samples[: RATE // 2 - 200]) and np.allclose(made[-4000:], samples[-4000:], atol=1e-3)


def test_nothing_changed_is_the_same_sound():
    words = [Word(" w", Fraction(0), Fraction(1), 1.0)]
    made, told = emphasised(tone(1.5), words, {})
    assert np.array_equal(made, tone(1.5)) and told == tuple(words)


def test_words_to_change_are_apart_and_long_enough():
    words = [Word(" a" if n % 3 else " word", Fraction(n, 2), Fraction(n, 2) + Fraction(2, 5), 1.0) for n in range(60)]
    chosen = chosen_words(words, random.Random(1))
    assert len(chosen) == 60 // ONE_IN and all(place % 3 == 0 for place in chosen)


def test_counting():
    found = counts([3.0, 0.1, 2.0, 2.5, 0.0], {0, 1}, 1.75)
    assert (found.labels, found.picked, found.right, found.ranked) == (2, 3, 1, 1)
    both = found + found
    assert (both.labels, both.picked) == (4, 6) and both.text.split() == ["0.50", "0.33", "0.50"]
