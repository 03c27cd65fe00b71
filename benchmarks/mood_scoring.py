"""How often a class is right, and how far a probability can be believed. For `benchmarks/mood.py` and `train_feelings.py`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BINS = 15
"""As in C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017."""


@dataclass(frozen=True)
class Scores:
    """`texts` counted. `calibration`: the expected calibration error, None where there are no probabilities."""

    texts: int
    accuracy: float
    macro_f1: float
    calibration: float | None = None


def accuracy(truth: Sequence[object], said: Sequence[object]) -> float:
    """Share of all that is right; 0 for nothing."""
    return sum(one == other for one, other in zip(truth, said, strict=True)) / max(1, len(truth))


def macro_f1(truth: Sequence[object], said: Sequence[object]) -> float:
    """The mean over the classes that occur in `truth` of 2 · precision · recall / (precision + recall)."""
    values = []
    for wanted in set(truth):
        right = sum(one == other == wanted for one, other in zip(truth, said, strict=True))
        both = sum(one == wanted for one in truth) + sum(one == wanted for one in said)
        values.append(2 * right / both)
    return sum(values) / max(1, len(values))


def calibration_error(truth: Sequence[object], said: Sequence[object], confidence: Sequence[float]) -> float:
    """The mean distance of confidence (0..1) from accuracy over `BINS` equal bins, weighted by how many fall into each."""
    right, total, count = [0.0] * BINS, [0.0] * BINS, [0] * BINS
    for one, other, sure in zip(truth, said, confidence, strict=True):
        place = min(BINS - 1, int(sure * BINS))
        right[place] += one == other
        total[place] += sure
        count[place] += 1
    return sum(abs(good - sure) for good, sure in zip(right, total, strict=True)) / max(1, sum(count))


def scores(truth: Sequence[object], said: Sequence[object], confidence: Sequence[float] | None = None) -> Scores:
    sure = None if confidence is None else calibration_error(truth, said, confidence)
    return Scores(len(truth), accuracy(truth, said), macro_f1(truth, said), sure)


def interval(told: Scores) -> tuple[float, float]:
    """Where the accuracy lies by 95 %, if as many other texts of the kind were read (E. Wilson, JASA 1927)."""
    z, n = 1.96, max(1, told.texts)
    middle = (told.accuracy + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(told.accuracy * (1 - told.accuracy) / n + z * z / (4 * n * n))
    return middle - reach, middle + reach
