"""Many channels of sound to one, for those who listen for words. Pure numpy.

One or two channels give their mean. Of more, only those that carry sound here are averaged: in a film with eight channels one
may speak while the others are silent, and a mean over all would be eight times too quiet. Channels that cancel each other
(one wired the wrong way round) would give silence: then the loudest alone is used.
"""

from __future__ import annotations

from typing import Any

import numpy as np

HALF_LIFE = 2.0
"""Seconds after which a channel's past loudness counts half."""
SILENT = 1e-4
"""Power below that of the loudest channel (-40 dB) that counts as silence."""
FLOOR = 1e-9
"""Mean square (-90 dB) below which nothing is judged."""
CANCELLED = 0.05
"""Power of the mix over what unrelated channels would give: below it, channels cancel (correlation under -0.95)."""
CLEARLY = 4.0
"""How many times louder another channel must be to replace the one in use."""


class Mixer:
    """Called with one piece after the other. `cancelled`: seconds in which channels cancelled each other."""

    def __init__(self) -> None:
        self.cancelled = 0.0
        self._level: Any = None
        self._power: Any = None
        self._mixed = 0.0
        self._weights: Any = None
        self._chosen = 0

    def __call__(self, planes: Any, seconds: float) -> Any:
        """`planes`: float32 of shape (channels, samples) lasting `seconds`. Returns float32 of shape (samples,)."""
        if len(planes) == 1 or not planes.shape[1]:
            return planes[0]
        before = self._weights if self._weights is not None and len(self._weights) == len(planes) else None
        after, mixed = self._weigh(planes, seconds, before is None)
        self._weights = after
        if before is None or np.array_equal(before, after):
            return mixed
        ramp = np.linspace(0.0, 1.0, planes.shape[1], dtype=np.float32)  # a step would be heard as a click
        return (before @ planes) * (1 - ramp) + mixed * ramp

    def _weigh(self, planes: Any, seconds: float, first: bool) -> tuple[Any, Any]:
        """(the weight of each channel, the channels mixed so)."""
        power = np.einsum("ij,ij->i", planes, planes) / planes.shape[1]
        keep = 0.0 if first else 0.5 ** (seconds / HALF_LIFE)
        self._level = power if first else np.maximum(power, self._level * keep)
        self._power = power if first else keep * self._power + (1 - keep) * power
        active = self._active()
        mean = (active / active.sum()).astype(np.float32)
        mixed = mean @ planes
        self._mixed = keep * self._mixed + (1 - keep) * float(mixed @ mixed) / len(mixed)
        usual = float(self._power[active].mean())
        if usual <= FLOOR or self._mixed * active.sum() >= CANCELLED * usual:
            return mean, mixed
        self.cancelled += seconds
        loudest = int(np.argmax(self._power))
        if first or self._power[loudest] > CLEARLY * self._power[self._chosen]:
            self._chosen = loudest
        return np.eye(len(planes), dtype=np.float32)[self._chosen], planes[self._chosen]

    def _active(self) -> Any:
        everyone = np.ones(len(self._level), bool)
        if len(self._level) <= 2 or self._level.max() <= FLOOR:
            return everyone
        return self._level > self._level.max() * SILENT


def planes_of(data: Any, channels: int) -> Any:
    """A decoder's samples, planar (channels, n) or interleaved (1, n * channels), of any number type, as float32 (channels, n)."""
    planes = data if len(data) == channels else data.reshape(-1, channels).T
    if planes.dtype == np.uint8:
        return (planes.astype(np.float32) - 128) / 128
    if planes.dtype.kind == "i":
        return planes.astype(np.float32) / np.float32(1 << (8 * planes.dtype.itemsize - 1))
    return planes.astype(np.float32)
