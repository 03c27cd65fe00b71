"""How the camera moves: a virtual camera over a real photograph, with and without things in front, noise, and cuts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.engines import camera_motion, camera_path, pictures
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Media, Pictures, PicturesOptions, Span, VideoStream
from assistant_editor.timeline import picture_values

from tests import camera_maker
from tests.camera_maker import Take

SIZE = (320, 180)


@pytest.fixture(scope="module")
def world(media_folder) -> np.ndarray:
    ((_moment, image),) = media.pictures_at(media_folder / "bikes.mp4", [Fraction(9)])
    return image


@pytest.fixture(scope="module")
def other(media_folder) -> np.ndarray:
    ((_moment, image),) = media.pictures_at(media_folder / "bikes.mp4", [Fraction(5)])
    return image


def measured(images: list[np.ndarray], tmp_path, rate: int = camera_maker.RATE) -> Pictures:
    height, width = images[0].shape[:2]
    known = Media(
        Fraction(len(images), rate), VideoStream(width, height, Fraction(rate), Fraction(0), Fraction(len(images), rate), len(images))
    )
    consumer = pictures.start(PicturesOptions(), known, None, Runtime(tmp_path, lambda *_: None, lambda _: None, lambda: None))
    assert consumer.size == (width, height)
    for number, image in enumerate(images):
        if consumer.wants(number, Fraction(number, rate)):
            consumer.take(number, Fraction(number, rate), image)
    return consumer.finish()


def usual(facts: Pictures) -> dict[str, float]:
    return dict(zip(picture_values.CAMERA_VALUES, np.nanmedian(picture_values.camera_rows(facts), axis=0), strict=True))


@pytest.mark.parametrize(
    "take", camera_maker.MOVES[::2], ids=lambda take: f"{take.movement} {take.pan or take.tilt or take.zoom or take.shake}"
)
def test_movement_and_its_speed(world, take, tmp_path):
    facts = measured(camera_maker.filmed([world], take, SIZE), tmp_path)
    assert picture_values.movement(facts, facts.span) == take.movement
    found = usual(facts)
    loose = 0.004 + take.shake * 2
    assert found["pan"] == pytest.approx(take.pan, abs=loose) and found["tilt"] == pytest.approx(take.tilt, abs=loose)
    assert found["zoom"] == pytest.approx(take.zoom, abs=0.006)
    assert found["certainty"] > 0.8
    assert 0.5 * take.shake <= found["shake"] <= take.shake + 0.0003


def test_a_rolling_camera_turns_the_picture_the_other_way(world, tmp_path):
    assert usual(measured(camera_maker.filmed([world], Take(roll=8, frames=30), SIZE), tmp_path))["roll"] == pytest.approx(8, abs=0.2)


@pytest.mark.parametrize("take", [Take(), Take(pan=0.15), Take(shake=0.004, seed=2)], ids=["static", "pan", "handheld"])
def test_what_goes_by_in_front_is_not_the_camera(world, other, take, tmp_path):
    take = Take(take.movement, take.pan, shake=take.shake, seed=take.seed, frames=50)
    alone = measured(camera_maker.filmed([world], take, SIZE), tmp_path)
    crossed = measured(camera_maker.passed(camera_maker.filmed([world], take, SIZE), other, 0.35, 0.4), tmp_path)
    assert picture_values.movement(crossed, crossed.span) == picture_values.movement(alone, alone.span) != ""
    assert usual(crossed)["pan"] == pytest.approx(usual(alone)["pan"], abs=0.01)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda image, number: camera_maker.noisy(image, 11, number),
        lambda image, number: camera_maker.blurred(image, 5),
        lambda image, number: camera_maker.noisy(camera_maker.exposed(image, -4), 2, number),
    ],
    ids=["noise", "out of focus", "dark"],
)
def test_bad_pictures_are_followed_too(world, spoilt, tmp_path):
    images = camera_maker.filmed([world], Take(pan=0.2, frames=40), SIZE)
    facts = measured([spoilt(image, number) for number, image in enumerate(images)], tmp_path)
    assert picture_values.movement(facts, facts.span) == "pan right" and usual(facts)["pan"] == pytest.approx(0.2, abs=0.01)


def test_a_cut_is_no_movement_and_ends_the_sample(world, other, tmp_path):
    first = camera_maker.filmed([world], Take(pan=0.2, frames=32), SIZE)
    second = camera_maker.filmed([other], Take(frames=43), SIZE)
    facts = measured(first + second, tmp_path)
    cut = Fraction(32, 25)
    assert picture_values.movement(facts, Span(Fraction(0), cut)) == "pan right"
    assert picture_values.movement(facts, Span(cut, Fraction(3))) == "static"
    rows = picture_values.camera_rows(facts)
    assert np.nanmax(np.abs(rows[:, 0])) == pytest.approx(0.2, abs=0.01), "the sample that the cut falls into tells of the first shot alone"
    assert np.nanmax(rows[:, 4]) < 0.001


def test_nothing_to_follow_is_not_static(tmp_path):
    flat = [np.full((180, 320, 3), 90, np.uint8)] * 40
    noise = [camera_maker.noisy(image, 6, number) for number, image in enumerate(flat)]
    for images in (flat, noise):
        facts = measured(images, tmp_path)
        assert picture_values.movement(facts, facts.span) == "" and usual(facts)["certainty"] < 0.2


def test_a_picture_that_stands_still_is_followed_without_looking(world):
    grey = world[..., 1].copy()
    similar, certainty = camera_motion.similarity(grey, grey.copy())
    assert certainty == 1 and np.array_equal(similar, np.eye(2, 3))


def test_shake_is_measured_by_time_not_by_frames():
    """The same path, told in steps of a twelfth and of a twenty-fourth of a second."""

    def moves(count: int) -> list[camera_path.Move]:
        moments = np.arange(count + 1) * 3 / count
        path = 0.01 * np.sin(2 * np.pi * 2 * moments) + 0.2 * moments
        times = [Fraction(3 * number, count) for number in range(count + 1)]
        return [camera_path.Move(times[n], times[n + 1], float(path[n + 1] - path[n]), 0, 0, 0, 1.0) for n in range(count)]

    coarse, fine = (np.nanmedian(camera_path.shake(moves(count))) for count in (36, 72))
    assert coarse == pytest.approx(fine, rel=0.1) and fine == pytest.approx(0.01 / 2**0.5, rel=0.15)


def test_a_gap_in_the_path_parts_it():
    sure = [camera_path.Move(Fraction(n, 10), Fraction(n + 1, 10), 0.01, 0, 0, 0, 1.0) for n in range(20)]
    lost = [*sure[:10], camera_path.Move(Fraction(1), Fraction(11, 10)), *sure[11:]]
    shaken = camera_path.shake(lost)
    assert np.isnan(shaken[10]) and np.nanmax(shaken) < 1e-9
    assert all(np.isnan(camera_path.shake(sure[:3])))
