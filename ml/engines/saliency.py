"""What stands out in a picture, a few frames a second: in its drawing, in its colours and by its movement.

In the drawing: the spectral residual (X. Hou and L. Zhang, "Saliency detection: a spectral residual approach", CVPR 2007). In its
colours: how far each is from the mean of all (R. Achanta et al., "Frequency-tuned salient region detection", CVPR 2009), in the opponent
colours that the eye works with. By movement: what changes to the next frame once the camera's own shift is taken out (phase correlation).
Each counts the more the fewer places it names (after L. Itti, C. Koch and E. Niebur, "A model of saliency-based visual attention for rapid
scene analysis", IEEE TPAMI 20, 1998). All of it in a picture of 64 by 36: what stands out, and not what it is.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import Any

import numpy as np

from ..facts import SALIENCY, Media, Saliency, SaliencyOptions, Span, VideoStream
from .registry import Consumer, Runtime, pictures_of

DRAWING, COLOUR, MOVEMENT = 0.4, 0.3, 0.6
LEAST_MOVEMENT = 2.0
"""Grey levels that something changes by, of 255, to count as moving."""
FLAT = 3.0
"""Grey levels between the darkest and the brightest part of a picture that is empty."""
CENTRE = 0.35
"""How much less the edge of the picture counts than its middle: cameras are pointed at what matters."""
FLOOR = 0.5
"""What stands out no more than this much of the mean and the strongest in between is background."""


def start(options: SaliencyOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Saliency` of `span` (all of the film when None).

    Raises what `pictures_of` does.
    """
    return _Looking(options, pictures_of(media, options.per_second), span)


class _Looking:
    def __init__(self, options: SaliencyOptions, video: VideoStream, span: Span | None) -> None:
        self.size = SALIENCY
        self._video, self._span = video, span
        self._step = 1 / options.per_second
        self._next: Fraction | None = None
        self._due = False
        self._first: Any = None
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._rows: list[Any] = []

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment, and the one after it."""
        self._due = self._next is None or seconds >= self._next
        if self._due:
            self._next = (seconds // self._step + 1) * self._step
        return self._due or self._first is not None

    def take(self, frame: int, seconds: Fraction, image: Any) -> None:
        if self._first is not None:
            self._rows.append(shares(standing_out(self._first, image)))
            self._first = None
        if self._due:
            self._frames.append(frame)
            self._seconds.append(seconds)
            self._first = np.array(image)

    def finish(self) -> Saliency:
        if self._first is not None:
            self._rows.append(shares(standing_out(self._first, None)))
        end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
        span = self._span or Span(Fraction(0), max(end, self._video.duration))
        rows = np.array(self._rows, np.uint8).reshape(-1, sum(SALIENCY))
        return Saliency(
            span, self._video.start, self._video.rate, tuple(self._frames), tuple(self._seconds),
            base64.b64encode(rows.tobytes()).decode(),
        )  # fmt: skip

    def close(self) -> None:
        self._first = None


def standing_out(image: Any, following: Any) -> Any:
    """Float64 (rows, columns), 0..1: how much each part of `image` (rows, columns, 3; uint8 RGB) stands out; `following` is the frame after
    it, None where there is none."""
    pixels = image.astype(np.float64)
    grey = pixels @ np.array([0.299, 0.587, 0.114])
    if np.ptp(grey) < FLAT:
        return np.zeros_like(grey)
    found = DRAWING * _told(_residual(grey)) + COLOUR * _told(_colours(pixels))
    if following is not None:
        moving = _movement(grey, following.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))
        if moving.max(initial=0.0) >= LEAST_MOVEMENT:
            found = found + MOVEMENT * _told(moving)
    rows, columns = np.mgrid[-1 : 1 : complex(grey.shape[0]), -1 : 1 : complex(grey.shape[1])]
    found = found * (1 - CENTRE * np.minimum(1, (rows**2 + columns**2) / 2))
    floor = FLOOR * (found.mean() + found.max()) / 2
    above = np.maximum(0, found - floor)
    return _even(above)


def shares(found: Any) -> Any:
    """Uint8 (columns + rows,): how much stands out in each column, then in each row, of 255."""
    both = [_even(found.sum(axis=0)), _even(found.sum(axis=1))]
    return np.rint(255 * np.concatenate(both)).astype(np.uint8)


def _even(values: Any) -> Any:
    most = float(values.max(initial=0.0))
    return values / most if most > 1e-9 else np.zeros_like(values)


def _told(values: Any) -> Any:
    """Even, times how few places it names: what is spread all over says nothing."""
    even = _even(values)
    return even * (1 - float(even.mean())) ** 2


def _residual(grey: Any) -> Any:
    spectrum = np.fft.fft2(grey)
    size = np.log(np.abs(spectrum) + 1e-6)
    kept = np.exp(size - _blurred(size, 1, wrap=True) + 1j * np.angle(spectrum))
    return _blurred(np.abs(np.fft.ifft2(kept)) ** 2, 2)


def _colours(pixels: Any) -> Any:
    red, green, blue = (_blurred(pixels[..., channel], 1) for channel in range(3))
    opponents = np.stack([(red + green + blue) / 3, red - green, (red + green) / 2 - blue])
    return np.sqrt(((opponents - opponents.mean(axis=(1, 2), keepdims=True)) ** 2).sum(axis=0))


def _movement(grey: Any, after: Any) -> Any:
    """The change that is left once `after` is shifted back by the way the whole picture went."""
    cross = np.fft.fft2(grey) * np.conj(np.fft.fft2(after))
    peak = np.fft.ifft2(cross / np.maximum(np.abs(cross), 1e-9)).real
    place = np.unravel_index(int(peak.argmax()), peak.shape)
    down, right = (int(step) - side if step > side // 2 else int(step) for step, side in zip(place, peak.shape, strict=True))
    if abs(down) > grey.shape[0] // 4 or abs(right) > grey.shape[1] // 4:
        down = right = 0
    change = np.abs(grey - np.roll(after, (down, right), (0, 1)))
    plain = np.abs(grey - after)
    if plain.mean() <= change.mean():
        change, down, right = plain, 0, 0
    change[: max(0, down)] = change[change.shape[0] + min(0, down) :] = 0
    change[:, : max(0, right)] = change[:, change.shape[1] + min(0, right) :] = 0
    return _blurred(change, 1)


def _blurred(values: Any, reach: int, *, wrap: bool = False) -> Any:
    """The mean of (2·reach + 1)² neighbours; beyond the edge the edge goes on, or the other side."""
    padded = np.pad(values, reach, mode="wrap" if wrap else "edge")
    for axis in (0, 1):
        total = np.cumsum(padded, axis=axis)
        total = np.concatenate([np.zeros_like(np.take(total, [0], axis)), total], axis)
        size = padded.shape[axis]
        window = 2 * reach + 1
        padded = (np.take(total, np.arange(window, size + 1), axis) - np.take(total, np.arange(size + 1 - window), axis)) / window
    return padded
