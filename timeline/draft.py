"""The changes and the new ledger while a merge is made. Inside the merge only; what leaves it is `Changes`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .changes import Add, Changes, Remove, Update
from .ledger import Ledger, Record, dump
from .plan import Caption, CaptionStyle, Edit, Identity, Kind, Plan
from .state import CaptionRef
from .survey import Survey
from .timebase import FrameRange


@dataclass(frozen=True)
class Shown:
    """A text as it will stand: what it says with the times of its words, its frames and its look.

    `origin` is the record it followed until now ("" for a new one; another than `record` where the editor duplicated it), `thing` what
    stands of it. `styled`: the editor changed its look.
    """

    record: str
    origin: str
    edit: Caption
    frames: FrameRange
    look: CaptionStyle
    thing: CaptionRef | None = None
    styled: bool = False

    def distance(self, frames: FrameRange) -> int:
        """How far from these frames it stands."""
        return abs(frames.start - (self.thing.frames if self.thing is not None else self.frames).start)


class Draft:
    """Collects changes. The ledger's records are changed by id; those not mentioned stay as they are."""

    def __init__(self, survey: Survey, plan: Plan):
        self.survey = survey
        self.plan = plan
        self.adds: list[Add] = []
        self.updates: list[Update] = []
        self.removes: list[Remove] = []
        self.notices: list[str] = []
        self.kept = 0
        self.unchanged = 0
        self.records = {record.id: record for record in survey.ledger.records}
        self.open_holes: dict[str, list[FrameRange]] = {}
        """The frames of gaps that stay, by the strips beside them. Nothing can be cut there."""
        self.shown: list[Shown] = []
        """The texts this plan speaks of, where they have highlights or are to have them."""
        self.highlit = any(record.identity.kind == "highlight" for record in survey.ledger.records)
        self._next = survey.ledger.next
        self._joined: dict[str, str] = {}
        self._grown: dict[str, FrameRange] = {}
        self._media = set(plan.media)
        self._strips = set(plan.strips)

    def speaks_for(self, medium: str, kind: Kind, strips: tuple[str, ...]) -> bool:
        """Whether the plan decides about such an edit, shown through these strips (none: its part is nowhere to be seen)."""
        return (medium, kind) in self._media and (not strips or not self._strips or not self._strips.isdisjoint(strips))

    def covers(self, strips: tuple[str, ...]) -> bool:
        """Whether the plan was made for every one of these strips."""
        return not self._strips or self._strips.issuperset(strips)

    def join(self, left: str, right: str) -> None:
        """Notes that the removes make one strip of two, under the left one's name."""
        self._joined[right] = left

    def grow(self, strip: str, frames: FrameRange) -> None:
        """Notes that the removes make a strip cover these frames too."""
        here = self._grown.get(strip, frames)
        self._grown[strip] = FrameRange(min(here.start, frames.start), max(here.end, frames.end))

    def now(self, strip: str) -> str:
        """The name under which a strip goes on after the removes."""
        while strip in self._joined:
            strip = self._joined[strip]
        return strip

    def extents(self) -> dict[str, FrameRange]:
        """Name to frames of every strip with a medium, as it is after the removes."""
        found: dict[str, FrameRange] = {}
        for name, ref in self.survey.by_name.items():
            whole, known = self.now(name), self._grown.get(name, ref.frames)
            parts = (ref.frames, known, found.get(whole, ref.frames))
            found[whole] = FrameRange(min(part.start for part in parts), max(part.end for part in parts))
        return found

    def new_id(self) -> str:
        """The next record's id."""
        number, self._next = self._next, self._next + 1
        return str(number)

    def new_record(self, edit: Edit, anchor: int) -> Record:
        """A record of this edit, entered in the ledger; the caller adds what is special to the kind."""
        record = Record(self.new_id(), edit.identity, anchor=anchor)
        self.records[record.id] = record
        return record

    def enter(self, record: Record) -> None:
        """Puts a record, new or changed, into the ledger."""
        self.records[record.id] = record

    def show(self, text: Shown) -> None:
        """Notes a text that has highlights or is to have them."""
        if self.highlit or text.look.motion != "none":
            self.shown.append(text)

    def forget(self, record: Record) -> None:
        """Takes a record out of the ledger."""
        self.records.pop(record.id, None)

    def anchor(self, identity: Identity, strip: str, frame: int) -> int:
        """Where the beginning of `identity` lies through `strip`; `frame` where that is not known."""
        ref = self.survey.by_name.get(strip)
        return frame if ref is None or ref.source is None else ref.source.nearest_frame(identity.start)

    def changes(self) -> Changes:
        """Everything collected. Left to right, the order that is quickest to write."""
        survey = self.survey
        ledger = replace(survey.ledger, next=self._next, records=tuple(self.records.values()))
        nothing = not (self.adds or self.updates or self.removes) and _decisions(ledger) == _decisions(survey.ledger)
        text = survey.timeline.ledger if nothing else dump(ledger)
        return Changes(
            tuple(sorted(self.adds, key=lambda add: _order(add.edit))),
            tuple(self.updates),
            tuple(self.removes),
            text,
            self.kept,
            self.unchanged,
            (*self.plan.notices, *self.notices),
        )


def _decisions(ledger: Ledger) -> dict[str, str]:
    """What a ledger remembers but for where things lay: that may wait for the next run that writes something."""
    return {record.id: record.state for record in ledger.records}


def _order(edit: Edit) -> tuple[str, int]:
    frame = edit.frame if hasattr(edit, "frame") else edit.frames.start
    return type(edit).__name__, frame
