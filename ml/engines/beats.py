"""The beats of music: by librosa, or by a network where its weights are installed.

Sound is heard block by block. Stretches of sound between silences are tracked each by itself, so a film may hold several pieces of music in
several tempi. Speech and noise have beats too, if one insists: `confidence` says how regular what is heard is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from .. import models
from ..errors import BAD_INPUT, NO_STREAM, EditorError
from ..facts import Beat, Beats, BeatsOptions, Media, Span
from .beat_sound import HOP, RATE, Heard
from .registry import Runtime

MODEL = "beatnet"
LOADING, HEARING = 180.0, 120.0
SLOW, FAST = 50.0, 220.0
SILENT, BELOW = -60.0, 50.0
"""Decibels below full scale, and below the loudest, from which on nothing is heard."""
PAUSE = 2.0
"""Seconds of silence between two pieces of music."""
SHORTEST = 3.0
"""Seconds in which beats can be found."""
LONGEST = 1200.0
"""Seconds that are tracked in one go."""
REGULAR = (0.12, 0.55)
"""How alike the sound of speech is to itself a beat later, and how alike that of music (`beat_tempo.tempi`)."""
MASTERED, MOST_GAIN = 0.9, 30.0
"""The peak of the music the network was trained with, to which softer music is brought, and by which factor at most."""
NEAR = 1.3
"""By which factor the network's beats may be faster or slower than what is expected."""
NOTHING = "No beats were heard."


@dataclass(frozen=True)
class Tracked:
    """Beats of a stretch: in frames of `Heard`, places in the bar (0: not known), beats a bar, and how sure both are."""

    frames: Any
    places: Any
    meter: int
    sure: float
    bars_sure: float


Tracker = Callable[[Heard, int, int], Tracked]
"""Finds the beats between two frames, counted from the first of them."""


def run(path: str | Path, options: BeatsOptions, media: Media, span: Span | None, runtime: Runtime) -> Beats:
    """The beats within `span` (all when None), in seconds of the audio stream.

    Raises `EditorError`: MISSING_MODEL when a network is asked for and its weights are not installed, BAD_INPUT for a tempo that cannot
    be, and as `media.sound` does.
    Silence, and what is too short, gives no beats and a warning.
    """
    from . import beat_sound

    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    if options.tempo and not SLOW <= options.tempo <= FAST:
        raise EditorError(
            f"{options.tempo:g} beats a minute cannot be followed.", f"Ask for {SLOW:g} to {FAST:g}, or 0 for what is heard.", BAD_INPUT
        )
    where = models.path_of(MODEL, runtime.models) if options.tracker == "neural" else None
    runtime.progress(0.0, "Loading the beat tracker", LOADING)
    network = _network(where) if where else None
    hearing = beat_sound.Hearing()
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    warnings: list[str] = []
    chances: list[Any] = []
    count, loudest = 0, 0.0
    for chunk in reading.sound(path, span, RATE, runtime.check, warnings.append):
        runtime.check()
        hearing.take(chunk)
        if network:
            loudest = max(loudest, float(np.abs(chunk).max(initial=0.0)))
            chances.append(network.take(chunk * min(MASTERED / max(loudest, 1e-9), MOST_GAIN)))
        count += len(chunk)
        runtime.progress(min(0.9, count / expected), "Listening for beats", HEARING)
    heard = hearing.finish()
    if network:
        chances.append(network.finish())
    track = _by_network(np.concatenate(chances), options.tempo, runtime.check) if network else _by_librosa(options.tempo)
    found = []
    for first, end in stretches(heard.levels):
        runtime.check()
        tracked = track(heard, first, end)
        if len(tracked.frames) > 1:
            found.append((first, tracked))
    if span is None:
        whole = Span(whole.start, max(whole.end, Fraction(count, RATE)))
    method = "BeatNet" if network else "librosa"
    return _facts(heard, found, whole, media.audio.start, method, warnings)


def stretches(levels: Any) -> list[tuple[int, int]]:
    """Frames (from, to) of sound with no silence of `PAUSE` seconds in them, long enough for beats, none longer than `LONGEST`."""
    if not len(levels):
        return []
    loud = np.flatnonzero(levels > max(SILENT, float(levels.max()) - BELOW))
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > PAUSE * RATE / HOP)
    firsts, lasts = loud[np.concatenate([[0], breaks + 1])], loud[np.concatenate([breaks, [len(loud) - 1]])] + 1
    found = []
    for first, end in zip(firsts, lasts, strict=True):
        if (end - first) * HOP >= SHORTEST * RATE:
            parts = -(-int(end - first) // int(LONGEST * RATE / HOP))
            edges = np.linspace(first, end, parts + 1).astype(int)
            found += [(int(a), int(b)) for a, b in pairwise(edges)]
    return found


def _by_librosa(expected: float) -> Tracker:
    from . import beat_bars, beat_sound, beat_tempo

    def track(heard: Heard, first: int, end: int) -> Tracked:
        part = heard.part(first, end)
        strength = beat_tempo.combined(part.onsets)
        if not strength.any():
            return Tracked(np.zeros(0), np.zeros(0, np.int64), 0, 0.0, 0.0)
        tempo, regular = beat_tempo.tempi(strength, expected)
        frames = beat_tempo.beats(strength, tempo)
        told = beat_bars.bars(part, frames)
        return Tracked(frames + beat_sound.LAG / HOP, told.places, told.meter, _sure(part, regular), told.sure)

    return track


def _sure(part: Heard, regular: float) -> float:
    from . import beat_tempo

    low, high = REGULAR
    return float(np.clip((regular - low) / (high - low), 0, 1)) * beat_tempo.stirred(part.onsets, part.fullness)


def _network(where: Path) -> Any:
    from . import beat_network

    return beat_network.Listener(where)


def _by_network(chances: Any, expected: float, check: Callable[[], None]) -> Tracker:
    from . import bar_pointer, beat_network, beat_tempo

    tempi = (expected / NEAR, expected * NEAR) if expected else (bar_pointer.SLOWEST, bar_pointer.FASTEST)

    def track(heard: Heard, first: int, end: int) -> Tracked:
        scale = beat_network.PER_SECOND * HOP / RATE
        begin = int(first * scale)
        part = chances[begin : int(end * scale)]
        way = bar_pointer.decode(part, beat_network.PER_SECOND, check, tempi)
        at = np.clip(np.rint(way.frames).astype(int), 0, max(0, len(part) - 1))
        down = part[at, 1] if len(at) else np.zeros(0)
        first_beats = way.places == 1
        here, elsewhere = (float(down[where].mean()) if where.any() else 0.0 for where in (first_beats, ~first_beats))
        bars_sure = max(0.0, here - elsewhere) / max(here + elsewhere, 1e-9)
        # The network is as sure of syllables as of drums; how regular they are tells them apart.
        sound = heard.part(first, end)
        _, regular = beat_tempo.tempi(beat_tempo.combined(sound.onsets), expected)
        sure = min(_sure(sound, regular), float(part[at].sum(axis=1).mean())) if len(at) else 0.0
        return Tracked((way.frames + beat_network.LAG + begin) / scale - first, way.places, way.meter, sure, bars_sure)

    return track


def _facts(heard: Heard, found: Any, whole: Span, origin: Fraction, method: str, warnings: list[str]) -> Beats:
    if not found:
        return Beats(whole, origin, method, 0.0, (), 0.0, (*dict.fromkeys(warnings), NOTHING))
    frames = np.concatenate([tracked.frames + first for first, tracked in found])
    places = np.concatenate([tracked.places for _, tracked in found])
    counts = np.array([len(tracked.frames) for _, tracked in found])
    strengths = _strengths(heard, frames)
    gaps = np.concatenate([np.diff(tracked.frames) for _, tracked in found])
    order = np.argsort(frames, kind="stable")
    beats: list[Beat] = []
    for one in order:
        seconds = whole.start + Fraction(max(0, round(float(frames[one]) * HOP)), RATE)
        if whole.holds(seconds) and (not beats or seconds > beats[-1].seconds):
            beats.append(Beat(seconds, bool(places[one] == 1), round(float(strengths[one]), 3)))
    longest = max(found, key=lambda one: len(one[1].frames))[1]
    sure = float(np.average([tracked.sure for _, tracked in found], weights=counts))
    bars_sure = float(np.average([tracked.bars_sure for _, tracked in found], weights=counts))
    tempo = round(60 * RATE / HOP / float(np.median(gaps)), 2)
    return Beats(
        whole, origin, method, tempo, tuple(beats), round(sure, 3), tuple(dict.fromkeys(warnings)), longest.meter, round(bars_sure, 3)
    )


def _strengths(heard: Heard, frames: Any) -> Any:
    """0 to 1 for each beat: its stroke and the loudness of the music around it, among all beats."""
    at = np.clip(np.rint(frames).astype(np.int64), 0, heard.frames - 1)
    near = np.clip(at[:, None] + np.arange(-4, 5), 0, heard.frames - 1)
    spread = np.maximum(heard.onsets.std(axis=0), 1e-9)
    stroke = (heard.onsets[near] / spread).mean(axis=2).max(axis=1)
    after = np.clip(at[:, None] + np.arange(0, 44, 4), 0, heard.frames - 1)
    loud = np.power(10, heard.levels[after] / 20).mean(axis=1)
    return (_spread_out(stroke) + _spread_out(loud)) / 2


def _spread_out(values: Any) -> Any:
    low, high = np.percentile(values, (5, 95))
    return np.clip((values - low) / (high - low), 0, 1) if high - low > 1e-9 else np.full(len(values), 0.5)
