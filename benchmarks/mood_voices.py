"""Recorded speech made more and less excited by known amounts, and whether the voice is told to be so. For `bench fusion`.

Pieces of a reading are played faster and louder, slower and softer, or as they are. Faster is higher too: by resampling. What an actor does
besides is not made, so this shows that the cues are measured on real sound, not how well people's own excitement is told.
"""

from __future__ import annotations

import tempfile
import wave
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
from assistant_editor.ml import media
from assistant_editor.ml.engines import voicing
from assistant_editor.ml.engines.registry import Runtime
from assistant_editor.ml.facts import Span, Voice, VoiceOptions
from assistant_editor.timeline import mood_sources

RATE = 16000
PIECE = 4.0
"""Seconds of a reading that are changed alike."""
EXCITED, WEARY = (1.15, 4.0), (0.87, -4.0)
"""Faster by this factor, and louder by so many decibels."""


@dataclass(frozen=True)
class Ordered:
    """Of so many pairs of pieces in how many the one made more excited is told to be so; and the mean arousal told of each kind."""

    pairs: int
    right: int
    excited: float
    usual: float
    weary: float


def changed(sound: np.ndarray, factor: float, decibels: float) -> np.ndarray:
    """Played faster by a factor, and louder."""
    places = np.arange(0, len(sound) - 1, factor)
    return np.interp(places, np.arange(len(sound)), sound) * 10 ** (decibels / 20)


def ordered(path: Path, models: Path) -> Ordered:
    """The pieces of one reading, each third of them alike, as the voice's evidence tells them."""
    sound = media.samples(path, rate=RATE)
    sound = 0.5 * sound / max(1e-6, float(np.abs(sound).max()))
    kinds = [(1.0, 0.0), EXCITED, WEARY]
    parts, spans, done = [], [], 0
    for number in range(int(len(sound) / RATE / PIECE)):
        piece = changed(sound[int(number * PIECE * RATE) : int((number + 1) * PIECE * RATE)], *kinds[number % 3])
        spans.append(Span(Fraction(done, RATE), Fraction(done + len(piece), RATE)))
        parts.append(piece)
        done += len(piece)
    told: dict[int, list[float]] = {0: [], 1: [], 2: []}
    known = mood_sources.speech(_voice(np.concatenate(parts), models))
    for number, span in enumerate(spans):
        evidence = mood_sources.voice(known, span)
        if evidence is not None:
            told[number % 3].append(evidence.arousal)
    pairs = [*product(told[1], told[0]), *product(told[0], told[2]), *product(told[1], told[2])]
    means = (float(np.mean(told[kind])) if told[kind] else float("nan") for kind in (1, 0, 2))
    return Ordered(len(pairs), sum(more > less for more, less in pairs), *means)


def _voice(sound: np.ndarray, models: Path) -> Voice:
    def quiet(*_: object) -> None:
        pass

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        facts: Voice = voicing.run(str(path), VoiceOptions(), media.probe(path), None, Runtime(models, quiet, quiet, quiet))
    return facts
