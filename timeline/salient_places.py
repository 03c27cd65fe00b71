"""Where the most of what stands out is within a window, over time. Pure."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import numpy as np

from ..ml.facts import SALIENCY, Saliency
from .reframe_window import View

STEADY = 5
"""Samples of which the middle value counts: what stands out may jump, a camera must not."""


def best_places(facts: Saliency, moments: Any, view: View) -> tuple[Any, Any] | None:
    """(u, v), each float64 (moments,): the middle of the window of the view that holds most. None where nobody looked near by."""
    times = np.array([float(second) for second in facts.seconds])
    here = (times >= moments[0] - 1e-3) & (times <= moments[-1] + 1e-3)
    if not here.any():
        return None
    rows = np.frombuffer(b64decode(facts.shares), np.uint8).reshape(-1, sum(SALIENCY))[here].astype(np.float64)
    window = view.window()
    columns, lines = rows[:, : SALIENCY[0]], rows[:, SALIENCY[0] :]
    across, along = (_middles(part, side) for part, side in ((columns, window[0]), (lines, window[1])))
    placed = np.array([view.place(x, y) for x, y in zip(across, along, strict=True)])
    return np.interp(moments, times[here], _steady(placed[:, 0])), np.interp(moments, times[here], _steady(placed[:, 1]))


def _middles(rows: Any, window: float) -> Any:
    """For each row, 0..1, the middle of the part of it, `window` wide, that holds most; of several the one nearest to its middle."""
    count = rows.shape[1]
    wide = max(1, min(count, round(window * count)))
    total = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    held = total[:, wide:] - total[:, :-wide]
    places = (np.arange(held.shape[1]) + wide / 2) / count
    most = held.max(axis=1, keepdims=True)
    near = held >= 0.98 * most - 1e-9
    return (near * places).sum(axis=1) / near.sum(axis=1)


def _steady(places: Any) -> Any:
    reach = STEADY // 2
    padded = np.pad(places, reach, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, STEADY), axis=1)
