"""Faces facts made by hand: who is seen when, where, and how alike the views are."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

WIDTH = 128
PICTURE = (640, 360)
STEP = Fraction(1, 2)
BESIDE = (20.0, 20.0, 60.0, 80.0)


def facts_module():
    """The extension's own `facts`, under whichever name this environment imports it."""
    return sys.modules["assistant_editor.ml.facts"]


def somebody(number: int, view: int = 0, spread: float = 0.35) -> np.ndarray:
    """A vector of person `number`: views of one lie about `spread` times 1.4 apart, strangers about 1.5."""
    middle = np.random.RandomState(number).normal(size=WIDTH)
    own = np.random.RandomState(1000 * number + view + 7).normal(size=WIDTH)
    whole = 1.1 * middle / np.linalg.norm(middle) + spread * own / np.linalg.norm(own)
    return whole.astype(np.float32)


def packed(values: Sequence) -> str:
    return b64encode(np.asarray(values, "<f4").tobytes()).decode()


def track(first: int, last: int, vector: np.ndarray | None, box: Sequence[float] = BESIDE, shares: Sequence[float] = (), sure: float = 0.9):
    """A face in the samples from `first` up to but not including `last`."""
    count = last - first
    expressions = b64encode((np.tile(shares, (count, 1)) * 255).round().astype(np.uint8).tobytes()).decode() if len(shares) else ""
    return facts_module().FaceTrack(
        sure, tuple(range(first, last)), packed([[*box, sure]] * count), packed([[0.0] * 10] * count), first,
        "" if vector is None else packed(vector), expressions,
    )  # fmt: skip


def faces(tracks: Sequence, samples: int = 20, known_by: str = "test", picture: tuple[int, int] = PICTURE, step: Fraction = STEP):
    """So many samples, one every `step` seconds from 0 on."""
    module = facts_module()
    return module.Faces(
        module.Span(Fraction(0), samples * step), Fraction(0), Fraction(24), "made", picture,
        tuple(int(number * step * 24) for number in range(samples)), tuple(number * step for number in range(samples)), WIDTH,
        tuple(tracks), (), False, known_by,
    )  # fmt: skip
