"""A talk and music whose waves are known, what is said of them stored, and the scene's sound mixed down to numbers."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import aud
import bpy
import numpy as np
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import SoundEvent, Sounds, SoundsOptions, Span, Voice, VoiceOptions
from assistant_editor.operators.levels_desk import report_of
from assistant_editor.timeline import fading
from assistant_editor.timeline.mixdown import mixdown

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom
from tests.blender.speech_bench import coded

RATE = 48000
LENGTH = 20
TALK = ((4.0, 7.0), (12.0, 15.0))
"""Seconds in which somebody speaks."""


def tone(pitch: float, seconds: float, decibels: float) -> np.ndarray:
    """A sine whose peak is so many decibels below full scale."""
    return 10 ** (decibels / 20) * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)


def talk(loud: tuple[float, ...] = (-20.0, -20.0)) -> np.ndarray:
    """Silence but for tones of 997 Hz where somebody speaks."""
    samples = np.zeros(LENGTH * RATE)
    for (start, end), decibels in zip(TALK, loud, strict=True):
        samples[round(start * RATE) : round(end * RATE)] = tone(997, end - start, decibels)
    return samples


def written(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.repeat(np.rint(samples * 32767).astype("<i2"), 2).tobytes())
    return path


def voice(parts: tuple[tuple[float, float], ...], level: float = -20.0, seconds: int = LENGTH) -> Voice:
    """Speech in these seconds; elsewhere the sound is at `level`."""
    spoken = np.zeros(seconds * 100, bool)
    for start, end in parts:
        spoken[round(start * 100) : round(end * 100)] = True
    levels = np.where(spoken, 200, round((level + 100) / 0.4))
    rows = np.where(spoken, 250, 0), levels, np.where(spoken, 230, 0), np.where(spoken, 80, 0), np.where(spoken, 120, 0)
    return Voice(Span(Fraction(0), Fraction(seconds)), Fraction(0), Fraction(1, 100), "made", *map(coded, rows), level)


@dataclass
class SoundBench:
    room: CuttingRoom
    folder: Path
    cache: Path

    def lay(self, name: str, samples: np.ndarray, channel: int, frame: int = 1, known: Voice | None = None, music: bool = False) -> Any:
        path = written(self.folder / f"{name}.wav", samples)
        if known is not None:
            kept, medium = Cache(self.cache), fingerprint(str(path))
            kept.store("voice", medium, VoiceOptions(), known, whole=True)
            events = (SoundEvent(known.span, "music", 0.9),) if music else ()
            kept.store("sounds", medium, SoundsOptions(), Sounds(known.span, Fraction(0), "made", events), whole=True)
        return stage.add_sound(self.room.scene, path, frame, channel, name)

    def scene_of_talk_and_music(self, loud: tuple[float, ...] = (-20.0, -20.0)) -> None:
        """20 s at 25 frames a second: the talk on channel 1, music at -18 dB on channel 2."""
        self.room.scene.frame_start, self.room.scene.frame_end = 1, LENGTH * 25
        self.lay("talk", talk(loud), 1, known=voice(TALK, -100.0))
        self.lay("music", tone(220, LENGTH, -18.0), 2, known=voice((), -21.0), music=True)

    def heard(self, *names: str) -> np.ndarray:
        """The mixdown with nothing but these strips (none: everything), float32 (samples,) of the left side."""
        silenced = [strip for strip in self.room.strips if names and strip.name not in names and not strip.mute]
        for strip in silenced:
            strip.mute = True
        target = self.folder / "mix.wav"
        mixdown(self.room.scene, str(target))
        for strip in silenced:
            strip.mute = False
        return aud.Sound(str(target)).data()[:, 0].copy()

    @property
    def report(self) -> Any:
        return report_of(self.room.scene)

    def fader(self, name: str) -> Any:
        return fading.faders(self.room.scene, [self.room.strips[name]])[name]


def level(samples: np.ndarray, seconds: float, length: float = 0.2) -> float:
    """Decibels of the peak of the sine that is heard around this moment."""
    part = samples[round((seconds - length / 2) * RATE) : round((seconds + length / 2) * RATE)]
    return 20 * float(np.log10(np.sqrt(2 * np.mean(np.square(part)))))


def undo() -> None:
    bpy.ops.ed.undo()
