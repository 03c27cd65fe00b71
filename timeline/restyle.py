"""Gives captions that stand another look, as changes to write: the texts and times stay. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..ml.errors import BAD_INPUT, EditorError
from .changes import Changes, Update
from .ledger import Record, dump
from .plan import TEXT_KINDS, Caption, CaptionStyle, Why
from .state import CaptionRef, Timeline
from .survey import Survey
from .timebase import FrameRange

STYLE = "style"
Wanted = Callable[[Record], CaptionStyle | None]
"""The style that the caption of a record is to have; None: it stays as it is."""


def restyled(timeline: Timeline, wanted: Wanted, *, by_hand: bool = True) -> Changes:
    """The changes after which every caption of this sequence has its `wanted` style, and counts as written with it.

    Captions the editor styled by hand are changed only where `by_hand` says so. Locked ones are never changed; a notice counts them.
    Text strips that no run wrote are nobody's captions and are left alone. Raises `EditorError` when the ledger cannot be read.
    """
    survey = Survey(timeline)
    records: dict[str, Record] = {}
    updates, held = [], 0
    for entry in (entry for kind in TEXT_KINDS for entry in survey.texts(kind)):
        record = entry.record
        style = wanted(record) if record is not None and (by_hand or STYLE not in entry.fixed) else None
        if record is None or style is None or (style == record.look and STYLE not in entry.fixed):
            continue
        things = [thing for thing in entry.things if isinstance(thing, CaptionRef)]
        held += sum(bool(thing.held) for thing in things)
        free = [thing for thing in things if not thing.held]
        updates += [Update(record.id, thing.name, _caption(record, thing, style), frozenset({STYLE})) for thing in free]
        if free:
            records[record.id] = replace(record, look=style, settled=_settled(record, False))
    told = (f"{held} locked {'caption keeps its' if held == 1 else 'captions keep their'} look.",) if held else ()
    ledger = replace(survey.ledger, records=tuple(records.get(record.id, record) for record in survey.ledger.records))
    return Changes(updates=tuple(updates), ledger=dump(ledger) if records else timeline.ledger, notices=told)


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
    words = thing.tag.words if thing.tag is not None else ()
    frames = FrameRange(thing.frames.start, thing.frames.end)
    return Caption(
        record.identity, Why(record.confidence, record.reason), frames, thing.text, words, style, record.strip, record.speaker
    )  # fmt: skip


def record_of(timeline: Timeline, name: str) -> Record:
    """The record of the caption in the text strip of this name. Raises `EditorError(BAD_INPUT)` where no run wrote it."""
    survey = Survey(timeline)
    for entry in (entry for kind in TEXT_KINDS for entry in survey.texts(kind)):
        if entry.record is not None and any(isinstance(thing, CaptionRef) and thing.name == name for thing in entry.things):
            return entry.record
    raise EditorError(
        f"The text strip {name!r} is no caption of this scene: its look can be given to others, but nothing is known of who speaks.",
        "Choose a caption that Auto Captions wrote.",
        BAD_INPUT,
    )
