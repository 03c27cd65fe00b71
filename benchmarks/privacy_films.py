"""The worker's half of `privacy.py`: makes the film, and looks at the renders."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.engines import mtcnn  # noqa: E402
from assistant_editor.ml.engines.face_finder import Finder, overlaps  # noqa: E402
from assistant_editor.ml.engines.sightings import SECOND  # noqa: E402
from assistant_editor.ml.models import path_of  # noqa: E402

from tests.people_maker import RATE, SIZE, Face, Seen, ellipse_of, film  # noqa: E402

PACKAGED = (("zidane.jpg", (916, 98, 134, 180)), ("zidane.jpg", (558, 262, 108, 165)))
"""Photographs of the package ultralytics, and a face of each, by hand."""
SHOWN, SHARP, UPRIGHT = 0.5, 0.1, 45.0
"""A face counts of which at least so much is to be seen; and as one anybody could know when it is not blurred or turned more than this."""
CORE = 0.85
"""The part of the ellipse, in its width, that must be covered: its rim is hair and ears as often as not."""
BARE = 0.05
"""A face lies bare when more than this share of its core does."""
SAME = 0.3
SOFT = ("Anonymise, blur", "Anonymise, pixelate")
NAIVE = 0.9
"""How sure YuNet must be in OpenCV's own example."""


def people(folder: Path | None, find: Any) -> list[Face]:
    if folder is None:
        package = importlib.util.find_spec("ultralytics")
        if package is None or package.origin is None:
            raise SystemExit("Photographs of people are needed: --people DIR, or the package ultralytics in the worker's environment.")
        assets = Path(package.origin).parent / "assets"
        return [Face(_read(assets / name), box) for name, box in PACKAGED]
    faces = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
            picture = _read(path)
            boxes = find(picture)
            if len(boxes):
                faces.append(Face(picture, tuple(float(part) for part in boxes[0][:4])))
    return faces[:3]


def make(place: Path, options: Any) -> dict[str, Any]:
    labels = film(place / "film.mp4", people(options.people, mtcnn.Finder(_mtcnn()).find))
    (place / "labels.json").write_text(json.dumps([[asdict(one) for one in frame] for frame in labels]))
    return {"film": str(place / "film.mp4"), "size": SIZE, "rate": RATE, "frames": len(labels)}


def describe(_place: Path, options: Any) -> dict[str, Any]:
    from assistant_editor.ml.media import probe

    video = probe(options.film).video
    assert video is not None
    frames = min(video.frames or round(video.duration * video.rate), 500)
    return {"film": str(options.film), "size": (video.width, video.height), "rate": round(video.rate), "frames": frames}


def measure(place: Path, options: Any) -> list[dict[str, Any]]:
    """A row for each way of covering."""
    second, first = mtcnn.Finder(_mtcnn()), Finder(options.faces or path_of("yunet", _models()), NAIVE)
    plain = sorted((place / "plain").glob("*.png"))
    labels = None
    if (place / "labels.json").exists():
        labels = [[Seen(**{**one, "box": tuple(one["box"])}) for one in frame] for frame in json.loads((place / "labels.json").read_text())]
    ways = {"nothing": lambda path, bare: bare, "a box a frame": lambda path, bare: _boxed(bare, first.find(bare))}
    for method in ("cover", "blur", "pixelate"):
        ways[f"Anonymise, {method}"] = lambda path, bare, method=method: _read(place / method / path.name)
    before = [second.find(_read(path)) if number % options.every == 0 else None for number, path in enumerate(plain)]
    return [_row(name, plain, treat, labels, before, second.find, name not in SOFT) for name, treat in ways.items()]


def _row(
    name: str, plain: Sequence[Path], treat: Any, labels: Any, before: Sequence[Any], find: Any, ink: bool
) -> dict[str, Any]:  # fmt: skip
    bare_frames = sharp = seen = leaks = looked = met = found = 0
    changed = []
    for number, path in enumerate(plain):
        bare = _read(path)
        picture = treat(path, bare)
        differs = np.abs(picture.astype(int) - bare).max(axis=2) > 3
        changed.append(differs.mean())
        there = []
        for face in labels[number] if labels is not None else ():
            if face.share < SHOWN:
                continue
            core = ellipse_of(face, CORE)
            bared = float((core & ~differs).sum() / max(1, core.sum())) > BARE
            there.append((face.box, bared))
            sharp += bared and face.blur <= SHARP and abs(face.turn) <= UPRIGHT
        seen, leaks = seen + len(there), leaks + sum(bared for _box, bared in there)
        bare_frames += any(bared for _box, bared in there)
        if before[number] is not None:
            # What counts is a face that was to be found before, or is known to be there, and is found where it was.
            known = np.array([box for box, _bared in there] or np.zeros((0, 4))) if labels is not None else before[number][:, :4]
            looked, met = looked + 1, met + len(known)
            again = find(picture)
            found += int((overlaps(known, again[:, :4]) >= SAME).any(axis=1).sum()) if len(again) and len(known) else 0
    row: dict[str, Any] = {"way": name, "frames": len(plain)}
    if labels is not None:
        # Smooth skin is hardly changed by blocks and blur: what is bare is told where patches are dark. The masks are the same.
        told = (leaks, int(sharp), bare_frames) if ink else ("", "", "")
        row |= {"faces": seen, **dict(zip(("bare", "of them sharp, upright", "frames with a bare face"), told, strict=True))}
    return row | {
        "looked at again": looked,
        "faces there": met,
        "found again by MTCNN": found,
        "picture changed": f"{np.mean(changed):.3f}",
    }


def _boxed(picture: Any, faces: Any) -> Any:
    """A dark patch over each box as it is: what a script of ten lines does."""
    picture = picture.copy()
    for left, top, wide, tall in faces[:, :4].round().astype(int):
        picture[max(0, top) : top + tall, max(0, left) : left + wide] = 5
    return picture


def _read(path: Path) -> Any:
    image = cv2.imread(str(path))
    if image is None:
        raise SystemExit(f"{path} is no picture that can be read.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _models() -> Path:
    return Path(os.environ["ASSISTANT_EDITOR_MODELS"])


def _mtcnn() -> Path:
    return path_of(SECOND, _models())


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=("make", "describe", "measure"))
    parser.add_argument("place", type=Path)
    parser.add_argument("--people", type=Path)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--every", type=int, default=5)
    given = parser.parse_args(argv)
    print(json.dumps({"make": make, "describe": describe, "measure": measure}[given.step](given.place, given)))


if __name__ == "__main__":
    main()
