"""Parts of a medium that were cut out, as they are now: still open, filled or closed by the editor, or put back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from .changes import Hole
from .joints import alike, same_names
from .lanes import Ground
from .ledger import Record
from .pairing import pair
from .places import Place, goes_on
from .plan import Identity
from .standing import Claim
from .state import StripRef
from .survey import Survey
from .timebase import FrameRange

BOTH, LEFT, RIGHT = "both", "left", "right"
_MARGIN = Fraction(1, 5)


def bite(extent: FrameRange, gap: FrameRange) -> tuple[FrameRange, str] | None:
    """What a gap takes out of a strip, and on which sides something is left.

    None where it does not reach the strip, or nothing would be left of it.
    """
    start, end = max(extent.start, gap.start), min(extent.end, gap.end)
    left, right = extent.start < gap.start, gap.end < extent.end
    if start >= end or not (left or right):
        return None
    return FrameRange(start, end), BOTH if left and right else LEFT if left else RIGHT


@dataclass(frozen=True)
class Opening:
    """Where a part of a medium is, or would be if it were there. `shows` are the strips that show some of it.

    `left` ends where it begins and `right` begins where it ends, "" where none does. `whole`: all of it is there.
    """

    frames: FrameRange
    left: str = ""
    right: str = ""
    shows: tuple[str, ...] = ()
    whole: bool = False

    @property
    def strips(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.left, *self.shows, self.right) if name))


@dataclass
class GapEntry:
    """A record of a gap and the opening it is about now, None when nothing of it or beside it is on the timeline."""

    record: Record
    opening: Opening | None = None

    @property
    def state(self) -> str:
        """ "written" (open), "kept" (a side is gone, or the editor put some back), "deleted" (all is back, now or before), "gone"."""
        opening = self.opening
        if self.record.state == "deleted" or (opening is not None and opening.whole):
            return "deleted"
        if opening is None:
            return "gone"
        return "kept" if opening.shows or not self._sides(opening) else "written"

    @property
    def strips(self) -> tuple[str, ...]:
        return self.opening.strips if self.opening else ()

    def _sides(self, opening: Opening) -> bool:
        sides = self.record.holes[0][3] if self.record.holes else BOTH
        return bool(opening.left or sides == RIGHT) and bool(opening.right or sides == LEFT)


def openings(survey: Survey, identity: Identity) -> list[Opening]:
    """Every place on the timeline where this part of a medium is, or was cut out, in order of time."""
    groups: list[list[Place]] = []
    for place in survey.seen.touching(identity.medium, identity.start - _MARGIN, identity.end + _MARGIN):
        for group in groups:
            first = group[0]
            if first.channel == place.channel and goes_on(first.source, place.source, place.source.first_frame(identity.start)):
                group.append(place)
                break
        else:
            groups.append([place])
    found = [opening for group in groups if (opening := _opening(group, identity)).strips]
    return sorted(found, key=lambda opening: (opening.frames.start, opening.strips))


def _opening(group: list[Place], identity: Identity) -> Opening:
    source = group[0].source
    start = source.first_frame(identity.start)
    frames = FrameRange(start, max(start, source.first_frame(identity.end)))
    shows = [place for place in group if place.frames.overlaps(frames)]
    shown = sum(min(place.frames.end, frames.end) - max(place.frames.start, frames.start) for place in shows)
    left = next((place.strip for place in group if place.frames.end == frames.start), "")
    right = next((place.strip for place in group if place.frames.start == frames.end), "")
    return Opening(frames, left, right, tuple(place.strip for place in shows), bool(shows) and shown >= frames.length)


def gap_entries(survey: Survey) -> list[GapEntry]:
    """The records of gaps, each with the opening that is meant: by its strip's name, else in order of time."""
    copies: dict[tuple[str, Fraction, Fraction], list[GapEntry]] = defaultdict(list)
    entries = [GapEntry(record) for record in survey.records("gap")]
    for entry in entries:
        identity = entry.record.identity
        copies[(identity.medium, identity.start, identity.end)].append(entry)
    for same in copies.values():
        free = openings(survey, same[0].record.identity)
        same.sort(key=lambda entry: entry.record.anchor)
        for entry in same:
            named = [opening for opening in free if entry.record.strip in opening.strips]
            if named:
                entry.opening = min(named, key=partial(_distance, entry))
                free.remove(entry.opening)
        rest = [entry for entry in same if entry.opening is None]
        for e, o in pair([[_distance(entry, opening) for opening in free] for entry in rest]):
            rest[e].opening = free[o]
    return entries


def _distance(entry: GapEntry, opening: Opening) -> int:
    return abs(opening.frames.start - entry.record.anchor)


def gap_claims(entries: list[GapEntry]) -> list[Claim]:
    """Gaps as planners see them; an open one with its frames."""
    found = []
    for entry in entries:
        state = entry.state
        if state != "gone":
            frames = entry.opening.frames if entry.opening and state == "written" else None
            found.append(Claim(entry.record.identity, entry.strips, state, entry.record.id, frames=frames))  # type: ignore[arg-type]
    return found


class Neighbours:
    """The strips with a medium by where they begin and end, and what is empty. Made once for a reading."""

    def __init__(self, survey: Survey):
        self.by_name = survey.by_name
        self.ending = {(ref.channel, ref.frames.end): ref for ref in survey.timeline.strips}
        self.beginning = {(ref.channel, ref.frames.start): ref for ref in survey.timeline.strips}
        standing = enumerate(survey.timeline.occupied)
        self._ground = Ground((f"{number}", channel, frames) for number, (channel, frames) in standing)

    def empty(self, channel: int, frames: FrameRange) -> bool:
        """Whether nothing at all stands in a channel over these frames."""
        return self._ground.free("", channel, frames)


def to_fill(neighbours: Neighbours, entry: GapEntry, labels: frozenset[str]) -> tuple[Hole, ...] | None:
    """The holes to fill so that an open gap is gone, the pictures first; None when it cannot be taken back.

    It can when nothing beside it was changed since: every hole is there, empty, and the strips on its sides go on from one to
    the other without a jump, alike, neither locked nor used by an effect, not renamed.
    """
    record, opening = entry.record, entry.opening
    if opening is None or not record.holes:
        return None
    by = opening.frames.start - record.anchor
    first = neighbours.by_name[opening.left or opening.right]
    found = []
    for number, (channel, start, end, sides) in enumerate(record.holes):
        channel = channel if number else first.channel
        frames = FrameRange(start, end).moved(by) if number else opening.frames
        left = neighbours.ending.get((channel, frames.start)) if sides != RIGHT else None
        right = neighbours.beginning.get((channel, frames.end)) if sides != LEFT else None
        beside = [ref for ref in (left, right) if ref is not None]
        if len(beside) < (2 if sides == BOTH else 1) or not _untouched(beside, labels, opening.frames.start):
            return None
        if any(ref.medium != first.medium and not _connected(ref, first) for ref in beside if sides != BOTH):
            return None  # with nothing on the other side to be like, it must be known by what it is
        if not neighbours.empty(channel, frames):
            return None
        found.append(Hole(frames, left.name if left else "", right.name if right else ""))
    return tuple(found)


def _connected(one: StripRef, other: StripRef) -> bool:
    return one.name in other.partners


def _untouched(beside: list[StripRef], labels: frozenset[str], frame: int) -> bool:
    if any(ref.held or ref.feeds or ref.source is None for ref in beside):
        return False
    return len(beside) == 1 or (alike(beside[0], beside[1], frame) and same_names(beside[0], beside[1], labels))
