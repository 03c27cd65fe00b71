"""Films of faces of photographs that speak by turns: their mouths open as far as a recording is loud, and who speaks when is known.

Photographs and recordings are the caller's. The jaw of a photograph is moved by warping it: what lies below the mouth goes down with the
chin, the lips part, and dark is seen between them. Heads sway and nod, listeners smile; noise is that of a camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

RATE, SIZE = 25, (640, 360)
DARK = (38.0, 20.0, 24.0)
LOUD = 28.0
"""Decibels below the loudest at which a mouth is shut."""


@dataclass(frozen=True)
class Portrait:
    """A photograph (height, width, 3) RGB, and (5, 2) of one face in it: right eye, left eye, nose, right and left corner of the mouth."""

    picture: Any
    marks: Any


@dataclass(frozen=True)
class Said:
    """Whose turn it is from second to second; `who` counts voices."""

    who: int
    start: float
    end: float


@dataclass(frozen=True)
class _Pose:
    """Each (frames,): where the face is, in its own size from the middle of its place, its angle, its size; how far its mouth is open
    (1: as far as it goes) and how much wider it is."""

    x: Any
    y: Any
    angle: Any
    size: Any
    open: Any
    wide: Any


def openings(samples: Any, rate: int) -> Any:
    """(frames,) 0..1: how far a mouth is open that says this, float32 mono; jaws are slower than sounds."""
    length = rate // RATE
    rows = np.asarray(samples[: len(samples) // length * length], np.float64).reshape(-1, length)
    level = 10 * np.log10((rows**2).mean(axis=1) + 1e-10)
    shares = np.clip((level - np.percentile(level, 95) + LOUD) / LOUD, 0, 1)
    return np.convolve(np.pad(shares, 1, "edge"), [0.25, 0.5, 0.25], "valid")


def turns(rng: np.random.RandomState, seconds: float, voices: int) -> list[Said]:
    """Who speaks when: turns of 1.3 to 4.5 seconds, one after the other, with pauses of up to half a second."""
    found, begins, who = [], float(rng.uniform(0, 0.8)), int(rng.randint(voices))
    while begins < seconds - 0.6:
        ends = min(seconds, begins + float(rng.uniform(1.3, 4.5)))
        found.append(Said(who, begins, ends))
        begins, who = ends + float(rng.uniform(0, 0.5)), (who + 1) % voices
    return found


def film(path: Path, faces: Sequence[Portrait], said: Sequence[Said], voices: Sequence[Any], seed: int, seconds: float = 14.0) -> None:
    """Two faces side by side. Voice n is the n-th face's as far as there is one. `voices`: `openings` of what each says."""
    import av

    rng = np.random.RandomState(seed)
    frames, wide = round(seconds * RATE), SIZE[0] // len(faces)
    poses = [_pose(rng, frames, [one for one in said if one.who == who], np.resize(voices[who], frames)) for who in range(len(faces))]
    large = rng.uniform(12, 40, len(faces))
    noise = [rng.normal(0, 2, (SIZE[1], SIZE[0], 3)).astype(np.float32) for _ in range(8)]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(RATE), options={"crf": "22", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            rows = [_drawn(face, (wide, SIZE[1]), pose, number, size) for face, pose, size in zip(faces, poses, large, strict=True)]
            picture = np.clip(np.hstack(rows) + noise[rng.randint(len(noise))], 0, 255).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))


def _pose(rng: np.random.RandomState, frames: int, said: Sequence[Said], voice: Any) -> _Pose:
    moments = np.arange(frames) / RATE
    speaks = np.zeros(frames)
    for one in said:
        speaks[(moments >= one.start) & (moments < one.end)] = 1
    speaks = np.convolve(speaks, np.ones(3) / 3, "same")
    smile, nod = np.zeros(frames), np.zeros(frames)
    for begins in rng.uniform(0, moments[-1], rng.poisson(2)):
        smile += np.clip(np.minimum((moments - begins) * 4, (begins + 1.4 - moments) * 3), 0, 1) * rng.uniform(0.4, 1.2)
    for begins in rng.uniform(0, moments[-1], rng.poisson(2)):
        since = moments - begins
        nod += np.where((since > 0) & (since < 0.8), np.sin(5 * np.pi * since), 0) * 0.12
    parted = np.abs(_swing(rng, moments, 0.8)) * 0.02
    return _Pose(
        _swing(rng, moments, 0.7) * 0.12 * (1 + speaks / 2),
        _swing(rng, moments, 0.7) * 0.07 * (1 + speaks / 2) + nod,
        _swing(rng, moments, 0.6) * 0.06,
        1 + _swing(rng, moments, 0.4) * 0.03,
        np.clip(voice * speaks * rng.uniform(0.25, 0.5) + parted, 0, 1),
        np.clip(smile + 0.4 * speaks * _swing(rng, moments, 3.0), -0.6, 1.5),
    )


def _swing(rng: np.random.RandomState, moments: Any, fastest: float) -> Any:
    """(frames,) about -1..1: slow to and fro, no faster than so many times a second."""
    return sum(
        rng.normal() * np.sin(2 * np.pi * often * moments + rng.uniform(0, 2 * np.pi)) for often in rng.uniform(0.1, fastest, 4)
    ) / np.sqrt(2)


def _drawn(face: Portrait, size: tuple[int, int], pose: _Pose, number: int, large: float) -> Any:
    """(height, width, 3) float32: the face in a place of its own, `large` pixels from its eyes to its mouth."""
    eyes, mouth = face.marks[:2].mean(axis=0), face.marks[3:].mean(axis=0)
    length, half = float(np.hypot(*(mouth - eyes))), float(np.hypot(*(face.marks[4] - face.marks[3]))) / 2
    down = (mouth - eyes) / length
    across = np.array([down[1], -down[0]])
    large = large * float(pose.size[number])
    enlarged, angle = length / large, float(pose.angle[number])
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    right = columns - (size[0] / 2 + float(pose.x[number]) * large)
    below = rows - (0.43 * size[1] + float(pose.y[number]) * large)
    # In halves of the mouth's width from its middle, the face upright.
    u = (np.cos(angle) * right + np.sin(angle) * below) * enlarged / half
    v = ((-np.sin(angle) * right + np.cos(angle) * below) * enlarged - length / 2) / half
    u, v, inside = _mouth(u, v, float(pose.open[number]), float(pose.wide[number]))
    ways = (mouth[axis] + half * (u * across[axis] + v * down[axis]) for axis in (0, 1))
    method = cv2.INTER_AREA if enlarged < 1 else cv2.INTER_LINEAR
    shown = cv2.remap(face.picture, *(way.astype(np.float32) for way in ways), method, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), max(0.6, 0.06 * half / enlarged))[..., None]
    return shown * (1 - soft) + np.array(DARK, np.float32) * soft


def _mouth(u: Any, v: Any, opened: float, wide: float) -> tuple[Any, Any, Any]:
    """Where in the photograph what is seen here comes from, and where the mouth itself is seen."""
    near = np.exp(-(u**2) / 2.2 - v**2 / 1.2)
    u = u * (1 - 0.16 * wide * near)
    gap = 0.55 * opened * np.sqrt(np.clip(1 - (u / 0.92) ** 2, 0, 1))
    upper, lower = 0.22 * gap, 0.78 * gap
    chin = 0.43 * opened * np.exp(-((u / 1.7) ** 2)) * np.clip(v / 1.2, 0, 1)
    shift = np.where(v >= 0, np.maximum(np.where(v >= lower, lower, 0), chin) * np.clip(1 - (v - 2.2) / 1.2, 0, 1), 0)
    lift = np.where(v < 0, upper * np.clip(1 + (v + upper) / 0.8, 0, 1), 0)
    return u, v - shift + lift, (v > -upper) & (v < lower)
