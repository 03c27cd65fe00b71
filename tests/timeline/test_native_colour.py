"""The model of Blender's colour tools, on paper; `tests/blender/test_grade.py` compares it with renders."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.timeline import native_colour, oklab
from assistant_editor.timeline.native_colour import STRAIGHT, Balance
from hypothesis import given
from hypothesis import strategies as st

COLOURS = np.random.default_rng(7).random((400, 3))
rising = st.lists(st.floats(0, 1), min_size=2, max_size=7).map(sorted)


def test_oklab_is_what_was_published() -> None:
    """Ottosson's own table: XYZ of D65 white, and of the primaries of sRGB."""
    white, red, blue = oklab.from_srgb(np.array([[1.0, 1, 1], [1, 0, 0], [0, 0, 1]]))
    assert white == pytest.approx([1, 0, 0], abs=1e-4)
    assert red == pytest.approx([0.6280, 0.2249, 0.1258], abs=1e-4)
    assert blue == pytest.approx([0.4520, -0.0325, -0.3115], abs=1e-4)


def test_oklab_leads_there_and_back() -> None:
    assert oklab.to_srgb(oklab.from_srgb(COLOURS)) == pytest.approx(COLOURS, abs=1e-9)


def test_nothing_is_done_by_a_balance_that_says_nothing() -> None:
    assert Balance().of(COLOURS) == pytest.approx(COLOURS)
    assert Balance().stored == dict.fromkeys(("slope", "offset", "power"), (1.0, 1.0, 1.0))


def test_a_balance_is_stored_as_blender_counts() -> None:
    stored = Balance((1.2, 1.0, 0.9), (0.05, 0.0, -0.02), (1.25, 1.0, 0.8)).stored
    assert stored == {"slope": (1.2, 1.0, 0.9), "offset": (1.05, 1.0, 0.98), "power": (0.8, 1.0, 1.25)}


def test_saturation_keeps_the_strongest_channel() -> None:
    assert native_colour.saturated(np.array([[0.8, 0.4, 0.2]]), 0.5) == pytest.approx(np.array([[0.8, 0.6, 0.5]]))
    assert native_colour.saturated(COLOURS, 0.0) == pytest.approx(np.repeat(COLOURS.max(axis=1, keepdims=True), 3, axis=1))


def test_a_straight_curve_changes_nothing() -> None:
    assert native_colour.table(STRAIGHT) == pytest.approx(np.arange(257) / 256, abs=1e-6)
    assert native_colour.curved(COLOURS, (STRAIGHT,) * 3) == pytest.approx(COLOURS, abs=1e-6)


@given(rising)
def test_a_curve_goes_through_its_points(heights: list[float]) -> None:
    places = np.linspace(0, 1, len(heights))
    found = native_colour.table(tuple(zip(places, heights, strict=True)))
    for place, height in zip(places, heights, strict=True):
        if (place * 256).is_integer():
            assert found[round(place * 256)] == pytest.approx(height, abs=2e-3)
    assert np.isfinite(found).all()
