"""Curves of precision over recall, drawn with OpenCV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

SIDE, LEFT, TOP, BELOW, LEGEND = 620, 110, 70, 100, 360
INK, GRID = (40, 40, 40), (222, 222, 222)
COLOURS = ((40, 40, 214), (180, 105, 0), (60, 150, 20), (170, 60, 160), (0, 140, 240), (130, 130, 0), (90, 90, 90), (60, 60, 120))


@dataclass(frozen=True)
class Curve:
    """(recall, precision) at thresholds from strict to loose, and at the detector's own threshold."""

    points: Sequence[tuple[float, float]]
    own: tuple[float, float] | None = None


def draw(panels: Mapping[str, Mapping[str, Curve]], target: Path, low: float = 0.0) -> None:
    """One square panel a title, side by side, with a legend; both axes run from `low` to 1. Raises OSError when it cannot be written."""
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    width = len(panels) * (LEFT + SIDE + 40) + LEGEND
    image = np.full((TOP + SIDE + BELOW, width, 3), 255, np.uint8)
    for place, (title, curves) in enumerate(panels.items()):
        _panel(image, LEFT + place * (LEFT + SIDE + 40), title, curves, colours, low)
    for place, name in enumerate(names):
        x, y = width - LEGEND + 20, TOP + 20 + place * 36
        cv2.line(image, (x, y), (x + 40, y), colours[name], 3, cv2.LINE_AA)
        _text(image, name, (x + 52, y + 6), 0.6)
    _text(image, "Dot: the detector's own threshold", (width - LEGEND + 20, TOP + 40 + len(names) * 36), 0.55)
    written, data = cv2.imencode(".png", image)
    if not written:
        raise OSError(f"{target} could not be drawn")
    target.write_bytes(data.tobytes())


def _panel(
    image: np.ndarray, left: int, title: str, curves: Mapping[str, Curve], colours: Mapping[str, tuple[int, int, int]], low: float
) -> None:
    def at(recall: float, precision: float) -> tuple[int, int]:
        across, up = ((max(one, low) - low) / (1 - low) for one in (recall, precision))
        return round(left + across * SIDE), round(TOP + (1 - up) * SIDE)

    for step in range(11):
        value = low + (1 - low) * step / 10
        cv2.line(image, at(value, low), at(value, 1), GRID, 1)
        cv2.line(image, at(low, value), at(1, value), GRID, 1)
        label = f"{value:.2f}".rstrip("0") if step % 10 else f"{value:g}"
        _text(image, label, (at(value, low)[0] - 16, TOP + SIDE + 26), 0.5)
        _text(image, label, (left - 46, at(low, value)[1] + 5), 0.5)
    cv2.rectangle(image, at(low, 1), at(1, low), INK, 1)
    _text(image, title, (left, TOP - 24), 0.75)
    _text(image, "recall", (left + SIDE // 2 - 30, TOP + SIDE + 62), 0.7)
    sideways = np.full((130, 40, 3), 255, np.uint8).transpose(1, 0, 2).copy()
    _text(sideways, "precision", (10, 28), 0.7)
    image[TOP + SIDE // 2 - 65 : TOP + SIDE // 2 + 65, left - 100 : left - 60] = np.rot90(sideways)
    for name, curve in curves.items():
        points = [at(*point) for point in curve.points]
        if len(points) > 1:
            cv2.polylines(image, [np.asarray(points, np.int32)], False, colours[name], 2, cv2.LINE_AA)
        if curve.own is not None:
            cv2.circle(image, at(*curve.own), 6, colours[name], -1, cv2.LINE_AA)


def _text(image: np.ndarray, text: str, place: tuple[int, int], scale: float) -> None:
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, INK, 1, cv2.LINE_AA)
