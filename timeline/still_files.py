"""What chosen moments are called as files, as words below a picture, and as rows of a result. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from ..ml.stills import Cell, Picture, Sheet
from .planners.shot_names import KINDS
from .planners.stills import Still
from .timecode import Clock


def pictures(stills: Sequence[Still], folder: str, ending: str) -> tuple[Picture, ...]:
    """A file for each, named after its film, the shot's number in the shot list, and its place where a shot has several."""
    several = Counter(still.shot.number for still in stills)
    return tuple(
        Picture(still.shot.path, still.seconds, str(PurePath(folder) / f"{_name(still, several[still.shot.number] > 1)}.{ending}"))
        for still in stills
    )


def ranked(stills: Sequence[Still], folder: str, ending: str) -> tuple[Picture, ...]:
    """A file for each, named after its rank."""
    digits = max(2, len(str(len(stills))))
    return tuple(
        Picture(still.shot.path, still.seconds, str(PurePath(folder) / f"thumbnail_{rank:0{digits}}.{ending}"))
        for rank, still in enumerate(stills, 1)
    )


def sheet(stills: Sequence[Still], target: str, clock: Clock, zero: int, by_rank: bool = False) -> Sheet:
    """The contact sheet of them. `zero` is the timeline frame that timecodes count from.

    Below each picture: the shot's number and where it begins on the timeline, then its length and the transition it begins
    with; or by rank: the rank and the score, then the shot and the picture's own time.
    """
    lines = [
        (f"{rank}   {still.score:.0%}", f"shot {still.shot.number}   {clock.timecode(frame_of(still) - zero)}")
        if by_rank
        else (
            f"{still.shot.number}   {clock.timecode(still.shot.frames.start - zero)}",
            f"{clock.timecode(still.shot.frames.length)}   {KINDS.get(still.shot.kind, still.shot.kind)}".rstrip(),
        )
        for rank, still in enumerate(stills, 1)
    ]
    return Sheet(target, tuple(Cell(still.shot.path, still.seconds, told) for still, told in zip(stills, lines, strict=True)))


def frame_of(still: Still) -> int:
    """The timeline frame that shows the moment."""
    shot = still.shot
    assert shot.source is not None
    frame = shot.frames.start + math.ceil((still.seconds - shot.source.start) * shot.rate)
    return min(max(frame, shot.frames.start), shot.frames.end - 1)


def rows(stills: Sequence[Still], files: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """As rows of the result that `--json` writes."""
    return tuple(
        {"kind": "still", "status": "added", "file": file, "shot": still.shot.number, "place": still.place, "frame": frame_of(still),
         "strip": still.shot.strip, "confidence": still.score, "reason": still.reason, "medium": still.shot.medium,
         "start": f"{still.seconds.numerator}/{still.seconds.denominator}",
         "end": f"{still.seconds.numerator}/{still.seconds.denominator}"}
        for still, file in zip(stills, files, strict=True)
    )  # fmt: skip


def _name(still: Still, several: bool) -> str:
    place = f"_{still.place}" if several else ""
    return f"{PurePath(still.shot.path).stem}_{still.shot.number:03}{place}"
