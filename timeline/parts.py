"""A rearrangement made ready to be written: what becomes of each strip, and whether it can. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..ml.errors import BAD_INPUT, DEFECT, LOCKED, EditorError
from .layout import TRANSITIONS, Item, Layout, Piece, Rearrangement
from .timebase import FrameRange
from .transit import Seat, Step, steps

Rows = tuple[tuple[FrameRange, int], ...]
"""Frames, and by how much each of them is shifted."""


@dataclass(frozen=True)
class Part:
    """A strip that an item becomes. It has its length from frame `at` on before it is moved to where its piece stands."""

    piece: Piece
    at: int

    @property
    def trimmed(self) -> FrameRange:
        return FrameRange(self.at, self.at + self.piece.length)

    @property
    def split(self) -> FrameRange:
        """The frames it has when it is split off: more than `trimmed` where it is then played faster."""
        return self.piece.frames if self.piece.speed != 1 and not self.piece.more else self.trimmed

    @property
    def shifted(self) -> Rows:
        """Where its old frames stand before it is moved: first frame, frame after the last, and by how much each is shifted."""
        rows, at = [], self.at
        for frames in self.piece.parts:
            rows.append((frames, at - frames.start))
            at += frames.length
        return tuple(rows)


def laid(pieces: Iterable[Piece], start: int) -> tuple[Part, ...]:
    """The parts that pieces of one item become, in order of time. Those made of several parts of the old timeline, which show the same
    all along, take its frames from `start` on, one after the other."""
    ordered = sorted(pieces, key=lambda piece: piece.frames.start)
    if not any(piece.more for piece in ordered):
        return tuple(Part(piece, piece.frames.start) for piece in ordered)
    found = []
    for piece in ordered:
        found.append(Part(piece, start))
        start += piece.length
    return tuple(found)


@dataclass(frozen=True)
class Prepared:
    """`parts` of every item without inputs that changes, in order of time; `gone` whatever goes as a whole; `riders` the effects whose
    inputs change, with what was said of them."""

    layout: Layout
    parts: Mapping[str, tuple[Part, ...]]
    gone: tuple[str, ...]
    riders: Mapping[str, tuple[Part, ...]]
    notices: tuple[str, ...] = ()

    @cached_property
    def cuts(self) -> tuple[tuple[int, str], ...]:
        """(frame, item) of every split, from left to right."""
        return tuple(sorted((part.at, name) for name, parts in self.parts.items() for part in parts[1:]))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """How the parts come to their places, by `key`."""
        changed = {*self.parts, *self.gone, *self.riders}
        standing = {item.name: (item.channel, item.frames) for item in self.layout.items if item.name not in changed}
        channels = {item.name: item.channel for item in self.layout.items}
        wanted: dict[str, Seat] = {}
        for name, parts in self.parts.items():
            for number, part in enumerate(parts):
                standing[key(name, number)] = (channels[name], part.trimmed)
                wanted[key(name, number)] = (part.piece.channel, part.piece.stands)
        return tuple(steps(standing, wanted, self.layout.held_channels))


def key(item: str, number: int) -> str:
    """What a part is called before it has a strip of its own."""
    return f"{item}\n{number}"


def prepared(layout: Layout, wanted: Rearrangement) -> Prepared:
    """Raises `EditorError`: LOCKED where something that would change must not, BAD_INPUT where it cannot be split or has no room, DEFECT
    where `wanted` makes no sense for this layout."""
    items = {item.name: item for item in layout.items}
    by_item: dict[str, list[Piece]] = defaultdict(list)
    for piece in wanted.pieces:
        by_item[piece.item].append(piece)
    unknown = ({*by_item, *wanted.gone}) - items.keys()
    if unknown:
        raise _defect(f"Strip {min(unknown)!r} is not in the sequence")
    parts = {name: _parts(items[name], pieces) for name, pieces in by_item.items() if not items[name].inputs}
    parts = {name: found for name, found in parts.items() if not _as_it_is(items[name], found)}
    lost = _lost_transitions(items, parts, wanted.gone)
    gone = tuple(dict.fromkeys((*wanted.gone, *lost)))
    riding = [item.name for item in layout.items if item.inputs and item.name not in gone and _rides(item, items, parts, gone)]
    riders = {name: laid(by_item.get(name, ()), items[name].frames.start) for name in riding}
    found = Prepared(layout, parts, gone, riders, tuple(_notice(name) for name in lost))
    _check_held(found, items)
    _check_room(found, items)
    return found


def _parts(item: Item, pieces: list[Piece]) -> tuple[Part, ...]:
    kept = sorted(frames for piece in pieces for frames in piece.parts)
    if any(one.end > other.start for one, other in pairwise(kept)):
        raise _defect(f"A part of strip {item.name!r} would stand twice")
    if not all(frames.length for frames in kept) or kept[0].start < item.frames.start or kept[-1].end > item.frames.end:
        raise _defect(f"Strip {item.name!r} does not reach over what is to stay of it")
    if any(piece.more for piece in pieces) and not item.lasting:
        raise _defect(f"Strip {item.name!r} shows more than one thing, and is to be no longer than its parts")
    if item.whole and (kept != [item.frames] or pieces[0].speed != 1):
        raise EditorError(f"Strip {item.name!r} cannot be split: {item.whole}.", "Leave it as a whole.", BAD_INPUT)
    return laid(pieces, item.frames.start)


def _as_it_is(item: Item, parts: tuple[Part, ...]) -> bool:
    piece = parts[0].piece
    same = len(parts) == 1 and piece.frames == piece.stands == item.frames and piece.channel == item.channel
    return same and (item.muted or not piece.muted)


def _rides(item: Item, items: Mapping[str, Item], parts: Mapping[str, object], gone: Iterable[str]) -> bool:
    return any(name in parts or name in gone or (name in items and _rides(items[name], items, parts, gone)) for name in item.inputs)


def _lost_transitions(items: Mapping[str, Item], parts: Mapping[str, tuple[Part, ...]], gone: Iterable[str]) -> list[str]:
    gone = set(gone)
    return [
        item.name
        for item in items.values()
        if item.kind in TRANSITIONS and item.name not in gone and _shift(item, item.frames, items, parts, gone) is None
    ]


def _shift(
    item: Item, frames: FrameRange, items: Mapping[str, Item], parts: Mapping[str, tuple[Part, ...]], gone: set[str]
) -> tuple[int, int] | None:
    """Which of its parts shows these frames of a strip, and by how much they move; None where they do not stay together."""
    if item.name in gone:
        return None
    if item.inputs:
        found = [_shift(items[name], frames, items, parts, gone) if name in items else None for name in item.inputs]
        return found[0] if None not in found and len({one[1] for one in found if one}) == 1 else None
    if item.name not in parts:
        return 0, 0
    for number, part in enumerate(parts[item.name]):
        for old, shift in part.shifted:
            if old.start <= frames.start and frames.end <= old.end and part.piece.speed == 1:
                return number, shift + part.piece.start - part.at
    return None


def _notice(name: str) -> str:
    return f"Transition {name!r} is gone: its strips no longer meet under all of it."


def _check_held(found: Prepared, items: Mapping[str, Item]) -> None:
    for name in (*found.parts, *found.gone, *found.riders):
        if items[name].held:
            reason = items[name].held
            raise EditorError(f"{reason[0].upper()}{reason[1:]}.", "Unlock it and run again. Nothing was changed.", LOCKED)


def _check_room(found: Prepared, items: Mapping[str, Item]) -> None:
    """Nothing may come to stand over another strip. What effects with inputs need is seen when they are there."""
    changed = {*found.parts, *found.gone, *found.riders}
    seats = [(item.channel, item.frames.start, item.frames.end, item.name) for item in items.values() if item.name not in changed]
    for name, parts in found.parts.items():
        seats += [(p.piece.channel, p.piece.stands.start, p.piece.stands.end, name) for p in parts]
    for (channel, _start, end, name), (next_channel, start, _end, other) in pairwise(sorted(seats)):
        if channel == next_channel and start < end and (name in changed or other in changed):
            what = f"At frame {start} of channel {channel}, {name!r} and {other!r} would stand over each other."
            held = next((items[one].held for one in (name, other) if items[one].held), "")
            if held:
                raise EditorError(f"{what[:-1]}: {held}.", "Unlock it, or move it to another channel.", LOCKED)
            raise EditorError(what, "Move one of them to another channel.", BAD_INPUT)


def _defect(what: str) -> EditorError:
    return EditorError(f"{what}.", "Please report it.", DEFECT)
