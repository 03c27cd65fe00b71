"""The part of a medium's facts that concerns one shot, found without going through all of them: else a long film takes hours. Pure.

Times are compared as floats, give or take `MARGIN`: to leave out what is far away, not to decide by.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import numpy as np

from ..ml.facts import Concepts, Faces, Objects, Pictures, Sounds, Span, Transcript, Word

MARGIN = 1.0
ROWS = {"Pictures": ("values", "camera"), "Concepts": ("vectors", "scores")}
"""The fields that hold a row a sample, in base64."""


class Parts:
    """The facts of one engine, and by span what lies in it: `tracks`, `utterances`, `events`, samples; others whole."""

    def __init__(self, facts: Any) -> None:
        self._facts = facts
        self._field, spans = _pieces(facts)
        self._pieces = getattr(facts, self._field) if self._field else ()
        self._starts = np.array([start for start, _end in spans])
        self._ends = np.array([end for _start, end in spans])
        self._samples = _Samples(facts) if isinstance(facts, (Pictures, Concepts)) else None

    def within(self, span: Span) -> Any:
        """The same facts with no more than what touches a span, or lies within a second of it."""
        if self._samples is not None:
            return self._samples.within(span)
        if not self._field:
            return self._facts
        near = np.flatnonzero((self._starts <= float(span.end) + MARGIN) & (self._ends >= float(span.start) - MARGIN))
        return replace(self._facts, **{self._field: tuple(self._pieces[number] for number in near)})


class _Samples:
    """Facts that have one row a sample."""

    def __init__(self, facts: Pictures | Concepts) -> None:
        self._facts, self._moments = facts, np.array([float(second) for second in facts.seconds])
        self._rows = {name: base64.b64decode(getattr(facts, name)) for name in ROWS[type(facts).__name__]}

    def within(self, span: Span) -> Any:
        """Those of a span, a second around, and at least the nearest ones before and after it."""
        first, end = np.searchsorted(self._moments, (float(span.start) - MARGIN, float(span.end) + MARGIN))
        first, end, count = max(0, int(first) - 1), min(int(end) + 1, len(self._moments)), max(1, len(self._moments))
        rows = {
            name: base64.b64encode(whole[len(whole) // count * first : len(whole) // count * end]).decode()
            for name, whole in self._rows.items()
        }
        return replace(self._facts, frames=self._facts.frames[first:end], seconds=self._facts.seconds[first:end], **rows)  # type: ignore[arg-type]


def _pieces(facts: Any) -> tuple[str, list[tuple[float, float]]]:
    """The field that is cut, and from when to when each piece of it lasts, in seconds."""
    if isinstance(facts, (Objects, Faces)):
        moments = [float(second) for second in facts.seconds]
        return "tracks", [
            (moments[track.samples[0]], moments[track.samples[-1]]) if track.samples else (0.0, 0.0) for track in facts.tracks
        ]
    if isinstance(facts, Transcript):
        said = [utterance.words for utterance in facts.utterances]
        return "utterances", [(float(words[0].start), float(words[-1].end)) if words else (0.0, 0.0) for words in said]
    if isinstance(facts, Sounds):
        return "events", [(float(event.span.start), float(event.span.end)) for event in facts.events]
    return "", []


class Words:
    """Words by when they are said."""

    def __init__(self, words: tuple[Word, ...]) -> None:
        self._words = words
        self._middles = np.array([float(word.start + word.end) / 2 for word in words])

    def within(self, span: Span) -> str:
        """Those whose middle lies in the span, as a text."""
        first, end = np.searchsorted(self._middles, (float(span.start), float(span.end)))
        return "".join(word.text for word in self._words[first:end]).strip()


class Spans:
    """Things with a `span`, in order of their beginnings."""

    def __init__(self, things: tuple[Any, ...]) -> None:
        self._things = things
        self._starts = np.array([float(one.span.start) for one in things])
        self._reach = np.maximum.accumulate(np.array([float(one.span.end) for one in things]))

    def touching(self, span: Span) -> tuple[Any, ...]:
        """Those that share time with the span."""
        first, end = np.searchsorted(self._reach, float(span.start)), np.searchsorted(self._starts, float(span.end))
        return tuple(one for one in self._things[first:end] if one.span.overlap(span))
