"""Where somebody speaks, told from a `Voice`: surely enough for the detector, and louder than the room, which is measured as it goes.

A fixed threshold clips the soft ends of words where it is quiet and keeps every pause where it is loud. Here the room's level is taken
from the rows around (as minimum statistics do: R. Martin, IEEE Trans. Speech Audio Process. 9(5), 2001), and so is how much it varies.
What is too soft to be louder than the room is heard as long as its spectrum differs from the room's (`ml/engines/contrast.py`). The
detector alone is believed for a moment only: it takes a while to let go, and in a room full of voices it hears one now and then.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..ml.facts import Span, Voice

QUIETEST, STEP, DEVIATION = -100.0, 0.4, 0.1
SURE, LOST = 0.5, 0.35
"""Speech begins above the first and ends below the second: the detector's own thresholds."""
DOUBT = 0.1
"""How sure the detector is where it begins to hear something, if it is not as sure of the room alone."""
MISTAKEN = 99
"""Percent of the room alone for which the detector is no surer of speech than it may be by mistake."""
HINT = 0.2
"""How sure the detector must be of voiced sound that stands out of the room."""
VOICED = 0.6
AS_LOUD, VOWEL, LONE = 10.0, 0.1, 1.0
"""Decibels below speech, and seconds, of a vowel that is one whatever the detector says, and seconds of the longest word by itself."""
AROUND, EVERY = 10.0, 2.0
"""Seconds on both sides that the room is measured in, and from one measurement to the next."""
ENOUGH, AWAY = 0.5, 0.2
"""Seconds without speech that the room can be told from, and how far from speech these are."""
LEAST, MOST = 6.0, 12.0
"""Decibels above the room that count as more than the room: where it is steady, and where it varies; there up to half of what speech
stands out by, if that is more."""
DEEPEST = 55.0
"""Decibels below speech that no room counts as quieter than: digital silence has no level."""
STANDS, BURSTS = 3.0, 4.0
"""Standard deviations of the room by which a spectrum differs from it beside speech, and after a consonant's closure."""
SOMEHOW = 1.0
"""The least of these, whatever offset is asked for and however little speech stands out; less is the room by chance."""
HANG, LETTING_GO = 0.12, 0.03
"""Seconds around what stands out of the room within which the detector is believed: where it is sure, and where it lets go."""
CLEAR = 18.0
"""Decibels of speech above the room with which all of speech stands out of it."""
LATE, HIGH, LOW = 0.15, 14.0, 4.0
"""Seconds the detector hears beginnings late at most, and decibels of speech above the room where it does not, and where it does."""
TAIL = 0.15
"""Seconds for which the end of speech may be drowned there."""
REACH = 0.3
"""Seconds of sound beside speech that are its soft beginning or end."""
CLEARLY = 1.0
"""Decibels by which a syllable is heard that the detector is not sure of."""
FAR, STOP, SHORTEST = 0.3, 0.12, 0.03
"""Seconds from speech in which syllables belong to it, of the longest closure of a consonant, and of the shortest syllable."""
LITTLE = 2.0
"""Decibels above the room of an end that dies away."""
DIP = 0.03
"""Seconds of quiet that do not end a sound."""
SMOOTH = 0.05
"""Seconds that a level is taken over."""
SHORT = 0.05
"""Seconds of the shortest speech."""


@dataclass(frozen=True)
class Rows:
    """A `Voice` as arrays, float32 (rows,): `speech` and `voicing` 0..1, `levels` in decibels (-100.0: silence), `pitch` in hertz or 0,
    `contrast` in standard deviations of the room."""

    start: Fraction
    step: Fraction
    speech: Any
    levels: Any
    voicing: Any
    pitch: Any
    contrast: Any
    floor: float

    def __len__(self) -> int:
        return len(self.speech)

    def seconds(self, row: int) -> Fraction:
        """When a row begins."""
        return self.start + row * self.step

    def span(self, first: int, end: int) -> Span:
        """From row `first` up to but not including row `end`."""
        return Span(self.seconds(first), self.seconds(end))

    def rows(self, span: Span) -> tuple[int, int]:
        """The half-open range of rows that a span touches."""
        first = math.floor((span.start - self.start) / self.step)
        end = math.ceil((span.end - self.start) / self.step)
        return min(max(first, 0), len(self)), min(max(end, 0), len(self))

    def count(self, seconds: float) -> int:
        """Rows of so many seconds, one at least."""
        return max(1, round(seconds / float(self.step)))

    @cached_property
    def smooth(self) -> Any:
        """The level over 50 ms, in decibels."""
        power = np.where(self.levels > QUIETEST, 10 ** (self.levels.astype(np.float64) / 10), 0.0)
        return np.maximum(10 * np.log10(_mean(power, self.count(SMOOTH)) + 1e-30), QUIETEST).astype(np.float32)

    @cached_property
    def room(self) -> tuple[Any, Any]:
        """(level of the room, decibels above it that count as more) of every row."""
        return _room(self)

    @cached_property
    def heard(self) -> Any:
        """How many decibels each row is above what counts as more than the room: positive where something is heard."""
        floor, more = self.room
        return self.smooth - floor - more

    @cached_property
    def loudest(self) -> float:
        """The level of speech in decibels: of the louder half of it. `QUIETEST` without speech."""
        spoken = self.levels[self.speech >= SURE]
        return float(np.percentile(spoken, 75)) if len(spoken) else QUIETEST


@lru_cache(maxsize=8)
def decode(voice: Voice) -> Rows:
    """The facts as arrays, which are not to be written to: with other options the same are asked for again and again."""
    coded = (voice.speech, voice.levels, voice.voicing, voice.pitch, voice.contrast)
    speech, levels, voicing, pitch, contrast = (np.frombuffer(base64.b64decode(data), np.uint8).astype(np.float32) for data in coded)
    hertz = np.where(pitch > 0, 40 * np.exp2(pitch / 48), 0).astype(np.float32)
    columns = (speech / 255, levels * STEP + QUIETEST, voicing / 255, hertz, contrast * DEVIATION)
    for column in columns:
        column.flags.writeable = False
    return Rows(voice.span.start, voice.step, *columns, voice.floor)


def spoken(rows: Rows, offset: float = 0.0) -> Any:
    """Which rows are speech, bool (rows,).

    `offset` decibels more, or less, than what is measured must be heard, but never more than half of what speech stands out by.
    Nothing shorter than 50 ms is speech.
    """
    if not len(rows):
        return np.zeros(0, bool)
    loud = rows.heard > np.minimum(offset, np.maximum(0, (rows.loudest - sum(rows.room)) / 2))
    differing = rows.contrast / max(1 + offset / LEAST, SOMEHOW / STANDS)
    voiced = (rows.voicing >= VOICED) & loud
    differs = differing > STANDS
    heard = loud | differs
    sure = _held(rows.speech, SURE, LOST) | ((rows.speech >= HINT) & voiced) | _lone(rows, voiced, loud)
    near = _around(heard, rows.count(LETTING_GO)) | (_around(heard, rows.count(HANG)) & (rows.speech >= SURE))
    # Where the room is loud, the soft sounds of speech do not stand out of it, and the detector hears them all the same.
    believed = without_short(sure & (near | (rows.loudest - rows.room[0] < CLEAR)), rows.count(SHORT))
    mistaken = _mistaken(rows, believed)
    sounding = filled(heard, rows.count(DIP)) | _uncertain(rows, loud, differing)
    grown = _later(_grown(believed, sounding, rows.count(REACH)), rows, mistaken)
    syllables = without_short(filled((rows.heard > CLEARLY) & (rows.voicing >= VOICED), 2), rows.count(SHORTEST))
    grown = _with_sounds(grown, syllables, rows, rows.count(FAR))
    bursts = _apart(without_short((differing > BURSTS) | (differs & (rows.speech > mistaken)), rows.count(SHORTEST)), grown)
    grown = _with_sounds(grown, bursts, rows, rows.count(STOP))
    return _earlier(grown, rows, mistaken)


def speech_spans(rows: Rows, offset: float = 0.0) -> list[Span]:
    """The stretches of `spoken`, in order of time, in seconds of the medium's sound."""
    return [rows.span(first, end) for first, end in runs(spoken(rows, offset))]


def runs(flags: Any) -> list[tuple[int, int]]:
    """Half-open ranges of rows that are set, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(end)) for first, end in zip(edges[0::2], edges[1::2], strict=True)]


def widened(flags: Any, before: int, after: int) -> Any:
    """Set also `before` rows before and `after` rows after every row that is."""
    edges = np.zeros(len(flags) + 1, np.int64)
    for first, end in runs(flags):
        edges[max(0, first - before)] += 1
        edges[min(len(flags), end + after)] -= 1
    return np.cumsum(edges)[:-1] > 0


def _lone(rows: Rows, voiced: Any, loud: Any) -> Any:
    """A word by itself, too short for the detector but as loud as speech: a vowel in a sound with quiet around it. Music goes on."""
    vowels = without_short(filled(voiced & (rows.smooth > rows.loudest - AS_LOUD), 2), rows.count(VOWEL))
    sounds = filled(loud, rows.count(STOP))
    return vowels & sounds & ~without_short(sounds, rows.count(LONE))


def _uncertain(rows: Rows, loud: Any, differing: Any) -> Any:
    """What may be the rest of a word where the room is not steady and drowns soft sounds: what differs from the room at all.

    Under music, ends are less sure the less speech stands out: the limit falls as they are drowned (two limits as in J. Canny, IEEE Trans.
    PAMI 8(6), 1986: what is sure by the higher one goes on as far as the lower one is met). A steady room is left to the higher one.
    """
    drowned = _drowned(rows) * (rows.room[1] > LEAST)
    return filled(loud | (differing > STANDS - (STANDS - SOMEHOW) * drowned), rows.count(STOP)) & (drowned > 0)


def _around(flags: Any, rows: int) -> Any:
    return widened(flags, rows, rows)


def filled(flags: Any, longest: int) -> Any:
    """With every hole of at most `longest` rows set."""
    found = flags.copy()
    for first, end in runs(~flags):
        if first and end < len(flags) and end - first <= longest:
            found[first:end] = True
    return found


def without_short(flags: Any, least: int) -> Any:
    """Without what is shorter than `least` rows."""
    found = flags.copy()
    for first, end in runs(flags):
        if end - first < least:
            found[first:end] = False
    return found


def _grown(flags: Any, sound: Any, most: int) -> Any:
    """With what of `sound` goes on beside the flags, at most `most` rows of it."""
    found = flags.copy()
    for first, end in runs(sound):
        inside = np.flatnonzero(flags[first:end])
        touching = (first > 0 and flags[first - 1]) or (end < len(flags) and flags[end])
        if not len(inside) and not touching:
            continue
        near = widened(flags[max(0, first - 1) : end + 1], most, most)
        found[max(0, first - 1) : end + 1] |= near & sound[max(0, first - 1) : end + 1]
    return found


def _with_sounds(flags: Any, sounds: Any, rows: Rows, within: int) -> Any:
    """With the sounds `within` so many rows of speech, up to the stop of a consonant from it: the detector takes a moment to be sure, and
    lets go of a word before the last sound of it."""
    near = _around(flags, within) & sounds
    return flags | (filled(flags | near, rows.count(STOP)) & _around(near, rows.count(STOP)))


def _apart(sounds: Any, flags: Any) -> Any:
    """Without the sounds that touch the flags: how much of these belongs to speech was told before."""
    found = sounds.copy()
    for first, end in runs(sounds):
        if flags[max(0, first - 1) : end + 1].any():
            found[first:end] = False
    return found


def _mistaken(rows: Rows, speech: Any) -> Any:
    """How sure the detector is now and then of the room alone, of every row; 0 where that is not known."""
    alone = ~_around(speech, rows.count(AWAY))
    reach, every, enough = rows.count(AROUND), rows.count(EVERY), rows.count(ENOUGH)
    places = np.arange(0, len(rows) + every, every)
    parts = (slice(max(0, place - reach), place + reach) for place in places)
    found = [np.percentile(here, MISTAKEN) if len(here := rows.speech[part][alone[part]]) >= enough else 0.0 for part in parts]
    return np.interp(np.arange(len(rows)), places, found)


def _later(flags: Any, rows: Rows, mistaken: Any) -> Any:
    """With every end as long as the detector doubts that it is over and there is a little more than the room; a while in a loud room."""
    found = flags.copy()
    most, drowned = rows.count(LATE), _drowned(rows)
    lingering = (rows.speech >= np.maximum(HINT, mistaken)) & (rows.heard > -rows.room[1] + LITTLE)
    for _first, end in runs(flags):
        over = np.flatnonzero(~lingering[end : end + most])
        last = end + (int(over[0]) if len(over) else most)
        found[end : last + int(drowned[end - 1] * rows.count(TAIL))] = True
    return found


def _earlier(flags: Any, rows: Rows, mistaken: Any) -> Any:
    """With every beginning from the detector's first doubt on, and where the room is loud as much earlier as it is late there.

    Its doubts count where there is something else than the room, as far as that is known: a detector that has just heard others talk
    doubts on.
    """
    found = flags.copy()
    drowned = _drowned(rows)
    doubted = rows.speech > np.maximum(DOUBT, mistaken)
    if rows.contrast.any():
        doubted &= rows.contrast > SOMEHOW
    for first, _end in runs(flags):
        start = max(0, first - rows.count(LATE))
        nothing = np.flatnonzero(~doubted[start:first])
        begin = start + int(nothing[-1]) + 1 if len(nothing) else start
        found[max(0, begin - int(drowned[first] * rows.count(LATE))) : first] = True
    return found


def _drowned(rows: Rows) -> Any:
    """How far the room drowns soft sounds of speech, 0..1 for every row."""
    return np.clip((HIGH - (rows.loudest - sum(rows.room))) / (HIGH - LOW), 0, 1)


def _held(values: Any, on: float, off: float) -> Any:
    """Above `on`, and on as long as it stays above `off`, to both sides."""
    above = values >= off
    found = np.zeros(len(values), bool)
    for first, end in runs(above):
        found[first:end] = bool((values[first:end] >= on).any())
    return found


def _room(rows: Rows) -> tuple[Any, Any]:
    """The room's level is the lower third of what is heard without speech around a row, else the quietest twentieth of everything."""
    alone = ~_around(rows.speech >= HINT, rows.count(AWAY))
    reach, every, enough = rows.count(AROUND), rows.count(EVERY), rows.count(ENOUGH)
    places = np.arange(0, len(rows) + every, every)
    lowest = max(QUIETEST, rows.loudest - DEEPEST)
    floors, mores = [], []
    for place in places:
        part = slice(max(0, place - reach), place + reach)
        levels, quiet = rows.smooth[part], alone[part]
        low, high = _range(levels[quiet], (30, 90)) if quiet.sum() >= enough else _range(levels[levels > QUIETEST], (5, 15))
        floors.append(max(low, lowest))
        mores.append(min(max(1.5 * (high - floors[-1]), LEAST), max(MOST, (rows.loudest - floors[-1]) / 2)))
    at = np.arange(len(rows))
    return np.interp(at, places, floors).astype(np.float32), np.interp(at, places, mores).astype(np.float32)


def _range(levels: Any, shares: tuple[int, int]) -> tuple[float, float]:
    if not len(levels):
        return QUIETEST, QUIETEST
    low, high = np.percentile(levels, shares)
    return float(low), float(high)


def _mean(values: Any, width: int) -> Any:
    """The moving mean over `width` rows; at the ends over those there are."""
    kernel = np.ones(width)
    total = np.convolve(values, kernel, "full")[(width - 1) // 2 :][: len(values)]
    return total / np.convolve(np.ones(len(values)), kernel, "full")[(width - 1) // 2 :][: len(values)]
