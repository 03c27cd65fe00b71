"""Parts played faster by Blender's own retiming.

Measured (4.5, 5.0, 5.2): of the ways to retime a strip from a script, `retiming_keys.add` crashes before 5.2 where a strip has no keys
yet and removing a key crashes everywhere; the operator for the speed of a segment works in all. It gives a strip whose content goes on
beyond its handles keys at the handles, so that exactly what is seen is played faster and nothing else moves; in 5.0 it leaves the
strip as long as it was, in 4.5 it may be a frame too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import bpy

from . import compat
from .layout import Layout, Rearrangement
from .timebase import FrameRange


def not_faster(layout: Layout) -> dict[str, str]:
    """Why strips cannot be played faster, by name, as half a sentence."""
    return {item.name: f"{item.name!r} cannot be played faster ({item.steady})" for item in layout.items if item.steady}


def at_normal_speed(wanted: Rearrangement, barred: Mapping[str, str]) -> Rearrangement:
    """Parts that some strip cannot play faster are played at normal speed by all, as long as they were to be: what follows, and what is
    beside, stays where it was to be."""
    reasons = {piece.frames: barred[piece.item] for piece in wanted.pieces if piece.speed != 1 and piece.item in barred}
    if not reasons:
        return wanted
    slow = list(reasons)
    pieces = tuple(
        replace(piece, frames=FrameRange(piece.frames.start, piece.frames.start + piece.length), speed=Fraction(1))
        if piece.speed != 1 and any(frames.overlaps(piece.frames) for frames in slow)
        else piece
        for piece in wanted.pieces
    )
    said = [f"Where {reason}, parts are cut short instead of played faster." for reason in dict.fromkeys(reasons.values())]
    return replace(wanted, pieces=pieces, notices=(*wanted.notices, *said))


def play_faster(scene: Any, strips: Iterable[tuple[Any, int]]) -> None:
    """Lets strips take these numbers of frames for what they show. Selection and the active strip stay. Raises `RuntimeError`."""
    strips = list(strips)
    if not strips:
        return
    editor = scene.sequence_editor
    active = editor.active_strip
    standing = compat.open_sequence(scene).strips
    chosen = [strip for strip in standing if strip.select]
    # Where keys of a strip that shows them are selected, the operator changes their segments and not the active strip.
    showing = [strip for strip in standing if strip.show_retiming_keys]
    for strip in chosen:
        strip.select = False
    for strip in showing:
        strip.show_retiming_keys = False
    try:
        with compat.edited(scene):
            for strip, length in strips:
                _faster(editor, strip, length)
    finally:
        for strip in chosen:
            strip.select = True
        for strip in showing:
            strip.show_retiming_keys = True
        editor.active_strip = active


def _faster(editor: Any, strip: Any, length: int) -> None:
    start, shown = compat.left(strip), compat.right(strip) - compat.left(strip)
    strip.select = True
    editor.active_strip = strip
    done = bpy.ops.sequencer.retiming_segment_speed_set(speed=100.0 * shown / length)
    strip.select = False
    if done != {"FINISHED"} or not len(strip.retiming_keys):
        raise RuntimeError(f"Blender did not play strip {strip.name!r} faster")
    if compat.right(strip) != start + length:
        compat.set_right(strip, start + length)
    if (compat.left(strip), compat.right(strip)) != (start, start + length):
        raise RuntimeError(f"strip {strip.name!r} is not as long as it was to be")
