"""Vectors gathered into voices, against a slow joining that anyone can follow."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.ml.engines import voice_groups
from assistant_editor.ml.engines.voice_groups import Group
from hypothesis import given, settings
from hypothesis import strategies as st


def units(count: int, seed: int, width: int = 6) -> np.ndarray:
    rows = np.random.default_rng(seed).random((count, width)) ** 3
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def slowly(rows: np.ndarray, threshold: float, number: int) -> list[set[int]]:
    """Average linkage as its definition says: mean of all cosines between two groups."""
    groups = [{place} for place in range(len(rows))]
    while len(groups) > number:
        pairs = [(np.mean([rows[a] @ rows[b] for a in left for b in right]), i, j)
                 for i, left in enumerate(groups) for j, right in enumerate(groups[:i])]
        alike, i, j = max(pairs)
        if alike <= threshold:
            break
        groups[j] |= groups.pop(i)
    return groups


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 14), st.integers(0, 999), st.floats(-1, 1), st.integers(1, 5))
def test_joined_is_average_linkage(count, seed, threshold, number):
    rows = units(count, seed)
    labels = voice_groups.joined(rows, np.ones(count), threshold, number)
    found = [set(np.flatnonzero(labels == label)) for label in range(labels.max() + 1)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, slowly(rows, threshold, number)))


def test_groups_of_groups_count_all_they_stand_for():
    rows = units(12, 4)
    whole = voice_groups.gathered([Group(row, 1.0) for row in rows], -1, 1)
    parts = voice_groups.gathered([Group(rows[:5].sum(axis=0), 5.0), Group(rows[5:].sum(axis=0), 7.0)], -1, 1)
    assert whole[0].weight == parts[0].weight == 12
    assert np.allclose(whole[0].total, parts[0].total)


def two(first: int, second: int) -> list[Group]:
    """Groups of two voices at right angles, a second each."""
    noise = np.random.default_rng(1).normal(0, 0.05, (first + second, 8))
    noise[:first, 0] += 1
    noise[first:, 1] += 1
    return [Group(row / np.linalg.norm(row), 1.0) for row in noise]


class TestVoices:
    def test_as_many_as_there_seem_to_be_the_one_who_says_most_first(self):
        found = voice_groups.voices(two(4, 9), 0, 2.0)
        assert len(found) == 2 and found[0][1] > 0.9 and found[1][0] > 0.9

    def test_who_hardly_speaks_is_not_told_apart(self):
        assert len(voice_groups.voices(two(9, 1), 0, 2.0)) == 1

    def test_a_count_that_is_given_is_kept_where_it_can_be(self):
        assert len(voice_groups.voices(two(9, 4), 1, 2.0)) == 1
        assert len(voice_groups.voices(two(9, 4), 2, 2.0)) == 2
        assert len(voice_groups.voices(two(9, 4), 3, 2.0)) == 3
        assert len(voice_groups.voices(two(1, 1), 5, 0.5)) == 2

    def test_nobody(self):
        assert voice_groups.voices([], 0, 1.0).shape == (0, 0)

    def test_a_very_long_sound_is_bounded_and_nobody_loud_is_lost(self):
        fewer = voice_groups.thinned(two(700, 500))
        assert len(fewer) <= voice_groups.BLOCK // 2
        assert sum(group.weight for group in fewer) == pytest.approx(1200)


class TestSpoken:
    def test_one_step_alone_is_no_change(self):
        alike = np.tile([0.8, 0.6], (9, 1))
        alike[4] = [0.66, 0.72]
        assert not voice_groups.spoken(alike, np.zeros(9)).any()

    def test_a_clear_change_is_found_at_its_step(self):
        alike = np.array([[0.8, 0.5]] * 5 + [[0.5, 0.8]] * 5)
        assert voice_groups.spoken(alike, np.zeros(10)).tolist() == [0] * 5 + [1] * 5

    def test_a_pause_makes_a_change_easier(self):
        alike = np.array([[0.7, 0.6]] * 3 + [[0.6, 0.7]] * 1 + [[0.7, 0.6]] * 3)
        pauses = np.zeros(7)
        assert not voice_groups.spoken(alike, pauses).any()
        pauses[[3, 4]] = 2.0
        assert voice_groups.spoken(alike, pauses).tolist() == [0, 0, 0, 1, 0, 0, 0]

    def test_one_speaker_and_no_steps(self):
        assert voice_groups.spoken(np.zeros((3, 1)), np.zeros(3)).tolist() == [0, 0, 0]
        assert len(voice_groups.spoken(np.zeros((0, 2)), np.zeros(0))) == 0


def test_chances_leave_room_for_somebody_else():
    sure = voice_groups.chances(np.array([[0.9, 0.5], [0.5, 0.5], [0.2, 0.2]]))
    assert sure[0, 0] > 0.99
    assert sure[1] == pytest.approx([1 / 3, 1 / 3])
    assert sure[2].sum() < 0.02
