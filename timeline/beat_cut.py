"""Strips cut to music: each is shortened so that they follow each other on beats, in order. Pure.

Nothing is ever longer than it stands on the timeline, so nothing is shown that the editor had cut away.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Literal

from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from .beat_grid import Tick
from .layout import TRANSITIONS, Item, Layout, Piece, Rearrangement
from .timebase import FrameRange

By = Literal["every", "energy"]
Part = Literal["start", "middle", "end"]
Sound = Literal["together", "drop"]
LOUD, SOFT = 2 / 3, 1 / 3
"""In the loudest third of the music strips change fastest, in the softest slowest."""


@dataclass(frozen=True)
class CutOptions:
    """`every` beats a strip; `by` "energy": that many where the music is strong, twice as many elsewhere, four times where it is soft.
    `part` of each strip is shown. `sound` that belongs to it goes along, or is removed."""

    by: By = "every"
    every: int = 4
    part: Part = "middle"
    sound: Sound = "together"


@dataclass(frozen=True)
class _Unit:
    """A strip and what belongs to it."""

    main: Item
    along: tuple[Item, ...]


def cut_to(
    layout: Layout, ticks: Sequence[Tick], names: Collection[str], options: CutOptions, music: Collection[str] = ()
) -> Rearrangement:
    """Where the strips `names` are to stand: from the beat nearest to where the first of them begins, one after another in order of
    time, each in its own channel.

    Where bars are known strips change with them: one takes up to half as many beats more or less, so that the next begins with a bar
    (with four beats a strip). A strip that is shorter than it should be takes as many beats as it fills. Those that the music does not
    reach follow it as they are.
    Raises `EditorError`: LOCKED when one is locked, BAD_INPUT for fewer than two strips or beats, and for a strip shorter than a beat or
    one that cannot be shortened.
    """
    units = _units(layout, names, music)
    if len(units) < 2:
        raise EditorError("There are no strips to cut to the music.", "Select two strips or more beside the music.", BAD_INPUT)
    if len(ticks) < 2:
        raise EditorError("No beats were heard where the strips stand.", "Choose the music, or lower Least Sure.", BAD_INPUT)
    _check(units, layout)
    frames = [tick.frame for tick in ticks]
    begin = units[0].main.frames.start
    place = bisect_left(frames, begin)
    if place == len(frames) or (place and begin - frames[place - 1] <= frames[place] - begin):
        place -= 1
    pieces: list[Piece] = []
    late: list[str] = []
    at = frames[place]
    strengths = sorted(tick.strength for tick in ticks)
    bar = next((number for number, tick in enumerate(ticks) if tick.place == 1), place)
    for unit in units:
        whole = unit.main.frames
        shown = whole
        if place < len(frames) - 1:
            end = min(_end(place, bar, _beats(ticks, place, strengths, options)), len(frames) - 1)
            end = min(end, bisect_right(frames, frames[place] + whole.length) - 1)
            if end <= place:
                longest = frames[place + 1] - frames[place]
                what = f"Strip {unit.main.name!r} is shorter than a beat ({whole.length} frames, a beat is {longest})."
                raise EditorError(what, "Leave it out of the selection, or make it longer.", BAD_INPUT)
            shown = _part(whole, frames[end] - frames[place], options.part)
            place = end
        else:
            late.append(unit.main.name)
        pieces += _pieces(unit, shown, at, options)
        at += shown.length
    gone = [item.name for unit in units for item in unit.along] if options.sound == "drop" else []
    gone += _unused(units, pieces) if options.sound == "together" else []
    notices: tuple[str, ...] = ()
    if late:
        strips = "1 strip follows" if len(late) == 1 else f"{len(late)} strips follow"
        notices = (f"The music ends before the strips do: {strips} uncut.",)
    return Rearrangement(tuple(pieces), tuple(dict.fromkeys(gone)), notices=notices)


def _units(layout: Layout, names: Collection[str], music: Collection[str]) -> list[_Unit]:
    """The strips that are meant, each with what is cut with it; a sound whose picture is meant too is not one of its own."""
    items = {item.name: item for item in layout.items}
    meant = [items[name] for name in names if name in items and name not in music and not items[name].inputs]
    chosen = {item.name for item in meant}
    led = {
        item.name
        for item in meant
        if item.kind == "SOUND" and any(one in chosen and items[one].kind != "SOUND" for one in item.partners if one in items)
    }
    mains = sorted((item for item in meant if item.name not in led), key=lambda item: (item.frames.start, item.channel, item.name))
    found, taken = [], {item.name for item in mains}
    for main in mains:
        along = [items[one] for one in main.partners if one in items and one not in taken and one not in music and one != main.name]
        taken.update(item.name for item in along)
        found.append(_Unit(main, tuple(along)))
    return found


def _check(units: Sequence[_Unit], layout: Layout) -> None:
    members = {item.name for unit in units for item in (unit.main, *unit.along)}
    for unit in units:
        for item in (unit.main, *unit.along):
            if item.held:
                raise EditorError(f"Nothing was changed: {item.held}.", "Unlock it, or choose other strips.", LOCKED)
            if item.whole:
                raise EditorError(f"Strip {item.name!r} cannot be shortened: {item.whole}.", "Leave it out of the selection.", BAD_INPUT)
    for item in layout.items:
        if item.kind in TRANSITIONS and not members.isdisjoint(item.inputs):
            raise EditorError(f"Transition {item.name!r} holds strips that are to be cut.", "Remove it first.", BAD_INPUT)


def _beats(ticks: Sequence[Tick], place: int, strengths: Sequence[float], options: CutOptions) -> int:
    """How many beats the strip that begins at this one takes."""
    if options.by == "every":
        return options.every
    here = mean(tick.strength for tick in ticks[place : place + 4 * options.every])
    rank = bisect_left(strengths, here) / len(strengths)
    return options.every * (1 if rank >= LOUD else 2 if rank >= SOFT else 4)


def _end(place: int, bar: int, count: int) -> int:
    """The beat about `count` beats after `place` that is a multiple of `count` away from the one that begins a `bar`; of two equally near
    the earlier."""
    over = (place - bar) % count
    return place + count - over if 2 * over <= count else place + 2 * count - over


def _part(whole: FrameRange, length: int, part: Part) -> FrameRange:
    spare = whole.length - length
    start = whole.start + {"start": 0, "middle": spare // 2, "end": spare}[part]
    return FrameRange(start, start + length)


def _pieces(unit: _Unit, shown: FrameRange, at: int, options: CutOptions) -> list[Piece]:
    found = [Piece(unit.main.name, shown, at, unit.main.channel, unit.main.muted)]
    for item in unit.along if options.sound == "together" else ():
        start, end = max(shown.start, item.frames.start), min(shown.end, item.frames.end)
        if start < end:
            found.append(Piece(item.name, FrameRange(start, end), at + start - shown.start, item.channel, item.muted))
    return found


def _unused(units: Sequence[_Unit], pieces: Sequence[Piece]) -> list[str]:
    """What belongs to a strip and is not heard in the part of it that is shown."""
    used = {piece.item for piece in pieces}
    return [item.name for unit in units for item in unit.along if item.name not in used]
