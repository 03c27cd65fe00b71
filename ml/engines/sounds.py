"""What is heard besides speech: music by a small network that is packaged, more by an AudioSet tagger that the user names.

Both say of every moment how likely each sound is; the likeliest way through all moments (Viterbi, 1967), where every change costs,
makes events of that. Sound is heard block by block; what stays of an hour is 4 MB of chances.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from .. import models
from ..errors import NO_STREAM, EditorError
from ..facts import Media, SoundEvent, Sounds, SoundsOptions, Span
from . import voice
from .registry import Runtime
from .sound_kinds import EVERY, FRAMES, HOP, KINDS, RATE, SoundKinds, energies

MODEL = "speech-music-noise"
LOADING, HEARING = 120.0, 120.0
BLOCK = 60 * RATE
QUIET = 0.03
"""Share of the mean energy (of its logarithm) below which nothing is heard."""
STAYS_ACTIVE, STAYS = 150 * np.log(10), 80 * np.log(10)
"""What a change costs: between sound and silence, and between kinds of sound. The package's own numbers."""
IDLE = 5.0
"""What a moment of silence gains before sound that is hardly there."""
SHORTEST = Fraction(1, 2)


def run(path: str | Path, options: SoundsOptions, media: Media, span: Span | None, runtime: Runtime) -> Sounds:
    """The events within `span` (all when None) that are at least `options.threshold` likely, in seconds of the audio stream.

    Raises `EditorError`: MISSING_MODEL, BAD_INPUT for a tagger's folder that cannot be used, and as `media.sound` does.
    """
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    if options.model:
        from .sound_tags import run as tagged

        return tagged(path, options, media, span, runtime)
    where = models.path_of(MODEL, runtime.models)
    runtime.progress(0.0, "Loading the listener", LOADING)
    network = SoundKinds(where)
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    warnings: list[str] = []
    chances, energy, heard = [np.zeros((0, len(KINDS)), np.float32)], [np.zeros(0, np.float32)], 0
    for levels, loudness, first, last, samples in _blocks(reading.sound(path, span, RATE, runtime.check, warnings.append)):
        runtime.check()
        chances.append(network.hear(levels)[first:last])
        energy.append(loudness)
        heard += samples
        runtime.progress(min(1.0, heard / expected), "Listening for music", HEARING)
    if span is None:
        whole = Span(whole.start, max(whole.end, Fraction(heard, RATE)))
    events = []
    for kind, start, end, sure in segments(np.concatenate(chances), np.concatenate(energy)):
        place = Span(whole.start + Fraction(start * EVERY * HOP, RATE), min(whole.end, whole.start + Fraction(end * EVERY * HOP, RATE)))
        if KINDS[kind] != "speech" and place.length >= SHORTEST and sure >= options.threshold:
            events.append(SoundEvent(place, KINDS[kind], round(sure, 4)))
    return Sounds(whole, media.audio.start, "inaSpeechSegmenter", tuple(events), tuple(dict.fromkeys(warnings)))


def _blocks(chunks: Any) -> Iterator[tuple[Any, Any, int, int, int]]:
    """(levels with what surrounds the block, energy of the block's own frames, first and last row of its own, its samples)."""
    before, held = np.zeros(0, np.float32), np.zeros(0, np.float32)
    around = FRAMES * HOP
    for chunk, last in voice.with_last(chunks):
        held = np.concatenate([held, chunk])
        while len(held) >= BLOCK + around or (last and len(held)):
            own = len(held) if last and len(held) < BLOCK + around else BLOCK
            levels, energy = energies(np.concatenate([before, held[: own + around]]))
            first = len(before) // (HOP * EVERY)
            rows = len(levels) // EVERY - first if own == len(held) else own // (HOP * EVERY)
            frames = energy[first * EVERY : (first + rows) * EVERY]
            yield levels, frames, first, first + rows, own
            before, held = np.concatenate([before, held[:own]])[-around:] if own >= around else held[:own], held[own:]


def segments(chances: Any, energy: Any) -> list[tuple[int, int, int, float]]:
    """(kind, first row, end row, how sure) of all that is loud enough to be heard. `chances` (rows, kinds), `energy` (rows * EVERY,)."""
    finite = energy[np.isfinite(energy)]
    if not len(finite) or not len(chances):
        return []
    active = energy > finite.mean() + np.log(QUIET)
    loud = likeliest(np.log(np.where(active[:, None] == [False, True], 1 - 1e-10, 1e-10)), STAYS_ACTIVE, np.array([-IDLE, 0.0]))[::EVERY]
    found = []
    for start, end in _runs(loud):
        if not loud[start]:
            continue
        part = np.maximum(chances[start:end].astype(np.float64), 1e-10)
        path = likeliest(np.log(part), STAYS)
        for first, stop in _runs(path):
            kind = int(path[first])
            found.append((kind, start + first, start + stop, float(part[first:stop, kind].mean())))
    return found


def likeliest(gains: Any, change: float, stay: Any = 0.0) -> Any:
    """The states of the best way, int (steps,): the sum of `gains` (steps, states) less `change` for every change, and `stay` for none."""
    steps, states = gains.shape
    came = np.zeros((steps, states), np.int8)
    every, score = np.arange(states), gains[0].astype(np.float64)
    for step in range(1, steps):
        leader = int(score.argmax())
        staying = score + stay
        came[step] = np.where(staying >= score[leader] - change, every, leader)
        score = np.maximum(staying, score[leader] - change) + gains[step]
    path = np.zeros(steps, np.int64)
    path[-1:] = int(score.argmax())
    for step in range(steps - 1, 0, -1):
        path[step - 1] = came[step, path[step]]
    return path


def _runs(states: Any) -> list[tuple[int, int]]:
    """Half-open ranges of one state each."""
    edges = [0, *map(int, np.flatnonzero(states[1:] != states[:-1]) + 1), len(states)]
    return [(start, end) for start, end in pairwise(edges) if end > start]
