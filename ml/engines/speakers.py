"""Who speaks when: stretches of speech described by a speaker encoder, gathered into voices, and divided where the voice changes.

Stretches of 1.6 s are described every 0.4 s, as the encoder's authors do (Q. Wang et al., "Speaker diarization with LSTM", ICASSP
2018). Sound is heard block by block; what stays of an hour of speech is 5 MB of vectors.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from .. import models
from ..errors import BAD_INPUT, NO_STREAM, EditorError
from ..facts import Media, Span, Speakers, SpeakersOptions, Turn
from . import voice, voice_groups
from .registry import Runtime
from .voice_groups import Group
from .voiceprint import FRAMES, HOP, RATE, WIDTH, Voiceprints, gain, spectra

MODEL = "ge2e-speakers"
METHOD = "GE2E and average linkage"
LOADING, HEARING = 120.0, 120.0
BLOCK = 60 * RATE
"""Samples heard in one go."""
UNIT = 2560
"""Where blocks begin is a multiple of this: whole spectra, and whole steps of the voice detector."""
EVERY = 40
"""Spectra (0.4 s) from one stretch that is described to the next."""
SHORTEST = 80
"""Spectra a stretch has at least: shorter speech is described with what surrounds it."""
STEP = 3200
"""Samples (0.2 s) that belong to one speaker."""
BRIDGED = 0.3
"""Seconds of silence that do not end a run of speech."""
JOINED = 0.5
"""Seconds of silence within one person's turn."""
LEAST = 2.0
"""Seconds somebody says at least to be told apart."""
MOST = 40
"""Speakers that can be asked for."""


@dataclass(frozen=True)
class _Run:
    """Speech without a pause: in samples of the whole sound, its stretches, and what describes it."""

    speech: tuple[tuple[int, int], ...]
    starts: Any
    ends: Any
    vectors: Any
    """float16 (windows, `WIDTH`): half the memory, and the cosines differ by less than a thousandth."""


def run(path: str | Path, options: SpeakersOptions, media: Media, span: Span | None, runtime: Runtime) -> Speakers:
    """The turns within `span` (all when None), in seconds of the audio stream.

    Raises `EditorError`: MISSING_MODEL without the encoder's weights, BAD_INPUT for a count that cannot be, and as `media.sound`
    does. Silence gives no turns and a warning.
    """
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    if not 0 <= options.count <= MOST:
        raise EditorError(
            f"{options.count} speakers cannot be told apart.", f"Ask for 1 to {MOST}, or 0 for as many as there seem to be.", BAD_INPUT
        )
    where = models.path_of(MODEL, runtime.models)
    runtime.progress(0.0, "Loading the speaker encoder", LOADING)
    network = Voiceprints(where)
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    warnings: list[str] = []
    runs: list[_Run] = []
    groups: list[Group] = []
    heard = 0
    for samples, origin, ranges in _blocks(reading.sound(path, span, RATE, runtime.check, warnings.append), runtime):
        for one in _described(samples, origin, ranges, network):
            runtime.check()
            runs.append(one)
            lengths = one.ends - one.starts
            groups += [Group(vector * (EVERY / 100), EVERY / 100) for vector in one.vectors[lengths >= SHORTEST * HOP].astype(np.float64)]
            if len(groups) > voice_groups.BLOCK:
                groups = voice_groups.thinned(groups)
        heard = origin + len(samples)
        runtime.progress(min(0.98, heard / expected), "Telling speakers apart", HEARING)
    if span is None:
        whole = Span(whole.start, max(whole.end, Fraction(heard, RATE)))
    known = _voices(groups, runs, options.count)
    turns, used = _turns(known, runs, whole)
    if not turns:
        warnings.append("No speech was heard.")
    elif options.count > len(used):
        warnings.append(f"{len(used)} of {options.count} speakers were told apart: no more voices were heard long enough.")
    data = base64.b64encode(known[used].astype("<f4").tobytes()).decode("ascii")
    return Speakers(whole, media.audio.start, METHOD, turns, WIDTH, data, tuple(dict.fromkeys(warnings)))


def _blocks(chunks: Any, runtime: Runtime) -> Iterator[tuple[Any, int, list[tuple[int, int]]]]:
    """(samples, where they begin in the sound, ranges of speech in them): each stretch of speech in one block, if it is no longer."""
    held, origin = np.zeros(0, np.float32), 0
    for chunk, last in voice.with_last(chunks):
        held = np.concatenate([held, chunk])
        if len(held) < BLOCK and not last:
            continue
        runtime.check()
        found = [(start * voice.HOP, min(end * voice.HOP, len(held))) for start, end in voice.speech(voice.probabilities(held))]
        done = len(held)
        if not last and found and found[-1][1] > len(held) - RATE:
            open_start = found[-1][0]
            if len(found) > 1 or len(held) < 2 * BLOCK:
                found, done = found[:-1], open_start
        done = len(held) if last else done // UNIT * UNIT
        yield held[:done] if found or done else held[:0], origin, [(start, min(end, done)) for start, end in found if start < done]
        held, origin = held[done:], origin + done


def _described(samples: Any, origin: int, ranges: list[tuple[int, int]], network: Voiceprints) -> Iterator[_Run]:
    """The runs of speech of a block, with the vectors of their windows."""
    if not ranges:
        return
    mels = spectra(samples)
    runs: list[list[tuple[int, int]]] = [[ranges[0]]]
    for before, after in pairwise(ranges):
        if after[0] - before[1] <= BRIDGED * RATE:
            runs[-1].append(after)
        else:
            runs.append([after])
    for stretches in runs:
        windows = _windows(stretches[0][0] // HOP, -(-stretches[-1][1] // HOP), len(mels) - 1)
        louder = [gain(samples[first * HOP : end * HOP]) for first, end in windows]
        pieces = np.stack([mels[first:end] * factor for (first, end), factor in zip(windows, louder, strict=True)])
        bounds = np.array(windows) * HOP + origin
        spoken = tuple((start + origin, end + origin) for start, end in stretches)
        yield _Run(spoken, bounds[:, 0], bounds[:, 1], network.describe(pieces).astype(np.float16))


def _windows(first: int, end: int, count: int) -> list[tuple[int, int]]:
    """Windows over spectra `first` to `end` of `count`, all of one length: `FRAMES` where the run is so long, `SHORTEST` at least."""
    length = min(FRAMES, max(SHORTEST, end - first), max(count, 1))
    if end - first < length:
        begin = max(0, min((first + end - length) // 2, count - length))
        return [(begin, begin + length)]
    starts = [*range(first, end - length, EVERY), end - length]
    return [(max(0, min(start, count - length)), max(0, min(start, count - length)) + length) for start in starts]


def _voices(groups: list[Group], runs: list[_Run], count: int) -> Any:
    """The speakers' vectors (speakers, `WIDTH`): from the groups, then once more from what each is heard to say."""
    known = voice_groups.voices(groups or [Group(v.astype(np.float64), 1.0) for one in runs for v in one.vectors], count, LEAST)
    if len(known) < 2:
        return known
    sums = np.zeros((len(known), WIDTH))
    for one in runs:
        vectors = one.vectors.astype(np.float32)
        alike = vectors @ known.T
        sure = np.sort(alike, axis=1)
        clear = sure[:, -1] - sure[:, -2] > voice_groups.SPREAD / 2
        np.add.at(sums, alike.argmax(axis=1)[clear], vectors[clear])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), known).astype(np.float32)


@dataclass(frozen=True)
class _Steps:
    """All steps of all runs: samples from, to; cosines with each speaker; seconds of silence before."""

    starts: Any
    ends: Any
    alike: Any
    pauses: Any


def _steps(known: Any, runs: list[_Run]) -> _Steps:
    starts, ends, alike = [], [], []
    for one in runs:
        cosines = one.vectors.astype(np.float32) @ known.T
        middles, reach = (one.starts + one.ends) / 2, (one.ends - one.starts) / 2
        for begin, end in one.speech:
            edges = np.linspace(begin, end, max(1, round((end - begin) / STEP)) + 1).astype(np.int64)
            at = (edges[:-1] + edges[1:]) / 2
            # What lies in a window's middle shapes it more than what lies at its ends.
            share = np.maximum(1 - np.abs(at[:, None] - middles) / reach, 1e-3)
            starts.append(edges[:-1])
            ends.append(edges[1:])
            alike.append(share @ cosines / share.sum(axis=1, keepdims=True))
    first, last = np.concatenate(starts), np.concatenate(ends)
    pauses = np.concatenate([[0.0], np.maximum(first[1:] - last[:-1], 0) / RATE])
    return _Steps(first, last, np.concatenate(alike), pauses)


def _turns(known: Any, runs: list[_Run], span: Span) -> tuple[tuple[Turn, ...], list[int]]:
    """The turns, and the speakers that have any, in the order in which they are first heard."""
    if not runs or not len(known):
        return (), []
    steps = _steps(known, runs)
    path, sure = voice_groups.spoken(steps.alike, steps.pauses), voice_groups.chances(steps.alike)
    changes = np.flatnonzero((path[1:] != path[:-1]) | (steps.pauses[1:] > JOINED)) + 1
    used = list(dict.fromkeys(map(int, path)))
    turns = []
    for first, end in pairwise([0, *map(int, changes), len(path)]):
        start = span.start + Fraction(int(steps.starts[first]), RATE)
        stop = min(span.start + Fraction(int(steps.ends[end - 1]), RATE), span.end)
        confidence = float(sure[first:end, path[first]].mean())
        if stop > start:
            turns.append(Turn(Span(start, stop), used.index(int(path[first])), round(confidence, 4)))
    return tuple(turns), used
