"""Voices written down: what is heard when, as the facts tell it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from assistant_editor.ml.facts import Span, Transcript, Utterance, Voice, Word

STEP = Fraction(1, 100)
ROOM = -60.0
HEARD = {
    # name: (how sure of speech, level in decibels, how periodic, hertz, deviations of the spectrum from the room's)
    "speech": (0.98, -25.0, 0.9, 120.0, 20.0),
    "soft": (0.97, -52.0, 0.2, 0.0, 6.0),
    "whisper": (0.3, -45.0, 0.8, 120.0, 10.0),
    "room": (0.01, ROOM, 0.2, 0.0, 0.5),
    "louder room": (0.01, -40.0, 0.2, 0.0, 0.5),
    "breath": (0.05, -45.0, 0.25, 0.0, 8.0),
    "laughter": (0.1, -28.0, 0.5, 0.0, 15.0),
    "click": (0.02, -20.0, 0.1, 0.0, 15.0),
    "murmur": (0.9, ROOM, 0.2, 0.0, 0.5),
    "nothing": (0.0, -100.0, 0.0, 0.0, 0.0),
}
Part = tuple[str, float]


def voice(*parts: Part, step: Fraction = STEP, start: Fraction = Fraction(0), wobble: float = 0.4) -> Voice:
    """So many seconds of each; the levels tremble by `wobble` decibels."""
    rows = [(*HEARD[name],) for name, seconds in parts for _ in range(round(seconds / float(step)))]
    table = np.array(rows or np.zeros((0, 5)))
    trembling = table[:, 1] + wobble * np.sin(np.arange(len(table)) * 1.7) * (table[:, 1] > -100)
    levels = np.where(table[:, 1] > -100, np.clip(np.rint((trembling + 100) / 0.4), 1, 255), 0)
    pitch = np.where(table[:, 3] > 0, np.rint(48 * np.log2(np.maximum(table[:, 3], 1) / 40)), 0)
    coded = (coding(column) for column in (table[:, 0] * 255, levels, table[:, 2] * 255, pitch, table[:, 4] * 10))
    return Voice(Span(start, start + len(table) * step), Fraction(0), step, "test", *coded, ROOM)


def coding(values: np.ndarray) -> str:
    return base64.b64encode(np.clip(np.rint(values), 0, 255).astype(np.uint8).tobytes()).decode("ascii")


def words(*said: tuple[str, float, float]) -> Transcript:
    """(word, start, end) in seconds."""
    told = tuple(Word(f" {text}", Fraction(str(start)), Fraction(str(end)), 0.9) for text, start, end in said)
    return Transcript(Span(Fraction(0), Fraction(3600)), Fraction(0), "en", 1.0, "test", "test", "transcribe", (Utterance(told),))


def seconds(spans: Sequence[Span]) -> list[tuple[float, float]]:
    return [(float(span.start), float(span.end)) for span in spans]
