"""The path of least bends between walls: linear programs of paths, solved exactly by an interior-point method in NumPy alone. Pure.

A path is a row of places. What it costs is a sum of terms, each a multiple of how far a difference of neighbouring places is from what
is wished, on both sides or on one. That is a linear program; its dual has nothing but equations and bounds: the form that S. Portnoy
and R. Koenker solve ("The Gaussian hare and the Laplacian tortoise", Statistical Science 12, 1997), here with S. Mehrotra's predictor
and corrector ("On the implementation of a primal-dual interior point method", SIAM Journal on Optimization 2, 1992). Its matrix has
few diagonals, so a step takes time in proportion to the length of the path. Many short paths are solved side by side, a step of all at
once, for of one of them most of the time would go into calling NumPy. Arrays have an axis for these problems first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .banded import solver_of

STEPS = 60
EXACT = 1e-7
NEAR_WALL = 0.9995
RIDGE = 1e-13
BATCH, ALIKE, LONG = 48, 1.5, 250
"""So many paths are solved side by side at most (more leave the processor's cache), whose lengths differ by no more than this factor. Of
longer ones the work itself takes the time, and each would wait for the slowest."""


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
    """The same terms of paths of at most `size` places each."""

    def __init__(self, stencils: Sequence[tuple[float, ...]], sizes: Sequence[int]) -> None:
        self.size = max(sizes)
        self.rows = [max(0, self.size - len(stencil) + 1) for stencil in stencils]
        self._stencils = [(stencil, rows) for stencil, rows in zip(stencils, self.rows, strict=True) if rows]
        self._width = max((len(stencil) for stencil, _ in self._stencils), default=1)
        self._beyond = np.arange(self.size) >= np.asarray(sizes)[:, None]

    def times(self, path: Any) -> Any:
        return np.concatenate([sum(c * path[:, k : k + rows] for k, c in enumerate(s)) for s, rows in self._stencils], axis=1)

    def back(self, weights: Any) -> Any:
        """The transpose times `weights`."""
        found, at = np.zeros((len(weights), self.size)), 0
        for stencil, rows in self._stencils:
            part = weights[:, at : at + rows]
            for k, c in enumerate(stencil):
                found[:, k : k + rows] += c * part
            at += rows
        return found

    def solver(self, weights: Any) -> Callable[[Any], Any]:
        """What solves (transpose · diag(weights) · terms) x = y."""
        bands, at = np.zeros((self._width, len(weights), self.size)), 0
        for stencil, rows in self._stencils:
            part = weights[:, at : at + rows]
            for i, a in enumerate(stencil):
                for j, b in enumerate(stencil[i:]):
                    bands[j, :, i : i + rows] += a * b * part
            at += rows
        bands[0] = np.where(self._beyond, 1.0, bands[0] * (1 + RIDGE) + 1e-30)
        return solver_of(bands)


class Dense:
    """The same for any matrices (problems, terms, unknowns) of few unknowns."""

    def __init__(self, matrices: Any) -> None:
        self._matrices, self._turned = matrices, np.ascontiguousarray(matrices.swapaxes(1, 2))

    def times(self, path: Any) -> Any:
        return (self._matrices @ path[..., None])[..., 0]

    def back(self, weights: Any) -> Any:
        return (self._turned @ weights[..., None])[..., 0]

    def solver(self, weights: Any) -> Callable[[Any], Any]:
        square = (self._turned * weights[:, None]) @ self._matrices
        own = np.arange(square.shape[1])
        square[:, own, own] = square[:, own, own] * (1 + RIDGE) + 1e-30
        return lambda right: np.linalg.solve(square, right[..., None])[..., 0]


def solve(terms: Sequence[Term], size: int) -> Any:
    """Float64 (size,): the path that costs least. Where several cost the same, one in their middle."""
    return solve_all([(terms, size)])[0]


def solve_all(problems: Sequence[tuple[Sequence[Term], int]]) -> list[Any]:
    """The path of each problem (terms, size), all of which have the same stencils."""
    found: list[Any] = [None] * len(problems)
    order = sorted(range(len(problems)), key=lambda number: problems[number][1])
    while order:
        longest = max(24, problems[order[0]][1] * ALIKE)
        some = [number for number in order[: BATCH if longest < ALIKE * LONG else 1] if problems[number][1] <= longest]
        order = order[len(some) :]
        for number, path in zip(some, _banded([problems[one] for one in some]), strict=True):
            found[number] = path
    return found


def _banded(problems: Sequence[tuple[Sequence[Term], int]]) -> list[Any]:
    sizes = [size for _terms, size in problems]
    stencils = [term.stencil for term in problems[0][0]]
    matrix = Banded(stencils, sizes)
    values = np.zeros((3, len(problems), sum(matrix.rows)))
    for row, (terms, size) in enumerate(problems):
        at = 0
        for term, rows in zip(terms, matrix.rows, strict=True):
            own = max(0, size - len(term.stencil) + 1)
            for place, value in enumerate((term.wish, term.above, term.below)):
                values[place, row, at : at + own] = value
            at += rows
    paths = _least(matrix, *values)
    return [path[:size] for path, size in zip(paths, sizes, strict=True)]


def solve_dense_all(problems: Sequence[tuple[Any, Any, Any, Any]]) -> list[Any]:
    """For each (matrix (terms, unknowns), wish, above, below; (terms,)): the x of least Σ above·max(0, matrix x - wish) +
    below·max(0, wish - matrix x). All have as many unknowns."""
    found: list[Any] = []
    for first in range(0, len(problems), BATCH):
        some = problems[first : first + BATCH]
        most = max(len(wish) for _matrix, wish, _above, _below in some)
        matrices, values = np.zeros((len(some), most, some[0][0].shape[1])), np.zeros((3, len(some), most))
        for row, (matrix, *parts) in enumerate(some):
            matrices[row, : len(matrix)] = matrix
            for place, part in enumerate(parts):
                values[place, row, : len(matrix)] = part
        found += list(_least(Dense(matrices), *values))
    return found


def _least(terms: Any, wish: Any, above: Any, below: Any) -> Any:
    """The least of each problem. What weighs nothing is no term: problems of fewer terms are filled up with such."""
    room = above + below
    live = room > 0
    whole = bool(live.all())

    def kept(values: Any) -> Any:
        return values if whole else values * live

    count = np.maximum(live.sum(axis=1), 1)[:, None]
    right = terms.back(below)
    usual = np.array([np.median(one[there]) if there.any() else 1.0 for one, there in zip(room, live, strict=True)])[:, None]
    inner = np.minimum(room / 2, usual / 2)
    lower = np.where(live, np.clip(below, inner, room - inner), 1.0)
    upper = np.where(live, room - lower, 1.0)
    wish = kept(wish)
    far = 1 + np.abs(wish).max(axis=1, initial=0.0)
    most = 1 + room.max(axis=1, initial=0.0)
    path = terms.solver(live * 1.0)(terms.back(wish))
    # All products alike: whoever begins near a wall of a high term never gets away from it.
    middle = usual * np.maximum(1e-3, np.abs(wish - kept(terms.times(path))).sum(axis=1, keepdims=True) / count)
    z, w = kept(middle / lower), kept(middle / upper)
    for _ in range(STEPS):
        missing = right - terms.back(kept(lower))
        off = kept(terms.times(path) - wish)
        uneven = w - z - off
        between = (lower * z + upper * w).sum(axis=1)
        cost = (above * np.maximum(off, 0) - below * np.minimum(off, 0)).sum(axis=1)
        off_by = np.maximum(np.abs(missing).max(axis=1, initial=0.0) / most, np.abs(uneven).max(axis=1, initial=0.0) / far)
        going = (between >= EXACT * (1 + cost)) | (off_by >= EXACT)
        if not going.any():
            break
        share = 1 / (z / lower + w / upper) if whole else live / (z / lower + w / upper + ~live)
        factored = terms.solver(share)
        state = lower, upper, z, w
        path_by, moved, z_by, w_by = _step(terms, factored, share, missing, uneven, state, -lower * z, -upper * w)
        long, dual = _longest((lower, moved), (upper, -moved)), _longest((z, z_by), (w, w_by))
        after = ((lower + long * moved) * (z + dual * z_by) + (upper - long * moved) * (w + dual * w_by)).sum(axis=1)
        centre = kept(((after / np.maximum(between, 1e-300)) ** 3 * between)[:, None] / (2 * count))
        path_by, moved, z_by, w_by = _step(
            terms, factored, share, missing, uneven, state, centre - lower * z - moved * z_by, centre - upper * w + moved * w_by
        )
        long = _longest((lower, moved), (upper, -moved)) * going[:, None]
        dual = _longest((z, z_by), (w, w_by)) * going[:, None]
        path = path + dual * path_by
        lower, upper = lower + long * moved, upper - long * moved
        z, w = z + dual * z_by, w + dual * w_by
    return path


def _step(terms: Any, factored: Any, share: Any, missing: Any, uneven: Any, state: Any, first: Any, second: Any) -> Any:
    """Newton's step (path, lower, z, w) of the conditions of the optimum; `first` and `second` are what the products are to change by."""
    lower, upper, z, w = state
    bent = uneven - first / lower + second / upper
    path = factored(terms.back(share * bent) + missing)
    moved = share * (terms.times(path) - bent)
    return path, moved, (first - z * moved) / lower, (second + w * moved) / upper


def _longest(*pairs: Any) -> Any:
    """How far all of each problem may go and stay above 0, (problems, 1)."""
    found = 1.0
    for values, change in pairs:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(change < 0, -values / change, np.inf)
        found = np.minimum(found, NEAR_WALL * ratio.min(axis=1, initial=np.inf, keepdims=True))
    return found
