"""The virtual camera of one shot, one direction at a time: held, panned or following, by the path that bends least. Pure.

After M. Grundmann, V. Kwatra and I. Essa, "Auto-directed video stabilization with robust L1 optimal camera paths" (CVPR 2011): of all
paths that keep the subject inside, that of the least sum of speeds, accelerations and jerks. Sums of amounts, not of squares, make most
of them nothing at all: such a path stands still, moves evenly, or gathers speed evenly, as a camera on a tripod or a dolly does. Added to
theirs: the limits of speed and acceleration, where the subject is best placed, and that a camera is only panned where holding it
loses more of the subject, and follows only where panning does (after F. Liu and M. Gleicher, "Video retargeting: automating pan and
scan", ACM Multimedia 2006).

Places are counted in windows: 1 is the width (or height) of what the camera shows. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .l1_path import Term, solve_all, solve_dense_all
from .reframe_keys import Knot, fitted, played
from .remembered import Kept, key

Move = Literal["hold", "pan", "follow"]
Camera = Literal["auto", "hold", "pan", "follow"]

NODES = 8.0
"""Places of the path a second; between them it is a curve."""
SPEED, ACCELERATION, JERK = 1.0, 0.25, 0.05
"""What a window of way, a window a second of change of speed, and a window a second squared of change of acceleration cost."""
OUTSIDE, LIMIT, WALL = 60.0, 1e3, 1e4
"""What a window outside costs a second, of the subject; of the camera's limits; of the picture. Each far above the one before."""
BEST = 0.25
"""The same of the place where the subject is best."""
WORSE = 0.01
"""So much less of the time the subject may be inside before the camera moves more."""
INSIDE = 1e-6
TRIES = 4
STILL = 0.02
"""In windows: a path that strays no farther is at rest; keyframes are as near to the path."""


@dataclass(frozen=True)
class Wish:
    """Where the middle of the window may be, and had best be, at each of `frames` (n,), whole and rising by 1; arrays (n,), in windows.

    Between `low` and `high` the subject is inside with some air around it; nan where nobody knows. Where `low` is above `high` it does not
    fit. `best` nan: no wish. `walls`: the first and last place at which the window is within the picture. `air` (n,) or one number: so
    much farther, and it is still wholly inside.
    """

    frames: Any
    low: Any
    high: Any
    best: Any
    walls: tuple[float, float]
    air: Any = 0.0


@dataclass(frozen=True)
class Limits:
    """Windows a second, and a second squared."""

    speed: float = 2.0
    acceleration: float = 3.3


@dataclass(frozen=True)
class Path:
    """`knots` are keyframes in windows. `inside`: the share of the frames with a subject at which it is between `low` and `high`."""

    move: Move
    knots: tuple[Knot, ...]
    inside: float

    def at(self, frames: Any) -> Any:
        return played(self.knots, frames)


_PANNED: Kept[tuple[float, float] | None] = Kept(4096)
_FOLLOWED: Kept[tuple[Knot, ...]] = Kept(4096)


@dataclass(frozen=True)
class Asked:
    """What a path is asked for. `rate` frames a second."""

    wish: Wish
    rate: float
    limits: Limits
    camera: Camera = "auto"


def plan(wish: Wish, rate: float, limits: Limits, camera: Camera = "auto") -> Path:
    """The path of one shot."""
    return plans([Asked(wish, rate, limits, camera)])[0]


def plans(asked: Sequence[Asked]) -> list[Path]:
    """The path of each shot. What was solved before is not solved again: other options leave most shots as they are.

    The linear programs of all of them are solved side by side, first those of the plainer moves.
    """
    found: list[list[Path]] = [[] for _ in asked]
    moves = [_moves(one) for one in asked]
    for place in range(3):
        going = [number for number, paths in enumerate(found) if place < len(moves[number]) and not _enough(paths)]
        for move in ("hold", "pan", "follow"):
            some = [number for number in going if moves[number][place] == move]
            for number, knots in zip(some, _SOLVERS[move]([asked[number] for number in some]), strict=True):
                found[number].append(_path(asked[number].wish, move, knots))
    return [next(path for path in paths if path.inside >= max(one.inside for one in paths) - WORSE) for paths in found]


def _moves(asked: Asked) -> tuple[Move, ...]:
    if asked.wish.walls[1] - asked.wish.walls[0] < STILL / 10:
        return ("hold",)
    return ("hold", "pan", "follow") if asked.camera == "auto" else (asked.camera,)


def _enough(paths: Sequence[Path]) -> bool:
    return bool(paths) and paths[-1].inside >= 1 - WORSE


def inside(wish: Wish, places: Any) -> Any:
    """Bool, one for each frame with a subject: whether it is wholly seen, from these places."""
    known = ~np.isnan(wish.low)
    air = np.broadcast_to(wish.air, known.shape)[known] + INSIDE
    return (places[known] >= wish.low[known] - air) & (places[known] <= wish.high[known] + air)


def _path(wish: Wish, move: Move, knots: tuple[Knot, ...]) -> Path:
    places = played(knots, wish.frames)
    there = inside(wish, places)
    at_rest = "hold" if len(knots) == 1 or np.ptp([knot.value for knot in knots]) <= STILL else move
    return Path(at_rest, knots, float(there.mean()) if len(there) else 1.0)


def _terms(wish: Wish, rate: float) -> tuple[Any, Any, Any]:
    """(wish, cost above, cost below) of inside, best and walls, each (3 or 4, n)."""
    low, high = _nearest(wish)
    known, wanted = ~np.isnan(low), ~np.isnan(wish.best)
    zero, step = np.zeros(len(low)), 1 / rate
    goals = np.array([np.where(known, high, 0), np.where(known, low, 0), np.where(wanted, wish.best, 0)])
    above = np.array([known * OUTSIDE * step, zero, wanted * BEST * step])
    below = np.array([zero, known * OUTSIDE * step, wanted * BEST * step])
    return goals, above, below


def _nearest(wish: Wish) -> tuple[Any, Any]:
    """The bounds, within the walls: what the picture does not hold nobody can show."""
    low, high = np.clip(wish.low, *wish.walls), np.clip(wish.high, *wish.walls)
    middle = (low + high) / 2
    wrong = low > high
    return np.where(wrong, middle, low), np.where(wrong, middle, high)


def _holds(asked: Sequence[Asked]) -> list[tuple[Knot, ...]]:
    return [_hold(one.wish, one.rate) for one in asked]


def _hold(wish: Wish, rate: float) -> tuple[Knot, ...]:
    first, last = wish.walls
    if last - first < STILL / 10:
        return (Knot(int(wish.frames[0]), (first + last) / 2),)
    goals, above, below = (part.reshape(-1) for part in _terms(wish, rate))
    best = _cheapest(goals, above, below) if (above + below).any() else (first + last) / 2
    return (Knot(int(wish.frames[0]), min(max(best, first), last)),)


def _cheapest(goals: Any, above: Any, below: Any) -> float:
    """The x of least Σ above·max(0, x - goal) + below·max(0, goal - x); the middle where several are."""
    order = np.argsort(goals, kind="stable")
    goals = goals[order]
    rises = np.cumsum((above + below)[order]) - below.sum()
    slack = 1e-12 * (above.sum() + below.sum())
    first = int(np.argmax(rises >= -slack))
    flat = np.flatnonzero(rises > slack)
    last = int(flat[0]) if len(flat) else len(goals) - 1
    return float(goals[first] + goals[last]) / 2


def _pans(asked: Sequence[Asked]) -> list[tuple[Knot, ...]]:
    """Evenly from the first place to the last one."""
    ends = _lines(asked, [None] * len(asked))
    fast = [number for number, (one, pair) in enumerate(zip(asked, ends, strict=True)) if pair and abs(pair[1] - pair[0]) > _way(one)]
    for number, pair in zip(fast, _lines([asked[one] for one in fast], [_way(asked[one]) for one in fast]), strict=True):
        ends[number] = pair
    return [_panned(one.wish, one.rate, pair) for one, pair in zip(asked, ends, strict=True)]


def _way(asked: Asked) -> float:
    """The longest that a pan may be, in windows."""
    return asked.limits.speed * (len(asked.wish.frames) - 1) / asked.rate


def _panned(wish: Wish, rate: float, ends: tuple[float, float] | None) -> tuple[Knot, ...]:
    if ends is None or abs(ends[1] - ends[0]) <= STILL:
        return _hold(wish, rate)
    slope = (ends[1] - ends[0]) / (len(wish.frames) - 1)
    return Knot(int(wish.frames[0]), ends[0], slope), Knot(int(wish.frames[-1]), ends[1], slope)


def _lines(asked: Sequence[Asked], ways: Sequence[float | None]) -> list[tuple[float, float] | None]:
    """The first and last place of the best straight line of each, no farther apart than its way; None where a pan is none."""

    def solved(numbers: Sequence[int]) -> list[tuple[float, float] | None]:
        programs = [_line(asked[number], ways[number]) for number in numbers]
        found = iter(solve_dense_all([program for program in programs if program is not None]))
        walls = [asked[number].wish.walls for number in numbers]
        return [None if one is None else tuple(map(float, np.clip(next(found), *wall))) for one, wall in zip(programs, walls, strict=True)]  # type: ignore[misc]

    return _PANNED.of([(_known(one), way) for one, way in zip(asked, ways, strict=True)], solved)


def _line(asked: Asked, way: float | None) -> tuple[Any, Any, Any, Any] | None:
    wish = asked.wish
    goals, above, below = (part.reshape(-1) for part in _terms(wish, asked.rate))
    length = len(wish.frames) - 1
    if length < 1 or not (above + below).any():
        return None
    along = np.linspace(0, 1, length + 1)
    matrix = np.tile(np.column_stack([1 - along, along]), (len(goals) // (length + 1), 1))
    ends, first, last = np.eye(2), *wish.walls
    rows: list[Any] = [matrix, ends, ends, [[-1.0, 1.0]]]
    goals, above, below = [goals, [last, last, first, first, 0.0]], [above, [WALL, WALL, 0, 0, SPEED]], [below, [0, 0, WALL, WALL, SPEED]]
    if way is not None:
        rows, goals = [*rows, [[-1.0, 1.0], [-1.0, 1.0]]], [*goals, [way, -way]]
        above, below = [*above, [LIMIT, 0]], [*below, [0, LIMIT]]
    return np.vstack(rows), np.concatenate(goals), np.concatenate(above), np.concatenate(below)


def _follows(asked: Sequence[Asked]) -> list[tuple[Knot, ...]]:
    """The camera that follows within its limits as it is played: keyframes may pass a bend more sharply than the path they stand for.

    First without limits, which few shots need.
    """
    found: list[tuple[Knot, ...]] = [()] * len(asked)
    best = [float("inf")] * len(asked)
    limits: list[Limits | None] = [None] * len(asked)
    going = list(range(len(asked)))
    for _ in range(TRIES):
        for number, knots in zip(going, _followed([asked[one] for one in going], [limits[one] for one in going]), strict=True):
            wish, own, rate = asked[number].wish, asked[number].limits, asked[number].rate
            places = played(knots, wish.frames)
            fast = float(np.abs(np.diff(places)).max(initial=0.0)) * rate / own.speed
            sharp = float(np.abs(np.diff(places, 2)).max(initial=0.0)) * rate**2 / own.acceleration
            if max(fast, sharp) < best[number]:
                best[number], found[number] = max(fast, sharp), knots
            was = limits[number]
            if was is None:
                limits[number] = own
            else:
                limits[number] = Limits(was.speed / min(max(fast, 1.0), 1.5), was.acceleration / min(max(sharp, 1.0), 1.5))
        going = [number for number in going if best[number] > 1]
    return found


def _followed(asked: Sequence[Asked], limits: Sequence[Limits | None]) -> list[tuple[Knot, ...]]:
    def solved(numbers: Sequence[int]) -> list[tuple[Knot, ...]]:
        nodes = {number: _nodes(asked[number].wish, asked[number].rate) for number in numbers}
        paths: dict[int, Any] = {}
        for limited in (False, True):  # those with limits have other terms
            some = [number for number in numbers if len(nodes[number]) >= 3 and (limits[number] is not None) is limited]
            programs = [(_bends(asked[number], nodes[number], limits[number]), len(nodes[number])) for number in some]
            paths.update(zip(some, solve_all(programs), strict=True))
        return [_smoothed(asked[number], nodes[number], paths.get(number)) for number in numbers]

    kept = _FOLLOWED.of([(_known(one), limit) for one, limit in zip(asked, limits, strict=True)], solved)
    firsts = [int(one.wish.frames[0]) for one in asked]
    return [tuple(Knot(knot.frame + first, knot.value, knot.slope) for knot in knots) for knots, first in zip(kept, firsts, strict=True)]


def _smoothed(asked: Asked, nodes: Any, path: Any) -> tuple[Knot, ...]:
    """The keyframes of a path through its nodes, counted from the shot's first frame."""
    if path is None:
        return tuple(Knot(0, knot.value) for knot in _hold(asked.wish, asked.rate))
    first, last = asked.wish.walls
    knots = fitted(nodes, np.clip(path, first, last), STILL)
    return tuple(Knot(knot.frame, min(max(knot.value, first), last), knot.slope) for knot in knots)


def _known(asked: Asked) -> Hashable:
    """What a path without limits depends on, wherever the shot stands on the timeline."""
    wish = asked.wish
    return asked.rate, len(wish.frames), wish.walls, *(key(np.asarray(part)) for part in (wish.low, wish.high, wish.best, wish.air))


def _nodes(wish: Wish, rate: float) -> Any:
    length = len(wish.frames) - 1
    return np.linspace(0, length, int(np.ceil(length / max(1.0, rate / NODES))) + 1)


def _bends(asked: Asked, nodes: Any, limits: Limits | None) -> list[Term]:
    """The linear program of a path through these nodes."""
    wish, step = asked.wish, (nodes[1] - nodes[0]) / asked.rate
    low, high = _nearest(wish)
    # Between two nodes the subject must be inside too, and keyframes may be a little off.
    low, high = _around(low, nodes, _most) + STILL, _around(high, nodes, _least) - STILL
    tight = low > high
    low, high = np.where(tight, (low + high) / 2, low), np.where(tight, (low + high) / 2, high)
    best = _around(wish.best, nodes, _mean)
    known, wanted = (~np.isnan(low)) * step, (~np.isnan(best)) * step
    first, last = wish.walls
    terms = [
        Term((1.0,), np.nan_to_num(high), OUTSIDE * known, 0.0), Term((1.0,), np.nan_to_num(low), 0.0, OUTSIDE * known),
        Term((1.0,), np.nan_to_num(best), BEST * wanted, BEST * wanted),
        Term((1.0,), last, WALL, 0.0), Term((1.0,), first, 0.0, WALL),
        Term((-1.0, 1.0), 0.0, SPEED, SPEED), Term((1.0, -2.0, 1.0), 0.0, ACCELERATION / step, ACCELERATION / step),
        Term((-1.0, 3.0, -3.0, 1.0), 0.0, JERK / step**2, JERK / step**2),
    ]  # fmt: skip
    if limits is None:
        return terms
    return [
        *terms, Term((-1.0, 1.0), limits.speed * step, LIMIT, 0.0), Term((-1.0, 1.0), -limits.speed * step, 0.0, LIMIT),
        Term((1.0, -2.0, 1.0), limits.acceleration * step**2, LIMIT / step, 0.0),
        Term((1.0, -2.0, 1.0), -limits.acceleration * step**2, 0.0, LIMIT / step),
    ]  # fmt: skip


def _around(values: Any, nodes: Any, most: Any) -> Any:
    """For each node the most (or least, or mean) of the values up to its neighbours; nan where all are."""
    near = _near(len(values), tuple(nodes))
    with np.errstate(invalid="ignore", divide="ignore"):
        return most(np.append(values, np.nan)[near])


@lru_cache(maxsize=256)
def _near(count: int, nodes: tuple[float, ...]) -> Any:
    """Int (nodes, frames): the numbers of the frames around each node, `count` where there is none."""
    step = nodes[1] - nodes[0]
    start, last = np.floor(np.array(nodes) - step / 2).astype(int), np.ceil(np.array(nodes) + step / 2).astype(int)
    every = start[:, None] + np.arange(int((last - start).max()) + 1)
    return np.where((every >= 0) & (every < count) & (every <= last[:, None]), every, count)


def _most(rows: Any) -> Any:
    return np.fmax.reduce(rows, axis=1)


def _least(rows: Any) -> Any:
    return np.fmin.reduce(rows, axis=1)


def _mean(rows: Any) -> Any:
    return np.nansum(rows, axis=1) / (~np.isnan(rows)).sum(axis=1)


_SOLVERS = {"hold": _holds, "pan": _pans, "follow": _follows}
