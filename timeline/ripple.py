"""Parts of a timeline cut out, and what is left closed up or put in another order: layout in, rearrangement out. Pure.

Picture, sound and effects that are tied to each other move by the same number of frames everywhere; whole frames are counted, so
nothing adds up over a thousand cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..ml.errors import BAD_INPUT, STALE, EditorError
from .layout import Cutout, Item, Layout, Piece, Rearrangement, Ripple
from .ripple_cuts import Asked, Notes, Settling, asked
from .ripple_groups import Group, groups, meant
from .ripple_order import put_in_order
from .ripple_pieces import check_room, copies, in_free_channels, joins, marks, pieces, scene_range, unchanged
from .ripple_ties import Ties, hull
from .ripple_time import STILL, TimeMap, cut
from .timebase import FrameRange

_MOST = 3
"""Locked strips named in a notice."""


@dataclass(frozen=True)
class RippleOptions:
    """What stays as it is: every strip in the `fixed` channels, and the strips named in `music`. With `keep_markers`, markers within
    what is cut out are put where it was; otherwise they go with it. The texts in `divided` are divided where their parts go apart or
    change their order, for somebody sees to it that each says its own words; of all others the longest part is left."""

    fixed: frozenset[int] = frozenset()
    music: frozenset[str] = frozenset()
    keep_markers: bool = False
    divided: frozenset[str] = frozenset()


DEFAULT = RippleOptions()


@dataclass
class _Laid:
    """What becomes of every strip that may move, and the new frames at which something begins or ends that did not."""

    kept: dict[str, list[Piece]] = field(default_factory=dict)
    copied: list[Piece] = field(default_factory=list)
    edges: set[int] = field(default_factory=set)


def cut_out(layout: Layout, cutouts: Sequence[Cutout], mode: Ripple, options: RippleOptions = DEFAULT) -> Rearrangement:
    """Where everything stands when these parts are cut out, shortened or played faster.

    With "all" and "copy" everything that stands over a part loses it, and all behind moves up. With "selected" and "lift" only the
    strips that are meant lose it, with all that is tied to them; with "selected" they close up among themselves, as far as nothing
    else stands in their channel. Where holes are left nothing is played faster.

    A part that would end within a transition ends at its edge. One that would split a strip that cannot be split is left in. Both
    are told in the notices. Raises `EditorError`, before anything: LOCKED when a locked strip would have to be cut or moved, or
    is in the way; BAD_INPUT for parts without frames, and when strips would overlap; STALE when a strip is not there.
    """
    ties = Ties(layout, options.fixed, options.music, options.divided)
    notes = Notes()
    wanted = _checked(layout, cutouts, ties, notes)
    if mode == "lift":
        notes.slow = sum(part.speed > 1 for part, _ in wanted)
        wanted = [(part, names) for part, names in wanted if part.speed == 1]
    if mode in ("selected", "lift"):
        parts = groups(layout, ties, wanted, notes, close=mode == "selected")
        laid = _laid(layout, ties, parts)
        told = _told(layout, laid, STILL, layout.frames.start, list(notes.sentences()), options)
        return replace(told, frames=None) if mode == "lift" else told
    gone, faster = Settling(ties, ties.movers, notes).settle(part for part, _names in wanted)
    time = cut(gone, faster)
    laid = _laid(layout, ties, [Group(list(layout.items), time)])
    if mode == "copy":
        laid.copied = in_free_channels(layout, options.fixed, copies(ties.movers, gone, time, laid.kept, ties))
    start = max(min(0, layout.frames.start), time.ahead(layout.frames.start))
    return _told(layout, laid, time, start, [*notes.sentences(), *_left_behind(ties, layout.items, time)], options)


def reorder(layout: Layout, order: Sequence[FrameRange], options: RippleOptions = DEFAULT) -> Rearrangement:
    """Where everything stands when these ranges of the timeline follow each other, from where the first strip stands.

    What no range names is gone. A transition goes as a whole with the range that has most of it. Raises `EditorError` as `cut_out`
    does, and BAD_INPUT when ranges overlap, or one ends within a strip that cannot be split.
    """
    ties = Ties(layout, options.fixed, options.music, options.divided)
    if not ties.movers or not order:
        return Rearrangement()
    time, notices = put_in_order(ties, order)
    laid = _laid(layout, ties, [Group(list(layout.items), time)])
    return _told(layout, laid, time, layout.frames.start, [*notices, *_left_behind(ties, layout.items, time)], options)


def _checked(layout: Layout, cutouts: Sequence[Cutout], ties: Ties, notes: Notes) -> list[tuple[Asked, tuple[str, ...]]]:
    """What each cutout takes out, and the strips there that are meant."""
    found = []
    for cutout in cutouts:
        if not cutout.frames.length or cutout.keep < 0 or cutout.speed < 1:
            what = f"What is to be cut out at frame {cutout.frames.start} has no frames, keeps fewer than none, or is to be played slower."
            raise EditorError(what, "Choose a part with frames, and a speed of 1 or more. Nothing was changed.", BAD_INPUT)
        if missing := [name for name in cutout.strips if name not in ties.items]:
            raise EditorError(f"Strip {missing[0]!r} is no longer there.", "Run it again. Nothing was changed.", STALE)
        there = meant(ties, cutout)
        for item in there:
            ties.must_move(item)
        if cutout.strips and not there:
            notes.nowhere += 1
        elif part := asked(cutout, hull(there) if there else None):
            found.append((part, tuple(item.name for item in there)))
    return found


def _laid(layout: Layout, ties: Ties, parts: Iterable[Group]) -> _Laid:
    """The pieces of all strips. Raises `EditorError` when a strip that stays would lose its sync, or is in the way."""
    laid = _Laid()
    for part in parts:
        laid.edges |= part.time.edges
        for item in part.items:
            if item.name not in ties.stay:
                laid.kept[item.name] = pieces(item, part.time, ties)
        for item in part.items:
            if item.name in ties.stay and not part.time.keeps(item.frames):
                for name in ties.linked(item.name):
                    if name in laid.kept and not unchanged(ties.items[name], laid.kept[name]):
                        raise ties.loses_sync(item, ties.items[name])
    check_room(layout, laid.kept, ties)
    return laid


def _left_behind(ties: Ties, items: Iterable[Item], time: TimeMap) -> list[str]:
    locked = [told for item in items if item.name in ties.stay and not time.keeps(item.frames) and (told := ties.left(item))]
    if not locked:
        return []
    more = f" and {len(locked) - _MOST} more" if len(locked) > _MOST else ""
    return [f"Locked, left where it is: {', '.join(locked[:_MOST])}{more}."]


def _told(
    layout: Layout, laid: _Laid, time: TimeMap, start: int, notices: Sequence[str], options: RippleOptions
) -> Rearrangement:
    """`start` is the scene's first frame afterwards."""
    copied: dict[str, list[Piece]] = {}
    for piece in laid.copied:
        copied.setdefault(piece.item, []).append(piece)
    stands: list[Piece] = []
    gone: list[str] = []
    for item in layout.items:
        left = laid.kept.get(item.name)
        if left is None or unchanged(item, left):
            continue
        left = sorted((*left, *copied.get(item.name, ())), key=lambda piece: piece.frames.start)
        stands += left
        if not left:
            gone.append(item.name)
    if not (stands or gone or time.moves):
        return Rearrangement(notices=tuple(notices))
    return Rearrangement(
        pieces=tuple(stands),
        gone=tuple(gone),
        marks=marks(layout, time, options.keep_markers),
        moves=time.moves,
        joins=joins(layout.items, laid.kept, laid.edges),
        frames=scene_range(layout, laid.kept, start),
        notices=tuple(notices),
    )
