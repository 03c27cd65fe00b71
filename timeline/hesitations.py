"""Sounds of thinking that no word was written for, and words drawn out, found in the voice between and within words. Pure.

A recogniser that was trained on subtitles leaves most of "um" and "er" out. What tells them: a gap between words that is filled with
voiced sound as loud as speech. Filled pauses hold one vowel, or end in a hum (Clark and Fox Tree 2002, "Using uh and um in spontaneous
speaking"; O'Shaughnessy 1992, "Recognition of hesitations in spontaneous speech": long, voiced, pitch flat or slowly falling), so their
level goes on smoothly; words have consonants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..ml.facts import Span, Word
from .voicing import Rows, filled, runs

VOICED = 0.6
"""How periodic a row of voiced sound is."""
SHORTEST, LONGEST = 0.11, 1.5
"""Seconds of a filled pause."""
APART = 0.2
"""Seconds between voiced parts of one utterance: consonants are shorter."""
SOFTEST = 12.0
"""Decibels below speech of the softest filled pause: more is breath, reverberation or another room."""
SMOOTH, ROUGH = 1.0, 1.7
"""Mean change of the level over 50 ms, in decibels from row to row (10 ms): a vowel changes less than the first, most words more than the
second."""
STEADY = 3.0
"""Forty-eighths of an octave from row to row by which a steady pitch wanders, in the median."""
TAIL = 0.15
"""Seconds of unvoiced sound that belong to what is voiced: the h of "hm", breath behind it."""
DIP = 4.0
"""Decibels by which the level falls between a word and what is said after it."""
EDGE = 0.03
"""Seconds that words' edges are off."""
BRIEF = 0.5
"""A word shorter than this share of what is usual was cut off by whoever timed it."""
STOP = 0.1
"""Seconds of silence within a word that no consonant makes."""
DRAWN = 0.3
"""Seconds of one steady sound in a word that is drawn out."""


@dataclass(frozen=True)
class Hesitation:
    """From `start` to `end` seconds between words `before` and `before + 1` (-1: before all of them). `steady`: one sound, no words.

    `tight`: it runs into a word without a dip of the level, so that it may be a part of that word.
    """

    start: float
    end: float
    before: int
    steady: bool
    tight: bool
    confidence: float


@dataclass(frozen=True)
class Drawn:
    """Word `place` has one steady sound for `held` seconds; at its usual pace it would last `usual` seconds."""

    place: int
    held: float
    usual: float
    confidence: float


def trimmed(rows: Rows, words: Sequence[Word], usual: Sequence[float]) -> list[Word]:
    """The words without what cannot be theirs: a word that lasts much longer than is `usual`, with a pause in its time, was stretched over
    what is said beside it by whoever timed it. The part that is about as long as usual is the word, where the other one is a held sound."""
    kept = list(words)
    lengths = np.array([float(word.end - word.start) for word in words])
    for place in np.flatnonzero(lengths > np.maximum(1.8 * np.array(usual), 0.35)).tolist():
        first, end = rows.rows(Span(words[place].start, words[place].end))
        parts = [(first + a, first + b) for a, b in runs(rows.smooth[first:end] > _quiet(rows, first, end))]
        parts = [part for part in parts if part[1] - part[0] >= rows.count(0.05)]
        if len(parts) != 2 or parts[1][0] - parts[0][1] < rows.count(STOP):
            continue
        own, other = sorted(parts, key=lambda part: abs((part[1] - part[0]) * float(rows.step) - usual[place]))
        if _steady(rows, *other) and other[1] - other[0] >= rows.count(SHORTEST):
            early = own[0] < other[0]
            edge = rows.seconds(own[1] if early else own[0])
            kept[place] = replace(words[place], end=edge) if early else replace(words[place], start=edge)
    return kept


def _quiet(rows: Rows, first: int, end: int) -> float:
    """The level below which nobody speaks within some rows: the room, or far below what is loudest there."""
    if end <= first:
        return 0.0
    floor, more = rows.room
    return max(float((floor + more)[first:end].max()), float(rows.smooth[first:end].max()) - 22.0)


def usual_lengths(words: Sequence[Word], letters: Sequence[int]) -> Any:
    """Seconds that each word would last at the speaker's pace: some for itself and some for each letter, as most words of his have it."""
    lengths = np.array([float(word.end - word.start) for word in words])
    sizes = np.maximum(np.array(letters, float), 1.0) + 1.5
    return sizes * float(np.median(lengths / sizes)) if len(words) else lengths


def hesitations(rows: Rows, words: Sequence[Word], usual: Sequence[float]) -> list[Hesitation]:
    """What is voiced between the words, in order. Seconds are the medium's, as the words'; `usual`: how long each word lasts mostly."""
    if not len(rows) or not words:
        return []
    voiced = filled((rows.voicing >= VOICED) & (rows.levels > rows.loudest - SOFTEST - 9) & (rows.heard > 0), rows.count(0.04))
    step, origin = float(rows.step), float(rows.start)
    edges = [origin, *(float(edge) for word in words for edge in (word.start, word.end)), origin + len(rows) * step]
    short = [float(word.end - word.start) < BRIEF * length for word, length in zip(words, usual, strict=True)]
    found = []
    for before, (start, end) in enumerate(zip(edges[0::2], edges[1::2], strict=True)):
        first, last = max(0, round((start - origin) / step)), min(len(rows), round((end - origin) / step))
        if (last - first) * step < SHORTEST:
            continue
        for part in _together(runs(voiced[first:last]), rows.count(APART)):
            one = _judged(rows, first, last, first + part[0], first + part[1], before - 1, short)
            if one is not None:
                found.append(one)
    return found


def _together(parts: Sequence[tuple[int, int]], near: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, end in parts:
        if joined and first - joined[-1][1] <= near:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return joined


def _judged(rows: Rows, first: int, last: int, start: int, end: int, before: int, short: Sequence[bool]) -> Hesitation | None:
    """Rows `start` to `end` of the free rows `first` to `last`, as what they are; None where they are nothing."""
    step = float(rows.step)
    length = (end - start) * step
    part = slice(start, end)
    share = float((rows.voicing[part] >= VOICED).mean())
    level = float(rows.levels[part].mean()) - rows.loudest
    if not SHORTEST <= length <= LONGEST or share < 0.5 or level < -SOFTEST:
        return None
    change, steady = _change(rows, start, end), _steady(rows, start, end)
    spoken = float(rows.speech[part].max())
    if not steady and spoken < 0.5:
        return None
    inner = rows.count(EDGE)
    beside = (before if start - first <= inner else -1, before + 1 if last - end <= inner and before + 1 < len(short) else -1)
    touches = [place >= 0 and (short[place] or _goes_on(rows, row)) for place, row in zip(beside, (start, end), strict=True)]
    smooth = min(1.0, max(0.0, (ROUGH - change) / (ROUGH - SMOOTH)))
    sure = 0.55 + 0.25 * smooth + 0.1 * (share >= 0.9) if steady else 0.3 + 0.15 * (length > 0.25)
    sure -= 0.15 * (length < 0.16)
    if any(touches):
        sure -= 0.25 if all(touches) or length < 0.3 else 0.15
    # A word that was timed too short has its end here.
    sure -= 0.4 * any(place >= 0 and short[place] for place in beside)
    start, end = _with_tails(rows, first, last, start, end)
    origin = float(rows.start)
    return Hesitation(origin + start * step, origin + end * step, before, steady, any(touches), round(max(sure, 0.05), 3))


def _change(rows: Rows, start: int, end: int) -> float:
    return float(np.abs(np.diff(rows.smooth[start:end])).mean()) if end - start > 1 else ROUGH


def _steady(rows: Rows, start: int, end: int) -> bool:
    """Whether one sound is held in these rows."""
    share = float((rows.voicing[start:end] >= VOICED).mean())
    return share >= 0.7 and _change(rows, start, end) <= (SMOOTH + ROUGH) / 2 and _steady_pitch(rows.pitch[start:end])


def _steady_pitch(pitch: Any) -> bool:
    known = pitch[pitch > 0]
    if len(known) < 4:
        return False
    return bool(np.median(np.abs(np.diff(48 * np.log2(known)))) <= STEADY)


def _goes_on(rows: Rows, row: int) -> bool:
    """Whether the level does not dip around a row: nobody stopped there."""
    around = rows.count(0.06)
    part = rows.levels[max(0, row - around) : row + around]
    half = len(part) // 2
    if half < 2:
        return True
    return bool(min(part[:half].max(), part[half:].max()) - part.min() < DIP)


def _with_tails(rows: Rows, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """With the soft sound on both sides that belongs to it."""
    most = rows.count(TAIL)
    while start > first and most and rows.heard[start - 1] > 0:
        start, most = start - 1, most - 1
    most = rows.count(TAIL)
    while end < last and most and rows.heard[end] > 0:
        end, most = end + 1, most - 1
    return start, end


def drawn_out(rows: Rows, words: Sequence[Word], usual: Any) -> list[Drawn]:
    """Words that last much longer than is `usual` for the speaker, for one sound in them is held."""
    if not words:
        return []
    lengths = np.array([float(word.end - word.start) for word in words])
    last = [
        place + 1 == len(words) or not word.text.rstrip()[-1:].isalnum() or float(words[place + 1].start - word.end) > 0.15
        for place, word in enumerate(words)
    ]
    found = []
    for place in np.flatnonzero((lengths > 0.45) & (lengths > usual * 1.7)).tolist():
        held = _held(rows, *rows.rows(Span(words[place].start, words[place].end)))
        # The last word before a pause is drawn out by everybody (final lengthening).
        need, long = (DRAWN + 0.2, 3.0) if last[place] else (DRAWN, 1.9)
        ratio = float(lengths[place] / usual[place])
        if held >= need and ratio >= long:
            sure = min(0.75, 0.4 + 0.1 * (ratio - long) + 0.3 * (held - need))
            found.append(Drawn(int(place), held, float(usual[place]), round(sure, 3)))
    return found


def _held(rows: Rows, first: int, end: int) -> float:
    """Seconds of the longest stretch in which one sound is held: voiced, its level and pitch hardly moving."""
    if end - first < 5:
        return 0.0
    levels, pitch = rows.smooth[first:end], rows.pitch[first:end]
    near = np.abs(np.diff(levels, prepend=levels[:1])) <= 1.0
    tune = np.where(pitch > 0, 48 * np.log2(np.maximum(pitch, 1e-3)), np.nan)
    wander = np.abs(np.diff(tune, prepend=tune[:1]))
    held = filled((rows.voicing[first:end] >= VOICED) & near & (np.nan_to_num(wander, nan=0.0) <= STEADY), rows.count(0.03))
    return max((last - start for start, last in runs(held)), default=0) * float(rows.step)
