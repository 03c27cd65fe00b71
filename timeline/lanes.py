"""Which channels text strips may go to: never on top of another strip, never into a locked channel. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain

from ..ml.errors import BAD_INPUT, EditorError
from .state import Timeline
from .timebase import FrameRange

CHANNELS = 128


def _free_of(wanted: Sequence[FrameRange], standing: Sequence[FrameRange]) -> bool:
    """Whether no wanted range (in order, apart from each other) meets a standing one."""
    at = 0
    for taken in sorted(standing, key=lambda frames: frames.start):
        while at < len(wanted) and wanted[at].end <= taken.start:
            at += 1
        if at == len(wanted):
            return True
        if any(frames.overlaps(taken) for frames in wanted[at : at + 1]):
            return False
    return True


def _split_into_lanes(wanted: Sequence[FrameRange]) -> list[int]:
    """A lane for each range (in order of start), the first whose last range has ended."""
    ends: list[int] = []
    lanes = []
    for frames in wanted:
        lane = next((i for i, end in enumerate(ends) if end <= frames.start), len(ends))
        ends[lane : lane + 1] = [frames.end]
        lanes.append(lane)
    return lanes


def assign(
    timeline: Timeline,
    wanted: Sequence[FrameRange],
    going: Collection[str],
    pictures: Iterable[tuple[int, FrameRange]],
    muted: Collection[int] = (),
) -> list[int]:
    """The channel for each wanted range (in order of start): one for all, more only where they overlap each other.

    The channel of this sequence's earlier captions is taken when it is free over these ranges; else the lowest that is free
    and above every strip with a picture there (`pictures`: channel and range of each). `going` are captions about to be
    removed. Raises `EditorError(BAD_INPUT)` when there is none among Blender's 128.
    """
    own = [ref for ref in timeline.captions if ref.tag is not None and ref.tag.scene == timeline.stamp]
    leaving = [(ref.channel, ref.frames) for ref in timeline.captions if ref.name in going]
    taken: dict[int, list[FrameRange]] = {}
    for channel, frames in timeline.occupied:
        if (channel, frames) in leaving:
            leaving.remove((channel, frames))
        else:
            taken.setdefault(channel, []).append(frames)
    ours = {(ref.channel, ref.frames) for ref in own}
    starts = [frames.start for frames in wanted]
    reach = list(accumulate((frames.end for frames in wanted), max))

    def hides(frames: FrameRange) -> bool:
        begun = bisect_left(starts, frames.end)
        return begun > 0 and reach[begun - 1] > frames.start

    floor = max((channel for channel, frames in pictures if (channel, frames) not in ours and hides(frames)), default=0)
    liked = sorted({ref.channel for ref in own}, key=lambda channel: (-sum(ref.channel == channel for ref in own), channel))
    barred = {*timeline.held_channels, *muted}
    lanes = _split_into_lanes(wanted)
    used: list[int] = []
    for lane in range(max(lanes) + 1 if lanes else 0):
        part = [frames for frames, its in zip(wanted, lanes, strict=True) if its == lane]
        for channel in chain(liked, range(floor + 1, CHANNELS + 1)):
            if channel not in barred and channel not in used and _free_of(part, taken.get(channel, ())):
                used.append(channel)
                break
        else:
            raise EditorError(
                f"No channel above the pictures is free for captions (Blender has {CHANNELS}).",
                "Move the strips of a high channel down, or unlock a channel.",
                BAD_INPUT,
            )
    return [used[lane] for lane in lanes]


def collides(standing: Mapping[str, tuple[int, FrameRange]], name: str, channel: int, frames: FrameRange) -> bool:
    """Whether a strip other than `name` stands in the channel over these frames."""
    return any(other != name and its == channel and taken.overlaps(frames) for other, (its, taken) in standing.items())


def free_channel(standing: Mapping[str, tuple[int, FrameRange]], ranges: Iterable[FrameRange], held: Collection[int]) -> int:
    """The highest-standing free channel over all `ranges`: above everything, else the first that is free."""
    wanted = list(ranges)
    top = max((channel for channel, _taken in standing.values()), default=0)
    for channel in chain(range(top + 1, CHANNELS + 1), range(top, 0, -1)):
        if channel not in held and not any(collides(standing, "", channel, frames) for frames in wanted):
            return channel
    raise EditorError(f"No channel is free for a caption (Blender has {CHANNELS}).", "Move some strips down.", BAD_INPUT)
