"""Concepts without a model of the user's: the classes of ImageNet, as the packaged EfficientNet-Lite0 tells them.

The network was trained on a thousand classes of things (O. Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge", IJCV
2015), most of them animals and objects that fill the picture; it knows neither people nor what they do. `imagenet.txt` says in our words
what these classes are, and which of them lie inside or outside. The chance of a concept is the sum of its classes' chances, but for those
that are next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..models import path_of

MODEL = "efficientnet-lite0"
CLASSES = 1000
PLACES = ("indoor", "outdoor")
LITTLE = 0.01
"""Chance below which a class says nothing: what a frame without any thing shows is spread over all classes, two fifths of which are
animals, and more of which lie outside than inside."""
HINT = 0.5
"""What a class adds to a concept that it only hints at."""
DOUBT = 0.1
"""Chance of classes that say nothing of the place which each side is given: what a frame without any of them shows is open."""


@cache
def table() -> dict[str, tuple[int, ...]]:
    """Label -> classes, "indoor" and "outdoor" among them."""
    return _table()[0]


@cache
def hints() -> frozenset[str]:
    """Labels that their classes only hint at: pots are not cooking."""
    return _table()[1]


def _table() -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    found: dict[str, list[int]] = {}
    weak = set()
    for line in (Path(__file__).parent / "imagenet.txt").read_text(encoding="utf-8").splitlines():
        label, colon, numbers = line.partition(":")
        if not colon or line.startswith("#"):
            continue
        name = label.lstrip("@~").strip()
        if label.startswith("~"):
            weak.add(name)
        classes = found.setdefault(name, [])
        for part in numbers.split():
            first, _dash, last = part.partition("-")
            classes += range(int(first), int(last or first) + 1)
    return {label: tuple(sorted(set(classes))) for label, classes in found.items()}, frozenset(weak)


def columns(own: Sequence[str]) -> tuple[tuple[str, ...], Any, tuple[str, ...]]:
    """(labels, float32 (labels, `CLASSES`) of what each class adds, what of the user's `own` concepts these classes cannot tell).

    A phrase of the user's is told where one of our labels is it, or a word of it ("dogs", "a red car").
    """
    groups = {label: classes for label, classes in table().items() if label not in PLACES}
    unknown = []
    for phrase in own:
        words = [re.sub(r"(?<=\w{3})s$", "", word) for word in re.findall(r"\w+", phrase.lower())]
        matching = [classes for label, classes in groups.items() if label in words or label == phrase.lower()]
        if matching:
            groups[phrase] = tuple(sorted({number for classes in matching for number in classes}))
        else:
            unknown.append(phrase)
    rows = np.zeros((len(groups), CLASSES), np.float32)
    for row, (label, classes) in zip(rows, groups.items(), strict=True):
        row[list(classes)] = HINT if label in hints() else 1.0
    return tuple(groups), rows, tuple(unknown)


def summed(chances: Any, rows: Any) -> Any:
    """Float64 (pictures, labels): how likely each label is, out of chances (pictures, `CLASSES`) and the `rows` of `columns`."""
    return np.where(chances < LITTLE, 0.0, chances) @ rows.T


def indoors(chances: Any) -> Any:
    """float64 (pictures, 2): how likely each was taken inside and outside, out of chances (pictures, `CLASSES`); the two add up to 1."""
    surely = np.maximum(0.0, chances - LITTLE)
    sides = np.stack([surely[:, list(table()[side])].sum(axis=1) for side in PLACES], axis=1) + DOUBT
    return sides / sides.sum(axis=1, keepdims=True)


class Telling:
    """What the concepts' engine asks: pictures -> chances of each concept. It gives no vectors."""

    width = 0
    method = "EfficientNet-Lite0 (ImageNet)"

    def __init__(self, models: Path, own: Sequence[str]) -> None:
        """Raises `EditorError(MISSING_MODEL)` where the network's weights are not installed."""
        from .efficientnet import SIDE, STEP, Describer
        from .transnetv2 import best_device

        self._network = Describer(path_of(MODEL, models), best_device())
        self._side, self._step = SIDE, STEP
        labels, self._rows, self.unknown = columns(own)
        self.concepts = (*labels, *PLACES)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """As many pixels as the network was trained on, in the picture's own proportions."""
        factor = self._side / (width * height) ** 0.5 / self._step
        return max(1, round(width * factor)) * self._step, max(1, round(height * factor)) * self._step

    def tell(self, images: Sequence[Any]) -> tuple[Any, Any]:
        """(chances (images, concepts), nothing (images, 0))."""
        import torch

        chances = self._network.classify(torch.from_numpy(np.stack(images))).numpy().astype(np.float64)
        return np.concatenate([summed(chances, self._rows), indoors(chances)], axis=1), np.zeros((len(images), 0), np.float32)
