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

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .l1_path import Term, solve, solve_dense
from .reframe_keys import Knot, fitted, played

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


def plan(wish: Wish, rate: float, limits: Limits, camera: Camera = "auto") -> Path:
    """The path of one shot. `rate` frames a second. Asked again it is not solved again: other options leave most shots as they are."""
    arrays = (np.ascontiguousarray(part, np.float64).tobytes() for part in (wish.low, wish.high, wish.best, wish.air))
    return _planned(int(wish.frames[0]), len(wish.frames), tuple(arrays), wish.walls, rate, limits, camera)


@lru_cache(maxsize=2048)
def _planned(
    first: int, count: int, arrays: tuple[bytes, ...], walls: tuple[float, float], rate: float, limits: Limits, camera: Camera
) -> Path:  # fmt: skip
    low, high, best, air = (np.frombuffer(part) for part in arrays)
    wish = Wish(np.arange(first, first + count), low, high, best, walls, air if len(air) > 1 else float(air[0]))
    if wish.walls[1] - wish.walls[0] < STILL / 10:
        return _path(wish, "hold", (Knot(int(wish.frames[0]), sum(wish.walls) / 2),))
    moves: tuple[Move, ...] = ("hold", "pan", "follow") if camera == "auto" else (camera,)
    found = []
    for move in moves:
        found.append(_path(wish, move, _MOVES[move](wish, rate, limits)))
        if found[-1].inside >= 1 - WORSE:
            break
    most = max(path.inside for path in found)
    return next(path for path in found if path.inside >= most - WORSE)


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


def _hold(wish: Wish, rate: float, _limits: Limits) -> tuple[Knot, ...]:
    goals, above, below = (part.reshape(-1) for part in _terms(wish, rate))
    if not (above + below).any():
        return (Knot(int(wish.frames[0]), float(np.clip(0.5 * sum(wish.walls), *wish.walls))),)
    return (Knot(int(wish.frames[0]), float(np.clip(_cheapest(goals, above, below), *wish.walls))),)


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


def _pan(wish: Wish, rate: float, limits: Limits) -> tuple[Knot, ...]:
    """Evenly from the first place to the last one."""
    goals, above, below = (part.reshape(-1) for part in _terms(wish, rate))
    length = len(wish.frames) - 1
    if length < 1 or not (above + below).any():
        return _hold(wish, rate, limits)
    along = np.linspace(0, 1, length + 1)
    matrix = np.tile(np.column_stack([1 - along, along]), (len(goals) // (length + 1), 1))
    ends, first, last = np.eye(2), *wish.walls
    way = limits.speed * length / rate
    matrix = np.vstack([matrix, ends, ends, [[-1.0, 1.0]], [[-1.0, 1.0]], [[-1.0, 1.0]]])
    goals = np.concatenate([goals, [last, last, first, first, way, -way, 0.0]])
    above = np.concatenate([above, [WALL, WALL, 0, 0, LIMIT, 0, SPEED]])
    below = np.concatenate([below, [0, 0, WALL, WALL, 0, LIMIT, SPEED]])
    start, end = (float(part) for part in np.clip(solve_dense(matrix, goals, above, below), first, last))
    if abs(end - start) <= STILL:
        return _hold(wish, rate, limits)
    slope = (end - start) / length
    return Knot(int(wish.frames[0]), start, slope), Knot(int(wish.frames[-1]), end, slope)


def _follow(wish: Wish, rate: float, limits: Limits) -> tuple[Knot, ...]:
    length = len(wish.frames) - 1
    count = int(np.ceil(length / max(1.0, rate / NODES))) + 1
    if count < 3:
        return _hold(wish, rate, limits)
    nodes = np.linspace(0, length, count)
    step = length / (count - 1) / rate
    low, high = _nearest(wish)
    # Between two nodes the subject must be inside too, and keyframes may be a little off.
    low, high = _around(low, nodes, np.nanmax) + STILL, _around(high, nodes, np.nanmin) - STILL
    tight = low > high
    low, high = np.where(tight, (low + high) / 2, low), np.where(tight, (low + high) / 2, high)
    best = _around(wish.best, nodes, np.nanmean)
    known, wanted = (~np.isnan(low)) * step, (~np.isnan(best)) * step
    first, last = wish.walls
    terms = [
        Term((1.0,), np.nan_to_num(high), OUTSIDE * known, 0.0), Term((1.0,), np.nan_to_num(low), 0.0, OUTSIDE * known),
        Term((1.0,), np.nan_to_num(best), BEST * wanted, BEST * wanted),
        Term((1.0,), last, WALL, 0.0), Term((1.0,), first, 0.0, WALL),
        Term((-1.0, 1.0), limits.speed * step, LIMIT, 0.0), Term((-1.0, 1.0), -limits.speed * step, 0.0, LIMIT),
        Term((1.0, -2.0, 1.0), limits.acceleration * step**2, LIMIT / step, 0.0),
        Term((1.0, -2.0, 1.0), -limits.acceleration * step**2, 0.0, LIMIT / step),
        Term((-1.0, 1.0), 0.0, SPEED, SPEED), Term((1.0, -2.0, 1.0), 0.0, ACCELERATION / step, ACCELERATION / step),
        Term((-1.0, 3.0, -3.0, 1.0), 0.0, JERK / step**2, JERK / step**2),
    ]  # fmt: skip
    path = np.clip(solve(terms, count), first, last)
    knots = fitted(wish.frames[0] + nodes, path, STILL)
    return tuple(Knot(knot.frame, float(np.clip(knot.value, first, last)), knot.slope) for knot in knots)


def _within(wish: Wish, rate: float, limits: Limits) -> tuple[Knot, ...]:
    """The camera that follows within its limits as it is played: keyframes may pass a bend more sharply than the path they stand for."""
    asked, best = limits, (float("inf"), ())  # type: tuple[Limits, tuple[float, tuple[Knot, ...]]]
    for _ in range(TRIES):
        knots = _follow(wish, rate, asked)
        places = played(knots, wish.frames)
        fast = float(np.abs(np.diff(places)).max(initial=0.0)) * rate / limits.speed
        sharp = float(np.abs(np.diff(places, 2)).max(initial=0.0)) * rate**2 / limits.acceleration
        best = min(best, (max(fast, sharp), knots), key=lambda one: one[0])
        if best[0] <= 1:
            break
        asked = Limits(asked.speed / min(max(fast, 1.0), 1.5), asked.acceleration / min(max(sharp, 1.0), 1.5))
    return best[1]


def _around(values: Any, nodes: Any, most: Any) -> Any:
    """For each node the most (or least, or mean) of the values up to its neighbours; nan where all are."""
    step = nodes[1] - nodes[0]
    found = np.full(len(nodes), np.nan)
    for number, node in enumerate(nodes):
        near = values[max(0, int(np.floor(node - step / 2))) : int(np.ceil(node + step / 2)) + 1]
        if not np.isnan(near).all():
            found[number] = most(near)
    return found


_MOVES = {"hold": _hold, "pan": _pan, "follow": _within}
