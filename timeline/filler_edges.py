# ruff: noqa: RUF001  Marks of other scripts.
"""Where a part of speech is cut out: in the pauses beside it, of which some stays, or where one sound goes over into the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..ml.facts import Span, Word
from .voicing import Rows

MOST = Fraction(1, 2)
"""Seconds of the pause on each side that go with it at most: longer ones are silences, and looked for as such."""
REACH = Fraction(4, 100)
"""Seconds into what goes that its edge may move to a lower level, where a word runs into it."""
_ENDS = (".", "?", "!", "。", "？", "！")


@dataclass(frozen=True)
class Part:
    """What is to go: its `span` as it sounds, and the words `first` up to `last` that go with it (the same: none)."""

    span: Span
    first: int
    last: int


def edges(words: Sequence[Word], parts: Sequence[Part], rows: Rows | None, pause: Fraction) -> list[Span]:
    """The span to be cut out for each of the parts, which are in order and do not overlap; nor do the spans, nor reach into other words.

    Of the pauses on both sides `pause` seconds stay in all, twice that after a sentence; of a pause between two parts each has half.
    Without a pause the edge moves to the lowest level within `REACH`, into what goes.
    """
    return [_edges(words, parts, number, rows, pause) for number in range(len(parts))]


def _edges(words: Sequence[Word], parts: Sequence[Part], number: int, rows: Rows | None, pause: Fraction) -> Span:
    one = parts[number]
    low, high = _room(words, one)
    before = parts[number - 1].span.end if number else None
    after = parts[number + 1].span.start if number + 1 < len(parts) else None
    low = max(low, (before + one.span.start) / 2) if before is not None and before >= low else low
    high = min(high, (after + one.span.end) / 2) if after is not None and after <= high else high
    ends = one.first > 0 and words[one.first - 1].text.rstrip().endswith(_ENDS)
    left, right = min(MOST, one.span.start - low), min(MOST, high - one.span.end)
    give = max(Fraction(0), left + right - pause * (2 if ends else 1))
    share = left / (left + right) if left + right else Fraction(0)
    start, end = one.span.start - give * share, one.span.end + give * (1 - share)
    if rows is not None:
        start = _lowest(rows, one.span.start, 1) if left <= 0 else start
        end = _lowest(rows, one.span.end, -1) if right <= 0 else end
    return Span(start, max(start, end))


def _room(words: Sequence[Word], one: Part) -> tuple[Fraction, Fraction]:
    """From the end of the word before to the beginning of the word after."""
    low = words[one.first - 1].end if one.first else Fraction(0)
    high = words[one.last].start if one.last < len(words) else one.span.end
    return min(low, one.span.start), max(high, one.span.end)


def _lowest(rows: Rows, edge: Fraction, way: int) -> Fraction:
    """The quietest moment from an edge on, `way` 1 later or -1 earlier: where one sound goes over into the other."""
    first, end = rows.rows(Span(edge, edge + REACH) if way > 0 else Span(edge - REACH, edge))
    if end - first < 2:
        return edge
    row = first + int(rows.levels[first:end].argmin())
    return max(edge, rows.seconds(row)) if way > 0 else min(edge, rows.seconds(row) + rows.step)
