"""How good a few frames a second are, and how the camera moves between them: sharpness, light, colour, noise, layout, flow.

Each sample is measured in a picture of at most `AREA` pixels without its black bars; between samples, small pictures are taken often
enough to follow the camera. What is coded for high dynamic range is first brought to what an ordinary screen shows.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import TYPE_CHECKING

from ..errors import CANCELLED, EditorError
from ..facts import PICTURE_VALUES, Media, Pictures, PicturesOptions, Span, VideoStream
from ..media import displayed_size
from . import camera_motion, camera_path, picture_quality, picture_shape
from .beside import Beside
from .looks import sized
from .picture_light import ordinary
from .registry import Consumer, Runtime, pictures_of

if TYPE_CHECKING:
    import numpy as np

    from .beauty import Judge

AREA = 960 * 540
"""Pixels of the picture that is measured: noise and softness that show in a film as it is watched show at this size."""
FOLLOWED = Fraction(1, 15)
"""Seconds between two pictures in which the camera is followed; the shakes of a hand are slower than seven a second."""
LINES = 512 * 288
"""Pixels of the picture in which lines are looked for: details are none at this size."""
NOISIEST = 25.0
"""Grey levels of noise that count as 1."""
CLEAR = 4
"""A pixel darker than this is where a film with transparent parts has none."""


def start(options: PicturesOptions, media: Media, span: Span | None, runtime: Runtime) -> Consumer:
    """A consumer whose `finish` gives the `Pictures` of `span` (all of the film when None).

    An aesthetic model that cannot be used is told as a warning, and nothing is said of beauty then. Raises `EditorError`: NO_STREAM when
    the medium has no pictures, BAD_INPUT when `per_second` is not above 0.
    """
    return _Measuring(options, pictures_of(media, options.per_second), span, runtime)


class _Measuring:
    """All of the work is done on a thread of its own beside the decoder, in order."""

    def __init__(self, options: PicturesOptions, video: VideoStream, span: Span | None, runtime: Runtime) -> None:
        self._video, self._span = video, span
        width, height = displayed_size(video)
        self.size = sized(width, height, min(AREA, width * height))
        self._step = 1 / options.per_second
        self._next: Fraction | None = None
        self._followed: Fraction | None = None
        self._due = self._after = False
        self._frames: list[int] = []
        self._seconds: list[Fraction] = []
        self._rows: list[np.ndarray] = []
        self._moves: list[camera_path.Move] = []
        self._warnings: list[str] = []
        self._bars = picture_shape.NONE
        self._before: np.ndarray | None = None
        self._follower = camera_motion.Follower()
        self._asked, self._judge = options.model, self._loaded(options.model, runtime)
        self._work: Beside[None] = Beside("pictures", runtime.check, lambda _done: None)

    def wants(self, frame: int, seconds: Fraction) -> bool:
        """The first frame at or after each step's moment, the one after it, and in between as often as the camera is followed."""
        follows, self._after = self._after, False
        self._due = self._next is None or seconds >= self._next
        if self._due:
            self._next = (seconds // self._step + 1) * self._step
            self._after = True
        if not (self._due or follows or self._followed is None or seconds >= self._followed + FOLLOWED):
            return False
        self._followed = seconds
        return True

    def take(self, frame: int, seconds: Fraction, image: np.ndarray) -> None:
        if self._due:
            self._frames.append(frame)
            self._seconds.append(seconds)
        self._work.add(self._look, seconds, image, self._due)

    def finish(self) -> Pictures:
        import numpy as np

        self._work.finish()
        span = self._span
        if span is None:
            end = self._seconds[-1] + 1 / self._video.rate if self._seconds else Fraction(0)
            span = Span(Fraction(0), max(end, self._video.duration))
        camera = camera_path.camera(self._moves, self._seconds, camera_path.shake(self._moves))
        values = np.array(self._rows, np.float32).reshape(-1, len(PICTURE_VALUES))
        method = f"measured; beauty by {self._judge.name}" if self._judge else "measured"
        return Pictures(
            span, self._video.start, self._video.rate, method, tuple(self._frames), tuple(self._seconds),
            _packed(values), _packed(camera), tuple(self._warnings), provisional=bool(self._asked) and self._judge is None,
        )  # fmt: skip

    def close(self) -> None:
        self._work.close()

    def _loaded(self, model: str, runtime: Runtime) -> Judge | None:
        if not model:
            return None
        from . import beauty

        try:
            return beauty.load(model, runtime)
        except EditorError as reason:
            if reason.code == CANCELLED:
                raise
            self._warnings.append(f"{reason.message} Nothing is said of beauty. {reason.remedy}".strip())
        return None

    def _look(self, seconds: Fraction, image: np.ndarray, due: bool) -> None:
        import cv2

        grey = picture_quality.luma(image)
        if self._before is not None:
            self._rows[-1][PICTURE_VALUES.index("motion")] = picture_quality.change(self._before, grey)
            self._before = None
        if due:
            self._bars = picture_shape.bars(grey, self._bars)
            shown = ordinary(picture_shape.inside(image, self._bars), self._video.transfer)
            self._rows.append(measured(shown, self._video.alpha))
            if self._judge is not None:
                self._rows[-1][PICTURE_VALUES.index("aesthetic")] = self._judge.judge([shown])[0]
            self._before = grey
        seen = picture_shape.inside(grey, self._bars)
        small = sized(seen.shape[1], seen.shape[0], min(camera_motion.AREA, seen.size))
        followed = cv2.resize(seen, small, interpolation=cv2.INTER_AREA)
        move = self._follower.add(seconds, followed, round(grey.shape[1] * small[0] / seen.shape[1]))
        if move is not None:
            self._moves.append(move)


def measured(shown: np.ndarray, alpha: bool = False) -> np.ndarray:
    """One picture's values in the order of `PICTURE_VALUES`, float32, of RGB (height, width, 3) uint8 without bars; motion is left 0, and
    beauty not known. `alpha`: where it is black it may be transparent."""
    import cv2
    import numpy as np

    grey = picture_quality.luma(shown)
    pixels, lit = shown.reshape(-1, 3), grey.reshape(-1)
    if alpha and (opaque := pixels.max(axis=1) > CLEAR).any():
        pixels, lit = pixels[opaque], lit[opaque]
    noise = picture_quality.noise(grey)
    clean, grain = picture_quality.cleaned(grey, noise)
    sharpness, focus = picture_quality.focus(clean, grain)
    black, white = picture_quality.clipped(pixels)
    weight = picture_shape.weight(shown)
    small = sized(grey.shape[1], grey.shape[0], min(LINES, grey.size))
    found = {
        "sharpness": sharpness,
        "exposure": picture_quality.exposure(lit),
        "brightness": float(lit.mean()) / 255,
        "contrast": min(1.0, 2 * float(lit.std()) / 255),
        "saturation": picture_quality.colourfulness(pixels),
        "warmth": picture_quality.warmth(pixels[None]),
        "noise": min(1.0, noise / NOISIEST),
        "black": black,
        "white": white,
        "motion": 0.0,
        "focus": focus,
        "balance": picture_shape.balance(weight) if weight is not None else float("nan"),
        "thirds": picture_shape.thirds(weight) if weight is not None else float("nan"),
        "horizon": picture_shape.horizon(cv2.resize(clean, small, interpolation=cv2.INTER_AREA)),
        "aesthetic": float("nan"),
    }
    return np.array([found[name] for name in PICTURE_VALUES], np.float32)


def _packed(table: np.ndarray) -> str:
    import numpy as np

    return base64.b64encode(table.astype(np.float16).tobytes()).decode()
