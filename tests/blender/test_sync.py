"""Nothing drifts: cut all over, rendered, mixed down, and compared with what was there. The whole table: `dev.py bench sync`."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.timeline import compat
from assistant_editor.timeline.layout import Cutout
from assistant_editor.timeline.read_layout import read_layout
from assistant_editor.timeline.ripple import cut_out
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.write_layout import rearrange

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
    assert sync.lag(wave, 5000.0, 3, 900) == pytest.approx(0, abs=1.5)
    assert sync.lag(wave, 4900.5, 3, 900) == pytest.approx(99.5, abs=1.5)
    assert sync.lag(wave, 12000.0, 3, 900) is None


def test_what_follows_a_part_played_faster_is_in_sync(folder, worker_python):
    """Parts of sound and picture are played faster; bursts between them are heard where they are to be, to a hundredth of a frame."""
    rate = Fraction(25)
    film = sync.make(folder, rate, 24.0, worker_python)
    scene = sync.new_scene(rate)
    sync.lay(scene, film, True)
    layout = read_layout(scene)
    ranges = [(n, n + 20) for n in range(101, 500, 50)]
    wanted = cut_out(layout, [Cutout(FrameRange(*frames), (), speed=Fraction(5, 2)) for frames in ranges], "all")
    rearrange(scene, layout, wanted)
    found, wave, last = [], sync.heard(scene, 400), 0
    for start, end in [*ranges, (500, 500)]:
        shift = sum(12 for before, _end in ranges if before < start)
        for burst in range(1, 50):
            begins = 1 + burst * 10
            if last <= begins and begins + 2 <= start and begins - shift < 390:
                late = sync.lag(wave, float((begins - shift - 1) * sync.SAMPLES / 25), burst, 1500)
                assert late is not None, (burst, begins)
                found.append(late / (sync.SAMPLES / 25))
        last = end
    assert len(found) > 20 and max(map(abs, found)) < 0.01
    faster = next(s for s in scene.sequence_editor.strips if s.type == "SOUND" and len(s.retiming_keys))
    assert compat.right(faster) - compat.left(faster) == 8
