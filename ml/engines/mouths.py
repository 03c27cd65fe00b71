"""How much the mouths of the faces in a film move, from frame to frame: by pictures, for landmarks of single frames tell too little.

What changes in the mouth's part of a face once the face's own movement is taken out (after M. Everingham, J. Sivic and A. Zisserman,
"Hello! My name is... Buffy", BMVC 2006), beside what changes in its upper half. Compared is each frame with the mean of the one before and
the one after it: so a smile that comes and a head that turns, which go one way, hardly count, and a mouth that opens and shuts does. Faces
are looked for a few times a second (YuNet); between two looks each is followed by the shift of its upper half.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ..facts import Media, Mouths, MouthsOptions, Span, VideoStream
from ..media import displayed_size, stored_upright
from .beside import Beside
from .face_align import mean_face, similarity
from .face_finder import LONG, Finder
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    from pathlib import Path

FINDER, LOADING, SURE = "yunet", 300.0, 0.6
OFTENEST = Fraction(1, 31)
"""Seconds that frames lie apart at least: of films with more than 30 a second some are left out."""
SIDE = 64
"""Pixels of a side of the upright picture of a face that is compared."""
UPPER, MOUTH, WHOLE = (slice(7, 37), slice(8, 56)), (slice(38, 62), slice(12, 52)), (slice(8, 62), slice(10, 54))
"""Rows and columns of its upper half, its mouth, and both."""
FARTHEST, OTHER = 8.0, 0.5
"""Pixels of such a picture a face may shift from one frame to the next, and contrasts by which its upper half may differ: else it is
another face, or another shot."""
STEPS = 4
SOFT = 2.5
"""Pixels of such a picture by which it is blurred: mouths are larger than a camera's noise."""
FLAT = 8.0
"""Grey levels of contrast a face has at least."""


def start(options: MouthsOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Mouths` of `span` (all of the film when None).

    Raises `EditorError`: NO_STREAM when the medium has no pictures, BAD_INPUT when `per_second` is not above 0, MISSING_MODEL without
    YuNet.
    """
    from ..models import path_of

    video = pictures_of(media, options.per_second)
    runtime.progress(0.0, "Loading YuNet", LOADING)
    return _Watching(options, video, span, path_of(FINDER, runtime.models), runtime)


class _Watching:
    """Frames are compared on a thread of its own beside the decoder, one after the other."""

    def __init__(self, options: MouthsOptions, video: VideoStream, span: Span | None, weights: Path, runtime: Runtime) -> None:
        width, height = displayed_size(video)
        factor = min(1.0, LONG / max(width, height))
        self.size = (width, height) if factor == 1 else (max(2, round(width * factor)), max(2, round(height * factor)))
        self._video, self._span, self._step = video, span, 1 / options.per_second
        self._picture = stored_upright(video)
        self._seconds: list[Fraction] = []
        self._last: Fraction | None = None
        self._next: Fraction | None = None
        self._eye = _Eye(Finder(weights, SURE))
        self._work: Beside[None] = Beside("mouths", runtime.check, lambda nothing: None)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        return self._last is None or seconds - self._last >= OFTENEST

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        self._last = seconds
        look = None
        if self._next is None or seconds >= self._next:
            self._next = (seconds // self._step + 1) * self._step
            look = len(self._seconds)
            self._seconds.append(seconds)
        self._work.add(self._eye.see, image, look)

    def finish(self) -> Mouths:
        self._work.add(self._eye.end)
        self._work.finish()
        end = self._seconds[-1] + self._step if self._seconds else Fraction(0)
        span = self._span or Span(Fraction(0), max(end, self._video.duration))
        rows = np.array(self._eye.rows, np.float32).reshape(-1, 7)
        rows[:, 1:5] *= np.tile(np.array(self._picture, np.float32) / self.size, 2)
        coded = base64.b64encode(rows.astype("<f4").tobytes()).decode()
        return Mouths(span, self._video.start, self._video.rate, "YuNet", self._picture, tuple(self._seconds), coded)

    def close(self) -> None:
        self._work.close()


@dataclass
class _Face:
    """One of the faces of a look; `way` (2, 3) takes the picture to the upright picture of it, `moved` what was measured since."""

    look: int
    box: Any
    way: Any
    moved: list[tuple[float, float]] = field(default_factory=list)


class _Eye:
    """Sees one picture after the other. `rows`: those of `Mouths`, boxes in pixels of these pictures."""

    def __init__(self, finder: Finder) -> None:
        self.rows: list[tuple[float, ...]] = []
        self._finder = finder
        self._faces: list[_Face] = []
        self._last: list[np.ndarray] = []

    def see(self, image: np.ndarray, look: int | None) -> None:
        """(height, width, 3) uint8 RGB; `look`: the number of the look where faces are looked for in this one."""
        self._last = [*self._last[-2:], cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)]
        if len(self._last) == 3:
            before, now, after = self._last
            for face in self._faces:
                told = moved(before, now, after, face.way)
                if told is not None:
                    face.moved.append(told[:2])
                    face.way[:, 2] -= told[2]
        if look is not None:
            self.end()
            self._faces = [
                _Face(look, face[:4], similarity(face[4:14].reshape(5, 2), mean_face(SIDE))) for face in self._finder.find(image)
            ]

    def end(self) -> None:
        """What was measured since the last look is put down."""
        for face in self._faces:
            if face.moved:
                self.rows.append((face.look, *face.box, *np.mean(face.moved, axis=0)))
        self._faces = []


def moved(before: np.ndarray, now: np.ndarray, after: np.ndarray, way: Any) -> tuple[float, float, Any] | None:
    """Of three pictures in a row (height, width) uint8: how much the mouth in the middle one differs from the mean of the others and how
    much the upper half of the face does, in contrasts of the face, once its shifts are taken out; and its shift to the last one, in pixels
    of the upright picture. None where it is not the same face."""
    here = _shown(now, way)
    others, shift = [], np.zeros(2)
    for other in (before, after):
        shown, shift = _along(here, other, way)
        if not np.hypot(*shift) <= FARTHEST:
            return None
        others.append(shown)
    change = np.abs(here - (others[0] + others[1]) / 2) / max(FLAT, float(here[WHOLE].std()))
    mouth, upper = float(change[MOUTH].mean()), float(change[UPPER].mean())
    return (mouth, upper, shift) if upper <= OTHER else None


def _along(here: np.ndarray, other: np.ndarray, way: Any) -> tuple[np.ndarray, Any]:
    """Another picture's face where the upper half of this one is, (SIDE, SIDE), and the shift to there: least squares over the slopes of
    the picture, step by step (B. Lucas and T. Kanade, 1981)."""
    slopes = np.stack([part[UPPER].ravel() for part in reversed(np.gradient(here))])
    inverse = np.linalg.pinv(slopes @ slopes.T) @ slopes
    there, shift = way.copy(), np.zeros(2)
    shown = _shown(other, there)
    for _ in range(STEPS):
        shift = shift - inverse @ (shown - here)[UPPER].ravel()
        there[:, 2] = way[:, 2] - shift
        shown = _shown(other, there)
    return shown, shift


def _shown(grey: np.ndarray, way: Any) -> np.ndarray:
    """(SIDE, SIDE) float32; of a large face what is too fine for that is taken out first."""
    scale = float(np.sqrt(abs(np.linalg.det(way[:, :2]))))
    if scale < 0.5:
        corners = np.linalg.solve(way[:, :2], np.array([[0, SIDE, 0, SIDE], [0, 0, SIDE, SIDE]], float) - way[:, 2:])
        low = np.maximum(np.floor(corners.min(axis=1)).astype(int) - 2, 0)
        high = np.ceil(corners.max(axis=1)).astype(int) + 2
        part = grey[low[1] : max(low[1] + 1, high[1]), low[0] : max(low[0] + 1, high[0])]
        way = np.column_stack([way[:, :2], way[:, 2] + way[:, :2] @ low])
        grey = cv2.GaussianBlur(part, (0, 0), 0.5 / scale) if part.size else grey
    shown = cv2.warpAffine(grey, way, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(shown.astype(np.float32), (0, 0), SOFT))
