"""What stands on the timeline, as values: read once, compared, planned with, and never holding a Blender object."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ..ml.facts import Span, Word
from .faders import Fader
from .plan import Identity
from .timebase import FrameRange, SourceMap

StripKind = Literal["MOVIE", "SOUND", "OTHER"]


@dataclass(frozen=True)
class Tag:
    """The hint an earlier run left on a strip or marker. Splits and duplicates copy it, so it names a record, not a thing.

    `record` is the ledger's key; `scene` the stamp of the scene whose ledger that is. `identity` says what it was about even
    where that ledger is not at hand (pasted from another scene).
    """

    scene: str
    record: str
    kind: str
    confidence: float
    reason: str
    words: tuple[Word, ...] = ()
    identity: Identity | None = None
    text: str = ""
    """The text of a strip that holds it otherwise, so that it is seen so (`visual`); "" where the two are the same."""


@dataclass(frozen=True)
class StripRef:
    """A strip with a medium, in the sequence that is being edited (the open meta strip, or the scene's own). Layers of effects are none.

    `name` is unique in the scene. `frames` is the visible part only. `source` maps its frames to the stream's seconds; it
    is None where that map is not known for certain, and `unmapped` then says why in words a user reads ("it is retimed").
    `medium` is the content fingerprint, "" when the file cannot be read (`unmapped` says so).
    `partners` are the names of the strips that are cut with it: connected strips where Blender tells (5.2), else the
    strips of the other kind that show the same medium over the same range. `feeds` are the effects it is an input of.
    `held` says why the strip must not be changed ("" when it may): it, or its channel, is locked.
    """

    name: str
    kind: StripKind
    path: str
    medium: str
    channel: int
    frames: FrameRange
    source: SourceMap | None
    content: Span | None = None
    """The stream's whole extent in seconds as Blender sees it, where it tells."""
    unmapped: str = ""
    held: str = ""
    muted: bool = False
    selected: bool = False
    active: bool = False
    partners: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    tag: Tag | None = None
    color_tag: str = "NONE"
    volume: Fader | None = None
    """How loud a sound strip is played, None for a picture."""
    note: str = ""
    """What the user should know about `source` though it is used, "" when nothing: how exact it is where Blender hides a rate."""
    beneath: SourceMap | None = None
    """What `source` would be without the speed strips that Emphasise wrote over it; None where there are none. While they stand nobody
    else may count on any map: another picture is seen."""

    @property
    def visible(self) -> Span:
        """The part of the stream that is seen or heard. Needs `source`."""
        assert self.source is not None, self.unmapped
        return Span(self.source.seconds(self.frames.start), self.source.seconds(self.frames.end))


@dataclass(frozen=True)
class Picture:
    """A picture that is no film: an image, a scene, a meta strip, a colour.

    `ref` is of kind OTHER and has no medium; its source counts the seconds of its content, None where that is not shown as it goes on.
    `extent` are the frames at which it has a picture of its own, were nothing hidden by handles: of a still, ever. `changes` are the
    frames at which something begins, ends or is held inside. `inside` are the films and sounds in it, at the frames of this timeline at
    which they are seen and heard through it, films also some seconds beyond. `solid`: nothing below shines through, as far as is known.
    `shows` and `look` are digests, for comparison only: what it shows, and all that is in it.
    """

    ref: StripRef
    extent: FrameRange
    changes: tuple[int, ...] = ()
    inside: tuple[StripRef, ...] = ()
    solid: bool = False
    shows: str = ""
    look: str = ""


@dataclass(frozen=True)
class MarkerRef:
    """A timeline marker. Names are not unique; `index` tells markers of one reading apart."""

    index: int
    name: str
    frame: int
    tag: Tag | None = None
    camera: str = ""
    """The camera an editor bound to it: it then switches cameras, and is his."""


@dataclass(frozen=True)
class CaptionRef:
    """A text strip, an earlier run's or the editor's own."""

    name: str
    text: str
    channel: int
    frames: FrameRange
    style: str
    """A digest of everything about its look, for comparison only."""
    held: str = ""
    tag: Tag | None = None
    muted: bool = False

    @property
    def kind(self) -> str:
        """Its kind of text (`plan.Kind`), "" for a strip that no run wrote."""
        return self.tag.kind if self.tag is not None else ""


@dataclass(frozen=True)
class Timeline:
    """One reading of the sequence that is being edited. `occupied` are the (channel, range) of everything that stands in it."""

    scene: str
    stamp: str
    rate: Fraction
    frames: FrameRange
    strips: tuple[StripRef, ...]
    captions: tuple[CaptionRef, ...] = ()
    markers: tuple[MarkerRef, ...] = ()
    occupied: tuple[tuple[int, FrameRange], ...] = ()
    stills: tuple[tuple[int, FrameRange], ...] = ()
    """The (channel, range) of every picture that is seen and no movie: images, colours, scenes, clips, masks and meta strips."""
    held_channels: tuple[int, ...] = ()
    muted_channels: tuple[int, ...] = ()
    ledger: str = ""
    """The ledger's JSON, "" where there is none yet. Each sequence (the scene's own, every meta strip's) keeps its own."""
    size: tuple[int, int] = (0, 0)
    """Width and height of the scene's pictures in pixels."""
    corrections: str = ""
    """What the editor said of boundaries himself (`corrections.dump`), kept beside the ledger."""
    pictures: tuple[Picture, ...] = ()
    """Pictures that are no films, where a feature wants them (`read_pictures`)."""

    @property
    def beside(self) -> tuple[StripRef, ...]:
        """The pictures that are no films, and the films and sounds in them: no strips that could be cut here."""
        return tuple(ref for one in self.pictures for ref in (one.ref, *one.inside))

    @property
    def unwarped(self) -> Timeline:
        """As it would be without the speed strips that Emphasise wrote."""
        if not any(strip.beneath for strip in self.strips):
            return self
        return replace(self, strips=tuple(without_warp(strip) for strip in self.strips))

    def strip(self, name: str) -> StripRef:
        """Raises KeyError when no strip with a medium has this name."""
        for strip in self.strips:
            if strip.name == name:
                return strip
        raise KeyError(name)


def without_warp(strip: StripRef) -> StripRef:
    """A strip as it would be without the speed strips that Emphasise wrote over it."""
    return replace(strip, source=strip.beneath, unmapped="") if strip.beneath is not None else strip
