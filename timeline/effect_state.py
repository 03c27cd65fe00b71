"""What stands of effects on the timeline, as values: looks, keyframes and modifiers of strips. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .effect import Value
from .timebase import FrameRange

Point = tuple[float, float, str]
"""A keyframe: frame, value, and how the curve passes through it, in a form for comparison only."""


@dataclass(frozen=True)
class Moving:
    """An animation curve. `path` counts from the strip ("transform.offset_x"); `index` is 0 for what has no parts."""

    path: str
    index: int
    points: tuple[Point, ...]


@dataclass(frozen=True)
class SeenModifier:
    """`look` is a digest of its properties that stand still, and are not as Blender makes them."""

    name: str
    type: str
    look: str
    curves: tuple[Moving, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A strip. `look` is as a modifier's, of the strip alone; `shows` says where its content begins, with what is trimmed off.

    `values` are the properties that were asked for, by path; `driven` those that a driver moves. `record` and `part` are what the tag of
    a layer says: the record it belongs to, and its name in the effect. `feeds` are the strips that it is an input or the mask of.
    """

    name: str
    kind: str
    channel: int
    frames: FrameRange
    look: str = ""
    shows: tuple[float, ...] = ()
    held: str = ""
    muted: bool = False
    record: str = ""
    part: str = ""
    inputs: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    curves: tuple[Moving, ...] = ()
    driven: frozenset[str] = frozenset()
    modifiers: tuple[SeenModifier, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)

    def curve(self, path: str, index: int) -> Moving | None:
        return next((one for one in self.curves if one.path == path and one.index == max(0, index)), None)

    def modifier(self, name: str) -> SeenModifier | None:
        return next((one for one in self.modifiers if one.name == name), None)


@dataclass(frozen=True)
class Scenery:
    """The strips that an effect is or could be about, and the masks, each with a digest. `held` says why nothing may be animated."""

    strips: Mapping[str, Seen]
    masks: Mapping[str, str] = field(default_factory=dict)
    held: str = ""


def digest(what: object) -> str:
    """The same for the same value, in every Blender."""
    return hashlib.blake2b(repr(what).encode(), digest_size=9).hexdigest()


def plain(value: Value) -> Value:
    """A value as it is compared and stored: floating point as Blender keeps it, to six digits."""
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, tuple):
        return tuple(_rounded(part) for part in value)
    return _rounded(value)


def _rounded(number: float) -> float:
    return float(f"{number:.6g}") + 0.0


def digest_of_value(value: Value | None) -> str:
    """Whole numbers and floating point of one value are alike: Blender may keep either."""
    known = plain(value) if value is not None else None
    return digest(float(known) if isinstance(known, int) else known)


def digest_of_curve(curve: Moving, base: int) -> str:
    return digest([(round(frame - base, 3), plain(value), how) for frame, value, how in curve.points])


def digest_of_curves(curves: Iterable[Moving], base: int) -> str:
    return digest(sorted((one.path, one.index, digest_of_curve(one, base)) for one in curves))


def digest_of_modifier(modifier: SeenModifier, base: int) -> str:
    return digest((modifier.type, modifier.look, digest_of_curves(modifier.curves, base)))


def digest_of_layer(strip: Seen, base: int) -> str:
    """All of a strip but its name, its channel and its length. `base` is the frame where it, or the first of its pieces, begins."""
    shows = [round(one - base, 3) if not number else one for number, one in enumerate(strip.shows)]
    modifiers = [digest_of_modifier(one, base) for one in strip.modifiers]
    return digest((strip.kind, strip.look, strip.muted, shows, len(strip.inputs), digest_of_curves(strip.curves, base), modifiers))
