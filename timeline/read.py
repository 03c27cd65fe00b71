"""The sequence that is being edited, read once into values. Reads only: nothing in the file changes."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from . import compat, fading
from .appearance import Attached, style_of, style_of_highlight
from .partners import with_partners
from .plan import EFFECT_KINDS
from .reasons import cuts_of, effects_by_strip
from .sources import Media, source_of
from .state import CaptionRef, MarkerRef, StripRef, Tag, Timeline
from .tags import corrections_of, effects_of, ledger_of, ledger_text, tag_of
from .timebase import FrameRange, exact_rate
from .visual import logical

_PICTURES = {"IMAGE", "COLOR", "SCENE", "MOVIECLIP", "MASK", "META"}


def read(scene: Any, fingerprint: Callable[[str], str]) -> Timeline:
    """The open meta strip's sequence, else the scene's own, with everything a planner and a merge need.

    `fingerprint` gives the content fingerprint of a file's path; what it raises (`EditorError`, `OSError`) becomes the
    strip's `unmapped`. Raises `EditorError(BAD_INPUT)` when the scene has no sequence at all.
    """
    if scene.library is not None:
        raise EditorError(f"Scene {scene.name!r} is linked from {scene.library.filepath}.", "Open that file to edit it.", LOCKED)
    sequence = compat.open_sequence(scene)
    if sequence is None:
        raise EditorError(f"Scene {scene.name!r} has no strips.", "Add a movie or sound strip in the sequencer.", BAD_INPUT)
    standing = list(sequence.strips)
    channels = Channels(sequence)
    feeds, sped = _effects(standing)
    warped = _warped(standing) if sped else set()
    attached = Attached(scene, standing, feeds)
    active = scene.sequence_editor.active_strip
    active_name = active.name if active else ""
    rate = exact_rate(compat.scene_fps(scene))
    media = Media(scene, fingerprint)
    volumes = fading.faders(scene, [strip for strip in standing if strip.type == "SOUND"])
    kept_by = keeper(scene)
    stamp, ledger, formerly = ledger_of(kept_by)

    def tag(thing: Any) -> Tag | None:
        found = tag_of(thing)
        return replace(found, scene=stamp) if found is not None and found.scene in formerly else found

    strips: list[StripRef] = []
    captions: list[CaptionRef] = []
    occupied: list[tuple[int, FrameRange]] = []
    stills: list[tuple[int, FrameRange]] = []
    for strip in standing:
        name, kind = strip.name, strip.type
        frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
        channel = strip.channel
        occupied.append((channel, frames))
        layer = (its := tag_of(strip)) is not None and its.kind in EFFECT_KINDS
        if kind in ("MOVIE", "SOUND") and not layer:
            found = source_of(strip, scene, rate, media, name in sped)
            plain = source_of(strip, scene, rate, media, sped=False) if name in warped else found
            strips.append(
                StripRef(
                    name=name,
                    kind=kind,
                    path=found.path,
                    medium=found.medium,
                    channel=channel,
                    frames=frames,
                    source=found.map,
                    content=plain.content,
                    unmapped=found.unmapped,
                    held=held(strip, channels),
                    muted=strip.mute or channels.muted[channel],
                    selected=strip.select,
                    active=name == active_name,
                    partners=compat.connections(strip),
                    feeds=tuple(feeds.get(name, ())),
                    tag=tag(strip),
                    color_tag=strip.color_tag,
                    volume=volumes.get(name),
                    note=found.note,
                    beneath=plain.map if name in warped else None,
                )
            )
        elif (kind in _PICTURES or (layer and kind == "MOVIE")) and not (strip.mute or channels.muted[channel]):
            stills.append((channel, frames))
        elif kind == "TEXT" and not layer:
            its = tag(strip)
            text = strip.text
            if (its is not None and its.text) or not text.isascii():
                text = logical(text, its.text if its is not None else "")
            if its is not None and its.kind == "highlight":
                style = style_of_highlight(strip, attached.steps.get(name, {})) + attached.of(strip, True)
            else:
                style = style_of(strip) + attached.of(strip)
            captions.append(CaptionRef(name, text, channel, frames, style, held(strip, channels), its, strip.mute))
    return Timeline(
        scene=scene.name,
        stamp=stamp,
        rate=rate,
        frames=FrameRange(scene.frame_start, max(scene.frame_start, scene.frame_end + 1)),
        strips=tuple(sorted(with_partners(strips, rate), key=lambda ref: (ref.frames.start, ref.channel, ref.name))),
        captions=tuple(sorted(captions, key=lambda ref: (ref.frames.start, ref.channel, ref.name))),
        markers=markers(scene, tag),
        occupied=tuple(sorted(occupied, key=lambda item: (item[0], item[1].start, item[1].end))),
        stills=tuple(sorted(stills, key=lambda item: (item[0], item[1].start, item[1].end))),
        held_channels=channels.held,
        muted_channels=tuple(number for number, mute in enumerate(channels.muted) if mute),
        ledger=ledger,
        size=(scene.render.resolution_x, scene.render.resolution_y),
        corrections=corrections_of(kept_by),
    )


def keeper(scene: Any) -> Any:
    """What keeps the ledger of the sequence being edited: the open meta strip, else the scene."""
    sequence = compat.open_sequence(scene)
    return scene if sequence is None or sequence == scene.sequence_editor else sequence


def markers(scene: Any, tag: Callable[[Any], Tag | None] = tag_of) -> tuple[MarkerRef, ...]:
    return tuple(
        MarkerRef(i, marker.name, marker.frame, tag(marker), marker.camera.name if marker.camera else "")
        for i, marker in enumerate(scene.timeline_markers)
    )


def reasons_of(scene: Any, strip: Any) -> tuple[Tag, ...]:
    """What the assistant says of this strip: why it was cut where it begins, and its tag. Quick enough to be asked while Blender draws.

    A cut is found in the ledger by the moment at which the strip begins. Whether a movie's rate is matched to the scene's takes
    a look into its file, so both moments are tried.
    """
    tag = tag_of(strip)
    cut = _cut_at(scene, strip) if strip.type in ("MOVIE", "SOUND") else None
    # Earlier versions tagged cuts too, and splits copy tags: what the ledger says of this place goes first.
    told = tuple(found for found in (cut, tag) if found is not None and (cut is None or found is cut or found.kind != "cut"))
    known = effects_by_strip(effects_of(keeper(scene)), "").get(strip.name, ())
    return (*told, *(one for one in known if tag is None or one.record != tag.record or one.kind != tag.kind))


def effect_tags(scene: Any) -> tuple[tuple[int, Tag], ...]:
    """What the assistant says of effects, each with the frame where its strip or layer begins."""
    strips = compat.open_sequence(scene).strips
    known = effects_by_strip(effects_of(keeper(scene)), "")
    return tuple((compat.left(strips[name]), tag) for name, tags in known.items() if name in strips for tag in tags)


def _cut_at(scene: Any, strip: Any) -> Tag | None:
    ledger = ledger_text(keeper(scene))
    if not ledger:
        return None
    known, path, beside = cuts_of(ledger), _stored_path(strip), compat.open_sequence(scene).strips
    media = []
    for medium, names in known.strips.items():
        paths = {_stored_path(beside[name]) for name in names if name in beside}
        if not paths or path in paths:
            media.append(medium)
    frame, fps = compat.left(strip), compat.scene_fps(scene)
    position, trim = frame - compat.content_start(strip), compat.trims(strip)[0]
    moments = [(position + trim) / fps - getattr(strip, "sound_offset", 0.0)]
    if strip.type == "MOVIE" and len(strip.elements) and strip.elements[0].orig_fps:
        pictures = strip.elements[0].orig_fps
        moments = [position / fps + trim / pictures, (position + trim) / pictures]
    return known.at(media, moments, frame, 1 / fps)


def _stored_path(strip: Any) -> str:
    stored = strip.sound.filepath if strip.type == "SOUND" and strip.sound else getattr(strip, "filepath", "")
    return os.path.normpath(bpy.path.abspath(stored)) if stored else ""


class Channels:
    """Which channels of a sequence are locked and which muted, by number. Asked in one call each, when needed: there are 129."""

    def __init__(self, sequence: Any) -> None:
        self._channels = sequence.channels

    @cached_property
    def locked(self) -> list[bool]:
        return self._all("lock")

    @cached_property
    def muted(self) -> list[bool]:
        return self._all("mute")

    @cached_property
    def held(self) -> tuple[int, ...]:
        """The numbers of those that are locked."""
        return tuple(number for number, locked in enumerate(self.locked) if locked) if True in self.locked else ()

    def _all(self, name: str) -> list[bool]:
        values = [False] * len(self._channels)
        self._channels.foreach_get(name, values)
        return values

    def name(self, number: int) -> str:
        return str(self._channels[number].name)


def held(strip: Any, channels: Channels) -> str:
    """Why a strip must not be changed, naming it; "" when it may."""
    if strip.lock:
        return f"strip {strip.name!r} is locked"
    number = strip.channel
    return f"channel {number} ({channels.name(number)}) of strip {strip.name!r} is locked" if channels.locked[number] else ""


def inputs(strip: Any) -> list[Any]:
    """The strips an effect reads; none for any other strip."""
    count = getattr(strip, "input_count", 0)
    return [found for i in range(1, count + 1) if (found := getattr(strip, f"input_{i}", None)) is not None]


def _warped(standing: list[Any]) -> set[str]:
    """The names of the strips whose time nobody changes but Emphasise, with speed strips of its own."""
    layers = [strip for strip in standing if strip.type == "SPEED" and (tag := tag_of(strip)) is not None and tag.kind == "emphasis"]
    if not layers:
        return set()
    names = {strip.name for strip in layers}
    _feeds, others = _effects(strip for strip in standing if strip.name not in names)
    return {source.name for strip in layers for source in inputs(strip)} - others


def _effects(standing: Iterable[Any]) -> tuple[dict[str, list[str]], set[str]]:
    """The names of the effects each strip feeds, and of every strip a speed effect reads, directly or through others."""
    feeds: dict[str, list[str]] = defaultdict(list)
    reads: dict[str, list[str]] = {}
    waiting: list[str] = []
    for strip in standing:
        names = [source.name for source in inputs(strip)]
        if names:
            reads[strip.name] = names
            for name in names:
                feeds[name].append(strip.name)
            if strip.type == "SPEED":
                waiting += names
    sped: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in sped:
            sped.add(name)
            waiting += reads.get(name, ())
    return feeds, sped
