"""Mattes whose edges a network draws: one that does a known thing, an untrained one, and what is refused."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from assistant_editor.ml.engines import matte_networks
from assistant_editor.ml.errors import BAD_INPUT, MISSING_MODEL, EditorError
from assistant_editor.ml.mattes import MatteOptions, Wanted

from tests import tiny_matting, tiny_style
from tests.ml.engines.test_cut_outs import grid, made, read, walk  # noqa: F401  a fixture

SIZE = (640, 360)


def red_shape() -> tuple[np.ndarray, np.ndarray]:
    """(a red ellipse before blue, where it is)."""
    drawn = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(drawn, (300, 180), (120, 90), 0, 0, 360, 255, -1)
    image = np.where(drawn[..., None] > 0, np.array([220, 20, 30]), np.array([20, 30, 200])).astype(np.uint8)
    return image, drawn > 0


def rough(truth: np.ndarray) -> np.ndarray:
    """As a network draws it: small, soft, and a little too large."""
    return cv2.resize(cv2.GaussianBlur(cv2.dilate(truth.astype(np.float32), np.ones((9, 9))), (0, 0), 4), (256, 144))


@pytest.mark.parametrize(("matrix", "bias"), [((8.0, 0.0, -8.0), 0.0), ((0.08, 0.0, -0.08), 0.0), ((30.0, 0.0, 0.0), -15.0)])
def test_a_portrait_network_draws_the_edge_however_it_wants_colours(
    tmp_path: Path, matrix: tuple[float, float, float], bias: float
) -> None:
    """Its matte is how much redder than blue a point is: of the ways to give it colours that is found by which it sees what was drawn."""
    image, truth = red_shape()
    matting = matte_networks.load(str(tiny_matting.portrait(tmp_path / "red.onnx", matrix, bias)))
    found = matting(image, rough(truth))
    assert found.dtype == np.uint8 and found.shape == truth.shape and matting.name == "red"
    assert np.abs(found / 255 - truth).mean() < 0.01 < np.abs(cv2.resize(rough(truth), SIZE) - truth).mean()
    assert not matting(image, np.zeros((144, 256), np.float32)).any()


def test_far_from_what_was_drawn_it_says_nothing(tmp_path: Path) -> None:
    """Somebody else in the picture is not cut out."""
    image, truth = red_shape()
    image[20:60, 560:620] = (220, 20, 30)
    found = matte_networks.load(str(tiny_matting.portrait(tmp_path / "red.onnx", (8.0, 0.0, -8.0))))(image, rough(truth))
    assert not found[:80, 540:].any() and found[180, 300] == 255


def test_vitmatte_is_asked_near_the_edge_alone(tmp_path: Path) -> None:
    image, truth = red_shape()
    matting = matte_networks.load(str(tiny_matting.vitmatte(tmp_path / "vitmatte")))
    asked: list[np.ndarray] = []
    alpha = matting._alpha
    matting._alpha = lambda small, trimap: asked.append(trimap) or alpha(small, trimap)
    found = matting(image, rough(truth))
    assert found.shape == truth.shape and found[180, 300] == 255 and not found[10:40].any()
    (trimap,) = asked
    assert set(np.unique(trimap)) == {0.0, 0.5, 1.0} and 0.02 < (trimap == 0.5).mean() < 0.4
    assert (trimap[truth & (trimap != 0.5)] == 1).all() and not trimap[~truth & (trimap != 0.5)].any()


def test_vitmatte_answers_as_the_library_runs_it(tmp_path: Path) -> None:
    """What lies in the part that is looked at is the network's own answer for it, whatever was filled up."""
    import torch
    import transformers

    path = tiny_matting.vitmatte(tmp_path / "vitmatte")
    matting = matte_networks.load(str(path))
    image, _ = red_shape()
    trimap = np.zeros(SIZE[::-1], np.float32)
    trimap[100:260, 200:392] = 0.5
    rows, columns = slice(100 - 32, 260 + 32), slice(200 - 32, 392 + 32)
    given = np.dstack([(image.astype(np.float32) / 255 - 0.5) / 0.5, trimap])[rows, columns]
    network = transformers.VitMatteForImageMatting.from_pretrained(path).eval()
    with torch.inference_mode():
        theirs = network(pixel_values=torch.from_numpy(given.transpose(2, 0, 1)[None].copy())).alphas[0, 0].numpy()
    assert np.abs(matting._alpha(image, trimap)[rows, columns] - theirs).max() < 1e-5


@pytest.mark.parametrize("kind", ["portrait.onnx", "vitmatte"])
def test_a_film_is_made_with_them(kind: str, models_folder: Path, walk: Path, tmp_path: Path) -> None:  # noqa: F811
    make = tiny_matting.portrait if kind.endswith("onnx") else tiny_matting.vitmatte
    asked = Wanted(str(walk), "m", str(tmp_path / "mattes"), grid(3), MatteOptions(matting=str(make(tmp_path / kind))))
    matte = made(asked, models_folder)
    assert len(read(matte.path)) == 3 and matte.method.endswith(f"edges by {Path(kind).stem}")


def test_what_is_no_matting_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.onnx").write_bytes(b"nothing")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "config.json").write_text('{"model_type": "clip"}')
    colours = tiny_style.onnx(tmp_path / "style.onnx")
    cases = (("gone.onnx", MISSING_MODEL), ("none.onnx", BAD_INPUT), (colours.name, BAD_INPUT), ("folder", BAD_INPUT))
    for name, code in cases:
        with pytest.raises(EditorError) as caught:
            matte_networks.load(str(tmp_path / name))
        assert caught.value.code == code and "Matting Model" in caught.value.remedy
