"""The path a camera takes, from its moves between pictures: how fast it goes while a sample lasts, and how much it shakes.

The path is parted into what is meant and what is shaken as video stabilisers do (e.g. Y. Matsushita et al., "Full-frame video stabilization
with motion inpainting", IEEE TPAMI 28, 2006): here by a parabola over `WINDOW`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LOST = 0.2
"""Less certain, the picture has changed: a cut, or nothing to follow."""
WINDOW = 1.5
ROLLED = 0.3
"""How far in widths the points of a picture move on average when it rolls by one radian."""


@dataclass(frozen=True)
class Move:
    """What happens to the camera from `start` to `end` (seconds): to the right and down in widths, the logarithm of the factor, radians.

    `certainty` 0..1 is the share of points that agree; below `LOST` the others mean nothing.
    """

    start: Fraction
    end: Fraction
    right: float = 0.0
    down: float = 0.0
    closer: float = 0.0
    rolled: float = 0.0
    certainty: float = 0.0


def camera(moves: Sequence[Move], seconds: Sequence[Fraction], shaken: Sequence[float]) -> np.ndarray:
    """Float32 (samples, 6) in the order of `facts.CAMERA_VALUES`, for samples at `seconds`, each lasting to the next.

    What comes after a change of picture within a sample belongs to the next shot and is left out. `shaken` is `shake(moves)`.
    """
    import numpy as np

    rows = np.full((len(seconds), 6), np.nan, np.float32)
    rows[:, 5] = 0
    starts = [move.start for move in moves]
    place = 0
    for number, moment in enumerate(seconds):
        until = seconds[number + 1] if number + 1 < len(seconds) else None
        first = place
        while place < len(moves) and (until is None or starts[place] < until):
            place += 1
        part = [index for index in range(first, place) if starts[index] >= moment]
        sure = part[: next((n for n, index in enumerate(part) if moves[index].certainty < LOST), len(part))]
        if not sure:
            continue
        length = float(moves[sure[-1]].end - moves[sure[0]].start)
        totals = np.array([(m.right, m.down, m.closer, math.degrees(m.rolled)) for m in (moves[n] for n in sure)]).sum(axis=0)
        rows[number, :4] = totals / length
        rows[number, 4] = np.nanmean([shaken[index] for index in sure]) if not all(math.isnan(shaken[n]) for n in sure) else np.nan
        rows[number, 5] = np.mean([moves[index].certainty for index in sure])
    return rows


def shake(moves: Sequence[Move]) -> list[float]:
    """For each move how far the path within `WINDOW` seconds around it strays from a parabola: RMS in widths, NaN where it is too short."""
    import numpy as np

    result = [float("nan")] * len(moves)
    first = 0
    for end in range(len(moves) + 1):
        if end < len(moves) and moves[end].certainty >= LOST and (end == first or moves[end].start == moves[end - 1].end):
            continue
        run = moves[first:end]
        if len(run) >= 5:
            times = np.array([float(run[0].start), *(float(move.end) for move in run)])
            steps = np.array([(move.right, move.down, ROLLED * move.rolled) for move in run])
            path = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
            for number in range(len(run)):
                result[first + number] = _strays(times, path, (times[number] + times[number + 1]) / 2)
        first = end if end < len(moves) and moves[end].certainty >= LOST else end + 1
    return result


def _strays(times: np.ndarray, path: np.ndarray, middle: float) -> float:
    import numpy as np

    near = slice(int(np.searchsorted(times, middle - WINDOW / 2)), int(np.searchsorted(times, middle + WINDOW / 2, "right")))
    moments = times[near] - middle
    if len(moments) < 6:
        return float("nan")
    basis = np.stack([np.ones_like(moments), moments, moments**2], axis=1)
    fit = np.linalg.lstsq(basis, path[near], rcond=None)[0]
    return float(np.sqrt(((path[near] - basis @ fit) ** 2).sum() / (len(moments) - 3)))
