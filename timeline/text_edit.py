"""From an edited text to what happens on the timeline: what is cut out, what stands where, which captions read otherwise. Pure, exact.

A cut lies between words. Of the pause on each side half goes with what is cut, and enough of it stays to breathe; no cut lies within a
word that stays, whoever says it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from .layout import Cutout
from .text_changes import Correction, TextEdits, Unsaid
from .text_matching import Range
from .text_words import Spoken, SpokenWord, plain
from .timebase import FrameRange

SHOWN = 60
"""Characters of a text that is quoted."""


@dataclass(frozen=True)
class TextOptions:
    """`pause_seconds` of silence stay at least where words are cut out, as far as there is any. Not more than `reach_seconds` beside a word
    go with it. Silence of more than `scene_seconds` between words that go is not speech: it stays but for the reach."""

    pause_seconds: Fraction = Fraction(3, 25)
    reach_seconds: Fraction = Fraction(1)
    scene_seconds: Fraction = Fraction(5)


@dataclass(frozen=True)
class TextPlan:
    """`cutouts` in order of time, apart from each other. `order`: the old timeline's ranges in their new order, without what is cut;
    none where nothing stands elsewhere. `corrections` are those that a caption shows, by its strip: which of its characters that
    are no blanks (from, to) read what now. `notices` are sentences for the user, `words` how many words are cut.
    """

    cutouts: tuple[Cutout, ...] = ()
    order: tuple[FrameRange, ...] = ()
    corrections: tuple[tuple[str, int, int, str], ...] = ()
    notices: tuple[str, ...] = ()
    words: int = 0
    moved: int = 0
    corrected: int = 0
    unsaid: tuple[Unsaid, ...] = ()
    seconds: Fraction = Fraction(0)
    """How much shorter it becomes."""

    def __bool__(self) -> bool:
        return bool(self.cutouts or self.order or self.corrections)

    @property
    def line(self) -> str:
        """What will happen, in one line."""
        parts = [
            _count(self.words, "word") + " cut" if self.words else "",
            f"{float(self.seconds):.1f} s shorter" if self.seconds else "",
            _count(self.moved, "line") + " moved" if self.moved else "",
            _count(self.corrected, "correction") if self.corrected else "",
            f"{_count(len(self.unsaid), 'place')} with words nobody says" if self.unsaid else "",
        ]
        return ", ".join(filter(None, parts)) or "nothing to change"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


@dataclass
class _Told:
    """Sentences for the user, each kind once with examples."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def say(self, sentence: str, example: str) -> None:
        """`sentence` holds {} where the examples go."""
        self.texts[sentence].append(example)

    @property
    def sentences(self) -> tuple[str, ...]:
        found = []
        for sentence, examples in self.texts.items():
            shown = ", ".join(f"“{_short(example)}”" for example in examples[:3])
            more = f" and {len(examples) - 3} more" if len(examples) > 3 else ""
            found.append(sentence.replace("{}", shown + more))
        return tuple(found)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"


def plan(
    found: Spoken, edits: TextEdits, extent: FrameRange, options: TextOptions = TextOptions(), *, alone: bool = False
) -> TextPlan:
    """What the timeline has to become so that it says the edited text. `extent` holds everything that stands on it.

    `alone`: only the strips that are meant change, so others may speak at the same time; nothing can then be moved.
    """
    words, told = found.words, _Told()
    clock = _Clock(found, edits, options, told, alone)
    cutouts = clock.cutouts()
    order: tuple[FrameRange, ...] = ()
    if edits.reordered and not alone:
        order = _order(found, edits, extent, clock, [cutout.frames for cutout in cutouts], told)
    elif edits.reordered:
        told.say("Nothing is moved where only some strips change: choose to move all channels. {} stay where they are.", "The lines")
    shown, unseen = _in_captions(words, edits.corrections)
    if unseen:
        told.say("No caption shows {}: run Auto Captions, then correct it.", unseen[0].new)
    for one in edits.unsaid:
        stays = f", “{_short(one.instead)}” stays" if one.instead else ""
        told.say(f"Line {one.line}: nobody says {{}}{stays}.", one.text)
    total = sum(cutout.frames.length for cutout in cutouts)
    moved = len(edits.moved) if order else 0
    return TextPlan(
        tuple(cutouts), order, tuple(shown), (*found.notices, *told.sentences), clock.cut, moved,
        len(edits.corrections) - len(unseen), edits.unsaid, total / found.rate,
    )  # fmt: skip


def selection(found: Spoken, first: int, last: int, *, keep: bool = False) -> TextEdits:
    """The edits that cut out the words `first` up to `last` (numbered as `Spoken.words`), or all others with `keep`."""
    count = len(found.words)
    ranges = [(first, last)] if keep else [(0, first), (last, count)]
    gone = [(0, first), (last, count)] if keep else [(first, last)]
    return TextEdits(_filled(ranges), _filled(gone))


def shifted(found: Spoken, first: int, last: int, before: int) -> TextEdits:
    """The edits that put the words `first` up to `last` before the word `before`, which is none of them."""
    count = len(found.words)
    if before <= first:
        return TextEdits(_filled([(0, before), (first, last), (before, first), (last, count)]), moved=(1,))
    return TextEdits(_filled([(0, first), (last, before), (first, last), (before, count)]), moved=(1,))


def _filled(ranges: Iterable[Range]) -> tuple[Range, ...]:
    found: list[Range] = []
    for first, last in ranges:
        if found and found[-1][1] == first < last:
            found[-1] = found[-1][0], last
        elif first < last:
            found.append((first, last))
    return tuple(found)


def _in_captions(
    words: Sequence[SpokenWord], corrections: Sequence[Correction]
) -> tuple[list[tuple[str, int, int, str]], list[Correction]]:
    """(corrections as a `TextPlan` has them, those that no caption shows). One that runs over two captions is the first one's."""
    shown, unseen = [], []
    for one in corrections:
        here = words[one.first : one.last]
        names = [word.caption for word in here if word.caption]
        if not names:
            unseen.append(one)
            continue
        parts: dict[str, list[SpokenWord]] = {}
        for word in here:
            parts.setdefault(word.caption, []).append(word)
        text = one.new
        for name in dict.fromkeys(names):
            shown.append((name, parts[name][0].at[0], parts[name][-1].at[1], text))
            text = ""
    return shown, unseen


class _Clock:
    """Where on the timeline words that go begin and end."""

    def __init__(self, found: Spoken, edits: TextEdits, options: TextOptions, told: _Told, alone: bool):
        self.rate, self.options, self.told, self.alone = found.rate, options, told, alone
        self.words = found.words
        self.gone = {number for first, last in edits.removed for number in range(first, last)}
        self.cut = 0
        self.also = {word: line.also for line in found.lines if line.also for word in line.words}
        self._chains: dict[tuple[str, FrameRange], list[int]] = defaultdict(list)
        for number, word in enumerate(self.words):
            self._chains[word.medium, word.heard].append(number)
        for chain in self._chains.values():
            chain.sort(key=lambda number: (self.words[number].start, self.words[number].end, number))
        kept = sorted((word for number, word in enumerate(self.words) if number not in self.gone), key=lambda word: word.start)
        self._kept, self._starts = kept, [word.start for word in kept]
        self._longest = max((word.end - word.start for word in kept), default=Fraction(0))

    def cutouts(self) -> list[Cutout]:
        """What goes, in order of time; pieces that meet are one."""
        found: list[Cutout] = []
        for chain in self._chains.values():
            place = 0
            while place < len(chain):
                if chain[place] not in self.gone:
                    place += 1
                    continue
                end = next((n for n in range(place, len(chain)) if chain[n] not in self.gone), len(chain))
                for first, last in self._parts(chain, place, end):
                    found += self._cut(chain, first, last)
                place = end
        found.sort(key=lambda cutout: (cutout.frames, cutout.strips))
        return found if self.alone else _merged(found)

    def _parts(self, chain: Sequence[int], first: int, last: int) -> list[Range]:
        """Words in a row that go, apart where so long a silence is between them that it is a scene of its own."""
        parts, start, longest = [], first, self.options.scene_seconds * self.rate
        for place in range(first + 1, last):
            if self.words[chain[place]].start - self.words[chain[place - 1]].end > longest:
                parts.append((start, place))
                start = place
        return [*parts, (start, last)]

    def _cut(self, chain: Sequence[int], first: int, last: int) -> list[Cutout]:
        words = [self.words[number] for number in chain[first:last]]
        low, high = Fraction(words[0].heard.start), Fraction(words[0].heard.end)
        start, end = words[0].start, max(word.end for word in words)
        before = max([low, *(self.words[number].end for number in chain[max(0, first - 4) : first])])
        after = min([high, *(self.words[number].start for number in chain[last : last + 4])])
        before, after = min(before, start), max(after, end)
        lead, trail = self._halves(start - before, after - end, before == low and not first, after == high and last == len(chain))
        begin = max(ceil(before), _near(start - lead))
        finish = min(floor(after), _near(end + trail))
        text = plain(words)
        if finish <= begin:
            self.told.say("Too short to be cut at this frame rate: {}.", text)
            return []
        free = [FrameRange(begin, finish)] if self.alone else self._clear(FrameRange(begin, finish), words[0])
        left, whole = sum(part.length for part in free), finish - begin
        if 2 * left < whole:
            self.told.say("Somebody else speaks at the same time, so it stays: {}.", text)
            return []
        if left < whole:
            self.told.say("Somebody else speaks at the same time, so a part of it stays: {}.", text)
        self.cut += len(words)
        strips = tuple(dict.fromkeys([*(word.strip for word in words), *(name for word in words for name in self.also.get(word, ()))]))
        return [Cutout(part, strips) for part in free]

    def _halves(self, before: Fraction, after: Fraction, first: bool, last: bool) -> tuple[Fraction, Fraction]:
        """How much of the pauses beside words goes with them; at the end of what plays, all of a short one."""
        reach, least = self.options.reach_seconds * self.rate, self.options.pause_seconds * self.rate
        lead = before if first and before <= reach else min(before / 2, reach)
        trail = after if last and after <= reach else min(after / 2, reach)
        stays, whole = before + after - lead - trail, before + after
        if stays < least and lead + trail and not (first or last):
            share = max(Fraction(0), whole - least) / (lead + trail)
            lead, trail = lead * share, trail * share
        return lead, trail

    def _clear(self, frames: FrameRange, own: SpokenWord) -> list[FrameRange]:
        """What of these frames no word of somebody else's is in."""
        parts = [frames]
        place = bisect_left(self._starts, Fraction(frames.start) - self._longest)
        while place < len(self._kept) and self._starts[place] < frames.end:
            word = self._kept[place]
            place += 1
            if (word.medium, word.heard) == (own.medium, own.heard) or word.end <= frames.start:
                continue
            taken = FrameRange(floor(word.start), max(floor(word.start), ceil(word.end)))
            parts = [
                part
                for whole in parts
                for part in ((FrameRange(whole.start, min(max(taken.start, whole.start), whole.end))),
                             FrameRange(max(min(taken.end, whole.end), whole.start), whole.end))
                if part.length
            ] if any(part.overlaps(taken) for part in parts) else parts  # fmt: skip
        return parts

    def speaks(self, frame: int, *but: SpokenWord) -> bool:
        """Whether a word that stays is being said at this frame, in other strips than these words."""
        own = {(word.medium, word.heard) for word in but}
        first, last = bisect_left(self._starts, frame - self._longest), bisect_left(self._starts, frame)
        return any(word.end > frame and (word.medium, word.heard) not in own for word in self._kept[first:last])


def _near(moment: Fraction) -> int:
    return floor(moment + Fraction(1, 2))


def _merged(cutouts: Sequence[Cutout]) -> list[Cutout]:
    found: list[Cutout] = []
    for one in cutouts:
        if found and one.frames.start <= found[-1].frames.end:
            last = found[-1]
            whole = FrameRange(last.frames.start, max(last.frames.end, one.frames.end))
            found[-1] = Cutout(whole, tuple(dict.fromkeys((*last.strips, *one.strips))))
        else:
            found.append(one)
    return found


def _order(
    found: Spoken, edits: TextEdits, extent: FrameRange, clock: _Clock, cut: Sequence[FrameRange], told: _Told
) -> tuple[FrameRange, ...]:
    """The ranges that stay, in the new order. Words that cannot be parted, for somebody else speaks between them, go together."""
    words = found.words
    places = {extent.start, extent.end, *(edge for frames in cut for edge in (frames.start, frames.end))}
    follows = {one[1] - 1: other[0] for one, other in pairwise(edits.order)}
    begins = {first for first, _ in edits.order}
    for number in range(len(words) - 1):
        broken = number + 1 in begins or number in follows
        if broken and number not in clock.gone and number + 1 not in clock.gone:
            frame = _between(words[number], words[number + 1], clock)
            if frame is None:
                told.say("Somebody else speaks between them, so they stay together: {}.", plain(words[number : number + 2]))
            else:
                places.add(frame)
    for edge in _edges(words, edits, clock):
        places.add(edge)
    rising = sorted(place for place in places if extent.start <= place <= extent.end)
    segments = [
        FrameRange(start, end)
        for start, end in pairwise(rising)
        if not any(frames.start <= start < frames.end for frames in cut)
    ]
    return _merged_order(_sequence(segments, words, edits, told))


def _edges(words: Sequence[SpokenWord], edits: TextEdits, clock: _Clock) -> Iterable[int]:
    """Where runs that stand elsewhere begin and end though their neighbours in the text are not their neighbours in time."""
    in_time = sorted((n for n in range(len(words)) if n not in clock.gone), key=lambda n: (words[n].start, words[n].end))
    place = {number: n for n, number in enumerate(in_time)}
    for first, last in edits.order:
        for one, other in ((place[first] - 1, place[first]), (place[last - 1], place[last - 1] + 1)):
            if one >= 0 and other < len(in_time) and abs(in_time[one] - in_time[other]) != 1:
                frame = _between(words[in_time[one]], words[in_time[other]], clock)
                if frame is not None:
                    yield frame


def _between(one: SpokenWord, other: SpokenWord, clock: _Clock) -> int | None:
    """The frame between two words at which they can be parted: where another strip begins, else in the middle of the pause."""
    first, last = ceil(one.end), floor(other.start)
    if first > last:
        near = _near((one.end + other.start) / 2)
        return near if one.end <= other.start and not clock.speaks(near, one, other) else None
    wished = other.heard.start if one.heard != other.heard and first <= other.heard.start <= last else (first + last + 1) // 2
    for away in range(last - first + 1):
        for frame in (wished + away, wished - away):
            if first <= frame <= last and not clock.speaks(frame, one, other):
                return frame
    return None


def _sequence(segments: Sequence[FrameRange], words: Sequence[SpokenWord], edits: TextEdits, told: _Told) -> list[FrameRange]:
    """The segments in the order of their words; one without words follows the one before it."""
    starts = [segment.start for segment in segments]
    speech: dict[int, int] = {}
    for first, last in edits.order:
        for number in range(first, last):
            middle = (words[number].start + words[number].end) / 2
            place = bisect_right(starts, middle) - 1
            if place >= 0 and middle < segments[place].end:
                speech[number] = place
    follow: dict[int, list[int]] = defaultdict(list)
    spoken_in = set(speech.values())
    last_spoken = -1
    for place in range(len(segments)):
        if place in spoken_in:
            last_spoken = place
        else:
            follow[last_spoken].append(place)
    order, seen = [*follow[-1]], set()
    for first, last in edits.order:
        for number in range(first, last):
            place = speech.get(number, -1)
            if place >= 0 and place not in seen:
                seen.add(place)
                order += [place, *follow[place]]
    return [segments[place] for place in order]


def _merged_order(segments: Collection[FrameRange]) -> tuple[FrameRange, ...]:
    found: list[FrameRange] = []
    for segment in segments:
        if found and found[-1].end == segment.start:
            found[-1] = FrameRange(found[-1].start, segment.end)
        else:
            found.append(segment)
    rises = all(one.end <= other.start for one, other in pairwise(found))
    return () if rises else tuple(found)
