"""What accepted removals come to: which frames of which strips go, are shortened, sped up or muted, and how much shorter it gets. Pure."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from ..ml.errors import STALE, EditorError
from .layout import Cutout, Layout, Piece, Rearrangement, Ripple
from .removals import Removal
from .ripple import RippleOptions, cut_out
from .timebase import FrameRange

_Part = tuple[FrameRange, int, Fraction]
"""Frames, how many of them stay, how much faster they are played."""
ORDER = ("remove", "shorten", "speed")
"""Where two removals of a strip overlap, what stands earlier here holds."""


def saved(removal: Removal) -> int:
    """How many frames shorter the timeline gets by this removal alone."""
    if removal.way == "mute":
        return 0
    return _gain(*_part(removal))


def _part(removal: Removal) -> _Part:
    keep = removal.keep if removal.way == "shorten" else 0
    return removal.frames, keep, removal.speed if removal.way == "speed" else Fraction(1)


def _gain(frames: FrameRange, keep: int, speed: Fraction) -> int:
    if speed > 1:
        return frames.length - (-(-frames.length * speed.denominator // speed.numerator))
    return max(0, frames.length - keep)


def total_saved(removals: Iterable[Removal]) -> int:
    """How many frames shorter the timeline gets by all of them; where several strips are cut at one time it counts once."""
    return sum(_gain(*part) for part in _merged([one for one in removals if one.way != "mute"]))


def gained(wanted: Rearrangement, removals: Iterable[Removal], mode: Ripple) -> int:
    """How many frames shorter it has become: by what everything behind moves where everything moves, else by what was cut out."""
    if mode == "lift":
        return 0
    if mode == "selected" or not wanted.moves:
        return total_saved(removals) if wanted.pieces or wanted.gone else 0
    last = wanted.moves[-1]
    return last.frames.start - last.start


def cutouts(removals: Iterable[Removal], names: Collection[str]) -> tuple[Cutout, ...]:
    """What is to be cut out of the strips `names`, in order of time: overlapping and touching removals as one, and those of several
    strips that are the same as one. What is silent with a strip is cut along. Muted ones are not among them.

    Raises `EditorError(STALE)` when a strip is not there.
    """
    by_strip: dict[str, list[Removal]] = defaultdict(list)
    for one in removals:
        if one.strip not in names:
            raise EditorError(f"Strip {one.strip!r} is no longer there.", "Press Refresh in the review list.", STALE)
        for name in (one.strip, *(name for name in one.beside if name in names)):
            by_strip[name].append(one)
    strips: dict[_Part, list[str]] = defaultdict(list)
    for name in sorted(by_strip):
        for part in _merged([one for one in by_strip[name] if one.way != "mute"]):
            if _gain(*part):
                strips[part].append(name)
    ordered = sorted(strips, key=lambda part: (part[0], part[1], part[2]))
    return tuple(Cutout(frames, tuple(strips[frames, keep, speed]), keep, speed) for frames, keep, speed in ordered)


def muted(removals: Iterable[Removal]) -> dict[str, tuple[FrameRange, ...]]:
    """Strip -> the frames that are to be muted where they are."""
    by_strip: dict[str, list[FrameRange]] = defaultdict(list)
    for one in removals:
        for name in (one.strip, *one.beside) if one.way == "mute" else ():
            by_strip[name].append(one.frames)
    return {name: tuple(union(ranges)) for name, ranges in by_strip.items()}


def union(ranges: Iterable[FrameRange]) -> list[FrameRange]:
    """In order, without overlap; ranges that touch are one."""
    found: list[FrameRange] = []
    for one in sorted(ranges):
        if found and one.start <= found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        elif one.length:
            found.append(one)
    return found


def minus(frames: FrameRange, taken: Sequence[FrameRange]) -> list[FrameRange]:
    """The parts of `frames` that lie in none of `taken`, which are in order and do not overlap."""
    left, start = [], frames.start
    first = max(0, bisect_right(taken, frames.start, key=lambda one: one.start) - 1)
    for place in range(first, len(taken)):
        one = taken[place]
        if one.start >= frames.end:
            break
        if one.end <= start:
            continue
        if one.start > start:
            left.append(FrameRange(start, one.start))
        start = max(start, one.end)
    return [*left, FrameRange(start, frames.end)] if start < frames.end else left


def _merged(removals: Sequence[Removal]) -> list[_Part]:
    """The parts, none over another. What stays of a part that another removal bites into is no more than its rest."""
    gone = union(one.frames for one in removals if one.way == "remove")
    found: list[_Part] = [(frames, 0, Fraction(1)) for frames in gone]
    taken = list(gone)  # kept in order, so that thousands are quick; no rest lies in another
    others = sorted((one for one in removals if one.way != "remove"), key=lambda one: (ORDER.index(one.way), one.frames))
    for one in others:
        _frames, keep, speed = _part(one)
        for rest in minus(one.frames, taken):
            stays = min(keep, rest.length)
            found.append((rest, stays, speed))
            keep -= stays
            insort(taken, rest)
    return sorted(found, key=lambda part: part[0])


def rearranged(
    removals: Sequence[Removal], layout: Layout, mode: Ripple, options: RippleOptions, *, copy_takes: bool = False
) -> Rearrangement:
    """Where everything is to stand once these removals are carried out; `copy_takes` keeps takes as muted copies whatever the mode.

    Raises `EditorError`: STALE when a strip is not there, and what `ripple.cut_out` raises, LOCKED above all.
    """
    wanted = Rearrangement()
    cuts = cutouts(removals, {item.name for item in layout.items})
    if cuts:
        wanted = cut_out(layout, cuts, mode, options)
        takes = union(one.frames for one in removals if one.kind == "take" and one.way != "mute") if copy_takes and mode != "copy" else []
        if takes:
            wanted = with_copies(wanted, cut_out(layout, cuts, "copy", options), takes, stays=mode == "lift")
    mutes = muted(removals)
    return with_muted(wanted, layout, mutes) if mutes else wanted


def with_muted(wanted: Rearrangement, layout: Layout, ranges: dict[str, tuple[FrameRange, ...]]) -> Rearrangement:
    """`wanted`, and these frames (of the old timeline) of these strips muted wherever they then stand.

    Of a movie strip the sound strips it is cut with are muted: muting it would hide its picture. Raises `EditorError(STALE)` when a
    strip is not there, LOCKED never: who carries it out refuses that.
    """
    items = {item.name: item for item in layout.items}
    mute: dict[str, list[FrameRange]] = defaultdict(list)
    for name, parts in ranges.items():
        if name not in items:
            raise EditorError(f"Strip {name!r} is no longer there.", "Press Refresh in the review list.", STALE)
        item = items[name]
        sounding = [item.name] if item.kind == "SOUND" else [one for one in item.partners if one in items and items[one].kind == "SOUND"]
        for one in sounding:
            mute[one] += parts
    pieces: list[Piece] = []
    changed = {piece.item for piece in wanted.pieces}
    for piece in wanted.pieces:
        pieces += _split(piece, union(mute.get(piece.item, ())))
    for name in mute:
        item = items[name]
        if name not in changed and name not in wanted.gone:
            pieces += _split(Piece(name, item.frames, item.frames.start, item.channel, item.muted), union(mute[name]))
    return replace(wanted, pieces=tuple(pieces))


def _split(piece: Piece, mute: Sequence[FrameRange]) -> list[Piece]:
    """A piece that is played faster stays whole: it is muted where any of it is to be."""
    inside = [FrameRange(max(one.start, piece.frames.start), min(one.end, piece.frames.end)) for one in mute if one.overlaps(piece.frames)]
    if not inside or piece.speed != 1:
        return [replace(piece, muted=piece.muted or bool(inside))]
    parts = [(frames, True) for frames in inside] + [(frames, piece.muted) for frames in minus(piece.frames, inside)]
    shift = piece.start - piece.frames.start
    return [replace(piece, frames=frames, start=frames.start + shift, muted=off) for frames, off in sorted(parts, key=lambda part: part[0])]


def with_copies(wanted: Rearrangement, copied: Rearrangement, frames: Sequence[FrameRange], *, stays: bool = False) -> Rearrangement:
    """`wanted`, and of `copied` (the same cutouts with muted copies kept) the copies of what lies in `frames` of the old timeline.

    `stays`: nothing moves in `wanted`, so the copies stand where their originals stood.
    """
    ours = {(piece.item, piece.frames) for piece in wanted.pieces}
    copies = [piece for piece in copied.pieces if piece.muted and (piece.item, piece.frames) not in ours]
    kept = [
        replace(piece, start=piece.frames.start) if stays else piece
        for piece in copies
        if any(_within(piece.frames, one) for one in frames)
    ]
    there = {piece.item for piece in kept}
    pieces = sorted((*wanted.pieces, *kept), key=lambda piece: (piece.item, piece.frames, piece.start))
    return replace(wanted, pieces=tuple(pieces), gone=tuple(name for name in wanted.gone if name not in there))


def _within(one: FrameRange, other: FrameRange) -> bool:
    return other.start <= one.start and one.end <= other.end
