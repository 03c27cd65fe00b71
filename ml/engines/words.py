"""From what a recogniser heard, in floats, to exact words that stand in order and never overlap. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ..facts import Span, Utterance, Word

SHORTEST = Fraction(20, 1000)
"""Seconds a word lasts at least, where there is room: Whisper's clock ticks every 20 ms and may give a word none."""
BREATH = Fraction(1, 2)
"""A pause of so many seconds begins a new utterance."""
SENTENCE_ENDS = ".?!…\u3002\uff1f\uff01"
"""With the full stop, question and exclamation marks of Chinese and Japanese."""
CLOSING = "\"'\u201d\u2019)]} "


@dataclass(frozen=True)
class Heard:
    """A word as a recogniser gives it; seconds may overlap its neighbours'. `no_speech`: the recogniser's doubt about its clip."""

    text: str
    start: Fraction
    end: Fraction
    confidence: float
    no_speech: float = 0.0
    language: str = ""


def spread(text: str, start: Fraction, end: Fraction, no_speech: float) -> list[Heard]:
    """`text` as words that share the time by their length: for text that the recogniser could not align."""
    pieces = [f" {piece}" for piece in text.split()]
    total, done, heard = sum(map(len, pieces)), 0, []
    for piece in pieces:
        first, last = (start + (end - start) * Fraction(place, total) for place in (done, done + len(piece)))
        heard.append(Heard(piece, first, last, 0.0, no_speech))
        done += len(piece)
    return heard


def whole(heard: Sequence[Heard]) -> list[Heard]:
    """No word without a letter: a blank belongs to the word before it, or to the one after."""
    words: list[Heard] = []
    blank = ""
    for word in heard:
        if not word.text.strip() and words:
            words[-1] = replace(words[-1], text=words[-1].text + word.text)
        elif not word.text.strip():
            blank += word.text
        else:
            words.append(replace(word, text=blank + word.text))
            blank = ""
    return words


def within(heard: Sequence[Heard], span: Span) -> list[Heard]:
    """The words whose middle lies in `span`: of spans side by side, each word belongs to exactly one."""
    return [word for word in heard if span.holds((word.start + word.end) / 2)]


def exact(heard: Sequence[Heard], span: Span) -> list[Word]:
    """The same words with times in whole milliseconds, in order, none overlapping, each longer than nothing, all inside `span`.

    A word that has no room takes `SHORTEST` from its neighbours, less where the span is too short for all.
    """
    if not heard:
        return []
    shortest = min(SHORTEST, span.length / len(heard))
    times: list[list[Fraction]] = []
    free = span.start
    for word in heard:
        start = min(max(_milliseconds(word.start), free), span.end)
        end = max(_milliseconds(word.end), start + shortest)
        times.append([start, end])
        free = end
    limit = span.end
    for pair in reversed(times):
        pair[1] = min(pair[1], limit)
        pair[0] = min(pair[0], pair[1] - shortest)
        limit = pair[0]
    return [
        Word(word.text, start, end, round(min(max(word.confidence, 0.0), 1.0), 4)) for word, (start, end) in zip(heard, times, strict=True)
    ]


def utterances(heard: Sequence[Heard], words: Sequence[Word]) -> tuple[Utterance, ...]:
    """`words` (those of `heard`) gathered: a sentence's end, a breath or another language begins a new utterance.

    Utterances have a language only where there are several.
    """
    several = len({doubt.language for doubt in heard}) > 1
    groups: list[list[tuple[Heard, Word]]] = []
    for doubt, word in zip(heard, words, strict=True):
        last, before = groups[-1][-1] if groups else (doubt, None)
        if (
            before is None
            or before.text.rstrip(CLOSING).endswith(tuple(SENTENCE_ENDS))
            or word.start - before.end >= BREATH
            or doubt.language != last.language
        ):
            groups.append([])
        groups[-1].append((doubt, word))
    return tuple(
        Utterance(
            tuple(word for _, word in group),
            round(max(doubt.no_speech for doubt, _ in group), 4),
            group[0][0].language if several else "",
        )
        for group in groups
    )


def _milliseconds(seconds: Fraction) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
