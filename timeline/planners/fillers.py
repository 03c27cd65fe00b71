"""From transcripts and voices to proposals of what to cut out of speech: fillers, words said twice, beginnings said again. Pure.

Nothing is ever cut out of a word that stays: what goes reaches from word to word, and its edges lie in the pauses beside it, or where the
level is lowest at the edge of what goes. Of the pauses around a filler as much stays as a pause needs.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from ...ml.facts import Span, Transcript, Voice, Word
from .. import filler_words
from ..aligning import normal
from ..filler_edges import Part, edges
from ..hesitations import drawn_out, hesitations, trimmed, usual_lengths
from ..places import Place, chains
from ..plan import Why
from ..removals import Proposals, Removal, RemovalKind, Way
from ..speech_places import held, shown, spoken, within
from ..state import StripRef
from ..stumbles import stumbles
from ..timebase import FrameRange
from ..voicing import Rows, decode

Kind = Literal["sounds", "phrases", "repeats", "restarts", "drawn", "unwritten"]
"""Um and uh; "you know"; a word twice; a beginning again; a word drawn out; something said for which no word was written."""
KINDS: tuple[Kind, ...] = ("sounds", "phrases", "repeats", "restarts", "drawn", "unwritten")
LEAST = Fraction(1, 20)
"""Seconds of the shortest part that is worth a cut."""
BESIDE = Fraction(8, 100)
"""Seconds between a filler that was written and sound that is the rest of it."""
SLOWEST = Fraction(5, 2)
"""How much faster a word that is drawn out is played at most."""
HURRIED = 0.6
"""The share of their usual time below which words were hardly said."""
UNSURE = 0.4
"""What is left of the confidence where somebody else speaks at that time, or words may be invented."""


@dataclass(frozen=True)
class FillerOptions:
    """`kinds` are looked for. `languages` of the lists of words, none: what the transcripts say is spoken. `own`: phrases of the user's.

    Where something is cut out between pauses, `pause` seconds of the nearest half second on each side stay, twice that after a sentence.
    What has less confidence than `least` is not proposed.
    """

    kinds: tuple[Kind, ...] = KINDS
    languages: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    pause: Fraction = Fraction(3, 20)
    least: float = 0.4


@dataclass(frozen=True)
class Found:
    """Something in a medium: its `span` as it sounds, the words `first` up to `last` that go with it (the same: none), words `again` that
    must be heard after it for it to go."""

    kind: Kind
    span: Span
    first: int
    last: int
    text: str
    confidence: float
    reason: str
    again: Span | None = None
    way: Way = "remove"
    speed: Fraction = Fraction(1)


def propose(
    voices: Mapping[str, Voice],
    transcripts: Mapping[str, Transcript],
    strips: Sequence[StripRef],
    options: FillerOptions,
    rate: Fraction,
    origins: Mapping[str, Fraction] | None = None,
) -> Proposals:
    """What is found in what is heard through these strips, each once, in order of the timeline.

    Voices are used where they are known; without one only words are gone by. `origins` says where the pictures of each medium begin in
    its container, for movie strips without a sound strip.
    """
    by_name = {strip.name: strip for strip in strips}
    places = spoken(strips, transcripts, origins)
    found = {medium: find(transcript, voices.get(medium), options) for medium, transcript in transcripts.items()}
    cuts = {medium: _cuts(transcript.words, found[medium], voices.get(medium), options) for medium, transcript in transcripts.items()}
    others = _Others(places, transcripts)
    removals: list[Removal] = []
    ends = {medium: [float(cut.end) for _, cut in going] for medium, going in cuts.items()}
    for chain in chains(places, one_channel=True):
        medium, reach = chain[0].medium, Span(chain[0].span.start, chain[-1].span.end)
        for one, cut in cuts[medium][bisect_left(ends[medium], float(reach.start)) :]:
            if cut.start >= reach.end:
                break
            if cut.overlap(reach) and (one.again is None or reach.covers(Span(one.span.start, one.again.end))):
                removals += _removals(one, cut, chain, by_name, others)
    notices = tuple(dict.fromkeys(_notices(strips, places, transcripts, options)))
    return Proposals(tuple(_once(removals)), notices)


def find(transcript: Transcript, voice: Voice | None, options: FillerOptions) -> list[Found]:
    """Everything of the wanted kinds in a medium, in order, none over another; no matter what of it is on the timeline."""
    rows = decode(voice) if voice is not None else None
    words = transcript.words
    usual = usual_lengths(words, [len(normal(word.text)) for word in words])
    found: list[Found] = []
    gone: set[int] = set()
    for first, last, language in _stretches(transcript, options):
        part = words[first:last]
        own, spoken = _told(part, first, language, rows, options)
        gone |= spoken
        found += own
        if {"repeats", "restarts"} & set(options.kinds):
            found += _stumbles(part, first, language, {place - first for place in spoken}, usual[first:last], options)
    if rows is not None and words:
        closer = trimmed(rows, words, usual)
        found = _written(found, _unwritten(rows, closer, usual), options)
        found += _drawn(rows, closer, usual, gone) if "drawn" in options.kinds else []
    return _apart(one for one in found if one.confidence >= options.least)


def _stretches(transcript: Transcript, options: FillerOptions) -> list[tuple[int, int, str]]:
    """Words `first` to `last` of one language each; with `languages` given, those that are not spoken count as the first of them."""
    found: list[tuple[int, int, str]] = []
    place = 0
    for utterance in transcript.utterances:
        spoken = utterance.language or transcript.language
        language = spoken if not options.languages or spoken in options.languages else options.languages[0]
        if found and found[-1][2] == language:
            found[-1] = (found[-1][0], place + len(utterance.words), language)
        else:
            found.append((place, place + len(utterance.words), language))
        place += len(utterance.words)
    return found


def _told(
    words: Sequence[Word], offset: int, language: str, rows: Rows | None, options: FillerOptions
) -> tuple[list[Found], set[int]]:
    """The fillers that were written, and the places of all words that are sounds."""
    said = [filler_words.plain(word.text) for word in words]
    found, sounds = [], set()
    for one in filler_words.fillers(words, said, language, options.own):
        kind: Kind = "sounds" if one.sound else "phrases"
        places = range(one.first + offset, one.last + offset)
        if one.sound:
            sounds |= set(places)
        if kind not in options.kinds:
            continue
        span = Span(words[one.first].start, words[one.last - 1].end)
        text = "".join(word.text for word in words[one.first : one.last]).strip()
        confidence = min(word.confidence for word in words[one.first : one.last])
        sure, told = one.confidence, ""
        if rows is not None:
            first, end = rows.rows(span)
            if end > first and float(rows.voicing[first:end].max()) < 0.4 and confidence < 0.4:
                sure, told = sure * 0.5, "; hardly anything is heard there"
        reason = f"“{text}” is a sound of thinking{told}" if one.sound else f"“{text}” may say nothing here{told}"
        found.append(Found(kind, span, places.start, places.stop, text, round(sure, 3), reason))
    return found, sounds


def _stumbles(
    words: Sequence[Word], offset: int, language: str, fillers: set[int], usual: Any, options: FillerOptions
) -> list[Found]:
    said = [normal(word.text) for word in words]
    found = []
    for one in stumbles(words, said, fillers, filler_words.doubles(language)):
        kind: Kind = "repeats" if one.kind == "repeat" else "restarts"
        if kind in options.kinds:
            text = "".join(word.text for word in words[one.first : one.last]).strip()
            span = Span(words[one.first].start, words[one.last - 1].end)
            again = Span(words[one.again].start, words[one.end - 1].end)
            sure, reason = one.confidence, one.reason
            paces = [_pace(words, usual, *part) for part in ((one.first, one.last), (one.again, one.end))]
            if one.last - one.first > 1 and min(paces) < HURRIED:
                sure, reason = round(sure * UNSURE, 3), f"{reason}; but there is hardly time for all of it"
            found.append(Found(kind, span, one.first + offset, one.last + offset, text, sure, reason, again))
    return found


def _pace(words: Sequence[Word], usual: Any, first: int, last: int) -> float:
    """How long words last beside what is usual: a recogniser that invents words has little time for them."""
    return float(sum(word.end - word.start for word in words[first:last])) / max(float(sum(usual[first:last])), 1e-6)


def _unwritten(rows: Rows, words: Sequence[Word], usual: Any) -> list[Found]:
    found = []
    for one in hesitations(rows, words, usual):
        span = Span(Fraction(round(one.start * 1000), 1000), Fraction(round(one.end * 1000), 1000))
        length = f"{one.end - one.start:.1f} s"
        beside = "; it runs into a word" if one.tight else ""
        if one.steady:
            reason = f"one sound is held for {length} and no word was heard, as in “um”{beside}"
        else:
            reason = f"something is said for {length} that is not in the transcript{beside}"
        kind: Kind = "sounds" if one.steady else "unwritten"
        found.append(Found(kind, span, one.before + 1, one.before + 1, "(um)" if one.steady else "(…)", one.confidence, reason))
    return found


def _written(found: Sequence[Found], unwritten: Sequence[Found], options: FillerOptions) -> list[Found]:
    """All of both that is wanted; a sound beside a filler that was written is the rest of it."""
    kept = list(found)
    beside = {edge: number for number, one in enumerate(kept) if one.kind == "sounds" for edge in (one.first, one.last)}
    for one in unwritten:
        number = beside.get(one.first)
        other = kept[number] if number is not None else None
        if number is not None and other is not None and max(one.span.start - other.span.end, other.span.start - one.span.end) <= BESIDE:
            span = Span(min(one.span.start, other.span.start), max(one.span.end, other.span.end))
            kept[number] = replace(other, span=span, confidence=max(one.confidence, other.confidence))
        elif one.kind in options.kinds:
            kept.append(one)
    return kept


def _drawn(rows: Rows, words: Sequence[Word], usual: Any, gone: set[int]) -> list[Found]:
    found = []
    for one in drawn_out(rows, words, usual):
        if one.place in gone:
            continue
        word = words[one.place]
        span = Span(word.start, word.end)
        text = word.text.strip()
        reason = f"“{text}” is drawn out: {float(span.length):.1f} s, {one.usual:.1f} s would do; played faster, nothing of it is cut"
        faster = Fraction(round(10 * float(span.length) / one.usual), 10)
        speed = min(SLOWEST, max(Fraction(5, 4), faster))
        found.append(Found("drawn", span, one.place, one.place + 1, text, one.confidence, reason, None, "speed", speed))
    return found


def _apart(found: Iterable[Found]) -> list[Found]:
    """In order of time; what overlaps gives way to the longer one, which takes it along, or to the surer one of two of a length."""
    kept: list[Found] = []
    starts: list[Fraction] = []
    for one in sorted(found, key=lambda one: (-one.span.length, -one.confidence)):
        place = bisect_right(starts, one.span.start)
        before, after = kept[place - 1] if place else None, kept[place] if place < len(kept) else None
        if (before is None or before.span.end <= one.span.start) and (after is None or one.span.end <= after.span.start):
            kept.insert(place, one)
            starts.insert(place, one.span.start)
    return kept


def _cuts(words: Sequence[Word], found: Sequence[Found], voice: Voice | None, options: FillerOptions) -> list[tuple[Found, Span]]:
    """Every find with the part of the medium that goes with it."""
    rows = decode(voice) if voice is not None else None
    parts = [Part(one.span, one.first, one.last) for one in found]
    going = edges(words, parts, rows, options.pause)
    return [(one, cut if one.way == "remove" else one.span) for one, cut in zip(found, going, strict=True)]


class _Others:
    """Whether another strip speaks at a time of the timeline."""

    def __init__(self, places: Sequence[Place], transcripts: Mapping[str, Transcript]) -> None:
        self._words: dict[str, list[tuple[int, int]]] = {}
        for place in places if len({place.channel for place in places}) > 1 else ():
            words = transcripts[place.medium].words
            first = bisect_right([word.end for word in words], place.span.start)
            for word in words[first:]:
                if word.start >= place.span.end:
                    break
                frames = (math.floor(place.source.frame(word.start)), math.ceil(place.source.frame(word.end)))
                self._words.setdefault(place.medium, []).append(frames)
        for ranges in self._words.values():
            ranges.sort()

    def speak(self, medium: str, frames: FrameRange) -> bool:
        """Whether words of another medium lie in these frames, a tenth of them at least."""
        for other, ranges in self._words.items():
            if other == medium:
                continue
            place = bisect_right(ranges, (frames.start, 0))
            near = ranges[max(0, place - 2) : place + 40]
            shared = sum(max(0, min(end, frames.end) - max(start, frames.start)) for start, end in near)
            if shared * 10 > frames.length:
                return True
        return False


def _removals(one: Found, cut: Span, chain: Sequence[Place], by_name: Mapping[str, StripRef], others: _Others) -> list[Removal]:
    """The proposals that a find gives through strips that follow each other: one for each strip that it runs through."""
    found = []
    for place in chain:
        if place.span.overlap(cut) <= 0 or held(by_name[place.strip], by_name):
            continue
        frames = within(cut, place)
        if not frames.length or frames.length < LEAST * place.source.rate:
            continue
        why = Why(one.confidence, one.reason)
        if others.speak(place.medium, frames):
            why = Why(round(one.confidence * UNSURE, 3), f"{one.reason}; somebody else speaks meanwhile")
        kind: RemovalKind = "repeat" if one.kind in ("repeats", "restarts") else "filler"
        found.append(Removal(kind, place.medium, shown(frames, place), why, place.strip, frames, one.text, one.way, 0, one.speed))
    return found


def _once(removals: Iterable[Removal]) -> list[Removal]:
    """In order of time; what several microphones heard at one time is proposed once, with the others `beside` it."""
    found: list[Removal] = []
    for one in sorted(removals, key=lambda one: (one.frames.start, -one.frames.end, one.strip, one.medium)):
        twin = next((place for place in range(len(found) - 1, max(-1, len(found) - 9), -1) if _same(found[place], one)), None)
        if twin is None:
            found.append(one)
        else:
            found[twin] = replace(found[twin], beside=tuple(dict.fromkeys((*found[twin].beside, one.strip))))
    return found


def _same(one: Removal, other: Removal) -> bool:
    if one.medium == other.medium or one.kind != other.kind or one.way != other.way:
        return False
    shared = min(one.frames.end, other.frames.end) - max(one.frames.start, other.frames.start)
    return shared * 10 >= 7 * max(one.frames.length, other.frames.length)


def _notices(
    strips: Sequence[StripRef], places: Sequence[Place], transcripts: Mapping[str, Transcript], options: FillerOptions
) -> Iterable[str]:
    by_name = {strip.name: strip for strip in strips}
    for name in dict.fromkeys(place.strip for place in places):
        if told := held(by_name[name], by_name):
            yield told
    for medium in dict.fromkeys(place.medium for place in places):
        transcript = transcripts[medium]
        for language in (options.languages or (transcript.language,)) if transcript.words else ():
            if not filler_words.known(language):
                yield f"There is no list of fillers for the language {language!r}: only repeated words and sounds without words are found."

