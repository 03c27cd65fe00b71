"""One correction carried out, and nothing else: what a run would also do without it stays undone. Pure.

The scene's options may have changed since the last run, and an editor who joins two shots does not ask for a new run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from . import ledger
from .changes import Changes
from .corrections import NEAR, Corrections, dump
from .merge import merge, standing
from .plan import Cut, Edit, Gap, Identity, Marker, Plan, Why
from .state import Timeline


@dataclass(frozen=True)
class Joint:
    """Where the strip `left` meets the next piece, at timeline frame `frame`."""

    left: str
    frame: int


@dataclass(frozen=True)
class Aim:
    """The part of a medium a correction is about, from `start` to `end` seconds, both included; a moment has both the same.

    `forget`: what the editor deleted there before is no longer held against it, for he asks for it now.
    `joint`: two pieces that are to be joined, also where the editor cut them himself.
    """

    medium: str
    start: Fraction
    end: Fraction
    forget: bool = False
    joint: Joint | None = None

    def meant(self, identity: Identity) -> bool:
        near = self.start - NEAR <= identity.end and identity.start <= self.end + NEAR
        return near and identity.medium == self.medium


@dataclass(frozen=True)
class Corrected:
    """The plan for a timeline with the correction, and the changes that come of it; both only where the correction is meant.

    What a whole run would have to say is left out too.
    """

    plan: Plan
    changes: Changes


def corrected(timeline: Timeline, corrections: Corrections, aim: Aim, planned: Callable[[Timeline], Plan]) -> Corrected:
    """What these corrections change, `planned` being what a run would wish of a timeline. Raises what it and the merge raise."""
    plain = merge(timeline, planned(timeline))
    after = replace(timeline, corrections=dump(corrections))
    if aim.forget:
        deleted = {claim.record for claim in standing(timeline).claims if claim.state == "deleted" and aim.meant(claim.identity)}
        after = replace(after, ledger=ledger.without(timeline.ledger, deleted))
    if aim.joint is not None:
        after = replace(after, ledger=_adopted(after, aim, aim.joint))
    wished = planned(after)
    unasked = {_key(add.edit) for add in plain.adds if not aim.meant(add.edit.identity)}
    standing_yet, markers = _stay(timeline, plain, aim)
    edits = (*(edit for edit in wished.edits if _key(edit) not in unasked), *markers)
    narrowed = replace(wished, edits=edits, met=(*wished.met, *standing_yet), notices=())
    return Corrected(narrowed, merge(after, narrowed))


def _adopted(timeline: Timeline, aim: Aim, joint: Joint) -> str:
    """The ledger with the cut between two pieces in it, as if a run had made it: so it can be taken back like one."""
    known = ledger.load(timeline.ledger, timeline.stamp)
    written = [record.identity for record in known.records if record.identity.kind == "cut" and record.state == "live"]
    if any(aim.meant(identity) for identity in written):
        return timeline.ledger
    record = ledger.Record(
        str(known.next), Identity(aim.medium, "cut", aim.start, aim.start), anchor=joint.frame, strip=joint.left, confidence=1.0
    )
    return ledger.dump(replace(known, next=known.next + 1, records=(*known.records, record)))


def _key(edit: Edit) -> tuple[Identity, int]:
    return edit.identity, getattr(edit, "frame", 0)


def _stay(timeline: Timeline, plain: Changes, aim: Aim) -> tuple[list[Cut | Gap], list[Marker]]:
    """What an earlier run wrote and this one would take back elsewhere, as wishes: so it stays."""
    records = {record.id: record for record in ledger.load(timeline.ledger, timeline.stamp).records}
    stands: list[Cut | Gap] = []
    markers = []
    for remove in plain.removes:
        record = records[remove.record]
        why = Why(record.confidence, record.reason)
        if aim.meant(record.identity):
            continue
        if remove.kind == "cut":
            stands.append(Cut(record.identity, why, remove.target, remove.frame, remove.partners))
        elif remove.kind == "gap":
            stands.append(Gap(record.identity, why, remove.target, remove.holes[0].frames))
        elif remove.kind == "marker":
            frame = timeline.markers[int(remove.target)].frame
            markers.append(Marker(record.identity, why, frame, record.name, record.strip))
    return stands, markers
