"""Where the picture changes: pieces of film and stills begin and end, and boundaries inside them are known. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..ml.facts import Shots
from .corrections import Corrections, decided
from .places import Place, chains, seen
from .plan import Cut, Edit, Gap
from .state import Timeline
from .timebase import FrameRange


def picture_cuts(
    timeline: Timeline, shots: Mapping[str, Shots], sensitivity: float, corrections: Corrections, planned: Sequence[Edit] = ()
) -> tuple[int, ...]:
    """The frames at which another picture is seen than in the frame before, rising: what captions call cuts.

    That is where a movie or a still begins or ends, and where a boundary that holds is seen (of a gradual transition the middle).
    Where a piece only goes on with what the one before it shows, it is a cut if nobody has looked for shots in the medium. What lies
    under another movie is not seen, nor what is muted. `shots` are the facts by medium, for those that were looked at; `planned`
    are edits about to be carried out.
    """
    muted = {strip.name for strip in timeline.strips if strip.muted}
    places = [place for place in seen(timeline.strips) if place.strip not in muted]
    changes = [(frame, channel) for channel, frames in timeline.stills for frame in (frames.start, frames.end)]
    for chain in chains(places, one_channel=True):
        inner = chain[1:] if chain[0].medium not in shots else ()
        changes += [(chain[0].frames.start, chain[0].channel), (chain[-1].frames.end, chain[-1].channel)]
        changes += [(place.frames.start, place.channel) for place in inner]
    held = {medium: decided(medium, facts.boundaries, sensitivity, corrections) for medium, facts in shots.items()}
    for place in places:
        frames = (place.source.first_frame(one.seconds) for one in held.get(place.medium, ()))
        changes += [(frame, place.channel) for frame in frames if place.frames.holds(frame)]
    channels = {place.strip: place.channel for place in places}
    for edit in planned:
        if isinstance(edit, Cut) and edit.strip in channels:
            changes.append((edit.frame, channels[edit.strip]))
        elif isinstance(edit, Gap) and edit.strip in channels:
            changes += [(edit.frames.start, channels[edit.strip]), (edit.frames.end, channels[edit.strip])]
    over = _Over(places)
    return tuple(sorted({frame for frame, channel in changes if not over.covers(frame, channel)}))


class _Over:
    """Which movies lie over others."""

    def __init__(self, places: Iterable[Place]):
        channels: dict[int, list[FrameRange]] = defaultdict(list)
        for chain in chains(list(places), one_channel=True):
            channels[chain[0].channel].append(FrameRange(chain[0].frames.start, chain[-1].frames.end))
        self._channels = {channel: sorted(ranges) for channel, ranges in channels.items()}
        self._starts = {channel: [part.start for part in ranges] for channel, ranges in self._channels.items()}

    def covers(self, frame: int, channel: int) -> bool:
        """Whether a movie in a higher channel is seen before this frame and in it."""
        for higher, starts in self._starts.items():
            place = bisect_left(starts, frame) - 1
            if higher > channel and place >= 0 and frame < self._channels[higher][place].end:
                return True
        return False
