"""Where a flat part of the picture is seen in every frame of its shot: a poster, a screen, a wall, the side of a car.

Corners are spread over the surface as it is seen in the frame it was marked in (J. Shi and C. Tomasi, "Good features to track", CVPR 1994).
In each other frame the surface is brought back to that view by the homography that is expected, what is left is found by sparse
optical flow there and back (J.-Y. Bouguet, 2001; Z. Kalal et al., "Forward-backward error", ICPR 2010), and the homography that most
points agree on is added (inverse compositional alignment, S. Baker and I. Matthews, "Lucas-Kanade 20 years on", IJCV 56, 2004; RANSAC).
So every frame is compared with the marked one, and errors do not add up. A lost surface goes on with the camera until it is recognised.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import BAD_INPUT, EditorError
from ..facts import Media, Span, Surface, SurfaceOptions, VideoStream
from ..media import displayed_size
from . import picture_quality
from .beside import Beside
from .looks import sized
from .registry import Consumer, Runtime, pictures_of
from .surface_view import View, follow

if TYPE_CHECKING:
    import numpy as np

AREA = 960 * 540
KEPT = 600
"""Frames before the marked one that are kept until it comes: the surface is followed back through them."""


def start(options: SurfaceOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Surface` around the marked moment. What lies more than `KEPT` frames before it is not looked at.

    Raises `EditorError`: NO_STREAM when the medium has no pictures, BAD_INPUT when the corners are not four or enclose nothing.
    """
    video = pictures_of(media)
    if len(options.corners) != 4 or _area(options.corners) < 1e-5:
        raise EditorError("Four corners that enclose a part of the picture are needed.", "Mark a larger part.", BAD_INPUT)
    return _Watching(options, video, span, runtime)


def _area(corners: tuple[tuple[float, float], ...]) -> float:
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


class _Watching:
    """Pictures before the marked one wait for it; those after it are followed as they come."""

    def __init__(self, options: SurfaceOptions, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        self._options, self._video, self._span = options, video, span
        self._width, self._height = displayed_size(video)
        self.size = sized(self._width, self._height, min(AREA, self._width * self._height))
        self._waiting: list[tuple[int, Fraction, np.ndarray]] = []
        self._places: dict[int, tuple[Fraction, np.ndarray]] = {}
        self._marked: View | None = None
        self._forward: View | None = None
        self._work: Beside[None] = Beside("surface", runtime.check, lambda _done: None)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return self._marked is None or self._forward is not None

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._work.add(self._look, frame, seconds, image)

    def finish(self) -> Surface:
        import numpy as np

        self._work.add(self._mark)
        self._work.finish()
        span = self._span or Span(Fraction(0), self._video.duration)
        numbers = sorted(self._places)
        rows = np.array([self._places[number][1] for number in numbers], np.float32).reshape(-1, 9)
        return Surface(
            span, self._video.start, self._video.rate, "corners, optical flow, homography", self._width, self._height,
            tuple(numbers), tuple(self._places[number][0] for number in numbers), base64.b64encode(rows.astype("<f4").tobytes()).decode(),
        )  # fmt: skip

    def close(self) -> None:
        self._work.close()

    def _look(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        grey = picture_quality.luma(image)
        if self._marked is None:
            if seconds > self._options.moment:
                self._mark()
            else:
                self._waiting.append((frame, seconds, grey))
                del self._waiting[:-KEPT]
                return
        if self._marked is None:  # the span begins after the marked moment: its first frame is the nearest to it
            self._waiting.append((frame, seconds, grey))
            self._mark()
        elif self._forward is not None:
            self._forward = self._seen(self._forward, frame, seconds, grey)

    def _mark(self) -> None:
        """The last picture that waits is the marked one: from it through those before it."""
        if self._marked is not None or not self._waiting:
            return
        frame, seconds, grey = self._waiting.pop()
        self._marked = self._forward = view = View.marked(grey, self._options.corners)
        self._places[frame] = seconds, view.row()
        back: View | None = view
        for frame, seconds, grey in reversed(self._waiting):
            back = self._seen(back, frame, seconds, grey) if back is not None else None
        self._waiting.clear()

    def _seen(self, before: View, frame: int, seconds: Fraction, grey: np.ndarray) -> View | None:
        """None where it has gone for good."""
        after = follow(before, grey)
        if after is not None:
            self._places[frame] = seconds, after.row()
        return after
