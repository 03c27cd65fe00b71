"""The networks of faces give the numbers of the code they were published with; faces are cut out where they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from assistant_editor.ml.engines import face_align, face_expression, face_identity
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.models import path_of

from tests.golden.make_face_networks import drawn, grey

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "face_networks.json").read_text())


def test_vectors_are_those_of_dlib(models_folder):
    network = face_identity.Identity(path_of("dlib-face-resnet", models_folder))
    vectors = network.describe(drawn(face_align.SIDE)) * face_identity.BOUND
    assert np.abs(vectors - np.array(GOLDEN["vectors"])).max() < 1e-4
    assert network.describe(np.zeros((0, 150, 150, 3), np.uint8)).shape == (0, network.width)


def test_vectors_are_those_of_dlib_itself_where_it_is_installed(models_folder):
    dlib = pytest.importorskip("dlib", reason="dlib is not installed; its numbers are in face_networks.json")
    path = path_of("dlib-face-resnet", models_folder)
    theirs = [np.array(dlib.face_recognition_model_v1(str(path)).compute_face_descriptor(face)) for face in drawn(face_align.SIDE)]
    assert np.abs(face_identity.Identity(path).describe(drawn(face_align.SIDE)) * face_identity.BOUND - theirs).max() < 1e-4


def test_shares_are_those_of_keras(models_folder):
    shares = face_expression.Expressions(path_of("fer-mini-xception", models_folder)).read(grey(64))
    assert np.abs(shares - np.array(GOLDEN["shares"])).max() < 1e-4
    assert shares.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("network", [face_identity.Identity, face_expression.Expressions])
def test_another_file_is_refused(tmp_path, network):
    (tmp_path / "weights").write_bytes(b"something else")
    with pytest.raises(EditorError) as caught:
        network(tmp_path / "weights")
    assert caught.value.code == BAD_INPUT and caught.value.remedy


def dotted(marks: np.ndarray, size: tuple[int, int] = (400, 300)) -> np.ndarray:
    """White dots of 9 pixels on black where landmarks are."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    for x, y in marks.round().astype(int):
        image[y - 4 : y + 5, x - 4 : x + 5] = 255
    return image


@pytest.mark.parametrize("turn", [0, 30, -75, 180])
@pytest.mark.parametrize("scale", [70.0, 200.0])
def test_a_face_is_brought_upright_from_wherever_it_looks(turn, scale):
    """Landmarks that are a turned mean face land where the network's mean face has them."""
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    marks = (face_align.FACE - 0.5) * scale @ rotation.T + (200, 150)
    seen = face_align.upright(dotted(marks), marks)
    assert seen.shape == (150, 150, 3)
    for x, y in face_align.mean_face(150):
        assert seen[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].mean() > 120


def test_a_square_around_a_face_keeps_its_middle_and_its_edges():
    image = np.arange(40 * 60, dtype=np.int64).reshape(40, 60) % 251
    image = np.repeat(image[..., None], 3, axis=2).astype(np.uint8)
    inside = face_align.square(image, (20.0, 10.0, 10.0, 20.0), 0.0)
    assert np.array_equal(inside, image[10:30, 15:35])
    over = face_align.square(image, (-6.0, -10.0, 20.0, 20.0), 0.0)
    assert over.shape == (20, 20, 3) and np.array_equal(over[10:, 6:], image[:10, :14]) and (over[:10, 6:] == image[0, :14]).all()
    assert face_align.square(image, (50.0, 30.0, 30.0, 30.0), 0.5, 64).shape == (64, 64, 3)
