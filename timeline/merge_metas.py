"""The merge of meta strips: what lies in one is out of sight, so a run never sees, changes or doubles what it gathered before."""

from __future__ import annotations

from dataclasses import replace

from .changes import Add
from .draft import Draft
from .plan import Gather
from .planners.shots import TOLERANCE


def merge_metas(draft: Draft) -> None:
    """Gathers what the plan names, but for scenes that were gathered once and whose pieces stand in the open again.

    The editor took those apart, so they stay apart.
    """
    apart = []
    for record in draft.survey.records("meta"):
        if record.strip in draft.survey.by_name:
            record = replace(record, state="deleted")
            draft.enter(record)
        if record.state == "deleted":
            apart.append(record.identity)
    for edit in draft.plan.edits:
        if not isinstance(edit, Gather):
            continue
        here = edit.identity
        if any(other.medium == here.medium and abs(other.start - here.start) <= TOLERANCE for other in apart):
            draft.kept += 1
            continue
        record = draft.new_record(edit, edit.frames.start)
        record = replace(record, start=edit.frames.start, end=edit.frames.end, name=edit.name, strip=edit.strips[0])
        draft.enter(replace(record, confidence=edit.why.confidence, reason=edit.why.reason))
        draft.adds.append(Add(record.id, edit))
