"""Loudness brought to a target (EBU R 128): one gain for the mix, one a strip, or one for each stretch of speech. Decibels and LUFS.

What a strip's part of its medium sounds like comes from momentary loudness, gated as ITU-R BS.1770-4 gates it; what the mix sounds like is
measured. The limit of the true peak goes before the target.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from ...ml.facts import Loudness, Span, Voice
from .. import faders, voicing
from ..faders import Curve
from ..plan import Identity, Plan, Volume, Why
from ..state import StripRef
from ..timebase import FrameRange

By = Literal["mix", "strips", "speech"]

FLOOR, STEP = -100.0, 0.4
"""As `Loudness.momentary` is coded."""
BLOCK = Fraction(2, 5)
ABSOLUTE, RELATIVE = -70.0, -10.0
OFFSET = -0.691
MINUS = "\N{MINUS SIGN}"
NEAR = 0.1
"""Decibels off the target that are near enough."""
PAUSE = Fraction(3, 5)
"""Seconds of pause between stretches of speech that get gains of their own; a shorter one has no room for a change."""
RAMP = Fraction(3, 10)
SHORTEST = Fraction(1)
"""Seconds of speech that are enough to tell how loud it is."""


@dataclass(frozen=True)
class LevelOptions:
    """`target` in LUFS, `peak` the highest true peak in dBTP, `most` the most decibels anything is made louder."""

    target: float = -16.0
    peak: float = -1.0
    by: By = "mix"
    most: float = 20.0


@dataclass(frozen=True)
class Measured:
    """How loud something is: integrated loudness in LUFS and true peak in dBTP, None where nothing is heard."""

    integrated: float | None
    true_peak: float | None


@dataclass(frozen=True)
class Step:
    """How many decibels louder a mix is made. `told` says why it is not brought to the target, "" when it is."""

    gain: float
    told: str = ""


def amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def decibels(factor: float) -> float:
    return 20 * math.log10(factor) if factor > 0 else -math.inf


def of_part(loudness: Loudness, part: Span) -> float | None:
    """The integrated loudness of a part of a medium, from its momentary loudness; None where nothing is heard."""
    values = np.frombuffer(base64.b64decode(loudness.momentary), np.uint8).astype(float)
    first = math.ceil((part.start + BLOCK / 2 - loudness.span.start) / loudness.step)
    last = math.floor((part.end - BLOCK / 2 - loudness.span.start) / loudness.step)
    if last < first:  # shorter than a block: the one around its middle
        first = last = round((part.start + part.length / 2 - loudness.span.start) / loudness.step)
    rows = values[max(0, first) : last + 1]
    levels = rows[rows > 0] * STEP + FLOOR
    power = 10 ** ((levels[levels > ABSOLUTE] - OFFSET) / 10)
    if not len(power):
        return None
    kept = power[power > 10 ** (RELATIVE / 10) * power.mean()]
    return float(OFFSET + 10 * math.log10(kept.mean()))


def towards(measured: Measured, options: LevelOptions, gain: float = 0.0) -> Step:
    """How much louder a mix that measures so is to be made. `gain` is what it was made louder already."""
    if measured.integrated is None:
        return Step(0.0, "Nothing is heard")
    wanted = options.target - measured.integrated
    room = options.peak - measured.true_peak if measured.true_peak is not None else math.inf
    allowed = min(wanted, room, max(0.0, options.most - gain))
    if allowed >= wanted - NEAR:
        return Step(allowed)
    reached = measured.integrated + allowed
    why = f"The limit of {options.most:g} dB" if allowed < room else f"The peak limit of {number(options.peak)} dBTP"
    return Step(allowed, f"{why} keeps it at {number(reached)} LUFS")


def number(value: float) -> str:
    """With a tenth, and a minus sign that is as wide as a plus."""
    return f"{value:.1f}".replace("-0.0", "0.0").replace("-", MINUS)


def as_played(loudness: Loudness, part: Span, volume: float) -> Measured:
    """A part of a medium played at this volume. Of the peak only the whole medium's is known: it may be lower."""
    if volume <= 0:
        return Measured(None, None)
    level, gain = of_part(loudness, part), decibels(volume)
    peak = loudness.true_peak
    return Measured(None if level is None else level + gain, None if peak is None else peak + gain)


def speech_gains(loudness: Loudness, voice: Voice, strip: StripRef, volume: float, options: LevelOptions) -> Curve:
    """Gains of a strip's stretches of speech as (frame, factor): each at the target, changing in the pauses between them.

    `volume` is what the editor set. Stretches that are too short to judge go with their neighbours. () where nobody speaks.
    """
    assert strip.source is not None
    judged = [(part, as_played(loudness, part, volume).integrated) for part in stretches(voice, strip.visible)]
    gains = [
        (part, min(options.most, options.target - level)) for part, level in judged if level is not None and part.length >= SHORTEST
    ]
    points: list[tuple[Fraction, float]] = []
    for number, (part, gain) in enumerate(gains):
        if number and abs(gain - gains[number - 1][1]) > NEAR:
            middle = (gains[number - 1][0].end + part.start) / 2
            half = min(RAMP, part.start - gains[number - 1][0].end) / 2
            points += [(middle - half, amplitude(gains[number - 1][1])), (middle + half, amplitude(gain))]
        elif not number:
            points.append((strip.visible.start, amplitude(gain)))
    return tuple((Fraction(strip.source.nearest_frame(seconds)), factor) for seconds, factor in points)


def stretches(voice: Voice, whole: Span) -> list[Span]:
    """Speech within `whole`, what only short pauses part being one."""
    found: list[Span] = []
    for span in voicing.speech_spans(voicing.decode(voice)):
        start, end = max(span.start, whole.start), min(span.end, whole.end)
        if start >= end:
            continue
        if found and start - found[-1].end < PAUSE:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return found


def plan(gains: Mapping[str, Sequence[tuple[int, float]]], strips: Sequence[StripRef], reasons: Mapping[str, str]) -> Plan:
    """Levels as edits. `gains` are the points (frame, factor) by strip; a strip that has none is played as the editor set it."""
    edits = []
    for strip in strips:
        points = tuple((int(frame), factor) for frame, factor in gains.get(strip.name, ()))
        if points and strip.source is not None and any(not faders.alike(factor, 1.0) for _frame, factor in points):
            identity = Identity(strip.medium, "volume", strip.visible.start, strip.visible.end)
            edits.append(Volume(identity, Why(1.0, reasons.get(strip.name, "")), strip.name, strip.frames, "level", points))
    media = tuple(dict.fromkeys((strip.medium, "volume") for strip in strips if strip.medium))
    return Plan(tuple(edits), (), media, tuple(strip.name for strip in strips), layers=("level",))  # type: ignore[arg-type]


def louder(points: Sequence[tuple[int, float]], gain: float, frames: FrameRange) -> tuple[tuple[int, float], ...]:
    """A level made `gain` decibels louder; no points are a level of 1."""
    return tuple((frame, factor * amplitude(gain)) for frame, factor in points) or ((frames.start, amplitude(gain)),)
