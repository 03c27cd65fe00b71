"""Footage whose mattes are known, for it is put together of them: a figure with hair before a picture. Needs OpenCV, and PyAV for films."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

SHIFT = 4


@dataclass(frozen=True)
class Scene:
    """`figure` and `ground` are mean colours, `relief` how lively both are. Whatever is random follows from `seed`."""

    seed: int = 0
    size: tuple[int, int] = (480, 270)
    figure: tuple[int, int, int] = (150, 95, 70)
    ground: tuple[int, int, int] = (90, 120, 150)
    relief: float = 18.0
    strands: int = 160


KINDS = (
    Scene(0), Scene(1, ground=(140, 140, 140), relief=25.0), Scene(2, figure=(60, 50, 45), ground=(160, 150, 120)),
    Scene(3, figure=(110, 90, 80), ground=(130, 120, 110), relief=12.0),
)  # fmt: skip


def texture(rng: np.random.Generator, size: tuple[int, int], colour: tuple[int, int, int], relief: float) -> np.ndarray:
    """(height, width, 3) float32 of 0..255: noise of many sizes."""
    width, height = size
    total = np.zeros((height, width, 3), np.float32)
    for cells in (4, 8, 16, 32, 64):
        rows = max(2, cells * height // width)
        noise = rng.normal(0, 0.85, (rows, cells, 1)) + rng.normal(0, 0.35, (rows, cells, 3))
        total += cv2.resize(noise.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return np.clip(np.array(colour, np.float32) + total * relief, 0, 255)


def alpha(scene: Scene, shift: float = 0.0) -> np.ndarray:
    """The matte, float32 (height, width) of 0..1: head, neck, shoulders and hair, `shift` pixels to the right of the middle."""
    width, height = scene.size
    rng = np.random.default_rng(scene.seed)
    drawn = np.zeros((2 * height, 2 * width), np.uint8)
    x, y, r = (0.5 * width + shift) * 2, 0.38 * height * 2, 0.16 * height * 2

    def at(*values: float) -> tuple[int, ...]:
        return tuple(round(value * (1 << SHIFT)) for value in values)

    cv2.ellipse(drawn, at(x, y), at(r * 0.8, r), 0, 0, 360, 255, -1, cv2.LINE_AA, SHIFT)
    cv2.ellipse(drawn, at(x, y + r * 3.1), at(r * 2.1, r * 2), 0, 0, 360, 255, -1, cv2.LINE_AA, SHIFT)
    cv2.rectangle(drawn, at(x - r * 0.35, y), at(x + r * 0.35, y + r * 1.6), 255, -1, cv2.LINE_AA, SHIFT)
    for _ in range(scene.strands):
        angle = rng.uniform(np.pi * 1.02, np.pi * 1.98)
        way = np.array([np.cos(angle) + rng.normal(0, 0.5), np.sin(angle) + rng.normal(0, 0.4)])
        points = [np.array([x + 0.8 * r * np.cos(angle), y + r * np.sin(angle)]) - way * r * 0.1]
        for _step in range(6):
            way = way + rng.normal(0, 0.18, 2)
            points.append(points[-1] + way * r * rng.uniform(0.03, 0.1))
        cv2.polylines(drawn, [np.round(np.array(points) * (1 << SHIFT)).astype(np.int32)], False, 255, 1, cv2.LINE_AA, SHIFT)
    return cv2.resize(drawn, scene.size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def frame(scene: Scene, number: int = 0, speed: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """(picture uint8 RGB, its matte): the figure has moved `speed` pixels a frame; noise is that of a camera."""
    rng = np.random.default_rng(scene.seed)
    ground = texture(rng, scene.size, scene.ground, scene.relief)
    figure = texture(rng, scene.size, scene.figure, scene.relief * 0.8)
    shift = speed * number
    moved = cv2.warpAffine(figure, np.float32([[1, 0, shift], [0, 1, 0]]), scene.size, borderMode=cv2.BORDER_REFLECT)
    matte = alpha(scene, shift)
    noise = np.random.default_rng((scene.seed, number)).normal(0, 2, ground.shape)
    whole = matte[..., None] * moved + (1 - matte[..., None]) * ground + noise
    return np.clip(whole, 0, 255).astype(np.uint8), matte


def coarse(matte: np.ndarray, seed: int, side: int = 256) -> np.ndarray:
    """What a small network would draw of a matte, (side, side) float32: softened, a little wrong along the edge, never the same twice."""
    rng = np.random.default_rng(seed)
    small = cv2.GaussianBlur(cv2.resize(matte, (side, side), interpolation=cv2.INTER_AREA), (0, 0), 2.0)
    wrong = cv2.resize(rng.normal(0, 1, (24, 24)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    return (1 / (1 + np.exp(-(small - 0.5 + wrong * 0.12) * 14))).astype(np.float32)


def film(path: Path, frames: Iterator[np.ndarray], rate: Fraction = Fraction(25)) -> Path:
    """Pictures as a film without loss."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.pix_fmt = "bgr0"
        for number, image in enumerate(frames):
            if not number:
                stream.width, stream.height = image.shape[1], image.shape[0]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return path


def wrong(matte: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """(SAD in thousands of pixels, gradient error likewise) of a matte uint8 against the truth; as C. Rhemann et al., "A Perceptually
    Motivated Online Benchmark for Image Matting", 2009, have them."""
    found = matte.astype(np.float32) / 255
    return float(np.abs(found - truth).sum()) / 1000, float(np.abs(_slope(found) - _slope(truth)).sum()) / 1000


def _slope(values: np.ndarray) -> np.ndarray:
    smooth = cv2.GaussianBlur(values, (0, 0), 1.4)
    return np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8


def flicker(mattes: list[np.ndarray], truths: list[np.ndarray]) -> float:
    """dtSSD (M. Erofeev et al., "Perceptually Motivated Benchmark for Video Matting", 2015): how far each change from frame to frame is
    from the true one, RMS over the picture, mean over the frames, times 1000. Mattes of 0..1."""
    changes = [((b - a) - (d - c)) ** 2 for a, b, c, d in zip(mattes, mattes[1:], truths, truths[1:], strict=False)]
    return 1000 * float(np.mean([np.sqrt(change.mean()) for change in changes]))
