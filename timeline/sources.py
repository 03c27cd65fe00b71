"""Which moment of which file a strip plays: paths, fingerprints, source maps. What Blender does not tell is said."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import bpy

from ..ml.errors import EditorError
from ..ml.facts import Span
from . import compat
from .timebase import SourceMap, exact_rate, single


@dataclass(frozen=True)
class Source:
    path: str
    medium: str
    map: SourceMap | None = None
    content: Span | None = None
    unmapped: str = ""
    note: str = ""


class Media:
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


def source_of(strip: Any, scene: Any, rate: Fraction, media: Media, sped: bool) -> Source:
    if strip.type == "SOUND":
        sound = strip.sound
        if sound is None:
            return Source("", "", unmapped="it has no sound file")
        path, medium, unreadable = media.of(sound.filepath, sound.library)
        if sound.packed_file is not None:
            return Source(path, "", unmapped="its sound is packed into the .blend; unpack it first")
    else:
        path, medium, unreadable = media.of(strip.filepath, scene.library)
    if not medium:
        return Source(path, "", unmapped=unreadable)
    why = barred(strip, sped)
    if why:
        return Source(path, medium, unmapped=why)
    if strip.type == "SOUND":
        return Source(path, medium, _map_of_sound(compat.content_start(strip), compat.trims(strip)[0], strip.sound_offset, rate))
    film = media.film(path, compat.stream_number(strip))
    shown = (compat.content_start(strip), compat.content_length(strip), *compat.trims(strip))
    mapped, content, unmapped, note = _map_of_movie(film, *shown, rate, compat.scene_fps(scene))
    return Source(path, medium, mapped, content, unmapped, note)


def barred(strip: Any, sped: bool) -> str:
    """Why no straight line maps the strip's frames to its medium's seconds; "" when one does."""
    if len(getattr(strip, "retiming_keys", ())):
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
