"""How the camera moves from every frame to the next, finely enough to undo it. The method is `camera_motion`'s, in larger pictures."""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import TYPE_CHECKING

from ..facts import STEADINESS_VALUES, Media, Span, Steadiness, SteadinessOptions, VideoStream
from ..media import displayed_size
from . import camera_motion, picture_quality, picture_shape
from .beside import Beside
from .camera_path import LOST, Move
from .looks import sized
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

AREA = 640 * 360
"""Pixels of the pictures that are compared: what is followed in them is known to a few hundredths of one."""
BARS = Fraction(1)
"""Seconds after which black bars are looked for again."""


def start(options: SteadinessOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Steadiness` of `span` (all of the film when None).

    Raises `EditorError(NO_STREAM)` when the medium has no pictures.
    """
    return _Following(pictures_of(media), span, runtime)


class _Following:
    """All of the work is done on a thread of its own beside the decoder, in order."""

    def __init__(self, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        self._video, self._span = video, span
        self._width, self._height = displayed_size(video)
        self.size = sized(self._width, self._height, min(AREA, self._width * self._height))
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._moves: list[Move] = []
        self._bars, self._looked = picture_shape.NONE, Fraction(-1)
        self._follower = camera_motion.Follower()
        self._work: Beside[None] = Beside("steadiness", runtime.check, lambda _done: None)

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._work.add(self._follow, seconds, image)

    def finish(self) -> Steadiness:
        import numpy as np

        self._work.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        rows = np.array([row(move) for move in self._moves], np.float32).reshape(-1, len(STEADINESS_VALUES))
        return Steadiness(
            span, self._video.start, self._video.rate, "corners, optical flow, RANSAC", self._width, self._height,
            tuple(self._frames), tuple(self._seconds), base64.b64encode(rows.astype("<f4").tobytes()).decode(),
        )  # fmt: skip

    def close(self) -> None:
        self._work.close()

    def _follow(self, seconds: Fraction, image: np.ndarray) -> None:
        grey = picture_quality.luma(image)
        if not 0 <= seconds - self._looked < BARS:
            self._bars, self._looked = picture_shape.bars(grey, self._bars), seconds
        seen = picture_shape.inside(grey, self._bars)
        move = self._follower.add(seconds, seen, grey.shape[1])
        self._moves.append(move or Move(seconds, seconds))


def row(move: Move) -> tuple[float, ...]:
    """In the order of `STEADINESS_VALUES`; where the camera is lost nothing moves, and the certainty says so."""
    if move.certainty < LOST:
        return (0.0, 0.0, 0.0, 0.0, move.certainty)
    return (move.right, move.down, move.closer, move.rolled, move.certainty)
