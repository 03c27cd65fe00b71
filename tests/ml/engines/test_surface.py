"""A flat part of the picture followed: a real picture as a poster, moved by known homographies."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import surface
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import Media, Surface, SurfaceOptions, VideoStream

from tests import surface_maker
from tests.surface_maker import SIZE

RATE = 25


@pytest.fixture(scope="module")
def worlds(media_folder) -> tuple[np.ndarray, np.ndarray]:
    pictures = [image for _moment, image in media.pictures_at(media_folder / "bikes.mp4", [Fraction(9), Fraction(5)])]
    return pictures[0], pictures[1]


def followed(images: list[np.ndarray], marked: int, places: np.ndarray, tmp_path) -> Surface:
    length = Fraction(len(images), RATE)
    known = Media(length, VideoStream(*SIZE, Fraction(RATE), Fraction(0), length, len(images)))
    corners = tuple((float(x), float(y)) for x, y in places[marked] / np.array(SIZE))
    options = SurfaceOptions(corners, Fraction(marked, RATE))
    consumer = surface.start(options, known, None, Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None))
    assert consumer.size == SIZE
    for number, image in enumerate(images):
        if consumer.wants(number, Fraction(number, RATE)):
            consumer.take(number, Fraction(number, RATE), image)
    return consumer.finish()


def rows(facts: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Corners (frames, 4, 2) in pixels, certainty (frames,)."""
    found = np.frombuffer(base64.b64decode(facts.places), "<f4").reshape(-1, 9)
    return found[:, :8].reshape(-1, 4, 2) * np.array(SIZE), found[:, 8]


@pytest.mark.parametrize("marked", [0, 20, 39])
def test_corners_are_followed_forward_and_back(worlds, marked, tmp_path):
    places = surface_maker.corners(40)
    facts = followed(surface_maker.filmed(*worlds, places), marked, places, tmp_path)
    found, sure = rows(facts)
    assert facts.frames == tuple(range(40)) and facts.seconds[7] == Fraction(7, RATE)
    assert sure.min() > 0.3
    assert np.abs(found - places).max() < 1.5 and np.sqrt(np.mean((found - places) ** 2)) < 0.5


def test_what_is_hidden_is_lost_and_known_again(worlds, tmp_path):
    places = surface_maker.corners(60, turn=0.2)
    away = range(25, 33)
    facts = followed(surface_maker.hidden(surface_maker.filmed(*worlds, places), away), 5, places, tmp_path)
    found, sure = rows(facts)
    assert (sure[away.start : away.stop] == 0).all() and (sure[: away.start] > 0).all()
    assert (sure[36:] > 0).all() and np.abs(found[36:] - places[36:]).max() < 1.5


def test_behind_a_cut_it_is_lost(worlds, tmp_path):
    places = surface_maker.corners(30)
    images = surface_maker.filmed(*worlds, places)
    images[20:] = [image[::-1, ::-1].copy() for image in images[20:]]
    _found, sure = rows(followed(images, 10, places, tmp_path))
    assert (sure[:20] > 0).all() and (sure[20:] == 0).all()


def test_a_plain_surface_is_lost_from_the_first(worlds, tmp_path):
    places = np.repeat(surface_maker.corners(1), 5, axis=0)
    images = surface_maker.filmed(worlds[0], np.full((90, 160, 3), 120, np.uint8), places)
    inner = places.mean(axis=1, keepdims=True) + 0.5 * (places - places.mean(axis=1, keepdims=True))
    _found, sure = rows(followed(images, 2, inner, tmp_path))
    assert (sure == 0).all()


def test_corners_that_enclose_nothing_are_refused(worlds, tmp_path):
    places = np.zeros((1, 4, 2))
    with pytest.raises(EditorError) as told:
        followed([worlds[0]], 0, places, tmp_path)
    assert told.value.code == BAD_INPUT
