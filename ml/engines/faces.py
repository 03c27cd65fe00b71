"""Faces of a few frames a second, followed through the film; whose they are and what they express where that is asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MISSING_MODEL, EditorError
from ..facts import Faces, FacesOptions, Media, Span, VideoStream
from ..media import displayed_size, stored_upright
from .beside import Beside
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

    from .face_expression import Expressions
    from .face_identity import Identity
    from .face_views import View

FINDER, KNOWING, READING = "yunet", "dlib-face-resnet", "fer-mini-xception"
LOADING = 300.0
LONG = 1280
"""Pixels of the picture's longer side: faces are cut out of it to be known and read."""
KNOWN = 12
"""Faces of a picture, the largest, that are known and read: in a crowd nobody is."""
CUT, GLANCE = 0.09, (16, 9)
"""Mean change of a picture of so many pixels from which it may be another shot."""
DOUBT = 1.0
"""Views of a face further apart than this are not of one person (`face_identity`)."""


def start(options: FacesOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Faces` of `span` (all of the film when None).

    Without the weights of expressions or identities there are none of these, and a warning says so. Raises `EditorError`: NO_STREAM
    when the medium has no pictures, BAD_INPUT when `per_second` is not above 0, MISSING_MODEL without YuNet, for then nothing can be found.
    """
    return _Watching(options, pictures_of(media, options.per_second), span, runtime)


class _Watching:
    """Frames are looked at on a thread of its own beside the decoder, one after the other."""

    def __init__(self, options: FacesOptions, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        self._video, self._span, self._step = video, span, 1 / options.per_second
        width, height = displayed_size(video)
        self.size = _sized(width, height)
        self._picture = stored_upright(video)
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._next: Fraction | None = None
        self._warnings: list[str] = []
        scale = (self._picture[0] / self.size[0], self._picture[1] / self.size[1])
        self._eye = _Eye(options, scale, runtime, self._warnings.append)
        self._work: Beside[None] = Beside("faces", runtime.check, lambda nothing: None)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment."""
        return self._next is None or seconds >= self._next

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._next = (seconds // self._step + 1) * self._step
        self._frames.append(frame)
        self._seconds.append(seconds)
        self._work.add(self._eye.look, len(self._frames) - 1, seconds, image)

    def finish(self) -> Faces:
        tracks: list[Any] = []
        self._work.add(lambda: tracks.extend(self._eye.finish(self._step, len(self._frames))))
        self._work.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        return Faces(
            span, self._video.start, self._video.rate, self._eye.method, self._picture, tuple(self._frames), tuple(self._seconds),
            self._eye.width, tuple(tracks), tuple(self._warnings), self._eye.lacking, self._eye.known_by,
        )  # fmt: skip

    def close(self) -> None:
        self._work.close()


class _Eye:
    """Sees one picture after the other. `lacking`: something that was asked for is not installed."""

    def __init__(self, options: FacesOptions, scale: tuple[float, float], runtime: Runtime, warn: Any) -> None:
        from ..models import path_of
        from .face_finder import Finder
        from .face_tracks import Tracks

        runtime.progress(0.0, "Loading YuNet", LOADING)
        self._finder = Finder(path_of(FINDER, runtime.models), options.confidence)
        self.lacking = False
        knowing = self._there(KNOWING, runtime, warn, "Nobody is known by face.") if options.identity else None
        reading = self._there(READING, runtime, warn, "Expressions are not read.") if options.expression else None
        self._identity: Identity | None = None
        self._expressions: Expressions | None = None
        if knowing is not None:
            from .face_identity import Identity

            runtime.progress(0.0, "Loading the face network", LOADING)
            self._identity = Identity(knowing)
        if reading is not None:
            from .face_expression import Expressions

            self._expressions = Expressions(reading)
        self.known_by, self.width = (self._identity.name, self._identity.width) if self._identity else ("", 0)
        self.method = ", ".join(["YuNet", *([self.known_by] if self._identity else []), *(["mini-Xception"] if self._expressions else [])])
        self._tracks = Tracks(self._whose if self._identity else None, scale)
        self._before: Any = None

    def _there(self, name: str, runtime: Runtime, warn: Any, without: str) -> Path | None:
        from ..models import path_of

        try:
            return path_of(name, runtime.models)
        except EditorError as reason:
            if reason.code != MISSING_MODEL:
                raise
            self.lacking = True
            warn(f"{reason.message} {without} {reason.remedy}".strip())
        return None

    def look(self, sample: int, seconds: Fraction, image: np.ndarray) -> None:
        """One picture (height, width, 3) uint8."""
        from .face_views import view

        found = self._finder.find(image)
        views = [view(image, face, self._identity is not None and n < KNOWN, n < KNOWN) for n, face in enumerate(found)]
        self._tracks.add(sample, seconds, views, self._read(views), self._changed(image))

    def finish(self, spacing: Fraction, samples: int) -> tuple[Any, ...]:
        return self._tracks.finish(spacing, samples)

    def _read(self, views: list[View]) -> list[Any]:
        import numpy as np

        rows: list[Any] = [None] * len(views)
        shown = [number for number, one in enumerate(views) if one.grey is not None]
        if self._expressions is not None and shown:
            for number, row in zip(shown, self._expressions.read(np.stack([views[number].grey for number in shown])), strict=True):
                rows[number] = row
        return rows

    def _changed(self, image: np.ndarray) -> bool:
        """Whether it is another picture than the one before."""
        import cv2
        import numpy as np

        now = cv2.resize(image, GLANCE, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        before, self._before = self._before, now
        return before is not None and float(np.abs(now - before).mean()) > CUT

    def _whose(self, pictures: np.ndarray) -> Any:
        """The mean vector of these views of a face, without those that are unlike the others."""
        import numpy as np

        assert self._identity is not None
        vectors = self._identity.describe(pictures)
        apart = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
        middle = int(apart.sum(axis=1).argmin())
        return vectors[apart[middle] <= DOUBT].mean(axis=0)


def _sized(width: int, height: int) -> tuple[int, int]:
    """(width, height) in these proportions, never enlarged; even where they are made smaller."""
    factor = LONG / max(width, height)
    return (width, height) if factor >= 1 else (max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2))
