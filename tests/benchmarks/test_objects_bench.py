"""The benchmark of things in photographs: what it writes, and that ours in one look is ultralytics' own, with an untrained network."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from benchmarks import objects
from ml.errors import EditorError
from tests.tiny_yolo import network, saved


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Two pictures, one of them in a file with a name that is not English, and their labels."""
    for seed, name in enumerate(("a.png", "für b.png")):
        image = cv2.resize(np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8), (160, 120))
        cv2.imencode(".png", image)[1].tofile(tmp_path / name)
    coco = {
        "images": [{"id": 7, "file_name": "a.png"}, {"id": 9, "file_name": "für b.png"}],
        "categories": [{"id": 4, "name": "Ball"}, {"id": 5, "name": "tree"}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 4, "bbox": [10, 10, 50, 50], "iscrowd": 0}],
    }
    (tmp_path / "coco.json").write_text(json.dumps(coco), encoding="utf-8")
    return tmp_path


def bench(folder: Path, *more: str) -> int:
    before = sys.argv
    sys.argv = ["objects", "--coco", str(folder / "coco.json"), "--images", str(folder), "--weights", str(folder / "w.pt"), *more]
    try:
        return objects.main()
    finally:
        sys.argv = before


@pytest.mark.parametrize("fast", [False, True])
def test_what_is_found_is_written_with_names_of_files_and_classes(photographs, capsys, fast):
    saved(photographs / "w.pt", network("yolov8"))
    more = ["--out", str(photographs / "out.json"), "--json", str(photographs / "table.json"), *(["--fast"] if fast else [])]
    assert bench(photographs, *more) == 0
    told = json.loads((photographs / "out.json").read_text(encoding="utf-8"))
    assert told and {one["image_id"] for one in told} == {7, 9}
    files, categories = {7: "a.png", 9: "für b.png"}, {"ball": 4, "cube": -1, "star": -1}
    for one in told:
        assert list(one) == ["image_id", "file_name", "category_id", "category", "bbox", "score"]
        assert one["file_name"] == files[one["image_id"]] and one["category_id"] == categories[one["category"]]
        left, top, width, height = one["bbox"]
        assert left >= 0 and top >= 0 and width > 0 and height > 0 and left + width <= 160.01 and top + height <= 120.01
        assert objects.LEAST <= one["score"] <= 1
    table = json.loads((photographs / "table.json").read_text(encoding="utf-8"))
    assert table["ours, fast"]["ap50"] == pytest.approx(table["ultralytics"]["ap50"], abs=1e-3)
    assert set(table["ours, fast"]["classes"]) == {"ball"}
    assert "| ours, thorough |" in capsys.readouterr().out


def test_one_look_gives_the_boxes_that_ultralytics_gives(photographs):
    weights = saved(photographs / "w.pt", network("yolov8"))
    image = photographs / "a.png"
    ours, theirs = objects.ours(objects.yolo.Detector(weights), False)(image), objects.plain(weights, False)(image)
    assert abs(len(ours) - len(theirs)) <= 2
    near = [np.abs(theirs[:, :5] - row[:5]).max(axis=1).min() for row in ours[:50]]
    assert np.median(near) < 0.5


def test_what_cannot_be_used_is_said(photographs, tmp_path):
    class Runs:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'ran'}",)

    torch.save({"model": Runs()}, photographs / "w.pt")
    with pytest.raises(EditorError, match="would run"):
        bench(photographs)
    assert not (tmp_path / "ran").exists()
    saved(photographs / "w.pt", network("yolov8"))
    for bad in (b"none", b""):
        (photographs / "a.png").write_bytes(bad)
        with pytest.raises(EditorError, match="is no picture"):
            bench(photographs)
    (photographs / "a.png").unlink()
    with pytest.raises(EditorError, match=r"has no a\.png"):
        bench(photographs)
    (photographs / "coco.json").write_text('{"images": 3}')
    with pytest.raises(EditorError, match="no COCO file"):
        bench(photographs)
