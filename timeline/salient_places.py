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
    """(u, v), each float64 (moments,): the middle of what a window holds where it holds most. None where nobody looked."""
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
    """For each row, 0..1, the middle of the weight in the part of it, `window` wide, that holds most."""
    count = rows.shape[1]
    wide = max(1, min(count, round(window * count)))
    total = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    first = (total[:, wide:] - total[:, :-wide]).argmax(axis=1)
    places = np.arange(count)
    held = np.where((places >= first[:, None]) & (places < first[:, None] + wide), rows, 0.0)
    weight = held.sum(axis=1)
    found = (held * (places + 0.5)).sum(axis=1) / np.maximum(weight, 1e-9) / count
    return np.where(weight > 0, found, 0.5)


def _steady(places: Any) -> Any:
    reach = STEADY // 2
    padded = np.pad(places, reach, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, STEADY), axis=1)
