"""Takes whose camera, light and faults are known: a virtual camera over real photographs or running film. Worker's Python (OpenCV, numpy).

A world is a list of pictures of one size, RGB uint8: one for a photograph, many for a film that runs on. What the camera leaves it by is
mirrored, so that a pan never ends. Movement is blurred as by a shutter that is open half of the time. Nothing depends on the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

RATE = 25
SHUTTER, LOOKS = 0.5, 5
"""The part of a frame's time in which light falls in, and how many views are mixed for it."""


@dataclass(frozen=True)
class Take:
    """What the camera does: `pan`, `tilt` in widths a second, `zoom` the logarithm of the factor a second, `roll` degrees a second, all
    of the camera; `shake` RMS in widths. `movement` is its name, `fault` one of `FAULTS`, "" for none; `lean` degrees of the horizon,
    clockwise."""

    movement: str = "static"
    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0
    roll: float = 0.0
    shake: float = 0.0
    fault: str = ""
    lean: float = 0.0
    frames: int = 75
    seed: int = 0


MOVES = (
    *(Take("pan right" if speed > 0 else "pan left", pan=speed) for speed in (0.05, -0.12, 0.3, -0.7)),
    *(Take("tilt down" if speed > 0 else "tilt up", tilt=speed) for speed in (-0.05, 0.1, -0.25)),
    *(Take("zoom in" if speed > 0 else "zoom out", zoom=speed) for speed in (0.08, -0.12, 0.3)),
    Take("static"),
    *(Take("handheld", shake=shake, seed=seed) for seed, shake in enumerate((0.004, 0.008, 0.016), 1)),
    Take("pan right", pan=0.2, shake=0.003, seed=4),
    Take("tilt up", tilt=-0.15, shake=0.003, seed=5),
    Take("zoom in", zoom=0.25, shake=0.002, seed=6),
)
"""One of each kind of movement at several speeds, the last three from the hand."""


def views(take: Take) -> np.ndarray:
    """Float64 (frames * LOOKS, 4): where the camera looks (right and down in widths), the logarithm of its zoom, its roll in radians."""
    moments = (np.arange(take.frames)[:, None] + np.linspace(-SHUTTER / 2, SHUTTER / 2, LOOKS)).reshape(-1) / RATE
    moments -= take.frames / RATE / 2
    steady = np.stack([take.pan * moments, take.tilt * moments, take.zoom * moments, np.radians(take.roll * moments + -take.lean)], axis=1)
    return steady + hand(moments, take.shake, take.seed)


def hand(moments: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """What a hand adds: waves of 0.7 to 6 a second, the slower the larger, RMS `strength` in the picture's plane, and a little roll."""
    random = np.random.RandomState(seed)
    waves = np.zeros((len(moments), 4))
    pitches = np.linspace(0.7, 6, 12)
    for column, share in ((0, 1.0), (1, 1.0), (3, 0.5)):
        phases = random.rand(len(pitches)) * 2 * np.pi
        waves[:, column] = share * (np.sin(2 * np.pi * np.outer(moments, pitches) + phases) / pitches).sum(axis=1)
    spread = np.sqrt((waves[:, :2] ** 2).sum(axis=1).mean())
    return waves * (strength / max(spread, 1e-9))


def seen(world: np.ndarray, view: Sequence[float], size: tuple[int, int]) -> np.ndarray:
    """The world's picture (height, width, 3) through the camera, (width, height) `size`, a pixel of one for a pixel of the other."""
    across, down, closer, rolled = view
    cos, sin = np.cos(rolled) / np.exp(closer), np.sin(rolled) / np.exp(closer)
    turn = np.array([[cos, -sin], [sin, cos]])
    centre = np.array([world.shape[1] / 2 + across * size[0], world.shape[0] / 2 + down * size[0]])
    shift = centre - turn @ (np.array(size) - 1) / 2
    return cv2.warpAffine(
        world, np.column_stack([turn, shift]), size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101
    )


def filmed(world: Sequence[np.ndarray], take: Take, size: tuple[int, int] = (384, 216)) -> list[np.ndarray]:
    """The take's pictures, RGB uint8 (height, width, 3)."""
    every = views(take).reshape(take.frames, LOOKS, 4)
    fault = FAULTS[take.fault] if take.fault else None
    pictures = []
    for number in range(take.frames):
        here = world[min(number, len(world) - 1)]
        looks = every[number][:1] if np.ptp(every[number], axis=0).max() * size[0] < 0.05 else every[number]
        image = np.mean([seen(here, view, size) for view in looks], axis=0) if len(looks) > 1 else seen(here, looks[0], size)
        image = np.clip(np.round(image), 0, 255).astype(np.uint8)
        pictures.append(fault(image, number, take) if fault else image)
    return pictures


def passed(pictures: Sequence[np.ndarray], other: np.ndarray, share: float, speed: float) -> list[np.ndarray]:
    """The same with something in front that takes `share` of the area and goes to the right by `speed` widths a second."""
    height, width = pictures[0].shape[:2]
    tall = int(height * min(0.95, (share * 2) ** 0.5))
    wide = int(share * width * height / tall * 1.27)
    thing = cv2.resize(other, (wide, tall), interpolation=cv2.INTER_AREA)
    mask = np.zeros((tall, wide, 1), np.float32)
    cv2.ellipse(mask, (wide // 2, tall // 2), (wide // 2 - 1, tall // 2 - 1), 0, 0, 360, 1, -1)
    result = []
    for number, image in enumerate(pictures):
        left = round(width / 2 - wide / 2 + (number - len(pictures) / 2) / RATE * speed * width)
        first, last = max(0, left), min(width, left + wide)
        copy = image.copy()
        if first < last:
            part, hole = thing[:, first - left : last - left], mask[:, first - left : last - left]
            place = copy[height - tall :, first:last]
            copy[height - tall :, first:last] = (part * hole + place * (1 - hole)).astype(np.uint8)
        result.append(copy)
    return result


def exposed(image: np.ndarray, stops: float) -> np.ndarray:
    """As if the lens had let in 2 ** `stops` as much light, cut off at white."""
    curve = np.clip((np.arange(256) / 255) ** 2.2 * 2.0**stops, 0, 1) ** (1 / 2.2) * 255
    return np.round(curve).astype(np.uint8)[image]


def noisy(image: np.ndarray, sigma: float, seed: int) -> np.ndarray:
    """With noise of a camera: Gaussian, each pixel by itself, of `sigma` grey levels of brightness."""
    grain = np.random.RandomState(seed).standard_normal(image.shape[:2]).astype(np.float32) * sigma
    return np.clip(np.round(image + grain[..., None]), 0, 255).astype(np.uint8)


def blurred(image: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), sigma) if sigma > 0.2 else image


def burnt(image: np.ndarray, share: float = 0.15) -> np.ndarray:
    """So much of the picture is pure white: its brightest part."""
    grey = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 3)
    copy = image.copy()
    copy[grey >= np.quantile(grey, 1 - share)] = 255
    return copy


Fault = Callable[[np.ndarray, int, Take], np.ndarray]
FAULTS: dict[str, Fault] = {
    "out of focus": lambda image, number, take: blurred(image, 0.009 * image.shape[1]),
    "focus hunt": lambda image, number, take: blurred(image, 0.014 * image.shape[1] * max(0, np.sin(2 * np.pi * (number - 12) / 50)) ** 2),
    "too dark": lambda image, number, take: exposed(image, -5),
    "too bright": lambda image, number, take: exposed(image, 3.5),
    "burnt-out highlights": lambda image, number, take: burnt(image),
    "low contrast": lambda image, number, take: np.round(110 + (image.astype(np.float32) - 110) * 0.12).astype(np.uint8),
    "noisy": lambda image, number, take: noisy(image, 11, take.seed * 1000 + number),
    "nothing to see: black (lens cap?)": lambda image, number, take: noisy(exposed(image, -14), 1.5, number),
    "nothing to see: one colour": lambda image, number, take: noisy(np.full_like(image, (180, 60, 90)), 1, number),
}
"""What goes wrong with every picture, by the name of the flaw it is."""


def with_faults(takes: Sequence[Take] = (Take(), Take("handheld", shake=0.003, seed=7))) -> list[Take]:
    """Each of `takes` with each fault, and faultless."""
    return [replace(take, fault=fault, seed=take.seed + 10) for fault in ("", *FAULTS) for take in takes]
