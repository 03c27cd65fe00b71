"""Which part of a caption's lines is to be seen when, so that a viewer sees which word is being said. Pure.

Every line has a strip of its own over it, in another colour and cropped: by steps, each from a frame on. So a minute of speech stays
at two or three strips a caption, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..ml.facts import Word
from . import bidi
from .plan import Motion
from .realign import realign
from .timebase import FrameRange
from .visual import visual

HOLD = Fraction(3, 10)
"""A pause up to so many seconds does not make the highlight go out."""

Step = tuple[int, int, int]
"""(frame, first, last): from this frame on, the characters first to last of the line as it is drawn are seen; none where both are 0."""
Span = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """What is seen of one line of a caption, and while its strip lasts."""

    line: int
    frames: FrameRange
    steps: tuple[Step, ...]


def shown(
    text: str,
    words: Sequence[Word],
    frames: FrameRange,
    motion: Motion,
    frame_of: Callable[[Fraction], int],
    rate: Fraction,
    uppercase: bool = False,
) -> list[Shown]:
    """What a caption of `text` shows of its words over `frames`; `frame_of` gives the frame at which a moment of its medium is heard.

    Words that are said outside the caption's frames count as said at its edge. Nothing for a caption whose words have no times.
    """
    if motion == "none":
        return []
    said = _pieces(text, words)
    if not said:
        return []
    times = [(frame_of(word.start), frame_of(word.end)) for word, _places in said]
    if not any(frames.holds(start) for start, _end in times):
        # A caption that was put elsewhere by hand shows its words there, as far apart as they are said.
        times = [(start + frames.start - times[0][0], end + frames.start - times[0][0]) for start, end in times]
    times = [(min(max(start, frames.start), frames.end), min(max(end, frames.start), frames.end)) for start, end in times]
    hold = int(HOLD * rate)
    found = []
    backwards = bidi.direction(text) == 1
    for number, (line, seen) in enumerate(zip(text.split("\n"), visual(text, uppercase).split("\n"), strict=True)):
        parts = [(at, place) for at, (_word, places) in enumerate(said) for row, place in places if row == number]
        places = drawn(line, seen, [place for _at, place in parts], uppercase, backwards)
        marked = [(at, place) for (at, _place), place in zip(parts, places, strict=True) if place is not None]
        whole = len(seen)
        if motion == "word":
            steps = _words(marked, times, hold, frames.end)
        elif marked:
            steps = _growing(marked, times, whole, backwards)
        else:
            steps = [(frames.start, 0, whole)] if motion == "pop" and whole else []
        if end := _end(steps, frames.end):
            found.append(Shown(number, FrameRange(steps[0][0], end), tuple(step for step in steps if step[0] < end)))
    return found


def _pieces(text: str, words: Sequence[Word]) -> list[tuple[Word, list[tuple[int, Span]]]]:
    """Each word with where it stands: (line, characters), more than one where a line breaks within it."""
    places = [(row, column) for row, line in enumerate(text.split("\n")) for column, char in enumerate(line) if not char.isspace()]
    if "".join("".join(word.text for word in words).split()) != "".join(text.split()):
        words = realign(words, text)
    found: list[tuple[Word, list[tuple[int, Span]]]] = []
    at = 0
    for word in words:
        here = places[at : at + len("".join(word.text.split()))]
        at += len(here)
        rows = sorted({row for row, _column in here})
        spans = [(row, [column for its, column in here if its == row]) for row in rows]
        if spans:
            found.append((word, [(row, (columns[0], columns[-1] + 1)) for row, columns in spans]))
    return found


def drawn(line: str, seen: str, places: Sequence[Span], uppercase: bool = False, backwards: bool = False) -> list[Span | None]:
    """Where these parts of a line (in reading order) stand in the line as it is `seen`, None for one that is not found there.

    `backwards`: it is read from right to left on the whole.
    """
    if len(seen) == len(line) and not bidi.right_to_left(line):
        return list(places)
    taken: list[Span] = []
    found: list[Span | None] = []
    for first, last in places:
        spot = None
        for form in _forms(line[first:last], uppercase):
            spots = [(at, at + len(form)) for at in range(len(seen) - len(form) + 1) if form and seen.startswith(form, at)]
            free = [here for here in spots if all(here[1] <= start or end <= here[0] for start, end in taken)]
            if free:
                spot = free[-1] if backwards else free[0]
                taken.append(spot)
                break
        found.append(spot)
    return found


def _forms(word: str, uppercase: bool) -> list[str]:
    """How a word may be drawn: with its punctuation, which may stand on its other side, and without."""
    seen = visual(word, uppercase)
    first = next((i for i, char in enumerate(seen) if char.isalnum()), 0)
    last = next((i for i in range(len(seen), 0, -1) if seen[i - 1].isalnum()), len(seen))
    before, core, after = seen[:first], seen[first:last], seen[last:]
    return list(dict.fromkeys([seen, after + core + before, core]))


def _words(marked: Sequence[tuple[int, Span]], times: Sequence[tuple[int, int]], hold: int, end: int) -> list[Step]:
    """The word that is said, until it ends or, but for a pause, the next one of the caption begins. A step without characters last."""
    steps: list[Step] = []
    for at, (first, last) in marked:
        start, stop = times[at]
        following = times[at + 1][0] if at + 1 < len(times) else end
        stop = following if at + 1 < len(times) and following - stop <= hold else max(stop, start + 1)
        stop = min(end, stop, following)
        if start < stop:
            if steps and steps[-1][0] == start:
                steps.pop()
            steps += [(start, first, last), (stop, 0, 0)]
    return steps


def _growing(marked: Sequence[tuple[int, Span]], times: Sequence[tuple[int, int]], whole: int, backwards: bool) -> list[Step]:
    """All up to the word that is said, from the side the line begins at."""
    steps: list[Step] = []
    reach = whole if backwards else 0
    for number, (at, (first, last)) in enumerate(marked):
        reach = min(reach, first) if backwards else max(reach, last)
        all_said = number == len(marked) - 1
        step = (times[at][0], 0 if all_said or not backwards else reach, whole if all_said or backwards else reach)
        if steps and steps[-1][0] == step[0]:
            steps.pop()
        steps.append(step)
    return steps


def _end(steps: Sequence[Step], end: int) -> int:
    """Where a line's strip may end: with its last word where nothing follows, else with the caption; 0 where nothing is to be seen."""
    if not steps or steps[0][0] >= end:
        return 0
    return steps[-1][0] if steps[-1][1:] == (0, 0) else end
