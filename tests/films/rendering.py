"""A planned film as pictures, one at a time, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from . import traps
from .joins import blend, share, wiped
from .looks import picture
from .planning import TITLE, FilmPlan, Frame
from .sources import SourceShot


def pictures(plan: FilmPlan, sources: Sequence[SourceShot]) -> Iterator[np.ndarray]:
    """Every frame, uint8 (height, width, 3) RGB. One frame is held at a time."""
    for frame in plan.frames():
        image = _drawn(plan, sources, frame)
        yield np.pad(image, ((plan.bar, plan.bar), (0, 0), (0, 0))) if plan.bar else image


def _drawn(plan: FilmPlan, sources: Sequence[SourceShot], frame: Frame) -> np.ndarray:
    old = _seen(plan, sources, frame.old)
    if frame.new is None:
        return old
    join = plan.joins[frame.join]
    new = _seen(plan, sources, frame.new)
    amount = share(frame.place, frame.length, join.eased)
    return wiped(old, new, amount, join) if join.kind == "wipe" else blend(old, new, amount)


def _seen(plan: FilmPlan, sources: Sequence[SourceShot], what: tuple[int, int] | int) -> np.ndarray:
    """The picture of one shot at one of its frames with all that happens in it, or a plain colour."""
    width, height = plan.inside
    if isinstance(what, int):
        return np.full((height, width, 3), what, np.uint8)
    clip, place = plan.clips[what[0]], what[1]
    titled = clip.shot == TITLE
    image = np.zeros((height, width, 3), np.uint8) if titled else picture(sources[clip.shot], clip.look, place, plan.inside)

    def fetch(number: int, frame: int) -> np.ndarray:
        shot = sources[number % len(sources)]
        return np.asarray(shot.pictures[frame % len(shot.pictures)])

    for trap in clip.traps:
        image = traps.apply(image, trap, place - trap.begin, fetch)
    return image


def encode(plan: FilmPlan, sources: Sequence[SourceShot], target: Path, lossless: bool = False) -> None:
    """Write the film, H.264 as planned; `lossless` gives FFV1 in RGB, for which `target` must end in .mkv.

    The pictures follow from the plan; the bytes of H.264 do not always, whatever the threads (measured: 12 of 300 encodings of the
    same pictures by libx264 differed). Compare films by `pictures`, or lossless ones by what is decoded.
    """
    import av

    with av.open(str(target), "w") as writing:
        if lossless:
            stream = writing.add_stream("ffv1", rate=plan.rate)
            stream.pix_fmt = "bgr0"
        else:
            stream = writing.add_stream("libx264", rate=plan.rate, options={"crf": str(plan.crf), "preset": plan.preset, "threads": "2"})
            stream.pix_fmt = "yuv420p"
        stream.width, stream.height = plan.size
        for image in pictures(plan, sources):
            writing.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        writing.mux(stream.encode(None))
