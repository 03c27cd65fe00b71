"""A text classifier of the user's: what its classes stand for, and what MiniLM says where it does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import feelings, texts
from assistant_editor.ml.engines.feelings_folder import columns, reader, shares
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError
from assistant_editor.ml.facts import EXPRESSIONS
from assistant_editor.ml.protocol import ReadTexts

from tests import tiny_classifier

SAID = ("I love this so much.", "", "The train leaves at nine.")


def test_classes_by_the_names_that_models_use():
    words = {"neg": "negative", "very positive": "positive"}
    assert columns(["NEG", "Very_Positive", "spam"], words, feelings.SENTIMENTS) == [0, 2, None]


def test_classes_that_stand_for_one_are_added():
    assert shares([[0.2, 0.3, 0.1, 0.4]], [0, 0, 2, None], 3) == [pytest.approx((0.5 / 0.6, 0, 0.1 / 0.6))]
    assert shares([[0.0, 1.0]], [0, None], 2) == [(0.5, 0.5)]


def read(folder: Path, models: Path, given=SAID) -> np.ndarray:
    return np.array(reader(folder, models)(given, lambda: None))


def test_three_sentiments_are_the_folders_and_emotions_minilms(tmp_path, models_folder):
    found = read(tiny_classifier.make(tmp_path / "own", ["Negative", "Neutral", "Positive"]), models_folder)
    packaged = np.array(feelings.load(models_folder).read(SAID, lambda: None))
    assert np.allclose(found[:, 3:], packaged[:, 3:]) and np.allclose(found[:, :3].sum(1), 1)
    assert not np.allclose(found[[0, 2], :3], packaged[[0, 2], :3], atol=0.02) and tuple(found[1]) == feelings.NOTHING


def test_beside_two_sentiments_minilm_says_what_is_neutral(tmp_path, models_folder):
    found = read(tiny_classifier.make(tmp_path / "own", ["NEGATIVE", "POSITIVE"]), models_folder)
    packaged = np.array(feelings.load(models_folder).read(SAID, lambda: None))
    assert np.allclose(found[:, 1], packaged[:, 1]) and np.allclose(found[:, :3].sum(1), 1)


def test_a_model_that_tells_all_needs_no_minilm(tmp_path):
    labels = ["negative", "neutral", "positive", "amusement", "grief"]
    found = read(tiny_classifier.make(tmp_path / "own", labels, several=True), tmp_path / "no models")
    assert np.allclose(found[:, 3:].sum(1), 1)
    none = [EXPRESSIONS.index(name) for name in ("anger", "disgust", "fear", "surprise")]
    assert not found[0, 3:][none].any() and found[0, 3:].max() < 1


def test_through_the_worker_s_door_and_kept_apart(tmp_path, models_folder):
    folder = tiny_classifier.make(tmp_path / "own", ["negative", "neutral", "positive"])
    runtime = Runtime(models_folder, lambda *_: None, lambda _: None, lambda: None)
    cache = Cache(tmp_path / "cache")
    own = texts.run(ReadTexts("t", SAID, "feelings", str(folder)), cache, runtime)["rows"]
    packaged = texts.run(ReadTexts("t", SAID, "feelings"), cache, runtime)["rows"]
    assert own[0] != packaged[0] and np.allclose(own, read(folder, models_folder), atol=1e-5)


@pytest.mark.parametrize("labels", [["spam", "ham"], ["LABEL_0", "LABEL_1", "LABEL_2"], ["positive", "neutral"]])
def test_classes_that_say_nothing_are_refused_by_name(tmp_path, models_folder, labels):
    with pytest.raises(EditorError) as told:
        reader(tiny_classifier.make(tmp_path / "own", labels), models_folder)
    assert told.value.code == BAD_INPUT and labels[0] in told.value.message


def test_no_folder(tmp_path, models_folder):
    with pytest.raises(EditorError) as told:
        reader(tmp_path / "none", models_folder)
    assert told.value.code == MISSING_MODEL and "text classifier" in told.value.message
