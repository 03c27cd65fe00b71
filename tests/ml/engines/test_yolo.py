"""YOLO checkpoints: read without running anything in them, and run like ultralytics runs them."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from assistant_editor.ml.engines import boxes, yolo, yolo_file
from assistant_editor.ml.errors import BAD_INPUT, EditorError

from tests.tiny_yolo import NAMES, network, saved

ARCHITECTURES = ("yolov8", "yolo11", "yolo11-seg", "yolov8-pose", "yolo26", "yolo26-pose", "yolov10n")


class Runs:
    def __init__(self, call, *given):
        self.call, self.given = call, given

    def __reduce__(self):
        return self.call, self.given


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    """A photograph that ultralytics brings along: people before a bus, 810 x 1080."""
    from assistant_editor.ml.engines.yolo import ultralytics

    return np.ascontiguousarray(cv2.imread(str(Path(ultralytics().__file__).parent / "assets" / "bus.jpg"))[..., ::-1])


@pytest.fixture(scope="module")
def real(fixtures_folder) -> yolo.Detector:
    return yolo.Detector(fixtures_folder / "models" / "yolov8n.pt")


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_what_is_read_computes_what_was_saved(tmp_path, kind):
    made = network(kind)
    found, does = yolo_file.read(saved(tmp_path / "a.pt", made))
    assert does == ("segment" if kind.endswith("-seg") else "pose" if kind.endswith("-pose") else "detect")
    assert type(found) is type(made) and not any(isinstance(layer, yolo_file.Husk) for layer in found.modules())
    given = torch.rand(1, 3, 160, 160)
    with torch.inference_mode():
        one, other = (net(given)[0] for net in (copy.deepcopy(made).half().float(), found))
    for left, right in zip(*(((x,) if isinstance(x, torch.Tensor) else x) for x in (one, other)), strict=True):
        assert torch.equal(left, right)


def test_a_fused_network_whose_methods_were_stored_with_it_is_read(tmp_path):
    made = copy.deepcopy(network("yolov8")).fuse(verbose=False)
    found, _ = yolo_file.read(saved(tmp_path / "fused.pt", made))
    given = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.allclose(found(given)[0], copy.deepcopy(made).half().float()(given)[0])


def test_the_averaged_network_goes_before_the_last_one(tmp_path):
    last, averaged = network(seed=1), network(seed=2)
    found, _ = yolo_file.read(saved(tmp_path / "a.pt", last, ema=copy.deepcopy(averaged)))
    assert torch.equal(next(found.parameters()), next(averaged.parameters()))


def evil(path: Path, **content) -> Path:
    torch.save({"model": network(), **content}, path)
    return path


@pytest.mark.parametrize("where", ["train_args", "model", "ema"])
def test_a_file_that_would_run_something_is_refused(tmp_path, where):
    mark = tmp_path / "ran"
    path = evil(tmp_path / "bad.pt", **{where: Runs(os.system, f"touch {mark}")})
    with pytest.raises(EditorError, match=r"would run (posix|nt)\.system") as caught:
        yolo.Detector(path)
    assert caught.value.code == BAD_INPUT and not mark.exists()


def test_nothing_that_ultralytics_has_can_be_called_either(tmp_path):
    from ultralytics.nn.tasks import DetectionModel
    from ultralytics.utils.downloads import safe_download

    for call, given in ((safe_download, ("http://127.0.0.1:9/x",)), (DetectionModel, ("yolo11n.yaml",))):
        with pytest.raises(EditorError, match="cannot be read as a YOLO checkpoint") as caught:
            yolo_file.read(evil(tmp_path / "bad.pt", extra=Runs(call, *given)))
        assert "wants to call ultralytics" in caught.value.detail


def test_only_plain_methods_of_layers_can_be_had_by_name(tmp_path):
    for name in ("__init__", "_parameters", "no_such", "weight"):
        made = copy.deepcopy(network())
        made.extra = Runs(getattr, torch.nn.Conv2d, name)
        torch.save({"model": made}, tmp_path / "bad.pt")
        with pytest.raises(EditorError, match="cannot be read") as caught:
            yolo_file.read(tmp_path / "bad.pt")
        assert f"has no method {name}" in caught.value.detail
    with pytest.raises(EditorError, match="cannot be read") as caught:
        yolo_file.read(evil(tmp_path / "bad.pt", extra=Runs(getattr, {}, "keys")))
    assert "something that is no layer" in caught.value.detail


def test_networks_of_another_kind_are_named(tmp_path):
    from ultralytics.nn.tasks import ClassificationModel

    sorts = ClassificationModel("yolo11n-cls.yaml", nc=3, verbose=False)
    with pytest.raises(EditorError, match="another kind \\(ClassificationModel\\)"):
        yolo.Detector(saved(tmp_path / "cls.pt", sorts))
    with pytest.raises(EditorError, match="another kind"):
        yolo.Detector(saved(tmp_path / "layer.pt", torch.nn.Conv2d(1, 1, 1)))
    torch.save(network().state_dict(), tmp_path / "numbers.pt")
    with pytest.raises(EditorError, match="cannot be read as a YOLO checkpoint"):
        yolo.Detector(tmp_path / "numbers.pt")


@pytest.mark.parametrize(("kind", "thorough"), [*((kind, False) for kind in ARCHITECTURES), ("yolov8-pose", True), ("yolo26", True)])
def test_rows_lie_in_the_picture_the_surest_first(tmp_path, kind, thorough):
    detector = yolo.Detector(saved(tmp_path / "a.pt", network(kind)))
    assert detector.size == 160 and detector.names == tuple(NAMES.values())
    images = [np.random.default_rng(seed).integers(0, 255, (90, 200, 3), dtype=np.uint8) for seed in range(2)]
    for rows in detector.detect(images, 0.001, thorough):
        assert rows.dtype == np.float32 and rows.shape[1] == (57 if kind.endswith("-pose") else 6) and 0 < len(rows) <= boxes.MOST
        assert (rows[:, :4] >= 0).all() and (rows[:, 2] <= 200).all() and (rows[:, 3] <= 90).all()
        assert (rows[:, 2] > rows[:, 0]).all() and (rows[:, 3] > rows[:, 1]).all()
        assert (np.diff(rows[:, 4]) <= 0).all() and set(rows[:, 5]) <= {0, 1, 2}


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3), (7, 5), (641, 639)])
def test_odd_sizes_are_looked_at(tmp_path, shape):
    detector = yolo.Detector(saved(tmp_path / "a.pt", network()))
    (rows,) = detector.detect([np.full((*shape, 3), 90, np.uint8)], 0.0001)
    assert rows.shape[1] == 6 and (rows[:, 2] <= shape[1]).all() and (rows[:, 3] <= shape[0]).all()


def test_a_mirrored_pose_has_its_left_and_right_again():
    row = np.zeros((1, 57), np.float32)
    row[0, :6] = 10, 20, 30, 60, 0.9, 0
    points = row[:, 6:].reshape(1, 17, 3)
    points[0, 5], points[0, 6] = (12, 25, 0.8), (28, 25, 0.4)  # left and right shoulder
    turned = boxes.mirrored(boxes.mirrored(row, 100), 100)
    assert np.array_equal(turned, row)
    once = boxes.mirrored(row, 100)
    assert once[0, :4].tolist() == [70, 20, 90, 60]
    assert once[:, 6:].reshape(17, 3)[6].tolist() == [88, 25, pytest.approx(0.8)]


def test_what_several_looks_see_is_there_once():
    one = np.array([[0, 0, 10, 10, 0.6, 0], [50, 50, 60, 60, 0.3, 0]], np.float32)
    other = np.array([[0, 0, 10, 10.5, 0.9, 0], [0, 0, 10, 10, 0.5, 1]], np.float32)
    rows = boxes.united([one, other])
    assert rows[:, 4].tolist() == [pytest.approx(0.9), 0.5, pytest.approx(0.3)]
    assert boxes.united([one[:0], other[:0]]).shape == (0, 6)


def test_ultralytics_leaves_the_process_and_the_home_as_they_were(tmp_path):
    code = (
        "import os, sys, torch, cv2, numpy; cv2.setNumThreads(3); before = dict(os.environ), torch.save, numpy.get_printoptions()\n"
        "from ml.engines import yolo; yolo.ultralytics()\n"
        "assert (dict(os.environ), torch.save, numpy.get_printoptions()) == before\n"
        "assert cv2.getNumThreads() == 3 and 'torchvision' not in sys.modules\n"
        "import importlib.metadata as m\n"
        "try: m.version('torchvision')\n"
        "except m.PackageNotFoundError: pass\n"
        "else: assert __import__('importlib').util.find_spec('torchvision')\n"
        "from ultralytics.utils import AUTOINSTALL, ONLINE; assert not AUTOINSTALL and not ONLINE\n"
    )
    root = Path(__file__).resolve().parents[3]
    around = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "APPDATA": str(tmp_path)}
    for name in ("YOLO_CONFIG_DIR", "OMP_NUM_THREADS"):
        around.pop(name, None)
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.rglob("*") if "ltralytics" in path.name]


def test_real_weights_see_what_ultralytics_sees(real, picture, fixtures_folder):
    from ultralytics import YOLO

    plain = YOLO(str(fixtures_folder / "models" / "yolov8n.pt"))
    plain.add_callback("on_predict_batch_start", lambda predictor: setattr(predictor, "done_warmup", True))
    (result,) = plain.predict(picture[..., ::-1], conf=0.25, verbose=False, save=False)
    (rows,) = real.detect([picture], 0.25)
    theirs = result.boxes.data.numpy()
    assert len(rows) == len(theirs) >= 4
    order = [int(np.argmin(np.abs(theirs[:, :4] - row[:4]).sum(axis=1))) for row in rows]
    assert sorted(order) == list(range(len(rows)))
    assert np.abs(rows[:, :4] - theirs[order, :4]).max() < 1.0
    assert np.abs(rows[:, 4] - theirs[order, 4]).max() < 0.01 and (rows[:, 5] == theirs[order, 5]).all()


def test_real_weights_find_people_and_bus_thoroughly_too(real, picture):
    for thorough in (False, True):
        (rows,) = real.detect([picture], 0.5, thorough)
        words = [real.names[int(number)] for number in rows[:, 5]]
        assert words.count("person") == 3 and words.count("bus") == 1
