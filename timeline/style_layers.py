"""Films in another style as layers: which strips need which, which of those there are serve them, how they lie over their strip. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from ..ml.mattes import Grid
from ..ml.styles import Styled, StyleOptions, StyleWanted, serving
from .cutout_layers import film
from .cutout_wanted import grid_of, joined, place
from .effect import Curve, Layer, Modifier, Setting
from .grading import SATURATION
from .stage import Shown
from .state import StripRef
from .timebase import FrameRange

STYLE = "Style"
OFF_SHAPE = 0.02
"""How far the proportions of a film and of the picture as Blender shows it may differ."""


def wanted(
    strips: Sequence[StripRef], there: Iterable[Styled], options: StyleOptions, folders: Mapping[str, str]
) -> tuple[StyleWanted, ...]:  # fmt: skip
    """The films that are still to be made for these strips; one for pieces that lie near each other in their medium."""
    there = tuple(there)
    groups: dict[tuple[str, Fraction, Fraction, float, int], list[tuple[StripRef, Grid]]] = defaultdict(list)
    for strip in strips:
        grid = grid_of(strip)
        if grid is not None and serving(there, strip.medium, grid, options) is None:
            groups[strip.medium, grid.rate, grid.pictures, grid.step, grid.shift].append((strip, grid))
    return tuple(
        StyleWanted(strip.path, strip.medium, folders[strip.medium], grid, options)
        for several in groups.values()
        for strip, grid in joined(several)
    )


def served(strips: Sequence[StripRef], there: Iterable[Styled], options: StyleOptions) -> dict[str, Styled]:
    """The film that serves each strip, by its name; those that none serves are left out."""
    there = tuple(there)
    grids = {strip.name: (strip.medium, grid) for strip in strips if (grid := grid_of(strip)) is not None}
    found = {name: serving(there, medium, grid, options) for name, (medium, grid) in grids.items()}
    return {name: one for name, one in found.items() if one is not None}


def refused(styled: Styled | None, shown: Shown | None, concealed: bool) -> str:
    """Why a strip gets no style, "" where it may. `concealed`: parts of its picture are covered or cut out."""
    if concealed:
        return "what is covered or cut out in it would be seen in the film painted in that style. Remove that first"
    if styled is None:
        return "there is no film of it in this style. Press Grade to have it made"
    if shown is None or not all(shown.size):
        return "how its picture lies in the frame is not known"
    if abs(shown.size[0] * styled.height / (shown.size[1] * styled.width) - 1) > OFF_SHAPE:
        return "Blender shows its picture in other proportions than the film in that style has"
    if any(path.startswith(("transform.", "crop.")) for path in shown.keyed):
        return "it is moved by keyframes, which the film in that style would not follow"
    return ""


def layer(
    strip: StripRef, styled: Styled, shown: Shown, frames: FrameRange, strength: float, settings: Sequence[Setting],
    curves: Sequence[Curve], modifiers: tuple[Modifier, ...],
) -> Layer:  # fmt: skip
    """The film over a part of its strip, graded as that is (`settings`, `curves`, `modifiers`)."""
    first = place(strip, frames.start) - styled.grid.first
    late = max(0, -first)
    frames, first = FrameRange(min(frames.end - 1, frames.start + late), frames.end), first + late
    laid = film(styled, first, frames, shown, None, modifiers)
    kept = tuple(one for one in laid.settings if one.path != "blend_type")
    mixed = [Setting("blend_type", "ALPHA_OVER"), Setting("blend_alpha", strength)]
    if shown.saturation != 1 and SATURATION not in {*(one.path for one in settings), *(one.path for one in curves)}:
        mixed.append(Setting(SATURATION, shown.saturation))
    return replace(laid, name=STYLE, muted=False, settings=(*mixed, *kept, *settings), curves=(*laid.curves, *curves))
