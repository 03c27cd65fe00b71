"""`ReadTexts` answered: feelings kept by text, meanings as unit vectors."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.cache import Cache
from assistant_editor.ml.engines import feelings, sentences, texts
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import CANCELLED, MISSING_MODEL, EditorError
from assistant_editor.ml.protocol import ReadTexts

TEXTS = ("I love this.", "", "The  train leaves\nat nine.", "I love this.", "This is a terrible, awful mess.")


def run(models: Path, cache: Path, given=TEXTS, what="feelings", check=lambda: None, told=lambda *_: None, notices=None):
    runtime = Runtime(models, told, (notices if notices is not None else []).append, check)
    return texts.run(ReadTexts("t", tuple(given), what), Cache(cache), runtime)


def vectors(answer) -> np.ndarray:
    return np.frombuffer(b64decode(answer["vectors"]), "<f4").reshape(-1, answer["width"])


def test_every_text_gets_a_row_in_its_place(models_folder, tmp_path):
    steps = []
    rows = run(models_folder, tmp_path, told=lambda fraction, step, _deadline: steps.append((fraction, step)))["rows"]
    assert len(rows) == 5 and rows[0] == rows[3] and rows[1] == list(feelings.NOTHING)
    assert rows[0][2] > 0.5 and rows[4][0] > 0.5 and rows[2][1] > 0.5
    assert steps[0][0] == 0 and steps[-1] == (1, "Reading how it feels")


def test_what_was_read_before_needs_no_network(models_folder, tmp_path, monkeypatch):
    first = run(models_folder, tmp_path)["rows"]

    def never(*_given):
        raise AssertionError("the network was loaded again")

    monkeypatch.setattr(feelings, "load", never)
    again = run(models_folder, tmp_path)["rows"]
    assert np.allclose(again, first, atol=1e-5)
    assert np.allclose(run(models_folder, tmp_path, ("The train leaves at nine.",))["rows"][0], first[2], atol=1e-5)
    with pytest.raises(AssertionError):
        run(models_folder, tmp_path, ("something new",))
    monkeypatch.setattr(feelings, "version", lambda: "other weights")
    with pytest.raises(AssertionError):
        run(models_folder, tmp_path)


def test_only_what_is_new_is_read(models_folder, tmp_path, monkeypatch):
    run(models_folder, tmp_path)
    asked = []

    class Listening:
        def read(self, given, check):
            asked.extend(given)
            return [feelings.NOTHING] * len(given)

    monkeypatch.setattr(feelings, "load", lambda _models: Listening())
    run(models_folder, tmp_path, (*TEXTS, "Something new."))
    assert asked == ["Something new."]


def test_the_cache_holds_no_text_and_few_files(models_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "MOST", 3)
    monkeypatch.setattr(texts, "SHELVES", 2)
    kept = texts.Kept(Cache(tmp_path), ["", "x"])
    many = {f"secret {number}": feelings.NOTHING for number in range(40)}
    assert kept.store(many) == ""
    files = [path for path in (tmp_path / "facts").rglob("*") if path.is_file()]
    assert len(files) == 2 and not any("secret" in path.read_text() for path in files)
    assert 0 < len(kept.load(list(many))) <= 6


def test_a_cache_that_cannot_be_written_is_said(models_folder, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    notices = []
    rows = run(models_folder, blocked, ("I love this.",), notices=notices)["rows"]
    assert rows[0][2] > 0.5 and len(notices) == 1 and "could not be kept" in notices[0]


def test_other_languages_are_said(models_folder, tmp_path):
    notices = []
    run(models_folder, tmp_path, ("Das ist nicht so schön, wie ich dachte.", "I love this."), notices=notices)
    assert len(notices) == 1 and notices[0].startswith("1 of 2 texts")


def test_broken_characters_are_read_all_the_same(models_folder, tmp_path):
    assert len(run(models_folder, tmp_path, ("half a pair \ud83d here", "\x00\x07"))["rows"]) == 2
    assert vectors(run(models_folder, tmp_path, ("half a pair \ud83d here",), "meaning")).shape == (1, 384)


def test_meanings_lie_close_where_texts_mean_alike(models_folder, tmp_path):
    given = ("A dog runs along the beach.", "A puppy is racing by the sea.", "The committee adjourned the budget meeting.", "")
    found = vectors(run(models_folder, tmp_path, given, "meaning"))
    assert found.dtype == np.float32 and np.allclose(np.linalg.norm(found[:3], axis=1), 1, atol=1e-4) and not found[3].any()
    assert found[0] @ found[1] > 0.5 > 0.2 > found[0] @ found[2]
    assert not list(tmp_path.rglob("*.json"))


def test_meanings_are_those_of_minilm_as_it_was_published(models_folder):
    """By the library alone: tokenizer, network, mean over the tokens, unit length."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = models_folder / "all-minilm-l6-v2"
    given = ["A dog runs along the beach.", "So what is left?"]
    tokens = AutoTokenizer.from_pretrained(folder)(given, padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = AutoModel.from_pretrained(folder)(**tokens).last_hidden_state
    shares = tokens["attention_mask"].unsqueeze(-1)
    mean = torch.nn.functional.normalize((states * shares).sum(1) / shares.sum(1)).numpy()
    feelings.load(models_folder)  # its deltas must not reach the network that reads meanings
    assert np.allclose(sentences.vectors(models_folder, given, lambda: None), mean, atol=1e-4)


@pytest.mark.parametrize("what", ["feelings", "meaning"])
def test_no_texts(models_folder, tmp_path, what):
    answer = run(models_folder, tmp_path, (), what)
    assert answer == ({"rows": []} if what == "feelings" else {"width": 384, "vectors": ""})


@pytest.mark.parametrize("what", ["feelings", "meaning"])
def test_without_the_model_and_cancelled(models_folder, tmp_path, what):
    with pytest.raises(EditorError) as told:
        run(tmp_path, tmp_path, what=what)
    assert told.value.code == MISSING_MODEL and told.value.remedy

    def check() -> None:
        raise EditorError("Cancelled.", code=CANCELLED)

    with pytest.raises(EditorError) as told:
        run(models_folder, tmp_path / "other", what=what, check=check)
    assert told.value.code == CANCELLED
