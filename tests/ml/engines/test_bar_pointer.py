"""Beats and bars out of chances: exact where the chances are clear, steady where one is missing."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.ml.engines.bar_pointer import decode


def chances(frames: list[float], meter: int, count: int, first: int = 0) -> np.ndarray:
    """Clear chances at these frames; the `first` beat is a downbeat."""
    found = np.full((count, 2), 0.02)
    for number, frame in enumerate(frames):
        found[round(frame), int((number - first) % meter == 0)] = 0.9
    return found


@pytest.mark.parametrize(("meter", "first"), [(3, 0), (4, 0), (4, 2), (3, 1)])
def test_every_beat_and_every_bar(meter, first):
    frames = list(np.arange(10, 990, 25))
    way = decode(chances(frames, meter, 1000, first), 50, lambda: None)
    assert way.meter == meter
    assert np.abs(way.frames[: len(frames)] - frames).max() <= 0.5
    assert [number for number, place in enumerate(way.places) if place == 1] == list(range(first, len(way.places), meter))


def test_a_missing_beat_is_filled_in_and_a_stray_one_left_out():
    frames = list(np.arange(10, 990, 25))
    given = chances(frames, 4, 1000)
    given[frames[12]] = 0.02
    given[frames[20] + 9, 0] = 0.6
    way = decode(given, 50, lambda: None)
    assert np.abs(way.frames[: len(frames)] - frames).max() <= 3


def test_the_tempo_may_change_slowly_and_at_once():
    slower = list(10 + np.cumsum(np.linspace(20, 30, 50)))
    way = decode(chances(slower, 4, int(slower[-1]) + 20), 50, lambda: None)
    assert max(min(abs(way.frames - frame)) for frame in slower) <= 1.5
    sudden = [*np.arange(10, 500, 30), *np.arange(500, 1000, 20)]
    way = decode(chances(sudden, 4, 1000), 50, lambda: None)
    found = [min(abs(way.frames - frame)) for frame in sudden]
    assert np.mean(np.array(found) <= 2) > 0.95


def test_tempi_that_are_asked_for():
    frames = list(np.arange(10, 990, 25))
    way = decode(chances(frames, 4, 1000), 50, lambda: None, tempi=(55, 75))
    assert np.median(np.diff(way.frames)) == pytest.approx(50, abs=1)


@pytest.mark.parametrize("count", [0, 5, 13])
def test_too_short_for_a_beat(count):
    assert len(decode(np.full((count, 2), 0.1), 50, lambda: None).frames) == 0


@pytest.mark.parametrize("count", [14, 20, 60, 200])
@pytest.mark.parametrize("level", [0.0, 0.5])
def test_flat_chances_give_beats_that_are_in_order(count, level):
    way = decode(np.full((count, 2), level), 50, lambda: None)
    assert len(way.frames) == len(way.places)
    assert (np.diff(way.frames) > 0).all()


def test_it_can_be_cancelled():
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decode(np.zeros((100, 2)), 50, stop)
