"""Carries a rearrangement out on the native timeline: every check first, then splits, removals and moves to where nothing is."""

from __future__ import annotations

import traceback
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..ml.errors import DEFECT, LOCKED, STALE, EditorError
from . import compat, shifting, volume
from .fades import gains
from .layout import Layout, Move, Rearrangement
from .parts import Part, Prepared, key, prepared
from .read_layout import read_layout
from .timebase import FrameRange
from .transit import free_channels
from .write import HalfWritten
from .write_pieces import Slice, Slicer
from .write_speed import at_normal_speed, not_faster, play_faster


@dataclass(frozen=True)
class Rearranged:
    """What was done. `names` are the strips that were changed or made; `became` says for every item that changed which strips it is now,
    in order of old time. `joins` counts the places that were faded, `cuts` the splits, `moved` and `removed` strips."""

    names: tuple[str, ...] = ()
    became: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notices: tuple[str, ...] = ()
    joins: int = 0
    cuts: int = 0
    moved: int = 0
    removed: int = 0
    markers: int = 0


def rearrange(scene: Any, layout: Layout, wanted: Rearrangement, fade: int = 0) -> Rearranged:
    """Makes the open sequence, which `layout` was read from, what `wanted` says.

    `fade` are the milliseconds over which sounds come and go at every join, in whole frames since Blender knows no other; 0: they are
    cut. Raises `EditorError` before the first change: STALE when the sequence is not as `layout` says, LOCKED naming strip and channel,
    BAD_INPUT where a strip cannot be split or there is no room, DEFECT where `wanted` does not fit `layout`. What goes wrong while strips
    are split is taken back; later it is `HalfWritten`, and only Blender's undo brings the timeline back.
    """
    _check_unchanged(layout, read_layout(scene))
    if not (wanted.pieces or wanted.gone or wanted.marks or wanted.moves or wanted.frames):
        return Rearranged(notices=wanted.notices)
    if any(piece.speed != 1 for piece in wanted.pieces):
        wanted = at_normal_speed(wanted, not_faster(layout))
    plan = prepared(layout, wanted)
    steps = plan.steps
    if held := compat.animation_held(scene):
        raise EditorError(held, "Make it local first: its keyframes go along with the strips. Nothing was changed.", LOCKED)
    if any(item.held for item in layout.items) and plan.cuts:
        _rehearse(scene, layout, plan)
    writer = _Writer(scene, layout, wanted, plan)
    try:
        writer.split()
    except Exception as reason:
        raise _stopped(reason, writer.slicer.take_back()) from reason
    try:
        writer.settle(steps)
        return writer.finish(fade)
    except Exception as reason:
        raise _stopped(reason, True) from reason


def _stopped(reason: Exception, lost: bool) -> EditorError:
    locked = "locked" in str(reason)
    what = f"Writing stopped half-way: {str(reason).strip() or type(reason).__name__}."
    remedy = "Press Ctrl+Z once to bring everything back." if lost else "Nothing was changed."
    remedy += " A strip connected with one that is cut is locked; unlock it." if locked else ""
    return (HalfWritten if lost else EditorError)(what, remedy, LOCKED if locked else DEFECT, traceback.format_exc())


def _check_unchanged(layout: Layout, present: Layout) -> None:
    if (layout.scene, layout.rate) != (present.scene, present.rate):
        raise EditorError("The scene or its frame rate has changed since it was read.", "Run it again.", STALE)
    before, now = ({item.name: replace(item, selected=False, held="") for item in one.items} for one in (layout, present))
    if before != now:
        name = next(name for name in (*before, *now) if before.get(name) != now.get(name))
        raise EditorError(f"Strip {name!r} has changed since it was read.", "Run it again.", STALE)
    if layout.marks != present.marks:
        raise EditorError("A marker has changed since it was read.", "Run it again.", STALE)
    held = {item.name for item in layout.items if item.held}
    for item in present.items:
        if item.held and item.name not in held:
            raise EditorError(f"{item.held[0].upper()}{item.held[1:]}, which it was not when it was read.", "Run it again.", STALE)


def _rehearse(scene: Any, layout: Layout, plan: Prepared) -> None:
    """Only Blender's refusal tells of a connection with a locked strip (before 5.2)."""
    first: dict[str, int] = {}
    for frame, name in plan.cuts:
        first.setdefault(name, frame)
    refused = compat.rehearse_cuts(scene, first)
    if refused:
        locked = ", ".join(repr(item.name) for item in layout.items if item.held)
        what = f"Strip {refused!r} is connected with a locked one (locked are {locked})."
        raise EditorError(what, "Unlock it and run again. Nothing was changed.", LOCKED)


class _Writer:
    def __init__(self, scene: Any, layout: Layout, wanted: Rearrangement, plan: Prepared) -> None:
        self.scene, self.layout, self.wanted, self.plan = scene, layout, wanted, plan
        self.sequence = compat.open_sequence(scene)
        self.strips = self.sequence.strips
        self.animated = compat.animated_names(scene)
        self.muted = {item.name for item in layout.items if item.muted}
        self.slicer = Slicer(scene, layout.items, self.animated)
        active = scene.sequence_editor.active_strip
        self.active = active.name if active else ""
        self.notices: list[str] = [*wanted.notices, *plan.notices]
        self.placed: dict[str, tuple[Slice, Part]] = {}
        """The strip of each part, by the part's key."""
        self.riders: list[tuple[Slice, Part | None, int]] = []
        """Effects with inputs, what was said of them, and the frame they began at before anything moved."""
        self.moved = self.removed = self.markers = 0

    def split(self) -> None:
        if self.plan.gone:
            transitions = [item.name for item in self.layout.items if item.inputs and item.name in self.plan.gone]
            self._remove(transitions)
        for frame, name in self.plan.cuts:
            self.slicer.split(name, frame)

    def settle(self, steps: Iterable[tuple[str, int, int]]) -> None:
        """Trims, removes and moves."""
        needless = [name for name in self.plan.gone if name in self.slicer.rows]
        needless = [piece.name for name in needless for piece in self.slicer.rows[name]]
        for name, parts in self.plan.parts.items():
            row = self.slicer.rows[name]
            starts = [piece.start for piece in row]
            for number, part in enumerate(parts):
                self.placed[key(name, number)] = (row[max(0, bisect_right(starts, part.at) - 1)], part)
        used = {piece.name for piece, _part in self.placed.values()}
        needless += [piece.name for name in self.plan.parts for piece in self.slicer.rows[name] if piece.name not in used]
        self._remove(needless)
        for piece, part in self.placed.values():
            self.slicer.trim(piece, part.split)
        faster = [(piece, part.piece.length) for piece, part in self.placed.values() if part.split != part.trimmed]
        play_faster(self.scene, [(piece.ref, length) for piece, length in faster])
        for piece, length in faster:
            piece.end = piece.start + length
        self._rekey()
        self._set_riders_aside(steps := list(steps))
        for place, channel, start in steps:
            piece, _part = self.placed[place]
            if channel != piece.channel:
                piece.ref.channel = piece.channel = channel
            else:
                compat.move(piece.ref, start - piece.start)
                piece.start, piece.end = start, piece.end + start - piece.start
        self.moved = len({place for place, _channel, _start in steps})
        for piece, part in self.placed.values():
            if part.piece.muted and piece.item not in self.muted:
                piece.ref.mute = True
            seat = (compat.left(piece.ref), compat.right(piece.ref), piece.ref.channel)
            if seat != (part.piece.stands.start, part.piece.stands.end, part.piece.channel):
                raise RuntimeError(f"strip {piece.name!r} came to stand elsewhere than it was to")
        self._bring_riders_back()

    def _remove(self, names: list[str]) -> None:
        before = len(self.strips)
        self.slicer.remove(names)
        self.removed += before - len(self.strips)

    def _rekey(self) -> None:
        """Keyframes of strips that are played faster, or made of several parts of the old timeline."""
        several = [(piece, part) for piece, part in self.placed.values() if _bent(part) and piece.item in self.animated]
        if not several:
            return
        curves = shifting.curves_by_strip(self.scene)
        for piece, part in several:
            self._tell_modifiers(shifting.rearrange(curves.get(piece.name, ()), _moves(part)))

    def _set_riders_aside(self, steps: list[tuple[str, int, int]]) -> None:
        if not self.plan.riders:
            return
        standing = {strip.name: strip for strip in self.strips}
        self.slicer.forget(standing)
        for name, parts in self.plan.riders.items():
            for piece in self.slicer.rows[name]:
                start = compat.left(piece.ref)
                self.riders.append((piece, next((part for part in parts if part.at == start), None), start))
        taken = {strip.channel for strip in standing.values()} | {channel for _place, channel, _start in steps}
        others = {strip.channel for strip in standing.values()} & {
            *(piece.channel for piece, _part in self.placed.values()), *(channel for _place, channel, _start in steps)
        }
        lanes: dict[int, int] = {}
        empty = free_channels(taken, self.layout.held_channels)
        for piece, _part, _start in self.riders:
            if piece.channel in others and (piece.channel in lanes or empty):
                lanes.setdefault(piece.channel, 0)
                lanes[piece.channel] = lanes[piece.channel] or empty.pop(0)
                piece.ref.channel = lanes[piece.channel]

    def _bring_riders_back(self) -> None:
        """Effects with inputs stand where these do; their keyframes follow, and they go back to their channels."""
        if not self.riders:
            return
        curves = shifting.curves_by_strip(self.scene) if any(piece.item in self.animated for piece, _part, _start in self.riders) else {}
        for piece, part, start in self.riders:
            piece.start, piece.end = compat.left(piece.ref), compat.right(piece.ref)
            if part is not None and _bent(part):
                self._tell_modifiers(shifting.rearrange(curves.get(piece.name, ()), _moves(part)))
            for curve in curves.get(piece.name, ()) if piece.start != start else ():
                shifting.shift(curve, piece.start - start)
        names = {piece.name for piece, _part, _start in self.riders}
        rows: dict[int, list[FrameRange]] = {}
        for strip in self.strips:
            if strip.name not in names:
                rows.setdefault(strip.channel, []).append(FrameRange(compat.left(strip), compat.right(strip)))
        for piece, part, _start in self.riders:
            frames = FrameRange(piece.start, max(piece.start, piece.end))
            channel = part.piece.channel if part is not None else piece.channel
            if any(other.overlaps(frames) for other in rows.get(channel, ())):
                channel = free_channels(rows.keys(), self.layout.held_channels)[0]
                self.notices.append(f"Effect {piece.name!r} went to channel {channel}: nothing else was free over its frames.")
            rows.setdefault(channel, []).append(frames)
            if piece.ref.channel != channel:
                piece.ref.channel = channel
            piece.channel = channel
            if part is not None and part.piece.muted and piece.item not in self.muted:
                piece.ref.mute = True

    def _tell_modifiers(self, paths: Iterable[str]) -> None:
        for path in paths:
            self.notices.append(f"The modifiers of {path} count from the timeline, and stay as they are.")

    def finish(self, fade: int) -> Rearranged:
        scene, wanted = self.scene, self.wanted
        if self.sequence == scene.sequence_editor:
            self._move_the_rest()
        elif wanted.marks or wanted.frames is not None:
            self.notices.append("This is inside a meta strip: markers, the scene's range and its own keyframes stay as they are.")
        if wanted.moves:
            self._follow(wanted.moves)
        joins = 0
        if fade > 0:
            joins, scales = gains(wanted.joins, self._sounding(), scene_rate=self.layout.rate, milliseconds=fade)
            without = {name for name in scales if not hasattr(self.strips[name], "volume")}
            self.notices += [f"{name!r} has no volume in this Blender: its joins are not faded." for name in sorted(without)]
            volume.scale(scene, {name: gain for name, gain in scales.items() if name not in without})
        self._tell_drivers()
        editor = scene.sequence_editor
        if self.active and (editor.active_strip is None or editor.active_strip.name != self.active):
            editor.active_strip = editor.strips_all.get(self.active)
        became = self._became()
        names = tuple(name for _item, row in became for name in row)
        return Rearranged(
            names, became, tuple(dict.fromkeys(self.notices)), joins, self.slicer.cuts, self.moved, self.removed, self.markers
        )

    def _move_the_rest(self) -> None:
        """What is bound to no strip."""
        scene, wanted = self.scene, self.wanted
        if wanted.moves:
            self._tell_modifiers(shifting.rearrange(shifting.curves_by_strip(scene).get("", ()), wanted.moves))
        marks = list(scene.timeline_markers)
        for index, frame in wanted.marks:
            if frame is None:
                scene.timeline_markers.remove(marks[index])
            else:
                marks[index].frame = frame
        self.markers = len(wanted.marks)
        if wanted.frames is not None:
            scene.frame_start, scene.frame_end = wanted.frames.start, wanted.frames.end - 1

    def _became(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: dict[str, list[str]] = {}
        for piece, _part in self.placed.values():
            found.setdefault(piece.item, []).append(piece.name)
        for piece, _other, _start in self.riders:
            found.setdefault(piece.item, []).append(piece.name)
        return tuple((name, tuple(row)) for name, row in found.items())

    def _sounding(self) -> dict[str, list[tuple[str, FrameRange]]]:
        """For each item the strips it is now, and where they stand."""
        found: dict[str, list[tuple[str, FrameRange]]] = {}
        for item in self.layout.items:
            if item.name not in self.plan.parts and item.name not in self.plan.gone:
                found[item.name] = [(item.name, item.frames)]
        for piece, part in self.placed.values():
            if not part.piece.muted:
                found.setdefault(piece.item, []).append((piece.name, part.piece.stands))
        return found

    def _follow(self, moves: Iterable[Move]) -> None:
        """The playhead and the preview range stay at what they showed."""
        scene, rows = self.scene, list(moves)

        def now(frame: int) -> int:
            return next((m.start + int((frame - m.frames.start) / m.speed) for m in rows if m.frames.holds(frame)), _next(rows, frame))

        if scene.use_preview_range:
            start, end = now(scene.frame_preview_start), now(scene.frame_preview_end)
            scene.frame_preview_start, scene.frame_preview_end = min(start, end), max(start, end)
        frame = now(scene.frame_current)
        if frame != scene.frame_current:
            scene.frame_set(frame)

    def _tell_drivers(self) -> None:
        data = self.scene.animation_data
        driven = {compat.strip_of(driver.data_path) for driver in data.drivers} if data else set()
        for name in sorted(driven & {*self.plan.parts, *self.plan.riders}):
            self.notices.append(f"A driver of strip {name!r} goes on as it is: what it reads did not move.")


def _bent(part: Part) -> bool:
    """Whether its keyframes do more than go along."""
    return bool(part.piece.more) or part.piece.speed != 1


def _moves(part: Part) -> tuple[Move, ...]:
    return tuple(Move(frames, frames.start + shift, part.piece.speed) for frames, shift in part.shifted)


def _next(rows: Iterable[Move], frame: int) -> int:
    """Where a frame goes that is gone: to the next that is left."""
    later = [move for move in rows if move.frames.start > frame]
    return min(later, key=lambda move: move.frames.start).start if later else frame
