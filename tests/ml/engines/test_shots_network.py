"""The network gives what the published module gives, and its windows are fed as published."""

from __future__ import annotations

import importlib.util
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import shots, transnetv2
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, CANCELLED, MISSING_MODEL, EditorError
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
        one, many = network(torch.from_numpy(golden_frames()))
    assert np.abs(torch.sigmoid(one).numpy() - wanted["one"]).max() < 1e-5
    assert np.abs(torch.sigmoid(many).numpy() - wanted["many"]).max() < 1e-5
    assert max(wanted["one"][1]) > 0.9, "the golden film with a cut must have one"


def test_predict_gives_the_middle_of_each_window(network):
    windows = torch.from_numpy(golden_frames())
    with torch.inference_mode():
        one, many = network(windows)
    middle = transnetv2.predict(network, windows)
    assert middle.shape == (2, 3, 50)
    assert torch.allclose(middle[0], torch.sigmoid(one)[:, 25:75]) and torch.allclose(middle[1], torch.sigmoid(many)[:, 25:75])


def published_scores(network, images: np.ndarray) -> np.ndarray:
    """The windows of the paper's own code, made from the whole film at once."""
    count = len(images)
    padded = np.concatenate([images[:1].repeat(25, 0), images, images[-1:].repeat(25 + 50 - (count % 50 or 50), 0)])
    windows = np.stack([padded[begin : begin + 100] for begin in range(0, len(padded) - 99, 50)])
    return np.concatenate([transnetv2.predict(network, torch.from_numpy(window[None]))[0, 0].numpy() for window in windows])[:count]


@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 130])
def test_streamed_windows_are_the_published_ones(network, models_folder, monkeypatch, count):
    images = np.concatenate(list(golden_frames()[1:]))[:count]
    seen = []
    monkeypatch.setattr(shots, "peaks", lambda scores: seen.extend(scores) or [])
    feed(shots.start(ShotsOptions(), film(count), None, runtime(models_folder)), images)
    assert np.allclose(seen, published_scores(network, images), atol=1e-6)


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

    consumer = shots.start(ShotsOptions(), film(5000), None, runtime(models_folder, cancelled))
    consumer._predict = lambda windows: __import__("time").sleep(0.5) or np.zeros(50, np.float32)
    with pytest.raises(EditorError) as caught:
        feed(consumer, np.zeros((400, 27, 48, 3), np.uint8))
    assert caught.value.code == CANCELLED


def test_a_failure_in_the_thread_reaches_the_caller(models_folder):
    consumer = shots.start(ShotsOptions(), film(5000), None, runtime(models_folder))

    def fail(_):
        raise RuntimeError("out of memory")

    consumer._predict = fail
    with pytest.raises(RuntimeError, match="out of memory"):
        feed(consumer, np.zeros((60, 27, 48, 3), np.uint8))


def test_missing_weights_name_the_remedy(tmp_path):
    with pytest.raises(EditorError) as caught:
        shots.start(ShotsOptions(), film(100), None, runtime(tmp_path))
    assert caught.value.code == MISSING_MODEL and caught.value.remedy


def test_weights_that_do_not_fit_are_refused(tmp_path):
    path = tmp_path / "weights.pth"
    torch.save({"fc1.weight": torch.zeros(2)}, path)
    with pytest.raises(EditorError) as caught:
        transnetv2.load(path)
    assert caught.value.code == BAD_INPUT and "weights.pth" in caught.value.message
