"""How a stretch of a source shot is shown: which part of it, how fast, mirrored, graded, with grain; a slow move over photographs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .sources import SourceShot


@dataclass(frozen=True)
class Look:
    """Windows are (centre x, centre y, scale): parts of 1 of what the window may move in; scale 1 is the largest window that fits.

    `window_from` becomes `window_to` over `frames`. Grading: per channel gain and gamma, then `saturation`.
    """

    start: int
    speed: float
    frames: int
    window_from: tuple[float, float, float]
    window_to: tuple[float, float, float]
    mirrored: bool
    gain: tuple[float, float, float]
    gamma: float
    saturation: float
    grain: float
    seed: int


def draw_look(random: np.random.Generator, shot: SourceShot, frames: int) -> Look:
    """A look for `frames` frames of `shot`, so that no two are alike. The shot must be long enough: see `room`."""
    moves = shot.still or random.random() < 0.35
    windows = [(*random.uniform(0, 1, 2), random.uniform(0.55, 1)) for _ in range(2)]
    speed = 1.0
    if not shot.still:
        speed = float(random.choice([1.0, 1.0, 1.0, 1.5, 2.0]))
        if (frames - 1) * speed + 1 > len(shot.pictures):
            speed = 1.0
    reach = 0 if shot.still else round((frames - 1) * speed)
    start = int(random.integers(0, max(1, len(shot.pictures) - reach)))
    if random.random() < 0.3 and reach < len(shot.pictures):
        start, speed = start + reach, -speed
    exposure, tint = random.uniform(0.8, 1.15), random.uniform(0.88, 1.12, 3)
    return Look(
        start=start,
        speed=0.0 if shot.still else speed,
        frames=frames,
        window_from=windows[0],
        window_to=windows[1] if moves else windows[0],
        mirrored=bool(random.random() < 0.5),
        gain=tuple(float(exposure * one) for one in tint),
        gamma=float(random.uniform(0.8, 1.25)),
        saturation=0.0 if random.random() < 0.08 else float(random.uniform(0.6, 1.3)),
        grain=float(random.choice([0, 0, 2, 4])),
        seed=int(random.integers(1 << 31)),
    )


def room(shot: SourceShot) -> int:
    """How many frames of a shot can be shown: it runs back and forth where it must, twice at most, but not when it is short."""
    if shot.still:
        return 1 << 20
    return len(shot.pictures) * (3 if len(shot.pictures) >= 24 else 1)


def _there_and_back(place: int, length: int) -> int:
    place %= max(1, 2 * length - 2)
    return min(place, 2 * length - 2 - place) if length > 1 else 0


def picture(shot: SourceShot, look: Look, place: int, size: tuple[int, int]) -> np.ndarray:
    """The frame `place` of a stretch, uint8 (height, width, 3); `size` is (width, height)."""
    import cv2

    source = np.asarray(shot.pictures[_there_and_back(look.start + round(look.speed * place), len(shot.pictures))])
    height, width = source.shape[:2]
    part = place / max(1, look.frames - 1)
    x, y, scale = (a + (b - a) * part for a, b in zip(look.window_from, look.window_to, strict=True))
    step = min(width / size[0], height / size[1]) * scale
    left, top = (width - step * size[0]) * x, (height - step * size[1]) * y
    matrix = np.array([[step, 0, left], [0, step, top]], np.float32)
    if look.mirrored:
        matrix[0] = -step, 0, left + step * (size[0] - 1)
    image = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    image = cv2.LUT(image, _curves(look.gain, look.gamma))
    if look.saturation != 1:
        image = cv2.transform(image, _saturation(look.saturation))
    return grained(image, look.grain, look.seed + place)


def grained(image: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """With film grain of this standard deviation (grey levels), another for every seed."""
    import cv2

    if not strength:
        return image
    height, width = image.shape[:2]
    field = _noise(height + 64, width + 64)
    down, across = np.random.default_rng(seed).integers(0, 64, 2)
    patch = field[down : down + height, across : across + width]
    return cv2.addWeighted(image.astype(np.int16), 1.0, patch, strength / 32, 0).clip(0, 255).astype(np.uint8)


@lru_cache(64)
def _curves(gain: tuple[float, float, float], gamma: float) -> np.ndarray:
    levels = np.arange(256) / 255
    return np.clip(255 * np.asarray(gain) * (levels**gamma)[:, None], 0, 255).round().astype(np.uint8)[None]


def _saturation(amount: float) -> np.ndarray:
    grey = np.tile(np.array([0.299, 0.587, 0.114], np.float32), (3, 1))
    return (grey * (1 - amount) + np.eye(3, dtype=np.float32) * amount).astype(np.float32)


@lru_cache(4)
def _noise(height: int, width: int) -> np.ndarray:
    """Unit grain times 32, int16 (height, width, 3), slightly soft and mostly grey, as film's is."""
    import cv2

    random = np.random.default_rng(20)
    grey, colour = random.normal(0, 1, (height, width, 1)), random.normal(0, 0.4, (height, width, 3))
    soft = cv2.GaussianBlur((grey + colour).astype(np.float32), (0, 0), 0.7)
    return (soft * 32 / soft.std()).round().astype(np.int16)
