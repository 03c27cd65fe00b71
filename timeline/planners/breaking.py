"""Where one caption ends and the next begins, and when each is shown: one optimisation over text and time.

Dynamic programming over the words, as in Knuth and Plass's line breaking. A state is a place between two words and the frame in
which the caption after it begins: all that a caption knows of its neighbours. So the division that costs least is found among all,
with the times that suit it best. Lines and words never exceed what the rules allow where a caption can be divided; of the rules of
time as few are broken as possible. What it costs: `spacing` for time; here, lines, words and speakers, and where it ends: at ends of
sentences, at pauses, before what begins a clause or phrase. The weights are this project's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ...ml.facts import Transcript
from ..caption_rules import CaptionRules, languages
from ..plan import Identity
from ..timebase import FrameRange, first_at
from .lines import columns, ends_sentence, may_break, strain, units
from .spacing import BROKEN, MOVED, NEVER, UNSYNC, Free, Pace, Settle, settler, weigh

_CAPTION, _STRAIN, _INSIDE, _SHORT = 4.0, 70.0, 12.0, 20.0
_WHOLE = 45.0
"""A sentence that ends inside a caption though it is long enough for one of its own."""
_SPEAKER, _PAUSE = 1e4, 3e3
"""Two who speak, a long silence in one caption: only where a rule would be broken else."""
_TOO_MANY = 10 * (_SPEAKER + _PAUSE)
_AT_ONCE, _NEIGHBOURS = 64, 5
_States = dict[int, tuple[int, int, int, int]]
"""The frame a caption begins in -> the cost of all before it, and of the caption before: its first word, its first and last frame."""


class Speech:
    """A transcript's words with what dividing them needs, worked out once."""

    def __init__(self, transcript: Transcript, medium: str):
        self.transcript = transcript
        self.medium = medium
        self.words = transcript.words
        self.middles = [(word.start + word.end) / 2 for word in self.words]
        self._rough = [float(middle) for middle in self.middles]
        self._order = sorted(range(len(self.words)), key=lambda index: (self._rough[index], self.middles[index], index))
        self._rising = [self.middles[index] for index in self._order]
        self._rough = [self._rough[index] for index in self._order]
        self.starts = [float(word.start) for word in self.words]
        self.ends = [float(word.end) for word in self.words]
        self.final = [False] * len(self.words)
        """Whether a sentence or utterance ends with the word."""
        count = 0
        for utterance in transcript.utterances:
            count += len(utterance.words)
            if utterance.words:
                self.final[count - 1] = True
        declared = [utterance.language or transcript.language for utterance in transcript.utterances]
        written = languages([utterance.text for utterance in transcript.utterances], declared)
        self.languages = [found for found, u in zip(written, transcript.utterances, strict=True) for _word in u.words]
        self.declared = [said for said, u in zip(declared, transcript.utterances, strict=True) for _word in u.words]
        self.cost: list[float] = []
        self.sizes: list[tuple[bool, tuple[tuple[int, bool], ...]]] = []
        """For each word: whether a caption may begin with it, and its units: columns, and whether a space stands before it."""
        previous = ""
        for index, word in enumerate(self.words):
            text = word.text.strip()
            self.final[index] = self.final[index] or ends_sentence(text)
            self.cost.append(0.0 if self.final[index] else self._ending(index))
            spaced = not previous or word.text[:1].isspace() or previous[-1:].isspace()
            loose = spaced or not text or may_break(previous[-1], text[0])
            parts = [(unit.columns, unit.spaced) for unit in units([text])] or [(columns(text), False)]
            self.sizes.append((loose, ((parts[0][0], spaced), *parts[1:])))
            previous = word.text or previous

    def _ending(self, index: int) -> float:
        """What a caption that ends with this word costs: less where the next one begins something, and where there is a pause."""
        if index + 1 == len(self.words):
            return 0.0
        strained = strain(self.words[index].text, self.words[index + 1].text)
        silence = self.starts[index + 1] - self.ends[index]
        return _STRAIN * strained * (1.0 if strained == 1.0 else 1.0 - min(max(silence, 0.0), 0.5))

    def between(self, start: Fraction, end: Fraction) -> list[tuple[Fraction, int]]:
        """(middle, index) of the words whose middle lies from `start` up to `end`, in order of time."""
        first, last = (first_at(self._rising, self._rough, moment) for moment in (start, end))
        return [(self.middles[index], index) for index in self._order[first:last]]

    def identity(self, first: int, last: int) -> Identity:
        """What a caption of these words is about. It holds the middle of each and of no neighbour, so that it claims no more."""
        start, end = self.words[first].start, max(self.words[last].end, self.middles[last] + Fraction(1, 1000))
        if first and self.middles[first - 1] < self.middles[first]:
            start = max(start, (self.middles[first - 1] + self.middles[first]) / 2)
        if last + 1 < len(self.words) and self.middles[last] < self.middles[last + 1]:
            end = min(end, (self.middles[last] + self.middles[last + 1]) / 2)
        return Identity(self.medium, "caption", min(start, self.middles[first]), max(end, start))


@dataclass(frozen=True)
class Heard:
    """A word of a speech (by its index) as it is heard on the timeline, from `start` up to `end`, in frames.

    `low` and `high` are the first frame and the one after the last in which its sound plays. `joined`: no caption may begin with
    it, `begins`: one must. `text` is what is shown for this word and the joined ones after it, where the editor wrote it.
    """

    speech: Speech
    index: int
    start: int
    end: int
    low: int
    high: int
    joined: bool = False
    begins: bool = False
    text: str = ""
    speaker: str = ""


@dataclass(frozen=True)
class Laid:
    """The words from `first` up to `last` are one caption, shown in `frames`."""

    first: int
    last: int
    frames: FrameRange


def lay_out(row: Sequence[Heard], rules: CaptionRules, pause: Fraction, pace: Pace, free: Free) -> list[Laid]:
    """The captions of a row of words, in order. Together they are all of them.

    Long parts are laid out keeping to the sound first; where that breaks a rule by so little that it may be mended, a stretch around
    it is laid out once more, with captions that give way to each other by a few frames.
    """
    found: list[Laid] = []
    for first, last in _parts(row, pace):
        sheet = _Sheet(row[first:last], rules, float(pause), pace, free)
        found += [Laid(laid.first + first, laid.last + first, laid.frames) for laid in sheet.captions()]
    return found


def _parts(row: Sequence[Heard], pace: Pace) -> list[tuple[int, int]]:
    """The row where its captions cannot be in each other's way: what is said elsewhere on the timeline changes nothing here."""
    edges = [0] if row else []
    for place in range(1, len(row)):
        left, right = row[place - 1], row[place]
        if right.begins and right.low >= left.high and max(right.low, right.start - pace.reach) - left.high > pace.gap + pace.join:
            edges.append(place)
    return list(pairwise([*edges, len(row)]))


class _Sheet:
    """One row and its rules, with what every step needs at hand."""

    def __init__(self, row: Sequence[Heard], rules: CaptionRules, pause: float, pace: Pace, free: Free):
        self.row, self.pause, self.pace, self.free = row, pause, pace, free
        self.settle: Settle = settler(pace)
        self.rate = float(pace.rate)
        adapted = {language: rules.spoken(language) for language in {item.speech.languages[item.index] for item in row}}
        self.rules = [adapted[item.speech.languages[item.index]] for item in row]
        self.breaks = [
            place == 0 or item.begins or (not item.joined and item.speech.sizes[item.index][0]) for place, item in enumerate(row)
        ]
        """Whether a caption may begin with the word."""
        self.silent = [False] * len(row)
        """Whether a long silence lies before the word."""
        self.said = [max(item.end, item.start + 1) for item in row]
        """Where each word ends, at the latest with the beginning of the next."""
        for place in range(1, len(row)):
            left, right = row[place - 1], row[place]
            if not right.begins:
                self.silent[place] = right.speech.starts[right.index] - left.speech.ends[left.index] > pause
            self.said[place - 1] = max(left.start, min(self.said[place - 1], right.start))
        self.known: dict[tuple[int, bool], dict[int, int]] = {}

    def captions(self) -> list[Laid]:
        """All of the words, as `lay_out` has it."""
        count = len(self.row)
        found = self.best(0, count, None, NEVER, count <= _AT_ONCE)
        for left, right in self.mendable(found) if count > _AT_ONCE else ():
            following = found[right][0].frames.start if right < len(found) else NEVER
            begin = found[left][0].frames.start if left else None
            found[left:right] = self.best(found[left][0].first, found[right - 1][0].last, begin, following, True) or found[left:right]
        return [laid for laid, _price in found]

    def best(self, first: int, last: int, begin: int | None, following: int, giving: bool) -> list[tuple[Laid, int]]:
        """The cheapest captions of the words from `first` up to `last`, each with its price.

        The first begins at `begin`, where that is given, and the next one after them at `following`. `giving`: they may give way to
        each other by a few frames. Empty where nothing fits between these two.
        """
        states: list[_States] = [{} for _ in range(last + 1)]
        starts = self.starts(first, giving) if begin is None else {begin: 0}
        states[first] = {start: (price, -1, 0, 0) for start, price in starts.items()}
        for place in range(first, last):
            if states[place]:
                states[place] = self._worth(states[place], self.row[place].start)
                self._extend(place, last, states, following, giving)
        found: list[tuple[Laid, int]] = []
        place, after = last, following
        if after not in states[last]:
            return found
        while place > first:
            cost, before, start, end = states[place][after]
            found.append((Laid(before, place, FrameRange(start, end)), cost - states[before][start][0]))
            place, after = before, start
        return found[::-1]

    def mendable(self, found: Sequence[tuple[Laid, int]]) -> list[tuple[int, int]]:
        """Stretches around captions that break a rule but lack no more frames than may be given, from the last to the first."""
        stretches: list[tuple[int, int]] = []
        for number, (laid, price) in enumerate(found):
            if price < BROKEN:
                continue
            readable = next(readable for end, _price, readable in self._measures(laid.first, laid.last, True) if end == laid.last)
            if max(readable, self.pace.shortest) - laid.frames.length <= 2 * self.pace.drift:
                left, right = max(0, number - _NEIGHBOURS), min(len(found), number + _NEIGHBOURS + 1)
                if stretches and left <= stretches[-1][1]:
                    left = stretches.pop()[0]
                stretches.append((left, right))
        return stretches[::-1]

    def starts(self, place: int, giving: bool) -> dict[int, int]:
        """Where a caption that begins with this word may begin, and what that costs."""
        if (place, giving) not in self.known:
            item = self.row[place]
            prices: dict[int, int] = {}
            for start, price in self.pace.starts(item.start, item.low, giving).items():
                if start >= item.high:
                    continue
                at = self.free.start(start) if self.free else start
                price += weigh((at - start) / self.rate * MOVED)
                prices[at] = min(price, prices.get(at, price))
            self.known[place, giving] = prices
        return self.known[place, giving]

    def _worth(self, states: _States, spoken: int) -> _States:
        """Those that may still be part of the best: to begin later, in the same shot, must cost less."""
        if len(states) == 1:
            return states
        kept: _States = {}
        best: dict[int, int] = {}
        cuts = self.pace.cuts
        for start in sorted(states):
            shot = bisect_right(cuts, start) if cuts else 0
            price = states[start][0]
            if price < best.get(shot, NEVER) or start == spoken or start == spoken + self.pace.drift:
                kept[start] = states[start]
                best[shot] = min(price, best.get(shot, NEVER))
        return kept

    def _extend(self, first: int, last: int, states: list[_States], following: int, giving: bool) -> None:
        """Every caption that begins with the word `first`, in every frame it may begin in."""
        settle, pace, row, free = self.settle, self.pace, self.row, self.free
        for end, text, readable in self._measures(first, last, giving):
            spoken, high, alone = self.said[end - 1], row[end - 1].high, end == first + 1
            there = states[end]
            for start, (so_far, *_path) in states[first].items():
                top = high if start < high else start + pace.shortest
                top = free.top(start, top) if free else top
                if end == last:
                    options = {following: 0}
                else:
                    options = self.starts(end, giving)
                    if giving:
                        options = self._given(options, end, start, readable)
                found = False
                before = so_far + text
                for after, price in options.items():
                    if after in there and before + price >= there[after][0]:
                        found = True
                        continue
                    settled = settle(start, spoken, readable, after, top, alone)
                    if settled is None:
                        continue
                    found = True
                    cost = before + settled[0] + price
                    if after not in there or cost < there[after][0]:
                        there[after] = (cost, first, start, settled[1])
                if not found and end < last:
                    self._push(there, (first, end, start), before, readable, top)

    def _given(self, options: dict[int, int], place: int, start: int, readable: int) -> dict[int, int]:
        """Also the frames that leave the caption before, which begins at `start`, the time it needs."""
        item, pace = self.row[place], self.pace
        low, high = max(item.low, item.start - pace.lead_in - pace.drift), min(item.high - 1, item.start + pace.drift)
        needed = [start + pace.shortest, start + readable]
        needed += [cut + pace.near for cut in pace.cuts[bisect_right(pace.cuts, start) : bisect_right(pace.cuts, high)]]
        more = sorted({end + pace.gap for end in needed if low <= end + pace.gap <= high and end + pace.gap not in options})
        if not more:
            return options
        return options | {after: pace.moved(after, item.start) for after in more if not self.free or self.free.start(after) == after}

    def _push(self, there: _States, caption: tuple[int, int, int], so_far: int, readable: int, top: int) -> None:
        """The next caption has to wait: there is no room for this one before it."""
        first, end, start = caption
        pace, spoken = self.pace, self.said[end - 1]
        stay = max(1, min(spoken - start, pace.shortest))
        for after in (start + stay + pace.gap, start + stay):
            at = self.free.start(after) if self.free else after
            settled = self.settle(start, spoken, readable, at, max(top, start + stay), end == first + 1)
            if settled is not None:
                cost = so_far + settled[0] + weigh(UNSYNC + (at - self.row[end].start) / self.rate * MOVED)
                if at not in there or cost < there[at][0]:
                    there[at] = (cost, first, start, settled[1])

    def _measures(self, first: int, last: int, giving: bool) -> Iterator[tuple[int, int, int]]:
        """(end, price, frames it takes to read) of every caption that begins with `first` and is short enough, or cannot be shorter.

        `giving`: also of those that are said for too long, since several that are too short may be worse.
        """
        row, rules, pace = self.row, self.rules[first], self.pace
        limit, most, words = rules.max_characters, rules.max_lines, rules.max_words
        speed = rules.max_speed
        top, bottom = (pace.rate / speed).as_integer_ratio() if speed else (0, 1)
        room, minimum, begins = limit * most, float(rules.minimum_seconds), row[first].start
        latest = NEVER if giving else begins + pace.longest + max(pace.late, pace.drift) + pace.slack
        lines, width, unit, filled, dropped, tokens = 1, 0, 0, 0, 0, 0
        wide, blank, groups, inside, voice = False, False, 0, 0.0, ""
        for place in range(first, last):
            item = row[place]
            if place > first:
                if item.begins:
                    return
                inside += (_PAUSE if self.silent[place] else 0.0) + (_SPEAKER if item.speaker and voice and item.speaker != voice else 0.0)
            voice = item.speaker or voice
            groups += place == first or self.breaks[place]
            loose, parts = item.speech.sizes[item.index]
            for number, (part, spaced) in enumerate(parts):
                spaced = spaced and filled > 0
                glued = number == 0 and not loose and place > first
                unit, blank = (unit + part, blank) if glued else (part, spaced)
                filled += part + spaced
                tokens += spaced or filled == part
                grown = width + part + (spaced and width > 0)
                if grown > limit and width > (unit - part if glued else 0):
                    lines, width, dropped = lines + 1, unit, dropped + blank
                else:
                    width = grown
                wide = wide or unit > limit
            if groups > 1 and (lines > most or (words and tokens > words) or item.end > latest):
                return
            length = (item.end - begins) / self.rate
            end = place + 1
            if end == len(row) or self.breaks[end]:
                price = _CAPTION + inside + (item.speech.cost[item.index] if end < len(row) else 0.0)
                price += _SHORT * max(0.0, minimum - length) + 4.0 * max(0.0, 1.0 - filled / room)
                if row[first].text:
                    yield end, weigh(price), rules.readable(row[first].text, pace.rate)
                else:
                    broken = wide + (lines > most) + (tokens > words > 0)
                    yield end, weigh(price) + BROKEN * broken, -(-(filled - dropped) * top // bottom)
            if item.speech.final[item.index]:
                inside += _WHOLE if length >= minimum else _INSIDE
                if inside > _TOO_MANY and groups > 1:
                    return
