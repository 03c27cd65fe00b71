"""What a cut-out is made of on the timeline: the matte beneath a mask, and what stands in the background's place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..ml.mattes import Line, Matte
from ..ml.styles import Styled
from .effect import Curve, Key, Layer, Modifier, Outline, Setting, Shape
from .picture_way import Poses, Way
from .stage import Pose, Shown
from .timebase import FrameRange

Background = Literal["transparent", "blur", "colour", "strip", "text"]
MATTE = "Matte"
MASK = "Cut Out"
_PLACES = (
    ("offset_x", "offset", 0),
    ("offset_y", "offset", 1),
    ("scale_x", "scale", 0),
    ("scale_y", "scale", 1),
    ("rotation", "rotation", None),
)
_CROPS = ("crop.min_x", "crop.max_x", "crop.min_y", "crop.max_y")
BLUR = 0.06
"""Of the frame's height: how far a background is blurred at full strength."""
STILL = 1e-4
"""What a keyframe may lie off the way between its neighbours and be left out."""


@dataclass(frozen=True)
class CutoutOptions:
    """`background` takes the place of all that is not cut out; `strip`, `text` and `colour` are what it is then.

    `strength` 0..1: how much of that is seen. `outlines`: masks with splines to be changed by hand, instead of a matte film. `size` is that
    of a text, as a share of the frame's height.
    """

    background: Background = "transparent"
    strip: str = ""
    text: str = ""
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    strength: float = 1.0
    outlines: bool = False
    size: float = 0.28


def opened(strength: float, turned: bool) -> tuple[Modifier, ...]:
    """What makes a matte let the background through by less than all, or lets through what is not cut out (`turned`)."""
    low, high = ((0.0, strength), (1.0, 0.0)) if turned else ((0.0, 1.0 - strength), (1.0, 1.0))
    if (low, high) == ((0.0, 0.0), (1.0, 1.0)):
        return ()
    return (Modifier("CURVES", "Turned" if turned else "Strength", points=((low, high),)),)


def excepted(frames: FrameRange, parts: Sequence[FrameRange]) -> tuple[Modifier, ...]:
    """What makes a matte white all over in these parts of its frames, so that nothing is cut out there."""
    if not parts:
        return ()
    keys = {frames.start: 0.0}
    for part in parts:
        keys[part.start] = 100.0
        if part.end < frames.end:
            keys[part.end] = 0.0
    bright = Curve("bright", tuple(Key(frame, value, "CONSTANT") for frame, value in sorted(keys.items())))
    return (Modifier("BRIGHT_CONTRAST", "Left Out", curves=(bright,)),)


def film(
    matte: Matte | Styled, first: int, frames: FrameRange, shown: Shown, poses: Poses | None, modifiers: tuple[Modifier, ...]
) -> Layer:  # fmt: skip
    """The matte film, lying in the frame as the picture does. `first` of its frames is shown first."""
    across, down = shown.size[0] / matte.width, shown.size[1] / matte.height
    settings = [Setting("blend_type", "REPLACE"), Setting("transform.origin", shown.pose.origin)]
    curves: list[Curve] = []
    for name, part, index in _PLACES:
        factor = {"scale_x": across, "scale_y": down}.get(name, 1.0)
        settings.append(Setting(f"transform.{name}", _of(shown.pose, part, index) * factor))
        if poses is not None:
            keys = [(frame, _of(_at(poses, frame), part, index) * factor) for frame in range(frames.start, frames.end)]
            if max(value for _, value in keys) - min(value for _, value in keys) > STILL:
                curves.append(Curve(f"transform.{name}", _few(keys)))
            else:
                settings[-1] = Setting(f"transform.{name}", keys[0][1])
    sides = (1 / across, 1 / across, 1 / down, 1 / down)
    settings += [Setting(path, round(crop * side)) for path, crop, side in zip(_CROPS, shown.pose.crop, sides, strict=True) if crop]
    for path, flipped in zip(("use_flip_x", "use_flip_y"), shown.pose.mirrored, strict=True):
        settings += [Setting(path, True)] if flipped else []
    return Layer(
        MATTE, "MOVIE", frames, settings=tuple(settings), curves=tuple(curves), modifiers=modifiers, file=matte.path, first=first,
        muted=True,
    )  # fmt: skip


def drawn(
    matte: Matte,
    first: int,
    frames: FrameRange,
    shown: Shown,
    poses: Poses | None,
    canvas: tuple[int, int],
    modifiers: tuple[Modifier, ...],
) -> tuple[Shape, Layer]:
    """The outlines as a mask of Blender's and the strip that shows it."""
    way = Way(shown, canvas, poses)
    outlines = tuple(one for line in matte.lines if (one := _outline(line, first, frames, way, canvas)) is not None)
    layer = Layer(MATTE, "MASK", frames, settings=(Setting("blend_type", "REPLACE"),), modifiers=modifiers, shape=MASK, muted=True)
    return Shape(MASK, outlines), layer


def _outline(line: Line, first: int, frames: FrameRange, way: Way, canvas: tuple[int, int]) -> Outline | None:
    """A line over the frames it is there, drawn together to a point before and after."""
    import numpy as np

    numbers = np.array([frames.start + key - first for key, _ in line.keys])
    if numbers[-1] < frames.start or numbers[0] >= frames.end:
        return None
    points = np.array([shape for _, shape in line.keys], float)
    places = np.einsum("nij,npj->npi", way.of(numbers), np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=2))
    places /= np.array(canvas, float)
    steps: list[tuple[int, tuple[tuple[float, float], ...]]] = []
    before, after = int(numbers[0]) - 1, int(numbers[-1]) + 1
    if before >= frames.start:
        steps.append((before, _point(places[0])))
    steps += [(int(number), tuple((float(x), float(y)) for x, y in row)) for number, row in zip(numbers, places, strict=True)]
    if after < frames.end:
        steps.append((after, _point(places[-1])))
    return Outline(tuple(steps))


def _point(row: object) -> tuple[tuple[float, float], ...]:
    import numpy as np

    places = np.asarray(row)
    x, y = places.mean(axis=0)
    return ((float(x), float(y)),) * len(places)


def background(options: CutoutOptions, frames: FrameRange, canvas: tuple[int, int]) -> tuple[Layer, ...]:
    """The layers that stand where nothing is cut out, above the picture; none where that becomes transparent."""
    over = Setting("blend_type", "ALPHA_OVER")
    mask = (Modifier("MASK", MASK, mask=MATTE),)
    if options.background == "blur":
        size = options.strength * BLUR * canvas[1]
        blurred = (over, Setting("size_x", size), Setting("size_y", size))
        return (
            Layer("Picture", "ADJUSTMENT", frames),
            Layer("Blurred Background", "GAUSSIAN_BLUR", frames, ("Picture",), blurred, modifiers=mask),
        )
    if options.background == "colour":
        return (Layer("Background", "COLOR", frames, settings=(over, Setting("color", options.colour)), modifiers=mask),)
    if options.background == "text":
        look = (
            over, Setting("text", options.text), Setting("font_size", max(1.0, round(options.size * canvas[1]))),
            Setting("location", (0.5, 0.5)), Setting("wrap_width", 0.0), Setting("color", (*options.colour, 1.0)),
        )  # fmt: skip
        return (Layer("Text Behind", "TEXT", frames, settings=look, modifiers=mask),)
    if options.background == "strip":
        still = (over, Setting("size_x", 0.0), Setting("size_y", 0.0))
        return (Layer("Background", "GAUSSIAN_BLUR", frames, (options.strip,), still, modifiers=mask),)
    return ()


def _of(pose: Pose, part: str, index: int | None) -> float:
    value = getattr(pose, part)
    return float(value if index is None else value[index])


def _at(poses: Poses, frame: int) -> Pose:
    return poses[1][min(max(frame - poses[0], 0), len(poses[1]) - 1)]


def _few(keys: Sequence[tuple[int, float]]) -> tuple[Key, ...]:
    """Straight from key to key: those that lie on the way between their neighbours are left out."""
    kept = [keys[0]]
    for before, here, after in zip(keys, keys[1:], keys[2:], strict=False):
        if abs(here[1] - (before[1] + after[1]) / 2) > STILL:
            kept.append(here)
    kept.append(keys[-1])
    return tuple(Key(frame, value, "LINEAR") for frame, value in dict(kept).items())
