"""The captions of a whole scene, whichever meta strip is open: what a render shows, and what a file beside it has to say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import compat
from .plan import CaptionStyle
from .state import CaptionRef, Timeline
from .tags import ledger_of, tag_of
from .timebase import FrameRange, exact_rate
from .undress import style_from
from .visual import logical

KINDS = frozenset({"caption", "translation", "sound", "highlight"})


def texts(scene: Any) -> Iterator[tuple[Any, FrameRange, bool]]:
    """Every text strip that a run wrote, in meta strips too: the strip, the frames at which it is seen, and whether it is muted."""
    if scene.sequence_editor is not None:
        lasting = FrameRange(-(2**31), 2**31)
        yield from _within(scene.sequence_editor, lasting, False)


def _within(sequence: Any, seen: FrameRange, muted: bool) -> Iterator[tuple[Any, FrameRange, bool]]:
    for strip in sequence.strips:
        start, end = max(seen.start, compat.left(strip)), min(seen.end, compat.right(strip))
        silent = muted or strip.mute or sequence.channels[strip.channel].mute
        if start >= end:
            continue
        if strip.type == "META":
            yield from _within(strip, FrameRange(start, end), silent)
        elif strip.type == "TEXT" and (tag := tag_of(strip)) is not None and tag.kind in KINDS:
            yield strip, FrameRange(start, end), silent


def whole(scene: Any) -> tuple[Timeline, dict[str, CaptionStyle]]:
    """The captions of the scene as one timeline, and their looks by the names of their strips."""
    stamp, ledger, _formerly = ledger_of(scene)
    found, looks = [], {}
    for strip, frames, muted in texts(scene):
        tag = tag_of(strip)
        text = logical(strip.text, tag.text if tag is not None else "")
        found.append(CaptionRef(strip.name, text, strip.channel, frames, "", "", tag, muted))
        looks[strip.name] = style_from(strip, scene)
    return Timeline(
        scene=scene.name,
        stamp=stamp,
        rate=exact_rate(compat.scene_fps(scene)),
        frames=FrameRange(scene.frame_start, max(scene.frame_start, scene.frame_end + 1)),
        strips=(),
        captions=tuple(sorted(found, key=lambda ref: (ref.frames.start, ref.channel, ref.name))),
        ledger=ledger,
    ), looks
