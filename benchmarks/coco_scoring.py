"""Average precision of boxes as COCO defines it, told apart by the names of classes. Pure: no files, no clock.

T.-Y. Lin et al., "Microsoft COCO: common objects in context", ECCV 2014, with the choices of its published evaluation: matches are made one
to one, best score first, at an overlap (intersection over union) of at least a threshold; precision is read at 101 recalls and made
to fall; at most 100 boxes of a class in a picture count; boxes of crowds and those to be ignored are neither found nor missed.
AP50 is that at overlap .5, mAP the mean over .5, .55 … .95; both are means over the classes that are labelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

OVERLAPS = tuple(0.5 + 0.05 * step for step in range(10))
RECALLS = np.linspace(0, 1, 101)
MOST = 100
ALIASES = {
    "aeroplane": "airplane", "motorbike": "motorcycle", "sofa": "couch", "tvmonitor": "tv", "diningtable": "dining table",
    "pottedplant": "potted plant",
}  # fmt: skip
"""Names of PASCAL VOC for the same things in COCO."""

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True)
class Labelled:
    """A thing somebody marked. `ignored`: a crowd, or one that need not be found."""

    image: int
    label: str
    box: Box
    crowd: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class Found:
    """A thing a detector found."""

    image: int
    label: str
    box: Box
    score: float


@dataclass(frozen=True)
class Precision:
    """`classes`: name -> AP50. All from 0 to 1."""

    ap50: float
    mean: float
    classes: dict[str, float]


def plain_name(name: str) -> str:
    """A class's name, whatever set it comes from: "Motorbike" -> "motorcycle"."""
    folded = " ".join(name.replace("_", " ").lower().split())
    return ALIASES.get(folded, folded)


def score(labelled: Sequence[Labelled], found: Sequence[Found]) -> Precision:
    """How well `found` fits. What is found of classes that nobody labelled is left out. Raises ValueError where nothing is labelled."""
    names = sorted({plain_name(one.label) for one in labelled if not (one.crowd or one.ignored)})
    if not names:
        raise ValueError("nothing is labelled")
    table = np.array([_class(name, labelled, found) for name in names])
    return Precision(float(table[:, 0].mean()), float(table.mean()), dict(zip(names, table[:, 0].tolist(), strict=True)))


def _class(name: str, labelled: Sequence[Labelled], found: Sequence[Found]) -> list[float]:
    """The average precision of one class at each of `OVERLAPS`."""
    truth: dict[int, list[Labelled]] = {}
    for one in labelled:
        if plain_name(one.label) == name:
            truth.setdefault(one.image, []).append(one)
    guesses: dict[int, list[Found]] = {}
    for guess in found:
        if plain_name(guess.label) == name:
            guesses.setdefault(guess.image, []).append(guess)
    wanted = sum(not (one.crowd or one.ignored) for group in truth.values() for one in group)
    scores: list[float] = []
    verdicts: list[list[tuple[bool, bool]]] = []
    for image, group in guesses.items():
        best = sorted(group, key=lambda guess: -guess.score)[:MOST]
        scores += [guess.score for guess in best]
        verdicts += _matched(best, truth.get(image, []))
    order = np.argsort(-np.array(scores), kind="stable")
    return [_average([verdicts[place][step] for place in order], wanted) for step in range(len(OVERLAPS))]


def _matched(guesses: Sequence[Found], truth: Sequence[Labelled]) -> list[list[tuple[bool, bool]]]:
    """For each guess, at each overlap: (is it right, does it not count)."""
    overlaps = np.array([[overlap(guess.box, one.box, one.crowd) for one in truth] for guess in guesses])
    columns = []
    for least in OVERLAPS:
        taken: set[int] = set()
        column = []
        for row in range(len(guesses)):
            free = [
                place for place in range(len(truth))
                if overlaps[row, place] >= least - 1e-9 and (place not in taken or truth[place].crowd)
            ]  # fmt: skip
            # Those that count are matched before those that need not be found, whatever overlaps more.
            best = max(free, key=lambda place: (not (truth[place].ignored or truth[place].crowd), overlaps[row, place]), default=None)
            if best is None:
                column.append((False, False))
            else:
                taken.add(best)
                ignored = truth[best].ignored or truth[best].crowd
                column.append((not ignored, ignored))
        columns.append(column)
    return [[column[row] for column in columns] for row in range(len(guesses))]


def _average(verdicts: Sequence[tuple[bool, bool]], wanted: int) -> float:
    right = np.cumsum([hit for hit, ignored in verdicts if not ignored])
    if not len(right):
        return 0.0
    precision = right / np.arange(1, len(right) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / wanted, RECALLS, side="left")
    return float(np.mean([falling[place] if place < len(falling) else 0.0 for place in places]))


def overlap(one: Box, other: Box, crowd: bool = False) -> float:
    """Intersection over union; over the area of `one` alone where `other` is a crowd."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    whole = one[2] * one[3] + (0.0 if crowd else other[2] * other[3] - both)
    return both / whole if whole > 0 else 0.0


def labels_of(coco: Mapping[str, list[dict[str, object]]]) -> tuple[dict[int, str], list[Labelled]]:
    """(image id -> file name, what is labelled) of a COCO file's JSON. Raises KeyError or ValueError when it is none."""
    files = {int(str(image["id"])): str(image["file_name"]) for image in coco["images"]}
    names = {int(str(one["id"])): str(one["name"]) for one in coco["categories"]}
    labelled = []
    for one in coco["annotations"]:
        left, top, width, height = (float(side) for side in one["bbox"])  # type: ignore[attr-defined]
        name, box = names[int(str(one["category_id"]))], (left, top, width, height)
        labelled.append(Labelled(int(str(one["image_id"])), name, box, bool(one.get("iscrowd", 0)), bool(one.get("ignore", 0))))
    return files, labelled
