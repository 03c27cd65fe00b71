"""Edges of mattes brought onto the edges of the picture: guided filters at two sizes.

K. He, J. Sun, X. Tang, "Guided Image Filtering", 2013, with a picture in colour as the guide: around every point the matte is a linear
function of the colours there, which is what closed-form matting (Levin et al. 2008) assumes too; and K. He, J. Sun, "Fast Guided Filter",
2015: these functions are found at a smaller size and used at the full one, so what is finer than the small picture comes from the large.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

WORKING = 640
"""Long side in pixels at which functions are found."""
RADII = ((0.014, 1e-4), (0.014, 1e-5), (0.005, 1e-5))
"""(radius as a share of the long side, epsilon for colours of 0..1) of the passes, coarse to fine."""
REACH = 0.028
"""Share of the long side on either side of the network's edge within which the picture decides."""
SURE = 0.12
"""What lies so near to nothing or all is nothing or all."""


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


def functions(guide: np.ndarray, matte: np.ndarray, radius: int, epsilon: float) -> Lines:
    """`guide` (height, width, 3) and `matte` (height, width) float32 of 0..1; `radius` in pixels. He et al., equations 19 to 21."""
    size = (2 * radius + 1, 2 * radius + 1)

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, size, borderType=cv2.BORDER_REFLECT_101)

    # In double precision: where a picture is flat, variances of 1e-5 are what is left of squares that hardly differ.
    guide, matte = guide.astype(np.float64), matte.astype(np.float64)
    red, green, blue = (np.ascontiguousarray(guide[..., one]) for one in range(3))
    centre, level = mean(guide), mean(matte)
    cr, cg, cb = (centre[..., one] for one in range(3))
    rr, gg, bb = mean(red * red) - cr * cr + epsilon, mean(green * green) - cg * cg + epsilon, mean(blue * blue) - cb * cb + epsilon
    rg, rb, gb = mean(red * green) - cr * cg, mean(red * blue) - cr * cb, mean(green * blue) - cg * cb
    vr, vg, vb = mean(red * matte) - cr * level, mean(green * matte) - cg * level, mean(blue * matte) - cb * level
    # The inverse of the symmetric 3 x 3 matrix of every point, by its cofactors.
    c00, c01, c02 = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
    c11, c12, c22 = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    whole = np.maximum(rr * c00 + rg * c01 + rb * c02, epsilon**3)
    parts = (c00 * vr + c01 * vg + c02 * vb, c01 * vr + c11 * vg + c12 * vb, c02 * vr + c12 * vg + c22 * vb)
    slope = np.stack(parts, axis=-1) / whole[..., None]
    base = level - np.einsum("hwc,hwc->hw", slope, centre)
    return Lines(mean(slope).astype(np.float32), mean(base).astype(np.float32))


def filtered(guide: np.ndarray, lines: Lines) -> np.ndarray:
    """The functions used on a picture (height, width, 3) float32 of any size: (height, width) float32, 0..1."""
    height, width = guide.shape[:2]
    slope, base = lines.slope, lines.base
    if base.shape != (height, width):
        slope = cv2.resize(slope, (width, height), interpolation=cv2.INTER_LINEAR)
        base = cv2.resize(base, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.einsum("hwc,hwc->hw", slope, guide) + base, 0.0, 1.0).astype(np.float32)


def refined(image: np.ndarray, coarse: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """The matte of a picture (height, width, 3) uint8 RGB at its full size, uint8 (height, width).

    `coarse` is what a network drew, float32 of 0..1 of any size and the picture's proportions. `strength` 0..1: how much of it the
    picture decides; 0 enlarges what was drawn.
    """
    height, width = image.shape[:2]
    enlarged = np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), 0.0, 1.0)
    if strength <= 0:
        return np.rint(enlarged * 255).astype(np.uint8)
    small = working_size(image, WORKING)
    guide = cv2.resize(image, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    drawn = np.clip(cv2.resize(coarse, small, interpolation=cv2.INTER_LINEAR), 0.0, 1.0)
    near = _near_edge(drawn, max(2, round(REACH * max(small))))
    if not near.any():
        return _levels(enlarged)
    plain = (drawn > 0.5).astype(np.float32)
    found = drawn
    for share, epsilon in RADII[:-1]:
        found = _within(filtered(guide, functions(guide, found, max(1, round(share * max(small))), epsilon)), plain, near)
    share, epsilon = RADII[-1]
    lines = functions(guide, found, max(1, round(share * max(small))), epsilon)
    rows, columns = _extent(near, small, (width, height))
    part = image[rows, columns].astype(np.float32) / 255
    out = cv2.resize(plain, (width, height), interpolation=cv2.INTER_LINEAR)
    weight = cv2.resize(cv2.blur(near.astype(np.float32), (5, 5)), (width, height), interpolation=cv2.INTER_LINEAR)[rows, columns]
    inner = Lines(*(_cut(one, rows, columns, (width, height)) for one in (lines.slope, lines.base)))
    fine = filtered(part, inner)
    out[rows, columns] = weight * fine + (1 - weight) * out[rows, columns]
    return _levels(strength * out + (1 - strength) * enlarged)


def _cut(values: np.ndarray, rows: slice, columns: slice, size: tuple[int, int]) -> np.ndarray:
    """A part of `values` enlarged to `size`, without enlarging the rest."""
    height, width = values.shape[:2]
    across, down = width / size[0], height / size[1]
    x = (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) * across - 0.5
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * down - 0.5
    grid_x, grid_y = np.meshgrid(x, y)
    return cv2.remap(values, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _near_edge(drawn: np.ndarray, reach: int) -> np.ndarray:
    """Where the picture decides: around the edge, and where the network was not sure."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    inside = (drawn > 0.5).astype(np.uint8)
    return cv2.dilate(inside, kernel) > cv2.erode(inside, kernel)


def _within(found: np.ndarray, plain: np.ndarray, near: np.ndarray) -> np.ndarray:
    return np.where(near, found, plain).astype(np.float32)


def _extent(near: np.ndarray, small: tuple[int, int], size: tuple[int, int]) -> tuple[slice, slice]:
    """The rows and columns of the full picture that hold all of `near`."""
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    down, across = size[1] / small[1], size[0] / small[0]
    top, bottom = max(0, int((rows[0] - 3) * down)), min(size[1], int(np.ceil((rows[-1] + 4) * down)))
    left, right = max(0, int((columns[0] - 3) * across)), min(size[0], int(np.ceil((columns[-1] + 4) * across)))
    return slice(top, bottom), slice(left, right)


def _levels(matte: np.ndarray) -> np.ndarray:
    """Whole where it is nearly whole: what shines through a wall by one percent is seen, and lossless films of it are large."""
    return np.clip(np.rint((matte - SURE) / (1 - 2 * SURE) * 255), 0, 255).astype(np.uint8)
