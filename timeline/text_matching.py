"""Which words of an edited text are which words of the transcript it was made from, wherever they stand now. Pure.

Lines are matched first, then words. Lines that are the same in both and in the same order are where they were (as in `aligning`); the
same elsewhere were moved. What is left is aligned where it stands, word by word; what then belongs nowhere is looked for as moved pieces,
longest first (greedy string tiling, Wise 1993).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby

from .aligning import ALIKE, align, likeness, normal
from .planners.lines import Unit, units
from .sounding import sounding
from .text_document import EditedLine
from .text_words import SpokenLine

LEAST = 3
"""Words in a row that are known again elsewhere; fewer where they are half of their line, one fewer where they are long."""
TELLING = 7
"""Letters of words in a row that are no chance."""
_LIKELY = 4
"""Lines that a moved one is compared with."""
_PAIRS = 1_000_000
"""So many runs that are the same in both texts are looked at."""

Range = tuple[int, int]
"""Numbers of words or tokens, from the first up to but not including the last."""
Link = tuple[int, int, int, int]
"""Tokens before, from..to, and in the edited text, from..to: one of each, or two and one."""


@dataclass(frozen=True)
class Token:
    """A unit of text: what is compared, as it is written, which line and (before editing) which word it belongs to."""

    key: str
    unit: Unit
    line: int
    word: int = -1


class Matching:
    """`link_of_new` has for every token of the edited text that is known the tokens before that it is. `old_lines` and `new_lines` say
    which tokens each line has."""

    def __init__(self, before: Sequence[SpokenLine], lines: Sequence[EditedLine]):
        self.old = [
            Token(normal(unit.text), unit, number, word)
            for number, word, unit in _units_of(before)
        ]
        self.new = [
            Token(normal(unit.text), unit, number) for number, line in enumerate(lines) for unit in units([line.text])
        ]
        self.old_lines = _ranges(self.old, len(before))
        self.new_lines = _ranges(self.new, len(lines))
        self.link_of_new: dict[int, Link] = {}
        self.taken: set[int] = set()
        gaps = self._same_lines()
        for one, other in gaps:
            self._in_place(one, other, exact=True)
        self._elsewhere()
        self._around()
        for one, other in gaps:
            self._in_place(one, other, exact=False)
        self._as_written()

    def _link(self, link: Link) -> None:
        self.taken.update(range(link[0], link[1]))
        for place in range(link[2], link[3]):
            self.link_of_new[place] = link

    def _same_lines(self) -> list[tuple[list[int], list[int]]]:
        """Links lines with the same words, and gives the tokens that are left between those that stayed."""
        numbers: dict[tuple[str, ...], int] = {}
        old, new = (
            [numbers.setdefault(tuple(token.key for token in tokens[first:last]), len(numbers)) for first, last in ranges]
            for tokens, ranges in ((self.old, self.old_lines), (self.new, self.new_lines))
        )
        # One sign a line, all different: lines are the same or nothing alike.
        stayed = align(*([chr(0x10000 + number) for number in row] for row in (old, new)))
        pairs = [(match.first, match.other) for match in stayed]
        here, there = {one for one, _ in pairs}, {other for _, other in pairs}
        left: dict[int, list[int]] = defaultdict(list)
        for place in range(len(old)):
            if place not in here:
                left[old[place]].append(place)
        moved = [(left[new[place]].pop(0), place) for place in range(len(new)) if place not in there and left[new[place]]]
        for one, other in (*pairs, *moved):
            first, _ = self.old_lines[one]
            start, end = self.new_lines[other]
            for step in range(end - start):
                self._link((first + step, first + step + 1, start + step, start + step + 1))
        done_old, done_new = here | {one for one, _ in moved}, there | {other for _, other in moved}
        gaps: list[tuple[list[int], list[int]]] = []
        begin = 0, 0
        for stop in (*pairs, (len(old), len(new))):
            one_side = [token for line in range(begin[0], stop[0]) if line not in done_old for token in range(*self.old_lines[line])]
            other_side = [token for line in range(begin[1], stop[1]) if line not in done_new for token in range(*self.new_lines[line])]
            if one_side and other_side:
                gaps.append((one_side, other_side))
            begin = stop[0] + 1, stop[1] + 1
        return gaps

    def _in_place(self, one: Sequence[int], other: Sequence[int], *, exact: bool) -> None:
        """Aligns what is free between two lines that stayed; what two lines share by chance does not count.

        The same words first: a word that is only like one here may be the same as one elsewhere.
        """
        one, other = [n for n in one if n not in self.taken], [n for n in other if n not in self.link_of_new]
        found: dict[tuple[int, int], list[tuple[Link, float]]] = defaultdict(list)
        signs: dict[str, str] = {}
        keys = ([self.old[n].key for n in one], [self.new[n].key for n in other])
        for match in align(*([signs.setdefault(key, chr(0x10000 + len(signs))) for key in row] if exact else row for row in keys)):
            here, there = one[match.first : match.last], other[match.other : match.end]
            if here[-1] - here[0] != len(here) - 1 or there[-1] - there[0] != len(there) - 1:
                continue
            pair = self.old[here[0]].line, self.new[there[0]].line
            if (self.old[here[-1]].line, self.new[there[-1]].line) == pair:
                link = here[0], here[-1] + 1, there[0], there[-1] + 1
                same = [self.old[n].key for n in here] == [self.new[n].key for n in there]
                found[pair].append((link, len(there) * (1.0 if same else 0.75)))
        counts = [defaultdict(int), defaultdict(int)]  # type: ignore[var-annotated]
        for count, tokens, row in ((counts[0], self.old, one), (counts[1], self.new, other)):
            for n in row:
                count[tokens[n].line] += 1
        for (here_line, there_line), links in found.items():
            least = min(counts[0][here_line], counts[1][there_line])
            if 2 * sum(weight for _, weight in links) > least or (2 * len(links) >= least and len(links) > LEAST):
                for link, _ in links:
                    self._link(link)

    def _elsewhere(self) -> None:
        """Links pieces that were moved: the longest first, of equals the one nearest to where it was."""
        for least in (LEAST, LEAST - 1, 1):
            if least < LEAST:
                self._thinned()
            waiting = list(self._candidates(least))
            heapify(waiting)
            while waiting:
                _, _, start, there, length = heappop(waiting)
                for first, count in self._free(start, there, length):
                    if count == length and self._enough(start, there, length):
                        for step in range(length):
                            self._link((start + step, start + step + 1, there + step, there + step + 1))
                    elif least <= count < length:
                        heappush(waiting, _ranked(start + first, there + first, count))

    def _thinned(self) -> None:
        """Links lines that were moved and lost so many words that few are left in a row: most of what is left, in its order."""
        holders: dict[str, set[int]] = defaultdict(set)
        for n, token in enumerate(self.old):
            if n not in self.taken:
                holders[token.key].add(token.line)
        for line, (first, last) in enumerate(self.new_lines):
            there = [n for n in range(first, last) if n not in self.link_of_new]
            counts = Counter(home for n in there for home in holders.get(self.new[n].key, ()))
            likely = sorted(counts, key=lambda home: (-counts[home], abs(home - line)))[:_LIKELY]
            found: list[list[tuple[int, int]]] = []
            for home in likely:
                here = [n for n in range(*self.old_lines[home]) if n not in self.taken]
                signs: dict[str, str] = {}
                keys = ([self.old[n].key for n in here], [self.new[n].key for n in there])
                row, other = ([signs.setdefault(key, chr(0x10000 + len(signs))) for key in side] for side in keys)
                found.append([(here[match.first], there[match.other]) for match in align(row, other)])
            best = max(found, key=len, default=[])
            if len(best) > 1 and 2 * len(best) > len(there):
                for start, place in best:
                    self._link((start, start + 1, place, place + 1))

    def _candidates(self, least: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Runs of at least so many free tokens of one line that are the same in both texts, as long as they go."""
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for first, last in self.old_lines:
            for n in range(first, last - least + 1):
                if self.taken.isdisjoint(range(n, n + least)):
                    places[tuple(token.key for token in self.old[n : n + least])].append(n)
        pairs = 0
        for first, last in self.new_lines:
            homes = {self.old[self.link_of_new[n][0]].line for n in range(first, last) if n in self.link_of_new}
            for there in range(first, last - least + 1):
                key = tuple(token.key for token in self.new[there : there + least])
                for start in places.get(key, ()) if not any(n in self.link_of_new for n in range(there, there + least)) else ():
                    if least == 1 and last - first > 1 and self.old[start].line not in homes:
                        continue
                    if self._goes_on(start - 1, there - 1, first):
                        continue
                    length = least
                    while there + length < last and self._goes_on(start + length, there + length, first, start):
                        length += 1
                    pairs += 1
                    yield _ranked(start, there, length)
                    if pairs > _PAIRS:
                        return

    def _goes_on(self, start: int, there: int, first: int, beside: int = -1) -> bool:
        """Whether these two tokens are free and the same, the old one in the line of its neighbour `beside` (the one behind by itself)."""
        beside = start + 1 if beside < 0 else beside
        return (
            start >= 0 and there >= first and start < len(self.old) and self.old[start].line == self.old[beside].line
            and start not in self.taken and there not in self.link_of_new and self.old[start].key == self.new[there].key
        )  # fmt: skip

    def _free(self, start: int, there: int, length: int) -> list[Range]:
        """What of a run is still free on both sides: (steps from its beginning, length)."""
        found: list[Range] = []
        for step in range(length):
            if start + step in self.taken or there + step in self.link_of_new:
                continue
            if found and sum(found[-1]) == step:
                found[-1] = found[-1][0], found[-1][1] + 1
            else:
                found.append((step, 1))
        return found

    def _enough(self, start: int, there: int, length: int) -> bool:
        """Whether so many words in a row are no chance."""
        if length >= LEAST:
            return True
        if length == LEAST - 1 and sum(len(self.new[there + step].key) for step in range(length)) >= TELLING:
            return True
        first, last = self.new_lines[self.new[there].line]
        if 2 * length >= last - first and (length > 1 or last - first == 1):
            return True
        at_home = self.old[start].line
        return any(self.old[self.link_of_new[n][0]].line == at_home for n in range(first, last) if n in self.link_of_new)

    def _around(self) -> None:
        """Aligns what is left between, before and after linked words of one line that were neighbours' neighbours before."""
        for first, last in self.new_lines:
            place = first
            while place < last:
                if place in self.link_of_new:
                    place += 1
                    continue
                end = next((n for n in range(place, last) if n in self.link_of_new), last)
                room = self.room(place, end, first, last)
                if room:
                    for match in align([self.old[n].key for n in room], [self.new[n].key for n in range(place, end)]):
                        self._link((room[match.first], room[match.last - 1] + 1, place + match.other, place + match.end))
                    if not any(n in self.link_of_new for n in range(place, end)):
                        self._by_sound(room, place, end)
                place = end

    def room(self, place: int, end: int, first: int, last: int) -> range:
        """The tokens before editing in whose place the new ones place..end stand: free, in one line, beside the links beside these."""
        left = self.link_of_new.get(place - 1) if place > first else None
        right = self.link_of_new.get(end) if end < last else None
        if left is None and right is None:
            return range(0)
        line = self.old[left[1] - 1].line if left is not None else self.old[right[0]].line  # type: ignore[index]
        start, stop = self.old_lines[line]
        start = left[1] if left is not None else start
        if right is not None and self.old[right[0]].line == line and right[0] >= start:
            stop = right[0]
        if left is None:
            start = next((n + 1 for n in range(stop - 1, start - 1, -1) if n in self.taken), start)
        stop = next((n for n in range(start, stop) if n in self.taken), stop)
        return range(start, stop)

    def _by_sound(self, room: range, place: int, end: int) -> None:
        """Links what is spelt otherwise and sounds alike."""
        one = sounding("".join(self.old[n].key for n in room))
        other = sounding("".join(self.new[n].key for n in range(place, end)))
        if one and other and likeness(one, other) > ALIKE:
            self._link((room[0], room[-1] + 1, place, end))

    def _as_written(self) -> None:
        """Of the same word several times in a row, the one that is also written the same is meant."""
        for place, (start, end, there, stop) in list(self.link_of_new.items()):
            if end - start != 1 or stop - there != 1 or self.old[start].unit.text == self.new[place].unit.text:
                continue
            for way in (1, -1):
                other = start + way
                while 0 <= other < len(self.old) and other not in self.taken and self.old[other].key == self.old[start].key:
                    if self.old[other].unit.text == self.new[place].unit.text and start in self.taken:
                        self.taken.discard(start)
                        self._link((other, other + 1, there, stop))
                    other += way


def _ranked(start: int, there: int, length: int) -> tuple[int, int, int, int, int]:
    """A run in the order in which runs are taken."""
    return -length, abs(start - there), start, there, length


def _units_of(before: Sequence[SpokenLine]) -> list[tuple[int, int, Unit]]:
    """(line, word, unit) of a transcript: a word of a script without spaces is several units."""
    found, word = [], 0
    for number, line in enumerate(before):
        for one in line.words:
            parts = units([one.text])
            found += [
                (number, word, part if place else Unit(part.text, one.spaced, part.columns)) for place, part in enumerate(parts)
            ]
            word += 1
    return found


def _ranges(tokens: Sequence[Token], count: int) -> list[Range]:
    """Where each line's tokens are."""
    found, place = [], 0
    lengths = {line: len(list(group)) for line, group in groupby(tokens, lambda token: token.line)}
    for line in range(count):
        found.append((place, place + lengths.get(line, 0)))
        place = found[-1][1]
    return found
