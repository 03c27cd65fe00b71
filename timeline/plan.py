"""The vocabulary of edits: what a planner may ask for. Values only; whoever writes them is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Literal, get_args

from ..ml.facts import Span, Word
from .faders import Fader, Layer
from .timebase import FrameRange

if TYPE_CHECKING:
    from .effect import Effect

if TYPE_CHECKING:
    from .effect import Effect

EffectKind = Literal["reframe", "privacy", "cutout", "grade", "transition", "emphasis", "attachment", "stabilise"]
"""What effects are for; one feature plans each (`effect.Effect`)."""
EFFECT_KINDS: tuple[EffectKind, ...] = get_args(EffectKind)
Kind = Literal[
    "cut", "gap", "marker", "caption", "label", "scene", "meta", "translation", "sound", "highlight", "volume", "beat", "note",
    "reframe", "privacy", "cutout", "grade", "transition", "emphasis", "attachment", "stabilise",
]  # fmt: skip
"""A "gap" is where something was cut out. A "scene" is a marker at the beginning of one, a "meta" a meta strip that holds one, a "volume"
how loud a sound strip is played, a "note" a marker that says what is known of the shot beginning there.

Text strips are of four kinds: a "caption" has the words that are said, a "translation" the same in another language (its identity is
that of the caption it translates, but for the kind), a "sound" tells what is heard besides ("[music]"), and a "highlight" lies over
a line of a caption and shows which of its words is being said.
"""
TextKind = Literal["caption", "translation", "sound"]
TEXT_KINDS: tuple[TextKind, ...] = get_args(TextKind)
"""What a planner plans as a `Caption`: each is merged by itself. Highlights follow from captions and are planned by nobody."""


Motion = Literal["none", "word", "sweep", "pop"]
"""How a caption shows what is being said: not at all, the word in another colour, all words up to it, or words that appear one by one."""


@dataclass(frozen=True, order=True)
class Identity:
    """What an edit is about, wherever its strip has gone since: a medium's content, the kind of edit, a source time.

    `start` and `end` are seconds in the medium's stream; a moment has both the same.
    """

    medium: str
    kind: Kind
    start: Fraction
    end: Fraction

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @cached_property
    def moments(self) -> tuple[str, str]:
        """`start` and `end` as they are stored. Made once, for the ledger and for the tag."""
        return str(self.start), str(self.end)


@dataclass(frozen=True)
class Why:
    """How sure (0..1) and for what reason, in plain words shown to the editor."""

    confidence: float
    reason: str


@dataclass(frozen=True)
class Cut:
    """Split `strip` and its `partners` so that `frame` is the first frame of the right half."""

    identity: Identity
    why: Why
    strip: str
    frame: int
    partners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Cut `frames` out of `strip`, and out of each of `partners` as far as it reaches into them. All that is left stays in its place.

    The identity is the part of the medium that is cut out. A strip is never cut out as a whole.
    """

    identity: Identity
    why: Why
    strip: str
    frames: FrameRange
    partners: tuple[str, ...] = ()

    @property
    def frame(self) -> int:
        """The first frame that is cut out."""
        return self.frames.start


@dataclass(frozen=True)
class Marker:
    """A timeline marker: of a shot or, where its identity's kind says so, of a scene or a beat, or a note. Kinds never meet in a merge."""

    identity: Identity
    why: Why
    frame: int
    name: str
    strip: str = ""
    """The strip whose picture it stands for: a hint which copy of the medium is meant."""


@dataclass(frozen=True)
class CaptionStyle:
    """The look of a caption, as native text-strip properties. Sizes and places are shares of the frame's height and width.

    `font` is a file, or the name of a font that Blender brings along; "" is the one it draws text strips in by itself. `position` is
    where the lower edge of the text stands (`anchor` "bottom"), its middle or its upper edge, and its left end, middle or right end
    (`alignment`). Widths and distances of outline, shadow and box are in Blender's own units; an `outline_width` of 0 suits the size of
    the letters. `motion` is for captions whose words have times; the others stand still.
    """

    font_size: float = 0.055
    position: tuple[float, float] = (0.5, 0.07)
    color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    outline: bool = True
    shadow: bool = False
    box: bool = False
    font: str = ""
    bold: bool = False
    italic: bool = False
    outline_color: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.9)
    outline_width: float = 0.0
    shadow_color: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.7)
    box_color: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.7)
    box_margin: float = 0.01
    anchor: Literal["bottom", "middle", "top"] = "bottom"
    alignment: Literal["left", "center", "right"] = "center"
    uppercase: bool = False
    motion: Motion = "none"
    highlight_color: tuple[float, float, float, float] = (1.0, 0.85, 0.0, 1.0)


@dataclass(frozen=True)
class Caption:
    """A text strip of one of the `TEXT_KINDS`, as its identity says. `words` keep their source times; newlines in `text` separate lines."""

    identity: Identity
    why: Why
    frames: FrameRange
    text: str
    words: tuple[Word, ...]
    style: CaptionStyle = CaptionStyle()
    strip: str = ""
    """The strip through which its first word is heard: a hint which copy of the medium is meant."""
    speaker: str = ""
    """Who says it, by the name the editor gave, "" where nobody knows."""

    @cached_property
    def said(self) -> str:
        """Its words with their times as its tag keeps them, a JSON list. Made once: the merge tells by it whether they changed."""
        # By hand, and `!s`: formatting a fraction takes ten times as long as `str`.
        return "[" + ",".join([f'[{quoted(w.text)},"{w.start!s}","{w.end!s}",{float(w.confidence)!r}]' for w in self.words]) + "]"


@dataclass(frozen=True)
class Highlight:
    """A text strip over one line of a caption, of which only what is being said is seen. Made by the merge, from captions.

    `caption` is the record of the caption, `over` the name of its strip ("" when it is written in the same run), `text` all of its
    text. `steps` are (frame, first, last): from that frame on, these characters of the line as it is drawn are seen.
    """

    identity: Identity
    why: Why
    frames: FrameRange
    text: str
    caption: str
    over: str
    line: int
    steps: tuple[tuple[int, int, int], ...]
    style: CaptionStyle = CaptionStyle()


@dataclass(frozen=True)
class Label:
    """A name and a colour tag for the piece of `strip` that covers `frames` (after the plan's cuts)."""

    identity: Identity
    why: Why
    strip: str
    frames: FrameRange
    name: str
    color_tag: str = "NONE"


@dataclass(frozen=True)
class Gather:
    """Put `strips`, which fill `frames` and reach beyond them nowhere, into one meta strip."""

    identity: Identity
    why: Why
    strips: tuple[str, ...]
    frames: FrameRange
    name: str


@dataclass(frozen=True)
class Volume:
    """A layer of factors by which `strip`, which covers `frames`, is played louder or softer than the editor set it.

    `points` are (frame, factor), straight in between; one point: the same all along. `fader` is what comes of all layers together: the
    merge fills it in.
    """

    identity: Identity
    why: Why
    strip: str
    frames: FrameRange
    layer: Layer
    points: tuple[tuple[int, float], ...]
    fader: Fader | None = None


Edit = Cut | Gap | Marker | Caption | Highlight | Label | Gather | Volume


@dataclass(frozen=True)
class Plan:
    """What ought to stand on the timeline. `notices` are sentences for the user (a strip left out, and why).

    `media` says which kinds of edits of which media this plan speaks for, and `strips` through which strips (none: all):
    earlier edits of other kinds, media or strips are not its concern. `met` are wishes that stand on the timeline already,
    such as a cut where two pieces meet. `layers` are those of volumes that it decides about. A plan that `adds` speaks of effects
    only for those with the very identities of its own, and those within one of `leaves`: all others stay.
    """

    edits: tuple[Edit, ...] = ()
    notices: tuple[str, ...] = ()
    media: tuple[tuple[str, Kind], ...] = ()
    strips: tuple[str, ...] = ()
    met: tuple[Edit, ...] = ()
    layers: tuple[Layer, ...] = ()
    effects: tuple[Effect, ...] = ()
    adds: bool = False
    leaves: tuple[Identity, ...] = ()

    def __add__(self, other: Plan) -> Plan:
        return Plan(
            self.edits + other.edits,
            self.notices + other.notices,
            self.media + other.media,
            tuple(dict.fromkeys(self.strips + other.strips)),
            self.met + other.met,
            tuple(dict.fromkeys(self.layers + other.layers)),
            self.effects + other.effects,
            self.adds or other.adds,
            self.leaves + other.leaves,
        )
