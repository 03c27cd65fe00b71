"""The words of a corrected text, with the times of the words that were heard. Pure, exact.

What the editor left as it was keeps its times; what he put in another's place has that one's time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise

from ..ml.facts import Word
from .aligning import align, normal
from .planners.lines import Unit, columns, may_break, units

SURE = 1.0
"""The confidence of what a person wrote."""
_MILLISECONDS = 1000

Times = tuple[Fraction, Fraction]


def flat(text: str) -> str:
    """`text` on one line: each blank or line break is one space, none between two characters of a script written without."""
    rows = [" ".join(row.split()) for row in text.splitlines()]
    joined = ""
    for row in filter(None, rows):
        joined += row if not joined or _unspaced(joined[-1], row[0]) else f" {row}"
    return joined


def _unspaced(left: str, right: str) -> bool:
    """Whether both characters are of scripts written without spaces."""
    return may_break(left, "a") and may_break("a", right)


def realign(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """The words of `text` with the times of `words` (in order of time, not overlapping).

    A word that is still there keeps its times to the millisecond, also where its case or punctuation changed; words in the place of
    others share the time these were spoken in, by length; new ones take from the pause they stand in, or else from the longer of
    their neighbours. Nothing lies outside the old words' time. Joined, the words are `flat(text)`; the first begins with a space
    where the first old one does, and scripts written without spaces are divided by character where they changed. A word that was
    typed has confidence 1. Without old words there are no times, and so no words.
    """
    words = [word for word in words if word.text.strip()]
    wanted = units([flat(text)])
    if not words or not wanted:
        return ()
    heard = _Heard(words)
    matches = align([normal(unit.text) for unit in heard.units], [normal(unit.text) for unit in wanted])
    times: list[Times | None] = [None] * len(wanted)
    same: dict[int, int] = {}
    before = (0, 0)
    for match in [*matches, None]:
        first, other = (match.first, match.other) if match else (len(heard.units), len(wanted))
        if before[0] < first and before[1] < other:
            times[before[1] : other] = _shared(heard.times[before[0] : first], wanted[before[1] : other])
        if match is None:
            break
        times[other : match.end] = _shared(heard.times[first : match.last], wanted[other : match.end])
        if match.last - first == match.end - other and heard.units[first].text == wanted[other].text:
            same[other] = first
        before = (match.last, match.end)
    placed = _inserted(times, wanted, heard, same)
    return tuple(heard.spoken(wanted, placed, same))


def divided(words: Sequence[Word], texts: Sequence[str]) -> list[tuple[Word, ...]]:
    """`words` for a caption that was split into captions of these texts: each one's own words, none lost."""
    ends = list(accumulate(sum(len(unit.text) for unit in units([flat(text)])) for text in texts))
    parts: list[list[Word]] = [[] for _ in texts]
    done = 0
    for word in realign(words, "\n".join(texts)):
        while word.text.strip():
            place = next(number for number, end in enumerate(ends) if done < end)
            head, word = _torn(word, ends[place] - done)
            parts[place].append(head)
            done += len("".join(head.text.split()))
    return [tuple(part) for part in parts]


def _torn(word: Word, count: int) -> tuple[Word, Word]:
    """A word up to its character number `count` (blanks not counted) and what is left of it, which may be nothing."""
    places = [place for place, character in enumerate(word.text) if not character.isspace()]
    if count >= len(places):
        return word, replace(word, text="", start=word.end)
    middle = word.start + (word.end - word.start) * Fraction(count, len(places))
    cut = places[count]
    return replace(word, text=word.text[:cut], end=middle), replace(word, text=word.text[cut:], start=middle)


def joined(first: Sequence[Word], second: Sequence[Word]) -> tuple[Word, ...]:
    """The words of two captions that become one, apart by a space where their script has any."""
    if not first or not second:
        return (*first, *second)
    left, right = first[-1].text.rstrip()[-1:], second[0].text.lstrip()[:1]
    apart = "" if left and right and _unspaced(left, right) else " "
    return (*first, replace(second[0], text=apart + second[0].text.lstrip()), *second[1:])


class _Heard:
    """The old words as units of text, each with its time."""

    def __init__(self, words: Sequence[Word]):
        self.words = list(words)
        self.units = units([word.text for word in words])
        self.word_ends = list(accumulate(len("".join(word.text.split())) for word in words))
        self.unit_ends = list(accumulate(len(unit.text) for unit in self.units))
        self.times = [
            (self._at(end - len(unit.text), False), self._at(end, True)) for unit, end in zip(self.units, self.unit_ends, strict=True)
        ]
        spoken = sum((word.end - word.start for word in words), Fraction(0))
        self.pace = spoken / max(1, sum(columns(unit.text) for unit in self.units))
        """Seconds a column of text takes."""
        self.cells = self._cells()

    def _at(self, character: int, left: bool) -> Fraction:
        """The time at which a character begins, or at which the one before it (`left`) ends."""
        number = (bisect_left if left else bisect_right)(self.word_ends, character)
        word, end = self.words[number], self.word_ends[number]
        begin = self.word_ends[number - 1] if number else 0
        return word.start + (word.end - word.start) * Fraction(character - begin, end - begin)

    def _cells(self) -> list[tuple[range, range]]:
        """(units, words) that cover the same text, as small as can be: a word may be several units, a unit several words."""
        unit_at = {end: number + 1 for number, end in enumerate(self.unit_ends)}
        word_at = {end: number + 1 for number, end in enumerate(self.word_ends)}
        edges = [(0, 0), *((unit_at[end], word_at[end]) for end in sorted(unit_at.keys() & word_at.keys()))]
        return [(range(a, b), range(c, d)) for (a, c), (b, d) in pairwise(edges)]

    def spoken(self, wanted: Sequence[Unit], times: Sequence[Times], same: dict[int, int]) -> list[Word]:
        """Words for the wanted units: the old ones where all of a cell's units are still there, one for each unit elsewhere."""
        first_space = " " if self.words[0].text[:1].isspace() else ""
        cell_of = {unit: cell for cell in self.cells for unit in cell[0]}
        words: list[Word] = []
        place = 0
        while place < len(wanted):
            unit = wanted[place]
            space = (" " if unit.spaced else "") if place else first_space
            here = same.get(place)
            if here is None:
                words.append(Word(space + unit.text, *times[place], SURE))
                place += 1
                continue
            old, spoken = cell_of[here]
            together = all(
                same.get(place + n) == old.start + n and (not n or wanted[place + n].spaced == self.units[old.start + n].spaced)
                for n in range(len(old))
            )
            if together:
                kept = [self.words[n] for n in spoken]
                words += [replace(kept[0], text=space + kept[0].text.strip()), *kept[1:]]
                place += len(old)
            else:
                words.append(Word(space + unit.text, *times[place], self.words[spoken.start].confidence))
                place += 1
        return words


def _shared(spoken: Sequence[Times], wanted: Sequence[Unit]) -> list[Times]:
    """The time of `spoken` (pauses left out) for these units, by their length; whole milliseconds where there are enough."""
    if len(spoken) == len(wanted) == 1:
        return [spoken[0]]
    weights = [max(1, columns(unit.text)) for unit in wanted]
    total, whole = sum(weights), sum((end - start for start, end in spoken), Fraction(0))
    marks = [whole * part / total for part in (0, *accumulate(weights))]
    coarse = [marks[0], *(Fraction(round(mark * _MILLISECONDS), _MILLISECONDS) for mark in marks[1:-1]), marks[-1]]
    if all(one < other for one, other in pairwise(coarse)):
        marks = coarse
    ends = list(accumulate(end - start for start, end in spoken))
    return [(_within(spoken, ends, one, False), _within(spoken, ends, other, True)) for one, other in pairwise(marks)]


def _within(spoken: Sequence[Times], ends: Sequence[Fraction], mark: Fraction, left: bool) -> Fraction:
    """The moment after `mark` seconds of speech; where a pause is there, its beginning (`left`) or its end.

    `ends` are the seconds of speech up to the end of each of `spoken`.
    """
    number = (bisect_left if left else bisect_right)(ends, mark)
    return spoken[number][0] + mark - (ends[number - 1] if number else 0) if number < len(spoken) else spoken[-1][1]


def _inserted(times: list[Times | None], wanted: Sequence[Unit], heard: _Heard, same: dict[int, int]) -> list[Times]:
    """Times for the units that have none; a neighbour that had to give some is no longer the `same`."""
    found = list(times)
    place = 0
    while place < len(found):
        if found[place] is not None:
            place += 1
            continue
        end = next((n for n in range(place, len(found)) if found[n] is not None), len(found))
        left = found[place - 1] if place else None
        right = found[end] if end < len(found) else None
        pause = (left[1] if left else heard.times[0][0], right[0] if right else heard.times[-1][1])
        need = heard.pace * sum(columns(unit.text) for unit in wanted[place:end])
        room = pause[1] - pause[0]
        if room > 0 and 2 * room >= need:
            spare = max(Fraction(0), room - need) / 2
            spare = Fraction(int(spare * _MILLISECONDS), _MILLISECONDS)
            found[place:end] = _shared([(pause[0] + spare, pause[1] - spare)], wanted[place:end])
        elif left and (not right or _slower(left, wanted[place - 1], right, wanted[end])):
            found[place - 1 : end] = _shared([(left[0], pause[1])], wanted[place - 1 : end])
            same.pop(place - 1, None)
        elif right:
            found[place : end + 1] = _shared([(pause[0], right[1])], wanted[place : end + 1])
            same.pop(end, None)
        place = end
    return [pair for pair in found if pair is not None]


def _slower(one: Times, unit: Unit, other: Times, next_unit: Unit) -> bool:
    return (one[1] - one[0]) * columns(next_unit.text) >= (other[1] - other[0]) * columns(unit.text)
