"""The path of least bends between walls: linear programs of paths, solved exactly by an interior-point method in NumPy alone. Pure.

A path is a row of places. What it costs is a sum of terms, each a multiple of how far a difference of neighbouring places is from what
is wished, on both sides or on one. That is a linear program; its dual has nothing but equations and bounds: the form that S. Portnoy
and R. Koenker solve ("The Gaussian hare and the Laplacian tortoise", Statistical Science 12, 1997), here with S. Mehrotra's predictor
and corrector ("On the implementation of a primal-dual interior point method", SIAM Journal on Optimization 2, 1992). Its matrix has
few diagonals, so a step takes time in proportion to the length of the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

BLOCK = 24
STEPS = 60
EXACT = 1e-7
NEAR_WALL = 0.9995
RIDGE = 1e-13


@dataclass(frozen=True)
class Term:
    """`above` times how far Σ stencil·places is above `wish`, or `below` times how far it is below it, at every place it fits.

    A stencil of L numbers has len(path) - L + 1 of each. Weights are >= 0.
    """

    stencil: tuple[float, ...]
    wish: Any
    above: Any
    below: Any


class Banded:
    """The terms of a path of `size` places."""

    def __init__(self, terms: Sequence[Term], size: int) -> None:
        self.size = size
        self._stencils = [(term.stencil, size - len(term.stencil) + 1) for term in terms if size >= len(term.stencil)]
        self._width = max((len(stencil) for stencil, _ in self._stencils), default=1)

    def times(self, path: Any) -> Any:
        return np.concatenate([sum(c * path[k : k + rows] for k, c in enumerate(s)) for s, rows in self._stencils])

    def back(self, weights: Any) -> Any:
        """The transpose times `weights`."""
        found, at = np.zeros(self.size), 0
        for stencil, rows in self._stencils:
            part = weights[at : at + rows]
            for k, c in enumerate(stencil):
                found[k : k + rows] += c * part
            at += rows
        return found

    def solver(self, weights: Any) -> Any:
        """What solves (transpose · diag(weights) · terms) x = y."""
        bands, at = np.zeros((self._width, self.size)), 0
        for stencil, rows in self._stencils:
            part = weights[at : at + rows]
            for i, a in enumerate(stencil):
                for j, b in enumerate(stencil[i:]):
                    bands[j, i : i + rows] += a * b * part
            at += rows
        return _Blocks(bands)


class Dense:
    """The same for any matrix (terms, unknowns) of few unknowns."""

    def __init__(self, matrix: Any) -> None:
        self._matrix = matrix
        self.size = matrix.shape[1]

    def times(self, path: Any) -> Any:
        return self._matrix @ path

    def back(self, weights: Any) -> Any:
        return self._matrix.T @ weights

    def solver(self, weights: Any) -> Any:
        square = self._matrix.T @ (weights[:, None] * self._matrix)
        square[np.diag_indices(self.size)] = np.diagonal(square) * (1 + RIDGE) + 1e-30
        return lambda right: np.linalg.solve(square, right)


class _Blocks:
    """A positive matrix of few diagonals (row k of `bands`: the k-th above the main one), factored block by block (Cholesky)."""

    def __init__(self, bands: Any) -> None:
        width, size = bands.shape
        block = max(BLOCK, width - 1)
        count = -(-size // block)
        padded = np.zeros((width, count * block))
        padded[:, :size] = bands
        padded[0, size:] = 1.0
        padded[0, :size] = padded[0, :size] * (1 + RIDGE) + 1e-30
        self._size, self._block, self._count = size, block, count
        square = np.zeros((count, block, block))
        beside = np.zeros((count, block, block))  # rows of this block, columns of the next one
        inside = np.arange(block)
        for k in range(width):
            diagonal = padded[k].reshape(count, block)
            here = inside[: block - k]
            square[:, here, here + k] = diagonal[:, : block - k]
            square[:, here + k, here] = diagonal[:, : block - k]
            there = inside[block - k :]
            beside[:, there, there + k - block] = diagonal[:, block - k :]
        self._inverse, self._beside = np.zeros_like(square), beside
        for number in range(count):
            if number:
                square[number] -= beside[number - 1].T @ self._inverse[number - 1] @ beside[number - 1]
            self._inverse[number] = np.linalg.inv(square[number])

    def __call__(self, right: Any) -> Any:
        rows = np.zeros(self._count * self._block)
        rows[: self._size] = right
        rows = rows.reshape(self._count, self._block)
        for number in range(1, self._count):
            rows[number] -= self._beside[number - 1].T @ (self._inverse[number - 1] @ rows[number - 1])
        rows[-1] = self._inverse[-1] @ rows[-1]
        for number in range(self._count - 2, -1, -1):
            rows[number] = self._inverse[number] @ (rows[number] - self._beside[number] @ rows[number + 1])
        return rows.reshape(-1)[: self._size]


@dataclass(frozen=True)
class _Weights:
    """Of each term: its wish, and the bounds of its multiplier."""

    wish: Any
    least: Any
    most: Any

    @cached_property
    def room(self) -> Any:
        return self.most - self.least


def solve(terms: Sequence[Term], size: int) -> Any:
    """Float64 (size,): the path that costs least. Where several cost the same, one in their middle."""
    fitting = [term for term in terms if size >= len(term.stencil)]

    def spread(name: str) -> Any:
        return np.concatenate([np.broadcast_to(getattr(t, name), (size - len(t.stencil) + 1,)) for t in fitting]).astype(np.float64)

    return _least(Banded(fitting, size), _Weights(spread("wish"), -spread("below"), spread("above")))


def solve_dense(matrix: Any, wish: Any, above: Any, below: Any) -> Any:
    """Float64 (unknowns,): the x of least Σ above·max(0, matrix x - wish) + below·max(0, wish - matrix x). All weights arrays (terms,)."""
    return _least(Dense(matrix), _Weights(np.asarray(wish, float), -np.asarray(below, float), np.asarray(above, float)))


def _least(terms: Any, weights: _Weights) -> Any:
    live = weights.room > 0
    if not live.all():
        return _least(_Some(terms, live), _Weights(weights.wish[live], weights.least[live], weights.most[live]))
    wish, room = weights.wish, weights.room
    right = -terms.back(weights.least)
    usual = float(np.median(room))
    inner = np.minimum(room / 2, usual / 2)
    lower = np.clip(-weights.least, inner, room - inner)
    upper = room - lower
    path = terms.solver(np.ones_like(wish))(terms.back(wish))
    # All products alike: whoever begins near a wall of a high term never gets away from it.
    middle = usual * max(1e-3, float(np.abs(wish - terms.times(path)).mean()))
    z, w = middle / lower, middle / upper
    for _ in range(STEPS):
        missing = right - terms.back(lower)
        uneven = wish - terms.times(path) - z + w
        between = float(lower @ z + upper @ w)
        off = terms.times(path) - wish
        cost = float((weights.most * np.maximum(off, 0) - weights.least * np.maximum(-off, 0)).sum())
        off_by = max(float(np.abs(missing).max()) / (1 + float(room.max())), float(np.abs(uneven).max()) / (1 + float(np.abs(wish).max())))
        if between < EXACT * (1 + cost) and off_by < EXACT:
            break
        share = 1 / (z / lower + w / upper)
        factored = terms.solver(share)
        far = _step(terms, factored, share, missing, uneven, (lower, upper, z, w), -lower * z, -upper * w)
        long, dual = _longest(((lower, far[1]), (upper, -far[1]))), _longest(((z, far[2]), (w, far[3])))
        after = float((lower + long * far[1]) @ (z + dual * far[2]) + (upper - long * far[1]) @ (w + dual * far[3]))
        centre = (after / between) ** 3 * between / (2 * len(wish))
        near = _step(
            terms, factored, share, missing, uneven, (lower, upper, z, w),
            centre - lower * z - far[1] * far[2], centre - upper * w + far[1] * far[3],
        )  # fmt: skip
        long, dual = _longest(((lower, near[1]), (upper, -near[1]))), _longest(((z, near[2]), (w, near[3])))
        path = path + dual * near[0]
        lower, upper = lower + long * near[1], upper - long * near[1]
        z, w = z + dual * near[2], w + dual * near[3]
    return path


class _Some:
    """Only those terms that count."""

    def __init__(self, terms: Any, live: Any) -> None:
        self._terms, self._live, self.size = terms, live, terms.size

    def _all(self, values: Any) -> Any:
        whole = np.zeros(len(self._live))
        whole[self._live] = values
        return whole

    def times(self, path: Any) -> Any:
        return self._terms.times(path)[self._live]

    def back(self, values: Any) -> Any:
        return self._terms.back(self._all(values))

    def solver(self, values: Any) -> Any:
        return self._terms.solver(self._all(values))


def _step(terms: Any, factored: Any, share: Any, missing: Any, uneven: Any, state: Any, first: Any, second: Any) -> Any:
    """Newton's step (path, lower, z, w) of the conditions of the optimum; `first` and `second` are what the products are to change by."""
    lower, upper, z, w = state
    bent = uneven - first / lower + second / upper
    path = factored(terms.back(share * bent) + missing)
    moved = share * (terms.times(path) - bent)
    return path, moved, (first - z * moved) / lower, (second + w * moved) / upper


def _longest(pairs: Any) -> float:
    """How far all may go and stay above 0."""
    found = 1.0
    for values, change in pairs:
        down = change < 0
        if down.any():
            found = min(found, NEAR_WALL * float((-values[down] / change[down]).min()))
    return found
