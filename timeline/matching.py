"""Loudness matched step by step: what is tried, what it measures, what is tried next. Values in, values out; measuring is others' affair.

Nothing is written before it was listened to: each try is a level for every strip, mixed down and measured, and the last one is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..ml.facts import Loudness, Voice
from . import faders
from .faders import Mix
from .planners import levels
from .planners.levels import MINUS, NEAR, LevelOptions, Measured, number
from .state import StripRef, Timeline

Points = tuple[tuple[int, float], ...]
TRIES = 4
"""Mixdowns at most before something is written."""


@dataclass(frozen=True)
class Row:
    """A strip in the report: its loudness before in LUFS (None: not known) and the decibels it is made louder; of several, the most."""

    strip: str
    before: float | None
    gain: float
    told: str = ""

    @property
    def after(self) -> float | None:
        return None if self.before is None else self.before + self.gain


@dataclass(frozen=True)
class Try:
    """Levels to listen to: points (frame, factor) by strip. `gain` are the decibels the mix was made louder in all of its steps."""

    points: Mapping[str, Points]
    gain: float = 0.0
    rows: tuple[Row, ...] = ()
    told: tuple[str, ...] = ()
    tries: int = 1
    done: bool = False
    """Nothing is to be made better, or can be."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why each strip is played so, in words."""
        found = dict.fromkeys(self.points, "as loud as the whole mix needs it")
        return found | {row.strip: f"made {abs(row.gain):.1f} dB {'louder' if row.gain >= 0 else 'softer'}" for row in self.rows}


@dataclass(frozen=True)
class Report:
    """What was measured, and what it came to (None: it was only measured); `told` says why it is not more."""

    before: Measured
    after: Measured | None = None
    rows: tuple[Row, ...] = ()
    told: tuple[str, ...] = ()


def sounding(timeline: Timeline) -> list[StripRef]:
    """The sound strips that are heard and whose volume is ours to set."""
    known = [strip for strip in timeline.strips if strip.volume is not None and strip.source is not None and strip.medium]
    return [strip for strip in known if not (strip.muted or strip.held or (strip.volume is not None and strip.volume.held))]


def first(
    strips: Sequence[StripRef], meant: Sequence[str], mixes: Mapping[str, Mix], loudness: Mapping[str, Loudness],
    voices: Mapping[str, Voice], before: Measured, options: LevelOptions,
) -> Try:  # fmt: skip
    """What is tried first. `strips` are those that sound, `meant` the names of those that the editor means, `mixes` the layers in force."""
    standing = {strip.name: _level(strip, mixes.get(strip.name)) for strip in strips}
    if options.by == "mix":
        step = levels.towards(before, options)
        louder = {strip.name: levels.louder(standing[strip.name], step.gain, strip.frames) for strip in strips}
        every = tuple(Row(strip.name, None, step.gain) for strip in strips)
        return Try(louder, step.gain, every, (step.told,) if step.told else (), done=before.integrated is None)
    points = dict(standing)
    rows: list[Row] = []
    told: list[str] = []
    for strip in strips:
        base = _base(strip, mixes.get(strip.name))
        if strip.name not in meant or strip.medium not in loudness or base is None:
            continue
        measured = levels.as_played(loudness[strip.medium], strip.visible, base)
        if options.by == "strips":
            step = levels.towards(measured, options)
            points[strip.name] = ((strip.frames.start, levels.amplitude(step.gain)),)
            rows.append(Row(strip.name, measured.integrated, step.gain, step.told))
            told += [f"{strip.name!r}: {step.told}"] if step.told else []
        elif strip.medium in voices:
            curve = levels.speech_gains(loudness[strip.medium], voices[strip.medium], strip, base, options)
            if not curve:
                rows.append(Row(strip.name, None, 0.0, "nobody speaks in it"))
                continue
            points[strip.name] = tuple((int(frame), factor) for frame, factor in curve)
            gains = [levels.decibels(factor) for _frame, factor in curve]
            rows.append(Row(strip.name, measured.integrated, max(gains, key=abs)))
    return Try(points, 0.0, tuple(rows), tuple(told), done=not rows)


def following(tried: Try, after: Measured, strips: Sequence[StripRef], options: LevelOptions) -> Try:
    """What is tried after a try that measured so. `done`: that was good enough, and is written."""
    if options.by == "strips":
        over = 0.0 if after.true_peak is None else after.true_peak - options.peak
        if over <= NEAR / 2:
            return replace(tried, done=True)
        reason = f"the peak limit of {number(options.peak)} dBTP makes all of it {over:.1f} dB softer"
        step = levels.Step(-over, f"{reason[0].upper()}{reason[1:]}")
    else:
        step = levels.towards(after, options, tried.gain)
    told = tuple(dict.fromkeys((*tried.told, step.told))) if step.told else tried.told
    if abs(step.gain) <= NEAR / 2 or tried.tries >= TRIES:
        return replace(tried, told=_latest(told, step.told), done=True)
    return made_louder(replace(tried, told=_latest(told, step.told), tries=tried.tries + 1), step.gain, strips, options)


def made_louder(tried: Try, gain: float, strips: Sequence[StripRef], options: LevelOptions) -> Try:
    """The same with everything that is set made so much louder: every strip for a mix, those that are meant where they alone are set."""
    named = {row.strip for row in tried.rows}
    whole = options.by != "strips" or not named
    points = {
        strip.name: levels.louder(tried.points.get(strip.name, ()), gain, strip.frames)
        if whole or strip.name in named
        else tried.points.get(strip.name, ())
        for strip in strips
    }
    rows = tuple(replace(row, gain=row.gain + gain) for row in tried.rows)
    return replace(tried, points=points, gain=tried.gain + gain, rows=rows)


def retargeted(tried: Try, after: Measured, strips: Sequence[StripRef], before: LevelOptions, now: LevelOptions) -> tuple[Try, Measured]:
    """What was tried, for another target or limit, and what it will measure: louder by the difference, as far as the peak allows."""
    if before.by == "strips":
        wanted = now.target - before.target
        room = math.inf if after.true_peak is None else now.peak - after.true_peak
        step = levels.Step(min(wanted, room), "" if wanted <= room else f"The peak limit of {number(now.peak)} dBTP keeps it softer")
    else:
        step = levels.towards(after, now, tried.gain)
    louder = made_louder(replace(tried, told=(step.told,) if step.told else ()), step.gain, strips, now)
    return louder, Measured(*(None if value is None else value + step.gain for value in (after.integrated, after.true_peak)))


def _latest(told: tuple[str, ...], new: str) -> tuple[str, ...]:
    """A sentence of an earlier try about the whole mix no longer holds where the last one says nothing, or something else."""
    return tuple(one for one in told if one == new or one.startswith("'"))


def _level(strip: StripRef, mix: Mix | None) -> Points:
    """The level in force on a strip, in frames."""
    if mix is None or not mix.level or strip.source is None:
        return ()
    return tuple((round(place), factor) for place, factor in faders.to_frames(mix.level, strip.source))


def _base(strip: StripRef, mix: Mix | None) -> float | None:
    """What the editor set; None where he animated it himself."""
    if mix is not None:
        return mix.base
    assert strip.volume is not None
    return faders.taken_apart(strip.volume, strip.frames).steady


def state(timeline: Timeline) -> tuple[Any, ...]:
    """Everything of a timeline that can be heard: as long as it is the same, what was measured holds."""
    heard = ((s.name, s.medium, s.frames, s.source, s.muted, s.volume) for s in timeline.strips if s.volume is not None)
    return (timeline.rate, timeline.frames, *heard)


def shown(measured: Measured) -> str:
    """Loudness and peak in words."""
    return f"{lufs(measured.integrated)}, peak {decibels(measured.true_peak)} dBTP" if measured.integrated is not None else "silence"


def compared(before: Measured, after: Measured) -> str:
    """Loudness before and after, and the peak after."""
    if before.integrated is None or after.integrated is None:
        return f"{shown(before)} → {shown(after)}"
    return f"{decibels(before.integrated)} → {shown(after)}"


def told(report: Report) -> str:
    """A report in a line."""
    return shown(report.before) if report.after is None else compared(report.before, report.after)


def lufs(value: float | None) -> str:
    return "silence" if value is None else f"{decibels(value)} LUFS"


def decibels(value: float | None) -> str:
    """With a minus sign that is as wide as a plus."""
    return f"{MINUS}∞" if value is None else number(value)
