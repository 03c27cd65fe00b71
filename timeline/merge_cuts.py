"""The merge of cuts. A cut is no strip: it stands when two pieces meet at its moment, and is gone when one runs through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from .changes import Add, Remove
from .draft import Draft
from .joints import CutEntry, partners_to_join
from .ledger import Record
from .plan import Cut
from .planners.shots import TOLERANCE
from .timebase import FrameRange


def merge_cuts(draft: Draft, entries: list[CutEntry]) -> None:
    """Adds the cuts that are missing, takes back those nobody wants any more where both sides are as they were."""
    survey = draft.survey
    pairs, new = _match(draft, entries)
    labels = frozenset(r.name for r in draft.records.values() if r.identity.kind == "label" and r.state == "live")
    rejoined = 0
    for entry in entries:
        record, joint = entry.record, entry.joint
        speaks = draft.speaks_for(record.identity.medium, "cut", joint.strips if joint else ())
        speaks = speaks and (joint is not None or not survey.out_of_sight(record))
        if entry.state == "deleted":
            rejoined += speaks and joint is not None and joint.through
            draft.enter(replace(record, state="deleted", anchor=joint.frame if joint else record.anchor, strip=_strip(entry)))
        elif entry.state == "gone":
            if speaks:
                draft.forget(record)
        elif not speaks:
            continue
        elif (edit := pairs.get(record.id)) is not None and joint is not None and edit.frame in (joint.frame, record.anchor):
            draft.unchanged += 1
            draft.enter(_written(record, edit, joint.frame, _strip(entry)))
        elif joint is not None and not draft.covers(joint.strips):
            draft.unchanged += 1  # only one of the two pieces was asked about; the other one still begins or ends here
        elif joint is not None:
            pairs_beside = partners_to_join(survey, joint, labels)
            if pairs_beside is None:
                draft.kept += 1
                continue
            draft.removes.append(Remove(record.id, "cut", joint.left, joint.frame, tuple(left for left, _ in pairs_beside)))
            draft.forget(record)
            for left, right in ((joint.left, joint.right), *pairs_beside):
                draft.join(left, right)
            if edit is not None:
                new.append(edit)
    extents = draft.extents() if new else {}
    for edit in new:
        if not any(frames.start <= edit.frame <= frames.end for frames in draft.open_holes.get(edit.strip, ())):
            _add(draft, edit, extents)
    if rejoined:
        were = "1 cut was" if rejoined == 1 else f"{rejoined} cuts were"
        draft.notices.append(f"{were} joined again by hand and stay joined.")
    draft.removes.sort(key=lambda remove: -remove.frame)


def _strip(entry: CutEntry) -> str:
    joint = entry.joint
    return (joint.left or joint.right) if joint is not None else entry.record.strip


def _written(record: Record, edit: Cut, anchor: int, strip: str) -> Record:
    now = (anchor, strip, edit.why.confidence, edit.why.reason)
    if (record.anchor, record.strip, record.confidence, record.reason) == now:
        return record
    return replace(record, anchor=anchor, strip=strip, confidence=edit.why.confidence, reason=edit.why.reason)


def _match(draft: Draft, entries: list[CutEntry]) -> tuple[dict[str, Cut], list[Cut]]:
    """Which standing cut is which wish, nearest first; and the wishes that are left to be cut."""
    wishes = [edit for edit in (*draft.plan.met, *draft.plan.edits) if isinstance(edit, Cut)]
    met = {id(edit) for edit in draft.plan.met}
    at: dict[tuple[str, int], list[CutEntry]] = defaultdict(list)
    for entry in entries:
        if entry.joint is not None:
            for strip in entry.joint.strips:
                for step in (-1, 0, 1):
                    at[(strip, entry.record.identity.start // TOLERANCE + step)].append(entry)
    candidates = []
    for number, edit in enumerate(wishes):
        for entry in at.get((edit.strip, edit.identity.start // TOLERANCE), ()):
            distance = abs(entry.record.identity.start - edit.identity.start)
            if distance <= TOLERANCE and entry.record.identity.medium == edit.identity.medium:
                candidates.append((distance, number, int(entry.record.id), entry))
    pairs: dict[str, Cut] = {}
    blocked: set[int] = set()
    used: set[int] = set()
    for _, number, _, entry in sorted(candidates, key=lambda c: c[:3]):
        if entry.state == "deleted":
            blocked.add(number)
        elif number not in used and entry.record.id not in pairs:
            used.add(number)
            pairs[entry.record.id] = wishes[number]
    new = [edit for n, edit in enumerate(wishes) if n not in used and n not in blocked and id(edit) not in met]
    return pairs, new


def _add(draft: Draft, edit: Cut, extents: Mapping[str, FrameRange]) -> None:
    beside = [name for one in edit.partners if (name := draft.now(one)) in extents]
    inside = dict.fromkeys(name for name in beside if extents[name].start < edit.frame < extents[name].end)
    edit = replace(edit, strip=draft.now(edit.strip), partners=tuple(inside))
    record = draft.new_record(edit, edit.frame)
    draft.enter(_written(record, edit, record.anchor, edit.strip))
    draft.adds.append(Add(record.id, edit))
