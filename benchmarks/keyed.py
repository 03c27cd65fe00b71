"""Keyframes of planned effects as Blender plays them, without Blender."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from assistant_editor.timeline.effect import Curve


def played(curves: Sequence[Curve], frames: np.ndarray) -> dict[str, np.ndarray]:
    """For each path its values at `frames` (n,). Bezier keyframes have slopes, so they are cubics of the frame (`effect.Key`)."""
    return {curve.path: _one(curve, frames) for curve in curves}


def _one(curve: Curve, frames: np.ndarray) -> np.ndarray:
    keys = curve.keys
    at = np.array([key.frame for key in keys])
    values, slopes = np.array([key.value for key in keys]), np.array([key.slope or 0.0 for key in keys])
    piece = np.clip(np.searchsorted(at, frames, "right") - 1, 0, len(keys) - 1)
    after = np.minimum(piece + 1, len(keys) - 1)
    length = np.maximum(at[after] - at[piece], 1e-9)
    x = np.clip((frames - at[piece]) / length, 0, 1)
    cubic = (
        (1 + 2 * x) * (1 - x) ** 2 * values[piece] + x * (1 - x) ** 2 * length * slopes[piece]
        + x * x * (3 - 2 * x) * values[after] + x * x * (x - 1) * length * slopes[after]
    )  # fmt: skip
    straight = values[piece] + x * (values[after] - values[piece])
    ease = np.array([{"CONSTANT": 0, "LINEAR": 1, "BEZIER": 2}[key.ease] for key in keys])[piece]
    return np.where((ease == 0) | (after == piece), values[piece], np.where(ease == 1, straight, cubic))
