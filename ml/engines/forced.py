"""Forced alignment: where each word of a known text is said, by the likeliest way through a model of its sounds (Viterbi 1967).

Between words silence or noise may lie. Where a word may stand is limited by where a recogniser heard it and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .sphinx import ALONE, BEGINS, ENDS, HOP, INSIDE, RATE, WINDOW, Phones, Sphinx, features

_NOISE = -12.0
"""What it costs to hear noise where silence would do."""
_THINKING = ("AH", "ER", "M")
"""Sounds of thinking, as in "uh", "er" and "um", which may lie between words where they are listened for."""
_HESITATION = -60.0
"""What each of them costs: a sound of the words beside it must not be taken for one."""
_OUTSIDE = -30.0
"""What each frame costs that a word lies outside its limits."""
_NEVER = np.float32(-1e30)

Ways = Sequence[tuple[str, ...]]


@dataclass
class _Net:
    """States in rows that are gone through one by one. `entries`: first state of a row -> (last states before it, costs)."""

    senones: list[int] = field(default_factory=list)
    stay: list[float] = field(default_factory=list)
    leave: list[float] = field(default_factory=list)
    word: list[int] = field(default_factory=list)
    """The word a state belongs to; minus one for a pause."""
    entries: dict[int, list[tuple[int, float]]] = field(default_factory=dict)

    def row(self, model: Sphinx, triphones: Sequence[int], word: int) -> tuple[int, int]:
        """Adds the three states of each; the first and last state's numbers."""
        first = len(self.senones)
        for triphone in triphones:
            senones, stay, leave = model.states_of(triphone)
            self.senones += senones
            self.stay += stay
            self.leave += leave
            self.word += [word] * len(senones)
        return first, len(self.senones) - 1


def align(
    model: Sphinx, words: Sequence[Ways], samples: Any, limits: Sequence[tuple[float, float]], hop: int = HOP, thinking: bool = False
) -> list[tuple[float, float]]:
    """Seconds (start, end) of each word in `samples` (mono, 16 kHz). `words`: the ways each may be said, one at least.

    `limits`: seconds between which each word is expected. `thinking`: "um" and "er" may be said between words without being one of them.
    Empty where the sound is too short for the words.
    """
    heard = features(samples, hop)
    net, starts, finals = _built(model, words, _THINKING if thinking else ())
    shortest = 3 * sum(min(map(len, ways)) for ways in words)
    if len(heard) < shortest:
        return []
    numbers, where = np.unique(np.array(net.senones), return_inverse=True)
    centre = (np.arange(len(heard)) * hop + WINDOW / 2) / RATE
    of_word = np.array(net.word)
    # Half-open frames in which each state's word is expected; a pause may be anywhere. The last row of limits is that of pauses.
    edges = np.array([*limits, (-1e9, 1e9)])
    first = np.searchsorted(centre, edges[:, 0])[of_word]
    end = np.maximum(np.searchsorted(centre, edges[:, 1], "right")[of_word], first)
    changes = np.zeros((len(heard) + 1, len(numbers)), np.int32)
    np.add.at(changes, (first, where), 1)
    np.add.at(changes, (end, where), -1)
    scores = model.scores(heard, numbers, changes[:-1].cumsum(0, np.int32) > 0)
    path = _path(net, _Scores(scores, where, first, end), starts, finals)
    times = []
    for number in range(len(words)):
        frames = np.flatnonzero(of_word[path] == number)
        first, last = frames[0] * hop + WINDOW / 2 - hop / 2, frames[-1] * hop + WINDOW / 2 + hop / 2
        times.append((max(0.0, first / RATE), min(last, len(samples)) / RATE))
    return times


@dataclass(frozen=True)
class _Scores:
    """How likely each state is: `found`, float32 (frames, sounds), of which state n is sound `sound[n]`, is expected in frames
    `first[n]` up to but not including `end[n]`."""

    found: Any
    sound: Any
    first: Any
    end: Any

    def rows(self) -> Iterator[Any]:
        """float32 (states,) of every frame, in one array that is written over. All frames of all states would not fit into the caches."""
        row, outside = np.empty(len(self.sound), np.float32), np.empty(0)
        turns = {0, *self.first.tolist(), *self.end.tolist()}
        for frame, found in enumerate(self.found):
            if frame in turns:
                outside = np.where((self.first <= frame) & (frame < self.end), np.float32(0), np.float32(_OUTSIDE))
            found.take(self.sound, out=row, mode="clip")
            row += outside
            yield row


def _built(model: Sphinx, words: Sequence[Ways], thinking: Sequence[str]) -> tuple[_Net, list[int], list[int]]:
    phones, net = model.phones, _Net()
    silence = phones.numbers["SIL"]
    fillings = [(silence, 0.0), (phones.numbers["+NSN+"], _NOISE), *((phones.numbers[name], _HESITATION) for name in thinking)]
    heads = [phones.numbers[ways[0][0]] for ways in words]
    tails = [phones.numbers[ways[0][-1]] for ways in words]
    starts: list[int] = []
    before: list[int] = []
    for number in range(len(words) + 1):
        rows = [net.row(model, [phones.find(sound, silence, silence, ALONE)], -1) for sound, _ in fillings]
        for (first, _), (_, price) in zip(rows, fillings, strict=True):
            net.entries[first] = [*((end, price) for end in before), *((last, price) for other, last in rows if other != first)]
        if not number:
            starts += [first for first, _ in rows]
        gap = [last for _, last in rows]
        if number == len(words):
            return net, starts, before + gap
        left = tails[number - 1] if number else silence
        right = heads[number + 1] if number + 1 < len(words) else silence
        ends = []
        for way in words[number]:
            first, last = net.row(model, _triphones(phones, way, left, right), number)
            net.entries[first] = [(end, 0.0) for end in (*before, *gap)]
            if not number:
                starts.append(first)
            ends.append(last)
        before = ends
    raise AssertionError("the last gap returns")


def _triphones(phones: Phones, way: Sequence[str], left: int, right: int) -> list[int]:
    sounds = [left, *(phones.numbers[name] for name in way), right]
    last = len(way) - 1
    places = [ALONE] if not last else [BEGINS, *[INSIDE] * (last - 1), ENDS]
    return [phones.find(sounds[n + 1], sounds[n], sounds[n + 2], place) for n, place in enumerate(places)]


def _path(net: _Net, scores: _Scores, starts: Sequence[int], finals: Sequence[int]) -> Any:
    """The state of every frame on the likeliest way from one of `starts` to one of `finals`."""
    frames, count = len(scores.found), len(scores.sound)
    stay, leave = np.array(net.stay, np.float32), np.array(net.leave, np.float32)
    heads = np.array(sorted(net.entries))
    widest = max(len(found) for found in net.entries.values())
    sources = np.zeros((len(heads), widest), np.int64)
    prices = np.full((len(heads), widest), _NEVER, np.float32)
    for number, head in enumerate(heads):
        for column, (source, price) in enumerate(net.entries[int(head)]):
            sources[number, column], prices[number, column] = source, price
    prices += np.where(prices > _NEVER, leave[sources], 0)
    columns = np.arange(len(heads)) * widest
    taken = np.empty((frames, len(heads)), np.int16)
    stays = np.empty((frames, count), bool)
    options, forward, remain = np.empty_like(prices), np.empty(count, np.float32), np.empty(count, np.float32)
    forward[0] = _NEVER
    best = np.full(count, _NEVER, np.float32)
    rows = scores.rows()
    best[list(starts)] = next(rows)[list(starts)]
    # A few small steps a frame, in place: what is gone through most is what takes long here.
    flat = options.reshape(-1)
    for frame, row in enumerate(rows, 1):
        np.add(best[:-1], leave[:-1], out=forward[1:])
        best.take(sources, out=options, mode="clip")
        options += prices
        choice = options.argmax(1)
        taken[frame] = choice
        forward[heads] = flat[columns + choice]
        np.add(best, stay, out=remain)
        np.greater_equal(remain, forward, out=stays[frame])
        np.maximum(remain, forward, out=best)
        best += row
    row_of = {int(head): row for row, head in enumerate(heads)}
    path = np.empty(frames, np.int64)
    path[-1] = state = max(finals, key=lambda state: best[state])
    for frame in range(frames - 1, 0, -1):
        if not stays[frame, state]:
            state = int(sources[row_of[state], taken[frame, row_of[state]]]) if state in row_of else state - 1
        path[frame - 1] = state
    return path
