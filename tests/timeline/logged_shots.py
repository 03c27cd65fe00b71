"""Logged shots on a timeline, made by rule: what the tests of overlay, cards, statistics and reports show."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from assistant_editor.ml.facts import Span
from assistant_editor.timeline.shot_log import MOODS, Contribution, Logged, Mood, Placed, Seen
from assistant_editor.timeline.timebase import FrameRange

RATE = Fraction(25)
FEELINGS = {
    "happy": (0.7, 0.4), "sweet": (0.6, -0.2), "funny": (0.6, 0.6), "energetic": (0.3, 0.9), "tense": (-0.4, 0.7),
    "angry": (-0.7, 0.8), "sad": (-0.7, -0.4), "dark": (-0.5, 0.0), "calm": (0.3, -0.7), "neutral": (0.0, 0.0),
}  # fmt: skip
PEOPLE = ("Anna", "Ben", "Clara Montgomery-Featherstonehaugh")
THINGS = ("bicycle", "car", "dog", "cup", "chair", "book", "tree", "boat", "cat")


def mood(label: str, confidence: float = 0.7) -> Mood:
    valence, arousal = FEELINGS[label]
    why = (
        Contribution("words", valence, arousal, 0.6, f"what is said is {label}"),
        Contribution("picture", valence / 2, arousal / 2, 0.4, "slow, dark"),
    )
    return Mood(valence, arousal, label, confidence, why)


def shot(number: int, start: int, end: int, strip: str = "film", channel: int = 1, source: int | None = None, **fields: Any) -> Placed:
    """A shot at these frames that shows its medium from frame `source` on, by default the same frames."""
    first = start if source is None else source
    span = fields.pop("span", None) or Span(Fraction(first) / RATE, Fraction(first + end - start) / RATE)
    path = fields.pop("path", "/films/film.mp4")
    logged = Logged(fields.pop("medium", "medium"), path, span, (span.start + span.end) / 2, **fields)
    return Placed(number, FrameRange(start, end), strip, channel, logged)


def seen(label: str, seconds: float = 1.0, prominence: float = 0.5, confidence: float = 0.9) -> Seen:
    return Seen(label, seconds, prominence, confidence)


def film(shots: int = 60, seed: int = 1, **fields: Any) -> tuple[Placed, ...]:
    """A cut of many shots with something of everything, the same for a seed."""
    chance = random.Random(seed)
    frame, placed, feeling = 1, [], 0
    for number in range(1, shots + 1):
        frames = max(8, round(chance.lognormvariate(4.1, 0.6)))
        if chance.random() < 0.3:
            feeling = chance.randrange(len(MOODS))
        seconds = frames / float(RATE)
        people = tuple(seen(name, seconds * chance.random()) for name in PEOPLE if chance.random() < 0.4)
        things = tuple(seen(name, seconds * chance.random()) for name in THINGS if chance.random() < 0.2)
        grade = min(1.0, max(0.0, chance.gauss(0.6, 0.2)))
        size = chance.choice(("close-up", "medium", "wide"))
        told: dict[str, Any] = {
            "mood": mood(MOODS[feeling], round(chance.uniform(0.4, 0.95), 2)), "people": people, "faces": len(people), "objects": things,
            "concepts": (seen("street", seconds),), "grade": round(grade, 2),
            "quality": (("sharpness", round(grade, 2)), ("exposure", 0.8)), "flaws": ("out of focus",) if grade < 0.3 else (),
            "words": "It was the best of times." if chance.random() < 0.5 else "",
            "size": size, "movement": chance.choice(("static", "pan left", "handheld")),
            "place": chance.choice(("indoor", "outdoor")), "light": chance.choice(("day", "night")),
        }  # fmt: skip
        placed.append(shot(number, frame, frame + frames, **{**told, **fields}))
        frame += frames
    return tuple(placed)
