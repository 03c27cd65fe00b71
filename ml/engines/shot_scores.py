"""What every shot detector does with its scores: keep the frames seen, find the tops, place the cut."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..facts import Boundary, Media, Shots, Span

FLOOR = 0.05
"""Weaker candidates are not reported."""
THRESHOLD = 0.5
"""The detector's own published threshold, on our scale."""
STANDS_OUT = 3.0


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

    def facts(self, boundaries: Sequence[tuple[int, float]]) -> Shots:
        """The result, from (place of a shot's first frame among the frames seen, score) in order."""
        span = self.span
        if span is None:
            end = self.seconds(len(self) - 1) + 1 / self.video.rate if len(self) else Fraction(0)
            span = Span(Fraction(0), max(end, self.video.duration))
        found = tuple(Boundary(self._frames[place], self.seconds(place), score) for place, score in boundaries if 0 < place < len(self))
        return Shots(span, self.video.start, self.video.rate, len(self), self.detector, found)


def peaks(scores: Sequence[float]) -> list[int]:
    """Places of the tops that stand for themselves, in order.

    Above the published threshold every run of scores is one transition, so each gives exactly one top. Elsewhere a top counts
    when the valleys that part it from higher ones are at most half as high as itself: a shoulder is no second cut.
    """
    return [top for top in _tops(scores) if _parted(scores, top, -1) and _parted(scores, top, 1)]


def _tops(scores: Sequence[float]) -> Iterator[int]:
    """Middles of the level stretches of at least `FLOOR` that are higher than what lies on both sides."""
    place = 0
    while place < len(scores):
        after = place + 1
        while after < len(scores) and scores[after] == scores[place]:
            after += 1
        rises = place == 0 or scores[place - 1] < scores[place]
        falls = after == len(scores) or scores[after] < scores[place]
        if rises and falls and scores[place] >= FLOOR:
            yield (place + after - 1) // 2
        place = after


def _parted(scores: Sequence[float], top: int, step: int) -> bool:
    """Whether a valley lies between `top` and the next higher score in this direction; of equal ones the first is the higher."""
    height = valley = scores[top]
    place = top + step
    while 0 <= place < len(scores):
        score = scores[place]
        valley = min(valley, score)
        if valley <= height / 2 or height > THRESHOLD >= valley:
            return True
        if score > height or (score == height and step < 0 and valley < height):
            return False
        place += step
    return True


def place_of_cut(scores: Sequence[float], changes: Sequence[float], top: int) -> int:
    """The first frame of the new shot, for the transition whose score is highest at `top`.

    A hard cut marks its last old frame. Where the score is broad, a change between neighbouring frames that stands out from
    all others nearby is the cut; without one the transition is gradual, and the middle of its highest part is taken.
    `changes[i]` is how much frame i + 1 differs from frame i.
    """
    half, plateau = scores[top] / 2, scores[top] * 0.9
    left, right = _run(scores, top, half)
    left, right = max(0, left - 1), min(len(changes) - 1, right + 1)
    near = sorted(changes[left : right + 1], reverse=True)
    if len(near) > 1 and near[0] > STANDS_OUT * max(near[1], 1e-9):
        return max(range(left, right + 1), key=changes.__getitem__) + 1
    left, right = _run(scores, top, plateau)
    return (left + right) // 2 + 1


def _run(scores: Sequence[float], top: int, level: float) -> tuple[int, int]:
    left = right = top
    while left > 0 and scores[left - 1] >= level:
        left -= 1
    while right + 1 < len(scores) and scores[right + 1] >= level:
        right += 1
    return left, right


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
