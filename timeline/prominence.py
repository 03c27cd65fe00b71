"""Which words are stressed: how much louder, higher and longer each is than its speaker's words around it usually are. Pure.

The three correlates, and judging them against a speaker's own words nearby, are those of automatic detectors of pitch accents:
F. Tamburini and C. Caini, "An automatic system for detecting prosodic prominence in American English continuous speech", Int. J. Speech
Technology 8, 2005; A. Rosenberg, "AuToBI", Interspeech 2010. That loudness and length say more than pitch is from G. Kochanski et al.,
"Loudness predicts prominence: fundamental frequency lends little", J. Acoust. Soc. Am. 118(2), 2005. What a speaker does anyway is taken
off first, by a robust regression over his own words (P. Huber, 1964): long words take longer, voices sink and soften along a phrase, words
before a pause are drawn out (C. Wightman et al., J. Acoust. Soc. Am. 91(3), 1992).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ..ml.facts import Word
from .voicing import Rows, spoken

WEIGHTS = (1.0, 0.4, 0.6)
"""Of loudness, pitch and length."""
AROUND = 8.0
"""Seconds on both sides whose words a word is compared with."""
FEWEST = 6
"""Words that a norm is taken from, at least; where a speaker said fewer, nothing is told of his words."""
PAUSE = 0.18
"""Seconds of silence that end a phrase."""
RIDGE = 3.0
"""How many words' worth of doubt the regression begins with: of a speaker who says little, little is taken off."""
SPREADS = (1.5, 1.2, 0.18)
"""The least spread of decibels, semitones and logarithms of lengths: steadier voices are not taken for livelier ones."""
LEAST, MOST = -3.0, 4.0
"""A feature further out than these counts as these: one wrong value is no stress."""
OCTAVE = 9.0
"""Semitones from the speaker's middle beyond which a pitch is a mistake of an octave."""
VOICED_ROWS = 3


@dataclass(frozen=True)
class Stress:
    """How far a word stands out, in robust standard deviations of its speaker's words around it: `level`, `pitch` and `length`, and the
    `score` of all three, 0 where it does not."""

    word: Word
    score: float
    level: float
    pitch: float
    length: float

    @property
    def reason(self) -> str:
        """What makes it stand out, in plain words."""
        parts = [name for name, value in (("louder", self.level), ("higher", self.pitch), ("longer", self.length)) if value >= 1.0]
        if not parts:
            return "stands out a little"
        return f"{' and '.join([', '.join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)} than the words around it"


def stresses(words: Sequence[Word], rows: Rows, speakers: Sequence[int] = (), weights: tuple[float, ...] = WEIGHTS) -> tuple[Stress, ...]:
    """One for each word, in the same order. `speakers` says who says each word (none: all are one speaker's).

    A score is the weighted sum of the three in units of its own spread, were they independent; 0 for words of a speaker with fewer
    than `FEWEST` words.
    """
    if not words:
        return ()
    table, usual = _measured(words, rows), _circumstances(words)
    moments = np.array([float(word.start + word.end) / 2 for word in words])
    who = np.asarray(speakers if speakers else [0] * len(words))
    found = np.zeros((len(words), 3))
    for speaker in np.unique(who):
        own = np.flatnonzero(who == speaker)
        for column, least in enumerate(SPREADS):
            here = _above(_known(table[own, column], column), moments[own])
            found[own, column] = _in_spreads(_unusual(here, usual[own]), least)
    scale = float(np.sqrt(np.sum(np.square(weights))))
    scores = np.clip(found, LEAST, MOST) @ np.asarray(weights) / scale
    return tuple(
        Stress(word, round(max(0.0, float(score)), 3), *(round(float(value), 2) for value in row))
        for word, score, row in zip(words, scores, found, strict=True)
    )


def _measured(words: Sequence[Word], rows: Rows) -> Any:
    """(words, 3): loudness in decibels, pitch in semitones, logarithm of the seconds that are spoken; NaN: not known."""
    sounding = spoken(rows)
    found = np.full((len(words), 3), np.nan)
    for place, word in enumerate(words):
        first = max(0, round((word.start - rows.start) / rows.step))
        end = min(len(rows), round((word.end - rows.start) / rows.step))
        if end - first < 2:
            continue
        pitch, levels = rows.pitch[first:end], rows.smooth[first:end]
        voiced = pitch > 0
        enough = voiced.sum() >= VOICED_ROWS
        heard = int(sounding[first:end].sum())
        found[place, 0] = np.percentile(levels[voiced] if enough else levels, 80)
        found[place, 1] = np.percentile(12 * np.log2(pitch[voiced]), 75) if enough else np.nan
        found[place, 2] = np.log((heard if heard >= 2 else end - first) * float(rows.step))
    return found


def _circumstances(words: Sequence[Word]) -> Any:
    """(words, 4): logarithm of the letters, the place in the phrase 0..1, whether it ends and whether it begins a phrase."""
    gaps = [float(after.start - before.end) for before, after in pairwise(words)]
    ends = np.array([*(gap >= PAUSE for gap in gaps), True])
    begins = np.array([True, *ends[:-1]])
    starts, stops = np.flatnonzero(begins), np.flatnonzero(ends)
    places = np.concatenate([np.linspace(0, 1, stop - start + 1) for start, stop in zip(starts, stops, strict=True)])
    letters = np.log([1 + max(1, sum(letter.isalnum() for letter in word.text)) for word in words])
    return np.stack([letters, places, ends, begins], axis=1).astype(np.float64)


def _known(values: Any, column: int) -> Any:
    """Without pitches that are mistakes of an octave."""
    if column != 1 or not np.isfinite(values).any():
        return values
    return np.where(np.abs(values - np.nanmedian(values)) > OCTAVE, np.nan, values)


def _unusual(values: Any, usual: Any) -> Any:
    """What of the values the circumstances of the words do not tell: the rest of a ridge regression with Huber's weights."""
    known = np.isfinite(values)
    found = np.full(len(values), np.nan)
    if known.sum() < FEWEST:
        return found
    y, weights = values[known], np.ones(int(known.sum()))
    for _round in range(5):
        middle = np.average(usual[known], axis=0, weights=weights)
        x = usual[known] - middle
        centred = y - np.average(y, weights=weights)
        slopes = np.linalg.solve(x.T @ (x * weights[:, None]) + RIDGE * np.eye(x.shape[1]), x.T @ (weights * centred))
        rest = centred - x @ slopes
        weights = np.minimum(1.0, 1.345 * max(1.4826 * float(np.median(np.abs(rest))), 1e-3) / np.maximum(np.abs(rest), 1e-9))
    found[known] = rest
    return found


def _above(values: Any, moments: Any) -> Any:
    """How far each value lies above the median of the others around it; NaN: not known."""
    known = np.flatnonzero(np.isfinite(values))
    found = np.full(len(values), np.nan)
    if len(known) < FEWEST:
        return found
    when, there = moments[known], values[known]
    firsts, ends = np.searchsorted(when, when - AROUND), np.searchsorted(when, when + AROUND, side="right")
    for number, place in enumerate(known):
        first, end = int(firsts[number]), int(ends[number])
        while end - first <= FEWEST and end - first < len(known):
            nearer_before = first > 0 and (end == len(known) or when[number] - when[first - 1] <= when[end] - when[number])
            first, end = (first - 1, end) if nearer_before else (first, end + 1)
        found[place] = values[place] - np.median(np.concatenate([there[first:number], there[number + 1 : end]]))
    return found


def _in_spreads(values: Any, least: float) -> Any:
    """In robust spreads of the speaker's, from their middle; 0: not known."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values))
    off = values - np.median(values[known])
    return np.where(known, off / max(1.4826 * float(np.median(np.abs(off[known]))), least), 0.0)


def by_speaker(words: Sequence[Word], turns: Sequence[Any]) -> list[int]:
    """Who says each word: the speaker of the turn that holds most of it, the one before where none does. `turns` are `facts.Turn`."""
    found: list[int] = []
    shares: dict[int, float] = defaultdict(float)
    for word in words:
        shares.clear()
        for turn in turns:
            if turn.span.start < word.end and word.start < turn.span.end:
                shares[turn.speaker] += float(min(turn.span.end, word.end) - max(turn.span.start, word.start))
        found.append(max(shares, key=lambda speaker: shares[speaker]) if shares else (found[-1] if found else 0))
    return found
