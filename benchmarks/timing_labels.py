"""Sound whose words' edges are known, and which of them somebody found. For `word_timing`; tested on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from timeline.aligning import align, normal  # type: ignore[import-not-found]

RATE = 16000
HOP = 80
WINDOW = 240
"""Samples (15 ms) over which the level is taken, every `HOP`."""
CLICK = 0.25
"""Pieces shorter than so many seconds are no speech."""
FADE = 48
"""Samples (3 ms) of fade at the ends of a piece, against clicks."""


@dataclass(frozen=True)
class Piece:
    """Sound that begins and ends with its first and last word."""

    samples: Any
    text: str
    language: str
    known: tuple[bool, bool] = (True, True)
    """Whether its beginning and its end are those of the speech: not where the recording begins or ends there."""


@dataclass(frozen=True)
class Said:
    """A word; seconds of its edges, None where they are not known."""

    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Edges:
    """`labels` known edges; (said, heard) of those whose word was heard; words `added` that nobody said."""

    labels: int
    pairs: tuple[tuple[float, float], ...]
    added: int


def level(samples: Any) -> Any:
    """Decibels, one each `HOP` samples."""
    power = np.convolve(np.asarray(samples, np.float64) ** 2, np.ones(WINDOW) / WINDOW, "same")[::HOP]
    return 10 * np.log10(power + 1e-10)


def pieces(samples: Any, wanted: int) -> list[tuple[Any, tuple[bool, bool]]]:
    """The sound between pauses, which last longer the fewer pieces are `wanted`; each from its first to its last sound.

    With whether its beginning and its end lie within the recording.
    """
    for hops in range(16, 400, 4):
        found = _between(samples, hops)
        if len(found) <= wanted:
            return found
    return found


def _between(samples: Any, hops: int) -> list[tuple[Any, tuple[bool, bool]]]:
    heard = level(samples)
    limit = max(np.percentile(heard, 5) + 12.0, np.percentile(heard, 99) - 45.0)
    loud = np.flatnonzero(heard > limit)
    breaks = np.flatnonzero(np.diff(loud) > hops)
    starts, ends = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]] + 1
    return [
        (samples[a * HOP : b * HOP], (bool(a > 2), bool(b < len(heard) - 2)))
        for a, b in zip(starts, ends, strict=True)
        if (b - a) * HOP >= CLICK * RATE
    ]


def joined(group: Sequence[Piece], silences: tuple[float, float], noise: float | None, seed: int) -> tuple[Any, list[Said]]:
    """All pieces in another order for each `seed`, a second of silence at both ends, between them as long as chance says.

    `noise`: decibels that white noise is below the speech, None for silence.
    """
    chance = np.random.default_rng(seed)
    parts, said = [np.zeros(RATE, np.float32)], []
    now = RATE
    for number in chance.permutation(len(group)):
        piece = group[number]
        samples = np.array(piece.samples, np.float32)
        ramp = np.linspace(0, 1, FADE, dtype=np.float32)
        samples[:FADE] *= ramp
        samples[-FADE:] *= ramp[::-1]
        words = piece.text.split()
        start, end = now / RATE, (now + len(samples)) / RATE
        at = (start if piece.known[0] else None, end if piece.known[1] else None)
        said += [Said(word, at[0] if not n else None, at[1] if n == len(words) - 1 else None) for n, word in enumerate(words)]
        silence = np.zeros(int(chance.uniform(*silences) * RATE), np.float32)
        parts += [samples, silence]
        now += len(samples) + len(silence)
    sound = np.concatenate([*parts, np.zeros(RATE, np.float32)])
    if noise is not None:
        loud = np.concatenate([piece.samples for piece in group])
        sound = sound + chance.normal(0, np.sqrt(np.mean(loud**2)) * 10 ** (-noise / 20), len(sound)).astype(np.float32)
    return sound, said


def edges(said: Sequence[Said], heard: Sequence[tuple[str, float, float]]) -> Edges:
    """What of the known edges was heard; a word counts as heard when the same was said, or one like it in its place."""
    one, other = [normal(word.text) for word in said], [normal(text) for text, _, _ in heard]
    pairs, met = [], 0
    for match in align(one, other):
        first, last = said[match.first], said[match.last - 1]
        met += match.end - match.other
        if first.start is not None:
            pairs.append((first.start, heard[match.other][1]))
        if last.end is not None:
            pairs.append((last.end, heard[match.end - 1][2]))
    labels = sum((word.start is not None) + (word.end is not None) for word in said)
    return Edges(labels, tuple(pairs), len(heard) - met)


def voiced_by_machine(lines: Sequence[str], silence: float) -> tuple[Any, list[Said]]:
    """The lines as espeak-ng says them, `silence` seconds apart, with where each word begins as the synthesiser tells it."""
    import ctypes
    import ctypes.util

    library = ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1")
    rate = library.espeak_Initialize(2, 0, None, 0)

    class Event(ctypes.Structure):
        _fields_ = (
            ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
            ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("id", ctypes.c_char * 8),
        )  # fmt: skip

    samples: list[Any] = []
    marks: list[tuple[int, int]] = []

    def take(wave: Any, count: int, events: Any) -> int:
        if wave and count:
            samples.append(np.ctypeslib.as_array(wave, (count,)).copy())
        place = 0
        while events[place].type:
            if events[place].type == 1:
                marks.append((events[place].text_position, events[place].sample))
            place += 1
        return 0

    called = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))(take)
    library.espeak_SetSynthCallback(called)
    library.espeak_SetVoiceByName(b"en-us")
    parts: list[Any] = [np.zeros(RATE, np.float32)]
    said: list[Said] = []
    for line in lines:
        samples.clear()
        marks.clear()
        text = line.encode()
        library.espeak_Synth(text, len(text) + 1, 0, 0, 0, 1, None, None)
        sound = np.concatenate(samples).astype(np.float32) / 32768
        sound = np.interp(np.arange(0, len(sound), rate / RATE), np.arange(len(sound)), sound).astype(np.float32)
        begin = sum(map(len, parts)) / RATE
        heard = np.flatnonzero(np.abs(sound) > 0.003)
        words = line.split()
        starts = [begin + sample / rate for _, sample in marks]
        starts[0] = begin + heard[0] / RATE
        ends = [*starts[1:], begin + (heard[-1] + 1) / RATE]
        if len(starts) == len(words):
            said += [Said(word, start, end) for word, start, end in zip(words, starts, ends, strict=True)]
        else:  # the synthesiser reads some pairs of words as one
            said += [Said(word, starts[0] if not n else None, ends[-1] if n == len(words) - 1 else None) for n, word in enumerate(words)]
        parts += [sound, np.zeros(int(silence * RATE), np.float32)]
    return np.concatenate(parts), said
