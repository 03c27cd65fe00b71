"""Real speech with fillers and stumbles put in, and where they are: labelled by construction. For `benchmarks/fillers.py`.

What is put in: fillers said by a voice (`filler_voices`) or drawn out of the speaker's own vowels; words said twice; beginnings said
again, whole or broken off within a word; words drawn out. Each is put between two words, where the level is lowest, with pauses around
it or without any; speech before and after is not touched. All of it follows from a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from typing import Any, Literal

import numpy as np

from benchmarks.filler_voices import RATE, drawn_out, steadiest

Kind = Literal["sound", "phrase", "repeat", "restart", "broken", "long"]
"""An "um"; "you know"; a word twice; a beginning again; one broken off within a word; a word drawn out."""
KINDS: tuple[Kind, ...] = ("sound", "phrase", "sound", "repeat", "sound", "restart", "sound", "broken", "sound", "long")
"""In this order, so that half are what is heard most."""
EDGE = 80
"""Samples (5 ms) over which pieces are faded into each other."""
SPACING = 2.2
"""Seconds of untouched speech between two of them, about."""
QUIETER = 10 ** (-3 / 20)
"""Fillers are softer than the words around them."""
TIGHT = 0.4
"""The share without pauses around."""

Word = tuple[str, float, float]
"""A word and its seconds."""
Say = Callable[[str, float, int], Any]
"""What is said, how slowly, a seed -> its sound."""


@dataclass(frozen=True)
class Label:
    """What was put in, where it begins and ends in seconds. `again`: where the words it repeats stand, else None.

    Of a word drawn out, all of the word. `tight`: no pause was put around it.
    """

    kind: Kind
    text: str
    start: float
    end: float
    tight: bool = False
    again: tuple[float, float] | None = None


@dataclass(frozen=True)
class Stumbling:
    """The sound, what was put in, and the words of the recording where they are now (for what must not be cut)."""

    samples: Any
    labels: tuple[Label, ...]
    words: tuple[Word, ...]


def lowest(samples: Any, first: float, last: float) -> int:
    """The sample at which 10 ms are quietest between two moments (seconds), give or take 40 ms."""
    low, high = max(0, int((first - 0.04) * RATE)), min(len(samples), int((last + 0.04) * RATE))
    power = np.convolve(np.asarray(samples[low:high], np.float64) ** 2, np.ones(160) / 160, "same")
    return low + int(np.argmin(power)) if len(power) else low


def room(samples: Any) -> Any:
    """The quietest 60 ms of a recording: what its pauses sound like."""
    size = int(0.06 * RATE)
    power = np.convolve(np.asarray(samples, np.float64) ** 2, np.ones(size) / size, "valid")
    start = int(np.argmin(power))
    return np.asarray(samples[start : start + size], np.float32)


def pause(tone: Any, seconds: float, chance: Any) -> Any:
    """Room tone for so long: noise of its level and colour."""
    length = int(seconds * RATE)
    if not length:
        return np.zeros(0, np.float32)
    size = max(length, len(tone))
    shaped = np.fft.irfft(np.abs(np.fft.rfft(tone, size)) * np.exp(2j * np.pi * chance.random(size // 2 + 1)), size)
    level = np.sqrt(np.mean(np.square(tone)) + 1e-12)
    return (shaped / (np.sqrt(np.mean(shaped**2)) + 1e-12) * level)[:length].astype(np.float32)


@dataclass(frozen=True)
class _Put:
    """`sound` in place of the recording's samples from `first` to `last` (the same: nothing goes). Its label counts from its beginning.

    `again`: the (first, last) words that follow it and that it holds too.
    """

    first: int
    last: int
    sound: Any
    label: Label
    again: tuple[int, int] | None = None


def stumbling(samples: Any, words: Sequence[Word], say: Say | None, seed: int) -> Stumbling:
    """A recording with its words -> the same with fillers and stumbles. `say` None: fillers in the speaker's own voice alone."""
    chance = np.random.default_rng(seed)
    samples = np.asarray(samples, np.float32)
    tone = room(samples)
    shift = int(chance.integers(len(KINDS)))
    kinds = cycle([*KINDS[shift:], *KINDS[:shift]])
    puts: list[_Put] = []
    free = words[0][1] + chance.uniform(0.3, 1.0)
    for number in range(1, len(words) - 4):
        if words[number][1] < free:
            continue
        kind = next(kinds)
        make = _drawn if kind == "long" else _said_again if kind in ("repeat", "restart", "broken") else _filler
        put = make(kind, samples, words, number, say, tone, chance)
        if put is not None:
            puts.append(put)
            last = put.again[1] if put.again else number if kind == "long" else number - 1
            free = words[last][2] + SPACING * chance.uniform(0.7, 1.3)
    return _assembled(samples, words, puts)


def _assembled(samples: Any, words: Sequence[Word], puts: Sequence[_Put]) -> Stumbling:
    pieces, labels, done, ahead = [], [], 0, 0
    drawn: dict[int, tuple[float, float]] = {}
    moves: list[tuple[int, int]] = []  # from which sample of the recording on, by how many samples later
    for put in puts:
        pieces += [samples[done : put.first], put.sound]
        offset = (put.first + ahead) / RATE
        ahead += len(put.sound) - (put.last - put.first)
        moves.append((put.last, ahead))
        label = replace(put.label, start=put.label.start + offset, end=put.label.end + offset)
        if put.again is not None:
            first, last = put.again
            label = replace(label, again=(words[first][1] + ahead / RATE, words[last][2] + ahead / RATE))
        if put.label.kind == "long":
            drawn[put.last] = (label.start, label.end)
        labels.append(label)
        done = put.last
    pieces.append(samples[done:])
    kept = []
    for text, start, end in words:
        whole = drawn.get(int(end * RATE))
        later = max((moved for since, moved in moves if since <= (start + end) / 2 * RATE), key=abs, default=0) / RATE
        kept.append((text, *whole) if whole else (text, start + later, end + later))
    return Stumbling(_joined(pieces), tuple(labels), tuple(kept))


def _filler(kind: Kind, samples: Any, words: Sequence[Word], number: int, say: Say | None, tone: Any, chance: Any) -> _Put | None:
    text = str(chance.choice(["um", "uh", "er", "ah", "hmm"] if kind == "sound" else ["you know", "I mean", "sort of", "basically"]))
    length = float(chance.uniform(0.2, 0.6))
    if say is not None:
        core = say(text, float(chance.uniform(0.9, 1.6)), int(chance.integers(1 << 30)))
    elif kind == "sound":
        near = samples[int(words[max(0, number - 4)][1] * RATE) : int(words[number + 4][2] * RATE)]
        first, last = steadiest(near)
        core, text = drawn_out(near[first:last], length, chance), "(vowel)"
    else:
        return None
    around = samples[int(words[max(0, number - 3)][1] * RATE) : int(words[number + 3][2] * RATE)]
    core = _as_loud(core, around) * QUIETER
    tight = bool(chance.random() < TIGHT)
    before, after = (0.0, 0.0) if tight else chance.uniform(0.08, 0.35, 2)
    lead, tail = pause(tone, before, chance), pause(tone, after, chance)
    place = _before(samples, words, number)
    start = len(lead) / RATE
    return _Put(place, place, _joined([lead, core, tail]), Label(kind, text, start, start + len(core) / RATE, tight))


def _said_again(kind: Kind, samples: Any, words: Sequence[Word], number: int, _say: Say | None, tone: Any, chance: Any) -> _Put | None:
    """The beginning that is said again comes first; the words themselves follow it."""
    last = number if kind == "repeat" else number + int(chance.integers(1, 3))
    if any(after[1] - before[2] > 0.3 for before, after in pairwise(words[number : last + 2])):
        return None
    text, stop = " ".join(word for word, _, _ in words[number : last + 1]), words[last][2]
    if kind == "broken":
        last += 1
        word, start, end = words[last]
        stop = start + (end - start) * float(chance.uniform(0.35, 0.6))
        text += f" {word}-"
    place = _before(samples, words, number)
    core = np.array(samples[place : int(stop * RATE)], np.float32)
    if len(core) < 0.09 * RATE:
        return None
    tight = kind == "repeat" and bool(chance.random() < TIGHT)
    tail = pause(tone, 0.03 if tight else chance.uniform(0.08, 0.35), chance)
    return _Put(place, place, _joined([core, tail]), Label(kind, text, 0.0, len(core) / RATE, tight), (number, last))


def _drawn(kind: Kind, samples: Any, words: Sequence[Word], number: int, _say: Say | None, _tone: Any, chance: Any) -> _Put | None:
    text, start, end = words[number]
    word = samples[int(start * RATE) : int(end * RATE)]
    if len(word) < 0.16 * RATE:
        return None
    first, last = steadiest(word, 0.07)
    vowel = _as_loud(drawn_out(word[first:last], float(chance.uniform(0.45, 0.8)), chance), word[first:last])
    sound = _joined([word[:first], vowel, word[last:]])
    return _Put(int(start * RATE), int(end * RATE), sound, Label(kind, text, 0.0, len(sound) / RATE, True))


def _before(samples: Any, words: Sequence[Word], number: int) -> int:
    """The quietest sample just before a word, a tenth of a second from it at most."""
    return lowest(samples, max(words[number - 1][2], words[number][1] - 0.1), words[number][1])


def _as_loud(core: Any, other: Any) -> Any:
    level = np.sqrt(np.mean(np.square(other))) / (np.sqrt(np.mean(np.square(core))) + 1e-9)
    return (np.asarray(core) * level).astype(np.float32)


def _joined(pieces: Sequence[Any]) -> Any:
    """One after the other, ends faded over 5 ms so that nothing clicks. Lengths stay."""
    out = [np.array(piece, np.float32) for piece in pieces]
    ramp = np.linspace(0, 1, EDGE, dtype=np.float32)
    for piece in out:
        if len(piece) >= 2 * EDGE:
            piece[:EDGE] *= ramp
            piece[-EDGE:] *= ramp[::-1]
    return np.concatenate(out) if out else np.zeros(0, np.float32)
