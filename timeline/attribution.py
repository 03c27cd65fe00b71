"""Which words a speaker says: turns and words come from two engines that do not agree to the tenth of a second. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count, groupby
from typing import Literal

from ..ml.facts import Span, Speakers, Transcript, Turn, Word

Mark = Literal["none", "name", "hyphen"]
NEAR = Fraction(3, 4)
"""Seconds from the nearest turn within which a word still belongs to it."""
SLIP = Fraction(3, 5)
"""Seconds that a change of speaker is moved at most, to where a sentence ends or a pause is."""
PAUSE = Fraction(3, 10)
ENDS = (".", "?", "!", "…", "。", "\uff1f", "\uff01", "؟")
NOBODY = -1


def attributed(transcript: Transcript, speakers: Speakers) -> Speakers:
    """The same speakers, with turns from the first to the last word that each says: no word lies in two turns.

    A change is moved to the end of a sentence or to a pause that is nearer than `SLIP`; a word or two within somebody's sentence are
    nobody else's.
    """
    words = transcript.words
    owners = _owners(words, speakers.turns)
    _settle(words, owners)
    turns, place = [], 0
    for owner, group in groupby(owners):
        end = place + len(list(group))
        if owner != NOBODY:
            span = Span(words[place].start, max(word.end for word in words[place:end]))
            turns.append(Turn(span, owner, _sure(span, owner, speakers.turns)))
        place = end
    return replace(speakers, turns=tuple(turns))


def entered(
    transcripts: Mapping[str, Transcript], speakers: Mapping[str, Speakers], heard: Sequence[tuple[str, Span]]
) -> dict[str, set[int]]:
    """Medium -> the words (by number) with which sound sets in on the timeline and it is not said yet who speaks.

    `heard` are the runs of sound in order on the timeline, as (medium, span); `speakers` are `attributed`. A run that goes on with the
    speaker with whom the one before it ended needs no name. Nor does a word get one that is heard elsewhere with what goes before it.
    """
    rows = {m: sorted(((word.start + word.end) / 2, number) for number, word in enumerate(one.words)) for m, one in transcripts.items()}
    firsts: dict[str, list[int]] = {}
    inside: Counter[tuple[str, int]] = Counter()
    found: dict[str, set[int]] = {}
    before: tuple[str, int] | None = None
    for medium, span in heard:
        row = rows.get(medium, [])
        said = [number for _middle, number in row[bisect_left(row, (span.start, 0)) : bisect_left(row, (span.end, 0))]]
        if not said or medium not in speakers:
            continue
        inside.update((medium, number) for number in said)
        firsts.setdefault(medium, []).append(first := min(said))
        owner, last = (_speaker(transcripts[medium].words[number], speakers[medium].turns) for number in (first, max(said)))
        if owner != NOBODY and (medium, owner) != before:
            found.setdefault(medium, set()).add(first)
        before = (medium, last)
    return {m: {number for number in numbers if inside[m, number] == firsts[m].count(number)} for m, numbers in found.items()}


def _speaker(word: Word, turns: Sequence[Turn]) -> int:
    """Whose turn holds the middle of a word."""
    middle = (word.start + word.end) / 2
    return next((turn.speaker for turn in turns if turn.span.start <= middle <= turn.span.end), NOBODY)


def marked(
    transcript: Transcript, speakers: Speakers, names: Mapping[int, str], mark: Mark, entered: Collection[int] = ()
) -> Transcript:
    """The transcript with what says who speaks before the first word of every turn; a single speaker needs no mark.

    `speakers` are `attributed`. Words whose numbers are in `entered` get the speaker's name, too, where names are given. The mark is a
    part of its word, so that captions leave room for it and read no faster than the rules say.
    """
    if mark == "none" or len({turn.speaker for turn in speakers.turns}) < 2:
        return transcript
    begins: dict[Fraction, str] = {}
    last = NOBODY
    for turn in speakers.turns:
        if turn.speaker != last:
            name = names.get(turn.speaker, "")
            begins.setdefault(turn.span.start, "-" if mark == "hyphen" else f"{name.upper()}: " if name else "")
        last = turn.speaker
    utterances = []
    numbers = count()
    for utterance in transcript.utterances:
        words = []
        for word, number in zip(utterance.words, numbers, strict=False):  # words first: an utterance takes no number too many
            before = begins.pop(word.start, "")
            if not before and mark == "name" and number in entered:
                name = names.get(_speaker(word, speakers.turns), "")
                before = f"{name.upper()}: " if name else ""
            text = word.text
            space = text[: len(text) - len(text.lstrip())]
            words.append(replace(word, text=f"{space}{before}{text.lstrip()}") if before else word)
        utterances.append(replace(utterance, words=tuple(words)))
    return replace(transcript, utterances=tuple(utterances))


def _owners(words: Sequence[Word], turns: Sequence[Turn]) -> list[int]:
    starts = [turn.span.start for turn in turns]
    found = []
    for word in words:
        middle = (word.start + word.end) / 2
        place = bisect_right(starts, middle)
        near = turns[max(0, place - 2) : place + 1]
        best = min(near, key=lambda turn: (_away(middle, turn.span), -turn.span.overlap(Span(word.start, word.end))), default=None)
        found.append(best.speaker if best is not None and _away(middle, best.span) <= NEAR else NOBODY)
    return found


def _away(moment: Fraction, span: Span) -> Fraction:
    return max(span.start - moment, moment - span.end, Fraction(0))


def _settle(words: Sequence[Word], owners: list[int]) -> None:
    """Changes `owners` in place: first words within a sentence of somebody else, then where one ends and the next begins."""
    runs: list[tuple[int, int]] = []
    place = 0
    for _owner, group in groupby(owners):
        runs.append((place, place + len(list(group))))
        place = runs[-1][1]
    for before, (start, end), after in zip(runs, runs[1:], runs[2:], strict=False):
        within = owners[before[0]] == owners[after[0]] and not _stops(words, start) and not _stops(words, end)
        if within and words[end - 1].end - words[start].start <= SLIP:
            owners[start:end] = [owners[before[0]]] * (end - start)
    for place in range(1, len(words)):
        if owners[place] == owners[place - 1] or _stops(words, place):
            continue
        moved = [other for other in range(max(1, place - 3), min(len(words), place + 4)) if _stops(words, other)]
        moved = [other for other in moved if abs(words[other].start - words[place].start) <= SLIP]
        moved = [other for other in moved if len(set(owners[other:place])) < 2 and len(set(owners[place:other])) < 2]
        if moved:
            other = min(moved, key=lambda other: abs(other - place))
            if other < place:
                owners[other:place] = [owners[place]] * (place - other)
            else:
                owners[place:other] = [owners[place - 1]] * (other - place)


def _stops(words: Sequence[Word], place: int) -> bool:
    """Whether a sentence ends, or somebody pauses, before the word at `place`."""
    if place >= len(words):
        return True
    before = words[place - 1]
    return before.text.rstrip("\"'»”)").endswith(ENDS) or words[place].start - before.end >= PAUSE


def _sure(span: Span, owner: int, turns: Sequence[Turn]) -> float:
    """How sure the turns are whose words these are."""
    shared = [(float(turn.span.overlap(span)), turn.confidence) for turn in turns if turn.speaker == owner]
    total = sum(length for length, _ in shared)
    return round(sum(length * sure for length, sure in shared) / total, 4) if total else 0.0
