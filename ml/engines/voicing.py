"""How surely somebody speaks, how loud it is, how it is voiced and how far it stands out of the room, row by row; and how loud that is.

Speech is Silero VAD's answer (`voice`). Voicing and pitch are YIN's: A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency
estimator for speech and music", J. Acoust. Soc. Am. 111(4), 2002, steps 1 to 5, at 8 kHz over windows of 25 ms. Sound is heard block by
block; what stays of an hour are five bytes a row.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from ..errors import BAD_INPUT, NO_STREAM, EditorError
from ..facts import Media, Span, Voice, VoiceOptions
from . import contrast, voice
from .registry import Runtime

RATE = voice.RATE
METHOD = "silero-vad, yin, bands"
DEADLINE = 60.0
BLOCK = 60
"""Seconds heard in one go: bounds the memory."""
LEAD = 256 * voice.HOP
"""Samples heard again before each block: the voice detector's memory is long."""
QUIETEST, STEP = -100.0, 0.4
"""Decibels of the level 0, and from one level to the next."""
LOWEST, HIGHEST = 60.0, 500.0
"""Hertz of voices."""
WINDOW = 200
"""Samples (25 ms) at half the rate that are compared with what comes later."""
DIP = 0.15
"""The first dip of the normalised difference below this is the period (the paper's threshold is .1 to .15)."""
VOICED = 0.6
"""How periodic sound must be to have a pitch."""
BASE, STEPS = 40.0, 48
"""Hertz of the pitch 0, and steps an octave."""
BATCH = 4096
"""Rows whose pitch is looked for at a time."""
REACH = 512
"""Samples before and after a row that its pitch may need."""
ALONE = 0.2
"""How sure the detector may be of speech where the room is heard alone."""
AWAY = Fraction(3, 10)
"""Seconds from speech within which the room is not alone: voices die away."""


def run(path: str | Path, options: VoiceOptions, media: Media, span: Span | None, runtime: Runtime) -> Voice:
    """A row every `options.step` seconds of `span` (all when None).

    Raises `EditorError`: NO_STREAM without sound, BAD_INPUT for a step that is no even number of samples at 16 kHz between 5 ms and
    100 ms, and as `media.sound` does. Silence is an answer, not an error.
    """
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    size = samples_of(options.step)
    whole = span or Span(Fraction(0), media.audio.duration)
    expected = max(1.0, float(whole.length) * RATE)
    runtime.progress(0.0, "Listening to the voice", DEADLINE)
    warnings: list[str] = []
    found: list[Any] = []
    spectra: list[Any] = [np.zeros((0, contrast.BANDS), np.uint8)]
    heard = 0
    for rows, spectrum, samples in blocks(reading.sound(path, span, RATE, runtime.check, warnings.append), size, runtime.check):
        found.append(rows)
        spectra.append(spectrum)
        heard += samples
        runtime.progress(min(1.0, heard / expected), "Listening to the voice", DEADLINE)
    table = np.concatenate([np.zeros((4, 0), np.uint8), *found], axis=1)
    if span is None:
        whole = Span(whole.start, min(whole.end, whole.start + Fraction(heard, RATE)))
    out = contrast.standing_out(np.concatenate(spectra), table[0], float(options.step))
    speech, levels, voicing, pitch, differing = (base64.b64encode(row.tobytes()).decode("ascii") for row in (*table, out))
    floor = room(table[1], table[0], math.ceil(AWAY / options.step))
    told = tuple(dict.fromkeys(warnings))
    return Voice(whole, media.audio.start, options.step, METHOD, speech, levels, voicing, pitch, differing, floor, told)


def samples_of(step: Fraction) -> int:
    """Samples of a row. Raises `EditorError(BAD_INPUT)` when they are no even number, or rows too short or too long."""
    size = step * RATE
    if size.denominator != 1 or size % 2 or not Fraction(1, 200) <= step <= Fraction(1, 10):
        raise EditorError(f"A voice cannot be looked at every {float(step):g} s.", "Use 0.01 s.", BAD_INPUT)
    return int(size)


def blocks(chunks: Any, size: int, check: Callable[[], None]) -> Iterator[tuple[Any, Any, int]]:
    """(uint8 (4, rows): speech, levels, voicing, pitch; uint8 (rows, bands): the spectrum; samples) of sound that comes in chunks,
    `BLOCK` seconds at a time."""
    grid = math.lcm(size, voice.HOP)
    length = RATE * BLOCK // grid * grid
    before, held = np.zeros(0, np.float32), np.zeros(0, np.float32)
    for chunk, last in voice.with_last(chunks):
        held = np.concatenate([held, chunk])
        while len(held) >= length + REACH or (last and len(held)):
            check()
            own = length if len(held) >= length + REACH else len(held)
            yield *_rows(before, held[:own], held[own : own + REACH], size, check), own
            before, held = np.concatenate([before, held[:own]])[-LEAD:], held[own:]


def _rows(before: Any, samples: Any, after: Any, size: int, check: Callable[[], None]) -> tuple[Any, Any]:
    """Of `samples`, which come after `before` (a whole number of the detector's hops) and go on with `after`."""
    count = -(-len(samples) // size)
    middles = len(before) + (np.arange(count) + 0.5) * size
    whole = np.concatenate([before, samples, after])
    chance = voice.probabilities(whole)
    speech = np.interp(middles, (np.arange(len(chance)) + 0.5) * voice.HOP, chance)
    near = before[len(before) - min(REACH, len(before)) :]
    around = np.concatenate([np.zeros(REACH - len(near), np.float32), near, samples, after, np.zeros(size + 2 * REACH, np.float32)])
    voicing, hertz = pitches(around, REACH, size, count, check)
    with np.errstate(divide="ignore"):
        pitch = np.where(hertz > 0, np.rint(STEPS * np.log2(np.maximum(hertz, 1) / BASE)), 0)
    rows = np.stack([_byte(speech * 255), loudness(samples, size), _byte(voicing * 255), _byte(pitch)])
    return rows, contrast.bands(around, REACH, size, count)


def loudness(samples: Any, size: int) -> Any:
    """The mean power of every `size` samples as uint8 levels; a last row that is not full counts what is there."""
    count = -(-len(samples) // size)
    power = np.add.reduceat(np.square(samples, dtype=np.float64), np.arange(count) * size) if count else np.zeros(0)
    lengths = np.minimum(size, len(samples) - np.arange(count) * size)
    decibels = 10 * np.log10(power / np.maximum(lengths, 1) + 1e-30)
    return np.where(decibels < QUIETEST, 0, np.clip(np.rint((decibels - QUIETEST) / STEP), 1, 255)).astype(np.uint8)


def pitches(samples: Any, start: int, size: int, count: int, check: Callable[[], None]) -> tuple[Any, Any]:
    """(how periodic 0..1, hertz or 0) of `count` rows of `size` samples from `start` on; `REACH` samples lie on both sides of each."""
    half = _halved(samples)
    longest, shortest = int(RATE / 2 / LOWEST), int(RATE / 2 / HIGHEST)
    length = WINDOW + longest + 1
    begins = (start + size // 2 + size * np.arange(count)) // 2 - length // 2
    views = np.lib.stride_tricks.sliding_window_view(half, length)
    periodic, hertz = np.zeros(count), np.zeros(count)
    for first in range(0, count, BATCH):
        check()
        part = slice(first, min(count, first + BATCH))
        aperiodic, period = yin(views[begins[part]], shortest, longest)
        periodic[part] = np.clip(1 - aperiodic, 0, 1)
        hertz[part] = np.where(periodic[part] >= VOICED, RATE / 2 / period, 0)
    return periodic, hertz


def yin(frames: Any, shortest: int, longest: int) -> tuple[Any, Any]:
    """(aperiodicity, period in samples) of each frame, float (frames, `WINDOW` + `longest` + 1), for periods of `shortest` to `longest`.

    The aperiodicity is the cumulative mean normalised difference at the period: 0 for what repeats itself exactly, about 1 for noise.
    """
    frames = np.asarray(frames, np.float64)
    power = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(np.square(frames), axis=1)], axis=1)
    fast = 1 << (frames.shape[1] - 1).bit_length()  # lags that wrap around lie beyond the longest period
    spectrum = np.fft.rfft(frames, fast, axis=1) * np.conj(np.fft.rfft(frames[:, :WINDOW], fast, axis=1))
    lags = np.arange(longest + 2)
    alike = np.fft.irfft(spectrum, fast, axis=1)[:, : longest + 2]
    difference = np.maximum(power[:, [WINDOW]] + power[:, lags + WINDOW] - power[:, lags] - 2 * alike, 0)
    mean = np.cumsum(difference[:, 1:], axis=1) / lags[1:]
    normal = np.ones_like(difference)
    np.divide(difference[:, 1:], mean, out=normal[:, 1:], where=mean > 1e-12 * WINDOW)
    inner = normal[:, shortest : longest + 1]
    dips = (inner <= normal[:, shortest - 1 : longest]) & (inner <= normal[:, shortest + 1 : longest + 2]) & (inner < DIP)
    place = np.where(dips.any(axis=1), dips.argmax(axis=1), inner.argmin(axis=1)) + shortest
    row = np.arange(len(frames))
    left, value, right = (normal[row, place + shift] for shift in (-1, 0, 1))
    bend = left - 2 * value + right
    shift = np.where(bend > 1e-12, (left - right) / np.maximum(2 * bend, 1e-12), 0.0)
    return value, place + np.clip(shift, -0.5, 0.5)


def _halved(samples: Any) -> Any:
    """Every other sample, of what is below a quarter of the rate."""
    taps = np.sinc((np.arange(31) - 15) / 2) * np.hamming(31)
    return np.convolve(samples, taps / taps.sum(), "same")[::2]


def room(levels: Any, speech: Any, away: int) -> float:
    """The level of the room alone in decibels, -100.0 where it is digital silence: the lower quarter of the rows `away` from speech.

    Without half a second of these, the quietest twentieth of all that sounds.
    """
    near = np.convolve(speech >= ALONE * 255, np.ones(2 * away + 1), "same")[: len(speech)] > 0.5 if len(speech) > 2 * away else speech >= 0
    alone = levels[~near]
    if len(alone) >= 50:
        return round(float(np.percentile(alone, 25)) * STEP + QUIETEST, 1)
    sounding = levels[levels > 0]
    return round(float(np.percentile(sounding, 5)) * STEP + QUIETEST, 1) if len(sounding) else QUIETEST


def _byte(values: Any) -> Any:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
