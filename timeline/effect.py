"""The vocabulary of effects: what a planner may ask of pictures, all of it native data of Blender. Values only.

An effect is written, changed and taken away as a whole. Places are counted in pixels of the scene's picture, from its lower left corner,
as Blender counts them; angles in radians, anticlockwise; frames are the timeline's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .plan import Identity, Why
from .stage import Pose
from .timebase import FrameRange

Ease = Literal["BEZIER", "LINEAR", "CONSTANT"]
Value = float | int | bool | str | tuple[float, ...]


@dataclass(frozen=True)
class Key:
    """A keyframe; `ease` is how the curve goes on from it.

    `slope`, in units of the value a frame, is how the curve passes through it: its handles are ALIGNED, on that line, each a third of the
    way to the neighbouring key, so that the curve is a cubic of the frame. None: handles as Blender makes them (AUTO_CLAMPED).
    """

    frame: float
    value: float
    ease: Ease = "BEZIER"
    slope: float | None = None


@dataclass(frozen=True)
class Curve:
    """A property over time, at least one key. `path` counts from its owner ("transform.offset_x"); `index` is that of a vector's part."""

    path: str
    keys: tuple[Key, ...]
    index: int = -1


@dataclass(frozen=True)
class Setting:
    """A property that stands still. `path` as a `Curve`'s."""

    path: str
    value: Value


@dataclass(frozen=True)
class Modifier:
    """A modifier of a strip, of one of Blender's types ("COLOR_BALANCE", "CURVES", "MASK", …).

    `mask` is the name of a layer (its picture's brightness counts) or of a shape of the same effect, "" where it works everywhere.
    `points` are those of the curves of a CURVES modifier (combined, red, green, blue), each from (0, 0) to (1, 1); none: as it comes.
    """

    type: str
    name: str
    settings: tuple[Setting, ...] = ()
    curves: tuple[Curve, ...] = ()
    mask: str = ""
    points: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True)
class Outline:
    """A closed spline of a mask at some frames: each (frame, points), as many points each time, in 0..1 of the picture, from lower left."""

    steps: tuple[tuple[int, tuple[tuple[float, float], ...]], ...]
    feather: float = 0.0


@dataclass(frozen=True)
class Shape:
    """A mask datablock of Blender's, with keyframed splines."""

    name: str
    outlines: tuple[Outline, ...]


@dataclass(frozen=True)
class Layer:
    """A strip of its own, in a free channel above the strip the effect is about, and above the layers before it.

    `name` is known within the effect alone; the strip is named after it. `type` is Blender's ("ADJUSTMENT", "COLOR", "TEXT", "MOVIE",
    "IMAGE", "MASK", "SCENE", "CROSS", "GAUSSIAN_BLUR", "SPEED", …). `inputs` of an effect strip are names of layers before it, or of
    strips that stand. `file` is that of a MOVIE or IMAGE; the first frame shown is `first` of the file's. `shape` is that of a MASK,
    `scene` the name of the scene of a SCENE.

    A "COPY" is a second strip of the one in `inputs`, with all it has (rate, pose, crop, modifiers, keyframes): it shows over `frames` what
    that would show there, also beyond its handles. `settings` and `curves` come on top. `look` is the `Shown.look` it was planned for:
    when the strip looks otherwise, the copy is made anew.
    """

    name: str
    type: str
    frames: FrameRange
    inputs: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    curves: tuple[Curve, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    file: str = ""
    first: int = 0
    shape: str = ""
    scene: str = ""
    muted: bool = False
    """Not seen by itself, as what is used as a mask."""
    look: str = ""


@dataclass(frozen=True)
class Mark:
    """What a preview draws over the picture at `frame`: a box (left, bottom, right, top) in pixels, and what it is."""

    frame: int
    box: tuple[float, float, float, float]
    name: str
    kind: Literal["subject", "crop", "safe", "covered"] = "subject"


@dataclass(frozen=True)
class Effect:
    """Something done to the picture of `strip` over `frames`.

    `settings`, `curves` and `modifiers` are the strip's own; what they were before is remembered and given back. An effect that sets
    or keys properties of the strip itself is one for the whole strip, whatever shots are in it; those of layers alone may be one a shot.
    A property that somebody else keys is never taken from him: then the effect is left out, and that is said.
    """

    identity: Identity
    why: Why
    strip: str
    frames: FrameRange
    settings: tuple[Setting, ...] = ()
    curves: tuple[Curve, ...] = ()
    modifiers: tuple[Modifier, ...] = ()
    layers: tuple[Layer, ...] = ()
    shapes: tuple[Shape, ...] = ()
    marks: tuple[Mark, ...] = ()
    above_all: bool = False
    """Its layers go above every picture that is seen while it lasts, not only above `strip`."""
    picture: tuple[float, float] = (0.0, 0.0)
    pose: Pose | None = None
    """Of one that shares the strip's transform with another (`camera`): the size of its picture, and how that lay before."""
