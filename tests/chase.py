"""A film of one thing that stands, walks and runs to and fro, by construction: where it is, as facts, and the film itself.

chase.py FILE    makes the film (worker's Python)
"""

from __future__ import annotations

import math
import sys
from base64 import b64encode
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

SIZE, RATE = (320, 180), Fraction(25)
CUTS = (0, 50, 125, 250)
THING = (30, 60)
GREEN = (20, 230, 40)


def place(frame: int) -> tuple[float, float]:
    """The middle of the thing, in pixels from the upper left corner: it stands, walks from left to right, runs to and fro."""
    seconds = frame / float(RATE)
    if frame < CUTS[1]:
        return 80 + 1.5 * math.sin(7 * seconds), 95.0
    if frame < CUTS[2]:
        return 50 + (seconds - 2) * 70, 90 + 2 * math.sin(9 * seconds)
    return 160 + 90 * math.sin((seconds - 5) * 1.3), 90.0


def box(frame: int) -> tuple[float, float, float, float]:
    """Left, top, width, height in pixels."""
    x, y = place(frame)
    return x - THING[0] / 2, y - THING[1] / 2, float(THING[0]), float(THING[1])


def facts(label: str = "person", every: int = 5) -> dict[str, dict[str, Any]]:
    """Engine -> medium ("film") -> facts: shots, and the thing looked at in every so many frames, a track a shot."""
    from assistant_editor.ml.facts import Boundary, Objects, Shots, Span, Track

    span = Span(Fraction(0), CUTS[-1] / RATE)
    frames = tuple(range(0, CUTS[-1], every))
    tracks = []
    for first, last in pairwise(CUTS):
        samples = tuple(number for number, frame in enumerate(frames) if first <= frame < last)
        rows = np.array([(*box(frames[number]), 0.9) for number in samples], "<f4")
        tracks.append(Track(label, 0.9, samples, b64encode(rows.tobytes()).decode()))
    seconds = tuple(frame / RATE for frame in frames)
    objects = Objects(span, Fraction(0), RATE, "by construction", *SIZE, frames, seconds, tuple(tracks))
    boundaries = tuple(Boundary(frame, frame / RATE, 0.99) for frame in CUTS[1:-1])
    shots = Shots(span, Fraction(0), RATE, CUTS[-1], "by construction", boundaries)
    return {"shots": {"film": shots}, "objects": {"film": objects}}


def saliency() -> Any:
    """What stands out: the thing, in every fifth frame."""
    from assistant_editor.ml.facts import SALIENCY, Saliency, Span

    frames, rows = tuple(range(0, CUTS[-1], 5)), []
    for frame in frames:
        x, y = place(frame)
        across = np.exp(-(((np.arange(SALIENCY[0]) + 0.5) / SALIENCY[0] - x / SIZE[0]) ** 2) / 0.005)
        along = np.exp(-(((np.arange(SALIENCY[1]) + 0.5) / SALIENCY[1] - y / SIZE[1]) ** 2) / 0.01)
        rows.append(np.rint(255 * np.concatenate([across, along])).astype(np.uint8))
    seconds, shares = tuple(frame / RATE for frame in frames), b64encode(np.array(rows).tobytes()).decode()
    return Saliency(Span(Fraction(0), CUTS[-1] / RATE), Fraction(0), RATE, frames, seconds, shares)


def picture(frame: int) -> np.ndarray:
    """Uint8 (height, width, 3): each shot on a ground of its own, so that it is seen where one ends."""
    shot = sum(frame >= cut for cut in CUTS[1:-1])
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    checks = ((rows // 20 + columns // 20 + shot) % 2) * 40 + 60
    image = np.stack([checks + 40 * shot, checks, checks + 60], axis=-1).astype(np.uint8)
    left, top, wide, tall = (round(value) for value in box(frame))
    image[top : top + tall, max(0, left) : left + wide] = GREEN
    return image


def make(path: Path) -> None:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=int(RATE), options={"crf": "6", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(CUTS[-1]):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture(number), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
