"""Word times, corrected by what is heard.

A recogniser tells when it attended to a word, which is a tenth of a second off at pauses. Three things put that right:

1. Forced alignment, where a network that writes letters is named (`ctc`), or the model of speech sounds is installed and the words are
   in Latin letters (`forced`).
2. Else pauses: every silence in the sound belongs between two words, and the words between two silences are moved with them.
3. In both cases a word beside a silence begins and ends where the level rises out of the noise and falls back into it.

Levels are compared with the noise of the clip itself, as in Rabiner and Sambur 1975, "An algorithm for determining the endpoints
of isolated utterances".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from .. import models
from . import ctc, forced
from .spelling import Letters, Spelling
from .sphinx import RATE, Sphinx
from .words import CLOSING, SENTENCE_ENDS, Heard

MODEL = "sphinx-en-us"
HOP = 80
"""Samples (5 ms) between two levels, each of `_WINDOW` samples."""
_WINDOW = 240
_ABOVE_NOISE, _BELOW_SPEECH, _AT_LEAST = 8.0, 42.0, 32.0
"""Decibels: sound is what lies so far above the noise, and no further below the loudest; up to the third where the noise is unknown."""
_DIGITAL = -90.0
"""Decibels below which silence was put in by a machine, and says nothing of the noise."""
_SOUND = 0.9
"""Where less of a clip than this is no such silence, its noise is unknown."""
_SILENCE = 0.12
"""Seconds below that make a pause: stops within a word are shorter."""
_BURST = 0.03
"""Seconds above that make sound: less is a click."""
_REACH = 0.3
"""Seconds from where a recogniser has a word to a silence that is still its own."""
_STRETCH = 0.2
"""Seconds by which a word is made longer or shorter at a silence after forced alignment."""
_SLACK = 1.0
"""Seconds beyond its neighbours that a word may lie by forced alignment."""
_LOST = 1.5
"""Where half the words move further than this, the text is not what is said."""
_STOPS = (*SENTENCE_ENDS, ",", ";", ":", "\u2014", "\u3001", "\uff0c", "\uff1b", "\uff1a")

Time = tuple[float, float]


class Aligner(Protocol):
    """What lays words over sound."""

    def ways(self, text: str) -> Any:
        """How a word may be said, in the aligner's own terms; empty where it has no sound, or none that is known."""

    def align(self, words: Sequence[Any], samples: Any, limits: Sequence[Time]) -> list[Time]:
        """Seconds (start, end) of words given as `ways`, each expected within its limits. Empty where the sound is too short for them."""


@dataclass(frozen=True)
class Sounds:
    """Speech sounds of a language and how its words are made of them. `thinking`: "um" may be said between words and not be written."""

    sounds: Sphinx
    spelling: Spelling | Letters
    thinking: bool = False

    def ways(self, text: str) -> Any:
        return self.spelling.ways(text)

    def align(self, words: Sequence[Any], samples: Any, limits: Sequence[Time]) -> list[Time]:
        return forced.align(self.sounds, words, samples, limits, thinking=self.thinking)


_loading = Lock()
_warm: tuple[Path, Sounds] | None = None


def aligner(language: str, folder: Path | str, network: str = "") -> Aligner | None:
    """What aligns words of this language, None where nothing is installed. Kept once it is loaded.

    `network`: a folder of the user's with a network that writes letters, which then aligns every language. Raises `EditorError` for
    one that cannot be used.
    """
    global _warm
    if network:
        return ctc.load(Path(network))
    if not models.installed(MODEL, folder):
        return None
    where = models.path_of(MODEL, folder)
    with _loading:
        if _warm is None or _warm[0] != where:
            _warm = (where, Sounds(Sphinx(where), Spelling(where / "cmudict-en-us.dict")))
        warm = _warm[1]
    return warm if language == "en" else Sounds(warm.sounds, Letters(language))


def refine(words: Sequence[Heard], samples: Any, known: Aligner | None) -> list[Heard]:
    """The words (seconds from the clip's start) with corrected times. `samples`: the clip, float32 mono at 16 kHz."""
    if not words or not len(samples):
        return list(words)
    length = len(samples) / RATE
    times = [(min(float(word.start), length), min(float(word.end), length)) for word in words]
    quiet = silences(samples)
    aligned = _aligned(words, times, samples, known) if known else None
    times = _at_pauses(words, times, quiet, length) if aligned is None else _at_sound(aligned, quiet)
    return [
        replace(word, start=Fraction(round(start * 1000), 1000), end=Fraction(round(end * 1000), 1000))
        for word, (start, end) in zip(words, _in_order(times), strict=True)
    ]


def levels(samples: Any) -> Any:
    """Decibels of full scale, one for every `HOP` samples."""
    power = np.concatenate([[0.0], np.cumsum(np.asarray(samples, np.float64) ** 2)])
    middle = np.arange(0, len(samples), HOP)
    first, last = np.maximum(middle - _WINDOW // 2, 0), np.minimum(middle + _WINDOW // 2, len(samples))
    return 10 * np.log10((power[last] - power[first]) / np.maximum(last - first, 1) + 1e-10)


def silences(samples: Any) -> list[Time]:
    """Seconds (start, end) of the pauses of a clip, in order; those at its ends too."""
    level = levels(samples)
    heard = level[level > _DIGITAL]
    if not len(heard):
        return []
    loudest = np.percentile(heard, 98)
    noise = np.percentile(heard, 5) + _ABOVE_NOISE
    if len(heard) < _SOUND * len(level):  # the pauses may all be made: then the least that is heard is no noise
        noise = min(noise, loudest - _AT_LEAST)
    limit = max(loudest - _BELOW_SPEECH, noise)
    loud = _runs(level > limit)
    loud = [(first, end) for first, end in loud if (end - first) * HOP >= _BURST * RATE]
    edges = [0, *(edge for run in loud for edge in run), len(level)]
    gaps = [(edges[n] * HOP / RATE, min(edges[n + 1] * HOP, len(samples)) / RATE) for n in range(0, len(edges), 2)]
    inner = [gap for gap in gaps[1:-1] if gap[1] - gap[0] >= _SILENCE]
    return [gap for gap in (gaps[0], *inner, gaps[-1]) if gap[1] > gap[0]] if loud else []


def _runs(flags: Any) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _aligned(words: Sequence[Heard], times: Sequence[Time], samples: Any, known: Aligner) -> list[Time] | None:
    """Times by forced alignment; None where the words are not what is said, or in letters that nothing here can read.

    What has no sound (a dash) lies between its neighbours.
    """
    ways = [known.ways(word.text) for word in words]
    if any(not found and any(map(str.isalpha, word.text)) for word, found in zip(words, ways, strict=True)):
        return None
    voiced = [number for number, found in enumerate(ways) if found]
    length = len(samples) / RATE
    limits = []
    for place, number in enumerate(voiced):
        before = times[voiced[place - 1]][0] if place else 0.0
        after = times[voiced[place + 1]][1] if place + 1 < len(voiced) else length
        limits.append((min(before, times[number][0]) - _SLACK, max(after, times[number][1]) + _SLACK))
    found = _around([ways[number] for number in voiced], samples, limits, known) if voiced else []
    moved = [abs(start - times[number][0]) for number, (start, _) in zip(voiced, found, strict=False)]
    if not found or float(np.median(moved)) > _LOST:
        return None
    every: list[Time] = []
    place = 0
    for number in range(len(words)):
        if ways[number]:
            every.append(found[place])
            place += 1
        else:
            here = every[-1][1] if every else 0.0
            every.append((here, found[place][0] if place < len(found) else length))
    return every


def _around(ways: Sequence[Any], samples: Any, limits: Sequence[Time], known: Aligner) -> list[Time]:
    """Aligned in the sound within the limits alone: what lies before and after would be looked at for nothing."""
    first = max(0, int(limits[0][0] * RATE))
    begin = first / RATE
    part = samples[first : max(first, int(limits[-1][1] * RATE))]
    found = known.align(ways, part, [(low - begin, high - begin) for low, high in limits])
    return [(start + begin, end + begin) for start, end in found]


def _at_sound(times: Sequence[Time], quiet: Sequence[Time]) -> list[Time]:
    """Words beside a pause begin and end where the sound does."""
    edges = [list(pair) for pair in times]
    for first, last in quiet:
        middle = (first + last) / 2
        number = int(np.searchsorted([(start + end) / 2 for start, end in times], middle))
        if number and abs(edges[number - 1][1] - first) <= _STRETCH and first > edges[number - 1][0]:
            edges[number - 1][1] = first
        if number < len(edges) and abs(edges[number][0] - last) <= _STRETCH and last < edges[number][1]:
            edges[number][0] = last
    return [(start, end) for start, end in edges]


def _at_pauses(words: Sequence[Heard], times: Sequence[Time], quiet: Sequence[Time], length: float) -> list[Time]:
    """Every pause between the two words it belongs to, and the words between two pauses moved with them."""
    if not quiet:
        return list(times)
    ends = [0.0, *(end for _, end in times)]
    starts = [*(start for start, _ in times), length]
    stops = [True, *(word.text.rstrip(CLOSING).endswith(_STOPS) for word in words)]
    pairs = _matched(quiet, ends, starts, stops)
    fixed = {edge: quiet[pause] for pause, edge in pairs}
    found: list[Time] = []
    for number, (start, end) in enumerate(times):
        start = fixed[number][1] if number in fixed else start
        end = fixed[number + 1][0] if number + 1 in fixed else end
        found.append((start, max(start, end)))
    return found


def _in_order(times: Sequence[Time]) -> list[Time]:
    """No word begins before the one before it ends; where they overlap, the middle is their edge."""
    edges = [list(pair) for pair in times]
    for one, other in pairwise(edges):
        if other[0] < one[1]:
            one[1] = other[0] = max((other[0] + one[1]) / 2, one[0])
        other[1] = max(other)
    return [(start, max(start, end)) for start, end in edges]


def _matched(quiet: Sequence[Time], ends: Sequence[float], starts: Sequence[float], stops: Sequence[bool]) -> list[tuple[int, int]]:
    """Pause to edge (number of the word after it), both rising, at the least distance in all; a pause may have no edge."""
    count = len(ends)
    best = [[0.0] * (count + 1)]
    for first, last in quiet:
        row = [best[-1][0] + _REACH]
        for edge in range(count):
            far = _far(first, last, ends[edge], starts[edge], stops[edge])
            row.append(min(row[edge], best[-1][edge + 1] + _REACH, best[-1][edge] + far))
        best.append(row)
    pairs = []
    pause, edge = len(quiet), count
    while pause and edge:
        here = best[pause][edge]
        if here == best[pause][edge - 1]:
            edge -= 1
        elif here == best[pause - 1][edge] + _REACH:
            pause -= 1
        else:
            pause, edge = pause - 1, edge - 1
            pairs.append((pause, edge))
    return pairs[::-1]


def _far(first: float, last: float, end: float, start: float, stop: bool) -> float:
    """How far a pause is from where one word ends and the next starts; a bit further where the sentence goes on."""
    apart = max(0.0, end - last, first - start)
    return apart + (abs(end - first) + abs(start - last)) / 8 + (0.0 if stop else 0.05)
