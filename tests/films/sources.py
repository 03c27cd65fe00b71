"""Real pictures to make films of: the shots of video files, and photographs.

A video is decoded once into a scratch file that is mapped, not read, so memory stays small however long it is. Where its
shots begin is taken from a `shots.json` beside it when that names the file, else measured on its pixels: a detector under test
is never asked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

WIDEST = 480
"""Pictures are kept at most this wide: films are made smaller still."""
MARGIN = 2
SHORTEST = 8
UNLABELLED = {"big_buck_bunny_60s.mp4": ((751, 810),)}
"""Dissolves that the labels beside a film leave out: (first, last blended frame). A shot taken across one would hold a transition
that nobody labelled. Measured: its frames are mixed of frame 750 and frame 815 in shares that rise evenly from 1/60 to 59/60."""


@dataclass(frozen=True, eq=False)
class SourceShot:
    """`pictures` is uint8 (frames, height, width, 3), RGB; a photograph is one frame that may be shown as long as one likes."""

    name: str
    pictures: np.ndarray

    @property
    def still(self) -> bool:
        return len(self.pictures) == 1


def standard_sources(scratch: Path) -> list[SourceShot]:
    """The packaged street film, and the labelled film and the photographs of the fixtures folder where there is one.

    Raises FileNotFoundError when the packaged film is not in `ASSISTANT_EDITOR_TEST_MEDIA`.
    """
    found = video_shots(Path(os.environ.get("ASSISTANT_EDITOR_TEST_MEDIA", ".")) / "bikes.mp4", scratch)
    fixtures = Path(os.environ.get("ASSISTANT_EDITOR_FIXTURES", Path(__file__).resolve().parents[3] / "shared" / "fixtures"))
    film = fixtures / "video" / "big_buck_bunny_60s.mp4"
    if film.is_file():
        found += video_shots(film, scratch)
    return found + photographs(sorted(fixtures.glob("images/*.jpg")))


def photographs(paths: Sequence[Path]) -> list[SourceShot]:
    """Each picture as a shot of its own. Raises ValueError for a file that is no picture."""
    import cv2

    found = []
    for path in paths:
        image = cv2.imread(str(path))
        if image is None:
            raise ValueError(f"{path} is not a picture")
        height, width = image.shape[:2]
        if width > WIDEST:
            image = cv2.resize(image, (WIDEST, round(height * WIDEST / width)), interpolation=cv2.INTER_AREA)
        found.append(SourceShot(path.name, np.ascontiguousarray(image[None, ..., ::-1])))
    return found


def video_shots(path: Path, scratch: Path) -> list[SourceShot]:
    """The shots of one film, `MARGIN` frames away from every boundary, those of at least `SHORTEST` frames."""
    pictures = _unpacked(path, scratch)
    stretches = _labelled(path, len(pictures))
    if stretches is None:
        stretches = _measured(pictures)
    inside = [(begin + MARGIN * (begin > 0), end - MARGIN * (end < len(pictures))) for begin, end in stretches]
    kept = [(begin, end) for begin, end in inside if end - begin >= SHORTEST]
    return [SourceShot(f"{path.name}#{begin}", pictures[begin:end]) for begin, end in kept]


def _unpacked(path: Path, scratch: Path) -> np.ndarray:
    """Every frame, uint8 (frames, height, width, 3), mapped from a file in `scratch`, which is made once."""
    import av

    target = scratch / f"{path.name}.rgb"
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        width = min(WIDEST, stream.width) // 2 * 2
        height = round(stream.height * width / stream.width / 2) * 2
        if not target.exists():
            partial = target.with_suffix(".part")
            with partial.open("wb") as file:
                for frame in container.decode(stream):
                    file.write(frame.to_ndarray(width=width, height=height, format="rgb24", interpolation="AREA").tobytes())
            partial.replace(target)
    return np.memmap(target, np.uint8, "r").reshape(-1, height, width, 3)


def _labelled(path: Path, frames: int) -> list[tuple[int, int]] | None:
    labels = path.with_name("shots.json")
    known = json.loads(labels.read_text(encoding="utf-8")).get(path.name) if labels.is_file() else None
    if known is None:
        return None
    gradual = [(first, last) for first, last, *_ in known.get("gradual", [])]
    blended = [(first, last + 1) for first, last in (*gradual, *UNLABELLED.get(path.name, ()))]
    points = sorted({0, frames, *known["hard_cuts"], *(point for pair in blended for point in pair)})
    return [(begin, end) for begin, end in pairwise(points) if (begin, end) not in blended]


def _measured(pictures: np.ndarray) -> list[tuple[int, int]]:
    """Parted wherever the mean change between neighbours is far above the median: right for films that have hard cuts only."""
    import cv2

    small = (cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA).astype(np.int16) for picture in pictures)
    changes = np.asarray([np.abs(after - before).mean() for before, after in pairwise(small)])
    jumps = np.flatnonzero(changes > 6 * np.median(changes) + 10) + 1
    return list(pairwise([0, *jumps.tolist(), len(pictures)]))
