"""Where one caption ends and the next begins: at ends of sentences, at pauses, before what begins a clause or phrase, within limits.

The division is the cheapest of all that keep the limits (dynamic programming over the words, as in Knuth and Plass's
line breaking); the costs are this project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from ...ml.facts import Transcript
from ..caption_rules import CaptionRules
from ..plan import Identity
from ..timebase import first_at
from .lines import columns, ends_sentence, may_break, strain, units

_CAPTION, _STRAIN, _INSIDE, _SHORT = 4.0, 70.0, 12.0, 20.0


class Limits(Protocol):
    """What of the options matters here."""

    @property
    def rules(self) -> CaptionRules: ...
    @property
    def pause_seconds(self) -> Fraction: ...


class Speech:
    """A transcript's words with what dividing them needs, worked out once."""

    def __init__(self, transcript: Transcript, medium: str):
        self.transcript = transcript
        self.medium = medium
        self.words = transcript.words
        self.middles = [(word.start + word.end) / 2 for word in self.words]
        self._rough = [float(middle) for middle in self.middles]
        self._order = sorted(range(len(self.words)), key=lambda index: (self._rough[index], self.middles[index], index))
        self._rising = [self.middles[index] for index in self._order]
        self._rough = [self._rough[index] for index in self._order]
        self.starts = [float(word.start) for word in self.words]
        self.ends = [float(word.end) for word in self.words]
        self.final = [False] * len(self.words)
        """Whether a sentence or utterance ends with the word."""
        count = 0
        for utterance in transcript.utterances:
            count += len(utterance.words)
            if utterance.words:
                self.final[count - 1] = True
        self.cost: list[float] = []
        self.sizes: list[tuple[bool, bool, tuple[int, ...]]] = []
        """For each word: whether a caption may begin with it, whether a space stands before it, its units' columns."""
        previous = ""
        for index, word in enumerate(self.words):
            text = word.text.strip()
            self.final[index] = self.final[index] or ends_sentence(text)
            self.cost.append(0.0 if self.final[index] else self._ending(index))
            spaced = not previous or word.text[:1].isspace() or previous[-1:].isspace()
            loose = spaced or not text or may_break(previous[-1], text[0])
            self.sizes.append((loose, spaced, tuple(unit.columns + unit.spaced for unit in units([text])) or (columns(text),)))
            previous = word.text or previous

    def _ending(self, index: int) -> float:
        """What a caption that ends with this word costs: less where the next one begins something, and where there is a pause."""
        if index + 1 == len(self.words):
            return 0.0
        strained = strain(self.words[index].text, self.words[index + 1].text)
        silence = self.starts[index + 1] - self.ends[index]
        return _STRAIN * strained * (1.0 if strained == 1.0 else 1.0 - min(max(silence, 0.0), 0.5))

    def between(self, start: Fraction, end: Fraction) -> list[tuple[Fraction, int]]:
        """(middle, index) of the words whose middle lies from `start` up to `end`, in order of time."""
        first, last = (first_at(self._rising, self._rough, moment) for moment in (start, end))
        return [(self.middles[index], index) for index in self._order[first:last]]

    def identity(self, first: int, last: int) -> Identity:
        """What a caption of these words is about. It holds the middle of each and of no neighbour, so that it claims no more."""
        start, end = self.words[first].start, max(self.words[last].end, self.middles[last] + Fraction(1, 1000))
        if first and self.middles[first - 1] < self.middles[first]:
            start = max(start, (self.middles[first - 1] + self.middles[first]) / 2)
        if last + 1 < len(self.words) and self.middles[last] < self.middles[last + 1]:
            end = min(end, (self.middles[last] + self.middles[last + 1]) / 2)
        return Identity(self.medium, "caption", min(start, self.middles[first]), max(end, start))


def divide(speech: Speech, indices: Sequence[int], limits: Limits) -> list[tuple[int, int]]:
    """The captions of a run of words: half-open ranges of places in `indices`. Together they are all of them, in order."""
    ranges = []
    pause = float(limits.pause_seconds)
    first = 0
    for place in range(1, len(indices) + 1):
        if place < len(indices):
            left, right = indices[place - 1], indices[place]
            silent = speech.starts[right] - speech.ends[left] > pause
            if not (right != left + 1 or (silent and speech.sizes[right][0])):
                continue
        ranges += [(first + a, first + b) for a, b in _best(speech, indices[first:place], limits)]
        first = place
    return ranges


def _best(speech: Speech, indices: Sequence[int], limits: Limits) -> list[tuple[int, int]]:
    count = len(indices)
    minimum, maximum = float(limits.rules.minimum_seconds), float(limits.rules.maximum_seconds)
    limit, most = limits.rules.max_characters, limits.rules.max_lines
    room = limit * most
    infinite = float("inf")
    best = [infinite] * (count + 1)
    back = [0] * (count + 1)
    best[0] = 0.0
    starts, ends, sizes, final, ending = speech.starts, speech.ends, speech.sizes, speech.final, speech.cost
    for a in range(count):
        if best[a] == infinite:
            continue
        begin = starts[indices[a]]
        lines, width, unit, filled, inside, groups = 1, 0, 0, 0, 0.0, 0
        for b in range(a + 1, count + 1):
            index = indices[b - 1]
            loose, spaced, parts = sizes[index]
            groups += loose or b == a + 1
            for number, part in enumerate(parts):
                filled += part
                glued = number == 0 and not loose and b > a + 1
                unit = unit + part if glued else part
                grown = width + part + (1 if spaced and number == 0 and width and not glued else 0)
                if grown > limit and width > (unit - part if glued else 0):
                    lines, width = lines + 1, unit
                else:
                    width = grown
            length = ends[index] - begin
            if (lines > most or length > maximum) and groups > 1:
                break
            if b < count and not sizes[indices[b]][0]:
                continue
            cost = best[a] + _CAPTION + inside + (ending[index] if b < count else 0.0)
            cost += _SHORT * max(0.0, minimum - length) + 4.0 * max(0.0, 1.0 - filled / room)
            if cost < best[b]:
                best[b], back[b] = cost, a
            if final[index]:
                if length >= minimum:
                    break
                inside += _INSIDE
    ranges = []
    b = count
    while b:
        ranges.append((back[b], b))
        b = back[b]
    return ranges[::-1]
