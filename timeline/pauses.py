"""Where nobody speaks in a medium, and what is heard there instead. Pure.

Rows are those of `voicing`. A word that was heard is never part of a pause, unless it lies at the level of a room in which others talk;
music, breaths and other sounds are none where they are to be kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..ml.facts import SoundEvent, Span, Word
from .voicing import CLEAR, HINT, VOICED, Rows, filled, runs, spoken, widened, without_short

LONGEST = Fraction(1), Fraction(3, 25)
"""Seconds that no word exceeds: so many, and so many a letter."""
AROUND = 0.3
"""Seconds around what is heard of such a word."""
QUIET = 30.0
"""Decibels that a room is below speech from which on nothing in it is taken for words."""
FOREGROUND, SAID, BESIDE = 3.0, 0.05, 0.05
"""Decibels more than what stands out of the room, seconds of the shortest part of a word that is that loud, and around it."""
BREATH = 0.1, 0.8
"""Seconds of the shortest and the longest breath."""
BREATHING = 0.4
"""Seconds between a breath and the speech it belongs to."""
SOFTER = 8.0
"""Decibels a breath is softer than speech."""
SOUND = 0.15
"""Seconds of a sound that is more than a click."""
SOUND_DIP = 0.2
FADES = 0.1, 0.3
"""Seconds kept before and after a sound that is kept."""
UNHEARD = ("speech", "music", "noise")
"""Labels of events that are no sound of their own."""
SURE = 0.5


@dataclass(frozen=True)
class Pause:
    """`span`: without speech; `cut`: the part of it between the paddings.

    `room`: the level of the room there in decibels; `above`: how many decibels above it the louder tenth is. `chance`: how likely
    somebody speaks after all, 0..1.
    """

    span: Span
    cut: Span
    room: float
    above: float
    chance: float


@dataclass(frozen=True)
class Pauses:
    """The pauses of a medium in order; those that stay, for music or another sound is heard, are counted."""

    found: tuple[Pause, ...]
    speaks: bool
    music: int = 0
    sounds: int = 0


@dataclass(frozen=True)
class Wanted:
    """What counts as a pause: seconds of padding `before` and `after` speech, what stays, `offset` in decibels.

    `minimum`: seconds of a pause that is worth telling of when it stays.
    """

    minimum: Fraction
    before: Fraction
    after: Fraction
    offset: float
    breaths: bool
    music: bool
    sounds: bool


def pauses(rows: Rows, words: Sequence[Word], events: Sequence[SoundEvent], wanted: Wanted) -> Pauses:
    """Every stretch without speech, however short. `words` and `events` in seconds of the medium's sound."""
    voice = spoken(rows, wanted.offset)
    clear = _clear(rows, voice)
    said = _said(rows, words)
    near = rows.count(BESIDE)
    sure, speech = voice | (said & clear), voice | (said & widened(clear, near, near))
    if not speech.any():
        return Pauses((), False)
    loud = filled((rows.heard > wanted.offset) & ~speech, rows.count(SOUND_DIP)) & ~speech
    breaths = _breaths(rows, speech, loud)
    if wanted.breaths:
        breathing = _joined(breaths, speech, rows.count(BREATHING))
        sure, speech = sure | breathing, speech | breathing
    music = _over(rows, events, ("music",)) & ~speech
    sounds = _sounding(rows, loud & ~breaths, speech) | _others(rows, events)
    stays = np.zeros(len(rows), bool)
    if wanted.music:
        stays |= music
    if wanted.sounds:
        stays |= sounds & ~speech
    least = wanted.minimum / rows.step
    silent = [(first, end) for first, end in runs(~speech) if end - first >= least]
    with_music = sum(bool(music[first:end].any()) for first, end in silent) if wanted.music else 0
    with_sound = sum(bool((stays & ~music)[first:end].any()) for first, end in silent) if wanted.sounds else 0
    # Paddings reach over what stays for another reason: they are of speech, wherever it is. What stays of a word only for lying beside
    # speech is in the padding of that speech; with one of its own it would be twice as much.
    padded = speech | widened(sure, math.ceil(wanted.before / rows.step), math.ceil(wanted.after / rows.step))
    found = [_pause(rows, first, end, padded) for first, end in runs(~speech & ~stays)]
    return Pauses(tuple(one for one in found if one is not None), True, with_music, with_sound)


def _clear(rows: Rows, voice: Any) -> Any:
    """Where a word is surely said: anywhere, but in a room that is heard well below speech only in what is as loud as speech.

    A recogniser writes words over pauses in which others talk far away or music plays: these lie at the level of the room. A room that is
    louder drowns words, and in one that is quiet nothing is there to be mistaken.
    """
    loud = without_short(rows.heard > FOREGROUND, rows.count(SAID))
    below = rows.loudest - rows.room[0]
    return voice | loud | (below < CLEAR) | (below > QUIET)


def _said(rows: Rows, words: Sequence[Word]) -> Any:
    """Where words are said. One that lasts longer than anybody says it has slipped over a pause: what is heard of it."""
    said = np.zeros(len(rows), bool)
    around = rows.count(AROUND)
    for word in words:
        first, end = rows.rows(Span(word.start, word.end))
        part = slice(first, max(end, first + 1))
        if word.end - word.start <= LONGEST[0] + LONGEST[1] * len(word.text.strip()):
            said[part] = True
        else:
            said[part] |= widened((rows.speech[part] >= HINT) | (rows.heard[part] > 0), around, around)
    return said


def _pause(rows: Rows, first: int, end: int, padded: Any) -> Pause | None:
    free = np.flatnonzero(~padded[first:end])
    if not len(free):
        return None
    part = slice(first + int(free[0]), first + int(free[-1]) + 1)
    floor = rows.room[0][part]
    above = max(0.0, float(np.percentile(rows.smooth[part] - floor, 90)))
    return Pause(rows.span(first, end), rows.span(part.start, part.stop), float(floor.mean()), above, float(rows.speech[part].mean()))


def _breaths(rows: Rows, speech: Any, loud: Any) -> Any:
    """Rows of breaths: noise, not voice, as long as a breath, softer than speech, near it."""
    found = np.zeros(len(rows), bool)
    near = widened(speech, rows.count(BREATHING), rows.count(BREATHING))
    for first, end in runs(loud):
        part = slice(first, end)
        length = (end - first) * float(rows.step)
        if not BREATH[0] <= length <= BREATH[1] or not near[part].any():
            continue
        if float(rows.voicing[part].mean()) < VOICED and float(rows.smooth[part].max()) <= rows.loudest - SOFTER:
            found[part] = True
    return found


def _joined(breaths: Any, speech: Any, most: int) -> Any:
    """The breaths, with what lies between each and the speech it belongs to."""
    together = filled(breaths | speech, most)
    found = np.zeros(len(breaths), bool)
    for first, end in runs(together & ~speech):
        if breaths[first:end].any():
            found[first:end] = True
    return found


def _sounding(rows: Rows, loud: Any, speech: Any) -> Any:
    """Sounds that are no click, with how they begin and die away."""
    sound = without_short(loud, rows.count(SOUND)) & ~speech
    return widened(sound, rows.count(FADES[0]), rows.count(FADES[1]))


def _over(rows: Rows, events: Sequence[SoundEvent], labels: Sequence[str]) -> Any:
    found = np.zeros(len(rows), bool)
    for event in events:
        if event.label in labels and event.confidence >= SURE:
            first, end = rows.rows(event.span)
            found[first:end] = True
    return found


def _others(rows: Rows, events: Sequence[SoundEvent]) -> Any:
    return _over(rows, events, sorted({event.label for event in events} - set(UNHEARD)))
