"""The colours of a few frames a second, as a spread of single pixels: what a grade is worked out from and tried on.

Pixels are taken as they are, never averaged: an average has neither the blacks nor the lights of its picture. They lie on a grid that
moves from sample to sample (R. Cranley and T. Patterson's shifts of a lattice), so that a shot of several samples is known more finely.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import TYPE_CHECKING

from ..facts import Colours, ColoursOptions, Media, Span, VideoStream
from ..media import displayed_size
from . import picture_quality, picture_shape
from .looks import AREA, sized
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

ACROSS, DOWN = 32, 18
"""Pixels taken of each sample."""
STRIDES = (0.7548776662, 0.5698402910)
"""By how much of a cell the grid moves each time: Roberts' sequence, which fills a square evenly (its base is the plastic number)."""


def start(options: ColoursOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Colours` of `span` (all of the film when None). A still is a film of one frame.

    Raises `EditorError`: NO_STREAM when the medium has no pictures, BAD_INPUT when `per_second` is not above 0.
    """
    return _Sampling(options, pictures_of(media, options.per_second), span)


class _Sampling:
    """So little is done with a frame that it is done where it comes in."""

    def __init__(self, options: ColoursOptions, video: VideoStream, span: Span | None) -> None:
        self._video, self._span = video, span
        width, height = displayed_size(video)
        self.size = sized(width, height, min(AREA, width * height))
        self._step = 1 / options.per_second
        self._next: Fraction | None = None
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._rows: list[bytes] = []
        self._bars = picture_shape.NONE

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment."""
        due = self._next is None or seconds >= self._next
        if due:
            self._next = (seconds // self._step + 1) * self._step
        return due

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._bars = picture_shape.bars(picture_quality.luma(image), self._bars)
        self._rows.append(spread(picture_shape.inside(image, self._bars), frame).tobytes())
        self._frames.append(frame)
        self._seconds.append(seconds)

    def finish(self) -> Colours:
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        warnings: tuple[str, ...] = ()
        if self._video.transfer:
            warnings = ("Its colours are coded for high dynamic range. A grade is worked out as if they were ordinary ones.",)
        return Colours(
            span, self._video.start, self._video.rate, tuple(self._frames), tuple(self._seconds), ACROSS * DOWN,
            base64.b64encode(b"".join(self._rows)).decode(), warnings,
        )  # fmt: skip

    def close(self) -> None:
        self._rows.clear()


def spread(image: np.ndarray, number: int) -> np.ndarray:
    """(ACROSS * DOWN, 3) uint8: pixels of RGB (height, width, 3) uint8, one of each cell of a grid; where in it `number` says."""
    import numpy as np

    height, width = image.shape[:2]
    across, down = ((0.5 + number * stride) % 1.0 for stride in STRIDES)
    columns = ((np.arange(ACROSS) + across) * width / ACROSS).astype(int)
    rows = ((np.arange(DOWN) + down) * height / DOWN).astype(int)
    return np.ascontiguousarray(image[rows[:, None], columns[None, :]].reshape(-1, 3))
