"""How often a film is looked at, and where a shot must have ended."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import pacing

from tests.media_maker import scenes

SIZE = (320, 180)


def view(number: int, scene: int = 0, shift: int = 0) -> pacing.Glance:
    """A look at one of two textured scenes, the camera `shift` pixels to the side."""
    image = scenes((100, 100), (SIZE[0] + 400, SIZE[1]))(number + 100 * scene, SIZE)
    return pacing.glance(image[:, shift : shift + SIZE[0]])


def plain(level: int) -> pacing.Glance:
    return pacing.glance(np.full((180, 320, 3), level, np.uint8))


@pytest.mark.parametrize("shift", [0, 20, 60, 100])
def test_a_pan_stays_within_its_shot(shift):
    assert not pacing.another_shot(view(0), view(4, shift=shift))


def test_another_scene_is_another_shot():
    assert pacing.another_shot(view(99), view(0, scene=1))
    assert pacing.moved(view(99), view(0, scene=1)) > 0.5


def test_a_flash_of_light_is_none():
    image = scenes((10,), SIZE)(0, SIZE)
    bright = np.clip(image.astype(int) + 25, 0, 255).astype(np.uint8)
    assert not pacing.another_shot(pacing.glance(image), pacing.glance(bright))


def test_pictures_without_anything_in_them():
    assert not pacing.another_shot(plain(60), plain(62))
    assert pacing.another_shot(plain(20), plain(220))
    assert pacing.another_shot(plain(20), view(0))
    assert pacing.moved(plain(60), plain(62)) == 0


def test_the_pace_is_the_asked_one_in_a_still_picture_and_four_times_that_where_all_moves():
    for motion, apart in ((0.0, Fraction(1, 3)), (0.15, Fraction(1, 6)), (0.9, Fraction(1, 12))):
        pace = pacing.Pace(Fraction(3), Fraction(24))
        taken = []
        for frame in range(100):
            seconds = Fraction(frame, 24)
            if pace.due(seconds):
                taken.append(seconds)
                pace.took(seconds, motion)
        assert {later - earlier for earlier, later in pairwise(taken)} == {apart}
        assert pace.steps(Fraction(0), apart) == apart * 12


def test_no_film_is_looked_at_more_often_than_it_has_frames():
    pace = pacing.Pace(Fraction(1000), Fraction(24))
    assert pace.finest == Fraction(1, 24) and pace.steps(Fraction(0), Fraction(1, 24)) == 1
    pace.took(Fraction(1, 24), 0.0)
    assert not pace.due(Fraction(1, 24)) and pace.due(Fraction(2, 24))


def test_looks_lie_on_one_grid_whatever_moved_before():
    paces = [pacing.Pace(Fraction(3), Fraction(24)) for _ in range(2)]
    for pace, motions in zip(paces, ((0.9, 0.9, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), strict=True):
        for motion in motions:
            seconds = next(Fraction(frame, 24) for frame in range(1000) if pace.due(Fraction(frame, 24)))
            pace.took(seconds, motion)
        assert seconds * 12 % 1 == 0


def test_cuts_of_a_real_film_are_seen_and_hardly_anything_else(media_folder):
    cuts = (30, 76, 137, 187, 242)  # of the street film: the first frames of its shots

    class Looking:
        size = SIZE

        def __init__(self):
            self.looks = []

        def wants(self, frame, seconds):
            return frame % 8 == 0

        def take(self, frame, seconds, image):
            self.looks.append((frame, pacing.glance(image)))

        def finish(self):
            raise AssertionError

        def close(self):
            pass

    looking = Looking()
    media.decode(media_folder / "bikes.mp4", [looking])
    told = [later for (_, before), (later, now) in pairwise(looking.looks) if pacing.another_shot(before, now)]
    crossing = {-(-cut // 8) * 8 for cut in cuts}
    assert len(crossing & set(told)) == len(crossing)
    assert len(told) <= len(crossing) + 2
