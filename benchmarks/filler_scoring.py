"""What of fillers and stumbles was found, what was found where there are none, and whether a word was cut. For `benchmarks/fillers.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.filler_set import Label, Word

HALF = 0.5
"""What share of a label must go, and what share of what goes must lie in labels."""
CLIPPED = 0.04
"""Seconds of a word that may be lost: its edges are no better known."""


@dataclass(frozen=True)
class Cut:
    """What is proposed to go, in seconds. `faster`: it would only be played faster."""

    start: float
    end: float
    confidence: float = 1.0
    faster: bool = False


@dataclass
class Score:
    """By kind of label: how many there are, and how many were found. `cuts` proposed, `right` of them; words `clipped` of `words`.

    `removed` seconds go of the `labelled` ones; `lost` seconds of words that should stay.
    """

    labels: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    cuts: int = 0
    right: int = 0
    words: int = 0
    clipped: int = 0
    lost: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.labels + other.labels, self.found + other.found, self.cuts + other.cuts, self.right + other.right,
            self.words + other.words, self.clipped + other.clipped, self.lost + other.lost,
        )  # fmt: skip

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(1, sum(self.labels.values()))

    @property
    def precision(self) -> float:
        return self.right / self.cuts if self.cuts else 1.0


def score(labels: Sequence[Label], words: Sequence[Word], cuts: Sequence[Cut]) -> Score:
    """Of words said twice either may go. A word drawn out counts as found where it is played faster."""
    found: Counter[str] = Counter()
    for label in labels:
        ways = [(label.start, label.end), *([label.again] if label.again else [])]
        apt = [cut for cut in cuts if cut.faster == (label.kind == "long")]
        if any(_covered(way, apt) >= HALF for way in ways):
            found[label.kind] += 1
    right = sum(_right(cut, labels) for cut in cuts)
    gone = [cut for cut in cuts if not cut.faster]
    spoken = [word for word in words if not any(_repeats(word, label, gone) for label in labels)]
    losses = [_covered((start, end), gone) * (end - start) for _, start, end in spoken]
    return Score(
        Counter(label.kind for label in labels), found, len(cuts), right, len(spoken), sum(loss > CLIPPED for loss in losses), sum(losses)
    )


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))


def _covered(part: tuple[float, float], cuts: Sequence[Cut]) -> float:
    """The share of a part that goes; cuts do not overlap."""
    return sum(_overlap(part, (cut.start, cut.end)) for cut in cuts) / max(part[1] - part[0], 1e-9)


def _right(cut: Cut, labels: Sequence[Label]) -> bool:
    """Whether what goes is what was put in (or what it repeats), with no more than pauses beside it, which hold no word."""
    for label in labels:
        if cut.faster != (label.kind == "long"):
            continue
        for way in ((label.start, label.end), *([label.again] if label.again else [])):
            if _overlap(way, (cut.start, cut.end)) >= HALF * min(cut.end - cut.start, way[1] - way[0]):
                return True
    return False


def _repeats(word: Word, label: Label, cuts: Sequence[Cut]) -> bool:
    """Whether a word may go since it was said twice and the other one stays."""
    _, start, end = word
    if label.again is None or _overlap(label.again, (start, end)) < HALF * (end - start):
        return False
    return _covered((label.start, label.end), cuts) < HALF
