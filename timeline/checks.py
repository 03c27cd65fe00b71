"""Everything that can forbid a write, looked at before the first one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..ml.errors import LOCKED, STALE, EditorError
from . import compat
from .changes import Changes, Remove, Update
from .layout import TRANSITIONS
from .metas import channel_for
from .plan import TEXT_KINDS, Cut, Gap, Gather, Label
from .read import Channels, held, inputs
from .state import CaptionRef, StripRef, Timeline
from .timebase import FrameRange
from .write_volumes import check_volumes, wanted


def check(scene: Any, timeline: Timeline, present: Timeline, changes: Changes) -> None:
    """Raises STALE when what `changes` would touch is not as `timeline` says, LOCKED when some of it must not be changed.

    `present` is the timeline as it is now. What changed elsewhere since is no obstacle.
    """
    if present.scene != timeline.scene or present.rate != timeline.rate:
        raise _stale("The scene or its frame rate has changed")
    if present.ledger != timeline.ledger or (timeline.ledger and present.stamp != timeline.stamp):
        raise _stale("Another run has written to this timeline")
    cuts = _Cuts(changes)
    strips, texts = _touched(present, changes, cuts)
    if not (strips or texts or changes.updates or changes.removes):
        return  # only new captions and markers, which touch nothing that stands
    _check_unchanged(timeline, present, changes, strips, texts, cuts)
    check_volumes(scene, timeline, present, changes)
    for group in _groups(changes):
        channel_for(compat.open_sequence(scene).strips, group)
    _check_locks(scene, present, cuts, {*strips, *texts})


class _Cuts:
    """The new cuts at a glance: `reach` has the first and last frame at which each strip is cut."""

    def __init__(self, changes: Changes) -> None:
        frames: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        strip, partners = "", None
        row: list[int] = []
        for add in changes.added.get(Cut, ()):
            cut: Any = add.edit
            if cut.partners != partners or cut.strip != strip:  # most are of the same strips as the one before: comparing costs less
                strip, partners = cut.strip, cut.partners
                row = frames.setdefault((cut.strip, cut.partners), [])
            row.append(cut.frame)
        self.reach: dict[str, tuple[int, int]] = {}
        self.first: dict[str, int] = {}
        """The first frame for each strip, partners too."""
        for (strip, partners), found in frames.items():
            first, last = min(found), max(found)
            low, high = self.reach.get(strip, (first, last))
            self.reach[strip] = (min(low, first), max(high, last))
            for name in (strip, *partners):
                self.first[name] = min(self.first.get(name, first), first)
        self.gaps = [add.edit for add in changes.added.get(Gap, ()) if isinstance(add.edit, Gap)]
        for gap in self.gaps:
            for name in (gap.strip, *gap.partners):
                self.first[name] = min(self.first.get(name, gap.frame), gap.frame)


def halves_of(timeline: Timeline, removes: Iterable[Remove]) -> dict[Remove, list[tuple[StripRef, StripRef]]]:
    """For each cut or gap to take away, the strips left and right of it: the target first, then its partners."""
    removes = [remove for remove in removes if remove.kind in ("cut", "gap")]
    if not removes:
        return {}
    refs = {ref.name: ref for ref in timeline.strips}
    starts = {(ref.kind, ref.channel, ref.frames.start): ref for ref in timeline.strips}
    found = {}
    for remove in removes:
        if remove.kind == "gap":
            found[remove] = [(refs[h.left], refs[h.right]) for h in remove.holes if h.left in refs and h.right in refs]
            continue
        left = [refs[name] for name in (remove.target, *remove.partners) if name in refs and refs[name].frames.end == remove.frame]
        right = [starts.get((ref.kind, ref.channel, remove.frame)) for ref in left]
        found[remove] = [(one, other) for one, other in zip(left, right, strict=True) if other is not None]
    return found


def in_transitions(scene: Any, cuts: Iterable[Cut]) -> dict[Cut, str]:
    """The cuts that lie within a transition between the strip (or one cut along with it) and another; Blender cannot do those.

    The name of the transition for each. A cut where a transition begins or ends is none of them.
    """
    found: dict[Cut, str] = {}
    standing = {strip.name: strip for strip in compat.open_sequence(scene).strips}
    across: dict[str, list[tuple[int, int, str]]] = {}
    for cut in cuts:
        if cut.strip not in across:
            tied = [standing[name] for name in sorted(_tied(standing, (cut.strip, *cut.partners)))]
            across[cut.strip] = [(compat.left(s), compat.right(s), s.name) for s in tied if s.type in TRANSITIONS]
        name = next((name for start, end, name in across[cut.strip] if start < cut.frame < end), "")
        if name:
            found[cut] = name
    return found


def _touched(present: Timeline, changes: Changes, cuts: _Cuts) -> tuple[list[str], list[str]]:
    """Names of the strips with media, and of the text strips, that will be changed."""
    strips: dict[str, None] = dict.fromkeys(cuts.first)
    texts: list[str] = []
    strips.update((add.edit.strip, None) for add in changes.added.get(Label, ()) if isinstance(add.edit, Label))
    strips.update((name, None) for group in _groups(changes) for name in group.strips)
    strips.update(dict.fromkeys(wanted(changes)))
    for change in _changes(changes):
        kind = _kind(change)
        if kind in TEXT_KINDS or kind == "highlight":
            texts.append(change.target)
        elif kind in ("cut", "label"):
            strips[change.target] = None
        elif isinstance(change, Remove):
            strips.update((name, None) for hole in change.holes for name in (hole.left, hole.right) if name)
    strips.update(dict.fromkeys(ref.name for pairs in halves_of(present, changes.removes).values() for pair in pairs for ref in pair))
    return list(strips), texts


def _groups(changes: Changes) -> list[Gather]:
    return [add.edit for add in changes.added.get(Gather, ()) if isinstance(add.edit, Gather)]


def _check_unchanged(
    timeline: Timeline, present: Timeline, changes: Changes, strips: Iterable[str], texts: Iterable[str], cuts: _Cuts
) -> None:
    before, now = {ref.name: ref for ref in timeline.strips}, {ref.name: ref for ref in present.strips}
    for name in strips:
        if name in before and _solid(before[name]) != _solid(now.get(name)):
            raise _stale(f"Strip {name!r} has changed")
    texts = list(texts)
    texts_before, texts_now = ({ref.name: ref for ref in line.captions} if texts else {} for line in (timeline, present))
    for name in texts:
        if name not in texts_before or _still(texts_before[name]) != _still(texts_now.get(name)):
            raise _stale(f"Caption strip {name!r} has changed")
    for change in _changes(changes):
        if _kind(change) in ("marker", "scene", "beat", "note"):
            here = slice(int(change.target), int(change.target) + 1)
            if not present.markers[here] or timeline.markers[here] != present.markers[here]:
                raise _stale("A marker has changed")
    _check_holes(present, changes)
    extents = _after_removes(present, changes)
    for name, reach in cuts.reach.items():
        frames = extents.get(name)
        for frame in reach:
            if frames is None or not frames.start < frame < frames.end:
                raise _stale(f"Frame {frame} is not inside strip {name!r}")
    for gap in cuts.gaps:
        frames = extents.get(gap.strip)
        if frames is None or not (frames.start <= gap.frames.start and gap.frames.end <= frames.end):
            raise _stale(f"Frames {gap.frames.start} to {gap.frames.end - 1} are not inside strip {gap.strip!r}")
    for add in changes.added.get(Label, ()):
        if isinstance(add.edit, Label) and add.edit.strip not in now:
            raise _stale(f"Strip {add.edit.strip!r} is no longer there")


def _after_removes(present: Timeline, changes: Changes) -> dict[str, FrameRange]:
    """The frames of every strip with a medium when cuts and gaps are taken away."""
    extents = {ref.name: ref.frames for ref in present.strips}
    joined = [pair for pairs in halves_of(present, changes.removes).values() for pair in pairs]
    holes = [hole for remove in changes.removes for hole in remove.holes if not (hole.left and hole.right)]
    for hole in holes:
        name = hole.left or hole.right
        extents[name] = FrameRange(min(extents[name].start, hole.frames.start), max(extents[name].end, hole.frames.end))
    for left, right in sorted(joined, key=lambda pair: -pair[0].frames.end):
        extents[left.name] = FrameRange(extents[left.name].start, extents[right.name].end)
    return extents


def _check_holes(present: Timeline, changes: Changes) -> None:
    """Nothing may stand where a gap is to be filled: Blender would push one of the two away."""
    holes = [hole for remove in changes.removes for hole in remove.holes]
    channels = {ref.name: ref.channel for ref in present.strips} if holes else {}
    for hole in holes:
        channel = channels.get(hole.left or hole.right)
        if channel is None or any(there.overlaps(hole.frames) for number, there in present.occupied if number == channel):
            raise _stale(f"What is at frame {hole.frames.start} has changed")


def _check_locks(scene: Any, present: Timeline, cuts: _Cuts, names: set[str]) -> None:
    refs: dict[str, StripRef | CaptionRef] = {ref.name: ref for ref in present.strips}
    refs.update((ref.name, ref) for ref in present.captions)
    cut = cuts.first.keys()
    tied = any(not isinstance(ref := refs.get(name), StripRef) or ref.feeds or ref.partners for name in cut)
    standing = {strip.name: strip for strip in compat.open_sequence(scene).strips} if tied or not compat.TELLS_CONNECTIONS else {}
    channels = Channels(compat.open_sequence(scene))
    for name in sorted(names | (_tied(standing, cut) if tied else set())):
        if name in refs:
            reason = refs[name].held
        elif name in standing:
            reason = held(standing[name], channels)
        else:
            raise _stale(f"Strip {name!r} is no longer there")
        if reason:
            raise _locked(reason)
    if compat.TELLS_CONNECTIONS or not cut:
        return
    locked = [name for name, strip in standing.items() if strip.lock or strip.channel in present.held_channels]
    if locked:
        refused = compat.rehearse_cuts(scene, cuts.first)
        if refused:
            raise _locked(f"strip {refused!r} is connected with a locked one (locked are {', '.join(map(repr, locked))})")


def _tied(standing: dict[str, Any], names: Iterable[str]) -> set[str]:
    """Every strip that Blender cuts along with these: through connections it tells of, and up and down chains of effects."""
    readers: dict[str, list[str]] = {}
    for name, strip in standing.items():
        for source in inputs(strip):
            readers.setdefault(source.name, []).append(name)
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in standing:
            found.add(name)
            waiting += readers.get(name, ())
            waiting += [source.name for source in inputs(standing[name])]
            waiting += compat.connections(standing[name])
    return found


def _changes(changes: Changes) -> list[Update | Remove]:
    return [*changes.updates, *changes.removes]


def _kind(change: Update | Remove) -> str:
    return change.kind if isinstance(change, Remove) else change.edit.identity.kind


def _solid(ref: StripRef | None) -> tuple[Any, ...] | None:
    """What must not have changed of a strip between planning and writing. Selecting or locking it changes no plan."""
    return None if ref is None else (ref.kind, ref.path, ref.channel, ref.frames, ref.source, ref.tag, ref.partners, ref.feeds)


def _still(ref: CaptionRef | None) -> CaptionRef | None:
    return None if ref is None else replace(ref, held="")


def _stale(what: str) -> EditorError:
    return EditorError(f"{what} since it was read.", "Run it again.", STALE)


def _locked(reason: str) -> EditorError:
    return EditorError(f"{reason[0].upper()}{reason[1:]}.", "Unlock it and run again. Nothing was changed.", LOCKED)
