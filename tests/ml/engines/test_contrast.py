"""What stands out of a room by its spectrum, in noise whose level and colour are known."""

from __future__ import annotations

import numpy as np
import pytest
from assistant_editor.ml.engines import contrast

RATE, SIZE = contrast.RATE, 160
CHANCE = np.random.default_rng(6)


def coloured(seconds: float, low: float, high: float, level: float) -> np.ndarray:
    """Noise of these hertz alone, `level` decibels below full scale."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(CHANCE.normal(0, 1, count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    noise = np.fft.irfft(spectrum, count)
    return (noise / np.sqrt(np.mean(noise**2)) * 10 ** (level / 20)).astype(np.float32)


def levels(samples: np.ndarray) -> np.ndarray:
    around = np.concatenate([np.zeros(contrast.WINDOW, np.float32), samples, np.zeros(contrast.WINDOW, np.float32)])
    return contrast.bands(around, contrast.WINDOW, SIZE, len(samples) // SIZE)


def told(samples: np.ndarray, speech: np.ndarray | None = None) -> np.ndarray:
    """In standard deviations."""
    bands = levels(samples)
    return contrast.standing_out(bands, np.zeros(len(bands), np.uint8) if speech is None else speech, 0.01) * contrast.STEP


def test_bands_have_the_power_that_is_in_them():
    tone = (0.1 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)).astype(np.float32)
    found = levels(tone)[10:-10].astype(float) * contrast.FINE + contrast.QUIETEST
    assert found.shape == (80, contrast.BANDS)
    assert np.abs(10 * np.log10((10 ** (found / 10)).sum(axis=1)) + 23.0).max() < 0.5
    assert (found.max(axis=1) - np.median(found, axis=1) > 40).all()
    everywhere = levels(coloured(2.0, 0, 8000, -30.0))[10:-10].astype(float) * contrast.FINE + contrast.QUIETEST
    total = 10 * np.log10((10 ** (everywhere / 10)).sum(axis=1).mean())
    assert total == pytest.approx(-30, abs=0.5)  # the bands leave out what lies below 80 Hz and above 7.8 kHz


def test_a_hiss_six_decibels_below_the_room_is_heard_in_its_own_bands():
    sound = coloured(8.0, 0, 8000, -40.0)
    sound[4 * RATE : 4 * RATE + 3200] += coloured(0.2, 2000, 3000, -46.0)
    found = told(sound)
    assert (found[402:418] > 3).mean() > 0.7
    rest = np.concatenate([found[:390], found[430:]])
    assert np.mean(rest > 3) < 0.02 and abs(np.mean(rest)) < 0.6


def test_in_a_room_that_varies_more_has_to_be_heard():
    hiss = coloured(0.2, 2000, 3000, -40.0)
    found = {}
    for swing in (0.0, 10.0):
        now = np.arange(8 * RATE) / RATE
        sound = coloured(8.0, 0, 8000, -40.0) * 10 ** (swing * np.sin(2 * np.pi * 1.3 * now) / 20)
        sound[4 * RATE : 4 * RATE + 3200] += hiss
        found[swing] = told(sound.astype(np.float32))[402:418].mean()
    assert found[0.0] > 2 * found[10.0]


def test_the_room_is_measured_where_nobody_speaks_and_follows_it():
    sound = np.concatenate([coloured(40.0, 0, 8000, -60.0), coloured(40.0, 0, 8000, -40.0)])
    sound[20 * RATE : 30 * RATE] += coloured(10.0, 300, 3000, -20.0)
    speech = np.zeros(8000, np.uint8)
    speech[2000:3000] = 250
    found = told(sound, speech)
    assert (found[2010:2990] > 10).all()
    assert np.mean(found[500:1900] > 3) < 0.02 and np.mean(found[6000:7900] > 3) < 0.02


def test_where_nothing_is_known_of_the_room_nothing_stands_out():
    assert not told(coloured(1.0, 0, 8000, -20.0), np.full(100, 250, np.uint8)).any()
    assert contrast.standing_out(np.zeros((0, contrast.BANDS), np.uint8), np.zeros(0, np.uint8), 0.01).shape == (0,)
    assert not told(np.zeros(RATE, np.float32)).any()


def test_blocks_leave_no_trace(monkeypatch):
    sound = coloured(6.0, 0, 8000, -40.0)
    sound[2 * RATE : 2 * RATE + 3200] += coloured(0.2, 2000, 3000, -40.0)
    bands = levels(sound)
    whole = contrast.standing_out(bands, np.zeros(len(bands), np.uint8), 0.01)
    monkeypatch.setattr(contrast, "AT_ONCE", 7)
    assert np.array_equal(levels(sound), bands)
    assert np.array_equal(contrast.standing_out(bands, np.zeros(len(bands), np.uint8), 0.01), whole)
