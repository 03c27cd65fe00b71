"""One pass over the pictures of a file for all who want them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..facts import Span
from .opening import bad, nothing, open_file, picture_stream, quoted
from .reading import Reading

if TYPE_CHECKING:
    import numpy as np

    from ..engines.registry import Consumer

REPORT_EVERY = 0.1
"""Seconds between two reports of progress."""
SMALL = 1 << 20
"""Pixels of a frame up to which it is scaled on the decoder's own thread: handing parts of it to others costs more than they save."""


@dataclass(frozen=True)
class Decoded:
    """What one pass delivered: how many frames, from the first one's time to the end of the last, and what went wrong on the way."""

    frames: int
    span: Span
    warnings: tuple[str, ...] = ()


def decode(
    path: str | Path,
    consumers: Sequence[Consumer],
    span: Span | None = None,
    check: Callable[[], None] = nothing,
    progress: Callable[[float], None] = nothing,
) -> Decoded:
    """Hand every frame within `span` (all when None) to the `take` of every consumer who wants it, in order of presentation.

    Never calls `finish`. The file is decoded once, however many consumers there are; each distinct size is scaled once, by the
    decoder's library, and only for frames that one of those who want this size wants (`Consumer` says how it is asked).
    Frame indices count from the stream's first frame, also when decoding starts in the middle; where all frames last equally
    long they follow from the time, so a damaged one leaves a gap. Times rise, always. `check` is called before each
    frame and may raise; `progress` gets the fraction done, ten times a second at most.
    Damaged frames are left out and named in `Decoded.warnings`. Raises `EditorError(BAD_INPUT)` when there is no picture to read.
    """
    with ExitStack() as opened:
        container = opened.enter_context(open_file(path))
        stream = picture_stream(container)
        if stream is None:
            raise bad(f"{quoted(path)} has no pictures.", "Choose a movie strip whose file holds pictures.")
        reading = Reading(container, stream, path, check, lambda: opened.enter_context(open_file(path)))
        wanted = span or Span(Fraction(0), Fraction(1 << 62))
        length = (min(wanted.end, reading.duration) if reading.duration else wanted.end) - wanted.start
        scale = Scaler({consumer.size for consumer in consumers})
        asked = [(consumer, getattr(consumer, "wants", None)) for consumer in consumers]
        frames, first, last, reported = 0, wanted.start, wanted.start, 0.0
        for index, seconds, frame in reading.frames(wanted):
            check()
            takers = [consumer for consumer, wants in asked if wants is None or wants(index, seconds)]
            images = scale(frame, {consumer.size for consumer in takers})
            for consumer in takers:
                consumer.take(index, seconds, images[consumer.size])
            first, last, frames = (first if frames else seconds), seconds, frames + 1
            if time.monotonic() - reported > REPORT_EVERY:
                reported = time.monotonic()
                progress(min(1.0, float((seconds - wanted.start) / length)) if length else 1.0)
        if not frames and (span is None or reading.seen == 0):
            raise bad(
                f"No picture of {quoted(path)}{'' if span is None else ' in this range'} could be decoded ({stream.codec_context.name}).",
                "Check that the file plays in another program, copy it again, or convert it to MP4.",
            )
        progress(1.0)
        end = last + 1 / reading.rate if frames else last
        return Decoded(frames, Span(first, end), reading.warnings(wanted, end))


class Scaler:
    """One frame as upright RGB arrays of several sizes."""

    def __init__(self, sizes: Collection[tuple[int, int]]) -> None:
        from av.video.reformatter import VideoReformatter

        # A reformatter keeps its tables for one pair of sizes: a new one a frame costs more than the scaling.
        self.reformatters = {size: VideoReformatter() for size in sizes}

    def __call__(self, frame: Any, sizes: Collection[tuple[int, int]]) -> dict[tuple[int, int], np.ndarray]:
        """`sizes` are some of those it was made for."""
        import numpy as np

        images = {}
        quarters = round(frame.rotation / 90) % 4 if sizes else 0
        threads = 1 if frame.width * frame.height <= SMALL else 0
        for width, height in sizes:
            reformatter = self.reformatters[width, height]
            lying = (height, width) if quarters % 2 else (width, height)
            image = reformatter.reformat(frame, *lying, "rgb24", interpolation="BILINEAR", threads=threads).to_ndarray()
            images[width, height] = np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
        return images
