"""What an editor clicked on, cut out of one picture without a trained network, and followed into the next.

GrabCut (C. Rother, V. Kolmogorov, A. Blake, "GrabCut: interactive foreground extraction using iterated graph cuts", 2004) around the
clicks, at several sizes: how large the thing is, nobody said, and of what these give that is taken which stays the same from size to size
and lies along edges of the picture. From there on each cut is carried along by dense inverse search (T. Kroeger et al., 2016) and fitted
anew near its edge.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..mattes import Point

SIDE = 384
"""Long side in pixels of the pictures that are cut."""
SEED, BARRED = 0.012, 0.02
"""Of that, around a click: what surely belongs to the thing, and what surely does not."""
SIZES = (0.05, 0.08, 0.12, 0.17, 0.24, 0.34, 0.48)
"""Of that, how far from a click the thing may go; beyond FAR times that it does not."""
FAR = 1.5
BAND = 0.013
"""Of that, how far from where it was carried to an edge may lie."""
AROUND = 0.12
"""Of that, how much of what is around a thing tells what it is not."""
OTHER = 24
"""Levels of grey by which a place differs, on average around it, that shows something else than before."""
SPECK = 0.0002
"""Share of the picture below which it was lost."""
ROUNDS = 3
Box = tuple[float, float, float, float]


def picked(image: np.ndarray, points: Sequence[Point], box: Box | None = None, before: np.ndarray | None = None) -> np.ndarray:
    """What these points are on, bool (height, width), in a picture uint8 RGB within SIDE.

    `points`: x, y in 0..1 from the upper left corner and whether it belongs to the thing. `box`: where it is known to lie, in 0..1.
    `before`: what was taken for it so far, which the points correct.
    """
    seeds = _seeds(image.shape[:2], points)
    if before is not None:
        return _corrected(image, seeds, before, max(image.shape[:2]))
    if box is not None:
        return _within(image, seeds, box)
    ways = [_tried(image, seeds, reach) for reach in _reaches(image.shape[:2], points)]
    steep = _steepness(image)
    edges = [_score(found, steep) for found in ways]
    # As with the most stable regions of Matas et al. (2002): what stays the same however far it may go is a thing.
    same = [_alike(one, other) for one, other in zip(ways, [*ways[1:], *ways[-2:-1]], strict=False)] or [1.0]
    return ways[int(np.argmax([edge**0.3 * stays**2 for edge, stays in zip(edges, same, strict=True)]))]


def _reaches(shape: tuple[int, ...], points: Sequence[Point]) -> list[float]:
    """How far, in pixels, a thing may go from where it was clicked on: not beyond what is said not to belong to it, and where several
    points are on it, not farther than these lie apart."""
    size = np.array([shape[1], shape[0]], float)
    on, beside = (np.array([(x, y) for x, y, belongs in points if belongs is wanted]).reshape(-1, 2) * size for wanted in (True, False))
    most = np.inf
    if len(beside) and len(on):
        most = float(np.hypot(*(on[:, None] - beside[None]).transpose(2, 0, 1)).min())
    if len(on) > 1:
        most = min(most, float(np.hypot(*(on[:, None] - on[None]).transpose(2, 0, 1)).max()))
    reaches = [part * max(shape) for part in SIZES]
    return [reach for reach in reaches if reach <= most] or reaches[:1]


class Clicking:
    """Follows what was clicked on from picture to picture, by the picture alone (`matte_picks.Follower`)."""

    name, side = "GrabCut", SIDE

    def __init__(self) -> None:
        self._flow = Flow()
        self._mask: np.ndarray | None = None

    def take(self, image: np.ndarray, points: Sequence[Point], box: Box | None) -> np.ndarray:
        carried = None if self._mask is None else self._flow.carried(image, self._mask)
        self._flow.look(image)
        if carried is None or (points and not (carried > 0.5).any()):
            self._mask = picked(image, points, box)
            return self._mask
        if box is not None:
            carried *= _inside(box, carried.shape)
        self._mask = _fitted(image, carried)
        if points:
            self._mask = picked(image, points, before=self._mask)
        elif box is not None and not self._mask.any():
            self._mask = picked(image, (), box)  # it was hidden, and is seen again
        return self._mask


class Flow:
    """What goes along from one picture to the next, in the order they are looked at."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._before: np.ndarray | None = None

    def look(self, image: np.ndarray) -> None:
        self._before = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)

    def carried(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """A mask (height, width) of the picture looked at last, moved to where it is in this one: float32 of 0..1. What looks otherwise
        there than it did is left out: something is before it."""
        assert self._before is not None
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        flow = self._flow.calc(grey, self._before, None)
        height, width = mask.shape
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        ways = x + flow[..., 0], y + flow[..., 1]
        moved = cv2.remap(mask.astype(np.float32), *ways, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        before = cv2.remap(self._before, *ways, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        off = cv2.blur(grey.astype(np.float32) - before, (7, 7))
        # Where all of a picture gets brighter, that is light and nothing that came before it.
        return np.where(np.abs(off - np.median(off)) > OTHER, 0, moved).astype(np.float32)


def _seeds(shape: tuple[int, ...], points: Sequence[Point]) -> np.ndarray:
    """GrabCut's marks where points say it, GC_PR_BGD elsewhere."""
    height, width = shape[:2]
    long = max(height, width)
    marks = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    for wanted, radius, mark in ((False, BARRED, cv2.GC_BGD), (True, SEED, cv2.GC_FGD)):
        for x, y, belongs in points:
            if belongs is wanted:
                cv2.circle(marks, (int(x * width), int(y * height)), max(1, round(radius * long)), int(mark), -1)
    return marks


def _tried(image: np.ndarray, seeds: np.ndarray, reach: float) -> np.ndarray:
    """As if the thing went so far from a click."""
    away = cv2.distanceTransform((seeds != cv2.GC_FGD).astype(np.uint8), cv2.DIST_L2, 5)
    marks = np.where(away < reach, cv2.GC_PR_FGD, np.where(away < FAR * reach, cv2.GC_PR_BGD, cv2.GC_BGD)).astype(np.uint8)
    return _cut(image, _said(marks, seeds), ROUNDS, seeds)


def _within(image: np.ndarray, seeds: np.ndarray, box: Box) -> np.ndarray:
    height, width = seeds.shape
    marks = np.full((height, width), cv2.GC_BGD, np.uint8)
    marks[_inside(box, seeds.shape) > 0] = cv2.GC_PR_BGD
    middle = int((box[0] + box[2]) / 2 * width), int((box[1] + box[3]) / 2 * height)
    cv2.ellipse(marks, middle, (int((box[2] - box[0]) * width / 2), int((box[3] - box[1]) * height / 2)), 0, 0, 360, int(cv2.GC_PR_FGD), -1)
    return _cut(image, _said(marks, seeds), ROUNDS, seeds, whole=not (seeds == cv2.GC_FGD).any())


def _corrected(image: np.ndarray, seeds: np.ndarray, before: np.ndarray, long: int) -> np.ndarray:
    """Near what is clicked on anything may change; elsewhere what was taken for it stays."""
    clicked = ((seeds == cv2.GC_FGD) | (seeds == cv2.GC_BGD)).astype(np.uint8)
    near = cv2.distanceTransform(1 - clicked, cv2.DIST_L2, 5) < SIZES[4] * long
    marks = np.where(before, cv2.GC_FGD, cv2.GC_BGD).astype(np.uint8)
    marks[near] = np.where(before[near], cv2.GC_PR_FGD, cv2.GC_PR_BGD)
    return _cut(image, _said(marks, seeds), ROUNDS, seeds, whole=True)


def _said(marks: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    sure = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_BGD)
    return np.where(sure, seeds, marks)


def _cut(image: np.ndarray, marks: np.ndarray, rounds: int, seeds: np.ndarray, whole: bool = False) -> np.ndarray:
    """What GrabCut takes for the thing, but for pieces that hang together with no click."""
    marks = marks.copy()
    known = ((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).any(), ((marks == cv2.GC_BGD) | (marks == cv2.GC_PR_BGD)).any()
    if not all(known):
        return np.asarray((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))
    cv2.setRNGSeed(1)  # its colours are grouped by chance: the same clicks must give the same cut
    cv2.grabCut(image, marks, None, np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK)
    found = (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)
    count, labels = cv2.connectedComponents(found.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[labels[(seeds == cv2.GC_FGD) & found]] = True
    if whole:
        kept |= np.bincount(labels.ravel(), minlength=count) >= SPECK * found.size
    kept[0] = False
    return _filled(kept[labels], seeds == cv2.GC_BGD)


def _filled(found: np.ndarray, barred: np.ndarray) -> np.ndarray:
    """Without little holes that nobody clicked into."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~found).astype(np.uint8), connectivity=4)
    small = stats[:, cv2.CC_STAT_AREA] < 0.05 * max(1, int(found.sum()))
    small[0] = False
    small[labels[barred]] = False
    return np.asarray(found | small[labels])


def _steepness(image: np.ndarray) -> np.ndarray:
    """How much colours change at each point, float32."""
    lab = cv2.GaussianBlur(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), (0, 0), 1.2)
    across, down = (cv2.Sobel(lab, cv2.CV_32F, *way, ksize=3) for way in ((1, 0), (0, 1)))
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)))


def _score(found: np.ndarray, steep: np.ndarray) -> float:
    """How much more colours change along the edge of what was found than within it; the picture's own border does not count."""
    mask = found.astype(np.uint8)
    edge = (cv2.dilate(mask, np.ones((3, 3), np.uint8)) > mask) | (mask > cv2.erode(mask, np.ones((3, 3), np.uint8)))
    edge[[0, -1]], edge[:, [0, -1]] = False, False
    if mask.sum() < SPECK * mask.size or mask.mean() > 0.9 or not edge.any():
        return 0.0
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0
    within = float(steep[inner].mean()) if inner.any() else float(steep.mean())
    jagged = float(edge.sum()) / (2 * np.sqrt(np.pi * mask.sum()))
    return float(steep[edge].mean()) / (within + 2.0) / max(1.0, jagged / 3) ** 0.5


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / max(1, (one | other).sum()))


def _fitted(image: np.ndarray, carried: np.ndarray) -> np.ndarray:
    """The cut near the edge of what was carried here, by the colours within it and around it."""
    solid = (carried > 0.5).astype(np.uint8)
    if solid.sum() < SPECK * solid.size:
        return np.zeros(solid.shape, bool)
    long = max(solid.shape)
    reach = max(2, round(BAND * long))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    core, outer = cv2.erode(solid, kernel), cv2.dilate(solid, kernel)
    rows, columns = np.flatnonzero(outer.any(axis=1)), np.flatnonzero(outer.any(axis=0))
    margin = max(4, round(AROUND * long))
    part = (
        slice(max(0, rows[0] - margin), rows[-1] + 1 + margin),
        slice(max(0, columns[0] - margin), columns[-1] + 1 + margin),
    )
    marks = np.where(solid > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[core > 0], marks[outer == 0] = cv2.GC_FGD, cv2.GC_BGD
    here = np.ascontiguousarray(marks[part])
    if not ((here == cv2.GC_FGD).any() and (here == cv2.GC_BGD).any()):
        return solid > 0
    cv2.setRNGSeed(1)
    cv2.grabCut(np.ascontiguousarray(image[part]), here, None, np.zeros((1, 65)), np.zeros((1, 65)), 1, cv2.GC_INIT_WITH_MASK)
    found = np.zeros(solid.shape, np.uint8)
    found[part] = (here == cv2.GC_FGD) | (here == cv2.GC_PR_FGD)
    # Single points and hairs of it are of noise: what is carried on must not grow from them.
    found = cv2.morphologyEx(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.asarray((found > 0) | (core > 0))


def _inside(box: Box, shape: tuple[int, ...]) -> np.ndarray:
    """1 in the box and a little around it, 0 elsewhere, float32."""
    height, width = shape[:2]
    margin = 0.06 * max(box[2] - box[0], box[3] - box[1])
    inside = np.zeros((height, width), np.float32)
    inside[
        max(0, int((box[1] - margin) * height)) : max(0, int(np.ceil((box[3] + margin) * height))),
        max(0, int((box[0] - margin) * width)) : max(0, int(np.ceil((box[2] + margin) * width))),
    ] = 1
    return inside
