"""Outlines of mattes as a few closed lines with a few keyframes: what an editor changes by hand.

Lines of one thing have as many points in every frame, in the same places along it; points that no frame needs are left out (the order of
M. Visvalingam and J. Whyatt, "Line generalisation by repeated elimination of points", 1993), and frames between which all points go nearly
straight are too (D. Douglas and T. Peucker, 1973, over time).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from ..mattes import Line
from .matte_edges import working_size

LONG = 640
"""Long side in pixels of the mattes that are traced."""
SAMPLES, POINTS = 512, 64
"""Places along a line at which it may begin; points kept of each frame until the end."""
LEAST_POINTS = 6
SMALLEST = 0.0015
"""Share of the picture below which a thing is not outlined."""
MOST = 8
SHORTEST = 3
"""Frames below which what was seen is not outlined: it is gone before an editor could change it."""
SAME = 0.25
"""Overlap, as a share of what both boxes cover, from which two outlines are one thing's."""
OFF_SHAPE, OFF_TIME, ALONG = 0.0025, 0.004, 4.0
"""How far points may lie off, as shares of the picture's long side: for points left out, for frames left out; and how many times that
along the line, where it is hardly seen."""


@dataclass(eq=False)
class _Piece:
    """One thing, followed: `rows` are (POINTS, 2) in pixels of the small matte, one a frame from `first` on."""

    first: int
    rows: list[np.ndarray] = field(default_factory=list)

    @property
    def box(self) -> tuple[float, float, float, float]:
        low, high = self.rows[-1].min(axis=0), self.rows[-1].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


class Tracing:
    """Takes the mattes of a film in order; frames that show the same as the one before may be left out."""

    def __init__(self) -> None:
        self._open: list[_Piece] = []
        self._closed: list[_Piece] = []
        self._size = (1, 1)
        self._next = 0

    def take(self, frame: int, matte: np.ndarray, fresh: bool) -> None:
        """`matte` (height, width) uint8 of the film's frame of this number."""
        self._hold_until(frame)
        self._size = working_size(matte, LONG)
        found = _contours(cv2.resize(matte, self._size, interpolation=cv2.INTER_AREA))
        if fresh:
            self._closed += self._open
            self._open = []
        going: list[_Piece] = []
        for contour in found:
            piece = _best(self._open, contour)
            if piece is None:
                piece = _Piece(frame)
                piece.rows.append(_resampled(contour)[:: SAMPLES // POINTS])
            else:
                self._open.remove(piece)
                piece.rows.append(_aligned(_resampled(contour), piece.rows[-1]))
            going.append(piece)
        self._closed += self._open
        self._open = going
        self._next = frame + 1

    def lines(self) -> tuple[Line, ...]:
        """What was traced, as few points and keyframes as are needed."""
        pieces = sorted((*self._closed, *self._open), key=lambda piece: piece.first)
        return tuple(_line(piece, self._size) for piece in pieces if len(piece.rows) >= min(SHORTEST, self._next))

    def _hold_until(self, frame: int) -> None:
        for piece in self._open:
            piece.rows += [piece.rows[-1]] * (frame - self._next)


def _contours(small: np.ndarray) -> list[np.ndarray]:
    """(points, 2) float32 of each thing's outer line, the largest first, through the borders of pixels, not their middles."""
    height, width = small.shape
    wide = cv2.copyMakeBorder(cv2.resize(small, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    lines, _ = cv2.findContours((wide > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = sorted((line for line in lines if cv2.contourArea(line) >= 4 * SMALLEST * width * height), key=cv2.contourArea, reverse=True)
    return [((line[:, 0].astype(np.float32) - 0.5) / 2) for line in large[:MOST]]


def _best(pieces: list[_Piece], contour: np.ndarray) -> _Piece | None:
    low, high = contour.min(axis=0), contour.max(axis=0)
    shares = [_overlap(piece.box, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))) for piece in pieces]
    best = int(np.argmax(shares)) if shares else -1
    return pieces[best] if shares and shares[best] >= SAME else None


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0.0, across) * max(0.0, down)
    return both / max(1e-6, sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - both)


def _resampled(contour: np.ndarray) -> np.ndarray:
    """(SAMPLES, 2): the same line, its points equally far apart."""
    closed = np.concatenate([contour, contour[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    places = np.arange(SAMPLES) / SAMPLES * along[-1]
    return np.stack([np.interp(places, along, closed[:, axis]) for axis in range(2)], axis=1).astype(np.float32)


def _aligned(samples: np.ndarray, before: np.ndarray) -> np.ndarray:
    """(POINTS, 2) of these samples, begun where they lie nearest to the points of the frame before."""
    step = SAMPLES // POINTS
    moved = before - before.mean(axis=0) + samples.mean(axis=0)
    # Squared distances for every beginning at once: what does not depend on it is left out.
    picks = (np.arange(SAMPLES)[:, None] + np.arange(POINTS)[None] * step) % SAMPLES
    fit = (samples[picks] * moved[None]).sum(axis=(1, 2)) - 0.5 * (samples[picks] ** 2).sum(axis=(1, 2))
    return samples[picks[int(fit.argmax())]]


def _line(piece: _Piece, size: tuple[int, int]) -> Line:
    rows = np.stack(piece.rows)
    long = max(size)
    points = rows[:, _needed(rows, OFF_SHAPE * long)]
    keys = _keyframes(points, OFF_TIME * long)
    shares = points / np.array(size, np.float32)
    return Line(tuple((piece.first + key, tuple((round(float(x), 5), round(float(y), 5)) for x, y in shares[key])) for key in keys))


def _needed(rows: np.ndarray, off: float) -> list[int]:
    """Which of the points (frames, points, 2) are needed so that no other lies farther than `off` from the line between its neighbours,
    in nine of ten frames."""
    kept = list(range(rows.shape[1]))
    limit = off
    while len(kept) > LEAST_POINTS:
        before, here, after = (rows[:, np.roll(kept, shift)] for shift in (1, 0, -1))
        chord = after - before
        length = np.maximum(np.hypot(chord[..., 0], chord[..., 1]), 1e-6)
        away = np.abs(chord[..., 0] * (here - before)[..., 1] - chord[..., 1] * (here - before)[..., 0]) / length
        worst = np.quantile(away, 0.9, axis=0)
        least = int(worst.argmin())
        if worst[least] > limit:
            break
        kept.pop(least)
    return kept


def _keyframes(rows: np.ndarray, off: float) -> list[int]:
    """The frames of (frames, points, 2) that are needed so that no point of another lies farther than `off` from the way between them,
    across the line."""
    along = np.roll(rows, -1, axis=1) - np.roll(rows, 1, axis=1)
    along /= np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)[..., None]
    kept, open_ = {0, len(rows) - 1}, [(0, len(rows) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        share = (np.arange(first + 1, last) - first)[:, None, None] / (last - first)
        away_by = rows[first + 1 : last] - (rows[first] + share * (rows[last] - rows[first]))
        tangent = along[first + 1 : last]
        slid = np.abs((away_by * tangent).sum(axis=2))
        across = np.abs(away_by[..., 0] * tangent[..., 1] - away_by[..., 1] * tangent[..., 0])
        away = np.maximum(across, slid / ALONG).max(axis=1)
        worst = int(away.argmax())
        if away[worst] > off:
            middle = first + 1 + worst
            kept.add(middle)
            open_ += [(first, middle), (middle, last)]
    return sorted(kept)
