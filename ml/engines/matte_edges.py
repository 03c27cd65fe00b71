"""Edges of mattes brought onto the edges of the picture: guided filters at two sizes.

K. He, J. Sun, X. Tang, "Guided Image Filtering", 2013, with a picture in colour as the guide: around every point the matte is a linear
function of the colours there, which is what closed-form matting (Levin et al. 2008) assumes too; and K. He, J. Sun, "Fast Guided Filter",
2015: these functions are found at a smaller size and used at the full one, so what is finer than the small picture comes from the large.
Nothing is reckoned but around the edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

WORKING, COARSE = 640, 320
"""Long side in pixels at which functions are found: the last ones, and those before them."""
WIDE, FINE = 0.014, 0.005
"""Radii as shares of the long side: of the passes at COARSE, and of the last one."""
EPSILONS, LAST = (1e-4, 1e-5), 1e-5
"""For colours of 0..1: of the passes at COARSE, and of the last one."""
REACH = 0.028
"""Share of the long side on either side of the network's edge within which the picture decides."""
SURE = 0.12
"""What lies so near to nothing or all is nothing or all."""
Part = tuple[slice, slice]


@dataclass(frozen=True)
class Lines:
    """The linear functions of a picture: `slope` (height, width, 3) and `base` (height, width), float32."""

    slope: np.ndarray
    base: np.ndarray


def working_size(image: np.ndarray, long: int) -> tuple[int, int]:
    """(width, height) of a picture brought within `long` x `long`, never enlarged."""
    height, width = image.shape[:2]
    scale = min(1.0, long / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class Guide:
    """What the functions of a picture (height, width, 3) float32 of 0..1 need to know of its colours within `radius` pixels."""

    def __init__(self, picture: np.ndarray, radius: int) -> None:
        self._size = (2 * radius + 1, 2 * radius + 1)
        # Squares of what lies around 0 keep their last digits, and variances of 1e-5 are in those.
        self._centre = picture.reshape(-1, 3).mean(axis=0, dtype=np.float64).astype(np.float32)
        self._planes = [np.ascontiguousarray(picture[..., one]) - self._centre[one] for one in range(3)]
        red, green, blue = self._planes
        self._means = [self._mean(plane) for plane in self._planes]
        mr, mg, mb = self._means
        self._rr, self._gg, self._bb = (self._mean(one * one) - mean * mean for one, mean in ((red, mr), (green, mg), (blue, mb)))
        self._rg = self._mean(red * green) - mr * mg
        self._rb = self._mean(red * blue) - mr * mb
        self._gb = self._mean(green * blue) - mg * mb

    def functions(self, matte: np.ndarray, epsilon: float) -> Lines:
        """`matte` (height, width) float32 of 0..1. He et al., equations 19 to 21, solved by a square-root-free Cholesky factorisation,
        which single precision bears."""
        level = self._mean(matte)
        vr, vg, vb = (self._mean(plane * matte) - mean * level for plane, mean in zip(self._planes, self._means, strict=True))
        least = np.float32(epsilon)
        d0 = np.maximum(self._rr, 0) + least
        l1, l2 = self._rg / d0, self._rb / d0
        d1 = np.maximum(self._gg - l1 * self._rg, 0) + least
        l3 = (self._gb - l2 * self._rg) / d1
        d2 = np.maximum(self._bb - l2 * self._rb - l3 * l3 * d1, 0) + least
        y1 = vg - l1 * vr
        blue = (vb - l2 * vr - l3 * y1) / d2
        green = y1 / d1 - l3 * blue
        red = vr / d0 - l1 * green - l2 * blue
        base = level - red * self._means[0] - green * self._means[1] - blue * self._means[2]
        slope = [self._mean(one) for one in (red, green, blue)]
        base = self._mean(base) - sum(float(at) * one for at, one in zip(self._centre, slope, strict=True))
        return Lines(cv2.merge(slope).reshape(*matte.shape, 3), base)

    def _mean(self, values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, self._size, borderType=cv2.BORDER_REFLECT_101)


def functions(guide: np.ndarray, matte: np.ndarray, radius: int, epsilon: float) -> Lines:
    """`guide` (height, width, 3) and `matte` (height, width) float32 of 0..1; `radius` in pixels."""
    return Guide(guide, radius).functions(matte, epsilon)


def filtered(guide: np.ndarray, lines: Lines) -> np.ndarray:
    """The functions used on a picture (height, width, 3) float32 of any size: (height, width) float32, 0..1."""
    height, width = guide.shape[:2]
    slope, base = lines.slope, lines.base
    if base.shape != (height, width):
        slope = cv2.resize(slope, (width, height), interpolation=cv2.INTER_LINEAR)
        base = cv2.resize(base, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.einsum("hwc,hwc->hw", slope, guide) + base, 0.0, 1.0)


def refined(image: np.ndarray, coarse: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """The matte of a picture (height, width, 3) uint8 RGB at its full size, uint8 (height, width).

    `coarse` is what a network drew, float32 of 0..1 of any size and the picture's proportions. `strength` 0..1: how much of it the
    picture decides; 0 enlarges what was drawn.
    """
    height, width = image.shape[:2]
    if strength <= 0:
        return np.rint(np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), 0.0, 1.0) * 255).astype(np.uint8)
    size = working_size(image, WORKING)
    drawn = np.clip(cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR), 0.0, 1.0)
    near = near_edge(drawn, max(2, round(REACH * max(size))))
    if not near.any():
        return _levels(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_LINEAR))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    plain = (drawn > 0.5).astype(np.float32)
    found = _nearer(small, drawn, plain, near)
    radius = max(1, round(FINE * max(size)))
    part = _around(near, 2 * radius + 2)
    lines = functions(small[part].astype(np.float32) / 255, found[part], radius, LAST)
    return enlarged(image, lines, part, plain, near, strength, coarse)


def enlarged(
    image: np.ndarray, lines: Lines, part: Part, plain: np.ndarray, near: np.ndarray, strength: float, coarse: np.ndarray
) -> np.ndarray:  # fmt: skip
    """The functions of a `part` of a small picture used on the full one: its matte, uint8.

    `plain` and `near` are of the small picture: what holds where the picture does not decide, and where it does. Where `strength` is
    below 1, so much of `coarse` as is missing.
    """
    height, width = image.shape[:2]
    down, across = height / near.shape[0], width / near.shape[1]
    rows, columns = (
        slice(max(0, int((one.start - 1) * scale)), min(full, int(np.ceil((one.stop + 1) * scale))))
        for one, scale, full in ((part[0], down, height), (part[1], across, width))
    )
    out = cv2.resize(plain, (width, height), interpolation=cv2.INTER_LINEAR)
    shown = image[rows, columns].astype(np.float32)
    planes = [*(lines.slope[..., one] / 255 for one in range(3)), lines.base, cv2.blur(near[part].astype(np.float32), (5, 5))]
    here = (columns.stop - columns.start, rows.stop - rows.start)
    # Where each point of the full picture lies in the part of the small one.
    places = np.array([
        [1 / across, 0, (columns.start + 0.5) / across - 0.5 - part[1].start],
        [0, 1 / down, (rows.start + 0.5) / down - 0.5 - part[0].start],
    ])  # fmt: skip
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    red, green, blue, base, weight = (cv2.warpAffine(one, places, here, flags=how, borderMode=cv2.BORDER_REPLICATE) for one in planes)
    fine = np.clip(red * shown[..., 0] + green * shown[..., 1] + blue * shown[..., 2] + base, 0.0, 1.0)
    out[rows, columns] += weight * (fine - out[rows, columns])
    if strength < 1:
        out = strength * out + (1 - strength) * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return _levels(out)


def _nearer(small: np.ndarray, drawn: np.ndarray, plain: np.ndarray, near: np.ndarray) -> np.ndarray:
    """What was drawn, brought near the edges of the picture: float32 of the size of `drawn`."""
    size = working_size(small, COARSE)
    less = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
    lesser = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
    close = near_edge(lesser, max(2, round(REACH * max(size))))
    radius = max(1, round(WIDE * max(size)))
    part = _around(close | (cv2.resize(near.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0), 2 * radius + 2)
    guide, solid = less[part].astype(np.float32) / 255, (lesser[part] > 0.5).astype(np.float32)
    known = Guide(guide, radius)
    found, lines = lesser[part], None
    for epsilon in EPSILONS:
        if lines is not None:
            found = np.where(close[part], filtered(guide, lines), solid)
        lines = known.functions(found, epsilon)
    assert lines is not None
    spread = np.zeros((*less.shape[:2], 4), np.float32)
    spread[part] = np.dstack([lines.slope, lines.base])
    spread = cv2.resize(spread, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    full = _around(near, 0)
    out = plain.copy()
    fine = filtered(small[full].astype(np.float32) / 255, Lines(spread[full][..., :3], spread[full][..., 3]))
    out[full] = np.where(near[full], fine, plain[full])
    return out


def near_edge(drawn: np.ndarray, reach: int) -> np.ndarray:
    """Where the picture decides: within `reach` pixels of the edge of what was drawn."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = (drawn > 0.5).astype(np.uint8)
    return cv2.dilate(inside, kernel) > cv2.erode(inside, kernel)


def _around(near: np.ndarray, margin: int) -> Part:
    """The rows and columns that hold all of `near`, with a margin."""
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    height, width = near.shape
    return (
        slice(max(0, int(rows[0]) - margin), min(height, int(rows[-1]) + 1 + margin)),
        slice(max(0, int(columns[0]) - margin), min(width, int(columns[-1]) + 1 + margin)),
    )


def _levels(matte: np.ndarray) -> np.ndarray:
    """Whole where it is nearly whole: what shines through a wall by one percent is seen, and lossless films of it are large."""
    return np.clip(np.rint((matte - SURE) * (255 / (1 - 2 * SURE))), 0, 255).astype(np.uint8)
