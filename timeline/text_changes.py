"""What somebody did to the text of a transcript: words taken out, moved, corrected, and words that nobody said. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .text_document import EditedLine, parse
from .text_matching import Matching, Range, Token
from .text_words import SpokenLine, plain

REPLACED = 3
"""So many words may stand in the place of others that sound otherwise, and the others stay."""


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
        return any(one[1] > other[0] for one, other in pairwise(self.order))


def changes(before: Sequence[SpokenLine], edited: str) -> TextEdits:
    """What was done to the lines of a transcript. Words are numbered in the order of the lines (`Spoken.words`)."""
    lines = parse(edited, {line.speaker for line in before})
    return _Told(before, lines).edits()


class _Told:
    """A matching of words as edits of them."""

    def __init__(self, before: Sequence[SpokenLine], lines: Sequence[EditedLine]):
        self.lines = lines
        self.words = [word for line in before for word in line.words]
        matching = Matching(before, lines)
        self.old, self.new, self.new_lines, self.link_of_new = matching.old, matching.new, matching.new_lines, matching.link_of_new
        self.room = matching.room

    def edits(self) -> TextEdits:
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
                    room = self.room(place, end, first, last)
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


def _written(tokens: Sequence[Token]) -> str:
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
