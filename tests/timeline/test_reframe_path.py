from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.timeline import reframe_path
from assistant_editor.timeline.reframe_keys import Knot, fitted, played
from assistant_editor.timeline.reframe_path import Asked, Limits, Wish, _cheapest, inside, plan, plans
from hypothesis import given, settings
from hypothesis import strategies as st

RATE = 25.0


def wish(middle: np.ndarray, half: float = 0.15, walls: tuple[float, float] = (0.5, 2.66), first: int = 100) -> Wish:
    """A thing of twice `half` windows, whose middle is there at each frame."""
    low, high = middle + half - 0.46, middle - half + 0.46
    return Wish(np.arange(first, first + len(middle)), low, high, middle, walls)


def jerk(places: np.ndarray) -> float:
    return float(np.abs(np.diff(places, 3)).mean())


def test_what_trembles_in_its_place_is_held_by_one_keyframe() -> None:
    seconds = np.arange(100) / RATE
    path = plan(wish(1.5 + 0.05 * np.sin(9 * seconds)), RATE, Limits())
    assert (path.move, len(path.knots), path.inside) == ("hold", 1, 1.0)


def test_what_walks_evenly_is_panned_with_by_two() -> None:
    path = plan(wish(np.linspace(0.7, 2.4, 120)), RATE, Limits())
    assert (path.move, len(path.knots), path.inside) == ("pan", 2, 1.0)
    assert path.knots[0].slope == pytest.approx(path.knots[1].slope) and path.knots[0].slope > 0


def test_what_goes_to_and_fro_is_followed_without_a_tremor() -> None:
    seconds = np.arange(200) / RATE
    middle = 1.5 + 0.7 * np.sin(1.1 * seconds) + np.random.default_rng(5).normal(0, 0.02, 200)
    asked = wish(middle)
    path = plan(asked, RATE, Limits())
    places = path.at(asked.frames)
    assert path.move == "follow" and path.inside >= 0.97
    assert jerk(places) < jerk(middle) / 100
    assert len(path.knots) / 8 <= 1.5


def test_limits_are_kept_even_where_the_subject_is_lost() -> None:
    middle = np.where(np.arange(150) < 75, 0.7, 2.4)
    asked, limits = wish(middle), Limits(0.6, 1.0)
    for camera in ("auto", "follow", "pan"):
        places = plan(asked, RATE, limits, camera).at(asked.frames)  # type: ignore[arg-type]
        assert np.abs(np.diff(places)).max() * RATE <= 0.6 * 1.01
        assert np.abs(np.diff(places, 2)).max() * RATE**2 <= 1.0 * 1.05


def test_the_window_never_leaves_the_picture() -> None:
    seconds = np.arange(150) / RATE
    asked = wish(1.5 + 1.6 * np.sin(seconds))
    for camera in ("auto", "hold", "pan", "follow"):
        places = plan(asked, RATE, Limits(5.0, 20.0), camera).at(asked.frames)  # type: ignore[arg-type]
        assert places.min() >= 0.5 - 0.02 and places.max() <= 2.66 + 0.02


def test_a_camera_that_is_to_hold_holds() -> None:
    asked = wish(np.linspace(0.7, 2.4, 120))
    assert len(plan(asked, RATE, Limits(), "hold").knots) == 1


def test_where_nobody_is_seen_the_last_place_is_kept() -> None:
    middle = np.linspace(1.0, 1.0, 100)
    asked = wish(middle)
    blind = np.arange(100) >= 40
    low, high, best = (np.where(blind, np.nan, part) for part in (asked.low, asked.high, asked.best))
    path = plan(Wish(asked.frames, low, high, best, asked.walls), RATE, Limits())
    assert path.move == "hold" and path.inside == 1.0


def test_without_any_wish_it_is_the_middle_between_the_walls() -> None:
    nothing = np.full(50, np.nan)
    path = plan(Wish(np.arange(50), nothing, nothing, nothing, (0.5, 2.5)), RATE, Limits())
    assert path.knots == (Knot(0, 1.5),)


def test_two_frames_are_enough() -> None:
    for count in (1, 2, 3):
        assert len(plan(wish(np.full(count, 1.2)), RATE, Limits()).knots) >= 1


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**31), st.integers(8, 300))
def test_keyframes_are_as_near_as_is_asked(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    frames = np.arange(count)
    path = np.cumsum(np.convolve(chance.normal(0, 0.02, count + 24), np.ones(25) / 25, "valid"))
    knots = fitted(frames, path, 0.02)
    assert np.abs(played(knots, frames) - path).max() <= 0.02 + 1e-9
    assert knots[0].frame == 0 and (len(knots) == 1 or knots[-1].frame == count - 1)
    assert [k.frame for k in knots] == sorted({k.frame for k in knots})


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**31), st.integers(1, 30))
def test_a_held_camera_stands_where_it_costs_least(seed: int, count: int) -> None:
    chance = np.random.default_rng(seed)
    goals, above, below = chance.normal(size=count), chance.integers(0, 3, count) * 1.0, chance.integers(0, 3, count) * 1.0

    def cost(x: float) -> float:
        return float((above * np.maximum(0, x - goals) + below * np.maximum(0, goals - x)).sum())

    assert cost(_cheapest(goals, above, below)) <= min(map(cost, goals)) + 1e-9


def test_inside_is_counted_where_somebody_is_seen() -> None:
    asked = wish(np.full(10, 1.0))
    low = np.where(np.arange(10) < 4, np.nan, asked.low)
    assert len(inside(Wish(asked.frames, low, asked.high, asked.best, asked.walls), np.full(10, 1.0))) == 6


@pytest.mark.parametrize("first", [0, 1000])
def test_many_shots_are_planned_as_each_alone_wherever_they_stand(first: int) -> None:
    chance, asked = np.random.default_rng(3), []
    for length in chance.integers(8, 160, 30):
        seconds = np.arange(length) / RATE
        middle = 1.5 + chance.uniform(0, 0.9) * np.sin(chance.uniform(0.2, 2) * seconds + chance.uniform(0, 6))
        camera = chance.choice(["auto", "auto", "hold", "pan", "follow"])
        asked.append(Asked(wish(middle, first=first), RATE, Limits(chance.choice([0.4, 2.0])), camera))
    together = plans(asked)
    for kept in (reframe_path._PANNED, reframe_path._FOLLOWED):
        kept._answers.clear()
    for one, path in zip(asked, together, strict=True):
        alone = plans([one])[0]
        assert path.move == alone.move and path.inside == pytest.approx(alone.inside, abs=0.02)
        assert path.at(one.wish.frames) == pytest.approx(alone.at(one.wish.frames), abs=2e-3)
    assert [path.move for path in plans(asked)] == [path.move for path in together], "from what is kept"
