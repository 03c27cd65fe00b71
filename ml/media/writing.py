"""Grey films written without loss: FFV1 in Matroska, every frame by itself, so that any of them is found and decoded at once."""

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

    def __init__(self, container: Any, stream: Any) -> None:
        self._container, self._stream = container, stream
        self.frames = 0

    def add(self, image: np.ndarray) -> None:
        import av

        frame = av.VideoFrame.from_ndarray(image, format="gray")
        frame.pts, frame.time_base = self.frames, self._stream.codec_context.time_base
        self._container.mux(self._stream.encode(frame))
        self.frames += 1


@contextmanager
def grey_film(target: str | Path, size: tuple[int, int], rate: Fraction) -> Iterator[GreyFilm]:
    """A film of `size` (width, height) at `target`, which appears when all went well, and whole; else nothing is left of it.

    Raises `EditorError`: NO_SPACE where the disk is full, BAD_INPUT where it cannot be written.
    """
    import av

    target = Path(target)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with av.open(str(draft), "w", format="matroska") as container:
            stream: Any = container.add_stream("ffv1", rate=rate, options={"level": "3", "g": "1", "slicecrc": "1", "coder": "1"})
            stream.width, stream.height, stream.pix_fmt = *size, "gray"
            stream.codec_context.time_base = 1 / rate
            stream.codec_context.thread_count = min(4, os.cpu_count() or 1)
            film = GreyFilm(container, stream)
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
