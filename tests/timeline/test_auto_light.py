"""Exposure and white balance by what a shot's colours say."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.timeline import auto_light, oklab
from assistant_editor.timeline.native_colour import Balance

from tests.timeline.test_colour_match import far, picture


def walls(seed: int, count: int = 900) -> np.ndarray:
    """A street in even light: grey walls, white frames, a few things with colours."""
    rng = np.random.default_rng(seed)
    kinds = np.array([[0.45, 0.45, 0.45], [0.85, 0.85, 0.85], [0.62, 0.22, 0.18], [0.22, 0.34, 0.55]])
    which = rng.choice(4, count, p=[0.6, 0.2, 0.1, 0.1])
    return np.clip(kinds[which] * rng.uniform(0.5, 1.05, (count, 1)) + rng.normal(0, 0.02, (count, 3)), 0.01, 0.99)


def taken(colours: np.ndarray, stops: float = 0.0, cast: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> np.ndarray:
    return np.clip(oklab.coded(np.clip(oklab.light(colours) * 2**stops * np.exp(cast), 0, 1)), 0, 1)


@pytest.mark.parametrize("stops", [-2.0, -1.5])
def test_what_is_too_dark_is_lifted(stops: float) -> None:
    right = picture(1)
    dark = taken(right, stops)
    light = auto_light.measured(dark)
    assert 0 < light.stops < -stops + 1
    assert far(auto_light.balanced(light, dark).of(dark), right) < 0.6 * far(dark, right)


def test_a_cast_is_taken_off() -> None:
    right = walls(2)
    warm = taken(right, cast=(0.3, 0.0, -0.4))
    light = auto_light.measured(warm)
    assert light.cast[0] < 0 < light.cast[2]
    assert tint(auto_light.balanced(light, warm).of(warm), right) < 0.5 * tint(warm, right)


def tint(one: np.ndarray, other: np.ndarray) -> float:
    """By how much the mean colours of two pictures differ, brightness aside."""
    apart = oklab.from_srgb(one) - oklab.from_srgb(other)
    return float(np.linalg.norm(apart.mean(axis=0)[1:]) * 100)


def test_what_is_right_stays_nearly_as_it_is() -> None:
    rng = np.random.default_rng(3)
    grey = np.clip(rng.normal(0.46, 0.12, (800, 1)) + rng.normal(0, 0.01, (800, 3)), 0.02, 0.9)
    light = auto_light.measured(grey)
    assert abs(light.stops) < 0.15 and max(map(abs, light.cast)) < 0.01


def test_nothing_is_burnt_out_that_was_not() -> None:
    for seed, stops in ((4, -2.0), (5, -1.0), (6, 0.0)):
        dark = taken(picture(seed), stops)
        made = auto_light.balanced(auto_light.measured(dark), dark).of(dark)
        assert np.quantile(made.max(axis=1), 0.98) <= max(auto_light.ROOM + 0.005, np.quantile(dark.max(axis=1), 0.98) + 0.005)


def test_its_parts_can_be_left_out() -> None:
    dark = taken(walls(7), -1.5, (0.3, 0.0, -0.3))
    light = auto_light.measured(dark)
    assert auto_light.balanced(light, dark, 0.0, 0.0) == Balance()
    white = auto_light.balanced(light, dark, exposure=0.0)
    assert white.power == pytest.approx((1, 1, 1), abs=1e-6) and white.slope[0] < white.slope[2]
    exposed = auto_light.balanced(light, dark, white=0.0)
    assert len(set(exposed.slope)) == 1


@pytest.mark.parametrize("level", [0.0, 0.004, 0.5, 1.0])
def test_plain_pictures_give_numbers(level: float) -> None:
    plain = np.full((30, 3), level)
    balance = auto_light.balanced(auto_light.measured(plain), plain)
    assert np.isfinite(balance.of(plain)).all() and all(0.4 < power < 2.1 for power in balance.power)
