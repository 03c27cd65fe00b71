"""What every shot detector does: keep the frames seen, and turn places among them into boundaries with exact times."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..facts import Boundary, Media, Shots, Span, Transition, TransitionKind

FLOOR = 0.05
"""Weaker candidates are not reported."""
THRESHOLD = 0.5
"""The detector's own published threshold, on our scale."""


@dataclass(frozen=True)
class Found:
    """A boundary among the frames seen: `place` is where a split belongs; `first`..`last` the blended frames, -1 for a cut."""

    place: int
    score: float
    kind: TransitionKind | None = None
    first: int = -1
    last: int = -1

    def moved(self, by: int) -> Found:
        """The same, counted from `by` frames earlier."""
        return Found(self.place + by, self.score, self.kind, *((self.first + by, self.last + by) if self.kind else (-1, -1)))


class Track:
    """The frames seen so far: the index and exact time of each, 24 bytes a frame."""

    def __init__(self, media: Media, span: Span | None, detector: str) -> None:
        assert media.video is not None
        self.video, self.span, self.detector = media.video, span, detector
        self._frames, self._numerators, self._denominators = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self._numerators)

    def add(self, frame: int, seconds: Fraction) -> None:
        self._frames.append(frame)
        self._numerators.append(seconds.numerator)
        self._denominators.append(seconds.denominator)

    def seconds(self, place: int) -> Fraction:
        return Fraction(self._numerators[place], self._denominators[place])

    def shots(self, boundaries: Sequence[Found]) -> Shots:
        """The result, from boundaries in order, counted among the frames seen."""
        span = self.span
        if span is None:
            end = self.end(len(self) - 1) if len(self) else Fraction(0)
            span = Span(Fraction(0), max(end, self.video.duration))
        found = tuple(self._boundary(one) for one in boundaries if 0 < one.place < len(self) or one.kind)
        return Shots(span, self.video.start, self.video.rate, len(self), self.detector, found)

    def end(self, place: int) -> Fraction:
        """When the frame after this one begins."""
        return self.seconds(place + 1) if place + 1 < len(self) else self.seconds(place) + 1 / self.video.rate

    def _boundary(self, one: Found) -> Boundary:
        transition = None
        if one.kind:
            span = Span(self.seconds(one.first), self.end(one.last))
            transition = Transition(one.kind, self._frames[one.first], self._frames[one.last], span)
        place = min(one.place, len(self) - 1)
        return Boundary(self._frames[place], self.seconds(place), one.score, transition)


def local_maxima(scores: Sequence[float]) -> list[int]:
    """Places that are at least `THRESHOLD`, each for itself, or a top of at least `FLOOR`."""
    return [
        place
        for place, score in enumerate(scores)
        if score >= THRESHOLD
        or (
            score >= FLOOR
            and (place == 0 or scores[place - 1] < score)
            and (place + 1 == len(scores) or scores[place + 1] <= score)
        )
    ]
