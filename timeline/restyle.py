"""Gives captions that stand another look, as changes to write: the texts and times stay. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from .changes import Changes, Update
from .draft import Draft, Shown
from .ledger import Record, dump
from .merge_highlights import merge_highlights
from .plan import TEXT_KINDS, Caption, CaptionStyle, Plan, Why
from .state import CaptionRef, Timeline
from .survey import Survey

STYLE = "style"
Wanted = Callable[[Record], CaptionStyle | None]
"""The style that the caption of a record is to have; None: it stays as it is."""


def restyled(
    timeline: Timeline, wanted: Wanted, *, kinds: Collection[str] = ("caption",), by_hand: bool = True, settle: bool = False
) -> Changes:
    """The changes after which every caption of these kinds has its `wanted` style, and counts as written with it.

    Captions the editor styled by hand are changed only where `by_hand` says so. With `settle` later runs leave the look as it is.
    Locked captions are never changed; a notice counts them. Text strips that no run wrote are nobody's captions and are left alone.
    Raises `EditorError` when the ledger cannot be read.
    """
    survey = Survey(timeline)
    draft = Draft(survey, Plan())
    held = 0
    for entry in (entry for kind in TEXT_KINDS if kind in kinds for entry in survey.texts(kind)):
        record = entry.record
        style = wanted(record) if record is not None and (by_hand or STYLE not in entry.fixed) else None
        if record is None or style is None or (style == record.look and STYLE not in entry.fixed and not settle):
            continue
        things = [thing for thing in entry.things if isinstance(thing, CaptionRef)]
        free = [thing for thing in things if not thing.held]
        held += len(things) - len(free)
        for thing in free:
            caption = _caption(record, thing, style)
            draft.updates.append(Update(record.id, thing.name, caption, frozenset({STYLE})))
            draft.show(Shown(record.id, record.id, caption, thing.frames, caption.style, thing))
        if free:
            draft.enter(replace(record, look=caption.style, settled=_settled(record, settle)))
    merge_highlights(draft)
    if held:
        draft.notices.append(f"{held} locked {'caption keeps its' if held == 1 else 'captions keep their'} look.")
    changes = draft.changes()
    return changes if changes else replace(changes, ledger=timeline.ledger)


def kept(timeline: Timeline) -> Changes:
    """After these every caption that stands keeps its look in later runs, whatever these write."""
    survey = Survey(timeline)
    standing = {entry.record.id for kind in TEXT_KINDS for entry in survey.texts(kind) if entry.record is not None and entry.things}
    records = tuple(
        replace(record, settled=_settled(record, True)) if record.id in standing else record for record in survey.ledger.records
    )
    return Changes(ledger=dump(replace(survey.ledger, records=records)) if standing else timeline.ledger)


def _settled(record: Record, style: bool) -> str:
    others = [name for name in record.settled.split() if name != STYLE]
    return " ".join(sorted([*others, STYLE] if style else others))


def _caption(record: Record, thing: CaptionRef, style: CaptionStyle) -> Caption:
    """What stands, in another style. Without times of its words nothing of it can come in one by one."""
    words = thing.tag.words if thing.tag is not None else ()
    worn = style if words else replace(style, motion="none")
    why = Why(record.confidence, record.reason)
    return Caption(record.identity, why, thing.frames, thing.text, words, worn, record.strip, record.speaker)


def record_of(timeline: Timeline, name: str) -> Record | None:
    """The record of the caption in the text strip of this name, None where no run of this scene wrote it."""
    survey = Survey(timeline)
    for entry in (entry for kind in TEXT_KINDS for entry in survey.texts(kind)):
        if any(isinstance(thing, CaptionRef) and thing.name == name for thing in entry.things):
            return entry.record
    return None


def speakers(timeline: Timeline) -> tuple[str, ...]:
    """The names of those who say the captions that stand, in the order in which they first speak."""
    said = [
        (thing.frames.start, entry.record.speaker)
        for entry in Survey(timeline).texts("caption")
        if entry.record is not None and entry.record.speaker
        for thing in entry.things
        if isinstance(thing, CaptionRef)
    ]
    return tuple(dict.fromkeys(name for _frame, name in sorted(said)))
