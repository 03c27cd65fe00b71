"""Everything that may be a face, in every frame, followed forwards and backwards: what privacy needs, which would rather see too much."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..facts import Media, Sightings, SightingsOptions, Span, VideoStream
from ..media import displayed_size, stored_upright
from .beside import Beside
from .faces import FINDER, LONG
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

SECOND = "mtcnn-faces"
LEAST = 0.3
"""How sure YuNet must be at least: the planner decides what counts."""
SIDES = (1280, 640, 320)
"""Pixels of the longer side at which YuNet looks through a picture: faces from about ten pixels to those that fill it."""
FLOW = 480
"""Pixels of the longer side of the picture whose movement is followed."""
SAME = 0.4
LOADING = 300.0


def start(options: SightingsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer of every frame whose `finish` gives the `Sightings` of `span` (all of the film when None).

    Raises `EditorError`: NO_STREAM when the medium has no pictures, MISSING_MODEL without a network that is asked for.
    """
    return _Watching(options, pictures_of(media), span, runtime)


class _Watching:
    """Frames are looked at on a thread of its own beside the decoder, one after the other."""

    def __init__(self, options: SightingsOptions, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        self._video, self._span = video, span
        width, height = displayed_size(video)
        factor = min(1.0, LONG / max(width, height))
        self.size = (width, height) if factor == 1 else (max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2))
        self._picture = stored_upright(video)
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        scale = (self._picture[0] / self.size[0], self._picture[1] / self.size[1])
        self._eye = _Eye(options, scale, self.size, runtime)
        self._work: Beside[None] = Beside("sightings", runtime.check, lambda nothing: None)

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._work.add(self._eye.look, len(self._frames) - 1, seconds, image)

    def finish(self) -> Sightings:
        self._work.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        return Sightings(
            span, self._video.start, self._video.rate, self._eye.method, self._picture, tuple(self._frames), tuple(self._seconds),
            tuple(self._eye.cuts), self._eye.finish(),
        )  # fmt: skip

    def close(self) -> None:
        self._work.close()


class _Eye:
    """Sees one picture after the other. `cuts`: numbers of those that are of another shot than the one before."""

    def __init__(self, options: SightingsOptions, scale: tuple[float, float], size: tuple[int, int], runtime: Runtime) -> None:
        from ..models import path_of
        from .sighting_tracks import Tracks

        self._finders: list[Callable[[Any], Any]] = []
        names = []
        if options.finder in ("yunet", "both"):
            from .face_finder import Finder

            runtime.progress(0.0, "Loading YuNet", LOADING)
            yunet = Finder(path_of(FINDER, runtime.models), LEAST)
            self._finders.append(lambda image: yunet.find(image, SIDES, doubtful=True)[:, [0, 1, 2, 3, 14]])
            names.append("YuNet")
        if options.finder in ("mtcnn", "both"):
            from . import mtcnn

            runtime.progress(0.0, "Loading MTCNN", LOADING)
            self._finders.append(mtcnn.Finder(path_of(SECOND, runtime.models)).find)
            names.append("MTCNN")
        self.method = ", ".join(names)
        self.cuts: list[int] = []
        self._tracks = Tracks(scale, *size)
        self._before: Any = None

    def look(self, number: int, seconds: Fraction, image: np.ndarray) -> None:
        """One picture (height, width, 3) uint8."""
        import cv2
        import numpy as np

        from . import pacing
        from .face_finder import overlaps, surest

        views = [np.asarray(find(image), np.float32) for find in self._finders]
        found = np.zeros((0, 5), np.float32)
        for more in views:
            found = np.concatenate([found, more[(overlaps(more[:, :4], found[:, :4]) < SAME).all(axis=1)]])
        if len(found):
            # `surest` reads how sure a view is where YuNet's rows have it.
            wide = np.concatenate([found[:, :4], np.zeros((len(found), 10), np.float32), found[:, 4:]], axis=1)
            found = found[surest(wide)]
        now = pacing.glance(image)
        cut = self._before is not None and pacing.another_shot(self._before, now)
        self._before = now
        if cut:
            self.cuts.append(number)
        factor = min(1.0, FLOW / max(image.shape[:2]))
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else grey
        self._tracks.add(seconds, grey, found, cut)

    def finish(self) -> tuple[Any, ...]:
        return self._tracks.finish()
