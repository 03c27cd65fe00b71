"""Speech whose words and silences are known to the sample, in noise and over music. For `silences`; tested on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.timing_labels import FADE, HOP, RATE, Piece, level

SILENCES = 0.7, 3.0
"""Seconds of the shortest and the longest silence that is put in."""
ENDS = 1.5
"""Seconds of silence before and after everything."""
LOUD = 0.05
"""Root mean square of what sounds in a phrase."""
HOLE = 0.12
"""Seconds without sound inside of a phrase that still belong to its words."""
NOISES = ("white", "pink", "babble")


@dataclass(frozen=True)
class Phrase:
    """`words` said from `start` to `end` seconds; `sounding` are the stretches of that in which something is to be heard."""

    start: float
    end: float
    words: tuple[str, ...]
    sounding: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Laid:
    """`samples` at 16 kHz, mono, the phrases in them, and between them the silences, all in order of time."""

    samples: Any
    phrases: tuple[Phrase, ...]
    silences: tuple[tuple[float, float], ...]


def laid(pieces: Sequence[Piece], seed: int, uneven: float = 0.0) -> Laid:
    """The pieces in another order for each `seed`, with silences between them as long as chance says.

    All are made equally loud first, so that noise is as far below each of them as it says, then up to `uneven` decibels softer.
    """
    chance = np.random.default_rng(seed)
    now = int(ENDS * RATE)
    parts, phrases, silences, since = [np.zeros(now, np.float32)], [], [], 0
    for number in chance.permutation(len(pieces)):
        piece = pieces[number]
        samples = np.array(piece.samples, np.float32)
        spoken = np.concatenate([samples[int(a * RATE) : int(b * RATE)] for a, b in stretches(samples)])
        samples *= np.float32(LOUD / np.sqrt(np.mean(np.square(spoken, dtype=np.float64))) * 10 ** (-chance.uniform(0, uneven) / 20))
        ramp = np.linspace(0, 1, FADE, dtype=np.float32)
        samples[:FADE] *= ramp
        samples[-FADE:] *= ramp[::-1]
        start, end = now / RATE, (now + len(samples)) / RATE
        sounding = tuple((start + a, min(end, start + b)) for a, b in stretches(samples))
        phrases.append(Phrase(start, end, tuple(piece.text.split()), sounding))
        silences.append((since / RATE, start))
        since = now + len(samples)
        rest = np.zeros(int(chance.uniform(*SILENCES) * RATE), np.float32)
        parts += [samples, rest]
        now = since + len(rest)
    parts.append(np.zeros(int(ENDS * RATE), np.float32))
    sound = np.concatenate(parts)
    silences.append((since / RATE, len(sound) / RATE))
    return Laid(sound, tuple(phrases), tuple(silences))


def other_voices(pieces: Sequence[Piece]) -> list[Piece]:
    """Every phrase by a lower and slower, or a higher and faster voice: the tape runs at 85 % or 120 %."""
    found = []
    for number, piece in enumerate(pieces):
        times = (0.85, 1.2)[number % 2]
        at = np.arange(int(len(piece.samples) / times)) * times
        found.append(replace(piece, samples=np.interp(at, np.arange(len(piece.samples)), piece.samples).astype(np.float32)))
    return found


def stretches(samples: Any) -> list[tuple[float, float]]:
    """Seconds of what sounds in a phrase without noise: all but holes of `HOLE` in which the level falls by 45 dB, or to its floor."""
    heard = level(samples)
    loud = np.flatnonzero(heard > max(np.percentile(heard, 5) + 6.0, np.percentile(heard, 99) - 45.0))
    if not len(loud):
        return [(0.0, len(samples) / RATE)]
    breaks = np.flatnonzero(np.diff(loud) > HOLE * RATE / HOP)
    starts, ends = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]] + 1
    found = [(a * HOP / RATE, b * HOP / RATE) for a, b in zip(starts, ends, strict=True)]
    # The cut of a piece is where it is, whatever its level there.
    return [(0.0, found[0][1]), *found[1:-1], (found[-1][0], len(samples) / RATE)] if len(found) > 1 else [(0.0, len(samples) / RATE)]


def with_noise(sound: Laid, kind: str, decibels: float, seed: int) -> Any:
    """The samples with noise so many decibels below the speech (mean power of what sounds)."""
    chance = np.random.default_rng(seed)
    length = len(sound.samples)
    if kind == "white":
        noise = chance.normal(0, 1, length)
    elif kind == "pink":
        spectrum = np.fft.rfft(chance.normal(0, 1, length))
        spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum)) * RATE / length))
        noise = np.fft.irfft(spectrum, length)
    elif kind == "babble":
        noise = babble(sound, chance)
    else:
        raise ValueError(f"there is no noise {kind!r}; there are {', '.join(NOISES)}")
    return mixed(sound, noise, decibels)


def babble(sound: Laid, chance: Any, voices: int = 8) -> Any:
    """So many voices at once that no word is understood: the phrases backwards, in other orders, without pauses."""
    phrases = [sound.samples[int(one.start * RATE) : int(one.end * RATE)][::-1] for one in sound.phrases]
    total = np.zeros(len(sound.samples))
    for _ in range(voices):
        line = np.concatenate([phrases[number] for number in chance.permutation(len(phrases))])
        line = np.tile(line, -(-len(total) // len(line)))[: len(total)]
        total += np.roll(line, int(chance.integers(len(total))))
    return total


def music(length: int, seed: int) -> Any:
    """A made piece: four chords of plucked strings over a bass, and a drum on every beat; `length` samples."""
    chance = np.random.default_rng(seed)
    beat = RATE // 2
    total = np.zeros(length + 4 * beat)
    chords = ((57, 60, 64), (53, 57, 60), (48, 52, 55), (55, 59, 62))
    for number in range(length // beat + 1):
        at = number * beat
        chord = chords[number // 4 % 4]
        notes = [chord[0] - 24, *(chord if number % 2 == 0 else [chord[int(chance.integers(3))] + 12])]
        for note in notes:
            total[at : at + 3 * beat] += _string(440 * 2 ** ((note - 69) / 12), 3 * beat)
        tick = chance.normal(0, 0.3, beat // 4) * np.exp(-np.arange(beat // 4) / 300)
        total[at : at + len(tick)] += tick
    return total[:length]


def _string(hertz: float, length: int) -> Any:
    now = np.arange(length) / RATE
    return sum(np.sin(2 * np.pi * hertz * (n + 1) * now) * np.exp(-now * (2 + 1.5 * n)) / (n + 1) for n in range(8))


def mixed(sound: Laid, other: Any, decibels: float) -> Any:
    """Both, `other` so many decibels below the speech, never beyond full scale."""
    speech = np.concatenate([sound.samples[int(a * RATE) : int(b * RATE)] for one in sound.phrases for a, b in one.sounding])
    gain = np.sqrt(np.mean(np.square(speech)) / np.mean(np.square(other))) * 10 ** (-decibels / 20)
    total = sound.samples + gain * other
    return (total / max(1.0, float(np.abs(total).max()) / 0.99)).astype(np.float32)
