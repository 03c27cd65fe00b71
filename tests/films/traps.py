"""What happens inside a shot and is no boundary. Each is drawn on the finished picture of the shot; see `labels.TRAPS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LENGTHS = {
    "flash": (1, 3),
    "flash-part": (1, 3),
    "muzzle": (6, 24),
    "strobe": (10, 40),
    "whip": (7, 14),
    "shake": (12, 40),
    "subtitle": (20, 80),
    "picture-in-picture": (16, 70),
    "explosion": (16, 40),
    "exposure": (12, 50),
}
"""Shortest and longest, in frames. `title`, `fast` and `grain` are as long as their shot."""
TEXTS = ("MEANWHILE", "THREE YEARS LATER", "I told you so.", "Where were you last night?", "The end of the road", "PART TWO", "- No.")


@dataclass(frozen=True)
class Trap:
    """`what` begins at frame `begin` of its shot and lasts `length` frames. `other` is a second picture of another shot, as
    the caller numbers them."""

    what: str
    begin: int
    length: int
    seed: int
    other: int = -1


Picture = np.ndarray
Fetch = Callable[[int, int], Picture]
"""A picture of another shot, any size: (its number, the frame), both counted round."""


def apply(image: Picture, trap: Trap, place: int, fetch: Fetch) -> Picture:
    """The picture at frame `place` of the trap; before it (below 0) and after it (from `length`) most leave no trace."""
    if place < 0 or trap.what in {"fast", "grain"}:
        return image
    lasting = {"whip", "title"}
    if place >= trap.length and trap.what not in lasting:
        return image
    return _DRAW[trap.what](image, trap, place, fetch)


def _random(trap: Trap, place: int = -1) -> np.random.Generator:
    return np.random.default_rng([trap.seed, place + 1])


def _flash(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    strength = _random(trap).uniform(0.55, 1.0) * (1 - 0.35 * place)
    return _towards(image, np.float32(strength), (255, 252, 245))


def _flash_part(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    random = _random(trap)
    strength = random.uniform(0.7, 1.0) * (1 - 0.3 * place)
    return _towards(image, strength * _blob(image, *random.uniform(0.1, 0.9, 2), random.uniform(0.25, 0.45)), (255, 252, 245))


def _muzzle(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    x, y = _random(trap).uniform(0.2, 0.8, 2)
    random = _random(trap, place)
    if place and random.random() < 0.5:
        return image
    x, y = x + random.normal(0, 0.015), y + random.normal(0, 0.015)
    lit = _towards(image, np.float32(random.uniform(0.05, 0.2)), (255, 190, 90))
    return _towards(lit, np.minimum(1.4 * _blob(image, x, y, random.uniform(0.06, 0.16)), 1), (255, 235, 170))


def _strobe(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    random = _random(trap)
    period, bright = int(random.integers(2, 6)), random.uniform(0.4, 0.8)
    if place % period < max(1, period // 2):
        return _towards(image, np.float32(bright), (255, 255, 255))
    return _towards(image, np.float32(0.35), (0, 0, 0))


def _whip(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    """The camera is thrown round within one shot: the view runs over mirror images of itself, blurred by its own speed, and comes
    to rest on the mirrored side of the place (or, after two, where it began)."""
    import cv2

    random, width = _random(trap), image.shape[1]
    turns, side = int(random.choice([1, 2, 2])), int(random.choice([-1, 1]))
    now, then = (_smooth((place + d) / trap.length) * turns * width for d in (1, 0))
    strip = np.concatenate([image, image[:, ::-1]], axis=1)
    shift = round(side * now) % (2 * width)
    columns = (np.arange(width + width // 2) + shift - width // 4) % (2 * width)
    view = strip[:, columns]
    blur = max(1, round(abs(now - then) * 0.6))
    return np.ascontiguousarray(cv2.blur(view, (blur, 1))[:, width // 4 : width // 4 + width])


def _shake(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    import cv2

    random, size = _random(trap), image.shape[1]
    amount, envelope = random.uniform(0.015, 0.06) * size, np.sin(np.pi * (place + 1) / (trap.length + 1)) ** 0.5
    phases, speeds = random.uniform(0, 6.28, 6), random.uniform(0.7, 2.4, 6)
    wave = np.sin(phases + speeds * place)
    x, y, turn = amount * envelope * (wave[0] + wave[1]) / 2, amount * envelope * (wave[2] + wave[3]) / 2, 2.5 * envelope * wave[4]
    matrix = cv2.getRotationMatrix2D((size / 2, image.shape[0] / 2), turn, 1.0)
    matrix[:, 2] += x, y
    moved = cv2.warpAffine(image, matrix, (size, image.shape[0]), borderMode=cv2.BORDER_REFLECT_101)
    blur = max(1, round(abs(x) / 3))
    return cv2.blur(moved, (blur, max(1, round(abs(y) / 3))))


def _subtitle(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    """Two lines of talk, one after the other, with a pause between."""
    half = trap.length // 2
    if half - 3 <= place < half:
        return image
    text = TEXTS[(trap.seed + (place >= half)) % len(TEXTS)]
    return _written(image, text, 0.88, 0.055)


def _title(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    """Text that pops on a card, and a second line for the later half."""
    image = _written(image, TEXTS[trap.seed % len(TEXTS)], 0.45, 0.1)
    return _written(image, TEXTS[(trap.seed // 7) % len(TEXTS)], 0.65, 0.07) if place >= trap.length // 2 else image


def _inset(image: Picture, trap: Trap, place: int, fetch: Fetch) -> Picture:
    """A small picture in a corner that changes to another shot halfway."""
    import cv2

    random = _random(trap)
    height, width = image.shape[:2]
    small = round(width * random.uniform(0.2, 0.34)), round(height * random.uniform(0.2, 0.34))
    right, low = random.random(2) < 0.5
    left, top = (width - small[0] - 8 if right else 8), (height - small[1] - 8 if low else 8)
    inset = cv2.resize(fetch(trap.other + (place >= trap.length // 2), place), small, interpolation=cv2.INTER_AREA)
    image = image.copy()
    image[top - 2 : top + small[1] + 2, left - 2 : left + small[0] + 2] = 235
    image[top : top + small[1], left : left + small[0]] = inset
    return image


def _explosion(image: Picture, trap: Trap, place: int, fetch: Fetch) -> Picture:
    """A ball of fire that grows fast, shakes the camera and turns to smoke."""
    random = _random(trap)
    x, y, largest = random.uniform(0.25, 0.75), random.uniform(0.35, 0.75), random.uniform(0.3, 0.6)
    part = (place + 1) / (trap.length + 1)
    strength = min(1.0, 4 * part) * (1 - part) ** 0.7
    radius = largest * part**0.4
    flicker = _random(trap, place).uniform(0.85, 1.15)
    image = _shake(image, trap, place, fetch)
    image = _towards(image, np.float32(0.25 * strength), (255, 170, 80))
    smoke = (60 + 195 * strength, 55 + 100 * strength, 50 + 10 * strength)
    image = _towards(image, np.minimum(1.6 * strength * flicker * _blob(image, x, y, radius), 1), smoke)
    return _towards(image, np.minimum(1.5 * strength * flicker * _blob(image, x, y, radius * 0.5), 1), (255, 240, 200))


def _exposure(image: Picture, trap: Trap, place: int, _: Fetch) -> Picture:
    """Someone turns the iris and back again: never so far that it could be called a fade."""
    target = _random(trap).choice([0.5, 0.6, 1.4, 1.6])
    gain = 1 + (target - 1) * np.sin(np.pi * (place + 1) / (trap.length + 1))
    return np.clip(image * np.float32(gain), 0, 255).astype(np.uint8)


_DRAW = {
    "flash": _flash,
    "flash-part": _flash_part,
    "muzzle": _muzzle,
    "strobe": _strobe,
    "whip": _whip,
    "shake": _shake,
    "subtitle": _subtitle,
    "picture-in-picture": _inset,
    "title": _title,
    "explosion": _explosion,
    "exposure": _exposure,
}


def _smooth(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part * part * (3 - 2 * part)


def _towards(image: Picture, mask: np.ndarray, colour: tuple[float, float, float]) -> Picture:
    """Blended with a colour by a mask of 0..1, a number or (height, width)."""
    mask = mask[..., None] if mask.ndim else mask
    return (image + (np.asarray(colour, np.float32) - image) * mask).clip(0, 255).astype(np.uint8)


def _blob(image: Picture, x: float, y: float, radius: float) -> np.ndarray:
    """A soft round patch, float32 (height, width), 1 in its middle; `radius` in parts of the width."""
    height, width = image.shape[:2]
    rows, columns = _grid(height, width)
    return np.exp(-(((columns - x * width) ** 2 + (rows - y * height) ** 2) / (radius * width) ** 2))


@lru_cache(8)
def _grid(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None, :]


def _written(image: Picture, text: str, at: float, size: float) -> Picture:
    """White text with a dark edge, centred; `at` and `size` in parts of the height."""
    import cv2

    height, width = image.shape[:2]
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, height * size / 22
    (across, _), _ = cv2.getTextSize(text, font, scale, 1)
    scale *= min(1.0, 0.9 * width / across)
    (across, _), _ = cv2.getTextSize(text, font, scale, 1)
    place = (round((width - across) / 2), round(height * at))
    image = image.copy()
    thick = max(1, round(height / 180))
    cv2.putText(image, text, place, font, scale, (0, 0, 0), thick + 2, cv2.LINE_AA)
    cv2.putText(image, text, place, font, scale, (245, 245, 240), thick, cv2.LINE_AA)
    return image
