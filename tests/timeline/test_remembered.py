"""Answers that are kept: asked for once for each value, few enough to be held, and never those of another value."""

from __future__ import annotations

from typing import Any

import numpy as np
from assistant_editor.timeline.remembered import key, remembered


def counted(most: int = 100) -> tuple[Any, list[float]]:
    calls: list[float] = []

    @remembered(most)
    def total(values: np.ndarray, times: float = 1.0) -> float:
        calls.append(times)
        return float(values.sum()) * times

    return total, calls


def test_equal_values_are_asked_once() -> None:
    total, calls = counted()
    values = np.arange(6.0)
    assert total(values) == total(values.copy()) == 15 and len(calls) == 1
    assert total(values, times=2.0) == total(values, times=2.0) == 30 and len(calls) == 2


def test_what_was_changed_in_place_is_another_value() -> None:
    total, _calls = counted()
    values = np.arange(6.0)
    assert total(values) == 15
    values[0] = 5
    assert total(values) == 20


def test_shape_kind_and_order_count() -> None:
    values = np.arange(6)
    others = [values, values.reshape(2, 3), values.reshape(3, 2), values.astype(np.int32), values.astype(float), values[::-1], values[::2]]
    assert len({key(one) for one in others}) == len(others)
    assert key(values[::2]) == key(np.array([0, 2, 4])), "how it lies in memory does not"
    assert key(np.array([np.nan])) == key(np.array([np.nan]))


def test_only_so_many_are_kept_and_those_asked_for_last() -> None:
    total, calls = counted(most=2)
    one, two, three = np.ones(1), np.ones(2), np.ones(3)
    for values in (one, two, one, three, one):
        total(values)
    assert len(calls) == 3
    total(two)
    assert len(calls) == 4
