"""What frames look like, measured on real footage and on pictures made to be blurred, dark, burnt out or moving."""

from __future__ import annotations

import base64
import hashlib
import itertools
import tracemalloc
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml import media
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import descriptors, looks, picture_quality
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, EditorError
from assistant_editor.ml.facts import Boundary, Looks, LooksOptions, Media, Span, Transition, VideoStream
from assistant_editor.ml.models import path_of
from assistant_editor.ml.protocol import Analyse, Result, Task
from assistant_editor.ml.schedule import analyse
from assistant_editor.timeline.planners import stills
from assistant_editor.timeline.shot_list import Row
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.media_maker import make_film, number_of

COLOUR = LooksOptions(descriptor="colour")


def runtime(models: Path, check=lambda: None) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, check)


def looked(path: Path, models: Path, options: LooksOptions | None = None, span: Span | None = None) -> Looks:
    consumer = looks.start(options or LooksOptions(), media.probe(path), span, runtime(models))
    media.decode(path, [consumer], span)
    return consumer.finish()


def rows_of(facts: Looks) -> np.ndarray:
    rows = np.frombuffer(base64.b64decode(facts.descriptors), np.uint8).reshape(len(facts.frames), facts.width).astype(float) - 128
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def bikes(media_folder) -> Path:
    return media_folder / "bikes.mp4"


@pytest.fixture(scope="module")
def real(bikes) -> np.ndarray:
    """A sharp frame of the street film, RGB."""
    ((_moment, image),) = media.pictures_at(bikes, [Fraction(6)])
    return image


def still_film(frames: int, size=(64, 36)) -> Media:
    return Media(Fraction(frames, 25), VideoStream(*size, Fraction(25), Fraction(0), Fraction(frames, 25), frames))


# Which frames


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=60), st.fractions(Fraction(1, 2), 40, max_denominator=7))
def test_the_first_frame_of_every_step_is_taken_and_its_follower_seen_whatever_the_rate(gaps, per_second):
    times = [Fraction(tick, 90) for tick in np.cumsum([0, *gaps]).tolist()]
    consumer = looks.start(LooksOptions(per_second, "colour"), still_film(len(times)), None, runtime(Path("none")))
    image, taken = np.zeros((36, 64, 3), np.uint8), []
    for number, seconds in enumerate(times):
        if consumer.wants(number, seconds):
            consumer.take(number, seconds, image)
            taken.append(number)
    facts = consumer.finish()
    steps = [seconds // (1 / per_second) for seconds in times]
    wanted = [number for number, step in enumerate(steps) if number == 0 or step > steps[number - 1]]
    assert list(facts.frames) == wanted and list(facts.seconds) == [times[number] for number in wanted]
    assert taken == sorted({*wanted, *(number + 1 for number in wanted if number + 1 < len(times))})


def test_a_part_keeps_its_frames_numbers_and_its_span(bikes, models_folder):
    span = Span(Fraction(4), Fraction(6))
    facts = looked(bikes, models_folder, COLOUR, span)
    assert facts.span == span and facts.frames[0] == 100 and facts.seconds == tuple(Fraction(frame, 25) for frame in facts.frames)
    assert all(span.holds(seconds) for seconds in facts.seconds)


def test_no_frames_give_no_samples(models_folder):
    facts = looks.start(COLOUR, still_film(0), Span(Fraction(1), Fraction(1)), runtime(models_folder)).finish()
    assert facts.frames == () and facts.descriptors == ""


def test_nothing_a_second_is_refused(models_folder):
    with pytest.raises(EditorError) as caught:
        looks.start(LooksOptions(Fraction(0)), still_film(5), None, runtime(models_folder))
    assert caught.value.code == BAD_INPUT


# How good


def test_sharpness_falls_with_every_blur_and_does_not_ask_for_contrast(real):
    grey = picture_quality.luma(real)
    row = [picture_quality.sharpness(grey if not sigma else cv2.GaussianBlur(grey, (0, 0), sigma)) for sigma in (0, 1, 2, 4, 8)]
    assert all(before > after for before, after in itertools.pairwise(row)), row
    assert row[0] > row[1] + 0.1 > row[2] + 0.2
    assert row[0] > 2 * row[3]
    pale = (128 + (grey.astype(float) - 128) * 0.5).round().astype(np.uint8)
    assert picture_quality.sharpness(pale) > max(row[1], 0.8 * row[0]), "half the contrast costs less than the least blur"


@pytest.mark.parametrize("kernel", [(15, 1), (1, 15)])
def test_movement_blur_to_one_side_counts(real, kernel):
    grey = picture_quality.luma(real)
    assert picture_quality.sharpness(cv2.blur(grey, kernel)) < 0.6 * picture_quality.sharpness(grey)


def test_pictures_of_nothing_are_not_sharp():
    noise = np.random.RandomState(1).randint(0, 3, (200, 300)).astype(np.uint8)
    for level in (0, 100, 250):
        assert picture_quality.sharpness(level + noise) < 0.25
        assert picture_quality.sharpness(np.full((200, 300), level, np.uint8)) == 0
    assert picture_quality.sharpness(np.full((1, 1), 5, np.uint8)) >= 0


def test_exposure_is_the_share_between_black_and_white():
    grey = np.full((10, 10), 120, np.uint8)
    grey[:3], grey[3:4] = 0, 255
    assert picture_quality.exposure(grey) == pytest.approx(0.6)


def test_motion_is_told_by_the_frame_after(tmp_path, models_folder):
    def picture(number, size):
        return np.full((size[1], size[0], 3), 60 if number < 13 else 160, np.uint8)

    film = make_film(tmp_path / "step.mp4", 40, Fraction(24), (64, 36), picture=picture, options={"qp": "1"})
    facts = looked(film, models_folder, COLOUR)
    assert facts.frames == (0, 12, 24, 36)
    assert [round(motion, 2) for motion in facts.motion] == [0, pytest.approx(100 / 255, abs=0.02), 0, 0]


# What they show


@pytest.mark.parametrize("options", [LooksOptions(), COLOUR], ids=["network", "colour"])
def test_frames_of_one_shot_are_more_alike_than_frames_of_two(bikes, models_folder, options):
    facts = looked(bikes, models_folder, options)
    shots = np.searchsorted([30, 76, 137, 187], facts.frames, side="right")
    alike = rows_of(facts) @ rows_of(facts).T
    same = shots[:, None] == shots[None, :]
    inside = alike[same & ~np.eye(len(shots), dtype=bool)]
    assert np.median(inside) > np.quantile(alike[~same], 0.95)
    if options.descriptor == "network":
        assert np.quantile(inside, 0.1) > np.quantile(alike[~same], 0.9)
    assert facts.method == ("efficientnet-lite0 and colour" if options.descriptor == "network" else "colour")
    assert facts.width == (160 if options.descriptor == "network" else 64)


def test_the_cosine_of_rows_is_the_mean_of_both_parts(bikes, models_folder, real):
    facts = looked(bikes, models_folder, span=Span(Fraction(0), Fraction(4)))
    network = descriptors.Network(path_of(looks.MODEL, models_folder))
    images = [image for _moment, image in media.pictures_at(bikes, facts.seconds)]
    size = looks.sized(images[0].shape[1], images[0].shape[0], looks.AREA)
    images = [cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in images]
    parts = (network.describe([network.fitted(image) for image in images]), np.stack([descriptors.colours(image) for image in images]))
    cosines = [(part @ part.T) / np.outer(*[np.linalg.norm(part, axis=1)] * 2) for part in parts]
    assert np.abs(rows_of(facts) @ rows_of(facts).T - (cosines[0] + cosines[1]) / 2).max() < 0.05


def test_the_projection_is_always_the_same_and_keeps_angles():
    matrix = descriptors.projection(1280)
    assert hashlib.sha256((matrix > 0).tobytes()).hexdigest()[:16] == "6ab2e6dfca61a5ee"
    rows = np.random.RandomState(0).randn(60, 1280)
    rows[30:] = rows[:30] + 0.7 * rows[30:]
    before, after = ((part @ part.T) / np.outer(*[np.linalg.norm(part, axis=1)] * 2) for part in (rows, rows @ matrix))
    assert np.abs(before - after).mean() < 0.1


def test_colours_know_hues_from_greys_and_quarters_from_each_other():
    def plain(*colours):
        image = np.zeros((40, 40, 3), np.uint8)
        image[:20], image[20:] = colours[0], colours[-1]
        return descriptors.colours(image)

    def alike(a, b):
        return float(a @ b) / 4

    red, green, grey = (200, 30, 30), (30, 200, 30), (110, 110, 110)
    assert alike(plain(red), plain(red)) == pytest.approx(1, abs=1e-5)
    assert alike(plain(red), plain(green)) < 0.05 and alike(plain(red), plain(grey)) < 0.2
    assert alike(plain(red), plain((205, 34, 28))) > 0.95
    assert alike(plain(red, grey), plain(grey, red)) < 0.2 and alike(plain(red, grey), plain(red, green)) == pytest.approx(0.5, abs=0.1)


# Without the network


def test_without_the_model_colours_stand_alone_and_the_remedy_is_named(bikes, tmp_path):
    facts = looked(bikes, tmp_path)
    assert facts.method == "colour" and facts.provisional and facts.width == 64 and len(facts.frames) == 20
    (warning,) = facts.warnings
    assert "colour" in warning and "models get efficientnet-lite0" in warning


def test_what_was_made_without_the_network_is_not_kept_and_other_engines_go_on(bikes, tmp_path, models_folder):
    cache, answers = Cache(tmp_path / "cache"), []
    request = Analyse("1", str(bikes), (Task("looks", {}), Task("shots", {"detector": "content"})))
    for folder in (tmp_path / "none", models_folder):
        answers.clear()
        analyse(request, cache, runtime(folder), answers.append)
        assert all(isinstance(answer, Result) for answer in answers) and len(answers) == 2
    by_engine = {answer.engine: answer for answer in answers}
    assert by_engine["shots"].cached and not by_engine["looks"].cached
    assert by_engine["looks"].facts["method"] == "efficientnet-lite0 and colour"


def test_cancelling_reaches_a_consumer_that_waits_for_the_network(models_folder):
    def cancelled():
        raise EditorError("Cancelled.", code=CANCELLED)

    consumer = looks.start(LooksOptions(Fraction(25)), still_film(900), None, runtime(models_folder, cancelled))
    consumer._network.describe = lambda images: __import__("time").sleep(0.5) or np.zeros((len(images), 96), np.float32)
    with pytest.raises(EditorError) as caught:
        for number in range(200):
            if consumer.wants(number, Fraction(number, 25)):
                consumer.take(number, Fraction(number, 25), np.zeros((36, 64, 3), np.uint8))
    assert caught.value.code == CANCELLED


def test_a_long_film_takes_no_more_memory_than_its_descriptions(models_folder):
    consumer = looks.start(LooksOptions(Fraction(25), "colour"), still_film(4000), None, runtime(models_folder))
    image = np.random.RandomState(2).randint(0, 256, (36, 64, 3)).astype(np.uint8)

    def feed(first, last):
        for number in range(first, last):
            consumer.wants(number, Fraction(number, 25))
            consumer.take(number, Fraction(number, 25), image)

    feed(0, 200)
    tracemalloc.start()
    feed(200, 1200)
    grown, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown / 1000 < 1000, "bytes a sample: its row of 64 numbers, its measures, its time"


# From the film to the stills


@pytest.fixture(scope="module")
def hard_film(bikes, tmp_path_factory) -> tuple[Path, list[str]]:
    """Two shots of real frames at 24 a second, and what each frame was made into. Sharp frames come in short runs only."""
    scenes = [image for _moment, image in media.pictures_at(bikes, [Fraction(6), Fraction(9)])]
    scenes = [cv2.resize(image[:, :544], (480, 240), interpolation=cv2.INTER_AREA) for image in scenes]
    kinds = ["blur"] * 30 + ["sharp"] * 14 + ["black"] * 16 + ["white"] * 4 + ["blur"] * 20 + ["dark"] * 12
    kinds += ["dissolve"] * 24 + ["blur"] * 20 + ["flash"] * 4 + ["sharp"] * 14 + ["blur"] * 34
    script = []
    for number, kind in enumerate(kinds):
        second = number >= kinds.index("dissolve") + 24
        image = np.roll(scenes[second], number // 3, axis=1)
        if kind == "dissolve":
            share = (number - kinds.index("dissolve") + 1) / 25
            image = (scenes[0] * (1 - share) + scenes[1] * share).astype(np.uint8)
        made = {
            "blur": lambda picture: cv2.blur(picture, (25, 3)), "black": lambda picture: picture // 40,
            "white": lambda picture: 255 - picture // 40, "dark": lambda picture: picture // 12,
            "flash": lambda picture: 255 - (255 - picture) // 4,
        }  # fmt: skip
        script.append(made.get(kind, lambda picture: picture)(image))
    path = tmp_path_factory.mktemp("hard") / "hard.mp4"
    return make_film(path, len(kinds), Fraction(24), (480, 240), picture=lambda number, _: script[number]), kinds


@pytest.mark.parametrize("count", [1, 2])
def test_stills_avoid_blur_black_white_flashes_and_transitions(hard_film, models_folder, count):
    path, kinds = hard_film
    facts = looked(path, models_folder, LooksOptions(Fraction(4)))
    first = kinds.index("dissolve")
    middle, last = first + 12, len(kinds)
    transition = Transition("dissolve", first, first + 23, Span(Fraction(first, 24), Fraction(first + 24, 24)))
    shots = [
        Row(number, "found", "film", 1, "m", str(path), FrameRange(start, end), Span(Fraction(start, 24), Fraction(end, 24)), Fraction(24))
        for number, (start, end) in enumerate([(0, middle), (middle, last)], 1)
    ]
    boundaries = {"m": [Boundary(middle, Fraction(middle, 24), 0.9, transition)]}
    found = stills.choose(shots, {"m": facts}, boundaries, count)
    assert [still.shot.number for still in found] == [1] * count + [2] * count
    assert {kinds[round(still.seconds * 24)] for still in found} == {"sharp"}, [kinds[round(still.seconds * 24)] for still in found]
    ranked = stills.thumbnails(shots, {"m": facts}, boundaries, 6)
    assert len(ranked) == 2 and {kinds[round(still.seconds * 24)] for still in ranked} == {"sharp"}


@pytest.mark.parametrize("kind", ["mp4", "vfr", "ts", "avi", "late", "turned"])
def test_what_was_looked_at_is_what_is_taken_out(tmp_path, models_folder, kind):
    """Seconds of the facts name the same frame when the film is sought through as when it was read from one end to the other."""
    ticks = np.cumsum([0, *np.random.RandomState(8).randint(1500, 9000, 199)]).tolist()
    made = {
        "mp4": ("a.mp4", {}), "vfr": ("a.mkv", {"times": [Fraction(tick, 90000) for tick in ticks]}), "ts": ("a.ts", {}),
        "avi": ("a.avi", {"codec": "mpeg4", "options": {"bf": "2", "qscale": "3"}}), "late": ("a.mkv", {"start": Fraction(7, 2)}),
        "turned": ("a.mp4", {"rotation": 180}),
    }[kind]  # fmt: skip
    film = make_film(tmp_path / made[0], 200, Fraction(24), group=30, **made[1])
    facts = looked(film, models_folder, COLOUR)
    assert len(facts.frames) >= 15
    taken = [image for _moment, image in media.pictures_at(film, facts.seconds)]
    wanted = [image[::-1, ::-1] if kind == "turned" else image for image in taken]
    assert [number_of(image) for image in wanted] == list(facts.frames)


def test_a_turned_film_is_looked_at_upright(tmp_path, models_folder):
    film = make_film(tmp_path / "tall.mp4", 10, Fraction(24), (320, 180), rotation=90, pixel_aspect=Fraction(4, 3))
    width, height = looks.start(COLOUR, media.probe(film), None, runtime(models_folder)).size
    assert height > width and height / width == pytest.approx(320 * 4 / 3 / 180, rel=0.03)
