"""Films written: grey ones without loss (FFV1 in Matroska, every frame by itself), colour ones in H.264 that looks the same; of both any
frame is found and decoded at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BAD_INPUT, NO_SPACE, EditorError
from ..files import FULL, shown

if TYPE_CHECKING:
    import numpy as np


class GreyFilm:
    """Frames (height, width) uint8 go in one after the other."""

    coded = "gray"

    def __init__(self, container: Any, stream: Any) -> None:
        self._container, self._stream = container, stream
        self.frames = 0

    def add(self, image: np.ndarray) -> None:
        import av

        frame = av.VideoFrame.from_ndarray(image, format=self.coded)
        frame.pts, frame.time_base = self.frames, self._stream.codec_context.time_base
        self._container.mux(self._stream.encode(frame))
        self.frames += 1


class ColourFilm(GreyFilm):
    """Frames (height, width, 3) uint8 RGB go in one after the other."""

    coded = "rgb24"


GREY = ("matroska", "ffv1", "gray", {"level": "3", "g": "1", "slicecrc": "1", "coder": "1"})
COLOUR = ("mp4", "libx264", "yuv420p", {"crf": "12", "preset": "veryfast", "g": "12", "bf": "0"})


@contextmanager
def grey_film(target: str | Path, size: tuple[int, int], rate: Fraction) -> Iterator[GreyFilm]:
    """A film of `size` (width, height) at `target`, which appears when all went well, and whole; else nothing is left of it.

    Raises `EditorError`: NO_SPACE where the disk is full, BAD_INPUT where it cannot be written.
    """
    with _film(Path(target), size, rate, GREY, GreyFilm) as film:
        yield film


@contextmanager
def colour_film(target: str | Path, size: tuple[int, int], rate: Fraction) -> Iterator[GreyFilm]:
    """The same in colour; both sides of `size` are even."""
    with _film(Path(target), size, rate, COLOUR, ColourFilm) as film:
        yield film


@contextmanager
def _film(
    target: Path, size: tuple[int, int], rate: Fraction, way: tuple[str, str, str, dict[str, str]], kind: type[GreyFilm]
) -> Iterator[GreyFilm]:
    import av

    form, codec, pixels, options = way
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with av.open(str(draft), "w", format=form) as container:
            stream: Any = container.add_stream(codec, rate=rate, options=options)
            stream.width, stream.height, stream.pix_fmt = *size, pixels
            stream.codec_context.time_base = 1 / rate
            stream.codec_context.thread_count = min(4, os.cpu_count() or 1)
            film = kind(container, stream)
            yield film
            container.mux(stream.encode())
        draft.replace(target)
    except (av.error.FFmpegError, OSError) as reason:
        why = getattr(reason, "strerror", None) or str(reason)
        if getattr(reason, "errno", None) in FULL:
            raise EditorError(f"{shown(target)} cannot be written: {why}.", "Free some space, or use another disk.", NO_SPACE) from reason
        raise EditorError(f"{shown(target)} cannot be written: {why}.", "Choose another folder.", BAD_INPUT) from reason
    finally:
        draft.unlink(missing_ok=True)
