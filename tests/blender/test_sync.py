"""Nothing drifts: cut all over, rendered, mixed down, and compared with what was there. The whole table: `dev.py bench sync`."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks import sync

PAIRS = (("24000/1001", "24", True), ("30000/1001", "25", True), ("60", "30000/1001", True), ("30", "60", True),
         ("25", "24000/1001", False))  # fmt: skip
CUTS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("coded")


@pytest.mark.parametrize(("media", "scene", "matched"), PAIRS)
def test_forty_cuts(folder, worker_python, media, scene, matched):
    media, scene = Fraction(media), Fraction(scene)
    slowest = min(media, scene)
    film = sync.make(folder, media, float(CUTS * Fraction(21, 2) / slowest) + 2, worker_python)
    row = sync.measure(film, media, scene, matched, CUTS, every=11)
    assert row.cuts == CUTS and row.pictures > 10 and row.bursts > 10
    assert row.picture_drift == 0 and row.sound_drift < 0.01


def test_what_is_measured_would_be_noticed():
    """The measure itself: a burst that is late by a known number of samples is found to be."""
    clock = np.arange(int(sync.BURST * sync.SAMPLES)) / sync.SAMPLES
    wave = np.zeros(20000)
    wave[5000 : 5000 + len(clock)] = 0.5 * np.sin(2 * np.pi * sync.pitch_of(3) * clock)
    assert sync.lag(wave, 5000.0, 3, 900) == 0 and sync.lag(wave, 4900.5, 3, 900) == pytest.approx(99.5)
    assert sync.lag(wave, 12000.0, 3, 900) is None
