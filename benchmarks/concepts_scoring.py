"""How good told concepts and places are, beside labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Listed:
    """Of what was listed: `precision`, `recall`, and `ap`, the mean over concepts of the average precision."""

    precision: float
    recall: float
    ap: float


def average_precision(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """The mean of the precision at each true entry, in falling order of scores; equal ones in the worst order; 0 is not found."""
    order = sorted(range(len(scores)), key=lambda number: (-scores[number], truths[number]))
    hits, total = 0, 0.0
    for place, number in enumerate(order, 1):
        if truths[number] and scores[number] > 0:
            hits += 1
            total += hits / place
    return total / sum(truths) if any(truths) else 0.0


def concepts(told: Sequence[Mapping[str, float]], labels: Sequence[Sequence[str]]) -> Listed:
    """`told`: concept -> confidence of each medium; `labels`: what it shows. A concept that no label names is not scored at all."""
    known = sorted({name for names in labels for name in names})
    right = sum(name in names for row, names in zip(told, labels, strict=True) for name in row if name in known)
    said = sum(name in known for row in told for name in row)
    there = sum(len(set(names)) for names in labels)
    each = [average_precision([row.get(name, 0.0) for row in told], [name in names for names in labels]) for name in known]
    return Listed(right / said if said else 0.0, right / there if there else 0.0, sum(each) / len(each) if each else 0.0)


def places(told: Sequence[str], labels: Sequence[str]) -> tuple[int, int, int]:
    """(right, wrong, nothing said) of those whose place is labelled."""
    pairs = [(said, label) for said, label in zip(told, labels, strict=True) if label]
    right = sum(said == label for said, label in pairs)
    silent = sum(not said for said, _label in pairs)
    return right, len(pairs) - right - silent, silent
