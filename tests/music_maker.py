"""Music whose beats are known exactly, made from a seed: drums, bass and chords synthesised, labels by construction.

    python -m tests.music_maker --out DIR --seed 1     one WAV of every kind, and their beats as NAME.beats (seconds TAB place in the bar)

The same seed gives the same samples. Nothing is played by a click: what marks the beat is what marks it in such music. A ballad has no
drums, a swing's cymbal is off the beat half of the time, a funk's accents are between beats, a player is never exact.
"""

from __future__ import annotations

import argparse
import random
import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

RATE = 22050


@dataclass(frozen=True)
class Kind:
    """How a piece is played. `tempo`: from which range of beats a minute it is drawn; `end`: by which factor it has changed at the end,
    `sudden` in the middle; `push`: the standard deviation of how early or late notes are played, seconds; `noise`: decibels below the
    music."""

    name: str
    pattern: str
    meter: int
    tempo: tuple[float, float]
    end: float = 1.0
    sudden: bool = False
    push: float = 0.0
    noise: float = 60.0
    swing: float = 0.5
    """Where in a beat its second half begins."""


KINDS = (
    Kind("rock", "rock", 4, (90, 150)),
    Kind("dance", "dance", 4, (118, 132)),
    Kind("ballad without drums", "ballad", 4, (60, 84)),
    Kind("waltz", "waltz", 3, (90, 170)),
    Kind("rock in 3/4", "rock", 3, (90, 140)),
    Kind("swing", "swing", 4, (110, 170), swing=2 / 3),
    Kind("funk", "funk", 4, (88, 112), push=0.004),
    Kind("fast drums", "breaks", 4, (160, 178)),
    Kind("ramp", "rock", 4, (84, 100), end=1.4),
    Kind("slower and slower", "ballad", 4, (80, 96), end=0.7),
    Kind("another tempo in the middle", "dance", 4, (92, 100), end=1.35, sudden=True),
    Kind("loose playing", "rock", 4, (95, 125), push=0.012),
    Kind("in noise, 5 dB", "rock", 4, (95, 140), noise=5.0),
)


@dataclass(frozen=True)
class Music:
    """`samples`: float32 mono at `RATE`; `beats`: (seconds, place in the bar, 1 is the downbeat), in order."""

    samples: Any
    beats: tuple[tuple[float, int], ...]
    tempo: float


def make(kind: Kind, seed: int, seconds: float = 40.0, lead: float | None = None) -> Music:
    """A piece of about `seconds`, after `lead` seconds of silence (drawn when None). It may begin within a bar."""
    chance = random.Random(f"{kind.name} {seed}")
    hiss = np.random.default_rng(chance.randrange(1 << 30))
    tempo = chance.uniform(*kind.tempo)
    at = chance.uniform(0.1, 1.5) if lead is None else lead
    place = chance.randrange(kind.meter) if chance.random() < 0.4 else 0
    beats: list[tuple[float, int]] = []
    while at < seconds - 1:
        beats.append((at, place + 1))
        done = (at / seconds) if not kind.sudden else float(at > seconds / 2)
        at += 60 / (tempo * (1 + (kind.end - 1) * done))
        place = (place + 1) % kind.meter
    desk = _Desk(np.zeros(round(seconds * RATE), np.float32), chance, hiss, kind.push)
    _Player(kind, chance, desk).play([*beats, (at, place + 1)])
    samples = desk.samples / max(1e-9, float(np.abs(desk.samples).max())) * 0.7
    level = float(np.sqrt(np.mean(samples**2)))
    samples = samples + hiss.normal(0, level * 10 ** (-kind.noise / 20), len(samples))
    return Music((samples / max(1.0, float(np.abs(samples).max()))).astype(np.float32), tuple(beats), tempo)


@dataclass
class _Desk:
    """Where all that is played is added up."""

    samples: Any
    chance: random.Random
    hiss: Any
    push: float

    def add(self, at: float, sound: Any, loud: float) -> None:
        at += self.chance.gauss(0, self.push) if self.push else 0.0
        first = round(at * RATE)
        if first < 0 or first >= len(self.samples):
            return
        part = sound[: len(self.samples) - first]
        self.samples[first : first + len(part)] += loud * part

    def kick(self, at: float, loud: float = 1.0) -> None:
        seconds = np.arange(int(0.25 * RATE)) / RATE
        phase = 2 * np.pi * (50 * seconds + 70 * (1 - np.exp(-seconds * 30)) / 30)
        self.add(at, np.sin(phase) * np.exp(-seconds * 14), loud)

    def snare(self, at: float, loud: float = 0.7) -> None:
        seconds = np.arange(int(0.2 * RATE)) / RATE
        tone = 0.5 * np.sin(2 * np.pi * 190 * seconds) * np.exp(-seconds * 25)
        self.add(at, tone + self.hiss.normal(0, 0.4, len(seconds)) * np.exp(-seconds * 20), loud)

    def hat(self, at: float, loud: float = 0.25, long: float = 60.0) -> None:
        seconds = np.arange(int(4 / long * RATE)) / RATE
        noise = np.diff(self.hiss.normal(0, 0.5, len(seconds) + 1))
        self.add(at, noise * np.exp(-seconds * long), loud)

    def note(self, at: float, key: float, length: float, loud: float, attack: float = 0.005, fade: float = 3.0) -> None:
        """`key` is a MIDI number; five partials, each softer and shorter than the one below."""
        seconds = np.arange(int((length + 0.08) * RATE)) / RATE
        hertz = 440 * 2 ** ((key - 69) / 12)
        tone = sum(np.sin(2 * np.pi * hertz * n * seconds) / n**1.5 * np.exp(-seconds * fade * n**0.5) for n in range(1, 6))
        gate = np.minimum(1, seconds / attack) * np.clip((length + 0.08 - seconds) / 0.08, 0, 1)
        self.add(at, tone * gate, loud)


CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14), (2, 5, 9), (4, 7, 11))
"""Triads of a major key, in semitones above its root."""


@dataclass
class _Player:
    """Plays a pattern over the beats; a new chord with every bar, now and then after two."""

    kind: Kind
    chance: random.Random
    desk: _Desk

    def play(self, beats: list[tuple[float, int]]) -> None:
        root = self.chance.randrange(48, 60)
        chord = CHORDS[0]
        style: Callable[..., None] = getattr(self, self.kind.pattern)
        for (at, place), (until, _) in pairwise(beats):
            if place == 1 and self.chance.random() < 0.85:
                chord = self.chance.choice([one for one in CHORDS if one is not chord])
            style(at, until - at, place, root, chord)

    def _half(self, at: float, beat: float) -> float:
        return at + self.kind.swing * beat

    def rock(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        kicks, snares = ((1, 3), (2, 4)) if self.kind.meter == 4 else ((1,), (3,))
        if place in kicks:
            self.desk.kick(at)
        if place in snares:
            self.desk.snare(at)
        if place == kicks[-1] and self.chance.random() < 0.5:
            self.desk.kick(self._half(at, beat), 0.8)
        self.desk.hat(at)
        self.desk.hat(self._half(at, beat), 0.18)
        for shift in (at, self._half(at, beat)):
            self.desk.note(shift, root - 24 + chord[0] % 12, beat * 0.45, 0.35)
        if place == 1 or self.chance.random() < 0.3:
            for tone in chord:
                self.desk.note(at, root + tone, beat * 1.5, 0.12)

    def dance(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        self.desk.kick(at)
        self.desk.hat(self._half(at, beat), 0.35, 25)
        if place in (2, 4):
            self.desk.snare(at, 0.4)
        for quarter in (1, 2, 3):
            self.desk.note(at + quarter * beat / 4, root - 24 + chord[0] % 12, beat * 0.22, 0.3)
        if place == 1:
            for tone in chord:
                self.desk.note(at, root + 12 + tone, beat * 3.8, 0.1, attack=0.02, fade=0.5)

    def ballad(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        if place == 1:
            self.desk.note(at, root - 24 + chord[0] % 12, beat * 3.5, 0.4, fade=1.0)
        order = (chord[0], chord[1], chord[2], chord[1] + 12)
        self.desk.note(at, root + order[place - 1], beat * 0.9, 0.22)
        self.desk.note(self._half(at, beat), root + order[place % 4] + 12, beat * 0.45, 0.14)
        if self.chance.random() < 0.5:
            self.desk.note(at if self.chance.random() < 0.8 else self._half(at, beat), root + 12 + self.chance.choice(chord), beat, 0.2)

    def waltz(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        if place == 1:
            self.desk.note(at, root - 12 + chord[0] % 12, beat * 0.9, 0.45)
        else:
            for tone in chord:
                self.desk.note(at, root + tone, beat * 0.4, 0.16)
        if self.chance.random() < 0.6:
            self.desk.note(at, root + 12 + self.chance.choice(chord), beat * self.chance.choice((0.5, 1.0)), 0.2)

    def swing(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        self.desk.hat(at, 0.3, 12)
        if place in (2, 4):
            self.desk.hat(self._half(at, beat), 0.22, 14)
            self.desk.hat(at, 0.3, 50)
        self.desk.note(at, root - 24 + (chord[0] if place == 1 else self.chance.choice(chord)), beat * 0.9, 0.4)
        if self.chance.random() < 0.35:
            late = self._half(at, beat) if self.chance.random() < 0.6 else at
            for tone in chord:
                self.desk.note(late, root + tone, beat * 0.3, 0.12)

    def funk(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        if place == 1:
            self.desk.kick(at)
        if place in (2, 4):
            self.desk.snare(at)
        if place == 3:
            self.desk.kick(self._half(at, beat))
        for quarter in range(4):
            self.desk.hat(at + quarter * beat / 4, 0.22 if quarter % 2 == 0 else 0.12)
            if (place, quarter) in ((1, 0), (1, 3), (2, 2), (3, 1), (4, 3)) or self.chance.random() < 0.12:
                self.desk.note(at + quarter * beat / 4, root - 24 + chord[0] % 12, beat * 0.22, 0.4)
            if self.chance.random() < 0.2:
                for tone in chord:
                    self.desk.note(at + quarter * beat / 4, root + tone, beat * 0.15, 0.1)

    def breaks(self, at: float, beat: float, place: int, root: int, chord: tuple[int, ...]) -> None:
        if place == 1:
            self.desk.kick(at)
        if place in (2, 4):
            self.desk.snare(at)
        if place == 3:
            self.desk.kick(self._half(at, beat))
        self.desk.hat(at, 0.25)
        self.desk.hat(self._half(at, beat), 0.2)
        if place == 1:
            self.desk.note(at, root - 24 + chord[0] % 12, beat * 3, 0.4, fade=1.0)


def save(samples: Any, target: Path, rate: int = RATE) -> None:
    """Mono, 16 bits."""
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def steady(tempo: float, meter: int = 4, seconds: float = 20.0, seed: int = 1) -> Music:
    """A rock pattern at one tempo from second 0 on, for tests."""
    return make(replace(KINDS[0], meter=meter, tempo=(tempo, tempo)), seed, seconds, lead=0.25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        music = make(kind, options.seed)
        save(music.samples, options.out / f"{kind.name}.wav")
        lines = [f"{seconds:.4f}\t{place}" for seconds, place in music.beats]
        (options.out / f"{kind.name}.beats").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
