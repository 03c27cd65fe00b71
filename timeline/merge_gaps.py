"""The merge of gaps. A gap is no strip: it stands while nothing of its part of the medium is between the pieces beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from .changes import Add, Hole, Remove
from .draft import Draft
from .gaps import GapEntry, Neighbours, bite, to_fill
from .ledger import Record
from .plan import Gap
from .planners.shots import TOLERANCE


def fill_gaps(draft: Draft, entries: list[GapEntry]) -> list[Gap]:
    """Puts back what no plan wants out any more and nobody touched. Gives what is still to be cut out, once cuts are merged."""
    survey = draft.survey
    pairs, new = _match(draft, entries)
    labels = frozenset(r.name for r in draft.records.values() if r.identity.kind == "label" and r.state == "live")
    neighbours = Neighbours(survey) if entries else None
    restored = 0
    for entry in entries:
        record, opening, state = entry.record, entry.opening, entry.state
        speaks = draft.speaks_for(record.identity.medium, "gap", entry.strips)
        speaks = speaks and (opening is not None or not survey.out_of_sight(record))
        if state == "deleted":
            restored += speaks and opening is not None and opening.whole
            draft.enter(_located(replace(record, state="deleted"), entry))
            continue
        if state == "gone" or opening is None:
            if speaks:
                draft.forget(record)
            continue
        edit = pairs.get(record.id)
        holes = None
        if state == "written" and speaks and draft.covers(entry.strips) and (edit is None or edit.frames != opening.frames):
            assert neighbours is not None
            holes = to_fill(neighbours, entry, labels)
            draft.kept += holes is None
        elif state == "kept":
            draft.kept += speaks
        elif speaks:
            draft.unchanged += 1
            draft.enter(_written(record, edit, entry) if edit else _located(record, entry))
        if holes is None:
            for strip in entry.strips:
                draft.open_holes.setdefault(strip, []).append(opening.frames)
            continue
        _fill(draft, record, holes)
        if edit is not None:
            new.append(edit)
    if restored:
        were = "1 transition was" if restored == 1 else f"{restored} transitions were"
        draft.notices.append(f"{were} put back by hand and will not be cut out again.")
    return new


def _fill(draft: Draft, record: Record, holes: tuple[Hole, ...]) -> None:
    first = holes[0]
    draft.removes.append(Remove(record.id, "gap", first.left or first.right, first.frames.start, holes=holes))
    draft.forget(record)
    for hole in holes:
        draft.grow(hole.left or hole.right, hole.frames)
        if hole.left and hole.right:
            draft.join(hole.left, hole.right)


def _located(record: Record, entry: GapEntry) -> Record:
    opening = entry.opening
    if opening is None or not opening.strips or (record.anchor, record.strip) == (opening.frames.start, opening.strips[0]):
        return record
    by = opening.frames.start - record.anchor
    holes = tuple((channel, start + by, end + by, sides) for channel, start, end, sides in record.holes)
    return replace(record, anchor=opening.frames.start, start=record.start + by, end=record.end + by, strip=opening.strips[0], holes=holes)


def _written(record: Record, edit: Gap, entry: GapEntry) -> Record:
    record = _located(record, entry)
    if (record.confidence, record.reason) == (edit.why.confidence, edit.why.reason):
        return record
    return replace(record, confidence=edit.why.confidence, reason=edit.why.reason)


def _match(draft: Draft, entries: list[GapEntry]) -> tuple[dict[str, Gap], list[Gap]]:
    """Which gap is which wish, the one that shares most of it first; and the wishes that are left to be cut out."""
    wishes = [edit for edit in (*draft.plan.met, *draft.plan.edits) if isinstance(edit, Gap)]
    met = {id(edit) for edit in draft.plan.met}
    beside: dict[str, list[GapEntry]] = defaultdict(list)
    for entry in entries:
        for strip in entry.strips:
            beside[strip].append(entry)
    candidates = []
    for number, edit in enumerate(wishes):
        for entry in beside.get(edit.strip, ()):
            record = entry.record
            if record.identity.medium == edit.identity.medium:
                shared = min(record.identity.end, edit.identity.end) - max(record.identity.start, edit.identity.start)
                if shared > -TOLERANCE:
                    candidates.append((-shared, number, int(record.id), entry))
    pairs: dict[str, Gap] = {}
    settled: set[int] = set()
    for _, number, _, entry in sorted(candidates, key=lambda c: c[:3]):
        if number not in settled and entry.record.id not in pairs:
            settled.add(number)
            if entry.state == "written":
                pairs[entry.record.id] = wishes[number]
    return pairs, [edit for n, edit in enumerate(wishes) if n not in settled and id(edit) not in met]


def cut_out(draft: Draft, wishes: list[Gap]) -> None:
    """Adds the gaps that can be made: each within one piece, as it is after the removes."""
    extents = draft.extents() if wishes else {}
    across = 0
    for edit in sorted(wishes, key=lambda edit: edit.frames.start):
        name = draft.now(edit.strip)
        extent = extents.get(name)
        if extent is None or not (extent.start <= edit.frames.start and edit.frames.end <= extent.end) or bite(extent, edit.frames) is None:
            across += 1
            continue
        partners = tuple(dict.fromkeys(p for one in edit.partners if (p := draft.now(one)) in extents and bite(extents[p], edit.frames)))
        record = draft.new_record(edit, edit.frames.start)
        holes = []
        for one in (name, *partners):
            taken = bite(extents[one], edit.frames)
            assert taken is not None
            frames, sides = taken
            holes.append((draft.survey.by_name[one].channel, frames.start, frames.end, sides))
        record = replace(record, start=edit.frames.start, end=edit.frames.end, strip=name, holes=tuple(holes))
        draft.enter(replace(record, confidence=edit.why.confidence, reason=edit.why.reason))
        draft.adds.append(Add(record.id, replace(edit, strip=name, partners=partners)))
    if across:
        are = "1 transition is" if across == 1 else f"{across} transitions are"
        draft.notices.append(f"{are} not cut out: a cut of yours lies within.")
        draft.kept += across
