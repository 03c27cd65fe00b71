"""Which channels text strips may go to: never on top of another strip, never into a locked channel. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import le

from ..ml.errors import BAD_INPUT, EditorError
from .state import Timeline
from .timebase import FrameRange

CHANNELS = 128


def fitting(size: float, ems: float, width: int, share: float) -> float:
    """The font size in pixels at which a line `ems` font sizes long fits its share of a frame `width` pixels wide: `size`, or less."""
    room = share * width
    return size if size * ems <= room else room / ems


def outline(size: float) -> float:
    """The outline's width as Blender wants it, for a font size in pixels.

    Blender's own 0.05 leaves white letters unreadable on a bright picture. It draws 0.58 of size times width, rounded down
    (measured), so that small letters would get no outline at all: they get one pixel.
    """
    return min(1.0, max(0.1, 1.2 / (0.58 * size))) if size > 0 else 0.1


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
    if all(map(le, [frames.end for frames in wanted], [frames.start for frames in wanted[1:]])):
        return [0] * len(wanted)
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
    kind: str = "caption",
    placed: Sequence[tuple[str, int, FrameRange]] = (),
) -> list[int]:
    """The channel for each wanted range (in order of start): one for all, more only where they overlap each other.

    The channel of this sequence's earlier texts of this `kind` is taken when it is free over these ranges; else the lowest that is
    free, has no text of another kind and is above every strip with a picture there (`pictures`: channel and range of each). What
    tells of sounds also goes between captions; highlights stand above captions. `going` are texts about to be removed, `placed`
    those about to be written: kind, channel and range. Raises `EditorError(BAD_INPUT)` when there is none among Blender's 128.
    """
    own = [ref for ref in timeline.captions if ref.tag is not None and ref.tag.scene == timeline.stamp]
    leaving = [(ref.channel, ref.frames) for ref in timeline.captions if ref.name in going]
    taken: dict[int, list[FrameRange]] = {}
    for channel, frames in timeline.occupied:
        if (channel, frames) in leaving:
            leaving.remove((channel, frames))
        else:
            taken.setdefault(channel, []).append(frames)
    for _kind, channel, frames in placed:
        taken.setdefault(channel, []).append(frames)
    above = kind == "highlight"
    ours = {(ref.channel, ref.frames) for ref in own if not above or ref.kind == kind}
    if above:
        pictures = [*pictures, *((channel, frames) for _kind, channel, frames in placed)]
    lanes = _split_into_lanes(wanted)
    starts, ends = [frames.start for frames in wanted], [frames.end for frames in wanted]
    reach = list(accumulate(ends, max)) if any(lanes) else ends

    def hides(frames: FrameRange) -> bool:
        begun = bisect_left(starts, frames.end)
        return begun > 0 and reach[begun - 1] > frames.start

    floor = max((channel for channel, frames in pictures if (channel, frames) not in ours and hides(frames)), default=0)
    homes = {own_kind: Counter(ref.channel for ref in own if ref.kind == own_kind) for own_kind in {ref.kind for ref in own}}
    for placed_kind, channel, _frames in placed:
        homes.setdefault(placed_kind, Counter())[channel] += 1
    shared = (kind, "caption") if kind == "sound" else (kind,)
    liked = [channel for its in shared for channel in sorted(homes.get(its, {}), key=lambda n, its=its: (-homes[its][n], n))]
    liked = [channel for channel in liked if not above or channel > floor]
    others = {channel for its, channels in homes.items() if its not in shared for channel in channels} - set(liked)
    barred = {*timeline.held_channels, *timeline.muted_channels, *others}
    used: list[int] = []
    for lane in range(max(lanes) + 1 if lanes else 0):
        part = [frames for frames, its in zip(wanted, lanes, strict=True) if its == lane] if any(lanes) else wanted
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


class Ground:
    """Which strips stand where, quick to ask and to change: strips are kept by channel and by stretches of frames."""

    _STRETCH = 240

    def __init__(self, strips: Iterable[tuple[str, int, FrameRange]]) -> None:
        self._places: dict[str, tuple[int, FrameRange]] = {}
        self._stretches: dict[tuple[int, int], set[str]] = {}
        for name, channel, frames in strips:
            self.put(name, channel, frames)

    def _keys(self, channel: int, frames: FrameRange) -> Iterable[tuple[int, int]]:
        return ((channel, n) for n in range(frames.start // self._STRETCH, frames.end // self._STRETCH + 1))

    def of(self, name: str) -> tuple[int, FrameRange]:
        return self._places[name]

    def put(self, name: str, channel: int, frames: FrameRange) -> None:
        """Stands the strip here, and nowhere else."""
        if name in self._places:
            for key in self._keys(*self._places[name]):
                self._stretches[key].discard(name)
        self._places[name] = (channel, frames)
        for key in self._keys(channel, frames):
            self._stretches.setdefault(key, set()).add(name)

    def free(self, name: str, channel: int, frames: FrameRange) -> bool:
        """Whether no strip other than `name` stands in the channel over these frames."""
        near = {other for key in self._keys(channel, frames) for other in self._stretches.get(key, ())} - {name}
        return not any(self._places[other][1].overlaps(frames) for other in near)

    def free_channel(self, ranges: Iterable[FrameRange], held: Collection[int]) -> int:
        """The first channel above all strips, else the highest, that is free over all `ranges`. `EditorError` when none is."""
        wanted = list(ranges)
        top = max((channel for channel, _frames in self._places.values()), default=0)
        for channel in chain(range(top + 1, CHANNELS + 1), range(min(top, CHANNELS), 0, -1)):
            if channel not in held and all(self.free("", channel, frames) for frames in wanted):
                return channel
        raise EditorError(f"No channel is free for a caption (Blender has {CHANNELS}).", "Move some strips down.", BAD_INPUT)


def in_order(ground: Ground, moves: Mapping[str, FrameRange], held: Collection[int]) -> Iterable[tuple[str, int, FrameRange]]:
    """(strip, channel, range) one after another, so that each strip goes to where nothing stands any more.

    Those that go later start from the end, then those that go earlier from the beginning: a ripple then needs one pass.
    Where strips wait for each other, or for one that stays, the first is sent to a free channel.
    """
    waiting = sorted(moves, key=lambda name: ground.of(name)[1].start)
    while waiting:
        later = [name for name in reversed(waiting) if moves[name].start > ground.of(name)[1].start]
        earlier = [name for name in waiting if moves[name].start <= ground.of(name)[1].start]
        blocked = set()
        for name in (*later, *earlier):
            channel = ground.of(name)[0]
            if ground.free(name, channel, moves[name]):
                ground.put(name, channel, moves[name])
                yield name, channel, moves[name]
            else:
                blocked.add(name)
        if len(blocked) == len(waiting):
            name = waiting[0]
            channel = ground.free_channel((ground.of(name)[1], moves[name]), held)
            ground.put(name, channel, moves[name])
            yield name, channel, moves[name]
            blocked.discard(name)
        waiting = [name for name in waiting if name in blocked]
