"""Facts of faces, things and surfaces that move in known ways, and where they are. Pure: for tests on paper and in Blender."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction

import numpy as np
from assistant_editor.ml.facts import Faces, FaceTrack, Objects, Span, Surface, Track

PICTURE = (640, 360)
RATE = Fraction(25)


def coded(values: np.ndarray) -> str:
    return b64encode(np.asarray(values, "<f4").tobytes()).decode()


def path(frames: int, size: float = 60.0, start: tuple[float, float] = (180.0, 150.0), sway: float = 0.25) -> np.ndarray:
    """Float64 (frames, 4): the middle (x right, y DOWN), the size and the angle (clockwise) of something that walks by and nods."""
    part = np.arange(frames) / 25
    x = start[0] + 60 * part + 6 * np.sin(4 * part)
    y = start[1] + 14 * np.sin(2.2 * part)
    return np.stack([x, y, size * (1 + 0.15 * np.sin(1.3 * part)), sway * np.sin(1.7 * part)], axis=1)


def span(frames: int) -> Span:
    return Span(Fraction(0), Fraction(frames) / RATE)


def moments(frames: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(number) / RATE for number in range(frames))


def noisy(places: np.ndarray, noise: float, seed: int) -> np.ndarray:
    return places + np.random.RandomState(seed).standard_normal(places.shape) * noise * np.array([1, 1, 1, 0.02])


def box(places: np.ndarray, wide: float = 1.0, tall: float = 1.2) -> np.ndarray:
    """Rows of `Track.boxes` around such places."""
    width, height = places[:, 2] * wide, places[:, 2] * tall
    return np.column_stack([places[:, 0] - width / 2, places[:, 1] - height / 2, width, height, np.full(len(places), 0.9)])


def eyes(places: np.ndarray) -> np.ndarray:
    """(frames, 10) landmarks: eyes .4 sizes apart, a tenth above the middle, turned with the head."""
    cos, sin = np.cos(places[:, 3]), np.sin(places[:, 3])
    found = np.zeros((len(places), 10))
    for column, across in ((0, -0.2), (2, 0.2)):
        x, y = across * places[:, 2], -0.1 * places[:, 2]
        found[:, column], found[:, column + 1] = places[:, 0] + x * cos - y * sin, places[:, 1] + x * sin + y * cos
    return found


def eye_middle(places: np.ndarray) -> np.ndarray:
    """Float64 (frames, 2) between the eyes, y down."""
    found = eyes(places)
    return (found[:, :2] + found[:, 2:4]) / 2


def faces(*tracks: tuple[np.ndarray, tuple[int, ...]], frames: int) -> Faces:
    """`tracks`: places of every frame, and the frames it is seen in."""
    made = tuple(
        FaceTrack(0.9, samples, coded(box(places)[list(samples)]), coded(eyes(places)[list(samples)]), samples[0])
        for places, samples in tracks
    )
    return Faces(span(frames), Fraction(0), RATE, "made", PICTURE, tuple(range(frames)), moments(frames), 0, made)


def things(*tracks: tuple[str, np.ndarray, tuple[int, ...]], frames: int) -> Objects:
    made = tuple(Track(label, 0.9, samples, coded(box(places, 1, 2.0)[list(samples)])) for label, places, samples in tracks)
    return Objects(span(frames), Fraction(0), RATE, "made", *PICTURE, tuple(range(frames)), moments(frames), made)


def surface(places: np.ndarray, sure: np.ndarray) -> Surface:
    """A square of the size of such places, turned with them."""
    half = places[:, 2] / 2
    cos, sin = np.cos(places[:, 3]), np.sin(places[:, 3])
    rows = np.zeros((len(places), 9))
    for corner, (across, down) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        rows[:, 2 * corner] = (places[:, 0] + half * (across * cos - down * sin)) / PICTURE[0]
        rows[:, 2 * corner + 1] = (places[:, 1] + half * (across * sin + down * cos)) / PICTURE[1]
    rows[:, 8] = sure
    frames = len(places)
    return Surface(span(frames), Fraction(0), RATE, "made", *PICTURE, tuple(range(frames)), moments(frames), coded(rows))
