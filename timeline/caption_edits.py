"""What an editor does to captions with our operators, as values: what becomes of each text strip, and of what is remembered. Pure.

A later run of Auto Captions keeps all of it: a corrected text differs from what was written, a moved caption stands elsewhere, a
deleted one is missed. What was split and merged is entered in the ledger (`caption_parts`).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..ml.errors import BAD_INPUT, STALE, USAGE, EditorError
from ..ml.facts import Word
from .caption_list import SPOKEN, kind_of, words_of
from .lanes import Ground
from .ledger import Record, dump
from .plan import TEXT_KINDS
from .realign import realign
from .state import CaptionRef, Tag, Timeline
from .survey import Entry, Survey
from .timebase import FrameRange

LAST_FRAME = 1_000_000
"""Blender's frames end a little later."""


@dataclass(frozen=True)
class Piece:
    """A text strip as it shall stand; `tag` None leaves it whatever tag it has, `channel` 0 its channel."""

    frames: FrameRange
    text: str
    tag: Tag | None = None
    channel: int = 0


@dataclass(frozen=True)
class Becomes:
    """What becomes of the text strip `name`: nothing, one piece, or two into which it is split, in order of time."""

    name: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class CaptionEdits:
    """`ledger` is the JSON to store. What is not in `strips` stays as it is."""

    strips: tuple[Becomes, ...]
    ledger: str

    def __bool__(self) -> bool:
        return bool(self.strips)


def cleaned(text: str) -> str:
    """A caption's text without control characters, blank lines and blanks around lines. Raises `EditorError` when nothing is left."""
    for ending in ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"):
        text = text.replace(ending, "\n")
    kept = "".join(" " if sign == "\t" else sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    found = "\n".join(line for row in kept.split("\n") if (line := row.strip()))
    if not found:
        raise EditorError("A caption needs text.", "Write something, or delete the caption.", BAD_INPUT)
    return found


class Bench:
    """The captions of one reading of a timeline, each with its place in the ledger. Raises `EditorError` for an unreadable ledger."""

    def __init__(self, timeline: Timeline) -> None:
        self.survey = Survey(timeline)
        self.timeline = self.survey.timeline
        self.refs = {ref.name: ref for ref in self.timeline.captions}
        self.ledger = self.survey.ledger
        self._entries: dict[str, Entry] | None = None

    def ref(self, name: str) -> CaptionRef:
        """Raises `EditorError(STALE)` when no caption has this name."""
        if name not in self.refs or kind_of(self.refs[name]) is None:
            raise EditorError(f"There is no caption {name!r}.", "Press Refresh in the caption list.", STALE)
        return self.refs[name]

    def entry(self, ref: CaptionRef) -> Entry | None:
        """What the ledger has to do with a caption; None for the editor's own."""
        if self._entries is None:
            found = [entry for kind in TEXT_KINDS for entry in self.survey.texts(kind)]
            self._entries = {thing.name: entry for entry in found for thing in entry.things}
        return self._entries.get(ref.name)

    @property
    def following(self) -> str:
        """The id of the next record."""
        return str(self.ledger.next)

    def edits(
        self, strips: Sequence[Becomes], records: Mapping[str, Record | None] | None = None, added: Sequence[Record] = ()
    ) -> CaptionEdits:
        """With these records changed (None: forgotten) and added; `next` counts on from the highest added."""
        if not records and not added:
            return CaptionEdits(tuple(strips), self.timeline.ledger)
        kept = [(records or {}).get(record.id, record) for record in self.ledger.records]
        following = max([self.ledger.next, *(int(record.id) + 1 for record in added)])
        ledger = replace(self.ledger, next=following, records=(*(record for record in kept if record is not None), *added))
        return CaptionEdits(tuple(strips), dump(ledger))


def alone(entry: Entry | None) -> bool:
    """Whether a record belongs to this one caption: it is no copy, and not one of several pieces."""
    return entry is not None and entry.record is not None and len(entry.things) == 1 and not entry.copy


def retext(timeline: Timeline, texts: Mapping[str, str]) -> CaptionEdits:
    """Other texts for captions, by their strips' names; words that stay keep their times. Raises `EditorError`."""
    bench = Bench(timeline)
    strips = []
    for name, wanted in texts.items():
        ref, text = bench.ref(name), cleaned(wanted)
        if text != ref.text:
            tag = replace(ref.tag, words=realign(words_of(ref), text)) if ref.tag is not None else None
            strips.append(Becomes(name, (Piece(ref.frames, text, tag),)))
    return bench.edits(strips)


def accept(timeline: Timeline, names: Collection[str]) -> CaptionEdits:
    """The words of these captions are right: none of them is doubtful any more. Raises `EditorError`."""
    bench = Bench(timeline)
    strips = []
    for name in names:
        ref = bench.ref(name)
        words = words_of(ref)
        if ref.tag is not None and any(word.confidence < 1 for word in words):
            sure = tuple(replace(word, confidence=1.0) for word in words)
            strips.append(Becomes(name, (Piece(ref.frames, ref.text, replace(ref.tag, words=sure)),)))
    return bench.edits(strips)


def delete(timeline: Timeline, names: Collection[str]) -> CaptionEdits:
    """These captions go, and no later run brings them back. Raises `EditorError`."""
    bench = Bench(timeline)
    number = bench.ledger.next
    buried: list[Record] = []
    for name in names:
        entry = bench.entry(bench.ref(name))
        if entry is not None and (entry.record is None or entry.copy) and entry.showing is not None:
            buried.append(tombstone(str(number + len(buried)), entry))
    return bench.edits([Becomes(name) for name in names], added=buried)


def tombstone(number: str, entry: Entry) -> Record:
    """A record of a caption that had none of its own, and was deleted: a copy, or one from elsewhere."""
    return Record(number, entry.identity, "deleted", anchor=entry.anchor, strip=entry.strips[0] if entry.strips else "")


def shift(timeline: Timeline, names: Collection[str], by: int, *, overlap: bool = False) -> CaptionEdits:
    """These captions `by` frames later (earlier where negative), all of them as far, in their order.

    They may not come over other captions, nor past them, unless `overlap` allows it: those that then meet one in their channel go to
    a free one. They never come over anything else. Raises `EditorError`, saying how far they can go.
    """
    bench = Bench(timeline)
    moved = [bench.ref(name) for name in names]
    if not moved or not by:
        raise EditorError("Nothing would move." if moved else "No caption is meant.", "Choose captions, and by how many frames.", USAGE)
    if any(abs(edge + by) >= LAST_FRAME for ref in moved for edge in (ref.frames.start, ref.frames.end)):
        raise EditorError(f"A caption would go beyond frame {LAST_FRAME}.", "Shift by fewer frames.", USAGE)
    strips = _Road(bench, moved).go(by, overlap)
    return bench.edits(strips)


class _Road:
    """What captions that move may meet."""

    def __init__(self, bench: Bench, moved: Sequence[CaptionRef]) -> None:
        self._bench, self._moved = bench, moved
        going = {ref.name for ref in moved}
        texts = {(ref.channel, ref.frames) for ref in bench.refs.values()}
        stay = [ref for ref in bench.refs.values() if ref.name not in going]
        self._others = [place for place in bench.timeline.occupied if place not in texts]
        spoken = [ref for ref in stay if not ref.muted]
        self._streams = {
            True: sorted(ref.frames for ref in spoken if kind_of(ref) in SPOKEN),
            False: sorted(ref.frames for ref in spoken if kind_of(ref) == "translation"),
        }
        self._lanes: dict[int, list[FrameRange]] = {}
        self._blocks: dict[int, list[FrameRange]] = {}
        for ref in stay:
            self._lanes.setdefault(ref.channel, []).append(ref.frames)
        for channel, frames in self._others:
            self._blocks.setdefault(channel, []).append(frames)
        for table in (self._lanes, self._blocks):
            for lane in table.values():
                lane.sort()

    def go(self, by: int, overlap: bool) -> list[Becomes]:
        for ref in self._moved:
            room = _room(self._blocks.get(ref.channel, ()), ref.frames, by)
            if room < abs(by):
                raise _blocked(ref, "another strip in its channel", room, "")
            if not overlap:
                stream = self._streams[kind_of(ref) in SPOKEN]
                room = min(_room(stream, ref.frames, by), _room(self._lanes.get(ref.channel, ()), ref.frames, by))
                if room < abs(by):
                    raise _blocked(ref, "the next caption" if by > 0 else "the caption before it", room, ", or allow overlap")
        return self._pieces(by)

    def _pieces(self, by: int) -> list[Becomes]:
        ground: Ground | None = None
        strips = []
        for ref in self._moved:
            frames, channel = ref.frames.moved(by), 0
            if any(frames.overlaps(other) for other in self._lanes.get(ref.channel, ())):
                if ground is None:
                    places = [(f"occupied {n}", *place) for n, place in enumerate(self._bench.timeline.occupied)]
                    ground = Ground(places)
                channel = ground.free_channel((ref.frames, frames), self._bench.timeline.held_channels)
                ground.put(f"moved {ref.name}", channel, frames)
            strips.append(Becomes(ref.name, (Piece(frames, ref.text, channel=channel),)))
        return strips


def _room(standing: Sequence[FrameRange], frames: FrameRange, by: int) -> int:
    """How many frames `frames` may go towards `by` before it meets one of `standing` (in order) that it does not lie over already."""
    if by > 0:
        place = bisect_left(standing, FrameRange(frames.end, frames.end))
        return standing[place].start - frames.end if place < len(standing) else LAST_FRAME
    place = bisect_left(standing, FrameRange(frames.start, frames.start))
    ends = [other.end for other in standing[max(0, place - 8) : place] if other.end <= frames.start]
    return frames.start - max(ends) if ends else LAST_FRAME


def _blocked(ref: CaptionRef, what: str, room: int, remedy: str) -> EditorError:
    far = f"Shift by {room} frames at most{remedy}." if room else f"It cannot go that way{remedy}."
    return EditorError(f"Caption {ref.name!r} would meet {what}.", far, USAGE)


def spread(text: str, frames: FrameRange) -> tuple[Word, ...]:
    """The words of a text that nobody timed, over its frames by their length; their seconds are frames."""
    return realign((Word("\ue000", Fraction(frames.start), Fraction(frames.end), 1.0),), text)
