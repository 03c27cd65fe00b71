"""A contact sheet: one still for each moment, with its number and time, on one picture.

Run as `python -m ml.engines.contact_sheet SPEC.json OUT.png`; SPEC is a list of `{"path": str, "seconds": "a/b", "label": str}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ..codec import from_json
from ..errors import BAD_INPUT, EditorError

if TYPE_CHECKING:
    import numpy as np

THUMB_WIDTH = 320
CAPTION_HEIGHT = 26
MARGIN = 8
BACKGROUND = (24, 24, 24)
INK = (235, 235, 235)


@dataclass(frozen=True)
class Moment:
    """One picture wanted: `seconds` since the first frame of the stream."""

    path: str
    seconds: Fraction
    label: str


def stills(path: str, moments: Sequence[Fraction]) -> Iterator[np.ndarray]:
    """The frame shown at each of these moments (ascending), as BGR arrays (height, width, 3), seeking between them."""
    import av

    with av.open(path) as container:
        if not container.streams.video:
            raise EditorError(f"{path} has no picture to put on a contact sheet.", "Name a movie.", BAD_INPUT)
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        base = stream.time_base or Fraction(1, 1000)
        first = stream.start_time or 0
        for moment in moments:
            wanted = first + int(moment / base)
            container.seek(wanted, stream=stream)
            shown = None
            for frame in container.decode(stream):
                if shown is not None and frame.pts is not None and frame.pts > wanted:
                    break
                shown = frame
            if shown is None:
                raise EditorError(f"{path} has no frame at {float(moment):.2f} s.", "Name a moment inside the film.", BAD_INPUT)
            yield shown.to_ndarray(format="bgr24")


def draw(moments: Sequence[Moment], columns: int = 4) -> np.ndarray:
    """The sheet as a BGR array (height, width, 3) uint8. Raises `EditorError(BAD_INPUT)` when there is nothing to show."""
    import cv2
    import numpy as np

    if not moments:
        raise EditorError("There is no shot to put on a contact sheet.", "Detect shots first.", BAD_INPUT)
    pictures: dict[int, np.ndarray] = {}
    for path in dict.fromkeys(moment.path for moment in moments):
        order = sorted((index for index, moment in enumerate(moments) if moment.path == path), key=lambda index: moments[index].seconds)
        for index, picture in zip(order, stills(path, [moments[index].seconds for index in order]), strict=True):
            height = max(1, round(picture.shape[0] * THUMB_WIDTH / picture.shape[1]))
            pictures[index] = cv2.resize(picture, (THUMB_WIDTH, height), interpolation=cv2.INTER_AREA)
    cell = max(picture.shape[0] for picture in pictures.values()) + CAPTION_HEIGHT + MARGIN
    columns = min(columns, len(moments))
    rows = -(-len(moments) // columns)
    sheet = np.full((rows * cell + MARGIN, columns * (THUMB_WIDTH + MARGIN) + MARGIN, 3), BACKGROUND, np.uint8)
    for index, moment in enumerate(moments):
        top, left = MARGIN + index // columns * cell, MARGIN + index % columns * (THUMB_WIDTH + MARGIN)
        picture = pictures[index]
        sheet[top : top + picture.shape[0], left : left + THUMB_WIDTH] = picture
        baseline = (left + 2, top + picture.shape[0] + CAPTION_HEIGHT - 8)
        cv2.putText(sheet, moment.label, baseline, cv2.FONT_HERSHEY_SIMPLEX, 0.5, INK, 1, cv2.LINE_AA)
    return sheet


def save(moments: Iterable[Moment], target: Path) -> None:
    """Draw the sheet and write it as PNG, whole or not at all."""
    import cv2

    done, data = cv2.imencode(".png", draw(tuple(moments)))
    if not done:
        raise EditorError("The contact sheet could not be made into a PNG.")
    partial = target.with_suffix(".part")
    partial.write_bytes(data.tobytes())
    partial.replace(target)


if __name__ == "__main__":
    try:
        spec, out = sys.argv[1:]
        save((from_json(Moment, item) for item in json.loads(Path(spec).read_text(encoding="utf-8"))), Path(out))
    except (EditorError, OSError, ValueError) as reason:
        sys.exit(f"contact sheet: {reason}")
