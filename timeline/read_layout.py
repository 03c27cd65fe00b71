"""Everything that stands in the open sequence, whatever it is, as one value. Reads only: nothing in the file changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from . import compat
from .layout import TRANSITIONS, Item, Layout, Mark
from .read import Channels, held, inputs, read
from .timebase import FrameRange

_LASTING = frozenset({"TEXT", "COLOR", "ADJUSTMENT"})
_FASTER = frozenset({"MOVIE", "SOUND", "IMAGE"})


def read_layout(scene: Any) -> Layout:
    """The open meta strip's sequence, else the scene's own. Raises as `read.read` does."""
    timeline = read(scene, lambda path: path)
    sequence = compat.open_sequence(scene)
    standing = list(sequence.strips)
    channels = Channels(sequence)
    partners = {ref.name: ref.partners for ref in timeline.strips}
    works_on = {strip.name: tuple(source.name for source in inputs(strip)) for strip in standing}
    whole = _whole(standing, works_on)
    items = []
    for strip in standing:
        name, kind = strip.name, strip.type
        frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
        lasting = kind in _LASTING or (kind == "IMAGE" and len(strip.elements) == 1)
        items.append(
            Item(
                name,
                kind,
                strip.channel,
                frames,
                _content(strip, frames, lasting or bool(works_on[name])),
                works_on[name],
                partners[name] if name in partners else compat.connections(strip),
                held(strip, channels),
                whole.get(name, ""),
                strip.mute or channels.muted[strip.channel],
                strip.select,
                not strip.mute and sounds(strip),
                lasting,
                "" if lasting or works_on[name] else _steady(strip),
            )
        )
    marks = tuple(Mark(ref.index, ref.frame, ref.name, bool(ref.camera)) for ref in timeline.markers)
    return Layout(scene.name, timeline.rate, timeline.frames, tuple(items), marks, channels.held, scene.frame_current)


def sounds(strip: Any) -> bool:
    """Whether a strip can be heard: a sound, a scene, or a meta strip with something of the kind in it."""
    return strip.type in ("SOUND", "SCENE") or (strip.type == "META" and any(not inner.mute and sounds(inner) for inner in strip.strips))


def _steady(strip: Any) -> str:
    """Why a strip cannot be played faster."""
    if strip.type not in _FASTER:
        return "Blender cannot set the speed of its kind"
    return "it is retimed already" if len(strip.retiming_keys) else ""


def _content(strip: Any, frames: FrameRange, lasting: bool) -> FrameRange:
    if strip.type == "IMAGE" and lasting:
        return FrameRange(frames.start, frames.start + 1)
    if lasting:
        return frames
    before, after = compat.hidden(strip)
    start = math.ceil(frames.start - before)
    return FrameRange(start, max(start, math.floor(frames.end + after)))


def _whole(standing: Iterable[Any], works_on: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Why strips cannot be split, by name."""
    found = {}
    waiting = []
    for strip in standing:
        if strip.type in TRANSITIONS:
            found[strip.name] = f"{strip.name!r} is a transition, which Blender cannot split"
        elif strip.type == "SPEED":
            waiting.append((strip.name, f"speed effect {strip.name!r} would play both halves otherwise"))
    while waiting:
        name, reason = waiting.pop()
        if name not in found:
            found[name] = reason
            waiting += [(source, reason) for source in works_on.get(name, ())]
    return found
