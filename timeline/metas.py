"""Strips put into a meta strip, and taken out again: nothing moves in time, and what is rendered stays the same.

From 5.0 on this is done through the data API. In 4.5 a meta strip filled that way renders its first picture for ever (measured), so
there Blender's own operator is called, which takes what is selected and asks for no window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import bpy

from ..ml.errors import LOCKED, EditorError
from . import compat
from .plan import Gather
from .timebase import FrameRange

_BY_DATA = bpy.app.version >= (5, 0, 0)
Seat = tuple[str, int, int, int]
"""The name, channel and frames of a strip."""


def seats(strips: Iterable[Any]) -> list[Seat]:
    return sorted((strip.name, strip.channel, compat.left(strip), compat.right(strip)) for strip in strips)


def channel_for(strips: Iterable[Any], group: Gather) -> int:
    """The lowest channel of the strips that nothing else uses over their frames. Raises `EditorError(LOCKED)` when there is none."""
    own: set[int] = set()
    taken: set[int] = set()
    for strip in strips:
        if strip.name in group.strips:
            own.add(strip.channel)
        elif FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip))).overlaps(group.frames):
            taken.add(strip.channel)
    free = sorted(own - taken)
    if not free:
        what = f"There is no room for meta strip {group.name!r} on the channels of its strips."
        raise EditorError(what, "Move what stands beside them.", LOCKED)
    return free[0]


def gather(scene: Any, group: Gather, name: str, journal: list[Callable[[], None]]) -> Any:
    """The new meta strip. Selection stays; a member that was active gives way to the meta strip. `journal` receives how to undo it.

    Raises `RuntimeError` when anything came to lie elsewhere than before.
    """
    editor, strips = scene.sequence_editor, compat.open_sequence(scene).strips
    channel = channel_for(strips, group)
    members = [strips[member] for member in group.strips]
    before, others = seats(members), seats(strip for strip in strips if strip.name not in group.strips)
    active = editor.active_strip.name if editor.active_strip else ""
    known = {strip.name for strip in strips}
    journal.append(lambda: _release(scene, known, before))
    meta = _by_data(strips, members, name, channel, group.frames) if _BY_DATA else _by_operator(scene, members, name, channel)
    standing = compat.open_sequence(scene).strips
    rest = seats(strip for strip in standing if strip.name != meta.name)
    if seats(meta.strips) != before or rest != others or (compat.left(meta), compat.right(meta)) != (group.frames.start, group.frames.end):
        raise RuntimeError(f"the strips of {name!r} did not stay in their places")
    editor.active_strip = meta if active in group.strips else standing.get(active) if active else None
    return meta


def _by_data(strips: Any, members: Sequence[Any], name: str, channel: int, frames: FrameRange) -> Any:
    meta = strips.new_meta(name=name, channel=channel, frame_start=frames.start)
    for member in members:
        member.move_to_meta(meta)
    compat.set_right(meta, frames.end)
    meta.select = False
    return meta


def _by_operator(scene: Any, members: Sequence[Any], name: str, channel: int) -> Any:
    strips = compat.open_sequence(scene).strips
    chosen, wanted = {strip.name: strip.select for strip in strips}, {member.name for member in members}
    for strip in strips:
        strip.select = strip.name in wanted
    with bpy.context.temp_override(scene=scene):
        done = bpy.ops.sequencer.meta_make()
    strips = compat.open_sequence(scene).strips
    made = [strip for strip in strips if strip.name not in chosen]
    for strip in (*strips, *(inner for meta in made for inner in meta.strips)):
        strip.select = chosen.get(strip.name, False)
    if done != {"FINISHED"} or len(made) != 1:
        raise RuntimeError("Blender made no meta strip")
    meta = made[0]
    meta.name = name
    if meta.channel != channel:
        meta.channel = channel
    return meta


def _release(scene: Any, known: set[str], before: Sequence[Seat]) -> None:
    """Takes apart the meta strip that was not among `known`, its strips on the channels they came from."""
    strips = compat.open_sequence(scene).strips
    for meta in [strip for strip in strips if strip.type == "META" and strip.name not in known]:
        meta.separate()
    strips = compat.open_sequence(scene).strips
    # From below: each strip was pushed upwards, so the channel it came from is free when its turn comes. 4.5 would hang otherwise.
    for name, channel, _start, _end in sorted(before, key=lambda seat: seat[1]):
        if strips[name].channel != channel:
            strips[name].channel = channel
    if not set(before) <= set(seats(strips)):
        raise RuntimeError("a strip did not come back to its place")
