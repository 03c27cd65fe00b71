"""The words of a script with the times of what was heard, and where the two differ. Pure.

Every transcript is aligned with the whole script (`aligning`); what is left over of it once more, so that a passage said twice, or in
another place, finds its words too. Only stretches that hang together count: a long script holds every common word somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Literal

from ..ml.facts import Span, Speakers, Transcript, Utterance, Word
from ..ml.facts import Turn as SpokenTurn
from .aligning import normal
from .planners.lines import columns, may_break, units
from .realign import divided
from .script_matching import Step, Token, steps_of
from .script_text import Line, parse

_LITTLE = 0.25
"""A sound of whose words less than this share is in the script is not what the script is about."""

Kind = Literal["changed", "added", "missing"]


@dataclass(frozen=True)
class Difference:
    """Where script and sound differ. `changed`: heard as `heard`, written as `script`; `added`: said, not in the script; `missing`: never
    said. `seconds` of `medium`'s sound, None for what is missing. `line`: of the script, 0 for what was added."""

    kind: Kind
    heard: str
    script: str
    medium: str = ""
    seconds: Fraction | None = None
    line: int = 0


@dataclass(frozen=True)
class Turn:
    """Who speaks, as the script says, in seconds of a medium's sound."""

    medium: str
    start: Fraction
    end: Fraction
    speaker: str


@dataclass(frozen=True)
class Scripted:
    """The transcripts with the script's words; `strange` media are left as heard, since the script has little of them."""

    transcripts: Mapping[str, Transcript]
    differences: tuple[Difference, ...]
    turns: tuple[Turn, ...]
    strange: tuple[str, ...]
    found: float
    """Share of the script's words that are said."""


def take_words(text: str, transcripts: Mapping[str, Transcript]) -> Scripted:
    """The transcripts with the words of the script `text` wherever they are said, and every difference, in order of media and time.

    Words that are said and not in the script stay as they were heard; what is never said is left out.
    """
    lines = parse(text)
    script = _tokens([line.text for line in lines])
    plain = [token.plain for token in script]
    known = set(plain)
    covered = [False] * len(script)
    made: dict[str, Transcript] = {}
    differences: list[Difference] = []
    turns: list[Turn] = []
    strange = []
    for medium, transcript in transcripts.items():
        heard = _tokens_heard(transcript)
        steps = steps_of(heard, script, [token.plain for token in heard], plain)
        same = sum(last - first for first, last, start, end in steps if start < end)
        if heard and (not any(token.plain in known for token in heard) or same < _LITTLE * len(heard)):
            strange.append(medium)
            made[medium] = transcript
            continue
        for _, _, start, end in steps:
            covered[start:end] = [True] * (end - start)
        made[medium], spoken = _rewritten(transcript, heard, script, steps, lines)
        turns += [replace(turn, medium=medium) for turn in spoken]
        differences += _different(medium, transcript, heard, script, steps, lines)
    if len(strange) < len(transcripts):
        differences += _missing(script, covered, lines)
    return Scripted(made, tuple(differences), tuple(turns), tuple(strange), sum(covered) / max(1, len(covered)))


def cast(found: Scripted) -> tuple[dict[str, Speakers], dict[tuple[str, int], str]]:
    """Who speaks by the script's names: speakers of each medium, and (medium, number) to name. Nothing where it names nobody."""
    said: dict[str, Speakers] = {}
    names: dict[tuple[str, int], str] = {}
    for medium, transcript in found.transcripts.items():
        turns = [turn for turn in found.turns if turn.medium == medium]
        numbers = {name: number for number, name in enumerate(dict.fromkeys(turn.speaker for turn in turns))}
        if numbers:
            spoken = tuple(SpokenTurn(Span(turn.start, turn.end), numbers[turn.speaker], 1.0) for turn in turns)
            said[medium] = Speakers(transcript.span, transcript.origin, "script", spoken, 0, "")
            names.update({(medium, number): name for name, number in numbers.items()})
    return said, names


def _tokens(texts: Sequence[str]) -> list[Token]:
    """The words of the texts; what has no letter or digit belongs to the word before it, or after it where there is none."""
    found: list[Token] = []
    for row, text in enumerate(texts):
        first = len(found)
        opening = ""
        for unit in units([text]):
            plain = normal(unit.text)
            if any(map(str.isalnum, plain)):
                apart = unit.spaced or (len(found) == first and not may_break("a", unit.text[0]))
                found.append(Token(opening + unit.text, plain, apart, row))
                opening = ""
            elif len(found) > first:
                found[-1] = replace(found[-1], text=found[-1].text + " " * unit.spaced + unit.text)
            else:
                opening += unit.text + " "
    return found


def _tokens_heard(transcript: Transcript) -> list[Token]:
    return [
        Token(unit.text, normal(unit.text), unit.spaced, row)
        for row, utterance in enumerate(transcript.utterances)
        for unit in units([word.text for word in utterance.words])
    ]


def _rewritten(
    transcript: Transcript, heard: Sequence[Token], script: Sequence[Token], steps: Sequence[Step], lines: Sequence[Line]
) -> tuple[Transcript, list[Turn]]:
    """The transcript with the script's words; an utterance ends where a line of the script does."""
    rows: list[list[tuple[str, bool, int]]] = [[] for _ in transcript.utterances]
    for step in steps:
        for row, first, last, start, end in _by_row(heard, script, step):
            if start == end:
                rows[row] += [(token.text, token.spaced, -1) for token in heard[first:last]]
            else:
                rows[row] += [(token.text, token.spaced, token.row) for token in script[start:end]]
    made: list[Utterance] = []
    turns: list[Turn] = []
    for utterance, said in zip(transcript.utterances, rows, strict=True):
        groups = _by_line(said)
        texts = ["".join(" " * spaced + text for text, spaced, _ in group).strip() for group, _ in groups]
        parts = divided(utterance.words, texts) if texts != [utterance.text] else [utterance.words]
        for part, (_, line) in zip(parts, groups, strict=True):
            if part:
                made.append(replace(utterance, words=part))
                if line >= 0 and lines[line].speaker:
                    turns.append(Turn("", part[0].start, part[-1].end, lines[line].speaker))
    return replace(transcript, utterances=tuple(made)), turns


def _by_row(heard: Sequence[Token], script: Sequence[Token], step: Step) -> Iterator[tuple[int, int, int, int, int]]:
    """A step for each utterance it reaches into; the script's words go to them by length."""
    first, last, start, end = step
    total = sum(columns(token.text) for token in heard[first:last])
    whole = sum(columns(token.text) for token in script[start:end])
    done = 0
    at, given = start, 0
    for row, group in groupby(range(first, last), key=lambda number: heard[number].row):
        numbers = list(group)
        done += sum(columns(heard[number].text) for number in numbers)
        upto = at
        while upto < end and (numbers[-1] == last - 1 or (given + columns(script[upto].text) / 2) * total <= done * whole):
            given += columns(script[upto].text)
            upto += 1
        yield row, numbers[0], numbers[-1] + 1, at, upto
        at = upto


def _by_line(row: Sequence[tuple[str, bool, int]]) -> list[tuple[list[tuple[str, bool, int]], int]]:
    """Words of one line of the script together; those of no line go with the ones before them, at the beginning with those after."""
    groups: list[tuple[list[tuple[str, bool, int]], int]] = []
    for item in row:
        if groups and (item[2] in (-1, groups[-1][1]) or groups[-1][1] == -1):
            group, line = groups[-1]
            group.append(item)
            groups[-1] = (group, max(line, item[2]))
        else:
            groups.append(([item], item[2]))
    return groups


def _different(
    medium: str, transcript: Transcript, heard: Sequence[Token], script: Sequence[Token], steps: Sequence[Step], lines: Sequence[Line]
) -> Iterator[Difference]:
    starts = _starts(transcript, heard)
    for first, last, start, end in _merged(steps):
        said, written = " ".join(token.text for token in heard[first:last]), " ".join(token.text for token in script[start:end])
        if start == end:
            yield Difference("added", said, "", medium, starts[first])
        elif "".join(token.plain for token in heard[first:last]) != "".join(token.plain for token in script[start:end]):
            yield Difference("changed", said, written, medium, starts[first], lines[script[start].row].number)


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Steps of words that the script does not have, side by side, as one."""
    found: list[Step] = []
    for step in steps:
        if found and step[2] == step[3] and found[-1][2] == found[-1][3] and found[-1][1] == step[0]:
            found[-1] = (found[-1][0], step[1], 0, 0)
        else:
            found.append(step)
    return found


def _starts(transcript: Transcript, heard: Sequence[Token]) -> list[Fraction]:
    """When each unit of what was heard begins: with the word that holds its first character."""
    found: list[Fraction] = []
    words: list[Word] = [word for utterance in transcript.utterances for word in utterance.words if word.text.strip()]
    place, reached, count = 0, 0, 0
    for token in heard:
        while place < len(words) and count >= reached + len("".join(words[place].text.split())):
            reached += len("".join(words[place].text.split()))
            place += 1
        found.append(words[min(place, len(words) - 1)].start)
        count += len(token.text)
    return found


def _missing(script: Sequence[Token], covered: Sequence[bool], lines: Sequence[Line]) -> Iterator[Difference]:
    for here, group in groupby(range(len(script)), key=lambda number: (covered[number], script[number].row)):
        if not here[0]:
            yield Difference("missing", "", " ".join(script[number].text for number in group), "", None, lines[here[1]].number)
