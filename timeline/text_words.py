"""What is said on the timeline as it plays now: words with their frames, as lines of one sentence each. Pure, exact.

A word is heard where the strip plays its middle. Where a caption stands, the words are those of its text as the editor left it; elsewhere
they are the transcript's. What was cut out of the timeline is in neither.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise

from ..ml.facts import Span, Speakers, Transcript, Utterance, Word
from . import caption_marks
from .aligning import likeness, normal
from .caption_list import speakers_of, words_of
from .places import Place, heard
from .planners.breaking import Speech
from .planners.captions import runs
from .planners.lines import ends_clause, ends_sentence, units
from .state import CaptionRef, StripRef, Timeline
from .timebase import FrameRange

PAUSE = Fraction(6, 5)
"""Seconds without a word that end a line."""
PARAGRAPH = Fraction(2)
"""Seconds without a word that put a blank line before the next."""
LONG = 30
"""Words after which a line ends at the next clause or breath."""
NEAR = Fraction(3)
"""Seconds that a caption may stand from where its words are heard and still be theirs."""
_SAME, _DOUBLED, _BUCKET = 0.7, 0.6, 10


@dataclass(frozen=True)
class SpokenWord:
    """A word as it is heard on the timeline: never cut, moved or corrected but as a whole.

    `start` and `end` are exact positions in timeline frames, within `heard`: the frames through which its medium plays on without a
    jump. `span` is where it is said in the medium, `strip` the strip it is heard through. `spaced`: a blank stands before it, unless it
    begins a line. `caption` is the text strip that shows it, "" for none, and `at` which of the characters there that are no
    blanks it is.
    """

    text: str
    start: Fraction
    end: Fraction
    strip: str
    medium: str
    span: Span
    heard: FrameRange
    spaced: bool = True
    confidence: float = 1.0
    caption: str = ""
    at: tuple[int, int] = (0, 0)
    speaker: str = ""
    final: bool = False
    """A sentence or breath ends with it."""

    @property
    def frames(self) -> FrameRange:
        """Whole frames that hold all of it."""
        first = min(max(self.start.__floor__(), self.heard.start), self.heard.end - 1)
        return FrameRange(first, max(first + 1, min(self.end.__ceil__(), self.heard.end)))


@dataclass(frozen=True)
class SpokenLine:
    """A sentence, or what is said in one breath. `apart`: a pause or another film comes before it. `also` are strips in which the same
    is heard at the same time."""

    words: tuple[SpokenWord, ...]
    speaker: str = ""
    apart: bool = False
    also: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return plain(self.words)

    @property
    def frames(self) -> FrameRange:
        return FrameRange(self.words[0].frames.start, max(word.frames.end for word in self.words))


@dataclass(frozen=True)
class Spoken:
    """The transcript of a timeline: lines in order of time. `notices` are sentences for the user."""

    rate: Fraction
    lines: tuple[SpokenLine, ...]
    notices: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        """All words in the order of the lines: whoever numbers words counts in this one."""
        return tuple(word for line in self.lines for word in line.words)


def plain(words: Sequence[SpokenWord]) -> str:
    """The words as one reads them."""
    return "".join((" " if word.spaced and place else "") + word.text for place, word in enumerate(words))


def spoken(
    timeline: Timeline,
    transcripts: Mapping[str, Transcript],
    strips: Sequence[StripRef] | None = None,
    origins: Mapping[str, Fraction] | None = None,
    speakers: Mapping[str, Speakers] | None = None,
    names: Mapping[tuple[str, int], str] | None = None,
    silent: Collection[str] = (),
) -> Spoken:
    """The transcript of `timeline`, by the `transcripts` of its media, as heard through `strips` (all of them where none are given).

    Of a medium without one, such as in a project from another machine, what its captions say is known. `origins` as for captions
    (`planners.captions.plan`). `speakers` by medium, their turns as words have them (`attribution.attributed`), and `names` what
    (medium, number) is called. `silent` are media known to have no sound. Raises `EditorError` when the ledger cannot be read.
    """
    strips = timeline.strips if strips is None else strips
    places = heard(strips)
    transcripts = {**_captioned(timeline, {place.medium for place in places} - transcripts.keys()), **transcripts}
    speeches = {medium: Speech(transcript, medium) for medium, transcript in transcripts.items()}
    chains = sorted(runs(places, transcripts, strips, origins), key=lambda chain: chain[0].frames)
    shown = _Captions(timeline, chains, set(filter(None, (names or {}).values())))
    who = _Turns(speakers or {}, names or {})
    stages: list[list[SpokenWord]] = []
    for number, chain in enumerate(chains):
        row = _said(chain, speeches[chain[0].medium])
        words = _chain(chain, shown.instead(number, row), who)
        stage = next((stage for stage in stages if words and stage[-1].heard.end <= chain[0].frames.start), None)
        if words and stage is None:
            stages.append(words)
        elif stage is not None:
            stage += words
    lines: list[SpokenLine] = []
    for stage in stages:
        lines = _without_doubles(lines, list(_lines(stage, timeline.rate)))
    lines.sort(key=lambda line: (line.words[0].start, line.words[0].strip))
    return Spoken(timeline.rate, tuple(lines), tuple(_notices(strips, places, {*transcripts, *silent})))


def _captioned(timeline: Timeline, media: Collection[str]) -> dict[str, Transcript]:
    """What the captions of these media say, as transcripts."""
    found: dict[str, dict[tuple[Fraction, Fraction], Word]] = defaultdict(dict)
    for ref in timeline.captions:
        medium = ref.tag.identity.medium if ref.tag is not None and ref.tag.identity is not None else ""
        if ref.kind == "caption" and medium in media:
            found[medium].update({(word.start, word.end): word for word in words_of(ref) if word.start < word.end})
    made = {}
    for medium, words in found.items():
        row = tuple(words[times] for times in sorted(words))
        if row:
            span = Span(row[0].start, max(word.end for word in row))
            made[medium] = Transcript(span, Fraction(0), "", 0.0, "captions", "", "transcribe", (Utterance(row),))
    return made


def _said(chain: Sequence[Place], speech: Speech) -> list[_Cell]:
    """The transcript's words of which places play the middle."""
    heard_of = speech.between(chain[0].span.start, chain[-1].span.end)
    return [_Cell(speech.words[index], final=speech.final[index]) for _, index in heard_of]


def _chain(chain: Sequence[Place], row: Sequence[_Cell], who: _Turns) -> list[SpokenWord]:
    """The words heard through places in which the medium goes on without a jump."""
    medium = chain[0].medium
    frames = FrameRange(chain[0].frames.start, chain[-1].frames.end)
    found: list[SpokenWord] = []
    number = 0
    for cell in _joined(row):
        middle = cell.middle
        while number + 1 < len(chain) and middle >= chain[number].span.end:
            number += 1
        place = chain[number]
        start = min(max(place.source.frame(cell.word.start), Fraction(frames.start)), Fraction(frames.end))
        end = min(max(place.source.frame(cell.word.end), start), Fraction(frames.end))
        speaker = who.of(medium, middle) or cell.speaker
        found.append(
            SpokenWord(
                cell.word.text.strip(), start, end, place.strip, medium, Span(cell.word.start, cell.word.end), frames,
                cell.word.text[:1].isspace() or not found, cell.word.confidence, cell.caption, cell.at, speaker, cell.final,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class _Cell:
    """A word on its way: from a transcript, or from a caption (`at` as in `SpokenWord`)."""

    word: Word
    caption: str = ""
    at: tuple[int, int] = (0, 0)
    speaker: str = ""
    final: bool = False

    @cached_property
    def middle(self) -> Fraction:
        return (self.word.start + self.word.end) / 2


def _joined(row: Sequence[_Cell]) -> list[_Cell]:
    """Engine's words that are one word to a reader ("don", "'t") as one; those without a letter or figure belong to the one before."""
    found: list[_Cell] = []
    for cell in row:
        text = cell.word.text
        if not text.strip():
            continue
        if found and _one_word(found[-1], cell):
            before = found[-1]
            whole = Word(before.word.text + text, before.word.start, max(before.word.end, cell.word.end),
                         min(before.word.confidence, cell.word.confidence))  # fmt: skip
            found[-1] = replace(before, word=whole, at=(before.at[0], cell.at[1]), final=before.final or cell.final)
            continue
        found.append(cell)
    return found


def _one_word(before: _Cell, cell: _Cell) -> bool:
    """Whether a reader takes both for one word."""
    if before.caption != cell.caption or cell.word.start - before.word.end >= PAUSE:
        return False
    text, left = cell.word.text, before.word.text.strip()
    return not any(map(str.isalnum, text)) or (not text[:1].isspace() and len(units([left, text])) == len(units([left])))


class _Captions:
    """The captions that stand, to take their words in place of what was heard."""

    def __init__(self, timeline: Timeline, chains: Sequence[Sequence[Place]], names: set[str]):
        self._speakers = speakers_of(timeline)
        self._mark = caption_marks.pattern({*names, *self._speakers.values()})
        self._chains = chains
        self._near = NEAR * timeline.rate
        self._over: dict[tuple[str, int], list[int]] = defaultdict(list)
        for number, chain in enumerate(chains):
            for bucket in range(int(chain[0].span.start // _BUCKET), int(chain[-1].span.end // _BUCKET) + 1):
                self._over[chain[0].medium, bucket].append(number)
        self._cells: dict[int, list[_Cell]] = defaultdict(list)
        self._spans: dict[int, list[Span]] = defaultdict(list)
        for ref in timeline.captions:
            if ref.kind == "caption" and ref.tag is not None and ref.tag.identity is not None and ref.tag.words:
                self._enter(ref, ref.tag.identity.medium)

    def _enter(self, ref: CaptionRef, medium: str) -> None:
        said = words_of(ref)
        for cell in self._plain(ref, said):
            number = self._nearest(ref, medium, cell.middle)
            if number is not None:
                if not self._cells[number] or self._cells[number][-1].caption != ref.name:
                    self._spans[number].append(Span(said[0].start, max(said[0].start, said[-1].end)))
                self._cells[number].append(cell)

    def _nearest(self, ref: CaptionRef, medium: str, middle: Fraction) -> int | None:
        """The chain in which a caption's word is heard: of several the one it stands nearest to."""
        found: tuple[Fraction, int] | None = None
        for number in self._over.get((medium, int(middle // _BUCKET)), ()):
            chain = self._chains[number]
            if chain[0].span.start <= middle < chain[-1].span.end:
                frame = next(place.source for place in chain if middle < place.span.end).frame(middle)
                away = max(ref.frames.start - frame, frame - ref.frames.end, Fraction(0))
                if away <= self._near and (found is None or away < found[0]):
                    found = away, number
        return found[1] if found else None

    def instead(self, number: int, row: list[_Cell]) -> list[_Cell]:
        """The cells of a chain, those of captions in place of what was heard at their time."""
        spans, cells = sorted(self._spans[number], key=lambda span: span.start), self._cells[number]
        if not cells:
            return row
        starts, ends = [span.start for span in spans], list(accumulate((span.end for span in spans), max))
        kept = [cell for cell in row if not _within(cell.middle, starts, ends)]
        return sorted([*kept, *cells], key=lambda cell: cell.middle)

    def _plain(self, ref: CaptionRef, said: Sequence[Word]) -> list[_Cell]:
        """A caption's words without what says who speaks."""
        marks = caption_marks.places(ref.text, self._mark)
        signs = [place for place, sign in enumerate(ref.text) if not sign.isspace()]
        speaker = self._speakers.get(ref.tag.record, "") if ref.tag is not None else ""
        cells: list[_Cell] = []
        done = 0
        for word in said:
            here = signs[done : done + len("".join(word.text.split()))]
            first, last = done + sum(place in marks for place in here), done + len(here)
            text = " ".join(word.text.split()) if first == done else "".join(ref.text[place] for place in signs[first:last])
            done = last
            if text:
                space = word.text[: len(word.text) - len(word.text.lstrip())]
                cells.append(_Cell(replace(word, text=space + text), ref.name, (first, last), speaker, ends_sentence(text)))
        return cells


def _within(moment: Fraction, starts: Sequence[Fraction], ends: Sequence[Fraction]) -> bool:
    """Whether a moment lies in a span; `starts` rise, `ends` are the latest end so far."""
    place = bisect_right(starts, moment)
    return place > 0 and moment < ends[place - 1]


class _Turns:
    """Who speaks at a moment of a medium, by name."""

    def __init__(self, speakers: Mapping[str, Speakers], names: Mapping[tuple[str, int], str]):
        self._turns = {
            medium: sorted((turn.span.start, turn.span.end, names.get((medium, turn.speaker), "")) for turn in facts.turns)
            for medium, facts in speakers.items()
        }

    def of(self, medium: str, moment: Fraction) -> str:
        turns = self._turns.get(medium, [])
        place = bisect_right(turns, (moment, moment, "\U0010ffff"))
        return next((name for _start, end, name in reversed(turns[max(0, place - 32) : place]) if moment <= end), "")


def _lines(stage: Sequence[SpokenWord], rate: Fraction) -> Iterable[SpokenLine]:
    """The words of one voice after the other as lines."""
    starts = [0]
    for place, (before, word) in enumerate(pairwise(stage), 1):
        pause, count = (word.start - before.end) / rate, place - starts[-1]
        other = before.medium != word.medium or before.speaker != word.speaker
        ended = ends_sentence(before.text) and not _initial(before.text) and not _small(word.text)
        tired = count >= LONG and (before.final or ends_clause(before.text))
        if ended or other or pause >= PAUSE or tired or (before.final and not _punctuated(stage, place)):
            starts.append(place)
    for first, last in pairwise([*starts, len(stage)]):
        apart = False
        if first:
            before, word = stage[first - 1], stage[first]
            apart = before.medium != word.medium or (word.start - before.end) / rate >= PARAGRAPH
            jump = word.span.start - before.span.end
            apart = apart or (before.heard != word.heard and not -PARAGRAPH < jump < 5 * PARAGRAPH)
        yield SpokenLine(tuple(stage[first:last]), stage[first].speaker, apart)


def _small(text: str) -> bool:
    """Whether it begins with a small letter, as nothing does that begins a sentence."""
    return next((sign.islower() for sign in text if sign.isalnum()), False)


def _initial(text: str) -> bool:
    """Whether it is a letter that stands for a name ("J.")."""
    return len(text) == 2 and text[0].isupper() and text[1] == "."


def _punctuated(stage: Sequence[SpokenWord], place: int) -> bool:
    """Whether sentences are ended by a sign hereabouts: then a breath is no end."""
    return any(ends_sentence(word.text) for word in stage[max(0, place - 3 * LONG) : place + 3 * LONG])


def _without_doubles(lines: list[SpokenLine], more: list[SpokenLine]) -> list[SpokenLine]:
    """The lines of both, but what is heard twice at the same time (several microphones or cameras) once."""
    if not lines:
        return more
    known = sorted((word for line in lines for word in line.words), key=lambda word: word.start)
    starts = [word.start for word in known]
    longest = max((word.end - word.start for word in known), default=Fraction(0))
    found = list(lines)
    for line in more:
        owners = [_owner(word, known, starts, longest) for word in line.words]
        if sum(owner is not None for owner in owners) < _DOUBLED * len(owners):
            found.append(line)
            continue
        through = {word.strip for word in line.words}
        named = {(owner.start, owner.strip) for owner in owners if owner is not None}
        found = [
            replace(one, also=tuple(dict.fromkeys((*one.also, *sorted(through)))))
            if any((word.start, word.strip) in named for word in one.words) else one
            for one in found
        ]  # fmt: skip
    return found


def _owner(word: SpokenWord, known: Sequence[SpokenWord], starts: Sequence[Fraction], longest: Fraction) -> SpokenWord | None:
    """A word heard at the same time that is the same one."""
    place = bisect_right(starts, word.end)
    while place and starts[place - 1] >= word.start - longest:
        other = known[place - 1]
        shared = min(word.end, other.end) - max(word.start, other.start)
        shorter = min(word.end - word.start, other.end - other.start)
        if 2 * shared >= shorter and shared > 0 and likeness(normal(word.text), normal(other.text)) >= _SAME:
            return other
        place -= 1
    return None


def _notices(strips: Sequence[StripRef], places: Sequence[Place], known: Collection[str]) -> Iterable[str]:
    audible = [strip for strip in strips if strip.kind in ("MOVIE", "SOUND") and not strip.muted]
    yield from (f"{strip.name} is left out: {strip.unmapped}." for strip in audible if strip.source is None)
    unknown = dict.fromkeys(place.strip for place in places if place.medium not in known)
    yield from (f"{name} is left out: its words are not known." for name in unknown)
