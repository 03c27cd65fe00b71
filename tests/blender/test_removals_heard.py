"""Silences cut out of a reading by everything that is real: the worker, planner, writer, and Blender's mixdown and render."""

from __future__ import annotations

from pathlib import Path

import aud
import numpy as np
import pytest
from assistant_editor.operators.removal_shelf import shelf
from assistant_editor.timeline.mixdown import mixdown

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

RATE, FPS = 48000, 25
FRAME = RATE // FPS
EDGE = 8 * FRAME
"""Samples at each join that are faded, or in which a resampler still knows what was before."""


def heard(room: CuttingRoom, path: Path) -> np.ndarray:
    mixdown(room.scene, str(path))
    return aud.Sound(str(path)).data()[:, 0].astype(np.float64)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def alike(was: np.ndarray, now: np.ndarray) -> float:
    """The correlation away from the joins. Blender puts a strip's sound to the nearest sample, so one more or less is no drift."""
    middle = was[EDGE:-EDGE]
    return max(float(np.corrcoef(middle, now[EDGE + lag : EDGE + lag + len(middle)])[0, 1]) for lag in (-1, 0, 1))


@pytest.fixture
def reading(room: CuttingRoom, films: Path, media_folder: Path) -> CuttingRoom:
    """Numbered pictures over a reading of 44 seconds; they are strips of their own, and nothing connects them."""
    stage.add_movie(room.scene, films / "rate-25-1.mp4", 1, 1, "film")
    stage.add_sound(room.scene, media_folder / "two_cities.wav", 1, 2, "reading")
    end = stage.extent(room.strips["reading"])[1]
    stage.compat.set_right(room.strips["film"], end)
    room.scene.frame_start, room.scene.frame_end = 1, end - 1
    room.select()
    return room


def test_what_stays_is_heard_and_seen_as_before(reading: CuttingRoom, tmp_path: Path) -> None:
    shelf.clear()
    reading.run("find_silences", names="reading")
    reading.run("accept_removals", above=0.0)
    gone = [(row.frames.start, row.frames.end) for row in shelf.rows]
    whole = stage.extent(reading.strips["reading"])[1]
    assert len(gone) >= 5
    before = heard(reading, tmp_path / "before.wav")
    outcome = reading.run("apply_removals", crossfade_ms=40.0)
    saved = sum(end - start for start, end in gone)
    assert reading.scene.frame_end == whole - 1 - saved, outcome.notices
    after = heard(reading, tmp_path / "after.wav")
    assert abs(len(after) - (len(before) - saved * FRAME)) <= 2 * FRAME

    spoken = np.concatenate([before[(start - 1) * FRAME : (end - 1) * FRAME] for start, end in gone])
    assert loudness(spoken) < loudness(before) / 10, "nothing that can be heard was cut out"

    kept, start, now = [], 1, 1
    for first, last in [*gone, (whole, whole)]:
        if first > start:
            kept.append((start, now, first - start))
            now += first - start
        start = last
    assert now == whole - saved
    for old, new, length in kept:
        assert alike(before[(old - 1) * FRAME :][: length * FRAME], after[(new - 1) * FRAME :][: length * FRAME]) > 0.9999, (old, new)

    for old, new, length in kept[1:4]:
        assert stage.shown(reading.scene, new - 1, new + 1)[new] == old - 1, "the picture that was seen with this sound"
        assert stage.shown(reading.scene, new + length - 1, new + length)[new + length - 1] == old + length - 2


def test_a_second_search_finds_no_more_of_what_was_cut(reading: CuttingRoom) -> None:
    shelf.clear()
    reading.run("find_silences", names="reading")
    count = len(shelf.rows)
    reading.run("accept_removals", above=0.0)
    reading.run("apply_removals")
    assert not shelf.rows
    reading.run("find_silences")
    assert len(shelf.rows) <= count // 3, "what is left of pauses is shorter than a pause"
