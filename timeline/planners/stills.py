"""From shots and what their frames look like to the moments that stand for them, and to thumbnails for a whole film. Pure.

A moment is scored by the weighted geometric mean of four shares, so that none makes up for another that is missing:

- sharpness, measured against the sharpest tenth of the film;
- exposure, the share of pixels that are neither black nor burnt out;
- stillness, which halves where the picture changes by `MOVING` from one frame to the next;
- centrality, the likeness to the mean of the shot (the medoid is what a shot is about: Y. Zhuang, Y. Rui, T. S. Huang and
  S. Mehrotra, "Adaptive key frame extraction using unsupervised clustering", ICIP 1998);

of faces, where somebody has counted them; and of how good the picture is by all that was measured of it, where it was.
"""

from __future__ import annotations

from base64 import b64decode
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from ...ml.facts import Boundary, Looks, Span
from ..shot_list import Row

SHARPNESS, EXPOSURE, STILLNESS, CENTRALITY, FACES, GRADE = 0.4, 0.15, 0.15, 0.3, 0.3, 0.4
MOVING = 0.03
FACE = 0.1
"""From so much on a face is worth telling."""
EMPTY = 0.05
"""A frame with less drawing than this is black, white, or next to it."""
FLASH = 0.5
"""So much of the shot's usual exposure a frame has at least: else it is a flash, or fading."""
BLURRED = 0.6
"""So much of the sharpness of its shot's sharpest frame a frame has at least."""
EDGE = 2
"""Frames kept away from where a shot or a transition begins and ends."""
QUALITY = 0.7
"""How much the score of a thumbnail weighs against its being unlike those chosen before."""
ALIKE = 0.8
"""Two pictures of this likeness are not both offered."""
A_SHOT = 3
"""Moments of a shot that may become thumbnails."""


@dataclass(frozen=True)
class Still:
    """A moment that stands for a shot: `seconds` of its medium's stream. `place` counts from 1 within the shot, in order of time.

    `score` is 0 to 1; 0 where nothing was looked at between the ends of the shot, and its middle was taken.
    """

    shot: Row
    seconds: Fraction
    place: int
    score: float
    reason: str


@dataclass(frozen=True)
class _Film:
    """The samples of one medium as arrays."""

    seconds: Sequence[Fraction]
    rate: Fraction
    sharpness: Any
    exposure: Any
    stillness: Any
    motion: Any
    rows: Any
    faces: Any
    grades: Any
    method: tuple[str, int]

    @classmethod
    def of(cls, facts: Looks, faces: Sequence[float] | None, grades: Sequence[float] | None) -> _Film:
        rows = np.frombuffer(b64decode(facts.descriptors), np.uint8).reshape(-1, facts.width).astype(np.float32) - 128
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
        sharp = np.array(facts.sharpness, np.float64)
        sharpest = max(float(np.quantile(sharp, 0.9)), 1e-3) if len(sharp) else 1.0
        motion = np.array(facts.motion, np.float64)
        seen, graded = (None if values is None else np.array(values, np.float64) for values in (faces, grades))
        return cls(
            facts.seconds, facts.rate, np.minimum(1, sharp / sharpest), np.array(facts.exposure, np.float64),
            1 / (1 + motion / MOVING), motion, rows, seen, graded, (facts.method, facts.width),
        )  # fmt: skip

    def within(self, span: Span) -> slice:
        return slice(bisect_left(self.seconds, span.start), bisect_left(self.seconds, span.end))


def choose(
    shots: Sequence[Row],
    looks: Mapping[str, Looks],
    boundaries: Mapping[str, Sequence[Boundary]],
    count: int = 1,
    faces: Mapping[str, Sequence[float]] | None = None,
    grades: Mapping[str, Sequence[float]] | None = None,
) -> tuple[Still, ...]:
    """Up to `count` moments for each shot whose place in its medium is known, in the order of `shots`.

    `boundaries` are those that hold (`corrections.decided`): no moment lies in their transitions. `faces` and `grades`, where known,
    have for each medium a number 0..1 a sample of its looks: how well faces are seen, and how good the picture is. A shot has fewer
    moments than asked where no more frames of it were looked at.
    """
    return tuple(still for shot, found in _found(shots, _films(looks, faces, grades), boundaries, count) for still in found)


def thumbnails(
    shots: Sequence[Row],
    looks: Mapping[str, Looks],
    boundaries: Mapping[str, Sequence[Boundary]],
    count: int,
    faces: Mapping[str, Sequence[float]] | None = None,
    grades: Mapping[str, Sequence[float]] | None = None,
) -> tuple[Still, ...]:
    """The best `count` moments of everything, the best first, no two alike; fewer where there are not so many.

    Greedy maximal marginal relevance: each is the one with the most of its score and the least likeness to those before it
    (J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing
    summaries", SIGIR 1998).
    """
    films = _films(looks, faces, grades)
    pool = [still for _shot, found in _found(shots, films, boundaries, A_SHOT) for still in found if still.score > 0]
    if not pool:
        return ()
    rows = [_row(films[still.shot.medium], still.seconds) for still in pool]
    kinds = np.array([hash(films[still.shot.medium].method) for still in pool])
    width = max(len(row) for row in rows)
    table = np.stack([np.pad(row, (0, width - len(row))) for row in rows])
    scores = np.array([still.score for still in pool])
    nearest, left = np.zeros(len(pool)), np.ones(len(pool), bool)
    chosen: list[Still] = []
    while len(chosen) < count and left.any():
        worth = np.where(left, QUALITY * scores - (1 - QUALITY) * nearest, -np.inf)
        best = int(worth.argmax())
        chosen.append(pool[best])
        alike = np.where(kinds == kinds[best], table @ table[best], 0.0)
        nearest = np.maximum(nearest, alike)
        left &= alike < ALIKE
        left[best] = False
    return tuple(chosen)


def _films(
    looks: Mapping[str, Looks], faces: Mapping[str, Sequence[float]] | None, grades: Mapping[str, Sequence[float]] | None
) -> dict[str, _Film]:
    return {medium: _Film.of(facts, (faces or {}).get(medium), (grades or {}).get(medium)) for medium, facts in looks.items()}


def _row(film: _Film, seconds: Fraction) -> Any:
    return film.rows[bisect_left(film.seconds, seconds)]


def _found(
    shots: Sequence[Row], films: Mapping[str, _Film], boundaries: Mapping[str, Sequence[Boundary]], count: int
) -> list[tuple[Row, list[Still]]]:
    spans = {medium: _Transitions([one.transition.span for one in those if one.transition]) for medium, those in boundaries.items()}
    done = []
    for shot in shots:
        film = films.get(shot.medium)
        if film is not None and shot.source is not None and shot.source.length > 0:
            near = spans[shot.medium].near(shot.source, EDGE / film.rate) if shot.medium in spans else []
            done.append((shot, _moments(shot, shot.source, film, near, count)))
    return done


class _Transitions:
    """The spans of a medium's transitions, found without going through all of them."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = sorted(spans, key=lambda span: span.start)
        self._starts = [span.start for span in self._spans]
        self._reach = list(accumulate((span.end for span in self._spans), max))

    def near(self, shot: Span, margin: Fraction) -> list[Span]:
        """Those that may touch the shot or its margins."""
        return self._spans[bisect_right(self._reach, shot.start - margin) : bisect_left(self._starts, shot.end + margin)]


def _moments(shot: Row, span: Span, film: _Film, transitions: Sequence[Span], count: int) -> list[Still]:
    parts = _clear(span, transitions, EDGE / film.rate)
    samples = film.within(span)
    numbers = np.arange(samples.start, samples.stop)
    numbers = numbers[[any(part.holds(film.seconds[number]) for part in parts) for number in numbers]] if len(numbers) else numbers
    if not len(numbers):
        longest = max(parts, key=lambda part: part.length, default=span)
        reason = "the shot is so short that no frame of it was looked at: its middle"
        return [Still(shot, (longest.start + longest.end) / 2, 1, 0.0, reason)]
    centre = film.rows[numbers].mean(axis=0)
    central = np.clip(film.rows[numbers] @ (centre / max(float(np.linalg.norm(centre)), 1e-6)), 0, 1)
    scores = _scores(film, numbers, central)
    good = _good(film, numbers)
    if good.any():
        numbers, central, scores = numbers[good], central[good], scores[good]
    chosen = _spread(np.array([float(film.seconds[number]) for number in numbers]), scores, count, float(span.length))
    return [
        Still(shot, film.seconds[numbers[index]], place, float(scores[index]), _reason(film, int(numbers[index]), float(central[index])))
        for place, index in enumerate(sorted(chosen), 1)
    ]


def _clear(span: Span, transitions: Sequence[Span], margin: Fraction) -> list[Span]:
    """The parts of a shot that are away from its ends and from transitions; without the margins where nothing would be left."""
    for kept_away in (margin, Fraction(0)):
        parts = [Span(span.start + kept_away, span.end - kept_away)] if span.length > 2 * kept_away else []
        for taken in transitions:
            wide = Span(taken.start - kept_away, taken.end + kept_away)
            parts = [piece for part in parts for piece in _without(part, wide)]
        if parts:
            return parts
    return []


def _without(part: Span, taken: Span) -> list[Span]:
    if part.overlap(taken) <= 0:
        return [part]
    sides = ((part.start, min(part.end, taken.start)), (max(part.start, taken.end), part.end))
    return [Span(start, end) for start, end in sides if start < end]


def _scores(film: _Film, numbers: Any, central: Any) -> Any:
    shares = [(film.sharpness[numbers], SHARPNESS), (film.exposure[numbers], EXPOSURE)]
    shares += [(film.stillness[numbers], STILLNESS), (central, CENTRALITY)]
    if film.faces is not None:
        shares.append(((1 + film.faces[numbers]) / 2, FACES))  # a shot without a face is worth showing too
    if film.grades is not None:
        shares.append((film.grades[numbers], GRADE))
    total = sum(weight for _share, weight in shares)
    logarithm = sum(weight * np.log(np.maximum(share, 1e-6)) for share, weight in shares)
    return np.exp(logarithm / total)


def _good(film: _Film, numbers: Any) -> Any:
    """Which samples are neither empty, flashes nor blurred."""
    exposure, sharp = film.exposure[numbers], film.sharpness[numbers]
    lit = exposure >= EMPTY
    if not lit.any():
        return lit
    lit &= exposure >= FLASH * np.median(exposure[lit])
    return lit & (sharp >= BLURRED * sharp[lit].max())


def _spread(moments: Any, scores: Any, count: int, length: float) -> list[int]:
    """Places of the best ones; those that are near in time to one chosen already count for less."""
    chosen = [int(scores.argmax())]
    room = length / max(1, count)
    while len(chosen) < min(count, len(moments)):
        away = np.abs(moments[:, None] - moments[chosen]).min(axis=1)
        worth = scores * np.minimum(1, away / room)
        best = int(worth.argmax())
        if away[best] <= 0:
            break
        chosen.append(best)
    return chosen


def _reason(film: _Film, number: int, central: float) -> str:
    return (
        f"sharpness {film.sharpness[number]:.0%}, exposure {film.exposure[number]:.0%}, "
        f"movement {film.motion[number]:.1%} a frame, {central:.0%} like the rest of its shot"
        + (", a face is seen" if film.faces is not None and film.faces[number] >= FACE else "")
    )
