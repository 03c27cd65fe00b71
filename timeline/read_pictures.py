"""Pictures that are no films: images, colours, scenes and meta strips, with what is in them. Reads only: nothing in the file changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from . import compat
from .effect_state import digest
from .plan import EFFECT_KINDS
from .read import Channels, held, inputs
from .read_effects import look_inside
from .sources import Media, barred, source_of
from .state import Picture, StripRef, Timeline
from .tags import tag_of
from .timebase import FrameRange, SourceMap, exact_rate

BEYOND = Fraction(4)
"""Seconds beyond a strip's ends in which films inside it are looked at: by rule no transition is longer."""
_EVER = 2**31
_STILLS, _GOING_ON = ("COLOR",), ("IMAGE", "META", "SCENE")
_SOLID = frozenset({".jpg", ".jpeg", ".jpe", ".bmp", ".hdr"})
_WITHOUT = {"MOVIECLIP": "movie clips", "MASK": "masks"}


def with_pictures(scene: Any, timeline: Timeline, fingerprint: Callable[[str], str]) -> Timeline:
    """The reading with all pictures that are no films, but layers of effects; `fingerprint` as `read` has it."""
    sequence = compat.open_sequence(scene)
    channels, media = Channels(sequence), Media(scene, fingerprint)
    standing = list(sequence.strips)
    feeds: dict[str, list[str]] = defaultdict(list)
    for strip in standing:
        for source in inputs(strip):
            feeds[source.name].append(strip.name)
    active = scene.sequence_editor.active_strip
    found = []
    for strip in standing:
        tag = tag_of(strip)
        if strip.type in (*_STILLS, *_GOING_ON, *_WITHOUT) and (tag is None or tag.kind not in EFFECT_KINDS):
            ref = _ref(strip, timeline.rate, channels, feeds.get(strip.name, ()))
            found.append(_picture(scene, strip, replace(ref, active=active is not None and strip.name == active.name), media))
    return replace(timeline, pictures=tuple(found))


def _ref(strip: Any, rate: Fraction, channels: Channels, feeds: Iterable[str]) -> StripRef:
    frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
    why = f"there are no transitions for {_WITHOUT[strip.type]}" if strip.type in _WITHOUT else barred(strip, sped=False)
    source = None if why else SourceMap(Fraction(compat.content_start(strip)).limit_denominator(10**4), rate)
    return StripRef(
        strip.name, "OTHER", "", "", strip.channel, frames, source, unmapped=why, held=held(strip, channels),
        muted=strip.mute or channels.muted[strip.channel], selected=strip.select, feeds=tuple(feeds),
    )  # fmt: skip


def _picture(scene: Any, strip: Any, ref: StripRef, media: Media) -> Picture:
    if _still(strip):
        return Picture(ref, FrameRange(-_EVER, _EVER), solid=_solid(strip), shows=_shows(strip))
    start = round(compat.content_start(strip))
    extent = FrameRange(start, max(start, start + compat.content_length(strip)))
    beyond = round(BEYOND * exact_rate(compat.scene_fps(scene)))
    near = FrameRange(ref.frames.start - beyond, ref.frames.end + beyond)
    inside = _Inside(media, ref.frames)
    inside.into(scene, strip, strip.name, 0, near)
    look = look_inside(scene, strip.strips) if strip.type == "META" else ""
    changes = {near.start, near.end, *inside.changes} if inside.films else inside.changes
    return Picture(ref, extent, tuple(sorted(changes)), tuple(inside.films + inside.sounds), _solid(strip), _shows(strip), look)


def _still(strip: Any) -> bool:
    return strip.type in _STILLS or (strip.type == "IMAGE" and len(strip.elements) < 2)


def _solid(strip: Any) -> bool:
    """Of images only the kinds of files that have no transparency."""
    files = [PurePath(element.filename).suffix.lower() for element in strip.elements] if strip.type == "IMAGE" else []
    return strip.type == "COLOR" or (bool(files) and _SOLID.issuperset(files))


def _shows(strip: Any) -> str:
    """A digest of what a strip shows, whichever part of it: two pieces of one strip have the same."""
    if strip.type == "IMAGE":
        return digest((strip.directory, [element.filename for element in strip.elements]))
    if strip.type == "SCENE":
        return digest(strip.scene.name if strip.scene else "")
    if strip.type == "META":
        return digest(sorted((one.type, one.channel, compat.left(one), compat.right(one)) for one in strip.strips))
    return digest((strip.type, tuple(strip.color))) if strip.type == "COLOR" else ""


@dataclass
class _Inside:
    """What is found in a scene or meta strip: films within a window, sounds while it is `seen`."""

    media: Media
    seen: FrameRange
    changes: set[int] = field(default_factory=set)
    films: list[StripRef] = field(default_factory=list)
    sounds: list[StripRef] = field(default_factory=list)

    def into(self, scene: Any, strip: Any, name: str, shift: int, window: FrameRange, within: Collection[str] = ()) -> None:
        """Looks into a strip whose frames are `shift` earlier than those of the timeline. `within` are the scenes looked into already."""
        if strip.type == "META":
            self._all(scene, strip, name, shift, window, within)
        elif strip.type == "SCENE" and strip.scene is not None and strip.scene.name not in within:
            other = strip.scene
            shift += round(compat.content_start(strip)) - other.frame_start  # what is trimmed off a scene strip is shown all the same
            if strip.scene_input != "SEQUENCER":
                self.changes |= {marker.frame + shift for marker in other.timeline_markers if marker.camera is not None}
            if other.sequence_editor is not None:
                part = _Inside(self.media, self.seen)
                part._all(other, other.sequence_editor, name, shift, window, (*within, other.name))
                self.sounds += part.sounds
                if strip.scene_input == "SEQUENCER":
                    self.changes |= part.changes
                    self.films += part.films

    def _all(self, scene: Any, sequence: Any, name: str, shift: int, window: FrameRange, within: Collection[str]) -> None:
        muted = Channels(sequence).muted
        standing = [strip for strip in sequence.strips if not (strip.mute or muted[strip.channel])]
        sped = {source.name for strip in standing if strip.type == "SPEED" for source in inputs(strip)}
        for strip in standing:
            start, end = max(window.start, compat.left(strip) + shift), min(window.end, compat.right(strip) + shift)
            if start >= end:
                continue
            if strip.type != "SOUND":
                self._changed(strip, shift)
            if strip.type in ("MOVIE", "SOUND"):
                self._medium(scene, strip, f"{name}/{strip.name}", shift, FrameRange(start, end), strip.name in sped)
            self.into(scene, strip, f"{name}/{strip.name}", shift, FrameRange(start, end), within)

    def _changed(self, strip: Any, shift: int) -> None:
        start, end = compat.left(strip) + shift, compat.right(strip) + shift
        self.changes |= {start, end}
        if strip.type in ("MOVIE", *_GOING_ON) and not _still(strip):
            before, after = compat.hidden(strip)  # below 0 where a picture is held
            self.changes |= {round(start - min(0.0, before)), round(end + min(0.0, after))}

    def _medium(self, scene: Any, strip: Any, name: str, shift: int, frames: FrameRange, sped: bool) -> None:
        if strip.type == "SOUND":
            frames = FrameRange(max(frames.start, self.seen.start), max(frames.start, self.seen.start, min(frames.end, self.seen.end)))
            if not frames.length:
                return
        found = source_of(strip, scene, exact_rate(compat.scene_fps(scene)), self.media, sped)
        source = replace(found.map, origin=found.map.origin + shift) if found.map is not None else None
        ref = StripRef(name, strip.type, found.path, found.medium, strip.channel, frames, source, found.content, found.unmapped)
        (self.sounds if strip.type == "SOUND" else self.films).append(ref)
