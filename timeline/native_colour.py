"""What Blender's own colour tools make of a colour: the model a grade is planned by. Measured on renders (`docs/effects.md`).

A strip's saturation comes first, then its modifiers in their order; each sees colours as the sequencer's colour space codes them, 0..1, and
of pictures of 8 bits a channel each gives 8 bits on. All arrays are (..., 3) float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Triple = tuple[float, float, float]
Points = tuple[tuple[float, float], ...]
ONES: Triple = (1.0, 1.0, 1.0)
STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))
TABLE, PIECES, REACH = 256, 32, 2.5614
"""Steps of the table that Blender makes of a curve, straight pieces between two points, and how far handles reach: curvemapping's own."""


@dataclass(frozen=True)
class Balance:
    """A COLOR_BALANCE modifier by offset, power and slope. As ASC CDL writes them: nothing is done by slope 1, offset 0, power 1.

    `settings` says them as Blender stores them: there an offset of 1 is none, and the power is one over it.
    """

    slope: Triple = ONES
    offset: Triple = (0.0, 0.0, 0.0)
    power: Triple = ONES

    def of(self, colours: np.ndarray) -> np.ndarray:
        return np.asarray(np.maximum(colours * self.slope + self.offset, 0) ** np.asarray(self.power))

    @property
    def stored(self) -> dict[str, Triple]:
        """Property of the modifier's `color_balance` → value."""
        return {
            "slope": _triple(self.slope),
            "offset": _triple([1 + value for value in self.offset]),
            "power": _triple([1 / value for value in self.power]),
        }


UNCHANGED = Balance()


def saturated(colours: np.ndarray, factor: float | np.ndarray) -> np.ndarray:
    """A strip's `color_saturation`: that of hue, saturation and value, so the strongest channel stays."""
    strongest = colours.max(axis=-1, keepdims=True)
    return np.asarray(strongest - (strongest - colours) * factor)


def curved(colours: np.ndarray, curves: Sequence[Points]) -> np.ndarray:
    """A CURVES modifier with curves for red, green and blue."""
    places = np.arange(TABLE + 1) / TABLE
    return np.stack([np.interp(colours[..., i], places, table(points)) for i, points in enumerate(curves)], axis=-1)


def in_bytes(colours: np.ndarray) -> np.ndarray:
    """As a picture of 8 bits keeps it."""
    return np.asarray(np.floor(np.clip(colours, 0, 1) * 255 + 0.5) / 255)


def table(points: Points) -> np.ndarray:
    """(TABLE + 1,): what a curve through these points, whose handles are Blender's AUTO ones, makes of 0, 1/256, … 1."""
    ends = np.asarray(points, float)
    left, right = _handles(ends)
    one, two, three, four = ends[:-1], right[:-1], left[1:], ends[1:]
    reach, room = np.abs(one[:, 0] - two[:, 0]) + np.abs(four[:, 0] - three[:, 0]), four[:, 0] - one[:, 0]
    shorter = np.where((reach > room) & (room > 0), room / np.maximum(reach, 1e-12), 1.0)[:, None]
    known = np.stack([one, one + (two - one) * shorter, four + (three - four) * shorter, four], axis=1)
    whole = np.concatenate([(_BERNSTEIN @ known).reshape(-1, 2), ends[-1:]])
    return np.asarray(np.interp(np.arange(TABLE + 1) / TABLE, whole[:, 0], whole[:, 1]))


def _handles(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The handles (points, 2) to the left and right of each point."""
    before = np.concatenate([2 * ends[:1] - ends[1:2], ends[:-1]])
    after = np.concatenate([ends[1:], 2 * ends[-1:] - ends[-2:-1]])
    near, far = ends - before, after - ends
    near_length = np.maximum(np.hypot(near[:, 0], near[:, 1]), 1e-9)[:, None]
    far_length = np.maximum(np.hypot(far[:, 0], far[:, 1]), 1e-9)[:, None]
    way = far / far_length + near / near_length
    reach = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None] * REACH
    left, right = ends - way * near_length / reach, ends + way * far_length / reach
    if len(ends) > 2:
        right[0] = _towards(ends[0], np.array([max(left[1, 0], ends[0, 0]), left[1, 1]]), right[0])
        left[-1] = _towards(ends[-1], np.array([min(right[-2, 0], ends[-1, 0]), right[-2, 1]]), left[-1])
    return left, right


def _towards(end: np.ndarray, aim: np.ndarray, handle: np.ndarray) -> np.ndarray:
    """The outermost handles point at the next one's."""
    way = aim - end
    length = float(np.hypot(*way))
    return handle if length < 1e-7 else end + way * float(np.hypot(*(handle - end))) / length


def _triple(values: Sequence[float]) -> Triple:
    red, green, blue = (round(float(value), 5) for value in values)
    return red, green, blue


def _bernstein() -> np.ndarray:
    """(PIECES, 4): what the four points of a Bézier curve weigh along it."""
    along = np.arange(PIECES) / PIECES
    return np.stack([(1 - along) ** 3, 3 * along * (1 - along) ** 2, 3 * along**2 * (1 - along), along**3], axis=1)


_BERNSTEIN = _bernstein()
