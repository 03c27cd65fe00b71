"""Where a network looks for what is to be cut out: at the whole picture, then at the part that matters, so that little people are not
little to it; or only where somebody was followed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from ..mattes import MatteOptions, Region
from .selfie import Segmenter
from .yolo_outlines import Outliner

CANVAS = 512
"""Long side in pixels of the mattes that networks draw, put together."""
MARGIN = 0.2
"""Share of its longer side by which a part is looked at beyond what it is about."""
SEEN = 0.3
FAINT, SURE = 0.1, 0.75
"""From what a point belongs to a piece; what the surest point of a piece must be."""
SPECK = 0.0008
"""Share of the picture below which what is seen is nothing."""
KNOWN, SUPPORT = 0.4, 0.05
"""How surely a point must have been seen in the whole picture, and at what share of a piece's points, for the piece to count."""
AGAIN, TOUCHING = 2, 0.15
"""How often a part is looked at anew, wider, where what is seen reaches its border along so much of a side."""
FOLLOWING = 0.1
"""How fast the part that is looked at follows what is seen: it must not jump, or the matte would."""
LOOKED = 256
"""Shorter side in pixels below which a part of the small picture shows the network less than it takes."""
BLOCK, NOISE, MOVED = 16, 12, 1
"""Two pictures show the same where in no square of so many pixels points differ by more levels than NOISE on average, nor their mean by
more than MOVED."""
Box = tuple[float, float, float, float]


class Look(Protocol):
    """Draws what is to be cut out of a picture (height, width, 3) uint8 RGB: float32 of the size of `small`, 0..1. `small` is the picture
    within CANVAS; `fresh`: it begins another shot."""

    name: str

    def __call__(self, image: np.ndarray, small: np.ndarray, seconds: Fraction, fresh: bool) -> np.ndarray: ...


def look(options: MatteOptions, regions: Sequence[Region], models: Path) -> Look:
    """Raises `EditorError` as the networks do when they are loaded."""
    if options.network:
        return _Outlines(Outliner(Path(options.network)), options, regions)
    return _People(Segmenter(models), options, regions)


class _Outlines:
    def __init__(self, outliner: Outliner, options: MatteOptions, regions: Sequence[Region]) -> None:
        self._outliner, self._options, self._regions = outliner, options, regions
        self.name = outliner.name

    def __call__(self, image: np.ndarray, small: np.ndarray, seconds: Fraction, fresh: bool) -> np.ndarray:
        seen = self._outliner.outlined(small, self._options.labels)
        if not self._options.followed:
            return seen
        limits = np.zeros_like(seen)
        for box in boxes_at(self._regions, seconds):
            np.maximum(limits, _window(grown(box, MARGIN / 2), limits.shape), out=limits)
        return seen * limits


class _People:
    """Looks whenever something has moved."""

    def __init__(self, segmenter: Segmenter, options: MatteOptions, regions: Sequence[Region]) -> None:
        self._segmenter, self._followed, self._regions = segmenter, bool(options.followed), regions
        self._part: Box | None = None
        self._looked: np.ndarray | None = None
        self._drawn: np.ndarray | None = None
        self.name = segmenter.name

    def __call__(self, image: np.ndarray, small: np.ndarray, seconds: Fraction, fresh: bool) -> np.ndarray:
        if self._followed:
            return self._within(image, small, seconds)
        if self._drawn is not None and self._looked is not None and not fresh and _same(self._looked, small):
            return self._drawn
        self._looked, self._drawn = small, self._draw(image, small, fresh)
        return self._drawn

    def _draw(self, image: np.ndarray, small: np.ndarray, fresh: bool) -> np.ndarray:
        size = small.shape[1::-1]
        both = self._segmenter.both(small)
        seen = cv2.resize(0.5 * (both[0] + both[1]), size, interpolation=cv2.INTER_LINEAR)
        about = extent(seen) or extent(np.maximum(*both))
        if about is None:
            self._part = None
            return seen
        part = grown(about, MARGIN)
        if self._part is not None and not fresh:
            part = _following(self._part, part)
        nearer, window = self._near(image, small, part)
        for _ in range(AGAIN):
            more = _wider(part, nearer)
            if more == part:
                break
            part = more
            nearer, window = self._near(image, small, part)
        self._part = part
        return window * supported(nearer, seen) + (1 - window) * seen

    def _within(self, image: np.ndarray, small: np.ndarray, seconds: Fraction) -> np.ndarray:
        whole = np.zeros(small.shape[:2], np.float32)
        for box in boxes_at(self._regions, seconds):
            nearer, _ = self._near(image, small, grown(box, MARGIN))
            np.maximum(whole, nearer * _window(grown(box, MARGIN / 2), whole.shape), out=whole)
        return whole

    def _near(self, image: np.ndarray, small: np.ndarray, part: Box) -> tuple[np.ndarray, np.ndarray]:
        """(what is seen in this part, elsewhere nothing; 1 within it, falling to 0 at its border), both of the size of `small`."""
        left, top, right, bottom = _pixels(part, *small.shape[1::-1])
        shown = small[top:bottom, left:right]
        if min(shown.shape[:2]) < LOOKED:
            x0, y0, x1, y1 = _pixels(part, *image.shape[1::-1])
            shown = image[y0:y1, x0:x1]
        seen = np.maximum(*self._segmenter.both(np.ascontiguousarray(shown)))
        canvas = np.zeros(small.shape[:2], np.float32)
        canvas[top:bottom, left:right] = cv2.resize(seen, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
        return canvas, _window(part, canvas.shape)


def _same(before: np.ndarray, now: np.ndarray) -> bool:
    """Whether two small pictures show the same: nothing moved in any part of them, whatever noise does."""
    if before.shape != now.shape:
        return False

    def blocks(picture: np.ndarray) -> np.ndarray:
        return cv2.resize(picture, None, fx=1 / BLOCK, fy=1 / BLOCK, interpolation=cv2.INTER_AREA).astype(np.int16)

    if int(blocks(cv2.absdiff(before, now)).max()) > NOISE:
        return False
    return int(np.abs(blocks(before) - blocks(now)).max()) <= MOVED


def certain(seen: np.ndarray) -> np.ndarray:
    """What was drawn without the pieces of which no point is sure, and without specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((seen > FAINT).astype(np.uint8))
    sure = np.bincount(labels[seen >= SURE], minlength=count) > 0
    kept = sure & (stats[:, cv2.CC_STAT_AREA] >= SPECK * seen.size)
    kept[0] = False
    return np.where(kept[labels], seen, 0).astype(np.float32)


def supported(nearer: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Pieces seen in a part of the picture without those of which next to nothing was seen in all of it: whatever fills a part looks like
    somebody."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((nearer > 0.5).astype(np.uint8))
    known = np.bincount(labels[seen > KNOWN], minlength=count)
    kept = known >= SUPPORT * stats[:, cv2.CC_STAT_AREA]
    kept[0] = False
    around = cv2.dilate(kept[labels].astype(np.uint8), np.ones((9, 9), np.uint8))
    return np.asarray(nearer * around, np.float32)


def boxes_at(regions: Sequence[Region], seconds: Fraction) -> list[Box]:
    """Where these are at a moment, in 0..1 of the picture; those that are not there are left out."""
    found = []
    for region in regions:
        times = [float(one) for one in region.seconds]
        if times and times[0] <= float(seconds) <= times[-1]:
            rows = np.array(region.boxes)
            at = [float(np.interp(float(seconds), times, rows[:, side])) for side in range(4)]
            found.append((at[0], at[1], at[2], at[3]))
    return found


def extent(seen: np.ndarray) -> Box | None:
    """The box around all that is seen, specks left out; None where nothing is."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((seen > SEEN).astype(np.uint8))
    height, width = seen.shape
    rows = [stats[one] for one in range(1, count) if stats[one, cv2.CC_STAT_AREA] >= SPECK * width * height]
    if not rows:
        return None
    left, top = min(row[0] for row in rows), min(row[1] for row in rows)
    right, bottom = max(row[0] + row[2] for row in rows), max(row[1] + row[3] for row in rows)
    return float(left / width), float(top / height), float(right / width), float(bottom / height)


def grown(box: Box, share: float) -> Box:
    """The box with a margin of so much of its longer side, within the picture."""
    margin = share * max(box[2] - box[0], box[3] - box[1])
    return max(0.0, box[0] - margin), max(0.0, box[1] - margin), min(1.0, box[2] + margin), min(1.0, box[3] + margin)


def _following(before: Box, now: Box) -> Box:
    """A part that holds `now` and comes from `before` slowly: it grows at once and shrinks by and by."""
    left, top = (min(n, b + FOLLOWING * (n - b)) for b, n in zip(before[:2], now[:2], strict=True))
    right, bottom = (max(n, b + FOLLOWING * (n - b)) for b, n in zip(before[2:], now[2:], strict=True))
    return left, top, right, bottom


def _wider(part: Box, seen: np.ndarray) -> Box:
    """The part, half as large again on the sides where what is seen goes on beyond it; a person's body below a face that was seen."""
    height, width = seen.shape
    left, top, right, bottom = _pixels(part, width, height)
    inner = seen[top:bottom, left:right] > 0.5
    depth = max(2, min(inner.shape) // 12)
    reached = [band.any(axis=axis).mean() > TOUCHING for band, axis in (
        (inner[:, :depth], 1), (inner[:depth], 0), (inner[:, -depth:], 1), (inner[-depth:], 0),
    )]  # fmt: skip
    across, down = 0.5 * (part[2] - part[0]), 0.5 * (part[3] - part[1])
    return (
        max(0.0, part[0] - across * reached[0]), max(0.0, part[1] - down * reached[1]),
        min(1.0, part[2] + across * reached[2]), min(1.0, part[3] + down * reached[3]),
    )  # fmt: skip


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = min(width - 2, int(box[0] * width)), min(height - 2, int(box[1] * height))
    return left, top, max(left + 2, round(box[2] * width)), max(top + 2, round(box[3] * height))


def _window(box: Box, shape: tuple[int, ...]) -> np.ndarray:
    """1 within a box, falling to 0 over a twelfth of its sides at its border, but for sides that lie on the picture's own."""
    ramps = []
    for low, high, count in ((box[1], box[3], shape[0]), (box[0], box[2], shape[1])):
        at = (np.arange(count) + 0.5) / count
        edge = max((high - low) / 12, 1 / count)
        before = np.ones(count) if low <= 0 else (at - low) / edge
        after = np.ones(count) if high >= 1 else (high - at) / edge
        ramps.append(np.clip(np.minimum(before, after), 0.0, 1.0))
    return np.outer(ramps[0], ramps[1]).astype(np.float32)
