"""Positive matrices of few diagonals, factored: one or some long ones block by block, many short ones side by side. Pure.

Row k of `bands` (width, matrices, size) is the k-th diagonal above the main one, at the place of its row; 0 beyond its end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

BLOCK = 24
MANY = 8
"""So many matrices are factored side by side, place by place: of fewer NumPy's calls would take longer than what they do."""


def solver_of(bands: Any) -> Callable[[Any], Any]:
    """What solves for a right side (matrices, size)."""
    return _Rows(bands) if bands.shape[1] >= MANY else _Blocks(bands)


class _Rows:
    """LDLᵀ, a place of all matrices at a time."""

    def __init__(self, bands: Any) -> None:
        width, count, size = bands.shape
        rest = np.zeros((size + width, width, count))
        rest[:size] = bands.transpose(2, 0, 1)
        self._below = np.empty((size, width - 1, count))
        for place in range(size):
            row = rest[place]
            share = row[1:] / row[0]
            self._below[place] = share
            for k in range(1, width):
                rest[place + k, : width - k] -= share[k - 1] * row[k:]
        self._main = rest[:size, 0].copy()
        self._width = width

    def __call__(self, right: Any) -> Any:
        size, reach = len(self._main), self._width - 1
        found = np.zeros((size + reach, right.shape[0]))
        found[:size] = right.T
        for place in range(size if reach else 0):
            found[place + 1 : place + 1 + reach] -= self._below[place] * found[place]
        found[:size] /= self._main
        found[size:] = 0
        for place in range(size - 1 if reach else 0, -1, -1):
            found[place] -= (self._below[place] * found[place + 1 : place + 1 + reach]).sum(axis=0)
        return found[:size].T


class _Blocks:
    """Cholesky's factors, a block of places at a time."""

    def __init__(self, bands: Any) -> None:
        width, matrices, size = bands.shape
        block = max(BLOCK, width - 1)
        count = -(-size // block)
        padded = np.zeros((width, matrices, count * block))
        padded[:, :, :size] = bands
        padded[0, :, size:] = 1.0
        self._size, self._shape = size, (matrices, count, block)
        square = np.zeros((matrices, count, block, block))
        beside = np.zeros_like(square)  # rows of this block, columns of the next one
        inside = np.arange(block)
        for k in range(width):
            diagonal = padded[k].reshape(matrices, count, block)
            here = inside[: block - k]
            square[:, :, here, here + k] = diagonal[..., : block - k]
            square[:, :, here + k, here] = diagonal[..., : block - k]
            there = inside[block - k :]
            beside[:, :, there, there + k - block] = diagonal[..., block - k :]
        self._inverse, self._beside = np.zeros_like(square), beside
        for number in range(count):
            if number:
                before = beside[:, number - 1]
                square[:, number] -= before.swapaxes(1, 2) @ self._inverse[:, number - 1] @ before
            self._inverse[:, number] = np.linalg.inv(square[:, number])

    def __call__(self, right: Any) -> Any:
        matrices, count, block = self._shape
        rows = np.zeros((matrices, count * block))
        rows[:, : self._size] = right
        rows = rows.reshape(matrices, count, block, 1)
        for number in range(1, count):
            rows[:, number] -= self._beside[:, number - 1].swapaxes(1, 2) @ (self._inverse[:, number - 1] @ rows[:, number - 1])
        rows[:, -1] = self._inverse[:, -1] @ rows[:, -1]
        for number in range(count - 2, -1, -1):
            rows[:, number] = self._inverse[:, number] @ (rows[:, number] - self._beside[:, number] @ rows[:, number + 1])
        return rows.reshape(matrices, -1)[:, : self._size]
