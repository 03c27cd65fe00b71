"""The camera's path frame by frame: a virtual camera whose path is known, over a real photograph."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import steadiness
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import NO_STREAM, EditorError
from assistant_editor.ml.facts import STEADINESS_VALUES, AudioStream, Media, Span, Steadiness, SteadinessOptions, VideoStream

from tests import camera_maker
from tests.camera_maker import Take

SIZE = (480, 270)
RATE = camera_maker.RATE


@pytest.fixture(scope="module")
def world(media_folder) -> np.ndarray:
    ((_moment, image),) = media.pictures_at(media_folder / "bikes.mp4", [Fraction(9)])
    return image


def followed(images: list[np.ndarray], tmp_path, span: Span | None = None) -> Steadiness:
    height, width = images[0].shape[:2]
    length = Fraction(len(images), RATE)
    known = Media(length, VideoStream(width, height, Fraction(RATE), Fraction(0), length, len(images)))
    consumer = steadiness.start(SteadinessOptions(), known, span, Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None))
    for number, image in enumerate(images):
        consumer.take(number, Fraction(number, RATE), image)
    return consumer.finish()


def rows(facts: Steadiness) -> np.ndarray:
    return np.frombuffer(base64.b64decode(facts.moves), "<f4").reshape(-1, len(STEADINESS_VALUES))


def still(take: Take) -> np.ndarray:
    """Where the camera looks in the middle of each frame's shutter."""
    return camera_maker.views(take).reshape(take.frames, camera_maker.LOOKS, 4)[:, camera_maker.LOOKS // 2]


@pytest.mark.parametrize(
    "take",
    [Take(shake=0.01, seed=3, frames=40), Take(pan=0.2, shake=0.005, seed=4, frames=40), Take(zoom=0.2, shake=0.004, seed=5, frames=40)],
    ids=["hand", "pan", "zoom"],
)
def test_each_step_is_known_to_a_fraction_of_a_pixel(world, take, tmp_path):
    facts = followed(camera_maker.filmed([world], take, SIZE), tmp_path)
    assert len(facts.frames) == len(facts.seconds) == take.frames and rows(facts)[0, 4] == 0
    found, path = rows(facts)[1:].astype(float), still(take)
    assert found[:, 4].min() > 0.7
    wished = np.diff(path, axis=0)
    cos, sin = np.cos(path[:-1, 3]), np.sin(path[:-1, 3])
    across = (wished[:, 0] * cos + wished[:, 1] * sin) * np.exp(path[:-1, 2])
    down = (-wished[:, 0] * sin + wished[:, 1] * cos) * np.exp(path[:-1, 2])
    assert np.sqrt(np.mean((found[:, 0] - across) ** 2)) * SIZE[0] < 0.12
    assert np.sqrt(np.mean((found[:, 1] - down) ** 2)) * SIZE[0] < 0.12
    assert np.abs(found[:, 2] - wished[:, 2]).max() < 0.002 and np.abs(found[:, 3] - wished[:, 3]).max() < 0.0015


def test_a_cut_is_no_movement(world, tmp_path):
    first = camera_maker.filmed([world], Take(frames=4), SIZE)
    facts = followed(first + camera_maker.filmed([world[::-1, ::-1].copy()], Take(frames=4), SIZE), tmp_path)
    assert rows(facts)[4].tolist()[:4] == [0, 0, 0, 0] and rows(facts)[4, 4] < 0.2
    assert (rows(facts)[[1, 2, 3, 5, 6, 7], 4] > 0.9).all()


def test_black_bars_do_not_hold_the_picture(world, tmp_path):
    images = camera_maker.filmed([world], Take(pan=0.3, frames=8), SIZE)
    for image in images:
        image[:34] = image[-34:] = 0
    assert np.diff(np.cumsum(rows(followed(images, tmp_path))[1:, 0])) == pytest.approx(0.3 / RATE, abs=0.0005)


def test_sound_has_no_camera(tmp_path):
    sound = Media(Fraction(1), None, AudioStream(48000, 2, Fraction(0), Fraction(1)))
    with pytest.raises(EditorError) as told:
        steadiness.start(SteadinessOptions(), sound, None, Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None))
    assert told.value.code == NO_STREAM
