"""Making one set of colours like another, and doing it with Blender's own tools.

The transfer is the linear Monge-Kantorovitch map (F. Pitié and A. Kokaram, "The linear Monge-Kantorovitch linear colour mapping for
example-based colour transfer", CVMP 2007) in Oklab: of all linear maps that give a shot the mean and covariance of its reference, the one
that changes colours least. It supposes that both show much the same. How far that holds is measured (`unlike`); the less it does, the
more of it gives way to a plain gain of each channel by shades of grey (G. D. Finlayson and E. Trezzi, CIC 2004), which cannot make grass of
sand.

What it says of single colours is then met by curves for red, green and blue and a saturation, or by offset, power and slope, as well as
these can: least squares, with a curve kept straight where the shot has no colours. Pure; colours are (n, 3) sRGB as coded, 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from . import oklab
from .native_colour import UNCHANGED, Balance, Points, Triple, curved, in_bytes, saturated
from .remembered import remembered

KNOTS = np.linspace(0.0, 1.0, 7)
STIFF, HELD = 0.02, 0.002
"""How much a curve minds bending, and leaving the diagonal, against a mean square of the colours."""
STEEP = 4.0
"""At most so much contrast is made of a curve's piece: steeper ones show noise and steps."""
SATURATIONS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.12, 1.25, 1.4, 1.6, 1.8)
POWERS = np.geomspace(0.55, 1.8, 13)
FLOOR = 1e-5
"""Variance that any colour has at least: that of noise."""
ALIKE, FOREIGN = 0.05, 0.13
"""`unlike` of two moments of a camera that stands still is below the first; above the second the pictures are filled with other things."""
DIRECTIONS = 24
KEPT = 2048
"""Shots whose fits are kept from one plan to the next."""
COMPARED, FITTED = 300, 450
"""So many colours are enough to compare two shots by, and to fit a grade to."""
ORDER = 6
GAIN = 2.0
"""Order of the Minkowski mean that a plain gain goes by: it looks at the lights, of which two places have more in common than of means.
Limit of such a gain, of light as coded."""


@dataclass(frozen=True)
class Grade:
    """What is done to a strip's colours: its saturation, then a balance, or curves where there are any."""

    saturation: float = 1.0
    balance: Balance = UNCHANGED
    curves: tuple[Points, ...] = ()

    def of(self, colours: np.ndarray) -> np.ndarray:
        """As Blender plays it, in 8 bits a channel."""
        seen = in_bytes(saturated(colours, self.saturation)) if self.saturation != 1 else colours
        return in_bytes(curved(seen, self.curves) if self.curves else self.balance.of(seen))

    def misses(self, colours: np.ndarray, wanted: np.ndarray) -> float:
        """How far what it makes of `colours` is from `wanted` in Oklab: the root of the mean square."""
        far = oklab.from_srgb(self.of(colours)) - oklab.from_srgb(wanted)
        return float(np.sqrt((far**2).sum(axis=1).mean()))

    @property
    def nothing(self) -> bool:
        return self == Grade()


@dataclass(frozen=True, eq=False)
class Transfer:
    """What makes colours of one shot like those of another: `share` of it a linear map of Oklab about `middle`, the rest a gain."""

    share: float
    middle: np.ndarray
    turn: np.ndarray
    shift: np.ndarray
    gain: np.ndarray

    def of(self, colours: np.ndarray) -> np.ndarray:
        plain = np.asarray(np.clip(colours * self.gain, 0, 1))
        if not self.share:
            return plain
        whole = oklab.to_srgb((oklab.from_srgb(colours) - self.middle) @ self.turn.T + self.shift)
        return np.asarray(self.share * np.clip(whole, 0, 1) + (1 - self.share) * plain)


@remembered(KEPT)
def transfer(source: np.ndarray, reference: np.ndarray, least: float = 0.0, far: float | None = None) -> Transfer:
    """From a shot whose colours are `source` to `reference`; `far` is how `unlike` they are, where that is known. At least the share
    `least` of it is the full transfer."""
    share = max(least, likeness(unlike(source, reference) if far is None else far))
    own, wanted = oklab.from_srgb(source), oklab.from_srgb(reference)
    gain = np.clip((_lights(reference) + 0.01) / (_lights(source) + 0.01), 1 / GAIN, GAIN)
    return Transfer(share, own.mean(0), _monge_kantorovitch(own, wanted), wanted.mean(0), gain)


def transferred(colours: np.ndarray, source: np.ndarray, reference: np.ndarray, least: float = 0.0) -> np.ndarray:
    """`colours` of a shot whose colours are `source`, made like `reference`."""
    return transfer(source, reference, least).of(colours)


def _lights(colours: np.ndarray) -> np.ndarray:
    return np.asarray((colours**ORDER).mean(axis=0) ** (1 / ORDER))


@remembered(4 * KEPT)
def unlike(one: np.ndarray, other: np.ndarray) -> float:
    """How far two sets of colours differ in what no change of exposure, white balance, contrast or saturation makes: 0, mostly below .3.

    Both are brought to the same mean and covariance; what is left is their mean sliced Wasserstein distance, in standard deviations.
    """
    count = min(len(one), len(other), COMPARED)
    own, wanted = oklab.from_srgb(thinned(one, count)), oklab.from_srgb(thinned(other, count))
    whitened = np.linalg.inv(_root(_spread(wanted)))
    moved = (own - own.mean(0)) @ _monge_kantorovitch(own, wanted).T @ whitened
    still = (wanted - wanted.mean(0)) @ whitened
    far = np.sort(moved @ _DIRECTIONS, axis=0) - np.sort(still @ _DIRECTIONS, axis=0)
    edge = count // 50
    return float(np.abs(far[edge : count - edge]).mean())


def thinned(colours: np.ndarray, most: int) -> np.ndarray:
    """At most so many of them, from all over."""
    if len(colours) <= most:
        return colours
    return np.asarray(colours[_spaced(len(colours), most)])


@lru_cache(maxsize=64)
def _spaced(count: int, most: int) -> np.ndarray:
    return np.asarray(np.linspace(0, count - 1, most).round().astype(int))


def likeness(far: float) -> float:
    """0..1 by a distance of `unlike`."""
    return float(np.clip((FOREIGN - far) / (FOREIGN - ALIKE), 0, 1))


def by_curves(colours: np.ndarray, wanted: np.ndarray, saturation: float = 1.0) -> Grade:
    """The curves by which `colours`, once they have this saturation, come nearest to `wanted`, colour by colour."""
    colours, wanted = thinned(colours, FITTED), thinned(wanted, FITTED)
    seen = np.clip(saturated(colours, saturation), 0, 1)
    return Grade(saturation, curves=tuple(_curve(seen[:, i], wanted[:, i]) for i in range(3)))


def by_balance(colours: np.ndarray, wanted: np.ndarray) -> Grade:
    """The saturation, offset, power and slope, which can be keyframed, by which `colours` come nearest to `wanted` in Oklab.

    The saturation is looked for from the middle of `SATURATIONS` outwards, by two steps and then by one.
    """
    colours, wanted = thinned(colours, FITTED), thinned(wanted, FITTED)
    target, aim = oklab.from_srgb(wanted), _Bent.of(wanted)
    tried: dict[int, tuple[float, Grade]] = {}

    def error(place: int) -> tuple[float, int]:
        return tried[place][0], abs(place - at)

    at, last = SATURATIONS.index(1.0), len(SATURATIONS) - 1
    near = [*range(at - 2, at + 3)]
    for step in (2, 1):
        while True:
            missing = [place for place in near if place not in tried]
            tried.update(zip(missing, aim.met(colours, [SATURATIONS[place] for place in missing], target), strict=True))
            best = min((place for place in (at, at - step, at + step) if place in tried), key=error)
            if best == at:
                break
            at = best
            near = [place for place in (at - step, at + step, at - 1, at + 1) if 0 <= place <= last]
        near = [place for place in (at - 1, at + 1) if 0 <= place <= last]
    return tried[at][1]


def _curve(colours: np.ndarray, wanted: np.ndarray) -> Points:
    """Points of the curve that maps one channel's values to those wanted: rising, never steeper than `STEEP`."""
    count = len(KNOTS)
    shares = np.maximum(0, 1 - np.abs(colours[:, None] - KNOTS) * (count - 1))
    bend = np.diff(np.eye(count), 2, axis=0)
    normal = shares.T @ shares / len(colours) + STIFF * bend.T @ bend + HELD * np.eye(count)
    heights = np.clip(KNOTS + np.linalg.solve(normal, shares.T @ (wanted - colours) / len(colours)), 0, 1)
    for i in range(1, count):
        heights[i] = np.clip(heights[i], heights[i - 1], heights[i - 1] + STEEP / (count - 1))
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in zip(KNOTS, heights, strict=True))


@dataclass(frozen=True, eq=False)
class _Bent:
    """Colours that are wanted, as they are once each of `POWERS` is taken off: (3, powers, n), channel by channel, and what each counts."""

    wanted: np.ndarray
    bent: np.ndarray
    weight: np.ndarray

    @staticmethod
    def of(wanted: np.ndarray) -> _Bent:
        channels = wanted.T[:, None]
        bent = np.clip(channels, 0.003, 1) ** (1 / POWERS)[:, None]
        weight = (POWERS[:, None] * bent ** (POWERS - 1)[:, None]) ** 2
        return _Bent(channels, bent, weight / weight.sum(axis=-1, keepdims=True))

    def met(self, colours: np.ndarray, saturations: Sequence[float], target: np.ndarray) -> list[tuple[float, Grade]]:
        """For each saturation its best grade, and the mean square by which that misses `target` in Oklab."""
        factors = np.array(saturations)[:, None, None]
        if not len(factors):
            return []
        whole = saturated(colours, factors)
        slopes, offsets, powers = self.met_by(np.clip(whole, 0, 1))
        seen = np.where(factors == 1, colours, in_bytes(whole))
        made = in_bytes(np.maximum(seen * slopes[:, None] + offsets[:, None], 0) ** powers[:, None])
        misses = ((oklab.from_srgb(made) - target) ** 2).sum(axis=-1).mean(axis=-1)
        grades = [Grade(factor, Balance(*map(_three, row))) for factor, *row in zip(saturations, slopes, offsets, powers, strict=True)]
        return [(float(miss), grade) for miss, grade in zip(misses, grades, strict=True)]

    def met_by(self, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(slopes, offsets, powers), each (sets, 3), of `colours` (sets, n, 3): for each power the straight line is fitted that comes
        nearest once the power is taken, drawn a little towards the diagonal where the colours hardly vary; the best is kept."""
        own = np.ascontiguousarray(colours.swapaxes(-1, -2))[..., None]
        middle, height = self.weight @ own, self.bent_mean
        spread = self.weight @ own**2 - middle**2 + HELD / 4
        shared = self.weighted @ own - middle * height + HELD / 4
        slope = np.clip(shared / spread, 1 / STEEP, STEEP)
        offset = height - slope * middle
        # Only which is best is decided by this, so it may be less exact, and in place: large arrays cost more than what is done to them.
        made = slope.astype(np.float32) * own.swapaxes(-1, -2).astype(np.float32)
        made += offset.astype(np.float32)
        np.power(np.maximum(made, 0, out=made), POWERS[:, None].astype(np.float32), out=made)
        made -= self.wanted.astype(np.float32)
        best = (np.einsum("...i,...i->...", made, made) / made.shape[-1] + HELD / 10 * np.log(POWERS) ** 2).argmin(axis=-1)

        def of_best(values: np.ndarray) -> np.ndarray:
            return np.asarray(np.take_along_axis(values[..., 0], best[..., None], axis=-1)[..., 0])

        return of_best(slope), of_best(offset), POWERS[best]

    @cached_property
    def weighted(self) -> np.ndarray:
        return np.asarray(self.weight * self.bent)

    @cached_property
    def bent_mean(self) -> np.ndarray:
        return np.asarray(self.weighted.sum(axis=-1, keepdims=True))


def _three(values: np.ndarray) -> Triple:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def _monge_kantorovitch(own: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(3, 3): the map that gives `own` the covariance of `wanted`."""
    root = _root(_spread(own))
    back = np.linalg.inv(root)
    return np.asarray(back @ _root(root @ _spread(wanted) @ root) @ back)


def _spread(colours: np.ndarray) -> np.ndarray:
    centred = colours - colours.mean(0)
    return np.asarray(centred.T @ centred / max(1, len(colours) - 1) + np.eye(3) * FLOOR)


def _root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root of a covariance."""
    values, axes = np.linalg.eigh(matrix)
    return np.asarray((axes * np.sqrt(np.maximum(values, 0))) @ axes.T)


def _all_round() -> np.ndarray:
    """(3, DIRECTIONS): unit vectors all around, on a Fibonacci spiral."""
    place = np.arange(DIRECTIONS) + 0.5
    height, turn = 1 - 2 * place / DIRECTIONS, np.pi * (1 + 5**0.5) * place
    ring = np.sqrt(1 - height**2)
    return np.stack([ring * np.cos(turn), ring * np.sin(turn), height])


_DIRECTIONS = _all_round()
