# ruff: noqa: RUF001  Marks of other scripts.
"""Which lines of speech are the same line said again. Pure.

Words are cut into lines where sentences end or somebody pauses. Lines that share runs of three words are compared (such runs are looked up
in a table, so hours of speech take as long as they have words); how alike two are is what they share in the same order, a rare word
counting more than a common one: "it was the age of wisdom, it was the age of foolishness" has the same six small words and another sense.
Lines that follow each other in every take are one longer line.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median

from ..ml.facts import Word
from .aligning import likeness as spelt_alike
from .aligning import normal
from .stumbles import broken

PAUSE = 0.6
"""Seconds of silence that end a line."""
ABBREVIATED = 3
"""Letters of the longest abbreviation that ends with a full stop."""
RUN = 3
"""Words in a row that two takes share."""
OFTEN = 40
"""Lines that may share a run before it says nothing."""
LONGEST = 120
"""Words beyond which a line without a pause is cut."""
LOST = 3
"""Words between two parts of a take that were heard otherwise."""
JOINED = 3
"""Lines that may be one in another take, for somebody stopped in it."""
RARE = 0.5
"""The weight of a word that comes two or three times: more often, it is no misheard one."""
MISHEARD = 0.65
"""How much alike two words are spelt of which one was misheard."""
BEGINNING = 0.85
"""How much of a line that was broken off must be the beginning of the other."""
_ENDS = ".?!。？！"
_CLOSING = "\"'”’)]» "


@dataclass(frozen=True)
class Said:
    """A word as it is heard on the timeline: of `medium`, its place in the transcript, and the frame it is first heard at."""

    word: Word
    medium: str
    place: int
    frame: int
    text: str
    filler: bool = False


@dataclass(frozen=True)
class Take:
    """Words `first` up to but not including `last` of all that is said. `whole`: how long it is beside the fullest take, 0..1."""

    first: int
    last: int
    whole: float = 1.0


@dataclass(frozen=True)
class Group:
    """Takes of one line in order of the timeline. `alike` 0..1: the likeness of the two that are least alike and said to be the same."""

    takes: tuple[Take, ...]
    alike: float


def said(words: Sequence[tuple[Word, str, int, int]], fillers: Collection[tuple[str, int]] = ()) -> list[Said]:
    """(word, medium, place, frame) in order of the timeline -> what `groups` compares, without words broken off and signs.

    `fillers` are (medium, place) of words that say nothing.
    """
    return [
        Said(word, medium, place, frame, text, (medium, place) in fillers)
        for word, medium, place, frame in words
        if any(map(str.isalnum, text := normal(word.text))) and not broken(word.text)
    ]


def groups(spoken: Sequence[Said], least: int, alike: float, within: float, across: bool) -> list[Group]:
    """Every line of `least` words or more that is said again, as alike as that. `within` seconds in one medium (0: any time)."""
    lines = _lines(spoken)
    weights = _weights(spoken)
    links = _links(spoken, lines, weights, least, alike, within, across)
    return _grouped(spoken, lines, links)


Line = tuple[int, int]


def _lines(spoken: Sequence[Said]) -> list[Line]:
    lines, first = [], 0
    for place in range(1, len(spoken) + 1):
        if place == len(spoken) or place - first >= LONGEST or _ends(spoken[place - 1], spoken[place]):
            lines.append((first, place))
            first = place
    return lines


def _ends(one: Said, after: Said) -> bool:
    if one.medium != after.medium or after.place < one.place:
        return True
    pause = float(after.word.start - one.word.end)
    # "Mr." ends no sentence.
    if one.word.text.rstrip(_CLOSING).endswith(tuple(_ENDS)) and (len(one.text) > ABBREVIATED or pause >= PAUSE / 2):
        return True
    return pause >= PAUSE


def _weights(spoken: Sequence[Said]) -> dict[str, float]:
    """How much each word says: less the more often it comes."""
    counts = Counter(one.text for one in spoken)
    return {text: 1 / (1 + math.log(count)) for text, count in counts.items()}


Link = tuple[Line, Line, float]
"""Lines (ranges of lines, half-open) that are the same, and how alike they are."""


def _links(
    spoken: Sequence[Said], lines: Sequence[Line], weights: dict[str, float], least: int, alike: float, within: float, across: bool
) -> list[Link]:
    texts = [one.text for one in spoken]
    table: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, (first, last) in enumerate(lines):
        for run in {tuple(texts[place : place + RUN]) for place in range(first, last - RUN + 1)}:
            table[run].append(number)
    votes: Counter[tuple[int, int]] = Counter()
    for numbers in table.values():
        if 1 < len(numbers) <= OFTEN:
            votes.update((one, other) for place, one in enumerate(numbers) for other in numbers[place + 1 :])
    links: list[Link] = []
    for (one, other), count in sorted(votes.items()):
        short = min(lines[one][1] - lines[one][0], lines[other][1] - lines[other][0])
        if count * 5 < short - RUN or not _may(spoken, lines, one, other, within, across):
            continue
        link = _best(texts, lines, weights, one, other, least, alike, spoken)
        if link is not None:
            links.append(link)
    return _begun_once(links, lines)


def _begun_once(links: Sequence[Link], lines: Sequence[Line]) -> list[Link]:
    """A line that was broken off may be the beginning of several: it is begun again at once, so it belongs to the next one of them, or
    to the last one before it."""
    begun: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        one, other = (range(*part) for part in link[:2])
        lengths = [lines[part[-1]][1] - lines[part[0]][0] for part in (one, other)]
        if len(one) == len(other) == 1 and min(lengths) < BEGINNING * max(lengths):
            begun[one[0] if lengths[0] < lengths[1] else other[0]].append(link)
    dropped: list[Link] = []
    for short, several in begun.items():
        after = [link for link in several if link[0][0] == short]
        kept = min(after, key=lambda link: link[1][0]) if after else max(several, key=lambda link: link[0][0])
        dropped += [link for link in several if link is not kept]
    return [link for link in links if not any(link is one for one in dropped)]


def _may(spoken: Sequence[Said], lines: Sequence[Line], one: int, other: int, within: float, across: bool) -> bool:
    before, after = spoken[lines[one][1] - 1], spoken[lines[other][0]]
    if before.medium != after.medium:
        return across
    return not within or abs(float(after.word.start - before.word.end)) <= within


def _best(
    texts: Sequence[str], lines: Sequence[Line], weights: dict[str, float], one: int, other: int, least: int, alike: float,
    spoken: Sequence[Said],
) -> Link | None:  # fmt: skip
    """The likest runs of up to `JOINED` lines from these two on; None where they are not alike enough."""
    best: Link | None = None
    for more in range(JOINED):
        for others in range(JOINED):
            if more and others:
                continue  # lines that follow each other in both are joined later
            left, right = (one, one + more + 1), (other, other + others + 1)
            if left[1] > other or right[1] > len(lines) or not (_one(spoken, lines, left) and _one(spoken, lines, right)):
                continue
            here, there = (texts[lines[part[0]][0] : lines[part[1] - 1][1]] for part in (left, right))
            if min(len(here), len(there)) < least:
                continue
            how = likeness(here, there, weights, begun=not more and not others)
            if how >= alike and (best is None or how > best[2]):
                best = (left, right, how)
    return best


def _one(spoken: Sequence[Said], lines: Sequence[Line], part: Line) -> bool:
    first, last = spoken[lines[part[0]][0]], spoken[lines[part[1] - 1][1] - 1]
    return first.medium == last.medium and first.place <= last.place


def likeness(one: Sequence[str], other: Sequence[str], weights: dict[str, float], begun: bool = True) -> float:
    """What two lines share in the same order, by weight, over the heavier one. `begun`: the shorter may be a beginning of the other that
    was broken off; then over itself."""
    own, others = _weight(one, other, weights), _weight(other, one, weights)
    most = _common(one, other, weights)
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    begun = begun and short[0] == long[0] and len(short) < BEGINNING * len(long)
    whole = min(own, others) if begun else max(own, others)
    if most < 0.4 * whole:
        return 0.0
    shared = _shared(short, long[: round(len(short) * 1.3) + 1] if begun else long, weights)
    found = shared / whole
    # A beginning counts as such only where next to all of it comes again.
    return found if not begun or found >= BEGINNING else shared / max(own, others)


def _weight(one: Sequence[str], other: Sequence[str], weights: dict[str, float]) -> float:
    """Of all words. One that the other line has not says all it can, however often it comes: "the red button" is not "the green button"."""
    there = set(other)
    return sum(weights[text] if text in there else 1.0 for text in one)


def _common(one: Sequence[str], other: Sequence[str], weights: dict[str, float]) -> float:
    """The weight of the words that both have, in any order."""
    both = Counter(one) & Counter(other)
    return sum(weights[text] * count for text, count in both.items())


def _shared(one: Sequence[str], other: Sequence[str], weights: dict[str, float]) -> float:
    """The weight of the heaviest common subsequence. A rare word that is spelt much like another counts by as much: it was misheard."""
    rare = [weights[there] >= RARE for there in other]
    row = [0.0] * (len(other) + 1)
    for text in one:
        weight, corner, seldom = weights[text], 0.0, weights[text] >= RARE
        for column, there in enumerate(other, 1):
            above = row[column]
            alike = weight if text == there else 0.0
            if not alike and seldom and rare[column - 1]:
                how = spelt_alike(text, there)
                alike = how * min(weight, weights[there]) if how >= MISHEARD else 0.0
            row[column] = max(corner + alike, above, row[column - 1])
            corner = above
    return row[-1]


def _grouped(spoken: Sequence[Said], lines: Sequence[Line], links: Sequence[Link]) -> list[Group]:
    """Links as groups: lines that are one in a take first, then takes that are the same line, then lines that follow each other."""
    takes = _Union(len(lines))
    for left, right, _ in links:
        for part in (left, right):
            for number in range(part[0], part[1] - 1):
                takes.join(number, number + 1)
    same = _Union(len(lines))
    for number in range(len(lines)):
        same.join(number, takes.root(number))
    for left, right, _ in links:
        same.join(left[0], right[0])
    sets: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number in range(len(lines)):
        sets[same.root(number)][takes.root(number)].append(number)
    likes: dict[int, float] = {}
    for left, _, how in links:
        root = same.root(left[0])
        likes[root] = min(how, likes.get(root, 1.0))
    several = {root: sorted((min(part), max(part) + 1) for part in parts.values()) for root, parts in sets.items() if len(parts) > 1}
    blocks = [(parts, likes[root]) for root, parts in several.items()]
    return [_group(spoken, lines, parts, how) for parts, how in _following(sorted(blocks), spoken, lines)]


Block = tuple[list[Line], float]


def _following(blocks: Sequence[Block], spoken: Sequence[Said], lines: Sequence[Line]) -> list[Block]:
    """Groups of which each take goes on in the same take of the next group, as one: takes of several sentences."""
    found: list[Block] = []
    for parts, how in blocks:
        before = found[-1] if found else None
        if before is not None and len(before[0]) == len(parts):
            pairs = list(zip(before[0], parts, strict=True))
            if all(_goes_on(spoken, lines, one, other) for one, other in pairs):
                found[-1] = ([(one[0], other[1]) for one, other in pairs], min(before[1], how))
                continue
        found.append((parts, how))
    return found


def _goes_on(spoken: Sequence[Said], lines: Sequence[Line], one: Line, other: Line) -> bool:
    """Whether hardly a word, which was heard otherwise, lies between two parts of a take."""
    between = lines[other[0]][0] - lines[one[1] - 1][1]
    return 0 <= between <= LOST and _one(spoken, lines, (one[0], other[1]))


def _group(spoken: Sequence[Said], lines: Sequence[Line], parts: Sequence[Line], how: float) -> Group:
    ranges = [(lines[first][0], lines[last - 1][1]) for first, last in parts]
    texts = [_telling(spoken[first:last]) for first, last in ranges]
    counts = [_told(own, [other for number, other in enumerate(texts) if number != place]) for place, own in enumerate(texts)]
    # A take in which somebody rambles is no measure for the others.
    whole = max(1.0, min(max(counts), 1.25 * median(counts)))
    return Group(tuple(Take(first, last, min(1.0, count / whole)) for (first, last), count in zip(ranges, counts, strict=True)), how)


def _telling(words: Sequence[Said]) -> Counter[str]:
    """How often each word is said, without fillers and words said twice in a row."""
    texts = [one.text for one in words if not one.filler]
    return Counter(text for before, text in zip(["", *texts], texts, strict=False) if text != before)


def _told(own: Counter[str], others: Sequence[Counter[str]]) -> int:
    """How many words tell something: what is said more often than in any other take was begun again."""
    most = {text: max((other[text] for other in others), default=0) for text in own}
    return sum(min(count, most[text]) if most[text] else count for text, count in own.items())


class _Union:
    """Which of so many things belong together."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, one: int) -> int:
        while self._parents[one] != one:
            self._parents[one] = self._parents[self._parents[one]]
            one = self._parents[one]
        return one

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self._parents[other] = one
