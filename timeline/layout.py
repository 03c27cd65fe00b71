"""Everything that stands in a sequence, and where all of it is to stand: values for edits that move what they do not touch.

`state.Timeline` knows what a medium plays and is for runs that merge. A `Layout` knows every strip, whatever it is, and is for edits
that an editor asks for once: parts cut out, closed up, put elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from .timebase import FrameRange

Ripple = Literal["all", "selected", "lift", "copy"]
"""What follows when something is cut out: everything in unlocked channels moves up; the strips that are meant alone move up; nothing
moves, which leaves holes; everything moves up, and what was cut out is kept muted in channels of its own."""

TRANSITIONS = frozenset({"CROSS", "GAMMA_CROSS", "WIPE"})
"""The effects that lead from one strip to another, over the frames the two share. Blender refuses to split within them."""


@dataclass(frozen=True)
class Item:
    """A strip of any kind. `name` is unique in the scene; `kind` is Blender's own type ("MOVIE", "CROSS", "META").

    `frames` is the visible part, `content` all it could show without holding a picture: one frame for a single image. `inputs` are the
    strips an effect works on, in order. `partners` are cut with it (as `StripRef.partners`). `held` says why it must not be changed (""
    when it may): it, or its channel, is locked. `whole` says why it cannot be split ("" when it can), in words a user reads: "it is
    retimed".
    """

    name: str
    kind: str
    channel: int
    frames: FrameRange
    content: FrameRange
    inputs: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    held: str = ""
    whole: str = ""
    muted: bool = False
    selected: bool = False
    sounds: bool = False
    """It can be heard: a sound, or what a scene or a meta strip brings along."""
    lasting: bool = False
    """It shows one thing for as long as it is: a text, a colour, an adjustment, one picture."""
    steady: str = ""
    """Why it cannot be played faster ("" when it can, or need not be: what lasts, and effects with inputs), in words a user reads."""


@dataclass(frozen=True)
class Mark:
    """A timeline marker; `index` tells markers of one reading apart."""

    index: int
    frame: int
    name: str = ""
    camera: bool = False


@dataclass(frozen=True)
class Layout:
    """One reading of the open sequence. `items` in Blender's order; `frames` is the scene's range; `playhead` the current frame."""

    scene: str
    rate: Fraction
    frames: FrameRange
    items: tuple[Item, ...]
    marks: tuple[Mark, ...] = ()
    held_channels: tuple[int, ...] = ()
    playhead: int = 1


@dataclass(frozen=True)
class Cutout:
    """What is to go: `frames` of `strips` (those that are meant; their partners go along; none: all that may be changed there).

    `keep` frames of it stay, from its beginning half and its end half, where it is to be shortened; `speed` above 1 plays all of it
    that much faster instead.
    """

    frames: FrameRange
    strips: tuple[str, ...]
    keep: int = 0
    speed: Fraction = Fraction(1)


@dataclass(frozen=True)
class Piece:
    """A part of `item` that stays: what it showed in `frames` of the old timeline stands from `start` on in `channel`.

    `more`: further parts of the old timeline that follow at once in the same strip. Only what shows the same all along has them (texts,
    colours, adjustment layers, single images): such strips become shorter and are not split. Keyframes go with the part they stand in.
    `speed` above 1: `frames` are played that much faster and take `length` frames. It is the exact ratio of the two, near what was asked
    for, so that what follows stands at a whole frame.

    The pieces of an effect with inputs follow from theirs: each works on the one piece of each input that holds the same old frames.
    They say what will be, for Blender takes an effect's range from its inputs.
    """

    item: str
    frames: FrameRange
    start: int
    channel: int
    muted: bool = False
    speed: Fraction = Fraction(1)
    more: tuple[FrameRange, ...] = ()

    @property
    def parts(self) -> tuple[FrameRange, ...]:
        """The old frames that are shown, in the order in which they are."""
        return (self.frames, *self.more)

    @property
    def length(self) -> int:
        shown = sum(part.length for part in self.parts)
        return -(-shown * self.speed.denominator // self.speed.numerator)

    @property
    def stands(self) -> FrameRange:
        return FrameRange(self.start, self.start + self.length)


@dataclass(frozen=True)
class Move:
    """Where what is bound to no strip goes: old frame x stands at `start + (x - frames.start) / speed`.

    The first and the last of a row may reach from or to `EVER`.
    """

    frames: FrameRange
    start: int
    speed: Fraction = Fraction(1)


EVER = FrameRange(-(2**31), 2**31)
"""Farther than Blender's frames reach."""


@dataclass(frozen=True)
class Join:
    """A cut that can be heard: `frame` is the first of the later part, `items` are the strips of the old timeline that sound on a side.

    A piece that ends at `frame` or starts there may click. Where holes are left, one side is silent.
    """

    frame: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Rearrangement:
    """What is to stand where. Every item that changes is named in `pieces`, with all that is left of it in order of old time, or in `gone`.

    A muted piece of an item that is not muted is a copy of what was cut out. `marks` are (index, new frame) of those that move, None where
    the moment one stood at is gone. `moves` say where what is bound to no strip goes, such as the scene's own keyframes: in order of old
    time, without overlap; a frame in none of them is gone. Empty: nothing moves. `frames` is the scene's range afterwards, None where it
    stays. `notices` are sentences for the user.
    """

    pieces: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    marks: tuple[tuple[int, int | None], ...] = ()
    moves: tuple[Move, ...] = ()
    joins: tuple[Join, ...] = ()
    frames: FrameRange | None = None
    notices: tuple[str, ...] = ()
