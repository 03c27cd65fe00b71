"""In which order strips go to where they belong, so that none is ever laid over another. Pure.

Blender pushes a strip that is moved onto another one up a channel, and 4.5 never comes back from changing its channel to one that is
taken there (measured). So every step here goes to where nothing stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from ..ml.errors import BAD_INPUT, EditorError
from .lanes import CHANNELS, Ground
from .timebase import FrameRange

Seat = tuple[int, FrameRange]
"""A channel, and the frames in it."""
Step = tuple[str, int, int]
"""A strip, and the channel and first frame it then has. Either of the two changes, never both."""


def free_channels(taken: Collection[int], barred: Collection[int]) -> list[int]:
    """Channels in which nothing stands, those above everything first."""
    top = max(taken, default=0)
    return [n for n in chain(range(top + 1, CHANNELS + 1), range(1, min(top, CHANNELS + 1))) if n not in taken and n not in barred]


def steps(standing: Mapping[str, Seat], wanted: Mapping[str, Seat], barred: Collection[int] = ()) -> list[Step]:
    """How the strips of `standing` come to the seats of `wanted`, which are as long as those they have.

    What goes later starts from the end, then what goes earlier from the beginning: a ripple needs one step for each strip. What finds
    its place taken waits in an empty channel of its own kind, never one of `barred`. Raises `EditorError(BAD_INPUT)` when two strips
    want the same frames or no channel is empty.
    """
    ground = Ground((name, channel, frames) for name, (channel, frames) in standing.items())
    empty = free_channels({channel for channel, _frames in (*standing.values(), *wanted.values())}, barred)
    moving = sorted((name for name in wanted if wanted[name] != standing[name]), key=lambda name: standing[name][1].start)
    later = [name for name in reversed(moving) if wanted[name][1].start > standing[name][1].start]
    earlier = [name for name in moving if wanted[name][1].start <= standing[name][1].start]
    done: list[Step] = []
    lanes: dict[tuple[int, bool], int] = {}
    waiting: list[str] = []

    def put(name: str, channel: int, start: int) -> None:
        at, frames = ground.of(name)
        if (channel, start) != (at, frames.start):
            ground.put(name, channel, FrameRange(start, start + frames.length))
            done.append((name, channel, start))

    def goes(name: str) -> bool:
        (at, here), (channel, there) = ground.of(name), wanted[name]
        if not ground.free(name, channel, there):
            return False
        if channel != at:
            if ground.free(name, channel, here):
                put(name, channel, here.start)
            elif ground.free(name, at, there):
                put(name, at, there.start)
            else:
                return False
        put(name, channel, there.start)
        return True

    for name in (*later, *earlier):
        if not goes(name):
            lane = (ground.of(name)[0], wanted[name][1].start > standing[name][1].start)
            if lane not in lanes:
                if not empty:
                    raise EditorError("No channel is empty to put strips aside in.", "Empty a channel.", BAD_INPUT)
                lanes[lane] = empty.pop(0)
            put(name, lanes[lane], ground.of(name)[1].start)
            waiting.append(name)
    for name in waiting:
        put(name, ground.of(name)[0], wanted[name][1].start)
    for name in waiting:
        channel, frames = wanted[name]
        if not ground.free(name, channel, frames):
            raise EditorError(f"Two strips would stand in channel {channel} at frame {frames.start}.", "Run it again.", BAD_INPUT)
        put(name, channel, frames.start)
    return done
