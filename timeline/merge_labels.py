"""The merge of labels: names and colour tags of strips. A label has no thing of its own, so the strip's name is what stands."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

from .changes import Add, Remove, Update
from .draft import Draft
from .ledger import Record
from .naming import base_name
from .places import Place
from .plan import Label
from .survey import Entry, Survey


def merge_labels(draft: Draft) -> None:
    """Labels pieces the plan names, leaves what the editor renamed or coloured, gives back what no plan wants any more."""
    survey = draft.survey
    entries, by_strip = labelled(survey)
    wished = {edit.strip: edit for edit in draft.plan.edits if isinstance(edit, Label)}
    for name, entry in by_strip.items():
        if name not in wished:
            _unwanted(draft, name, entry)
    claimed = {id(entry) for entry in by_strip.values()}
    for entry in entries:
        record = entry.record
        if record is None or survey.out_of_sight(record):
            continue
        if id(entry) not in claimed and draft.speaks_for(record.identity.medium, "label", ()):
            draft.forget(record)
    for name, edit in wished.items():
        if name in by_strip:
            _follow(draft, name, by_strip[name], edit)
        else:
            _add(draft, edit)


def labelled(survey: Survey) -> tuple[list[Entry], dict[str, Entry]]:
    """Every record of a label, and those of strips that stand, by the strip's name now."""
    entries = [Entry(record, record.identity) for record in survey.records("label")]
    survey.settle(entries, survey.seen)
    by_strip: dict[str, Entry] = {}
    for entry in entries:
        if entry.showing is not None:
            by_strip.setdefault(max(entry.showing.places, key=partial(_shared, entry)).strip, entry)
    return entries, by_strip


def _shared(entry: Entry, place: Place) -> Fraction:
    return min(place.span.end, entry.identity.end) - max(place.span.start, entry.identity.start)


def _add(draft: Draft, edit: Label) -> None:
    strip = draft.survey.by_name[edit.strip]
    if (strip.name, strip.color_tag) == (edit.name, edit.color_tag):
        draft.unchanged += 1
        return
    record = draft.new_record(edit, edit.frames.start)
    draft.enter(replace(_written(record, edit), before=(strip.name, strip.color_tag)))
    draft.adds.append(Add(record.id, edit))


def _written(record: Record, edit: Label) -> Record:
    return replace(
        record,
        identity=edit.identity,
        anchor=edit.frames.start,
        start=edit.frames.start,
        end=edit.frames.end,
        name=edit.name,
        color_tag=edit.color_tag,
        strip=edit.name,
        confidence=edit.why.confidence,
        reason=edit.why.reason,
    )


def _fixed(draft: Draft, strip: str, entry: Entry) -> set[str]:
    assert entry.record is not None
    fixed = set()
    if strip != entry.record.name and base_name(strip) != entry.record.name:
        fixed.add("name")
    if draft.survey.by_name[strip].color_tag != entry.record.color_tag:
        fixed.add("style")
    return fixed


def _follow(draft: Draft, strip: str, entry: Entry, edit: Label) -> None:
    record = entry.record
    assert record is not None
    fixed = _fixed(draft, strip, entry)
    changed = {"name"} if record.name != edit.name else set()
    if record.color_tag != edit.color_tag:
        changed.add("style")
    if (record.confidence, record.reason) != (edit.why.confidence, edit.why.reason):
        changed.add("why")
    changed -= fixed
    wanted = _written(record, edit)
    if "name" in fixed:
        wanted = replace(wanted, name=record.name)
    if "style" in fixed:
        wanted = replace(wanted, color_tag=record.color_tag)
    draft.enter(wanted)
    draft.kept += bool(fixed)
    draft.unchanged += not fixed and not changed
    if changed:
        draft.updates.append(Update(record.id, strip, edit, frozenset(changed)))


def _unwanted(draft: Draft, strip: str, entry: Entry) -> None:
    record = entry.record
    assert record is not None
    if not draft.speaks_for(record.identity.medium, "label", (strip,)):
        return
    fixed = _fixed(draft, strip, entry)
    if fixed:
        draft.kept += 1
    else:
        draft.removes.append(Remove(record.id, "label", strip, name=record.before[0], color_tag=record.before[1]))
    draft.forget(record)
