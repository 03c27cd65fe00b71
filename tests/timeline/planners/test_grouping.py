"""Shots grouped: what holds for every film, and what was meant with made ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from assistant_editor.timeline.planners import grouping
from assistant_editor.timeline.planners.grouping import grouped, level_of, linked, parting
from hypothesis import given, settings
from hypothesis import strategies as st


def distances(rows: np.ndarray) -> np.ndarray:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    apart = np.clip(1 - unit @ unit.T, 0, 1)
    np.fill_diagonal(apart, 0)
    return apart


def film(seed: int, scenes: list[int], setups: int = 1, noise: float = 0.2) -> np.ndarray:
    """Rows of shots: each scene is a place of its own, seen from `setups` sides in turn."""
    random = np.random.default_rng(seed)
    rows = []
    for length in scenes:
        sides = random.normal(size=64) + 0.9 * random.normal(size=(setups, 64)) * (setups > 1)
        rows += [sides[i % setups] + noise * random.normal(size=64) for i in range(length)]
    return np.array(rows)


def begins(scenes: list[int]) -> list[int]:
    return [0, *itertools.accumulate(scenes)][:-1]


@st.composite
def matrices(draw):
    n = draw(st.integers(0, 24))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = random.random((n, n)) ** draw(st.sampled_from([0.2, 1.0, 5.0]))
    return np.triu(values, 1) + np.triu(values, 1).T


barred_of = st.lists(st.integers(1, 23), max_size=6)
shares = st.floats(0, 1)


@settings(max_examples=150, deadline=None)
@given(matrices(), shares, barred_of)
def test_scenes_follow_each_other_and_miss_no_shot(apart, granularity, barred):
    barred = {number for number in barred if number < len(apart)}
    scenes, sure = grouped(apart, granularity, barred)
    assert scenes == sorted(set(scenes)) and len(sure) == len(scenes)
    assert bool(scenes) == bool(len(apart))
    assert not scenes or scenes[0] == 0
    assert all(0 <= start < len(apart) for start in scenes) and not barred & set(scenes)
    assert all(0 <= one <= 1 for one in sure)
    assert grouped(apart, granularity, barred) == (scenes, sure)


@settings(max_examples=100, deadline=None)
@given(matrices(), shares, shares, barred_of)
def test_more_granularity_never_takes_a_boundary_away(apart, one, other, barred):
    barred = {number for number in barred if number < len(apart)}
    fewer, more = (set(grouped(apart, granularity, barred)[0]) for granularity in sorted((one, other)))
    assert fewer <= more


@settings(max_examples=50, deadline=None)
@given(matrices(), barred_of)
def test_the_ends_of_the_slider(apart, barred):
    barred = {number for number in barred if number < len(apart)}
    assert grouped(apart, 0.0, barred)[0] == [0][: len(apart)]
    assert grouped(apart, 1.0, barred)[0] == [number for number in range(len(apart)) if number not in barred]


@settings(max_examples=60, deadline=None)
@given(matrices(), st.floats(0.1, 0.9))
def test_no_other_division_costs_less(apart, level):
    """The dynamic programming against every division there is."""
    apart = apart[:9, :9]
    n = len(apart)
    if not n:
        return

    def cost(starts):
        return sum((apart[a:b, a:b] - level).sum() for a, b in itertools.pairwise([*starts, n]))

    every = ([0, *chosen] for k in range(n) for chosen in itertools.combinations(range(1, n), k))
    found = grouping._Squares(apart).optimal(level, np.ones(n, bool))
    assert cost(found) == pytest.approx(min(map(cost, every)))


def test_shots_that_are_alike_are_one_scene():
    for n in (1, 2, 3, 40):
        assert grouped(np.zeros((n, n)))[0] == [0]
    random = np.random.default_rng(5)
    same = np.tile(random.normal(size=64), (30, 1)) + 0.1 * random.normal(size=(30, 64))
    assert grouped(linked(distances(same)))[0] == [0]


@pytest.mark.parametrize("setups", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_places_are_told_apart_from_however_many_sides_they_are_seen(setups, seed):
    lengths = [6, 9, 7, 12, 6]
    assert grouped(linked(distances(film(seed, lengths, setups))))[0] == begins(lengths)


def test_shot_and_reverse_shot_are_near_only_through_the_links():
    apart = distances(film(1, [10], setups=2))
    assert apart[3, 4] > 0.4
    assert linked(apart)[3, 4] < apart[3, 4] * 0.7
    assert np.allclose(linked(apart), linked(apart).T) and not np.diagonal(linked(apart)).any()


def test_a_link_reaches_no_farther_than_it_may():
    rows = np.eye(40)
    rows[39] = rows[0]
    assert linked(distances(rows))[10, 11] == 1.0
    assert linked(distances(rows))[0, 39] == 0.0


def test_a_boundary_between_places_is_surer_than_one_within():
    lengths = [6, 6, 6]
    apart = linked(distances(film(2, lengths, setups=2)))
    scenes, sure = grouped(apart, 0.8)
    told = dict(zip(scenes, sure, strict=True))
    inside = [value for start, value in told.items() if start not in begins(lengths)]
    assert min(told[start] for start in begins(lengths)) > max(inside)
    assert all(value >= 0.5 for value in grouped(apart)[1])


def test_the_level_lies_between_near_and_far_and_leans_on_what_is_usual():
    random = np.random.default_rng(0)
    near, far = random.normal(0.1, 0.03, 400).clip(0, 1), random.normal(0.8, 0.1, 400).clip(0, 1)
    assert 0.2 < parting(np.concatenate([near, far])) < 0.4
    assert level_of(np.zeros((1, 1))) == pytest.approx(grouping.USUAL)
    assert grouping.LEAST <= level_of(np.zeros((50, 50))) <= grouping.MOST


def test_a_scene_longer_than_the_band_is_still_one_at_the_end_of_the_slider():
    n = grouping.LONGEST + 60
    assert grouped(np.zeros((n, n)), 0.0)[0] == [0]
    assert len(grouped(np.zeros((n, n)))[0]) == 2
