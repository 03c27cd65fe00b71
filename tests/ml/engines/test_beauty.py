"""Aesthetic models of the user's: that their files are read and run as their makers meant, on networks too small to know beauty."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import beauty
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError

from tests import tiny_beauty

RUNTIME = Runtime(Path("none"), lambda *_: None, lambda _: None, lambda: None)
WHITE, BLACK = (np.full((90, 160, 3), level, np.uint8) for level in (255, 0))
RED = np.zeros((90, 160, 3), np.uint8)
RED[..., 0] = 255


def load(path: Path) -> beauty.Judge:
    return beauty.load(str(path), RUNTIME)


@pytest.mark.parametrize("last", [False, True], ids=["channels first", "channels last"])
def test_ten_chances_are_the_mean_mark(tmp_path, last):
    """All weight on the red channel, towards the highest mark."""
    weight = np.zeros((10, 3))
    weight[9, 0] = 20
    judge = load(tiny_beauty.onnx(tmp_path / "nima.onnx", weight, np.zeros(10), last=last))
    red, black = judge.judge([RED, BLACK])
    assert judge.name == "nima" and red > 0.99 and black < 0.5, (red, black)


def test_chances_are_marks_by_hand(tmp_path):
    bias = np.log(np.arange(1, 11))
    judge = load(tiny_beauty.onnx(tmp_path / "a.onnx", np.zeros((10, 3)), bias))
    marks = np.arange(1, 11)
    assert judge.judge([WHITE])[0] == pytest.approx(((marks * marks).sum() / marks.sum() - 1) / 9, abs=1e-4)


def test_one_mark_and_what_the_file_beside_it_says(tmp_path):
    path = tiny_beauty.onnx(tmp_path / "one.onnx", np.array([[1, 0, 0]]), [4.0], side=64, chances=False)
    (tmp_path / "one.json").write_text(json.dumps({"size": 64, "mean": [0, 0, 0], "std": [1, 1, 1], "lowest": 4, "highest": 6}))
    assert load(path).judge([RED, BLACK]) == pytest.approx([0.5, 0], abs=1e-4)


@pytest.mark.parametrize(
    "said", ["nothing", '{"std": [0, 1, 1]}', '{"lowest": 3, "highest": 3}', '{"mean": [1]}', '{"size": 100000}', "[]"]
)
def test_nonsense_beside_it_is_refused(tmp_path, said):
    path = tiny_beauty.onnx(tmp_path / "one.onnx", np.ones((1, 3)), [0.0], chances=False)
    (tmp_path / "one.json").write_text(said)
    with pytest.raises(EditorError) as caught:
        load(path)
    assert caught.value.code == BAD_INPUT and "one.json" in caught.value.message


def test_files_that_are_no_judge(tmp_path):
    (tmp_path / "torn.onnx").write_bytes(b"\x08\x07 nothing")
    three = tiny_beauty.onnx(tmp_path / "three.onnx", np.ones((3, 3)), np.zeros(3))
    (tmp_path / "empty").mkdir()
    for path, code in ((tmp_path / "torn.onnx", BAD_INPUT), (three, BAD_INPUT), (tmp_path / "none", MISSING_MODEL),
                       (tmp_path / "empty", MISSING_MODEL)):  # fmt: skip
        with pytest.raises(EditorError) as caught:
            load(path)
        assert caught.value.code == code and "Beauty Model" in caught.value.remedy


@pytest.mark.parametrize("file", ["head.safetensors", "sa_linear.pth"])
def test_clip_with_a_linear_head(tmp_path, file):
    """A head without weights gives its bias; turned about, it gives the other side of the middle mark."""
    rows = np.random.RandomState(2).standard_normal((1, 12))
    zero = load(tiny_beauty.clip(tmp_path / "zero", [np.zeros((1, 12))], [np.array([5.5])], file))
    there = load(tiny_beauty.clip(tmp_path / "there", [rows], [np.array([5.5])], file))
    back = load(tiny_beauty.clip(tmp_path / "back", [-rows], [np.array([5.5])], file))
    assert zero.judge([WHITE, RED]) == pytest.approx([0.5, 0.5])
    first, second = there.judge([WHITE, RED]), back.judge([WHITE, RED])
    assert first + second == pytest.approx([1, 1], abs=1e-5) and abs(first[0] - first[1]) > 1e-3


def test_layers_of_a_head_are_multiplied_out(tmp_path):
    random = np.random.RandomState(4)
    layers = [random.standard_normal(shape) / 2 for shape in ((8, 12), (4, 8), (1, 4))]
    biases = [random.standard_normal(len(layer)) for layer in layers]
    weight, bias = layers[2] @ layers[1] @ layers[0], layers[2] @ (layers[1] @ biases[0] + biases[1]) + biases[2] + 5
    biases[2] = biases[2] + 5
    deep = load(tiny_beauty.clip(tmp_path / "deep", layers, biases)).judge([WHITE, RED])
    flat = load(tiny_beauty.clip(tmp_path / "flat", [weight], [bias])).judge([WHITE, RED])
    assert deep == pytest.approx(flat, abs=1e-5) and 0 < deep[0] < 1


def test_clip_without_a_head_that_fits_and_code_in_its_place_are_refused(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    wrong = tiny_beauty.clip(tmp_path / "wrong", [np.zeros((1, 7))], [np.zeros(1)])
    trap = tiny_beauty.clip(tmp_path / "trap", [np.zeros((1, 12))], [np.zeros(1)], "head.pth")
    torch.save({"weight": Trap()}, trap / "head.pth")
    for folder in (wrong, trap):
        with pytest.raises(EditorError) as caught:
            load(folder)
        assert caught.value.code == BAD_INPUT
    assert not (tmp_path / "sprung").exists()


def test_a_classifier_gives_the_chance_of_its_good_label(tmp_path):
    one = load(tiny_beauty.classifier(tmp_path / "one"))
    other = load(tiny_beauty.classifier(tmp_path / "other", ("not_aesthetic", "aesthetic")))
    noise = np.random.RandomState(1).randint(0, 255, (90, 160, 3)).astype(np.uint8)
    chances = one.judge([noise, RED])
    assert 0 < chances[0] < 1 and chances[0] != pytest.approx(chances[1], abs=1e-3)
    assert chances + other.judge([noise, RED]) == pytest.approx([1, 1], abs=1e-5)
    with pytest.raises(EditorError) as caught:
        load(tiny_beauty.classifier(tmp_path / "cats", ("cat", "dog")))
    assert caught.value.code == BAD_INPUT and "cat, dog" in caught.value.message
