"""What somebody did to the text of a transcript: words taken out, moved, corrected, and words that nobody said. Pure.

Lines are matched first, then words. Lines that are the same in both and in the same order are where they were (as in `aligning`); the
same elsewhere were moved. What is left is aligned where it stands, word by word; what then belongs nowhere is looked for as moved pieces,
longest first (greedy string tiling, Wise 1993).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from .aligning import ALIKE, align, likeness, normal
from .planners.lines import Unit, units
from .sounding import sounding
from .text_document import EditedLine, parse
from .text_words import SpokenLine, plain

LEAST = 3
"""Words in a row that are known again elsewhere; fewer where they are half of their line, one fewer where they are long."""
TELLING = 7
"""Letters of words in a row that are no chance."""
REPLACED = 3
"""So many words may stand in the place of others that sound otherwise, and the others stay."""
_PAIRS = 250_000
"""Pairs of words up to which what belongs nowhere is looked for elsewhere."""

Range = tuple[int, int]
"""Numbers of words, from the first up to but not including the last."""


@dataclass(frozen=True)
class Correction:
    """The words `first` up to `last` read `new` now, in line `line` of the edited text; they read `old`."""

    line: int
    first: int
    last: int
    old: str
    new: str


@dataclass(frozen=True)
class Unsaid:
    """Words in line `line` of the edited text that nobody says. `instead`: what is said in their place, and stays; "" for nothing."""

    line: int
    text: str
    instead: str = ""


@dataclass(frozen=True)
class TextEdits:
    """`order` is every word that stays, in the new order, as ranges of words; `removed` those that go, rising.

    `moved` are the lines of the edited text that stand elsewhere than before.
    """

    order: tuple[Range, ...]
    removed: tuple[Range, ...] = ()
    moved: tuple[int, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()

    @property
    def cut(self) -> int:
        """How many words go."""
        return sum(last - first for first, last in self.removed)

    @property
    def reordered(self) -> bool:
        """Whether anything stands elsewhere than before."""
        return any(one[1] > other[0] for one, other in zip(self.order, self.order[1:], strict=False))


def changes(before: Sequence[SpokenLine], edited: str) -> TextEdits:
    """What was done to the lines of a transcript. Words are numbered in the order of the lines (`Spoken.words`)."""
    lines = parse(edited, {line.speaker for line in before})
    return _Comparison(before, lines).edits()


@dataclass(frozen=True)
class _Token:
    """A unit of text: what is compared, as it is written, which line and (before editing) which word it belongs to."""

    key: str
    unit: Unit
    line: int
    word: int = -1


Link = tuple[int, int, int, int]
"""Tokens before, from..to, and in the edited text, from..to: one of each, or two and one."""


class _Comparison:
    def __init__(self, before: Sequence[SpokenLine], lines: Sequence[EditedLine]):
        self.before, self.lines = before, lines
        self.words = [word for line in before for word in line.words]
        self.old = [
            _Token(normal(unit.text), unit, number, word)
            for number, word, unit in _units_of(before)
        ]
        self.new = [
            _Token(normal(unit.text), unit, number) for number, line in enumerate(lines) for unit in units([line.text])
        ]
        self.old_lines = _ranges(self.old, len(before))
        self.new_lines = _ranges(self.new, len(lines))
        self.link_of_new: dict[int, Link] = {}
        self.taken: set[int] = set()

    def edits(self) -> TextEdits:
        gaps = self._same_lines()
        for one, other in gaps:
            self._in_place(one, other)
        self._elsewhere()
        self._around()
        self._as_written()
        return self._told()

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

    def _in_place(self, one: Sequence[int], other: Sequence[int]) -> None:
        """Aligns what is left between two lines that stayed; what two lines share by chance does not count."""
        found: dict[tuple[int, int], list[tuple[Link, float]]] = defaultdict(list)
        for match in align([self.old[n].key for n in one], [self.new[n].key for n in other]):
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
        old = [n for n in range(len(self.old)) if n not in self.taken]
        new = [n for n in range(len(self.new)) if n not in self.link_of_new]
        while old and new and len(old) * len(new) <= _PAIRS:
            best = self._longest(old, new)
            if best is None:
                return
            start, there, length = best
            for step in range(length):
                self._link((start + step, start + step + 1, there + step, there + step + 1))
            old = [n for n in old if n not in self.taken]
            new = [n for n in new if n not in self.link_of_new]

    def _longest(self, old: Sequence[int], new: Sequence[int]) -> tuple[int, int, int] | None:
        places: dict[str, list[int]] = defaultdict(list)
        for n in old:
            places[self.old[n].key].append(n)
        free_old, free_new = set(old), set(new)
        lengths: dict[tuple[int, int], int] = {}
        best: tuple[tuple[int, int], int, int, int] | None = None
        for there in reversed(new):
            for start in places[self.new[there].key]:
                goes_on = (
                    start + 1 in free_old and there + 1 in free_new and self.new[there].line == self.new[there + 1].line
                    and self.old[start].line == self.old[start + 1].line
                )  # fmt: skip
                length = 1 + (lengths.get((start + 1, there + 1), 0) if goes_on else 0)
                lengths[start, there] = length
                rank = length, -abs(start - there)
                if (best is None or rank > best[0]) and self._enough(start, there, length):
                    best = rank, start, there, length
        return best[1:] if best is not None else None

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
                room = self._room(place, end, first, last)
                if room:
                    for match in align([self.old[n].key for n in room], [self.new[n].key for n in range(place, end)]):
                        self._link((room[match.first], room[match.last - 1] + 1, place + match.other, place + match.end))
                    if not any(n in self.link_of_new for n in range(place, end)):
                        self._by_sound(room, place, end)
                place = end

    def _room(self, place: int, end: int, first: int, last: int) -> range:
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

    def _told(self) -> TextEdits:
        """The links as edits of words."""
        kept: dict[int, None] = {}
        unsaid: list[Unsaid] = []
        corrections: list[Correction] = []
        for number, (first, last) in enumerate(self.new_lines):
            place = first
            while place < last:
                link = self.link_of_new.get(place)
                if link is not None:
                    words = dict.fromkeys(self.old[n].word for n in range(link[0], link[1]))
                    kept.update(words)
                    place = max(place + 1, link[3])
                    continue
                end = next((n for n in range(place, last) if n in self.link_of_new), last)
                if any(any(map(str.isalnum, self.new[n].key)) for n in range(place, end)):
                    room = self._room(place, end, first, last)
                    words = self._stand(room, end - place)
                    kept.update(words)
                    instead = plain([self.words[word] for word in words])
                    unsaid.append(Unsaid(self.lines[number].number, _written(self.new[place:end]), instead))
                place = end
            corrections += self._corrected(number, first, last)
        order = list(kept)
        removed = [word for word in range(len(self.words)) if word not in kept]
        runs = _runs(order)
        return TextEdits(runs, _runs(removed), self._moved(runs), tuple(corrections), tuple(unsaid))

    def _stand(self, room: range, count: int) -> dict[int, None]:
        """The few words in whose place others were written that nobody said: they stay."""
        words = dict.fromkeys(self.old[n].word for n in room)
        return words if 0 < len(words) <= REPLACED and count <= REPLACED else {}

    def _corrected(self, number: int, first: int, last: int) -> list[Correction]:
        """The words of an edited line that read otherwise now, neighbours together."""
        parts: dict[tuple[int, ...], list[int]] = {}
        owner: dict[int, tuple[int, ...]] = {}
        for place in range(first, last):
            link = self.link_of_new.get(place)
            if link is None:
                continue
            words = tuple(dict.fromkeys(self.old[n].word for n in range(link[0], link[1])))
            together = next((owner[word] for word in words if word in owner), words)
            whole = tuple(dict.fromkeys((*together, *words)))
            parts[whole] = [*parts.pop(together, []), place]
            owner.update(dict.fromkeys(whole, whole))
        found: list[Correction] = []
        for words, places in parts.items():
            old = plain([self.words[word] for word in words])
            new = _written([self.new[place] for place in places])
            if new != old:
                found.append(Correction(self.lines[number].number, words[0], words[-1] + 1, old, new))
        return found

    def _moved(self, runs: Sequence[Range]) -> tuple[int, ...]:
        """The edited lines with words outside the heaviest part of the new order that rises."""
        best: list[tuple[int, int]] = []
        for place, run in enumerate(runs):
            before = max(((best[n][0], n) for n in range(place) if runs[n][1] <= run[0]), default=(0, -1))
            best.append((before[0] + run[1] - run[0], before[1]))
        place = max(range(len(runs)), key=lambda n: best[n][0], default=-1)
        stayed: set[int] = set()
        while place >= 0:
            stayed.update(range(*runs[place]))
            place = best[place][1]
        lines = {
            self.lines[self.new[place].line].number
            for place, link in self.link_of_new.items()
            if not stayed.issuperset(self.old[n].word for n in range(link[0], link[1]))
        }
        return tuple(sorted(lines))


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


def _ranges(tokens: Sequence[_Token], count: int) -> list[Range]:
    """Where each line's tokens are."""
    found, place = [], 0
    lengths = {line: len(list(group)) for line, group in groupby(tokens, lambda token: token.line)}
    for line in range(count):
        found.append((place, place + lengths.get(line, 0)))
        place = found[-1][1]
    return found


def _written(tokens: Sequence[_Token]) -> str:
    return "".join((" " if token.unit.spaced and place else "") + token.unit.text for place, token in enumerate(tokens))


def _runs(numbers: Collection[int]) -> tuple[Range, ...]:
    """Numbers in a row as ranges."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number:
            found[-1][1] = number + 1
        else:
            found.append([number, number + 1])
    return tuple((first, last) for first, last in found)
