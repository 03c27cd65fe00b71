"""How loud a sound is: integrated and momentary loudness (ITU-R BS.1770-4, EBU R 128), and its true peak.

The weighting filters are pyloudnorm's (Steinmetz and Reiss, "pyloudnorm: A simple yet flexible loudness meter in Python", AES 2021), in
the variant by De Man that gives the standard's own coefficients at 48 kHz. pyloudnorm takes a whole recording at once; here the filters run
on from piece to piece and only the energy of each tenth of a second is kept, so an hour takes no more memory than a second. The
gates are the standard's; a test holds both to be equal. True peaks: `true_peak`.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from .. import media as reading
from ..errors import BAD_INPUT, NO_STREAM, EditorError
from ..facts import Loudness, LoudnessOptions, Media, Span
from .registry import Runtime
from .true_peak import TruePeak

METHOD = "BS.1770-4"
HOP = Fraction(1, 10)
"""Seconds from one gating block to the next; a block is four of them long."""
BLOCK = 4
ABSOLUTE, RELATIVE = -70.0, -10.0
OFFSET = -0.691
"""Loudness in LUFS of the energy 1."""
SURROUND = 1.41
FLOOR, STEP = -100.0, 0.4
"""LUFS of the number 0 of `Loudness.momentary`, and from one number to the next."""
DEADLINE = 60.0


def run(path: str | Path, options: LoudnessOptions, media: Media, span: Span | None, runtime: Runtime) -> Loudness:
    """Raises `EditorError` as `media.channels` does; silence is an answer, not an error.

    BAD_INPUT when a tenth of a second is no whole number of `options.step`.
    """
    if media.audio is None:
        raise EditorError(f"{Path(path).name} has no sound.", "", NO_STREAM)
    if (HOP / options.step).denominator != 1:
        raise EditorError(f"Loudness cannot be told every {options.step} s.", "Use a tenth of a second, or a part of it.", BAD_INPUT)
    whole = span or Span(Fraction(0), media.audio.duration)
    meter: Meter | None = None
    warnings: list[str] = []
    heard = Fraction(0)
    for piece in reading.channels(path, span, runtime.check, warnings.append):
        runtime.check()
        meter = meter or Meter(piece.rate, weights(piece.names), options.step)
        meter.take(piece.data)
        heard = Fraction(meter.heard, piece.rate)
        runtime.progress(min(1.0, float(heard / max(whole.length, HOP))), "Measuring loudness", DEADLINE)
    reached = whole if span is not None else Span(whole.start, whole.start + heard)
    integrated, peak, rows = meter.finish() if meter else (None, None, np.zeros(0, np.uint8))
    data = base64.b64encode(rows.tobytes()).decode("ascii")
    return Loudness(reached, media.audio.start, options.step, METHOD, integrated, peak, data, tuple(warnings))


def weights(names: Sequence[str]) -> tuple[float, ...]:
    """How much each channel counts: those at the sides and behind more, the low-frequency one not at all (BS.1770-4, table 3)."""
    return tuple(0.0 if name in {"LFE", "LFE2"} else SURROUND if name in {"SL", "SR", "BL", "BR"} else 1.0 for name in names)


class Meter:
    """Takes float32 (channels, samples) in pieces of any length."""

    def __init__(self, rate: int, channels: Sequence[float], step: Fraction = HOP) -> None:
        from pyloudnorm import Meter as Filters

        self.heard = 0
        self._rate, self._weights, self._step = rate, np.asarray(channels)[:, None], step
        self._filters = [(one.b, one.a) for one in Filters(rate, filter_class="DeMan")._filters.values()]
        self._states = [np.zeros((len(channels), max(len(b), len(a)) - 1)) for b, a in self._filters]
        self._energy = [0.0]
        """The weighted energy of the samples in each step; the last one is not yet whole."""
        self._peak = TruePeak(len(channels))

    def take(self, samples: Any) -> None:
        from scipy.signal import lfilter

        self._peak.take(samples)
        sound = samples.astype(np.float64)
        for number, (b, a) in enumerate(self._filters):
            sound, self._states[number] = lfilter(b, a, sound, zi=self._states[number])
        power = (np.square(sound) * self._weights).sum(axis=0)
        done = 0
        while done < len(power):
            until = min(len(power), self._border(len(self._energy)) - self.heard)
            self._energy[-1] += float(power[done:until].sum())
            if self.heard + until == self._border(len(self._energy)):
                self._energy.append(0.0)
            done = until
        self.heard += len(power)

    def _border(self, step: int) -> int:
        """The first sample after so many steps."""
        return int(step * self._step * self._rate)

    def finish(self) -> tuple[float | None, float | None, Any]:
        """(integrated loudness in LUFS, true peak in dB above full scale, momentary loudness as in `Loudness`); None for silence."""
        sums = [0.0, *accumulate(self._energy)]
        every = int(HOP / self._step)
        # As many blocks as pyloudnorm takes: the last may reach beyond the end by less than half a hop.
        count = round((Fraction(self.heard, self._rate) - BLOCK * HOP) / HOP) + 1
        ends = [min((number + BLOCK) * every, len(sums) - 1) for number in range(max(0, count))]
        blocks = [sums[end] - sums[number * every] for number, end in enumerate(ends)]
        integrated = gated(np.array(blocks) / float(BLOCK * HOP * self._rate))
        return integrated, self._peak.level(), self._momentary(sums)

    def _momentary(self, sums: list[float]) -> Any:
        half = int(BLOCK * HOP / 2 / self._step)
        last = -(-Fraction(self.heard, self._rate) // self._step)
        rows = np.zeros(int(last), np.uint8)
        for row in range(len(rows)):
            first, end = max(0, row - half), min(row + half, len(sums) - 1)
            samples = min(self._border(end), self.heard) - self._border(first)
            power = (sums[end] - sums[first]) / samples if samples > 0 else 0.0
            rows[row] = min(255, max(0, round((level(power) - FLOOR) / STEP))) if power > 0 else 0
        return rows


def level(power: float) -> float:
    """LUFS of a weighted mean square."""
    return float(OFFSET + 10 * np.log10(power))


def gated(power: Any) -> float | None:
    """The loudness of these blocks in LUFS, None when all are below the absolute gate (BS.1770-4, section 2.8)."""
    loud = power[power >= 10 ** ((ABSOLUTE - OFFSET) / 10)]
    if not len(loud):
        return None
    kept = loud[loud > 10 ** (RELATIVE / 10) * loud.mean()]
    return level(float(kept.mean()))
