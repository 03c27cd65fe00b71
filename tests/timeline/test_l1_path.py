from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from assistant_editor.timeline.banded import MANY, solver_of
from assistant_editor.timeline.l1_path import BATCH, Term, solve, solve_all, solve_dense_all
from hypothesis import given, settings
from hypothesis import strategies as st

SMOOTH = ((-1.0, 1.0), (1.0, -2.0, 1.0), (-1.0, 3.0, -3.0, 1.0))


def cost(terms: list[Term], path: np.ndarray) -> float:
    total = 0.0
    for term in terms:
        rows = len(path) - len(term.stencil) + 1
        if rows > 0:
            off = sum(c * path[k : k + rows] for k, c in enumerate(term.stencil)) - term.wish
            total += float((term.above * np.maximum(off, 0) + term.below * np.maximum(-off, 0)).sum())
    return total


def walled(low: np.ndarray, high: np.ndarray, weights: tuple[float, float, float] = (1.0, 0.0, 0.0)) -> list[Term]:
    bends = [Term(stencil, 0.0, weight, weight) for stencil, weight in zip(SMOOTH, weights, strict=True)]
    return [Term((1.0,), high, 1e4, 0.0), Term((1.0,), low, 0.0, 1e4), *bends]


def test_between_walls_that_allow_it_the_path_stands_still() -> None:
    moments = np.linspace(0, 6, 80)
    low, high = np.sin(moments) * 0.3 - 0.5, np.sin(moments) * 0.3 + 0.5
    path = solve(walled(low, high), 80)
    assert np.ptp(path) < 1e-5
    assert low.max() - 1e-5 <= path[0] <= high.min() + 1e-5


def test_steps_go_as_far_as_they_must_and_no_farther() -> None:
    low = np.where(np.arange(60) < 30, 0.0, 2.0)
    path = solve(walled(low - 0.5, low + 0.5), 60)
    assert path[:30] == pytest.approx(np.full(30, 0.5), abs=1e-4) and path[30:] == pytest.approx(np.full(30, 1.5), abs=1e-4)


def test_what_moves_evenly_is_followed_evenly() -> None:
    line = np.linspace(0, 3, 50)
    path = solve(walled(line - 0.01, line + 0.01, (0.01, 10.0, 0.0)), 50)
    assert np.abs(np.diff(path, 2)).max() < 1e-4


def test_the_bounds_of_steps_are_kept() -> None:
    goal = np.where(np.arange(90) < 45, 0.0, 3.0)
    terms = [
        Term((1.0,), goal, 1.0, 1.0), Term((-1.0, 1.0), 0.1, 1e4, 0.0), Term((-1.0, 1.0), -0.1, 0.0, 1e4),
        Term((1.0, -2.0, 1.0), 0.01, 1e4, 0.0), Term((1.0, -2.0, 1.0), -0.01, 0.0, 1e4),
    ]  # fmt: skip
    path = solve(terms, 90)
    assert np.abs(np.diff(path)).max() <= 0.1 + 1e-5 and np.abs(np.diff(path, 2)).max() <= 0.01 + 1e-5
    assert path[0] == pytest.approx(0, abs=1e-3) and path[-1] == pytest.approx(3, abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 70), st.integers(0, 2**31))
def test_no_neighbouring_path_costs_less(size: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    middle = np.cumsum(chance.normal(0, 0.2, size))
    terms = [*walled(middle - 0.2, middle + 0.2, tuple(chance.uniform(0, 3, 3))), Term((1.0,), middle, 0.1, 0.3)]  # type: ignore[arg-type]
    path = solve(terms, size)
    best = cost(terms, path)
    for length in (1e-3, 1e-2, 1e-1):
        for _ in range(30):
            start = int(chance.integers(0, size))
            moved = path.copy()
            moved[start : start + int(chance.integers(1, 12))] += chance.choice([-1, 1]) * length
            assert cost(terms, moved) >= best - 1e-4 * (1 + best)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31))
def test_few_unknowns_cost_what_the_best_corner_costs(seed: int) -> None:
    """The least of a sum of amounts in two unknowns lies where two of them are nothing: all such places are tried."""
    chance = np.random.default_rng(seed)
    matrix, wish, weight = chance.normal(size=(12, 2)), chance.normal(size=12), chance.uniform(0.1, 2, 12)

    def total(place: np.ndarray) -> float:
        return float((weight * np.abs(matrix @ place - wish)).sum())

    pairs = [(a, b) for a, b in product(range(12), repeat=2) if a < b]
    corners = [np.linalg.solve(matrix[[a, b]], wish[[a, b]]) for a, b in pairs if abs(np.linalg.det(matrix[[a, b]])) > 1e-9]
    assert total(solve_dense_all([(matrix, wish, weight, weight)])[0]) <= min(map(total, corners)) + 1e-5


def test_long_paths_are_solved_block_by_block_as_short_ones() -> None:
    moments = np.linspace(0, 40, 600)
    low = np.sin(moments)
    terms = [*walled(low - 0.1, low + 0.1, (1.0, 5.0, 20.0)), Term((1.0,), low, 0.01, 0.01)]
    path = solve(terms, 600)
    assert (path >= low - 0.1 - 1e-4).all() and (path <= low + 0.1 + 1e-4).all()
    assert cost(terms, path) < cost(terms, low)


@settings(deadline=None, max_examples=6)
@given(st.sampled_from((1, 5, 20, BATCH + 5)), st.integers(0, 2**31))
def test_many_side_by_side_are_solved_as_each_alone(count: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    problems = []
    for size in chance.integers(1, 60, count):
        middle = np.cumsum(chance.normal(0, 0.2, size))
        problems.append(([*walled(middle - 0.2, middle + 0.2, (1.0, 0.5, 2.0)), Term((1.0,), middle, 0.1, 0.3)], int(size)))
    for (terms, size), path in zip(problems, solve_all(problems), strict=True):
        assert path.shape == (size,) and cost(terms, path) == pytest.approx(cost(terms, solve(terms, size)), rel=1e-5, abs=1e-6)


@settings(deadline=None, max_examples=6)
@given(st.sampled_from((1, 5, BATCH + 5)), st.integers(0, 2**31))
def test_many_of_few_unknowns_are_solved_as_each_alone(count: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    problems = []
    for rows in chance.integers(4, 40, count):
        weights = chance.uniform(0.1, 2, (2, rows)) * (chance.random((2, rows)) < 0.8) + [[0.01], [0.02]]
        problems.append((chance.normal(size=(rows, 2)), chance.normal(size=rows), *weights))
    for problem, found in zip(problems, solve_dense_all(problems), strict=True):
        assert found == pytest.approx(solve_dense_all([problem])[0], abs=1e-4)


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 3 * MANY])
@pytest.mark.parametrize("size", [1, 2, 7, 60])
def test_few_diagonals_are_solved_whichever_way(count: int, size: int) -> None:
    chance = np.random.default_rng(count * size)
    bands = chance.normal(0, 0.1, (4, count, size))
    bands[0] = 1 + np.abs(bands[0])
    for k in range(1, 4):
        bands[k, :, max(0, size - k) :] = 0
    right = chance.normal(size=(count, size))
    whole = np.zeros((count, size, size))
    for k in range(min(4, size)):
        for place in range(size - k):
            whole[:, place, place + k] = whole[:, place + k, place] = bands[k, :, place]
    assert solver_of(bands)(right) == pytest.approx(np.linalg.solve(whole, right[..., None])[..., 0])
