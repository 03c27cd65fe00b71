"""Things in photographs, found by ours and by ultralytics alone with the same weights, in one run.

    python3 dev.py bench objects --coco FILE --images DIR --weights FILE [--out FILE] [--json FILE] [--fast]

FILE is a COCO file of boxes (images, annotations, categories), DIR holds its images, the weights are a checkpoint of ultralytics. Classes
are told apart by their names, those of PASCAL VOC too. AP50 and mAP are COCO's (`coco_scoring`). Everybody finds all that is at least
.001 sure, as ultralytics does when it validates; images a second include reading the files, not loading the network.

Ours is measured as films are looked at ("fast": one look, at 640 pixels or what the network was trained with) and as `thorough` asks for
(three looks, at three sizes and mirrored), ultralytics as it comes and with `augment=True`, which does the same. `--out` gets what ours
found, thoroughly (with `--fast`: in one look): a JSON list, the surest of each image first, of

    {"image_id": 7, "file_name": "a.jpg", "category_id": 3, "category": "car", "bbox": [x, y, width, height], "score": 0.9123}

`image_id` and `file_name` are those of the COCO file, `category` the network's own word, `category_id` what the COCO file calls a class
of that name, -1 where it has none. `bbox` is in pixels of the image as it is shown (turned as its Exif data say), from its left upper
corner.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.coco_scoring import Found, Precision, labels_of, plain_name, score
from ml.engines import yolo
from ml.engines.boxes import MOST, OVERLAP
from ml.errors import EditorError

LEAST = 0.001
FIXTURES = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parent.parent.parent / "shared" / "fixtures"))
Way = Callable[[Path], np.ndarray]
"""A file -> rows of left, top, right, bottom, confidence, class."""


def picture(path: Path) -> np.ndarray:
    """The photograph, upright, RGB. Raises `EditorError` when it cannot be read."""
    data = np.fromfile(path, np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if image is None:
        raise EditorError(f"{path} is no picture.", "Leave it out of the COCO file.")
    return np.ascontiguousarray(image[..., ::-1])


def ours(detector: yolo.Detector, thorough: bool) -> Way:
    return lambda path: detector.detect([picture(path)], LEAST, thorough)[0]


def plain(weights: Path, augment: bool) -> Way:
    """ultralytics' own way to predict, but for its first step, which does nothing here but load torchvision."""
    yolo.ultralytics()
    from ultralytics.models import YOLO

    network = YOLO(str(weights))
    network.add_callback("on_predict_batch_start", lambda predictor: setattr(predictor, "done_warmup", True))

    def find(path: Path) -> np.ndarray:
        asked = {"conf": LEAST, "iou": OVERLAP, "max_det": MOST, "augment": augment}
        told: Any = network.predict(str(path), verbose=False, save=False, **asked)
        if not told:
            picture(path)  # says what is wrong with it, if it is not ultralytics
            raise EditorError(f"ultralytics cannot read {path}.", "Leave it out of the COCO file.")
        boxes = told[0].boxes.cpu().numpy()
        return np.concatenate([boxes.xyxy, boxes.conf[:, None], boxes.cls[:, None]], axis=1)

    return find


def run(ways: dict[str, Way], files: dict[int, str], folder: Path) -> tuple[dict[str, dict[int, np.ndarray]], dict[str, float]]:
    """(way -> image id -> rows, way -> images a second). All look at one image before the next, and another one begins each time: so a
    size that is seen for the first time, and whatever else the machine does, costs all alike."""
    names = list(ways)
    for way in ways.values():
        way(folder / next(iter(files.values())))
    rows: dict[str, dict[int, np.ndarray]] = {name: {} for name in names}
    spent = dict.fromkeys(names, 0.0)
    for number, (image, file) in enumerate(files.items()):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            begun = time.perf_counter()
            rows[name][image] = ways[name](folder / file)
            spent[name] += time.perf_counter() - begun
    return rows, {name: len(files) / spent[name] for name in names}


def results(rows: dict[int, np.ndarray], files: dict[int, str], names: tuple[str, ...], categories: dict[str, int]) -> list[dict[str, Any]]:
    """COCO results with names; see the head of this file."""
    told = []
    for image, found in rows.items():
        for left, top, right, bottom, confidence, number in found[:, :6].tolist():
            word = names[int(number)]
            box = [round(side, 2) for side in (left, top, right - left, bottom - top)]
            told.append(
                {
                    "image_id": image, "file_name": files[image], "category_id": categories.get(plain_name(word), -1),
                    "category": word, "bbox": box, "score": round(confidence, 5),
                }
            )  # fmt: skip
    return told


def scored(labelled: Any, told: list[dict[str, Any]]) -> Precision:
    """Of what is written, to the last digit: who scores the file gets the same."""
    return score(labelled, [Found(one["image_id"], one["category"], tuple(one["bbox"]), one["score"]) for one in told])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coco", type=Path, default=FIXTURES / "images" / "instances.json")
    parser.add_argument("--images", type=Path, default=FIXTURES / "images")
    parser.add_argument("--weights", type=Path, default=FIXTURES / "models" / "yolov8n.pt")
    parser.add_argument("--out", type=Path, help="what ours found, as COCO results with names")
    parser.add_argument("--json", type=Path, help="the table, and AP50 of every class")
    parser.add_argument("--fast", action="store_true", help="--out gets what one look finds")
    given = parser.parse_args()
    if not given.coco.exists() and given.coco.is_relative_to(FIXTURES):
        print("Name labelled photographs: --coco FILE --images DIR --weights FILE.")
        return 0
    try:
        coco = json.loads(given.coco.read_text(encoding="utf-8"))
        files, labelled = labels_of(coco)
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise EditorError(f"{given.coco} is no COCO file of boxes ({reason!r}).", "Name one after --coco.") from reason
    missing = [name for name in files.values() if not (given.images / name).is_file()]
    if missing:
        raise EditorError(f"{given.images} has no {missing[0]}.", "Name the folder with the images after --images.")
    categories = {plain_name(one["name"]): one["id"] for one in coco["categories"]}
    detector = yolo.Detector(given.weights)
    ways = {
        "ultralytics": plain(given.weights, augment=False),
        "ours, fast": ours(detector, thorough=False),
        "ultralytics, augment": plain(given.weights, augment=True),
        "ours, thorough": ours(detector, thorough=True),
    }
    table: dict[str, Any] = {}
    written: dict[str, list[dict[str, Any]]] = {}
    rows, speeds = run(ways, files, given.images)
    for name in ways:
        written[name] = results(rows[name], files, detector.names, categories)
        precision = scored(labelled, written[name])
        table[name] = {"ap50": precision.ap50, "map": precision.mean, "images_per_second": speeds[name], "classes": precision.classes}
    print(f"{len(files)} images, {len(labelled)} boxes, {given.weights.name} at {detector.size}, {detector.device}")
    print("| | AP50 | mAP | images/s |\n|---|---|---|---|")
    for name, row in table.items():
        print(f"| {name} | {row['ap50']:.4f} | {row['map']:.4f} | {row['images_per_second']:.1f} |")
    if given.out:
        lines = ",\n".join(json.dumps(one) for one in written["ours, fast" if given.fast else "ours, thorough"])
        given.out.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    if given.json:
        given.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EditorError as refused:
        sys.exit(str(refused))
