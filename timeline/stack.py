"""What lies over and under a cut: every strip that can be seen, whoever made it. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from .stage import Shown
from .timebase import FrameRange

_BUCKET = 500


@dataclass(frozen=True)
class Slab:
    """A strip. `seen`: it can be seen. `plain`: it covers what is below it, at its full strength. `effect` is the kind of effect that it
    is a layer of ("transition", "privacy", …), "" for everything else. `gives_way`: a caption that the writer puts above layers that would
    lie over it."""

    name: str
    channel: int
    frames: FrameRange
    seen: bool = True
    plain: bool = True
    effect: str = ""
    gives_way: bool = False


@dataclass(frozen=True)
class Stack:
    """All strips of the open sequence. `held` are the channels that are locked, `hidden` the strips in which something is covered."""

    slabs: tuple[Slab, ...] = ()
    held: tuple[int, ...] = ()
    hidden: frozenset[str] = frozenset()

    @cached_property
    def _names(self) -> dict[str, Slab]:
        return {one.name: one for one in self.slabs}

    @cached_property
    def _buckets(self) -> dict[int, list[Slab]]:
        """Slabs by the parts of the timeline that they reach into: a long timeline is asked for every cut."""
        found: dict[int, list[Slab]] = defaultdict(list)
        for one in self.slabs:
            for number in range(one.frames.start // _BUCKET, one.frames.end // _BUCKET + 1):
                found[number].append(one)
        return found

    def named(self, name: str) -> Slab | None:
        return self._names.get(name)

    def over(self, frames: FrameRange, effect: str) -> list[Slab]:
        """What stands in these frames, but for layers of `effect`."""
        numbers = range(frames.start // _BUCKET, frames.end // _BUCKET + 1)
        near = {id(one): one for number in numbers for one in self._buckets.get(number, ())}
        return [one for one in near.values() if one.effect != effect and one.frames.overlaps(frames)]

    def room(self, above: int, frames: FrameRange, effect: str) -> tuple[int, str]:
        """(free channels above channel `above` and below whatever is seen over these frames, what that is or "")."""
        there = self.over(frames, effect)
        seen = [one for one in there if one.channel > above and one.seen and not one.gives_way]
        lowest = min(seen, key=lambda one: one.channel, default=None)
        top = lowest.channel if lowest is not None else 129
        taken = {one.channel for one in there} | set(self.held)
        return sum(channel not in taken for channel in range(above + 1, top)), lowest.name if lowest is not None else ""

    def beneath(self, below: int, frames: FrameRange, effect: str) -> bool:
        """Whether anything is seen in a channel lower than `below`."""
        return any(one.channel < below and one.seen for one in self.over(frames, effect))


def fills(shown: Shown | None, canvas: tuple[int, int]) -> bool:
    """Whether a picture covers the whole frame, as far as that can be told: one that turns or is animated is said not to."""
    if shown is None or shown.pose.rotation or any(shown.pose.crop) or any(path.startswith(("transform", "crop")) for path in shown.keyed):
        return False
    corners = [shown.on_canvas(x, y, (float(canvas[0]), float(canvas[1]))) for x, y in ((0, 0), (1, 1))]
    left, right = sorted(x for x, _ in corners)
    low, high = sorted(y for _, y in corners)
    return left <= 0.5 and low <= 0.5 and right >= canvas[0] - 0.5 and high >= canvas[1] - 0.5
