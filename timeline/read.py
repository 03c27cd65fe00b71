"""The sequence that is being edited, read once into values. Reads only: nothing in the file changes."""

from __future__ import annotations

import hashlib
import math
import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, LOCKED, EditorError
from ..ml.facts import Span
from . import compat
from .reasons import cuts_of
from .state import CaptionRef, MarkerRef, StripRef, Tag, Timeline
from .tags import corrections_of, ledger_of, ledger_text, tag_of
from .timebase import FrameRange, SourceMap, exact_rate, single

_SAME_RATE = Fraction(1, 500)
"""24 frames a second played at 23.976 still have their sound beside them."""
_MOST_STYLES = 256
"""So many digests of looks are remembered: dragging a slider makes a new look at each step."""
_PARTNER_TAIL = 1
"""Seconds by which sound may outlast its picture, or end before it, and still be its sound."""


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
    attached = _Attached(scene, standing, feeds)
    active = scene.sequence_editor.active_strip
    active_name = active.name if active else ""
    rate = exact_rate(compat.scene_fps(scene))
    media = _Media(scene, fingerprint)
    kept_by = keeper(scene)
    stamp, ledger, formerly = ledger_of(kept_by)

    def tag(thing: Any) -> Tag | None:
        found = tag_of(thing)
        return replace(found, scene=stamp) if found is not None and found.scene in formerly else found

    strips: list[StripRef] = []
    captions: list[CaptionRef] = []
    occupied: list[tuple[int, FrameRange]] = []
    for strip in standing:
        name, kind = strip.name, strip.type
        frames = FrameRange(compat.left(strip), max(compat.left(strip), compat.right(strip)))
        channel = strip.channel
        occupied.append((channel, frames))
        if kind in ("MOVIE", "SOUND"):
            found = _source(strip, scene, rate, media, name in sped)
            strips.append(
                StripRef(
                    name=name,
                    kind=kind,
                    path=found.path,
                    medium=found.medium,
                    channel=channel,
                    frames=frames,
                    source=found.map,
                    content=found.content,
                    unmapped=found.unmapped,
                    held=held(strip, channels),
                    muted=strip.mute or channels.muted[channel],
                    selected=strip.select,
                    active=name == active_name,
                    partners=compat.connections(strip),
                    feeds=tuple(feeds.get(name, ())),
                    tag=tag(strip),
                    color_tag=strip.color_tag,
                    note=found.note,
                )
            )
        elif kind == "TEXT":
            style = style_of(strip) + attached.of(strip)
            captions.append(CaptionRef(name, strip.text, channel, frames, style, held(strip, channels), tag(strip), strip.mute))
    return Timeline(
        scene=scene.name,
        stamp=stamp,
        rate=rate,
        frames=FrameRange(scene.frame_start, max(scene.frame_start, scene.frame_end + 1)),
        strips=tuple(sorted(_with_partners(strips, rate), key=lambda ref: (ref.frames.start, ref.channel, ref.name))),
        captions=tuple(sorted(captions, key=lambda ref: (ref.frames.start, ref.channel, ref.name))),
        markers=markers(scene, tag),
        occupied=tuple(sorted(occupied, key=lambda item: (item[0], item[1].start, item[1].end))),
        held_channels=channels.held,
        muted_channels=tuple(number for number, mute in enumerate(channels.muted) if mute),
        ledger=ledger,
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
    return tuple(found for found in (cut, tag) if found is not None and (cut is None or found is cut or found.kind != "cut"))


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


class _Attached:
    """What an editor hangs on a caption: effects, keyframes, its use as a mask, muting."""

    def __init__(self, scene: Any, standing: Iterable[Any], feeds: Mapping[str, Sequence[str]]) -> None:
        self._feeds, self._animated = feeds, compat.animated_names(scene)
        self._masks = {
            modifier.input_mask_strip.name
            for strip in standing
            for modifier in getattr(strip, "modifiers", ())
            if getattr(modifier, "input_mask_strip", None) is not None
        }

    def of(self, strip: Any) -> str:
        """Added to a look's digest: a caption to which something was attached is the editor's. "" for one left as it was written."""
        name = strip.name
        states = (("animated", name in self._animated), ("mask", name in self._masks), ("mute", strip.mute))
        found = [*self._feeds.get(name, ()), *(what for what, there in states if there)]
        return "+" + hashlib.blake2b(repr(found).encode(), digest_size=6).hexdigest() if found else ""


def own_properties(strip: Any) -> list[tuple[str, Any]]:
    """The custom properties that somebody else than this extension put on a strip."""
    return [(key, _plain(strip[key])) for key in strip.keys() if not key.startswith("assistant_editor")]  # noqa: SIM118  a strip is no dict


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


@dataclass(frozen=True)
class _Source:
    path: str
    medium: str
    map: SourceMap | None = None
    content: Span | None = None
    unmapped: str = ""
    note: str = ""


class _Media:
    """Paths, fingerprints and source maps of one reading, each there once."""

    def __init__(self, scene: Any, fingerprint: Callable[[str], str]) -> None:
        self._scene = scene
        self._fingerprint = fingerprint
        self._known: dict[tuple[str, Any], tuple[str, str, str]] = {}
        self._films: dict[tuple[str, int], compat.Film] = {}

    def film(self, path: str, stream: int) -> compat.Film:
        """What a movie's file holds; each file is looked at once."""
        if (path, stream) not in self._films:
            self._films[path, stream] = compat.film(path, stream)
        return self._films[path, stream]

    def of(self, stored: str, library: Any) -> tuple[str, str, str]:
        """(absolute path, fingerprint, why there is none) of a path as Blender stores it."""
        key = (stored, library.filepath if library else "")
        if key not in self._known:
            path = os.path.normpath(bpy.path.abspath(stored, library=library)) if stored else ""
            try:
                self._known[key] = (path, self._fingerprint(path), "")
            except (EditorError, OSError) as reason:
                says = reason.message if isinstance(reason, EditorError) else f"its file {path} cannot be read: {reason.strerror or reason}"
                self._known[key] = (path, "", says.rstrip("."))
        return self._known[key]


def _source(strip: Any, scene: Any, rate: Fraction, media: _Media, sped: bool) -> _Source:
    if strip.type == "SOUND":
        sound = strip.sound
        if sound is None:
            return _Source("", "", unmapped="it has no sound file")
        path, medium, unreadable = media.of(sound.filepath, sound.library)
        if sound.packed_file is not None:
            return _Source(path, "", unmapped="its sound is packed into the .blend; unpack it first")
    else:
        path, medium, unreadable = media.of(strip.filepath, scene.library)
    if not medium:
        return _Source(path, "", unmapped=unreadable)
    barred = _barred(strip, sped)
    if barred:
        return _Source(path, medium, unmapped=barred)
    if strip.type == "SOUND":
        return _Source(path, medium, _map_of_sound(compat.content_start(strip), compat.trims(strip)[0], strip.sound_offset, rate))
    film = media.film(path, compat.stream_number(strip))
    shown = (compat.content_start(strip), compat.content_length(strip), *compat.trims(strip))
    mapped, content, unmapped, note = _map_of_movie(film, *shown, rate, compat.scene_fps(scene))
    return _Source(path, medium, mapped, content, unmapped, note)


def _barred(strip: Any, sped: bool) -> str:
    """Why no straight line maps the strip's frames to its medium's seconds; "" when one does."""
    if len(strip.retiming_keys):
        return "it is retimed"
    if sped:
        return "a speed effect changes its time"
    if getattr(strip, "use_reverse_frames", False):
        return "it plays backwards"
    if getattr(strip, "strobe", 1.0) > 1.0:
        return "it has a strobe"
    if compat.stream_number(strip):
        return f"it uses stream {compat.stream_number(strip) + 1} of its file, and only the first is analysed"
    return ""


def _near(value: float, denominator: int) -> Fraction:
    return Fraction(value).limit_denominator(denominator)


@lru_cache(maxsize=4096)
def _map_of_sound(origin: float, trim: int, offset: float, rate: Fraction) -> SourceMap:
    """One value for all pieces of a strip, and for all readings: what is worked out of it is then worked out once."""
    return SourceMap(_near(origin, 10**4), rate, Fraction(trim) / rate - _near(offset, 10**6))


@lru_cache(maxsize=4096)
def _map_of_movie(
    film: compat.Film, start: float, length: int, trim_start: int, trim_end: int, rate: Fraction, fps: float
) -> tuple[SourceMap | None, Span | None, str, str]:
    """(map, content, why there is no map, what to know about it). Blender matches a movie's rate to the scene's or not, and only
    its length betrays which. One value for all pieces of a strip, and for all readings."""
    if film.fps <= 0:
        return None, None, "Blender finds no picture in its file", ""
    pictures = exact_rate(film.fps)
    factor = single(single(film.fps) / single(fps))
    matched, note = True, ""
    count = round(length * factor)
    if pictures != rate:
        count = film.pictures - trim_start - trim_end
        whole = count == length
        matched_length = math.floor(single(count / factor))
        matched = abs(matched_length - length) <= (0 if whole else 1)
        if whole and matched:
            note = "Blender does not tell whether its rate is matched to the scene's; places are exact to one frame"
        elif not whole and not matched:
            return None, None, "its length fits its file neither at the file's frame rate nor at the scene's", ""
    origin, trim = _near(start, 10**4), Fraction(trim_start) / pictures
    mapped = SourceMap(origin, rate if matched else pictures, trim, pictures, factor if matched else 1.0)
    return mapped, Span(trim, trim + Fraction(max(0, count)) / pictures), "", note


def _with_partners(strips: list[StripRef], rate: Fraction) -> list[StripRef]:
    """Adds the strips of the other kind with the same medium that begin together and end together, where none are connected."""
    if len({ref.kind for ref in strips}) < 2:
        return strips
    by_name = {ref.name: ref for ref in strips}
    by_medium: dict[str, list[StripRef]] = defaultdict(list)
    for ref in strips:
        if ref.medium:
            by_medium[ref.medium].append(ref)
    both = {medium for medium, refs in by_medium.items() if len({ref.kind for ref in refs}) == 2}
    starts: dict[tuple[str, str, int], list[StripRef]] = defaultdict(list)
    for ref in strips:
        if ref.medium in both:
            starts[ref.medium, ref.kind, ref.frames.start].append(ref)
    tail = math.ceil(_PARTNER_TAIL * rate)

    def partners(ref: StripRef) -> tuple[str, ...]:
        if ref.medium not in both:
            return ref.partners
        other = "SOUND" if ref.kind == "MOVIE" else "MOVIE"
        if _has_other(ref, by_name):
            return ref.partners
        return ref.partners + tuple(
            found.name
            for start in (ref.frames.start, ref.frames.start - 1, ref.frames.start + 1)
            for found in starts.get((ref.medium, other, start), ())
            if not _has_other(found, by_name)
            and abs(found.frames.end - ref.frames.end) <= tail
            and _in_step(ref, found)
        )

    return [ref if (beside := partners(ref)) == ref.partners else replace(ref, partners=beside) for ref in strips]


def _has_other(ref: StripRef, by_name: Mapping[str, StripRef]) -> bool:
    """Is a picture connected with sound, or sound with a picture? Then likeness says nothing."""
    return any(other.kind != ref.kind for name in ref.partners if (other := by_name.get(name)))


def _in_step(one: StripRef, other: StripRef) -> bool:
    """Do both play their medium at the same speed? (Unknown maps are given the benefit of the doubt: they are cut together.)"""
    return one.source is None or other.source is None or abs(one.source.rate / other.source.rate - 1) <= _SAME_RATE


_NOT_LOOK = compat.TIMES | {
    "rna_type", "name", "type", "text", "select", "select_left_handle", "select_right_handle", "mute", "lock", "channel",
    "modifiers", "connections", "fps", "textbox_state", "proxy", "show_retiming_keys", "input_count", "assistant_editor_tag",
    "assistant_editor_ledger",
}  # fmt: skip
_LOOK_PARTS = ("transform", "crop")


def _names_of_look(rna: Any) -> tuple[str, ...]:
    return tuple(sorted(p.identifier for p in rna.properties if p.identifier not in _NOT_LOOK and p.identifier not in _LOOK_PARTS))


def look_of(thing: Any) -> tuple[tuple[str, Any], ...]:
    """Every property of a strip that changes how it looks or sounds, none that say where it is."""
    return tuple(_look(thing))


def _look(thing: Any) -> Iterable[tuple[str, Any]]:
    names, values = _look_names(type(thing))
    yield from zip(names, map(_plain, values(thing)), strict=True)
    for part in _LOOK_PARTS:
        inner = getattr(thing, part, None)
        if inner is not None:
            names, values = _look_names(type(inner))
            yield from ((f"{part}.{name}", _plain(value)) for name, value in zip(names, values(inner), strict=True))
    if own := own_properties(thing):
        yield "own properties", own
    modifiers = getattr(thing, "modifiers", None)
    if modifiers:
        for modifier in modifiers:
            for name in _names_of_look(modifier.bl_rna):
                yield f"{modifier.name}.{name}", _plain(getattr(modifier, name))


_LOOK_NAMES: dict[type, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def _look_names(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of the properties that make a look, and what gets all their values in one go: half the time of one by one."""
    if kind not in _LOOK_NAMES:
        names = _names_of_look(kind.bl_rna)
        _LOOK_NAMES[kind] = (names, attrgetter(*names))
    return _LOOK_NAMES[kind]


_PLAIN = frozenset({bool, int, float, str, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, bpy.types.ID):
        return value.name_full
    if isinstance(value, bpy.types.bpy_struct):
        return type(value).__name__
    try:
        return tuple(_plain(item) for item in value)
    except TypeError:
        return type(value).__name__


def style_of(strip: Any) -> str:
    """A digest of a text strip's look, the same for the same look in one Blender version."""
    return hashlib.blake2b(repr(look_of(strip)).encode(), digest_size=12).hexdigest()


_NEW_STYLES: dict[Hashable, str] = {}


def style_of_new(strip: Any, dress: Hashable) -> str:
    """`style_of` a strip just made and given this `dress`. New strips dressed alike look alike, so it is worked out once a session.

    But a font goes by its name in this file: the same one may have another in the next.
    """
    key = (dress, strip.font.name_full if strip.font else "")
    if key not in _NEW_STYLES:
        if len(_NEW_STYLES) >= _MOST_STYLES:
            _NEW_STYLES.clear()
        _NEW_STYLES[key] = style_of(strip)
    return _NEW_STYLES[key]
