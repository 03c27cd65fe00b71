"""What a text feels like, as a value, and which sentences of a transcript are read for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..ml.facts import EXPRESSIONS, Span, Transcript, Word

PAUSE = Fraction(3, 2)
"""Seconds without a word that end a sentence, whatever its last sign."""
LONGEST = 300
"""Characters of a sentence: what never ends is read in parts."""
ENDS = (".", "?", "!", "…", "。", "\uff1f", "\uff01", "؟", "।")
ABBREVIATED = frozenset(
    ("mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "e.g.", "i.e.", "approx.", "bzw.", "nr.", "z.b.", "mme.", "sra.")
)
"""Words whose full stop ends no sentence; nor does that of a single letter."""
CLOSING = "\"'»”\u2019)]」』 "


@dataclass(frozen=True)
class Feeling:
    """Shares 0..1 of three sentiments, which add up to 1, and of `EXPRESSIONS`, which do too."""

    negative: float
    neutral: float
    positive: float
    expressions: tuple[float, ...]

    @property
    def valence(self) -> float:
        """-1 negative .. 1 positive."""
        return self.positive - self.negative

    @property
    def label(self) -> str:
        """The likeliest of negative, neutral and positive."""
        return max(("neutral", "negative", "positive"), key=lambda name: getattr(self, name))

    @property
    def expression(self) -> str:
        """The likeliest of `EXPRESSIONS`."""
        return max(zip(self.expressions, EXPRESSIONS, strict=True))[1]


@dataclass(frozen=True)
class Said:
    """A sentence and when it is said, in seconds of the medium's sound."""

    span: Span
    text: str


def feelings(rows: Sequence[Sequence[float]]) -> tuple[Feeling, ...]:
    """What `ReadTexts` answers for feelings, as values."""
    return tuple(Feeling(row[0], row[1], row[2], tuple(row[3:])) for row in rows)


def sentences(transcript: Transcript) -> tuple[Said, ...]:
    """What of a transcript is sent to be read, in order of time."""
    found: list[Said] = []
    held: list[Word] = []
    for word in transcript.words:
        if held and (word.start - held[-1].end >= PAUSE or len("".join(one.text for one in held)) > LONGEST):
            found += _said(held)
            held = []
        held.append(word)
        if _ends(word.text):
            found += _said(held)
            held = []
    return (*found, *_said(held))


def _ends(text: str) -> bool:
    """Whether a sentence ends with this word, as far as it is written."""
    bare = text.strip(CLOSING)
    initial = len(bare) == 2 and bare[0].isupper() and bare[0] not in "IO"
    return bare.endswith(ENDS) and not (bare.endswith(".") and (bare.lower() in ABBREVIATED or initial))


def _said(words: Sequence[Word]) -> list[Said]:
    text = "".join(word.text for word in words).strip()
    return [Said(Span(words[0].start, max(words[-1].end, words[0].start)), text)] if text else []
