"""How far shots are apart: by what they look like, by what the place sounds like, and by what lies between them. Pure numpy.

Distances of both kinds are brought to 0..1 and averaged with fixed weights, as the modalities are in D. Rotman, D. Porat, G. Ashour,
Int. J. Semantic Computing 11(2), 2017; where one is not known, the other stands alone.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ...ml.facts import Ambience, Looks, Span
from .grouping import linked

PICTURE, SOUND = 0.75, 0.25
DECIBELS = 9.0
"""Spectra that differ by this much (root mean square over the bands) are most of the way from alike to unlike."""
LEVEL = 0.4
FADED = math.log(2)
"""A fade between two shots halves how alike they are, and so does a hole on the timeline."""
HUSHED = 0.2
"""A long pause in what is said takes away a fifth."""
MEMORY = 1200.0
"""Seconds after which the same look counts for a third: a place may be come back to."""
DARK = 0.05
"""What a frame without any picture still weighs."""


@dataclass(frozen=True)
class Seen:
    """A shot on the timeline. `span` are the picture stream's seconds it shows undisturbed by transitions; `middle` is the
    timeline's second its middle stands at; `parted` is what lies between it and the shot before, a sum of the above.
    """

    medium: str
    span: Span
    middle: float
    parted: float = 0.0


def distances(
    shots: Sequence[Seen], looks: Mapping[str, Looks], ambiences: Mapping[str, Ambience], origins: Mapping[str, Fraction]
) -> Any:
    """Float (n, n), 0..1: 0 where two shots look and sound the same.

    `looks` are known of every medium; `ambiences` of those with sound. `origins` is where each medium's pictures begin in the
    container's time, so that its sound is looked up at the right place.
    """
    n = len(shots)
    rows, kinds = _pictures(shots, looks)
    apart = np.clip(1 - rows @ rows.T, 0, 1) if n else np.zeros((0, 0))
    apart[kinds[:, None] != kinds] = 1.0
    np.fill_diagonal(apart, 0)
    apart = linked(apart)
    levels, heard, bands = _sounds(shots, ambiences, origins)
    if heard.any():
        square = np.square(levels).sum(axis=1)
        differ = np.maximum(0, square[:, None] + square - 2 * levels @ levels.T) / max(1, levels.shape[1])
        both = heard[:, None] & heard & (bands[:, None] == bands)
        weight = np.where(both, SOUND, 0.0)
        apart = (PICTURE * apart + weight * -np.expm1(-differ / DECIBELS**2)) / (PICTURE + weight)
    along = np.array([shot.middle for shot in shots]) / MEMORY + np.cumsum([shot.parted for shot in shots])
    apart = 1 - (1 - apart) * np.exp(-np.abs(along[:, None] - along))
    np.fill_diagonal(apart, 0)
    return apart


def _within(moments: Any, shots: Sequence[Seen], shift: float) -> tuple[Any, Any]:
    """First and last + 1 of `moments` (rising) within each shot; where there is none, the one nearest to the shot's middle."""
    starts = np.array([float(shot.span.start) for shot in shots]) + shift
    ends = np.array([float(shot.span.end) for shot in shots]) + shift
    first, last = np.searchsorted(moments, starts - 1e-6), np.searchsorted(moments, ends - 1e-6)
    middles = (starts + ends) / 2
    right = np.clip(np.searchsorted(moments, middles), 1, max(1, len(moments) - 1))
    near = np.where(middles - moments[right - 1] <= moments[np.minimum(right, len(moments) - 1)] - middles, right - 1, right)
    none = last <= first
    near = np.clip(near, 0, len(moments) - 1)
    return np.where(none, near, first), np.where(none, near + 1, last)


def _means(rows: Any, first: Any, last: Any) -> Any:
    """The sum of rows first..last for each pair."""
    edges = np.stack([first, last], axis=1).reshape(-1)
    return np.add.reduceat(np.concatenate([rows, np.zeros((1, rows.shape[1]), rows.dtype)]), edges, axis=0)[::2]


def _pictures(shots: Sequence[Seen], looks: Mapping[str, Looks]) -> tuple[Any, Any]:
    """(n, width) rows of length 1, 0 where nothing is known; and which of them can be compared."""
    widths = {medium: facts.width for medium, facts in looks.items()}
    rows = np.zeros((len(shots), max(widths.values(), default=1)), np.float32)
    kinds = np.full(len(shots), -1)
    methods: dict[tuple[str, int], int] = {}
    for medium, numbers in _by_medium(shots).items():
        facts = looks.get(medium)
        if facts is None or not facts.seconds:
            continue
        data = np.frombuffer(base64.b64decode(facts.descriptors), np.uint8).reshape(-1, facts.width).astype(np.float32) - 128
        data /= np.maximum(np.linalg.norm(data, axis=1, keepdims=True), 1e-6)
        data *= np.maximum(np.array(facts.exposure, np.float32), DARK)[:, None]
        moments = np.array([float(seconds) for seconds in facts.seconds])
        first, last = _within(moments, [shots[number] for number in numbers], 0.0)
        mean = _means(data, first, last)
        rows[numbers, : facts.width] = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-6)
        kinds[numbers] = methods.setdefault((facts.method, facts.width), len(methods))
    return rows, kinds


def _sounds(shots: Sequence[Seen], ambiences: Mapping[str, Ambience], origins: Mapping[str, Fraction]) -> tuple[Any, Any, Any]:
    """(n, bands) decibels, which of them are heard at all, and which can be compared."""
    levels = np.zeros((len(shots), max((facts.bands for facts in ambiences.values()), default=1)))
    heard, bands = np.zeros(len(shots), bool), np.full(len(shots), -1)
    methods: dict[str, int] = {}
    for medium, numbers in _by_medium(shots).items():
        facts = ambiences.get(medium)
        if facts is None or not facts.levels:
            continue
        data = np.frombuffer(base64.b64decode(facts.levels), np.uint8).reshape(-1, facts.bands).astype(np.float64) * LEVEL
        moments = float(facts.span.start) + (np.arange(len(data)) + 0.5) * float(facts.step)
        shift = float(origins.get(medium, facts.origin) - facts.origin)
        first, last = _within(moments, [shots[number] for number in numbers], shift)
        mean = _means(data, first, last) / (last - first)[:, None]
        levels[numbers, : facts.bands] = mean
        heard[numbers] = mean.max(axis=1) > 0
        bands[numbers] = methods.setdefault(facts.method, len(methods))
    return levels, heard, bands


def _by_medium(shots: Sequence[Seen]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, shot in enumerate(shots):
        found.setdefault(shot.medium, []).append(number)
    return found
