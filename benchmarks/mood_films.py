"""Facts of films whose shots have moods by construction: what voice, picture, faces and rhythm are like is drawn by rule, with noise.

The rules are those of the literature the sources are read by, so a high score says only that the reading, the fusing and its
confidence are consistent. It does not say what people would call these shots. Moods of sentences are people's own (GoEmotions), where
such texts are given.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from assistant_editor.ml.facts import (
    EXPRESSIONS,
    PICTURE_VALUES,
    Faces,
    FaceTrack,
    Pictures,
    Shots,
    Span,
    Transcript,
    Utterance,
    Voice,
    Word,
)

MOODS = ("angry", "tense", "happy", "sad", "calm", "energetic", "dark", "neutral")
EMOTION = {"angry": "anger", "tense": "fear", "happy": "joy", "sad": "sadness"}
"""The emotion of a mood that people name in texts and show in faces; the others are shown by neutral ones."""
VOICES = {
    "angry": (1.5, 0.8, 1.0, 0.8), "tense": (0.4, 1.4, 0.0, 1.0), "happy": (0.8, 0.9, 1.0, 0.5), "sad": (-1.0, -0.7, -1.0, -1.0),
    "calm": (-0.8, -0.5, -0.4, -0.8), "energetic": (1.0, 0.8, 0.6, 1.0), "dark": (-0.4, -0.6, -0.4, -0.4), "neutral": (0.0, 0.0, 0.0, 0.0),
}  # fmt: skip
"""Level, pitch, its range and rate in standard deviations (R. Banse, K. R. Scherer 1996; P. N. Juslin, P. Laukka 2003)."""
PICTURES = {
    "angry": (-0.6, 0.6, 0.3), "tense": (-0.9, -0.4, -0.3), "happy": (1.0, 0.8, 0.2), "sad": (-0.7, -1.0, -0.2), "calm": (0.6, 0.0, 0.0),
    "energetic": (0.5, 1.0, 0.1), "dark": (-2.0, -0.8, -0.2), "neutral": (0.0, 0.0, 0.0),
}  # fmt: skip
"""Brightness and saturation in standard deviations, warmth (P. Valdez, A. Mehrabian 1994; high and low key as film makers use them)."""
TEMPO = {"angry": 0.8, "tense": 0.7, "happy": 0.4, "sad": -0.8, "calm": -0.9, "energetic": 1.3, "dark": -0.3, "neutral": 0.0}
"""Movement in standard deviations; shots are as much shorter (B. Adams, C. Dorai, S. Venkatesh 2002)."""
NEUTRAL = 0.35
"""Share of shots that have no mood in particular: as of sentences that people labelled neutral."""
TELLS = 0.65
"""How often a source shows the mood of the shot; else it shows nothing in particular."""
READ = 0.62
"""How often an expression is read right: about what networks reach on photographs of everyday faces (FER-2013)."""
RATE, STEP = 25, 0.5


@dataclass(frozen=True)
class Film:
    """`found`: engine -> facts. `moods` and `texts` of its shots `spans`."""

    found: dict[str, Any]
    spans: tuple[Span, ...]
    moods: tuple[str, ...]
    texts: tuple[str, ...]


def film(chance: np.random.Generator, texts: Mapping[str, Sequence[str]], shots: int = 60) -> Film:
    """A film of so many shots. `texts`: emotion -> sentences that people say have it."""
    others = (1 - NEUTRAL) / (len(MOODS) - 1)
    moods = tuple(str(mood) for mood in chance.choice(MOODS, shots, p=[NEUTRAL if mood == "neutral" else others for mood in MOODS]))
    lengths = [max(2.0, float(np.exp(np.log(4) - 0.5 * _shown(chance, TEMPO[mood], 0.4) + 0.3 * chance.normal()))) for mood in moods]
    cuts = [Fraction(round(second * RATE), RATE) for second in np.concatenate([[0.0], np.cumsum(lengths)])]
    spans = tuple(Span(start, end) for start, end in pairwise(cuts))
    said = tuple(str(chance.choice(texts[EMOTION.get(mood, "neutral")])) for mood in moods)
    whole = Span(cuts[0], cuts[-1])
    found = {
        "shots": Shots(whole, Fraction(0), Fraction(RATE), int(whole.end * RATE), "made", ()),
        "pictures": _pictures(chance, spans, moods, whole),
        "faces": _faces(chance, spans, moods, whole),
        "voice": _voice(chance, spans, moods, whole),
        "transcript": _transcript(spans, said, whole),
    }
    return Film(found, spans, moods, said)


def _shown(chance: np.random.Generator, offset: float, noise: float) -> float:
    """The offset where the source shows the mood at all, and noise."""
    return float(offset * (chance.random() < TELLS) + noise * chance.normal())


def _coded(rows: Any) -> str:
    return base64.b64encode(rows.tobytes()).decode()


def _moments(whole: Span) -> tuple[Fraction, ...]:
    return tuple(Fraction(number, 2) for number in range(int(whole.end / Fraction(1, 2))))


def _of_shot(spans: Sequence[Span], moments: Sequence[Fraction]) -> Any:
    """Which shot each moment lies in."""
    return np.searchsorted([float(span.start) for span in spans], [float(moment) for moment in moments], side="right") - 1


def _pictures(chance: np.random.Generator, spans: Sequence[Span], moods: Sequence[str], whole: Span) -> Pictures:
    moments = _moments(whole)
    table = np.full((len(moments), len(PICTURE_VALUES)), np.nan, np.float16)
    places = _of_shot(spans, moments)
    for number, mood in enumerate(moods):
        light, colour, warmth = (_shown(chance, offset, noise) for offset, noise in zip(PICTURES[mood], (0.8, 0.8, 0.2), strict=True))
        moves = float(np.exp(np.log(0.02) + _shown(chance, TEMPO[mood], 0.7)))
        row = {"brightness": 0.42 + 0.16 * light, "saturation": 0.32 + 0.16 * colour, "warmth": warmth, "motion": moves}
        for name, value in row.items():
            table[places == number, PICTURE_VALUES.index(name)] = np.clip(value, -1 if name == "warmth" else 0.0, 1.0)
    camera = np.zeros((len(moments), 6), np.float16)
    return Pictures(whole, Fraction(0), Fraction(RATE), "made", tuple(range(len(moments))), moments, _coded(table), _coded(camera))


def _faces(chance: np.random.Generator, spans: Sequence[Span], moods: Sequence[str], whole: Span) -> Faces:
    moments = _moments(whole)
    places = _of_shot(spans, moments)
    tracks = []
    for number, mood in enumerate(moods):
        samples = np.flatnonzero(places == number)
        if chance.random() > 0.6 or not len(samples):
            continue
        shown = EMOTION.get(mood, "neutral") if chance.random() < TELLS else "neutral"
        read = shown if chance.random() < READ else str(chance.choice(EXPRESSIONS))
        shares = 0.3 * chance.dirichlet(np.ones(len(EXPRESSIONS)), len(samples))
        shares[:, EXPRESSIONS.index(read)] += 0.7
        boxes = np.tile(np.array([300, 100, 200, 240, 0.9], np.float32), (len(samples), 1))
        coded = _coded(np.round(shares * 255).astype(np.uint8))
        marks = _coded(np.zeros((len(samples), 10), np.float32))
        numbers = tuple(int(sample) for sample in samples)
        tracks.append(FaceTrack(0.9, numbers, _coded(boxes), marks, numbers[0], expressions=coded))
    frames = tuple(range(len(moments)))
    return Faces(whole, Fraction(0), Fraction(RATE), "made", (1280, 720), frames, moments, 0, tuple(tracks))


def _voice(chance: np.random.Generator, spans: Sequence[Span], moods: Sequence[str], whole: Span) -> Voice:
    rows = int(whole.end * 100)
    clock = np.arange(rows) / 100
    levels, pitches, speech = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    for span, mood in zip(spans, moods, strict=True):
        first, end = int(span.start * 100), int(span.end * 100)
        here = clock[first:end]
        loud, high, wide, fast = (_shown(chance, offset, 0.6) for offset in VOICES[mood])
        syllables, spread = max(1.5, 4.3 + fast), max(0.5, 2.6 + wide)
        tune = np.sqrt(2) * spread * np.sin(2 * np.pi * 0.9 * here + chance.uniform(0, 6)) / 12
        levels[first:end] = -30 + 4 * loud + 5 * np.cos(2 * np.pi * syllables * here)
        pitches[first:end] = np.log2(120 / 40) + 2.5 * high / 12 + tune
        speech[first:end] = 255
    coded = np.clip((levels + 100) / 0.4, 1, 255).astype(np.uint8), np.clip(48 * pitches, 1, 255).astype(np.uint8)
    sure = _coded(speech.astype(np.uint8))
    return Voice(whole, Fraction(0), Fraction(1, 100), "made", sure, _coded(coded[0]), sure, _coded(coded[1]), sure, -70.0)


def _transcript(spans: Sequence[Span], said: Sequence[str], whole: Span) -> Transcript:
    utterances = []
    for span, text in zip(spans, said, strict=True):
        parts = text.split()
        step = span.length / max(1, len(parts))
        words = [Word(f" {part}", span.start + step * number, span.start + step * (number + 1), 0.9) for number, part in enumerate(parts)]
        utterances.append(Utterance(tuple(words)))
    return Transcript(whole, Fraction(0), "en", 1.0, "made", "made", "transcribe", tuple(utterances))
