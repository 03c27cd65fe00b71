"""Words and phrases looked for in what is said on a timeline, and passages of it put together. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from .aligning import normal
from .layout import Layout, Mark
from .planners.lines import units
from .state import StripRef
from .text_matching import Range
from .text_words import Spoken, SpokenWord
from .timebase import FrameRange

HIGHLIGHT, ENDS = "Highlight: ", "Highlight ends"
"""What the names of the two markers of a highlight begin with."""
_LONGEST_NAME = 48


def hits(found: Spoken, needle: str) -> tuple[Range, ...]:
    """Where the words of `needle` are said one after the other, in order, none twice: as ranges of words (`Spoken.words`).

    Case, accents' form and punctuation do not count. A word that ends with * stands for all that begin so. A phrase may run over lines
    as long as the medium plays on.
    """
    wanted = [(normal(unit.text.rstrip("*")), unit.text.endswith("*")) for unit in units([needle]) if any(map(str.isalnum, unit.text))]
    if not wanted:
        return ()
    said = [
        (normal(unit.text), number) for number, word in enumerate(found.words) for unit in units([word.text])
        if any(map(str.isalnum, unit.text))
    ]  # fmt: skip
    ranges: list[Range] = []
    place = 0
    while place + len(wanted) <= len(said):
        here = said[place : place + len(wanted)]
        same = all(key.startswith(text) if begins else key == text for (key, _), (text, begins) in zip(here, wanted, strict=True))
        if same and _go_on([found.words[number] for _, number in here]):
            ranges.append((here[0][1], here[-1][1] + 1))
            place += len(wanted)
        else:
            place += 1
    return tuple(ranges)


def _go_on(words: Sequence[SpokenWord]) -> bool:
    return all(one is other or (one.medium == other.medium and one.start <= other.start) for one, other in pairwise(words))


def step(ranges: Sequence[Range], found: Spoken, frame: int, *, back: bool) -> int | None:
    """Which of the hits (in order of words) comes after this frame, or before it; beyond the last the first comes again."""
    order = sorted(range(len(ranges)), key=lambda number: found.words[ranges[number][0]].frames.start)
    starts = [found.words[ranges[number][0]].frames.start for number in order]
    if not order:
        return None
    place = bisect_left(starts, frame) - 1 if back else bisect_right(starts, frame)
    return order[place % len(order)]


def passages(found: Spoken, ranges: Iterable[Range], handles: int, extent: FrameRange) -> tuple[FrameRange, ...]:
    """The frames in which these words are said, with `handles` frames more on each side as far as the same film plays on, in order; those
    that meet are one."""
    meant: list[FrameRange] = []
    for first, last in ranges:
        words = found.words[first:last]
        begins, ends = min(words, key=lambda word: word.start), max(words, key=lambda word: word.end)
        start = max(floor(begins.start) - handles, begins.heard.start, extent.start)
        end = min(ceil(ends.end) + handles, ends.heard.end, extent.end)
        if start < end:
            meant.append(FrameRange(start, end))
    return joined(meant)


def joined(ranges: Iterable[FrameRange]) -> tuple[FrameRange, ...]:
    """In order, those that meet or overlap as one."""
    found: list[FrameRange] = []
    for one in sorted(ranges):
        if found and one.start <= found[-1].end:
            found[-1] = FrameRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def highlight_names(text: str) -> tuple[str, str]:
    """The names of the two markers around a passage."""
    return HIGHLIGHT + short(text), ENDS


def short(text: str) -> str:
    """As much of a text as a marker's name shows."""
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def highlighted(marks: Sequence[Mark]) -> tuple[FrameRange, ...]:
    """The passages between two markers of a highlight, in order; one whose end is missing has none."""
    found: list[FrameRange] = []
    start: int | None = None
    for mark in sorted(marks, key=lambda mark: (mark.frame, not mark.name.startswith(ENDS))):
        if mark.name.startswith(ENDS):
            if start is not None and mark.frame > start:
                found.append(FrameRange(start, mark.frame))
            start = None
        elif mark.name.startswith(HIGHLIGHT) and start is None:
            start = mark.frame
    return joined(found)


def wanted_strips(layout: Layout, strips: Sequence[StripRef], heard: Collection[str], ranges: Sequence[FrameRange]) -> frozenset[str]:
    """The strips that make up these passages: those in which the words are heard, their partners, and every movie that is seen then."""
    partners = {ref.name: ref.partners for ref in strips}
    names = {name for one in heard for name in (one, *partners.get(one, ()))}
    for item in layout.items:
        seen = item.kind == "MOVIE" and not item.muted and any(item.frames.overlaps(part) for part in ranges)
        if seen or (item.name in names and item.kind in ("MOVIE", "SOUND")):
            names.add(item.name)
    names |= {name for one in tuple(names) for name in partners.get(one, ())}
    return frozenset(item.name for item in layout.items if item.name in names and item.kind in ("MOVIE", "SOUND") and not item.muted)


def seconds(ranges: Iterable[FrameRange], rate: Fraction) -> Fraction:
    return sum((Fraction(part.length) for part in ranges), Fraction(0)) / rate
