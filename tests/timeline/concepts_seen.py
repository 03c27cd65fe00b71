"""Objects, faces and concepts written down by hand, as engines tell them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from assistant_editor.ml.facts import EXPRESSIONS, Concepts, Faces, FaceTrack, Objects, Span, Track, Transcript, Utterance, Word

WIDTH, HEIGHT = 640, 360


def coded(values, kind: type = np.float32) -> str:
    return base64.b64encode(np.asarray(values, kind).tobytes()).decode()


def moments(count: int, per_second: int = 2) -> tuple[Fraction, ...]:
    return tuple(Fraction(number, per_second) for number in range(count))


def track(label: str, *boxes, first: int = 0, sure: float = 0.9, pose=None) -> Track:
    """One box a sample, from sample `first` on; `pose`: keypoint -> (x, y) for each sample, what is not given is not seen."""
    rows = np.array([(*box, sure) for box in boxes], np.float32)
    keypoints = np.zeros((len(rows), 17, 3), np.float32)
    for row, points in enumerate(pose or ()):
        for number, (x, y) in points.items():
            keypoints[row, number] = (x, y, 0.9)
    samples = tuple(range(first, first + len(rows)))
    return Track(label, sure, samples, coded(rows), coded(keypoints) if pose else "")


def objects(count: int, *tracks: Track, origin: Fraction = Fraction(0)) -> Objects:
    seconds = moments(count)
    return Objects(
        Span(Fraction(0), Fraction(count, 2)), origin, Fraction(24), "made", WIDTH, HEIGHT, tuple(range(0, 12 * count, 12)), seconds, tracks
    )


def face(*boxes, turned: float = 0.0, joy: float | None = None) -> FaceTrack:
    """`turned`: the nose away from the middle of the eyes, in their distance, to the right of the picture."""
    rows = np.array([(*box, 0.9) for box in boxes], np.float32)
    marks = np.stack([
        rows[:, 0] + 0.3 * rows[:, 2], rows[:, 1] + 0.4 * rows[:, 3], rows[:, 0] + 0.7 * rows[:, 2], rows[:, 1] + 0.4 * rows[:, 3],
        rows[:, 0] + (0.5 + 0.4 * turned) * rows[:, 2], rows[:, 1] + 0.6 * rows[:, 3], rows[:, 0] + 0.35 * rows[:, 2],
        rows[:, 1] + 0.8 * rows[:, 3], rows[:, 0] + 0.65 * rows[:, 2], rows[:, 1] + 0.8 * rows[:, 3],
    ], axis=1)  # fmt: skip
    feelings = np.zeros((len(rows), len(EXPRESSIONS)))
    if joy is not None:
        feelings[:, EXPRESSIONS.index("joy")], feelings[:, -1] = 255 * joy, 255 * (1 - joy)
    samples = tuple(range(len(rows)))
    return FaceTrack(0.9, samples, coded(rows), coded(marks), 0, "", coded(feelings, np.uint8) if joy is not None else "")


def faces(count: int, *tracks: FaceTrack) -> Faces:
    return Faces(
        Span(Fraction(0), Fraction(count, 2)),
        Fraction(0),
        Fraction(24),
        "made",
        (WIDTH, HEIGHT),
        tuple(range(count)),
        moments(count),
        0,
        tracks,
    )


def concepts(rows: Sequence[Mapping[str, float]], width: int = 0) -> Concepts:
    """One row of chances a sample."""
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    scores = [[round(255 * row.get(name, 0.0)) for name in names] for row in rows]
    return Concepts(
        Span(Fraction(0), Fraction(len(rows), 2)), Fraction(0), Fraction(24), "made", tuple(range(len(rows))), moments(len(rows)), width,
        coded(np.ones((len(rows), width)), np.int8), names, coded(scores, np.uint8),
    )  # fmt: skip


def transcript(text: str, start: float = 0.0, language: str = "en", origin: Fraction = Fraction(0)) -> Transcript:
    """Half a second a word."""
    words = []
    for number, word in enumerate(text.split()):
        begins = Fraction(start).limit_denominator(100) + Fraction(number, 2)
        words.append(Word(f" {word}", begins, begins + Fraction(2, 5), 0.9))
    return Transcript(Span(Fraction(0), Fraction(600)), origin, language, 1.0, "made", "made", "transcribe", (Utterance(tuple(words)),))
