"""What a script has for each word that was heard: stretches that hang together, for a long script holds every common word. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .aligning import Match, align, likeness
from .planners.lines import columns

_TOGETHER = 6
"""Words that may lie between two that are found, in either text, for both to be of one stretch."""
_FEWEST = 4
"""Words found that make a stretch, where there are so many."""
_NEARLY = 0.75
"""From this likeness on, a word is found though nothing beside it is."""
_DENSE = 0.5
"""Share of a stretch, in both texts, that has to be found."""
_FEW = 3
"""Words that may be misheard altogether."""
_SOUNDS = 0.45
"""How alike more words than that have to be written."""
_AGAIN = 5
"""Words left over that are looked for once more."""
_MANY, _IN_A_ROW = 50, 0.03
"""Of so many words, such a share begins four in a row that the script has, or they are not from it."""

Range = tuple[int, int]
Step = tuple[int, int, int, int]
"""Words first..last of what was heard are words start..end of the script; start = end where the script has nothing for them."""


@dataclass(frozen=True)
class Token:
    """A word of either text. `row`: the line of the script, or the utterance."""

    text: str
    plain: str
    spaced: bool
    row: int


def steps_of(heard: Sequence[Token], script: Sequence[Token], plain_heard: Sequence[str], plain: Sequence[str]) -> list[Step]:
    """All that was heard, in order, and what the script has for it."""
    rows = [token.row for token in script]
    steps: list[Step] = []
    for step in _pass(plain_heard, plain, rows, 0, len(heard)):
        first, last, start, end = step
        steps += _pass(plain_heard, plain, rows, first, last) if start == end and last - first >= _AGAIN else [step]
    return steps


def _pass(heard: Sequence[str], script: Sequence[str], rows: Sequence[int], first: int, last: int) -> Iterator[Step]:
    """One alignment of heard[first:last] with the whole script, gone through in order."""
    place, there = first, -1
    matches = [] if _foreign(heard[first:last], script) else _whole(align(heard[first:last], script), heard[first:last], rows)
    for stretch in _stretches(_sure(matches, heard[first:last], script, rows), last - first, len(script)):
        begin = stretch[0]
        yield from _edges(heard, script, rows, (place, first + begin.first), (there, begin.other))
        place = first + begin.first
        there = begin.other
        for match in stretch:
            here = first + match.first
            if place < here:
                like = _comparable(heard[place:here], script[there : match.other])
                yield (place, here, there, match.other) if like else (place, here, 0, 0)
            place, there = first + match.last, match.end
            yield here, place, match.other, match.end
    yield from _edges(heard, script, rows, (place, last), (there, -1))


def _whole(matches: Sequence[Match], heard: Sequence[str], rows: Sequence[int]) -> list[Match]:
    """The end of a line that was found in a later take goes to the earlier one, where that has it too."""
    found = list(matches)
    for place in range(1, len(found)):
        last = found[place - 1]
        run = place
        here = last.last
        while (
            run < len(found)
            and found[run].other == (last.end if run == place else found[run - 1].end)
            and found[run].last - found[run].first == 1
            and found[run].first > here
            and heard[here] == heard[found[run].first]
            and rows[found[run].other] == rows[last.end - 1]
        ):
            run, here = run + 1, here + 1
        if run > place and (found[run - 1].end == len(rows) or rows[found[run - 1].end] != rows[last.end - 1]):
            for number in range(place, run):
                start = last.last + number - place
                found[number] = Match(start, start + 1, found[number].other, found[number].end)
    return found


def _foreign(heard: Sequence[str], script: Sequence[str]) -> bool:
    """Whether hardly four words in a row of many are in the script: to align them would take long and find nothing."""
    if len(heard) < _MANY:
        return False
    known = set(_fours(script))
    return sum(run in known for run in _fours(heard)) < _IN_A_ROW * len(heard)


def _fours(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)


def _edges(heard: Sequence[str], script: Sequence[str], rows: Sequence[int], between: Range, written: Range) -> Iterator[Step]:
    """What was heard between two stretches. A few words beside one may be the rest of its line of the script, misheard.

    `written`: where the script goes on after the stretch before, and where the one after begins; minus one where there is none.
    """
    first, last = between
    after, before = written
    line = after
    while after > 0 and line < len(rows) and rows[line] == rows[after - 1] and line != before:
        line += 1
    if first < last and 0 < after < line <= after + _FEW and last - first <= _FEW and _comparable(heard[first:last], script[after:line]):
        yield first, last, after, line
        return
    line = before
    while before > 0 and line > max(after, 0) and rows[line - 1] == rows[before]:
        line -= 1
    if first < last and 0 <= line < before <= line + _FEW and last - first <= _FEW and _comparable(heard[first:last], script[line:before]):
        yield first, last, line, before
    elif first < last:
        yield first, last, 0, 0


def _comparable(heard: Sequence[str], script: Sequence[str]) -> bool:
    """Whether one may be the other misheard: neither is much longer, and many words are not quite others."""
    one, other = sum(map(columns, heard)), sum(map(columns, script))
    if not one or not other or one > 2 * other + 8 or other > 2 * one + 8:
        return False
    return max(len(heard), len(script)) <= _FEW or likeness("".join(heard), "".join(script)) >= _SOUNDS


def _sure(matches: Sequence[Match], heard: Sequence[str], script: Sequence[str], rows: Sequence[int]) -> list[Match]:
    """Without words that are only a little alike and stand beside none of their line that was found for certain."""
    kept: set[int] = set()
    for step in (1, -1):
        order = range(len(matches))[::step]
        for number in order:
            match = matches[number]
            if likeness("".join(heard[match.first : match.last]), "".join(script[match.other : match.end])) >= _NEARLY:
                kept.add(number)
                continue
            one, other = sorted((number, number - step))
            beside = number - step in kept and matches[one].last == matches[other].first and matches[one].end == matches[other].other
            if beside and rows[matches[one].end - 1] == rows[matches[other].other]:
                kept.add(number)
    return [match for number, match in enumerate(matches) if number in kept]


def _stretches(matches: Sequence[Match], heard: int, script: int) -> list[list[Match]]:
    """The matches that hang together, with so many others that it is no chance."""
    groups: list[list[Match]] = []
    for match in matches:
        if groups and match.first - groups[-1][-1].last <= _TOGETHER and match.other - groups[-1][-1].end <= _TOGETHER:
            groups[-1].append(match)
        else:
            groups.append([match])
    enough = min(_FEWEST, heard, script)
    return [
        group
        for group in groups
        if len(group) >= enough
        and len(group) >= _DENSE * (group[-1].last - group[0].first)
        and len(group) >= _DENSE * (group[-1].end - group[0].other)
    ]
