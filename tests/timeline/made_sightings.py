"""Sightings facts made by hand."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

PICTURE, RATE = (640, 360), 25


def facts_module() -> Any:
    """The extension's own `facts`, under whichever name this environment imports it."""
    return sys.modules["assistant_editor.ml.facts"]


def track(first: int, boxes: Sequence[Sequence[float]], sure: float | Sequence[float] = 0.9) -> Any:
    """`boxes`: left, top, width, height, one a frame from `first` on."""
    rows = np.array(boxes, float)
    column = np.broadcast_to(np.asarray(sure, float), (len(rows),))[:, None]
    return facts_module().Sighting(first, b64encode(np.hstack([rows, column]).astype("<f4").tobytes()).decode())


def sightings(
    tracks: Sequence[Any], frames: int = 100, cuts: Sequence[int] = (), picture: tuple[int, int] = PICTURE, rate: int = RATE
) -> Any:
    module = facts_module()
    seconds = tuple(Fraction(number, rate) for number in range(frames))
    span = module.Span(Fraction(0), Fraction(frames, rate))
    return module.Sightings(
        span, Fraction(0), Fraction(rate), "made", picture, tuple(range(frames)), seconds, tuple(cuts), tuple(tracks)
    )  # fmt: skip


def objects(tracks: Sequence[tuple[str, Sequence[int], Sequence[Sequence[float]]]], frames: int = 100) -> Any:
    """Things as (label, samples, boxes)."""
    module = facts_module()
    made = [
        module.Track(
            label,
            0.9,
            tuple(samples),
            b64encode(np.hstack([np.array(boxes, float), np.full((len(boxes), 1), 0.9)]).astype("<f4").tobytes()).decode(),
        )
        for label, samples, boxes in tracks
    ]
    seconds = tuple(Fraction(number, RATE) for number in range(frames))
    span = module.Span(Fraction(0), Fraction(frames, RATE))
    return module.Objects(span, Fraction(0), Fraction(RATE), "made", *PICTURE, tuple(range(frames)), seconds, tuple(made))
