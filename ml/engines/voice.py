"""Where somebody speaks, and the clips of at most 22 s that a recogniser hears at a time.

Speech is found by Silero VAD (the ONNX network that faster-whisper ships). Clips end in pauses, the longest one within reach,
so that no word is cut and sentences stay whole; silence is never handed to a recogniser, which would invent words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

RATE = 16000
HOP = 512
"""Samples (32 ms) that the network judges at a time."""
SPEECH, SILENCE = 0.5, 0.35
"""The network's own thresholds: speech begins above the first and ends below the second."""
FAINT, FAINT_LEAST = 0.25, 10
"""Where nothing in a whole stretch is sure to be speech, what lies above this for so many hops is listened to: the recogniser and
`ghosts` then tell whether anybody speaks."""
PAUSE = 5
"""Hops below the threshold (160 ms) that end a stretch of speech."""
CLICK = 3
"""Stretches shorter than this many hops are clicks."""
LONGEST = 22 * RATE // HOP
"""Hops of the longest clip. Whisper's window is 30 s, but its encoder's work grows with the square, and in long clips it skips more."""
FEW_WORDS = 3 * RATE // HOP // 2
"""Hops of a stretch of speech that is only the beginning or end of a sentence."""
LONG_PAUSE = 5 * RATE // HOP
"""A pause this long always ends a clip."""
PAD = RATE
"""Samples kept around speech at least, where the pauses allow: the network hears soft beginnings late, and in noise too late."""
ROOM = 13 * RATE
"""Samples to which a short clip is filled up with what is around it: a recogniser's shortest window has room for these, and takes as long
without them. In noise, words that the network does not hear are among them."""
STRETCH = 240 * RATE
"""Samples judged in one go: bounds the memory."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Clip:
    """`samples`: float32 mono at 16 kHz; `start`: the first one's place in the whole sound, in samples; `chance`: how likely
    somebody speaks, for each `HOP` of them."""

    start: int
    samples: Any
    chance: Any

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def spoken(self) -> float:
        """Seconds in which somebody speaks, a hop at least: what is faint is sure nowhere."""
        return max(1.0, float((self.chance >= SPEECH).sum())) * HOP / RATE

    def part(self, first: int, end: int) -> Clip:
        """From hop `first` up to but not including hop `end`."""
        return Clip(self.start + first * HOP, self.samples[first * HOP : end * HOP], self.chance[first:end])


def listen(chunks: Iterable[Any], check: Callable[[], None]) -> Iterator[tuple[list[Clip], int]]:
    """The clips of a sound that comes in chunks, with the number of samples heard so far; at most `STRETCH` is held at a time."""
    held, origin = np.zeros(0, np.float32), 0
    for chunk, last in with_last(chunks):
        held = np.concatenate([held, chunk])
        if len(held) < STRETCH and not last:
            continue
        check()
        chance = probabilities(held)
        found = clips(speech(chance) or faint(chance), chance)
        ranges = padded(found, len(held))
        # A clip that might go on in sound not yet heard waits for it.
        ready = len(found) if last else sum(start + LONGEST <= len(chance) for start, _ in found)
        waiting = ranges[ready][0] if ready < len(found) else len(held) - PAD
        cut = len(held) if last else max(waiting, ranges[ready - 1][1] if ready else 0)
        yield [Clip(origin + start, held[start:end], chance[start // HOP : -(-end // HOP)]) for start, end in ranges[:ready]], origin + cut
        held, origin = held[cut:], origin + cut


def probabilities(samples: Any) -> Any:
    """How likely somebody speaks, one float in 0..1 for each `HOP` samples (the last one filled up with silence)."""
    from faster_whisper.vad import get_vad_model

    if not len(samples):
        return np.zeros(0, np.float32)
    return get_vad_model()(np.pad(samples, (0, -len(samples) % HOP))).reshape(-1)


def speech(chance: Any, begins: float = SPEECH) -> list[Range]:
    """Stretches of speech as half-open ranges of hops. `begins`: the chance above which speech begins."""
    found: list[Range] = []
    start, quiet = -1, 0
    for hop, value in enumerate(chance):
        if value >= begins:
            start, quiet = (hop if start < 0 else start), 0
        elif start >= 0 and (quiet or value < SILENCE):
            quiet += 1
            if quiet >= PAUSE:
                found.append((start, hop + 1 - quiet))
                start, quiet = -1, 0
    if start >= 0:
        found.append((start, len(chance) - quiet))
    return [(first, end) for first, end in found if end - first >= CLICK]


def faint(chance: Any) -> list[Range]:
    """Where somebody may speak though the network is not sure of it anywhere: a bad telephone sounds like that."""
    return [(first, end) for first, end in speech(chance, FAINT) if end - first >= FAINT_LEAST]


def clips(regions: Sequence[Range], chance: Any, longest: int = LONGEST) -> list[Range]:
    """Stretches of speech gathered into clips of at most `longest` hops.

    A clip ends in the longest pause of its second half, rather not after a few words; where it has none, in its last pause; where
    nobody pauses at all, at the least likely speech. A long pause always ends it.
    """
    found: list[Range] = []
    rest = list(regions)
    while rest:
        start = rest[0][0]
        within = [place for place, (_, end) in enumerate(rest) if end <= start + longest]
        long = next((place for place in within[:-1] if rest[place + 1][0] - rest[place][1] >= LONG_PAUSE), None)
        if long is not None:
            last = long
        elif len(within) == len(rest):
            last = len(rest) - 1
        elif within:
            late = [place for place in within if rest[place][1] > start + longest // 2]
            last = max(late, key=lambda place: (_break(rest, place), place)) if late else within[-1]
        else:
            half = start + longest // 2
            cut = half + int(np.argmin(chance[half : start + longest]))
            rest[:1] = [(start, cut), (cut, rest[0][1])]
            last = 0
        found.append((start, rest[last][1]))
        rest = rest[last + 1 :]
    return found


def _break(regions: Sequence[Range], place: int) -> float:
    """How good a clip ends after a stretch: hops of the pause, half of them after a few words, which a recogniser leaves out at an end."""
    start, end = regions[place]
    return (regions[place + 1][0] - end) * (0.5 if end - start < FEW_WORDS else 1.0)


def padded(found: Sequence[Range], length: int) -> list[Range]:
    """Ranges of hops as ranges of samples with what is around them: to `ROOM` in all, on both sides alike where there is as
    much, `PAD` at least; no further than the middle of a pause or the ends of the sound."""
    samples = [(start * HOP, min(end * HOP, length)) for start, end in found]
    middles = [0, *((before[1] + after[0]) // 2 for before, after in pairwise(samples)), length]
    ranges = []
    for (start, end), (first, last) in zip(samples, pairwise(middles), strict=False):  # nobody speaks: the ends alone
        left = max(start - max(PAD, (ROOM - (end - start)) // 2), first)
        right = min(max(end + PAD, left + ROOM), last)
        ranges.append((max(min(left, right - ROOM), first), right))
    return ranges


def shares(clips: Sequence[Clip], most: int) -> Iterator[Sequence[Clip]]:
    """The clips in batches of nearly one size, `most` at most: a last one of two clips would take half as long as one of eight."""
    count = -(-len(clips) // most)
    for share in range(count):
        yield clips[share * len(clips) // count : (share + 1) * len(clips) // count]


def ahead(items: Iterator[Any]) -> Iterator[Any]:
    """The same items, the next one always on its way: sound is read and looked through while clips of the last stretch are decoded."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def with_last(items: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Every item with whether it is the last one; an empty sound is one empty, last chunk."""
    held = None
    for item in items:
        if held is not None:
            yield held, False
        held = item
    yield (np.zeros(0, np.float32) if held is None else held), True
