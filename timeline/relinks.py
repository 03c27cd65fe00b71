"""Media that were replaced: the same strip in the same place shows another file than when it was written about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from .ledger import Ledger
from .plan import Identity
from .state import StripRef, Tag, Timeline

_ROUNDING = 1
"""Frames by which the same moment may lie elsewhere in a file of another rate."""


def relinks(ledger: Ledger, by_name: Mapping[str, StripRef]) -> dict[str, str]:
    """Former medium -> the medium that took its place.

    A medium was replaced when no strip shows it any more, and most of what is known of it lies, through the strips it was
    written for, exactly where it lay, in one other medium that the ledger knows nothing of: a new export under the old name.
    """
    shown = {strip.medium for strip in by_name.values()}
    known = {record.identity.medium for record in ledger.records}
    votes: dict[str, Counter[str]] = {medium: Counter() for medium in known - shown}
    if not votes:
        return {}
    for record in ledger.records:
        strip = by_name.get(record.strip)
        if record.identity.medium in votes and strip is not None and strip.medium:
            source = strip.source
            there = source is not None and abs(source.nearest_frame(record.identity.start) - record.anchor) <= _ROUNDING
            votes[record.identity.medium][strip.medium if there and strip.medium not in known else ""] += 1
    winners = {medium: max(count, key=count.__getitem__) for medium, count in votes.items() if count}
    return {medium: winner for medium, winner in winners.items() if winner and 2 * votes[medium][winner] > votes[medium].total()}


def follow(timeline: Timeline, ledger: Ledger, moved: Mapping[str, str]) -> tuple[Timeline, Ledger]:
    """Both, as though everything had been written about the media that stand there now."""

    def identity(old: Identity) -> Identity:
        return replace(old, medium=moved[old.medium]) if old.medium in moved else old

    def tag(old: Tag | None) -> Tag | None:
        return replace(old, identity=identity(old.identity)) if old is not None and old.identity is not None else old

    records = tuple(replace(record, identity=identity(record.identity)) for record in ledger.records)
    captions = tuple(replace(caption, tag=tag(caption.tag)) for caption in timeline.captions)
    markers = tuple(replace(marker, tag=tag(marker.tag)) for marker in timeline.markers)
    return replace(timeline, captions=captions, markers=markers), replace(ledger, records=records)
