"""The network gives what the published module gives; a film that streams by gives what the whole film would."""

from __future__ import annotations

import importlib.util
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import shots, shots_neural, transnetv2
from assistant_editor.ml.engines.beside import PENDING
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.engines.shots_neural import SIGHT
from assistant_editor.ml.errors import CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import Media, ShotsOptions, Span, VideoStream
from assistant_editor.ml.models import path_of

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def golden_frames() -> np.ndarray:
    spec = importlib.util.spec_from_file_location("make_transnetv2", GOLDEN / "make_transnetv2.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.frames()


@pytest.fixture(scope="module")
def network(models_folder):
    return transnetv2.load(path_of("transnetv2", models_folder))


def film(frames: int) -> Media:
    return Media(Fraction(frames, 25), VideoStream(640, 360, Fraction(25), Fraction(0), Fraction(frames, 25), frames))


def runtime(models: Path, check=lambda: None) -> Runtime:
    return Runtime(models, lambda *_: None, lambda _: None, check)


def feed(consumer, images: np.ndarray, first: int = 0):
    for number, image in enumerate(images):
        consumer.take(first + number, Fraction(first + number, 25), image)
    return consumer.finish()


def test_outputs_equal_the_published_modules(network):
    wanted = json.loads((GOLDEN / "transnetv2.json").read_text())
    with torch.inference_mode():
        one, many, _features = network(torch.from_numpy(golden_frames()))
    assert np.abs(torch.sigmoid(one).numpy() - wanted["one"]).max() < 1e-5
    assert np.abs(torch.sigmoid(many).numpy() - wanted["many"]).max() < 1e-5
    assert max(wanted["one"][1]) > 0.9, "the golden film with a cut must have one"


def test_predict_gives_the_middle_of_each_window(network):
    windows = torch.from_numpy(golden_frames())
    with torch.inference_mode():
        one, many, wide = network(windows)
    middle, features = transnetv2.predict(network, windows)
    assert middle.shape == (2, 3, 50) and features.shape == (3, 50, transnetv2.FEATURES)
    assert torch.allclose(middle[0], torch.sigmoid(one)[:, 25:75]) and torch.allclose(middle[1], torch.sigmoid(many)[:, 25:75])
    assert torch.equal(features, wide[:, 25:75])


def test_half_the_digits_say_the_same(network, models_folder):
    quick = transnetv2.load(path_of("transnetv2", models_folder), kind=torch.bfloat16)
    windows = torch.from_numpy(golden_frames())
    exact, rounded = transnetv2.predict(network, windows)[0], transnetv2.predict(quick, windows)[0]
    assert (exact - rounded).abs().max() < 0.1
    assert torch.equal(exact > 0.5, rounded > 0.5)


def looks(consumer) -> list:
    """Every window the network is shown, as (start, frames), collected while the consumer works."""
    seen = []
    look = consumer.cascade._look
    consumer.cascade._look = lambda start, frames: (seen.append((start, frames)), look(start, frames))[1]
    return seen


@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 130, 420])
def test_windows_hold_every_frame_once_with_its_neighbours(models_folder, count):
    images = np.concatenate([*golden_frames()[1:]] * 3)[:count]
    consumer = shots.start(ShotsOptions(thorough=True), film(count), None, runtime(models_folder))
    seen = looks(consumer)
    feed(consumer, images)
    padded = np.pad(images, ((SIGHT, SIGHT), (0, 0), (0, 0), (0, 0)), "edge")
    ends = 0
    for start, frames in seen:
        assert start == ends and len(frames) - 2 * SIGHT <= 200
        assert np.array_equal(frames, padded[start : start + len(frames)])
        ends = start + len(frames) - 2 * SIGHT
    assert ends == count == consumer.looked


@pytest.mark.parametrize("longest", [150, 400])
def test_a_long_stretch_read_in_parts_gives_the_same(models_folder, monkeypatch, longest):
    images = np.concatenate([*golden_frames()[1:]] * 6)
    whole = feed(shots.start(ShotsOptions(thorough=True), film(1200), None, runtime(models_folder)), images)
    monkeypatch.setattr(shots_neural, "LONGEST", longest)
    parts = feed(shots.start(ShotsOptions(thorough=True), film(1200), None, runtime(models_folder)), images)
    sure = [[(one.frame, one.kind) for one in facts.boundaries if one.score >= 0.5] for facts in (whole, parts)]
    assert sure[0] == sure[1] and len(sure[0]) >= 6


def test_the_network_is_spared_where_nothing_happens(models_folder):
    still = np.broadcast_to(golden_frames()[1][:1], (600, 27, 48, 3))
    images = np.concatenate([still, golden_frames()[1][40:60], still[:0], np.broadcast_to(golden_frames()[1][-1:], (600, 27, 48, 3))])
    consumer = shots.start(ShotsOptions(), film(len(images)), None, runtime(models_folder))
    (cut,) = [one for one in feed(consumer, images).boundaries if one.score >= 0.5]
    assert cut.frame == 610 and consumer.looked <= 200


def test_memory_does_not_grow_with_the_film(models_folder):
    consumer = shots.start(ShotsOptions(), film(5000), None, runtime(models_folder))
    picture, most = golden_frames()[1][0], 0
    for number in range(5000):
        consumer.take(number, Fraction(number, 25), picture)
        most = max(most, len(consumer.cascade._frames))
        assert len(consumer._frames) < shots_neural.TOGETHER and len(consumer._work._pending) <= PENDING
    consumer.finish()
    assert most <= shots_neural.TOGETHER + shots_neural.BLOCK + 3 * SIGHT


def test_a_hard_cut_is_the_first_frame_of_the_new_shot(models_folder):
    facts = feed(shots.start(ShotsOptions(), film(100), None, runtime(models_folder)), golden_frames()[1])
    (cut,) = [boundary for boundary in facts.boundaries if boundary.score >= 0.5]
    assert (cut.frame, cut.seconds) == (50, Fraction(2))
    assert (facts.frames, facts.detector, facts.rate, facts.span) == (100, "transnetv2", 25, Span(Fraction(0), Fraction(4)))


def test_frames_of_a_range_keep_their_numbers(models_folder):
    span = Span(Fraction(40), Fraction(44))
    facts = feed(shots.start(ShotsOptions(), film(5000), span, runtime(models_folder)), golden_frames()[1], first=1000)
    assert facts.span == span
    assert [(cut.frame, cut.seconds) for cut in facts.boundaries if cut.score >= 0.5] == [(1050, Fraction(42))]


def test_no_frames_give_no_boundaries(models_folder):
    span = Span(Fraction(4), Fraction(4))
    assert shots.start(ShotsOptions(), film(100), span, runtime(models_folder)).finish().boundaries == ()


def test_cancelling_reaches_a_consumer_that_waits_for_the_network(models_folder):
    def cancelled():
        raise EditorError("Cancelled.", code=CANCELLED)

    consumer = shots.start(ShotsOptions(thorough=True), film(5000), None, runtime(models_folder, cancelled))
    consumer.cascade._look = lambda start, frames: __import__("time").sleep(0.5)
    with pytest.raises(EditorError) as caught:
        feed(consumer, np.concatenate([*golden_frames()[1:]] * 4))
    assert caught.value.code == CANCELLED


def test_cancelling_ends_the_work_on_the_thread_before_the_next_window(models_folder):
    asked = []

    def check():
        if asked:
            raise EditorError("Cancelled.", code=CANCELLED)

    consumer = shots.start(ShotsOptions(thorough=True), film(5000), None, runtime(models_folder, check))
    seen = looks(consumer)
    look = consumer.cascade._look
    consumer.cascade._look = lambda start, frames: (asked.append(start), look(start, frames))[1]
    with pytest.raises(EditorError) as caught:
        feed(consumer, np.concatenate([*golden_frames()[1:]] * 4))
    assert caught.value.code == CANCELLED
    consumer.close()
    consumer._work._pool.shutdown(wait=True)
    assert len(asked) == len(seen) == 1


def test_every_window_after_the_last_frame_is_told_once(models_folder):
    told = []
    consumer = shots.start(
        ShotsOptions(thorough=True),
        film(400),
        None,
        Runtime(models_folder, lambda *said: told.append(said[0]), lambda _: None, lambda: None),
    )
    look = consumer.cascade._look
    consumer.cascade._look = lambda start, frames: (__import__("time").sleep(0.3), look(start, frames))[1]
    feed(consumer, np.concatenate([*golden_frames()[1:]] * 2)[:399])
    assert told == sorted(set(told)) and len(told) >= 2 and told[-1] == 1


def test_a_failure_in_the_thread_reaches_the_caller(models_folder):
    consumer = shots.start(ShotsOptions(thorough=True), film(5000), None, runtime(models_folder))

    def fail(_start, _frames):
        raise RuntimeError("out of memory")

    consumer.cascade._look = fail
    with pytest.raises(RuntimeError, match="out of memory"):
        feed(consumer, np.zeros((60, 27, 48, 3), np.uint8))


def test_missing_weights_name_the_remedy(tmp_path):
    with pytest.raises(EditorError) as caught:
        shots.start(ShotsOptions(), film(100), None, runtime(tmp_path))
    assert caught.value.code == MISSING_MODEL and caught.value.remedy
