"""Which words of one text are which words of another: alignment by edit distance. Pure.

Short texts are aligned at the least cost there is (dynamic programming over pairs, with how alike two words are as the cost of
taking one for the other, and two words for one). Long ones are first cut at what stands once in both and in the same order
(as in Bram Cohen's patience diff, here with runs of words), what is left by the edit distance alone, in little memory
(Hirschberg 1975), and only what then differs by likeness.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ALIKE = 0.5
"""From this likeness on, one word is taken for another one's correction."""
_LONGEST = 200
"""Characters beyond which a word is like none but itself."""
_SMALL = 2_500
"""Pairs of words up to which every likeness is worked out."""
_RUNS = (4, 3, 2, 1)
"""Lengths of the runs of words that long texts are cut at."""
_MERGED = 0.05
"""What it costs more to take two words for one than to take one for one, where both are as alike."""


@dataclass(frozen=True)
class Match:
    """Words `first` up to `last` of one text are words `other` up to `end` of the other (half-open; one of each, or two and one)."""

    first: int
    last: int
    other: int
    end: int


@lru_cache(maxsize=1 << 16)
def normal(word: str) -> str:
    """A word as it is compared: compatibility forms, case and punctuation do not count. Itself where nothing else is left of it."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return "".join(filter(str.isalnum, folded)) or folded.strip()


@lru_cache(maxsize=1 << 16)
def likeness(one: str, other: str) -> float:
    """1 for the same, 0 for nothing in common: one less the edit distance over the longer one's length."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if max(len(one), len(other)) > _LONGEST:  # no word of any language: comparing such would take minutes
        return 0.0
    row = list(range(len(other) + 1))
    for place, character in enumerate(one, 1):
        corner, row[0] = row[0], place
        for column, there in enumerate(other, 1):
            corner, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, corner + (character != there))
    return 1.0 - row[-1] / max(len(one), len(other))


def align(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The words of both texts (already `normal`) that are each other's, in order, none twice. What is not mentioned is in one only."""
    matches: list[Match] = []
    for first, last, start, end in _parts(one, other, 0, len(one), 0, len(other), 0):
        if last - first == end - start and one[first:last] == other[start:end]:
            matches += [Match(first + i, first + i + 1, start + i, start + i + 1) for i in range(last - first)]
        elif (last - first) * (end - start) <= _SMALL:
            matches += [
                Match(first + m.first, first + m.last, start + m.other, start + m.end)
                for m in _likest(one[first:last], other[start:end])
            ]
    return matches


Part = tuple[int, int, int, int]


def _parts(one: Sequence[str], other: Sequence[str], first: int, last: int, start: int, end: int, level: int) -> Iterator[Part]:
    """Ranges of both texts, in order: the same words, or few enough to be compared with each other, or nothing alike."""
    same = 0
    while first + same < last and start + same < end and one[first + same] == other[start + same]:
        same += 1
    if same:
        yield first, first + same, start, start + same
        first, start = first + same, start + same
    tail = 0
    while first < last - tail and start < end - tail and one[last - tail - 1] == other[end - tail - 1]:
        tail += 1
    last, end = last - tail, end - tail
    if first < last and start < end:
        if (last - first) * (end - start) <= _SMALL:
            yield first, last, start, end
        else:
            yield from _cut(one, other, first, last, start, end, level)
    if tail:
        yield last, last + tail, end, end + tail


def _cut(one: Sequence[str], other: Sequence[str], first: int, last: int, start: int, end: int, level: int) -> Iterator[Part]:
    for number in range(level, len(_RUNS)):
        anchors = _anchors(one, other, first, last, start, end, _RUNS[number])
        if anchors:
            for place, there in anchors:
                if place >= first and there >= start:
                    yield from _parts(one, other, first, place, start, there, number)
                    yield place, place + 1, there, there + 1
                    first, start = place + 1, there + 1
            yield from _parts(one, other, first, last, start, end, number)
            return
    for place, there in [*_same(one, other, first, last, start, end), (last, end)]:
        if place > first or there > start:
            yield first, place, start, there
        if place < last and there < end:
            yield place, place + 1, there, there + 1
        first, start = place + 1, there + 1


def _anchors(
    one: Sequence[str], other: Sequence[str], first: int, last: int, start: int, end: int, length: int
) -> list[tuple[int, int]]:
    """Where a run of `length` words that stands once in both begins: as many as can be in the same order in both."""
    here = _single(one, first, last, length)
    there = _single(other, start, end, length)
    pairs = sorted((place, there[run]) for run, place in here.items() if run in there)
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        height = bisect_left(tops, place)
        if height == len(tops):
            tops.append(place)
            holders.append(number)
        else:
            tops[height], holders[height] = place, number
        before.append(holders[height - 1] if height else -1)
    chain = []
    number = holders[-1] if holders else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _single(words: Sequence[str], first: int, last: int, length: int) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[place : place + length]) for place in range(first, last - length + 1)]
    counts = Counter(runs)
    return {run: first + place for place, run in enumerate(runs) if counts[run] == 1}


def _same(one: Sequence[str], other: Sequence[str], first: int, last: int, start: int, end: int) -> list[tuple[int, int]]:
    """Pairs of equal words of a longest common subsequence, in order."""
    import numpy as np

    numbers: dict[str, int] = {}
    left = np.array([numbers.setdefault(word, len(numbers)) for word in one[first:last]], np.int32)
    right = np.array([numbers.setdefault(word, len(numbers)) for word in other[start:end]], np.int32)
    return [(first + place, start + there) for place, there in _common(left, right, 0, 0)]


def _lengths(left: Any, right: Any) -> Any:
    """For every beginning of `right`: how long the longest common subsequence of it and all of `left` is."""
    import numpy as np

    row = np.zeros(len(right) + 1, np.int32)
    for word in left:
        longer = row.copy()
        longer[1:] = np.maximum(row[1:], row[:-1] + (right == word))
        row = np.maximum.accumulate(longer)
    return row


def _common(left: Any, right: Any, first: int, start: int) -> list[tuple[int, int]]:
    import numpy as np

    if not len(left) or not len(right):
        return []
    if len(left) == 1:
        found = np.flatnonzero(right == left[0])
        return [(first, start + int(found[0]))] if len(found) else []
    half = len(left) // 2
    cut = int(np.argmax(_lengths(left[:half], right) + _lengths(left[half:][::-1], right[::-1])[::-1]))
    return _common(left[:half], right[:cut], first, start) + _common(left[half:], right[cut:], first + half, start + cut)


def _likest(one: Sequence[str], other: Sequence[str]) -> list[Match]:
    """The alignment of the least cost: a word left out or put in costs 1, words taken for each other 0 (the same) to all they have."""
    rows, columns = len(one) + 1, len(other) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    move: list[list[tuple[int, int]]] = [[(0, 0)] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            if not i and not j:
                continue
            best, how = float("inf"), (0, 0)
            for a, b in ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2)):
                if a > i or b > j:
                    continue
                here = cost[i - a][j - b] + _price(one[i - a : i], other[j - b : j])
                if here < best - 1e-9:
                    best, how = here, (a, b)
            cost[i][j], move[i][j] = best, how
    found = []
    i, j = rows - 1, columns - 1
    while i or j:
        a, b = move[i][j]
        if a and b and likeness("".join(one[i - a : i]), "".join(other[j - b : j])) >= ALIKE:
            found.append(Match(i - a, i, j - b, j))
        i, j = i - a, j - b
    return found[::-1]


def _price(one: Sequence[str], other: Sequence[str]) -> float:
    if not one or not other:
        return 1.0
    if len(one) == len(other):
        return 2.0 * (1.0 - likeness(one[0], other[0]))
    if set(one) & set(other):  # one of two words is the one itself: the other was put in or left out
        return float("inf")
    return 3.0 * (1.0 - likeness("".join(one), "".join(other))) + _MERGED
