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


@dataclass(frozen=True)
class Item:
    """A strip of any kind. `name` is unique in the scene; `kind` is Blender's own type ("MOVIE", "CROSS", "META").

    `frames` is the visible part, `content` all it could show without holding a picture. `inputs` are the strips an effect works on,
    in order. `partners` are cut with it (as `StripRef.partners`). `held` says why it must not be changed ("" when it may): it, or
    its channel, is locked. `whole` says why it cannot be split ("" when it can), in words a user reads.
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
    """What is to go: `frames` of `strips` (those that are meant; their partners go along). `keep` frames of it stay, from its beginning
    half and its end half, where it is to be shortened; `speed` above 1 plays all of it that much faster instead."""

    frames: FrameRange
    strips: tuple[str, ...]
    keep: int = 0
    speed: Fraction = Fraction(1)


@dataclass(frozen=True)
class Piece:
    """A part of `item` that stays: what it showed in `frames` of the old timeline stands from `start` on in `channel`.

    `speed` above 1: it is played that much faster and takes `length` frames there.
    """

    item: str
    frames: FrameRange
    start: int
    channel: int
    muted: bool = False
    speed: Fraction = Fraction(1)

    @property
    def length(self) -> int:
        return -(-self.frames.length * self.speed.denominator // self.speed.numerator)


@dataclass(frozen=True)
class Join:
    """Where two parts that were apart meet now: `frame` is the first of the later one. `items` are the strips that sound on a side."""

    frame: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Rearrangement:
    """What is to stand where. Every item that changes is named in `pieces`, with all that is left of it in order of time, or in `gone`.

    An effect with inputs follows them: it is split where they are, moves with them and goes with them, and need not be named but where
    it goes alone. A transition whose inputs no longer meet under all of it goes too. Pieces of a text, a colour or any other strip that
    shows one picture become one strip where they meet again in a channel. Nothing may come to stand where something else stays.

    `marks` are (index, new frame), None where the moment it stood at is gone. `moves` say where what is bound to no strip goes, such as
    the scene's own keyframes: (old frames, shift), in order, without overlap; a frame in none of them is gone. Empty: nothing moves.
    `frames` is the scene's range afterwards, None where it stays. `notices` are sentences for the user.
    """

    pieces: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()
    marks: tuple[tuple[int, int | None], ...] = ()
    moves: tuple[tuple[FrameRange, int], ...] = ()
    joins: tuple[Join, ...] = ()
    frames: FrameRange | None = None
    notices: tuple[str, ...] = ()
