"""Faces of photographs: who is known again, and by how much, also after they were changed; what they express.

    python3 dev.py bench faces --people DIR [--faces FILE]

DIR holds a folder for each person with photographs of that person alone, and pictures beside them of people who are in no folder: strangers
to everybody. A photograph named NAME.EXPRESSION.jpg (joy, anger …) also says what the face expresses. `--faces` is a YuNet file where
that model is not installed. Told are distances (1 is the published bound) of pairs of one person and of two, of every face to itself
after the picture was made smaller, darker, blurred, turned and so on, how many pairs grouping gets right, and how many
expressions are told.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
importlib.import_module("benchmarks.as_package")

from assistant_editor.ml.engines import faces  # noqa: E402
from assistant_editor.ml.engines.face_expression import Expressions  # noqa: E402
from assistant_editor.ml.engines.face_finder import Finder  # noqa: E402
from assistant_editor.ml.engines.face_identity import Identity  # noqa: E402
from assistant_editor.ml.engines.face_views import View, view  # noqa: E402
from assistant_editor.ml.facts import EXPRESSIONS  # noqa: E402
from assistant_editor.ml.models import path_of  # noqa: E402
from assistant_editor.timeline.face_groups import SAME, distances, grouped  # noqa: E402

PICTURES = (".jpg", ".jpeg", ".png")


def changed(image: Any) -> Iterator[tuple[str, Any]]:
    """The same picture as cameras, light and compression might have made it."""
    import cv2

    height, width = image.shape[:2]
    for scale in (0.75, 0.5, 0.35):
        yield f"{scale} of the size", cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for turn in (-20, 20):
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
        yield "turned by 20 degrees", cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    for gamma in (0.5, 1.8):
        yield "brighter or darker", (255 * (image / 255.0) ** gamma).astype(np.uint8)
    yield "warmer", np.clip(image * np.array([1.25, 1, 0.7]), 0, 255).astype(np.uint8)
    yield "blurred a little", cv2.GaussianBlur(image, (0, 0), 1.5)
    yield "noisy", np.clip(image + np.random.RandomState(1).normal(0, 18, image.shape), 0, 255).astype(np.uint8)
    yield "compressed to the utmost", cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 15])[1], cv2.IMREAD_COLOR)
    yield "in a mirror", np.ascontiguousarray(image[:, ::-1])


def read(path: Path) -> Any:
    """RGB, as large as the engine looks at it."""
    import cv2

    image = cv2.imread(str(path))
    if image is None:
        raise SystemExit(f"{path} is no picture that can be read.")
    factor = min(1.0, faces.LONG / max(image.shape[:2]))
    return cv2.cvtColor(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


def spread(values: Any) -> str:
    """Lowest, middle and highest."""
    return "none" if not len(values) else f"{min(values):.2f} {np.median(values):.2f} {max(values):.2f} ({len(values)})"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench faces", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=Path, metavar="DIR")
    parser.add_argument("--faces", type=Path, metavar="FILE", help="a YuNet file, where the model is not installed")
    given = parser.parse_args(argv)
    if given.people is None:
        print("No photographs are named: --people DIR. None come with a package that could be measured with.")
        return 0
    models = Path(os.environ["ASSISTANT_EDITOR_MODELS"])
    finder = Finder(given.faces or path_of(faces.FINDER, models), 0.6)
    identity, expressions = Identity(path_of(faces.KNOWING, models)), Expressions(path_of(faces.READING, models))

    def views(image: Any) -> list[View]:
        return [view(image, face, True, True) for face in finder.find(image)[: faces.KNOWN]]

    whose: list[str] = []
    vectors: list[Any] = []
    together: list[tuple[int, int]] = []
    told: list[tuple[str, str]] = []
    kept: dict[str, list[float]] = {}
    found = unknown = 0
    for path in sorted(given.people.rglob("*")):
        if path.suffix.lower() not in PICTURES:
            continue
        image, alone = read(path), path.parent != given.people
        seen = views(image)
        seen = seen[:1] if alone else seen
        found, unknown = found + len(seen), unknown + sum(one.known is None for one in seen)
        label = path.stem.rpartition(".")[2]
        if label in EXPRESSIONS and seen and seen[0].grey is not None:
            told.append((label, EXPRESSIONS[int(expressions.read(seen[0].grey[None])[0].argmax())]))
        here = [one for one in seen if one.known is not None]
        if here:
            first = len(vectors)
            vectors += list(identity.describe(np.stack([one.known for one in here])))
            whose += [path.parent.name if alone else f"{path.name}/{number}" for number in range(len(here))]
            together += [(first + a, first + b) for a in range(len(here)) for b in range(a + 1, len(here))]
        if alone and here:
            for name, other in changed(image):
                again = [one for one in views(other) if one.known is not None]
                row = identity.describe(again[0].known[None]) if again else None
                kept.setdefault(name, []).append(np.nan if row is None else float(distances(vectors[-1][None], row)[0, 0]))
    table = np.stack(vectors)
    far, names = distances(table, table), np.array(whose)
    upper = np.triu_indices(len(names), 1)
    same = (names[:, None] == names[None])[upper]
    print(f"faces {found}, too small, blurred or turned away to be known {unknown}")
    print(f"distance of one person's pairs: lowest middle highest (number)  {spread(far[upper][same])}")
    print(f"distance of two people's pairs                                  {spread(far[upper][~same])}")
    for name, values in kept.items():
        lost = int(np.isnan(values).sum())
        print(f"  {name:26} {spread(np.array(values)[~np.isnan(values)])}{f', {lost} not known any more' if lost else ''}")
    groups = grouped(table, np.ones(len(table)), together)
    joined = (groups[:, None] == groups[None])[upper]
    right = int((joined & same).sum())
    wrong = int((joined & ~same).sum())
    print(f"grouping within {SAME}: of {int(same.sum())} pairs of one person {right} are joined, of two people {wrong}")
    print(f"expressions told: {sum(a == b for a, b in told)} of {len(told)}: " + ", ".join(f"{a} as {b}" for a, b in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
