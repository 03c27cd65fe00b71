"""What the merge asks the writer to do: the difference between a plan and what stands on the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .faders import Fader
from .plan import Edit, Kind
from .timebase import FrameRange


@dataclass(frozen=True)
class Hole:
    """Where something was cut out of one channel, and the strips beside it: "" on a side where none was left."""

    frames: FrameRange
    left: str
    right: str


@dataclass(frozen=True)
class Add:
    """Something new. `record` is the ledger's key, written into the tag."""

    record: str
    edit: Edit


@dataclass(frozen=True)
class Update:
    """Change `fields` ("frames", "text", "style", "name", "frame", "words", "why", "volume") of what an earlier run wrote, and no others.
    For a label "style" is the colour tag.

    `target` is a strip's name, or the index of a marker as text. The tag is rewritten with `record` whatever the fields: a
    copy the editor made with its strip gets a record of its own, and then there may be no field to change at all.
    """

    record: str
    target: str
    edit: Edit
    fields: frozenset[str]


@dataclass(frozen=True)
class Remove:
    """Take away what an earlier run wrote and nobody changed since.

    For a caption or marker, `target` is as in `Update`. For a cut it is the name of the strip left of it and `frame` the cut:
    the writer joins it with its right neighbour, and each of `partners` (the sound left of the cut) with its own.
    For a gap the writer fills each of `holes`, of the pictures first: the left strip goes on to where the right one ends, and
    where there is no right or no left one, the other goes on over the hole. `frame` is the first frame of the hole.
    For a label the strip gets `name` and `color_tag` back, for a volume `fader`.
    """

    record: str
    kind: Kind
    target: str
    frame: int = 0
    partners: tuple[str, ...] = ()
    name: str = ""
    color_tag: str = "NONE"
    holes: tuple[Hole, ...] = ()
    fader: Fader | None = None


@dataclass(frozen=True)
class Changes:
    """What to do, in this order: removes (cuts and gaps from right to left, so that names hold), updates, adds.

    Strip names in adds are those that are left after the removes.
    `ledger` is the JSON to store once everything is written; the writer first adds the digests of the looks it made
    (`ledger.with_styles`). `kept` counts what the editor changed and a run left alone.
    """

    adds: tuple[Add, ...] = ()
    updates: tuple[Update, ...] = ()
    removes: tuple[Remove, ...] = ()
    ledger: str = ""
    kept: int = 0
    unchanged: int = 0
    notices: tuple[str, ...] = ()

    @cached_property
    def added(self) -> dict[type, list[Add]]:
        """The additions by the type of their edit, each in order."""
        found: dict[type, list[Add]] = {}
        for add in self.adds:
            kind = type(add.edit)
            if kind in found:
                found[kind].append(add)
            else:
                found[kind] = [add]
        return found

    def __bool__(self) -> bool:
        return bool(self.adds or self.updates or self.removes)
