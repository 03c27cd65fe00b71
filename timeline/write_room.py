"""Captions put above the layers of effects, so that no effect changes or covers what is said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from . import compat
from .lanes import CHANNELS
from .tags import tag_of
from .timebase import FrameRange

Place = tuple[int, FrameRange]
_SAID = frozenset({"caption", "translation", "sound", "highlight"})


class Room:
    """The text strips of a sequence, by channel, before layers go to their `places`."""

    def __init__(self, strips: Any, held: Collection[int]) -> None:
        self._strips, self._held = strips, set(held)

    def rise(self, places: Sequence[Place], journal: list[Callable[[], None]]) -> tuple[str, ...]:
        """Puts the captions that would lie under a layer above it, whole channels at once and in their order. Sentences for the user."""
        texts = [strip for strip in self._strips if strip.type == "TEXT" and not strip.mute and _under(strip, places)]
        notices = []
        ours = {strip.channel for strip in texts if _said(strip)}
        titles = sorted(strip.name for strip in texts if tag_of(strip) is None)
        if titles:
            more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
            notices.append(f"Your text {titles[0]!r}{more} lies under layers of effects: move it to a channel above them.")
        standing = [(strip.channel, _frames(strip), strip) for strip in self._strips]
        rows = {number: [strip for channel, _frames_, strip in standing if channel == number] for number in ours}
        stuck = {number for number, row in rows.items() if number in self._held or not all(_said(one) and not one.lock for one in row)}
        if stuck:
            notices.append(f"The captions in channel {min(stuck)} stay under layers of effects: the channel is locked or shared.")
        moves = self._targets({number: rows[number] for number in sorted(ours - stuck)}, places, standing)
        for number in sorted(moves, reverse=True):
            for strip in rows[number]:
                journal.append(partial(setattr, strip, "channel", number))
                strip.channel = moves[number]
        return tuple(notices)

    def _targets(
        self, rows: Mapping[int, Sequence[Any]], places: Sequence[Place], standing: Sequence[tuple[int, FrameRange, Any]]
    ) -> dict[int, int]:
        """Where each channel of captions goes: above the layers over it and above the captions that were below it; free there all along."""
        moves: dict[int, int] = {}
        floor = 0
        for number, row in rows.items():
            ranges = [_frames(strip) for strip in row]
            over = [channel for channel, frames in places if any(frames.overlaps(one) for one in ranges)]
            floor = max([floor, *over])
            for channel in range(floor + 1, CHANNELS + 1):
                there = [frames for at, frames, strip in standing if at == channel and at not in rows]
                there += [frames for at, frames in places if at == channel]
                if channel not in self._held and not any(one.overlaps(frames) for one in ranges for frames in there):
                    moves[number] = floor = channel
                    break
        return {number: channel for number, channel in moves.items() if channel > number}


def _under(strip: Any, places: Sequence[Place]) -> bool:
    frames = _frames(strip)
    return any(strip.channel < channel and frames.overlaps(where) for channel, where in places)


def _said(strip: Any) -> bool:
    tag = tag_of(strip)
    return tag is not None and tag.kind in _SAID


def _frames(strip: Any) -> FrameRange:
    return FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
