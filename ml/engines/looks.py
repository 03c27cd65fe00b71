"""What a few frames a second look like: how sharp, how well exposed, how much in motion, and a description to compare them by.

Each sample is two frames that follow each other: the first is measured, the second tells how much moves in it.
"""

from __future__ import annotations

import base64
from array import array
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import EditorError
from ..facts import Looks, LooksOptions, Media, Span, VideoStream
from ..media import displayed_size
from . import descriptors, picture_quality
from .beside import Beside
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

MODEL = "efficientnet-lite0"
LOADING = 300.0
AREA = 512 * 288
"""Pixels of the picture that is measured: blur that shows in a film shows at this size too."""
BATCH = 8


def start(options: LooksOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Looks` of `span` (all of the film when None).

    Without the network's weights the description is made of colours alone, and a warning says so and what to do. Raises
    what `pictures_of` does.
    """
    return _Looking(options, pictures_of(media, options.per_second), span, runtime)


class _Looking:
    """The network describes batches of frames, on a thread of its own beside the decoder."""

    def __init__(self, options: LooksOptions, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        width, height = displayed_size(video)
        self.size = sized(width, height, min(AREA, video.width * video.height))
        self._step = 1 / options.per_second
        self._video, self._span = video, span
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._warnings: list[str] = []
        self._asked = options.descriptor
        self._network = self._load(runtime) if options.descriptor == "network" else None
        if options.descriptor != "network":
            self._warnings.append("Pictures are compared by their colours alone. " + f"Get the model {MODEL} to compare what they show.")
        self._next: Fraction | None = None
        self._due = False
        self._before: np.ndarray | None = None
        self._sharpness, self._exposure, self._motion = array("f"), array("f"), array("f")
        self._colours = bytearray()
        self._features: list[np.ndarray] = []
        self._batch: list[np.ndarray] = []
        self._described = Beside("looks", runtime.check, self._features.append)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment, and the one after it."""
        self._due = self._next is None or seconds >= self._next
        if self._due:
            self._next = (seconds // self._step + 1) * self._step
        return self._due or self._before is not None

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        grey = picture_quality.luma(image)
        if self._before is not None:
            self._motion[-1] = picture_quality.change(self._before, grey)
            self._before = None
        if self._due:
            self._add(frame, seconds, image, grey)

    def finish(self) -> Looks:
        self._submit()
        self._described.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        rows = descriptors.joined(self._colours, self._features)
        method = f"{MODEL} and colour" if self._network else "colour"
        return Looks(
            span, self._video.start, self._video.rate, tuple(self._frames), tuple(self._seconds),
            _rounded(self._sharpness), _rounded(self._exposure), _rounded(self._motion),
            method, rows.shape[1], base64.b64encode(rows.tobytes()).decode(), tuple(self._warnings),
            provisional=self._asked == "network" and self._network is None,
        )  # fmt: skip

    def close(self) -> None:
        self._described.close()

    def _load(self, runtime: Runtime) -> descriptors.Network | None:
        from ..models import path_of

        try:
            path = path_of(MODEL, runtime.models)
            runtime.progress(0.0, "Loading EfficientNet", LOADING)
            return descriptors.Network(path)
        except EditorError as reason:
            self._warnings.append(f"{reason.message} Pictures are compared by their colours alone. {reason.remedy}".strip())
        return None

    def _add(self, frame: int, seconds: Fraction, image: np.ndarray, grey: np.ndarray) -> None:
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._sharpness.append(picture_quality.sharpness(grey))
        self._exposure.append(picture_quality.exposure(grey))
        self._motion.append(0.0)
        self._before = grey
        self._colours += descriptors.colours(image).tobytes()
        if self._network:
            self._batch.append(self._network.fitted(image))
            if len(self._batch) == BATCH:
                self._submit()

    def _submit(self) -> None:
        if self._network and self._batch:
            self._described.add(self._network.describe, self._batch)
            self._batch = []


def _rounded(values: array[float]) -> tuple[float, ...]:
    """To four places: more would be noise, and three times the text."""
    return tuple(round(value, 4) for value in values)


def sized(width: int, height: int, area: int) -> tuple[int, int]:
    """(width, height) of about `area` pixels in these proportions, even."""
    factor = (area / (width * height)) ** 0.5
    return max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2)
