"""The strips that cover: native ones that any Blender renders alike. Pure.

Measured in 4.5 and 5.2: an adjustment strip scaled down, box-filtered, is the input of a blur strip without blur that is scaled up again
without smoothing, and that of a third, which alone is seen, through the mask. In 5.x a mask is applied before the strip's own
transform, so that on the enlarged strip it would have the coarseness of the small picture: hence the third. An effect strip that is an
input is seen by itself too, hence opacity 0. A speed strip in between shows frozen frames.
"""

from __future__ import annotations

from typing import Literal

from .effect import Layer, Modifier, Setting
from .timebase import FrameRange

Method = Literal["blur", "pixelate", "cover"]
FINEST, COARSEST = 12.0, 3.0
"""Blocks across the largest thing that is covered, at strength 0 and 1. People know faces from about sixteen."""
SMALLEST = 6.0
SMOOTH = 0.75
"""Size of the blur that hides the blocks, in blocks. What is blurred is the blocks alone, so it cannot be sharpened back to more."""
INK = (0.02, 0.02, 0.02)


def blocks_of(sides: float, strength: float, canvas: tuple[int, int]) -> float:
    """Pixels of a block so that the largest thing has few enough of them."""
    many = FINEST + (COARSEST - FINEST) * min(1.0, max(0.0, strength))
    return min(max(SMALLEST, sides / many), min(canvas) / 4)


def layers(method: Method, frames: FrameRange, block: float, canvas: tuple[int, int], mask: str) -> tuple[Layer, ...]:
    """Strips over these frames that are seen where the mask is."""
    through = (Modifier("MASK", "Privacy", mask=mask),)
    over = Setting("blend_type", "ALPHA_OVER")
    if method == "cover":
        return (Layer("Privacy Cover", "COLOR", frames, settings=(over, Setting("color", INK)), modifiers=through),)
    wide, tall = _fitted(canvas[0], block), _fitted(canvas[1], block)
    unseen = (over, Setting("blend_alpha", 0.0))
    small = (
        *unseen, Setting("transform.scale_x", wide / canvas[0]), Setting("transform.scale_y", tall / canvas[1]),
        Setting("transform.filter", "BOX"),
    )  # fmt: skip
    large = (
        *unseen, Setting("size_x", 0.0), Setting("size_y", 0.0), Setting("transform.scale_x", canvas[0] / wide),
        Setting("transform.scale_y", canvas[1] / tall), Setting("transform.filter", "NEAREST"),
    )  # fmt: skip
    blur = SMOOTH * block if method == "blur" else 0.0
    seen = (over, Setting("size_x", blur), Setting("size_y", blur))
    return (
        Layer("Privacy Small", "ADJUSTMENT", frames, settings=small),
        Layer("Privacy Blocks", "GAUSSIAN_BLUR", frames, inputs=("Privacy Small",), settings=large),
        Layer("Privacy Cover", "GAUSSIAN_BLUR", frames, inputs=("Privacy Blocks",), settings=seen, modifiers=through),
    )


def _fitted(side: int, block: float) -> int:
    """Blocks along a side of the frame, whole ones, as even or odd as its pixels: else half a pixel at the edge would stay uncovered."""
    count = max(1, round(side / block))
    return count + 1 if (side - count) % 2 else count
