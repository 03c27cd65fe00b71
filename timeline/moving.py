"""Text strips put elsewhere in time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from . import compat
from .lanes import Ground, in_order
from .timebase import FrameRange


def move_texts(strips: Any, moves: Mapping[str, FrameRange], held: Collection[int]) -> None:
    """Gives text strips new ranges without ever laying one over another strip: Blender would push it to another channel.

    `held` are channels nothing may go to.
    """
    if not moves:
        return
    ground = Ground((s.name, s.channel, FrameRange(compat.left(s), max(compat.left(s), compat.right(s)))) for s in strips)
    for name, channel, frames in in_order(ground, moves, held):
        strip = strips[name]
        if strip.channel != channel:
            strip.channel = channel
        compat.place_text(strip, frames.start, frames.end)
