"""A flat surface as it was marked, and as it is seen in another picture (`surface` says how)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import camera_motion

if TYPE_CHECKING:
    import numpy as np

CELLS = 14
"""About so many corners along the longer side of the surface."""
FINEST, MARGIN = 5, 24
"""Pixels: the square of which the best corner is taken at least, and what is compared around the surface."""
PATCH, LEVELS = 21, 3
RETURN, AGREE = 0.7, 1.5
FEWEST = 6
SURE, LIKE = 0.3, 0.35
"""The share of corners that must agree, and how alike (correlation) the surfaces must be, for it to be recognised."""
TRIES = 2
GONE = 75
"""Pictures after which a surface that stays lost is given up."""
SHRUNK = 0.15
"""The least and, turned round, the most a side may become of what it was."""


@dataclass(frozen=True)
class Template:
    """The marked picture around the surface: `picture` from (`left`, `top`) on, the surface's `corners` and the `points` followed, in
    pixels of the whole picture, float32 (4, 2) and (n, 2)."""

    picture: Any
    left: int
    top: int
    corners: Any
    points: Any
    size: tuple[int, int]
    mask: Any


@dataclass(frozen=True)
class View:
    """The surface in a picture: `place` takes the marked view to this one (float64 (3, 3)); `sure` 0..1, 0 where it is lost."""

    template: Template
    place: Any
    sure: float
    grey: Any
    lost: int = 0

    @classmethod
    def marked(cls, grey: np.ndarray, corners: Sequence[tuple[float, float]]) -> View:
        """`corners` in shares of `grey` (height, width) uint8."""
        import cv2
        import numpy as np

        height, width = grey.shape
        places = np.array([(x * width - 0.5, y * height - 0.5) for x, y in corners], np.float32)
        left, top = (max(0, int(low) - MARGIN) for low in places.min(axis=0))
        right, bottom = (min(most, int(high) + MARGIN + 1) for most, high in zip((width, height), places.max(axis=0), strict=True))
        cut = grey[top:bottom, left:right].copy()
        mask = np.zeros(cut.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.round(places - (left, top)).astype(np.int32), 255)
        cell = max(FINEST, int(max(np.ptp(places, axis=0))) // CELLS)
        points = camera_motion.corners(cut, cell) if cut.size else np.zeros((0, 2), np.float32)
        inside = [mask[int(y), int(x)] > 0 for x, y in points]
        points = points[np.array(inside, bool)] + np.array([left, top], np.float32)
        template = Template(cut, left, top, places, points, (width, height), mask)
        return cls(template, np.eye(3), 1.0 if len(points) >= FEWEST else 0.0, grey)

    def corners(self) -> np.ndarray:
        import cv2
        import numpy as np

        found: np.ndarray = cv2.perspectiveTransform(self.template.corners[None].astype(np.float64), self.place)[0]
        return np.asarray(found)

    def row(self) -> np.ndarray:
        """In the order of `Surface.places`."""
        import numpy as np

        shares = (self.corners() + 0.5) / np.array(self.template.size)
        return np.append(shares.reshape(-1), self.sure).astype(np.float32)


def follow(before: View, grey: np.ndarray) -> View | None:
    """The surface in the next picture (or the one before); None where nothing was seen of it for long: it has gone, or the shot has."""
    import numpy as np

    similar, _certainty = camera_motion.similarity(_small(before.grey), _small(grey))
    moved = np.eye(3)
    if similar is not None:
        factor = before.grey.shape[1] / _small(grey).shape[1]
        moved[:2] = similar
        moved[:2, 2] = moved[:2, 2] * factor + (factor - 1) / 2 * (np.eye(2) - moved[:2, :2]).sum(axis=1)
    guesses = [before.place, moved @ before.place] if before.sure else [moved @ before.place]
    best: tuple[Any, float] = (None, 0.0)
    for guess in guesses:
        found = _recognised(before.template, guess, grey)
        if found[1] > best[1]:
            best = found
    if best[0] is not None:
        return replace(before, place=best[0], sure=best[1], grey=grey, lost=0)
    if before.lost >= GONE:
        return None
    return replace(before, place=moved @ before.place, sure=0.0, grey=grey, lost=before.lost + 1)


def _small(grey: np.ndarray) -> np.ndarray:
    import cv2

    return cv2.pyrDown(grey) if grey.size > 2 * camera_motion.AREA else grey


def _recognised(template: Template, guess: np.ndarray, grey: np.ndarray) -> tuple[Any, float]:
    """(the homography from the marked view to `grey`, the share of corners that agree); None and 0 where it is not there."""
    import numpy as np

    place, share = guess, 0.0
    for _ in range(TRIES):
        better = _aligned(template, place, grey)
        if better is None:
            return None, 0.0
        place, share = better
    if share < SURE or not _sane(template, place):
        return None, 0.0
    view, covered = _back(template, place, grey)
    part = (template.mask > 0) & covered
    if part.sum() < 0.25 * max(1, (template.mask > 0).sum()):
        return None, 0.0
    here, there = template.picture[part].astype(np.float64), view[part].astype(np.float64)
    spread = here.std() * there.std()
    alike = float(((here - here.mean()) * (there - there.mean())).mean() / spread) if spread > 1e-6 else 0.0
    return (place, share) if alike >= LIKE else (None, 0.0)


def _back(template: Template, place: np.ndarray, grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the surface of `grey` as the marked view shows it, where there is any of it): both as large as the template's picture."""
    import cv2
    import numpy as np

    shift = np.array([[1.0, 0, template.left], [0, 1, template.top], [0, 0, 1]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (template.picture.shape[1], template.picture.shape[0])
    view = cv2.warpPerspective(grey, place @ shift, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    there = cv2.warpPerspective(np.full_like(grey, 255), place @ shift, size, flags=how)
    return view, there > 127


def _aligned(template: Template, place: np.ndarray, grey: np.ndarray) -> tuple[np.ndarray, float] | None:
    """`place` made better by what is left between the marked view and the one that it gives, and the share of corners that agree."""
    import cv2
    import numpy as np

    view, _covered = _back(template, place, grey)
    points = (template.points - np.array([template.left, template.top], np.float32)).astype(np.float32)
    if len(points) < FEWEST:
        return None
    how: dict[str, Any] = {"winSize": (PATCH, PATCH), "maxLevel": LEVELS}
    there, found, _error = cv2.calcOpticalFlowPyrLK(template.picture, view, points, None, **how)
    back, returned, _error = cv2.calcOpticalFlowPyrLK(view, template.picture, there, None, **how)
    kept = (found[:, 0] > 0) & (returned[:, 0] > 0) & (np.abs(back - points).max(axis=1) < RETURN)
    if kept.sum() < FEWEST:
        return None
    offset = np.array([template.left, template.top], np.float32)
    cv2.setRNGSeed(1)
    here, now = points[kept] + offset, there[kept] + offset
    if kept.sum() >= 3 * FEWEST:
        change, agreed = cv2.findHomography(here, now, cv2.RANSAC, AGREE)
    else:
        similar, agreed = cv2.estimateAffinePartial2D(here, now, method=cv2.RANSAC, ransacReprojThreshold=AGREE)
        change = None if similar is None else np.vstack([similar, [0, 0, 1]])
    if change is None or agreed.sum() < FEWEST:
        return None
    return place @ change, float(agreed.sum() / len(points))


def _sane(template: Template, place: np.ndarray) -> bool:
    """Whether the surface is still seen from its front, and no side has become very short or long."""
    import cv2
    import numpy as np

    corners = template.corners.astype(np.float64)
    seen = cv2.perspectiveTransform(corners[None], place)[0]
    sides, before = (np.roll(quad, -1, axis=0) - quad for quad in (seen, corners))
    turn, turned = (_turns(quad) for quad in (before, sides))
    ratios = np.linalg.norm(sides, axis=1) / np.maximum(np.linalg.norm(before, axis=1), 1e-9)
    return bool((turn == turned).all() and ratios.min() > SHRUNK and ratios.max() < 1 / SHRUNK and math.isfinite(float(seen.sum())))


def _turns(sides: np.ndarray) -> np.ndarray:
    """To which side each of these sides of a quadrangle goes on from the one before."""
    import numpy as np

    after = np.roll(sides, -1, axis=0)
    return np.asarray(np.sign(sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]))
