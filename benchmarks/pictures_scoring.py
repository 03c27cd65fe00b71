"""Scores of what is said of pictures against labels: confusion, recall and false alarms, how well two heaps are told apart. Numpy only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np


def confusion(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[tuple[str, int]]]]:
    """(meant, found) pairs -> for each label how often it was found as what, the most frequent first."""
    table: dict[str, Counter[str]] = {}
    for meant, found in pairs:
        table.setdefault(meant, Counter())[found] += 1
    return [(meant, found.most_common()) for meant, found in sorted(table.items())]


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    """The share of pairs whose sides agree; NaN of none."""
    return float(np.mean([meant == found for meant, found in pairs])) if pairs else float("nan")


def recall(rows: Sequence[tuple[str, Sequence[str]]], fault: str) -> tuple[int, int, int]:
    """(takes with this fault, how many of them are named so, how many others are): `rows` are (fault, flaws found)."""
    with_it = [found for meant, found in rows if meant == fault]
    others = [found for meant, found in rows if meant != fault]
    return len(with_it), sum(fault in found for found in with_it), sum(fault in found for found in others)


def told_apart(low: Sequence[float], high: Sequence[float]) -> float:
    """The chance that one of `high` is above one of `low` (area under the ROC curve); ties count half, NaN where one is empty."""
    if not len(low) or not len(high):
        return float("nan")
    below, above = np.asarray(low, float)[:, None], np.asarray(high, float)[None]
    return float(np.mean((above > below) + 0.5 * (above == below)))


def within(errors: Sequence[float], share: float = 0.95) -> float:
    """The error that this share of them does not exceed; NaN of none."""
    return float(np.quantile(np.abs(errors), share)) if len(errors) else float("nan")
