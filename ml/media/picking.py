"""Single frames of a film, seeking between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .opening import bad, nothing, open_file, picture_stream, quoted
from .reading import Reading

if TYPE_CHECKING:
    import numpy as np


def pictures_at(
    path: str | Path,
    moments: Sequence[Fraction],
    width: Callable[[Fraction], int] = lambda _: 0,
    check: Callable[[], None] = nothing,
    square: bool = True,
) -> Iterator[tuple[Fraction, np.ndarray]]:
    """(moment, picture) for each of these moments (seconds of the stream, rising): the frame that is on screen then.

    That is the last frame that begins no later; before the first one the first, after the end the last. Pictures are upright RGB
    in square pixels, shape (height, width, 3) uint8, as wide as `width(moment)` says (0: as the film is), never enlarged. Where they need
    not be `square`, pixels stay as they are stored.
    Raises `EditorError(BAD_INPUT)` when the film cannot be read or has no pictures.
    """
    with ExitStack() as opened:
        container = opened.enter_context(open_file(path))
        stream = picture_stream(container)
        if stream is None:
            raise bad(f"{quoted(path)} has no pictures.", "Choose a movie strip whose file holds pictures.")
        aspect = (Fraction(stream.sample_aspect_ratio or 0) or Fraction(1)) if square else Fraction(1)
        reading = Reading(container, stream, path, check, lambda: opened.enter_context(open_file(path)))
        for moment, frame in reading.shown(moments):
            check()
            yield moment, _upright(frame, aspect, width(moment))


def _upright(frame: Any, aspect: Fraction, width: int) -> np.ndarray:
    import numpy as np

    quarters = round(frame.rotation / 90) % 4
    lying = (max(1, round(frame.width * aspect)), frame.height)
    across = lying[quarters % 2]
    if width and width < across:
        lying = (max(1, round(lying[0] * width / across)), max(1, round(lying[1] * width / across)))
    image = frame.reformat(*lying, "rgb24", interpolation="AREA" if width else "LANCZOS").to_ndarray()
    return np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
