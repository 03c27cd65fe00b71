"""Cuts that were written, as they are now: still two pieces that meet, apart, or joined again by the editor."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from .ledger import Record
from .naming import base_name
from .pairing import pair
from .places import Place, goes_on
from .standing import Claim
from .state import StripRef
from .survey import Survey


@dataclass(frozen=True)
class Joint:
    """A moment of a medium on the timeline: inside one strip (`left` is `right`), where two meet, or at a free end."""

    frame: int
    left: str = ""
    right: str = ""

    @property
    def through(self) -> bool:
        return bool(self.left) and self.left == self.right

    @property
    def strips(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.left, self.right) if name))


@dataclass
class CutEntry:
    """A record of a cut and the joint it is about now, None when its moment is nowhere on the timeline."""

    record: Record
    joint: Joint | None = None

    @property
    def state(self) -> str:
        """ "written", "deleted" (the editor joined it again, now or before), or "gone"."""
        if self.record.state == "deleted" or (self.joint is not None and self.joint.through):
            return "deleted"
        return "gone" if self.joint is None else "written"


def joints(survey: Survey, medium: str, seconds: Fraction) -> list[Joint]:
    """Every joint at this moment of the medium, in order of time.

    Where two pieces meet a frame beside the moment it is that joint that is meant: the scene's rate changed since the cut.
    """
    ends: dict[tuple[int, int], list[Place]] = defaultdict(list)
    begins: dict[tuple[int, int], list[Place]] = defaultdict(list)
    found = []
    margin = Fraction(1, 5)
    near = survey.seen.touching(medium, seconds - margin, seconds + margin)
    before = {(place.channel, place.frames.end): place for place in near}
    after = {(place.channel, place.frames.start): place for place in near}
    for place in near:
        frame, channel = place.source.first_frame(seconds), place.channel
        start, end = (channel, place.frames.start), (channel, place.frames.end)
        if frame == place.frames.start:
            begins[start].append(place)
        elif frame == place.frames.end:
            ends[end].append(place)
        elif frame == place.frames.start + 1 and place.frames.holds(frame) and start in before:
            ends[start].append(before[start])
            begins[start].append(place)
        elif frame == place.frames.end - 1 and place.frames.holds(frame) and end in after:
            ends[end].append(place)
            begins[end].append(after[end])
        elif place.frames.holds(frame):
            found.append(Joint(frame, place.strip, place.strip))
    for (channel, frame), places in ends.items():
        for place in places:
            meeting = begins.get((channel, frame))
            right = meeting.pop() if meeting else None
            found.append(Joint(frame, place.strip, right.strip if right else ""))
    found += [Joint(frame, "", place.strip) for (_, frame), places in begins.items() for place in places]
    return sorted(found, key=lambda joint: (joint.frame, joint.strips))


def cut_entries(survey: Survey) -> list[CutEntry]:
    """The records of cuts, each with the joint that is meant: by its strip's name, else in order of time."""
    copies: dict[tuple[str, Fraction], list[CutEntry]] = defaultdict(list)
    entries = [CutEntry(record) for record in survey.records("cut")]
    for entry in entries:
        copies[(entry.record.identity.medium, entry.record.identity.start)].append(entry)
    for (medium, seconds), same in copies.items():
        found = joints(survey, medium, seconds)
        same.sort(key=lambda entry: entry.record.anchor)
        taken: set[int] = set()
        for entry in same:
            free = [(n, joint) for n, joint in enumerate(found) if n not in taken]
            named = [(abs(j.frame - entry.record.anchor), n) for n, j in free if entry.record.strip in j.strips]
            if named:
                entry.joint = found[min(named)[1]]
                taken.add(min(named)[1])
        rest = [entry for entry in same if entry.joint is None]
        left = [joint for n, joint in enumerate(found) if n not in taken]
        for e, j in pair([[abs(joint.frame - entry.record.anchor) for joint in left] for entry in rest]):
            rest[e].joint = left[j]
    return entries


def cut_claims(entries: list[CutEntry]) -> list[Claim]:
    """Rejoined cuts, as planners see them."""
    return [
        Claim(entry.record.identity, entry.joint.strips if entry.joint else (), "deleted", entry.record.id)
        for entry in entries
        if entry.state == "deleted"
    ]


def _go_on(left: StripRef, right: StripRef, frame: int) -> bool:
    """Whether the two meet at this frame, alike, and none is locked or used by an effect."""
    if left.frames.end != frame or right.frames.start != frame or left.held or right.held or left.feeds or right.feeds:
        return False
    return alike(left, right, frame)


def alike(left: StripRef, right: StripRef, frame: int) -> bool:
    """Whether the right piece is what the left one would show there if it were longer: one medium, channel and speed, both heard or not."""
    if left.source is None or right.source is None:
        return False
    same = (left.kind, left.medium, left.channel, left.muted, left.source.rate) == (
        right.kind,
        right.medium,
        right.channel,
        right.muted,
        right.source.rate,
    )
    return same and goes_on(left.source, right.source, frame)


def same_names(left: StripRef, right: StripRef, labels: frozenset[str]) -> bool:
    """Whether two pieces still bear the name and colour of one strip, or those that a label gave them."""
    labelled = [ref.name in labels or base_name(ref.name) in labels for ref in (left, right)]
    if base_name(left.name) != base_name(right.name) and not all(labelled):
        return False
    return left.color_tag == right.color_tag or any(labelled)


def partners_to_join(survey: Survey, joint: Joint, labels: frozenset[str]) -> tuple[tuple[str, str], ...] | None:
    """The sound pieces (left, right of the cut) that are joined with the pictures; None when the cut cannot be taken back.

    It can when nothing on either side was changed since: same channel, meeting, going on without a jump, alike, neither
    locked nor used by an effect, not renamed, and the sound beside them just so.
    """
    left, right = survey.by_name.get(joint.left), survey.by_name.get(joint.right)
    if left is None or right is None or not _go_on(left, right, joint.frame):
        return None
    if not same_names(left, right, labels):
        return None
    ending = {ref.channel: ref for ref in _partners(survey, left) if ref.frames.end == joint.frame}
    beginning = {ref.channel: ref for ref in _partners(survey, right) if ref.frames.start == joint.frame}
    # A piece that was cut again has no partner of its length any more; the sound beside it is still its sound.
    beside = survey.beside
    ending |= {r.channel: r for r in beside.get(left.name, ()) if r.frames.end == joint.frame and r.channel in beginning}
    beginning |= {r.channel: r for r in beside.get(right.name, ()) if r.frames.start == joint.frame and r.channel in ending}
    if ending.keys() != beginning.keys():
        return None
    pairs = [(ending[channel], beginning[channel]) for channel in ending]
    if not all(_go_on(one, other, joint.frame) and base_name(one.name) == base_name(other.name) for one, other in pairs):
        return None
    return tuple((one.name, other.name) for one, other in pairs)


def _partners(survey: Survey, ref: StripRef) -> list[StripRef]:
    return [survey.by_name[name] for name in ref.partners if name in survey.by_name]
