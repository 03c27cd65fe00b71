"""Shot boundaries by TransNetV2 and the head that reads it, while the film is decoded.

The film is looked at in blocks, on a thread beside the decoder. Cheap signs first say which blocks may hold a boundary; the network
looks at those, in windows of several blocks; and what it says of a stretch of blocks becomes boundaries when the stretch ends.
Memory is bounded: a stretch is read in parts when it grows long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..facts import Shots
from . import boundary_head, transnetv2
from .beside import Beside
from .boundary_reading import boundaries
from .boundary_sift import Sift
from .registry import Runtime
from .shot_scores import Found, Track

BLOCK = 25
"""Frames that are looked at, or spared, together: not fewer than the network needs beside what it looks at on either side."""
TOGETHER = 16 * BLOCK
"""Frames that are sifted at once: what lies around them is measured once for all."""
LONGEST = 1000
"""Frames of a stretch that are kept before a part of it is read."""
AROUND = 200
"""Frames on either side of that part that are read with it: longer than transitions and than what the head sees."""
SIGHT = 48
"""Frames on either side of what is looked at that the cheap signs see: their reach, and the sift's own."""
SLOWEST = 120.0
"""Seconds the network may take for what is sifted together on a slow machine."""


@dataclass(frozen=True)
class _Looked:
    """What the network says of the frames from `start`: scores (2, n), features (n, 1024), the frames with `SIGHT` more at both ends."""

    start: int
    frames: np.ndarray
    scores: np.ndarray
    features: np.ndarray

    @property
    def end(self) -> int:
        return self.start + len(self.features)

    def joined(self, other: _Looked) -> _Looked:
        return _Looked(
            self.start,
            np.concatenate([self.frames[:-SIGHT], other.frames[SIGHT:]]),
            np.concatenate([self.scores, other.scores], 1),
            np.concatenate([self.features, other.features]),
        )

    def since(self, place: int) -> _Looked:
        skip = place - self.start
        return _Looked(place, self.frames[skip:], self.scores[:, skip:], self.features[skip:])


class Neural:
    """A consumer of 48x27 frames whose `finish` gives the shots."""

    size = (transnetv2.WIDTH, transnetv2.HEIGHT)

    def __init__(self, track: Track, weights: Path, thorough: bool, runtime: Runtime) -> None:
        self.cascade = Cascade(weights, thorough, runtime.check)
        self._track, self._runtime = track, runtime
        self._frames: list[np.ndarray] = []
        self._work = Beside[None]("shots", self._wait, lambda _: self._tell())
        self._ended: int | None = None
        """How many frames were done with when the last one came."""
        self._told = 0
        """How many when it was told last."""

    @property
    def looked(self) -> int:
        """Frames the network looked at."""
        return self.cascade.looked

    def take(self, frame: int, seconds: object, image: np.ndarray) -> None:
        self._track.add(frame, seconds)  # type: ignore[arg-type]
        self._frames.append(image)
        if len(self._frames) == TOGETHER:
            self._hand_over()

    def finish(self) -> Shots:
        self._ended = self.cascade.done
        self._hand_over()
        self._work.add(self.cascade.end)
        self._work.finish()
        return self._track.shots(self.cascade.found)

    def close(self) -> None:
        self._work.close()
        self._frames.clear()

    def _hand_over(self) -> None:
        frames, self._frames = self._frames, []
        self._work.add(self.cascade.take, frames)

    def _wait(self) -> None:
        self._runtime.check()
        self._tell()

    def _tell(self) -> None:
        """How much of what was left when the last frame came is done, if that is more than was told: silence would be a hang."""
        done = self.cascade.done
        if self._ended is not None and done > self._told:
            self._told = done
            left = len(self._track) - self._ended
            self._runtime.progress((done - self._ended) / max(left, 1), "Finding shots", SLOWEST)


class Cascade:
    """Sift, network and head, one after the other, for frames that come in order. Lives on one thread, off the decoder's: with a network
    that costs little, on a GPU, nothing but decoding and scaling is left to wait for."""

    def __init__(self, weights: Path, thorough: bool, check: Callable[[], None]) -> None:
        device = transnetv2.best_device()
        self._network = transnetv2.load(weights, device, transnetv2.best_kind(device))
        self._blocks = 8 if device == "cpu" else 32
        """Blocks in a window: longer ones spare more of the edges, but leave the cache of a CPU."""
        self._head = boundary_head.load()
        self._sift = None if thorough else Sift()
        self._check = check
        self._frames: list[np.ndarray] = []
        self._first = 0
        """Place of the first of `_frames`."""
        self._next = 0
        """First frame that is not yet sifted."""
        self._looked_before = False
        """Whether the block before `_next` was looked at."""
        self._open: int | None = None
        """Where the window begins that is being filled."""
        self._stretch: _Looked | None = None
        self._owned = 0
        """Frames before this one are read already."""
        self._ended = False
        self.found: list[Found] = []
        self.looked = 0

    @property
    def done(self) -> int:
        """Frames that it is done with, but for what ends behind them."""
        return self._next if self._open is None else self._open

    def take(self, frames: Iterable[np.ndarray]) -> None:
        """The next frames of the film, (27, 48, 3) uint8."""
        for frame in frames:
            self._frames.append(frame)
            if self._known - self._next >= TOGETHER + BLOCK + SIGHT:
                self._sift_blocks(self._next + TOGETHER, self._next + TOGETHER + BLOCK)

    def end(self) -> None:
        """No frame comes any more: `found` holds every boundary."""
        last, self._ended = self._known, True
        while self._next < last:
            self._sift_blocks(min(self._next + TOGETHER, last), min(self._next + TOGETHER + BLOCK, last))
        self._close_window()
        if self._stretch is not None:
            self._read(self._stretch, self._stretch.end)

    @property
    def _known(self) -> int:
        return self._first + len(self._frames)

    def _sift_blocks(self, end: int, ahead: int) -> None:
        """Takes the frames before `end` on: block by block into the window that is open, or past it. Frames before `ahead` are known."""
        ends = [min(start + BLOCK, end) for start in range(self._next, end, BLOCK)]
        for until, look in zip(ends, self._eventful(len(ends), ahead), strict=True):
            if look:
                self._open = self._next if self._open is None else self._open
                self._next = until
                if until - self._open >= self._blocks * BLOCK:
                    self._close_window()
            else:
                self._close_window()
                self._next = until
        keep = self.done - SIGHT
        if keep > self._first:
            del self._frames[: keep - self._first]
            self._first = keep

    def _eventful(self, blocks: int, ahead: int) -> list[bool]:
        if self._sift is None:
            return [True] * blocks
        found = self._sift.eventful(self._around(self._next, ahead), SIGHT, BLOCK, self._looked_before)[:blocks]
        self._looked_before = found[-1]
        # A block between two others costs no more than the frames beside them that two windows would need instead.
        return [look or (0 < n < blocks - 1 and found[n - 1] and found[n + 1]) for n, look in enumerate(found)]

    def _around(self, start: int, end: int) -> np.ndarray:
        """Frames from `start` to `end` with `SIGHT` more at both ends, the outermost frames of the film repeated."""
        last = self._known - 1
        return np.stack([self._frames[min(max(place, 0), last) - self._first] for place in range(start - SIGHT, end + SIGHT)])

    def _close_window(self) -> None:
        if self._open is None:
            return
        self._check()
        start = self._open
        self.looked += self._next - start
        self._join(self._look(start, self._around(start, self._next)))
        self._open = None

    def _look(self, start: int, frames: np.ndarray) -> _Looked:
        beyond = SIGHT - transnetv2.EDGE
        scores, features = transnetv2.predict(self._network, torch.from_numpy(frames[None, beyond : len(frames) - beyond]))
        return _Looked(start, frames, scores[:, 0].numpy(), features[0].numpy())

    def _join(self, looked: _Looked) -> None:
        """Takes a window on to the stretch it continues, and reads what need not wait for more."""
        stretch = self._stretch
        if stretch is not None and stretch.end != looked.start:
            self._read(stretch, stretch.end)
            stretch = None
        self._stretch = stretch = looked if stretch is None else stretch.joined(looked)
        if stretch.end - max(self._owned, stretch.start) >= LONGEST + AROUND:
            self._read(stretch, stretch.end - AROUND)
            self._stretch = stretch.since(self._owned - AROUND)

    def _read(self, stretch: _Looked, until: int) -> None:
        """Takes over the boundaries of a stretch that lie before `until` and are not taken over yet."""
        frames = stretch.frames[SIGHT:-SIGHT]
        given = boundary_head.given(stretch.frames, np.pad(stretch.scores, ((0, 0), (SIGHT, SIGHT)), "edge"))[SIGHT:-SIGHT]
        read = boundary_head.read(self._head, stretch.features, given)
        ended = self._ended and stretch.end == self._known == until
        for one in boundaries(read, stretch.scores, frames, stretch.start == 0, ended):
            if self._owned <= stretch.start + one.place < until or (one.place == len(frames) and until == stretch.end):
                self.found.append(one.moved(stretch.start))
        self._owned = until
