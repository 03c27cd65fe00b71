"""Cheap signs of change between frames: what the boundary head reads beside the network's features. Pure numpy.

All are measured on the small frames the network sees, and look at most `REACH` frames to either side.
"""

from __future__ import annotations

import numpy as np

LAGS = (2, 4, 8, 16, 32)
REACH = max(LAGS)
COUNT = 6 + 3 * len(LAGS) + 4 + 12 + 9
MARKED = 0.12
"""A pixel whose channels change by this much on average (0..1) has changed."""


def signs(frames: np.ndarray) -> np.ndarray:
    """(n, 27, 48, 3) uint8 RGB to (n, `COUNT`) float32: brightness and contrast and how they change, the share of pixels that
    change, the change over several lags and how near each frame lies to the middle of its surroundings (a blend does), whether
    the picture comes back at once (a flash), and in which columns and rows the change is (a wipe's edge wanders).

    Frames beyond the ends count as the outermost ones.
    """
    count = len(frames)
    pictures = frames.astype(np.float32) / 255
    small = coarse(pictures).reshape(count, -1)
    light = (pictures @ np.array((0.299, 0.587, 0.114), np.float32)).reshape(count, -1)
    mean, spread = light.mean(1), light.std(1)
    change = np.abs(np.diff(pictures, axis=0, prepend=pictures[:1])) @ np.full(3, 1 / 3, np.float32)
    flat = change.reshape(count, -1)
    found = [mean, spread, np.sqrt(flat.mean(1)), (flat > MARKED).mean(1), _signed(mean), _signed(spread)]
    for lag in LAGS:
        before, after = small[_moved(count, -lag)], small[_moved(count, lag - 1)]
        way = after - before
        share = ((small - before) * way).sum(1) / ((way * way).sum(1) + 1e-2)
        aside = np.abs(small - before - share[:, None] * way).mean(1)
        found += [np.sqrt(np.abs(way).mean(1)), np.clip(share, -1, 2), np.sqrt(aside)]
    last = small[_moved(count, -1)]
    for lag in (2, 4):
        found.append(np.sqrt(np.abs(last - small[_moved(count, lag - 1)]).mean(1)))
        found.append(np.sqrt(np.abs(small - small[_moved(count, -lag - 1)]).mean(1)))
    columns = change.sum(1).reshape(count, 12, 4).sum(2) / np.float32(4 * 27)
    rows = change.sum(2).reshape(count, 9, 3).sum(2) / np.float32(3 * 48)
    return np.concatenate([np.stack(found, 1), np.sqrt(columns), np.sqrt(rows)], 1).astype(np.float32)


def coarse(pictures: np.ndarray) -> np.ndarray:
    """(n, 27, 48, 3) float32 to (n, 9, 16, 3): means of 3x3 pixels. One axis after the other, whole rows first: numpy's mean over two
    axes at once takes thrice as long."""
    rows = pictures.reshape(len(pictures), 9, 3, 48 * 3).sum(2)
    return np.asarray(rows.reshape(len(pictures), 9, 16, 3, 3).sum(3) / np.float32(9))


def _moved(count: int, by: int) -> np.ndarray:
    return np.clip(np.arange(count) + by, 0, count - 1)


def _signed(values: np.ndarray) -> np.ndarray:
    """Square root of the change from the frame before, with its sign."""
    change = np.diff(values, prepend=values[:1])
    return np.asarray(np.sign(change) * np.sqrt(np.abs(change)))
