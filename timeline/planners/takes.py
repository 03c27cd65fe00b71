"""From transcripts to takes: lines that are said several times, and which of them is the best. Pure.

Of the takes of a line one stays: the one that is complete, fluent and loud enough; of those that are about as good, the one that is
preferred. The others are proposed to go, each with what the one that stays does better; that one is listed as rejected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from ...ml.facts import Span, Transcript, Voice, Word
from .. import filler_words
from ..aligning import normal
from ..places import Place, chains
from ..plan import Why
from ..removals import Proposals, Removal, Verdict
from ..speech_places import held, shown, within
from ..speech_places import spoken as places_of
from ..state import StripRef
from ..stumbles import broken
from ..take_groups import Group, Said, Take, groups, said
from ..voicing import decode
from . import fillers

Prefer = Literal["last", "first", "longest"]
PREFERRED = 0.12
"""What being preferred is worth: a whole take is worth 1."""
STUMBLE, HALT, SOFT = 0.06, 0.04, 0.03
"""What each filler or stumble costs, each pause in a take, and each decibel below the loudest but for the first three."""
LONG = 0.8
"""Seconds of a pause in a take that is one too many."""
SURE = 0.5
"""How sure a filler must be to count."""
BETWEEN = 24
"""Words of other speech between two takes from which on they may as well be a refrain."""
REFRAIN = 8
"""Words between all of three takes and more that make a refrain of them."""
HURRIED = 0.55
"""How much quicker than another take one may be before it was hardly said."""
CHATTER = 12
"""Words between two takes that go with the first, where one of them says that the other begins."""
STAYS = Fraction(2, 5)
"""Seconds of the pauses around a take that stay."""
MOST = Fraction(2)
"""Seconds of pauses that go with a take on each side."""
TOGETHER = 12
"""Frames within which two microphones hear the same word."""
WHOLE = 0.97
"""From this share on nothing is missing."""


@dataclass(frozen=True)
class TakeOptions:
    """A line of `words` or more counts as said again where `alike` of it comes again in the same order.

    `within` seconds from the end of one take to the beginning of the next, in the same medium (0: any time); `across`: takes may be in
    several media. Of good takes the one that is preferred stays. What has less confidence than `least` is not proposed.
    """

    words: int = 5
    alike: float = 0.7
    prefer: Prefer = "last"
    within: Fraction = Fraction(300)
    across: bool = True
    least: float = 0.4


@dataclass(frozen=True)
class Quality:
    """How good a take is: how much of the line it has, 0..1, stumbles, long pauses, decibels below the loudest take (0 where not known)."""

    whole: float
    stumbles: int
    halts: int
    softer: float
    words: int

    @property
    def worth(self) -> float:
        return self.whole - STUMBLE * self.stumbles - HALT * self.halts - SOFT * max(0.0, self.softer - 3)


def propose(
    transcripts: Mapping[str, Transcript],
    voices: Mapping[str, Voice],
    strips: Sequence[StripRef],
    options: TakeOptions,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
) -> Proposals:
    """The takes of each line that is heard through these strips, in order of the timeline; those of a line share a group.

    The best one comes with them, rejected and with no confidence: it stays, unless the editor chooses another.

    Voices tell how loud and how fluent takes are; without them words alone do. `origins` as for fillers.
    """
    places = places_of(strips, transcripts, origins)
    words, twins = _heard(places, transcripts)
    spoken = said(words, _fillers(transcripts))
    found = groups(spoken, options.words, options.alike, float(options.within), options.across)
    judge = _Judge(spoken, transcripts, voices, {spoken[take.first].medium for group in found for take in group.takes}, rate)
    by_name = {strip.name: strip for strip in strips}
    free = [place for place in places if not held(by_name[place.strip], by_name)]
    gone = [
        (take, why, f"take-{number}", stays)
        for number, group in enumerate(sorted(found, key=lambda group: spoken[group.takes[0].first].frame), 1)
        for take, why, stays in judge.takes(group, options)
    ]
    removals: list[Removal] = []
    ends: dict[str, Fraction] = {}
    for take, why, name, stays in sorted(gone, key=lambda one: (spoken[one[0].first].medium, spoken[one[0].first].word.start)):
        medium, span = spoken[take.first].medium, judge.span(take)
        # Of the pause between two that go, the first has taken its part; where two groups hold the same words, all of it.
        span = Span(min(span.end, max(span.start, ends.get(medium, span.start))), span.end)
        ends[medium] = max(span.end, ends.get(medium, span.end))
        for place in free:
            frames = within(span, place) if place.medium == medium and place.span.overlap(span) > 0 else None
            if frames is not None and frames.length:
                beside = tuple(one.strip for one in free if twins.get(one.medium) == medium and one.frames.overlaps(frames))
                part = shown(frames, place)
                verdict: Verdict = "rejected" if stays else "open"
                removals.append(
                    Removal("take", medium, part, why, place.strip, frames, judge.text(take), group=name, verdict=verdict, beside=beside)
                )
    return Proposals(tuple(sorted(removals, key=lambda one: (one.frames, one.strip))), ())


Spoken = list[tuple[Word, str, int, int]]


def _heard(places: Sequence[Place], transcripts: Mapping[str, Transcript]) -> tuple[Spoken, dict[str, str]]:
    """(word, medium, place in the transcript, frame) of every word, once, where it is heard first, in order; medium -> the one that it says
    the same as at the same time: another microphone's."""
    middles = {medium: [float(word.start + word.end) / 2 for word in transcript.words] for medium, transcript in transcripts.items()}
    seen: set[tuple[str, int]] = set()
    found: Spoken = []
    for chain in sorted(chains(places, one_channel=True), key=lambda chain: (chain[0].frames.start, chain[0].channel)):
        for place in chain:
            medium, words = place.medium, transcripts[place.medium].words
            first, last = (bisect_left(middles[medium], float(edge)) for edge in (place.span.start, place.span.end))
            for number in range(first, last):
                if (medium, number) not in seen:
                    seen.add((medium, number))
                    found.append((words[number], medium, number, place.source.nearest_frame(words[number].start)))
    return (found, {}) if len(transcripts) < 2 else _without_twins(found)


def _without_twins(words: Spoken) -> tuple[Spoken, dict[str, str]]:
    """The words without those of a medium that says mostly the same at the same time as one before it, and which that is."""
    near: dict[tuple[str, int], set[str]] = {}
    for word, medium, _, frame in words:
        near.setdefault((normal(word.text), frame // TOGETHER), set()).add(medium)
    media = list(dict.fromkeys(medium for _, medium, _, _ in words))
    both: Counter[tuple[str, str]] = Counter()
    count = Counter(medium for _, medium, _, _ in words)
    for word, medium, _, frame in words:
        text, slot = normal(word.text), frame // TOGETHER
        with_it = near[text, slot].union(near.get((text, slot - 1), ()), near.get((text, slot + 1), ()))
        both.update((medium, other) for other in with_it)
    twins: dict[str, str] = {}
    for number, medium in enumerate(media):
        first = next((one for one in media[:number] if one not in twins and both[medium, one] * 2 > count[medium]), None)
        if first is not None:
            twins[medium] = first
    return [one for one in words if one[1] not in twins], twins


def _fillers(transcripts: Mapping[str, Transcript]) -> set[tuple[str, int]]:
    """(medium, place) of every word that is a sound of thinking."""
    only = fillers.FillerOptions(kinds=("sounds",))
    found = {medium: fillers.find(transcript, None, only) for medium, transcript in transcripts.items()}
    return {(medium, place) for medium, ones in found.items() for one in ones for place in range(one.first, one.last)}


class _Judge:
    """How good takes are, by the words and voices of their media."""

    def __init__(
        self, spoken: Sequence[Said], transcripts: Mapping[str, Transcript], voices: Mapping[str, Voice], media: Collection[str],
        rate: Fraction,
    ) -> None:  # fmt: skip
        self._spoken, self._transcripts, self._rate = spoken, transcripts, rate
        self._rows = {medium: decode(voices[medium]) for medium in media if medium in voices}
        least = fillers.FillerOptions(least=SURE)
        self._stumbles = {
            medium: [one.span.start for one in fillers.find(transcripts[medium], voices.get(medium), least)] for medium in media
        }

    def takes(self, group: Group, options: TakeOptions) -> list[tuple[Take, Why, bool]]:
        """(take, why, whether it stays): those that are to go, and the best one if there are any."""
        qualities = self._qualities(group.takes)
        worth = [quality.worth + _bonus(number, qualities, options.prefer) for number, quality in enumerate(qualities)]
        best = max(range(len(worth)), key=lambda number: (worth[number], number))
        found = []
        for number in range(len(group.takes)):
            sure = round(self._sure(group, number, best), 3)
            if number != best and sure >= options.least:
                seconds = int(self._spoken[group.takes[best].first].frame / self._rate)
                when = f"{seconds // 60}:{seconds % 60:02}"
                found.append((self._with_chatter(group, number), Why(sure, _reason(number, best, qualities, when)), False))
        if not found:
            return []
        stays = Why(0.0, f"take {best + 1} of {len(qualities)}, the best of them: it stays")
        return [*found, (self._with_chatter(group, best), stays, True)]

    def text(self, take: Take) -> str:
        """What is said in it, as it was written."""
        first, last = self._places(take)
        return "".join(word.text for word in self._transcripts[self._spoken[take.first].medium].words[first:last]).strip()

    def span(self, take: Take) -> Span:
        """A take with the pauses around it but for what stays of them."""
        words = self._transcripts[self._spoken[take.first].medium].words
        first, last = self._places(take)
        start, end = words[first].start, words[last - 1].end
        left = min(MOST, start - words[first - 1].end) if first else Fraction(0)
        right = min(MOST, words[last].start - end) if last < len(words) else Fraction(0)
        give = max(Fraction(0), left + right - STAYS)
        share = left / (left + right) if left + right else Fraction(0)
        return Span(start - give * share, end + give * (1 - share))

    def _places(self, take: Take) -> tuple[int, int]:
        """Its words in the transcript (half-open), with what was broken off at its end."""
        first, last = self._spoken[take.first], self._spoken[take.last - 1].place + 1
        words = self._transcripts[first.medium].words
        while last < len(words) and broken(words[last].text):
            last += 1
        return first.place, last

    def _qualities(self, takes: Sequence[Take]) -> list[Quality]:
        levels = [self._level(take) for take in takes]
        loudest = max((level for level in levels if level is not None), default=0.0)
        found = []
        for take, level in zip(takes, levels, strict=True):
            own = self._spoken[take.first : take.last]
            stumbles = self._stumbles[own[0].medium]
            count = bisect_left(stumbles, own[-1].word.end) - bisect_left(stumbles, own[0].word.start)
            halts = sum(float(after.word.start - one.word.end) >= LONG for one, after in pairwise(own))
            found.append(Quality(take.whole, count, halts, loudest - level if level is not None else 0.0, len(own)))
        return found

    def _sure(self, group: Group, number: int, best: int) -> float:
        """How sure it is that a take is another one of the best: as alike as they are, less where much else is said between them."""
        one, other = sorted((number, best))
        takes, spoken = group.takes, self._spoken
        sure = 0.35 + 0.6 * max(0.0, (min(1.0, group.alike) - 0.5) / 0.5)
        gaps = [self._between(before, after) for before, after in pairwise(takes)]
        if spoken[takes[one].first].medium == spoken[takes[other].first].medium:
            sure *= 1 - 0.6 * min(1.0, sum(gaps[one:other]) / BETWEEN)
            if len(takes) > 2 and min(gaps) >= REFRAIN:
                sure *= 0.7
        paces = [self._pace(takes[one]), self._pace(takes[other])]
        if min(paces) < HURRIED * max(paces):
            sure *= 0.5
        return min(0.95, sure * (0.85 if min(take.last - take.first for take in takes) < 6 else 1.0))

    def _pace(self, take: Take) -> float:
        """Seconds that a word of it takes: a recogniser that writes a line twice has little time for one of them."""
        words = self._spoken[take.first : take.last]
        return float(sum(one.word.end - one.word.start for one in words)) / len(words)

    def _between(self, before: Take, after: Take) -> int:
        """Words of other speech between two takes; none where it says that the second begins."""
        count = max(0, after.first - before.last)
        return 0 if count <= CHATTER and self._announced(before.last, after.first) else count

    def _announced(self, first: int, last: int) -> bool:
        words = self._spoken[first:last]
        return any(word.text in filler_words.once_more(self._transcripts[word.medium].language) for word in words)

    def _with_chatter(self, group: Group, number: int) -> Take:
        """A take with what is said after it, where that only announces the next one."""
        take = group.takes[number]
        if number + 1 == len(group.takes):
            return take
        after = group.takes[number + 1]
        together = self._spoken[take.first].medium == self._spoken[after.first].medium
        chatter = 0 < after.first - take.last <= CHATTER and together and self._announced(take.last, after.first)
        return replace(take, last=after.first) if chatter else take

    def _level(self, take: Take) -> float | None:
        """The level of a take in decibels: of the louder half of it. None where no voice is known."""
        rows = self._rows.get(self._spoken[take.first].medium)
        if rows is None:
            return None
        first, end = rows.rows(Span(self._spoken[take.first].word.start, self._spoken[take.last - 1].word.end))
        levels = sorted(rows.levels[first:end].tolist())
        return float(levels[len(levels) * 3 // 4]) if levels else None


def _bonus(number: int, qualities: Sequence[Quality], prefer: Prefer) -> float:
    last = max(1, len(qualities) - 1)
    if prefer == "longest":
        return PREFERRED * qualities[number].words / max(one.words for one in qualities)
    return PREFERRED * (number if prefer == "last" else last - number) / last


def _reason(number: int, best: int, qualities: Sequence[Quality], when: str) -> str:
    """What the take that stays does better, in words."""
    own, kept = qualities[number], qualities[best]
    better = []
    if kept.whole >= WHOLE > own.whole:
        better.append("it is complete")
    elif kept.whole - own.whole > 1 - WHOLE:
        better.append("more of the line is said")
    if own.stumbles > kept.stumbles:
        better.append(f"it has {_counted(kept.stumbles)}, this one {_counted(own.stumbles)}")
    if own.halts > kept.halts:
        better.append("it has fewer pauses")
    if own.softer - kept.softer > 3:
        better.append(f"it is {own.softer - kept.softer:.0f} dB louder")
    if not better:
        better.append("it is as good and comes last" if best == len(qualities) - 1 else "it is as good and preferred")
    reasons = ", and ".join(better)
    return f"take {number + 1} of {len(qualities)}; take {best + 1}, at {when} of the timeline, is better: {reasons}"


def _counted(stumbles: int) -> str:
    return {0: "no stumble", 1: "1 stumble"}.get(stumbles, f"{stumbles} stumbles")
