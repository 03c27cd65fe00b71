"""A contact sheet: one still for each moment, with its number and times below it, on one picture. And pictures as files' bytes.

Run as `python -m ml.engines.contact_sheet SPEC.json OUT.png`; SPEC is a list of `{"path": str, "seconds": "a/b", "label": str}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ..codec import from_json
from ..errors import BAD_INPUT, EditorError
from ..files import write_whole
from ..media import pictures_at

if TYPE_CHECKING:
    import numpy as np

THUMB_WIDTH = 320
LINE_HEIGHT = 20
CAPTION_PADDING = 6
MARGIN = 8
BACKGROUND = (24, 24, 24)
INK = (235, 235, 235)
FAINT = (165, 165, 165)
LETTERS = 0.5


@dataclass(frozen=True)
class Moment:
    """One picture wanted: `seconds` since the first frame of the stream."""

    path: str
    seconds: Fraction
    label: str


def narrowed(image: np.ndarray, width: int) -> np.ndarray:
    """The picture (height, width, channels) no wider than `width`, in its proportions."""
    import cv2

    if image.shape[1] <= width:
        return image
    return cv2.resize(image, (width, max(1, round(image.shape[0] * width / image.shape[1]))), interpolation=cv2.INTER_AREA)


def encoded(image: np.ndarray, ending: str, quality: int = 92) -> bytes:
    """An RGB picture (height, width, 3) uint8 as the bytes of a file: PNG, or JPEG of this quality for ".jpg" and ".jpeg"."""
    import cv2

    options = [cv2.IMWRITE_JPEG_QUALITY, quality] if ending.lower() in (".jpg", ".jpeg") else []
    done, data = cv2.imencode(ending.lower(), cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise EditorError(f"A picture of {image.shape[1]} x {image.shape[0]} could not be made into a {ending[1:].upper()} file.")
    return data.tobytes()


def compose(cells: Sequence[tuple[np.ndarray, Sequence[str]]], columns: int = 4) -> np.ndarray:
    """The sheet of RGB pictures at most `THUMB_WIDTH` wide, each with its lines of text: RGB (height, width, 3) uint8.

    Raises `EditorError(BAD_INPUT)` when there is nothing to show.
    """
    import numpy as np

    if not cells:
        raise EditorError("There is no shot to put on a contact sheet.", "Detect shots first.", BAD_INPUT)
    tallest = max(image.shape[0] for image, _lines in cells)
    pitch = tallest + caption_height(max(len(lines) for _image, lines in cells)) + MARGIN
    columns = min(columns, len(cells))
    rows = -(-len(cells) // columns)
    sheet = np.full((rows * pitch + MARGIN, columns * (THUMB_WIDTH + MARGIN) + MARGIN, 3), BACKGROUND, np.uint8)
    for index, (image, lines) in enumerate(cells):
        top, left = MARGIN + index // columns * pitch, MARGIN + index % columns * (THUMB_WIDTH + MARGIN)
        sheet[top : top + image.shape[0], left : left + image.shape[1]] = image
        for number, line in enumerate(lines):
            _write(sheet, line, left + 2, top + image.shape[0] + (number + 1) * LINE_HEIGHT - 4, FAINT if number else INK)
    return sheet


def caption_height(lines: int) -> int:
    """Pixels that so many lines of text take below a picture."""
    return lines * LINE_HEIGHT + CAPTION_PADDING


def draw(moments: Sequence[Moment], columns: int = 4) -> np.ndarray:
    """The sheet of these moments, in this order. Each film is opened once. Raises as `compose` and `pictures_at` do."""
    small: dict[tuple[str, Fraction], np.ndarray] = {}
    for path in dict.fromkeys(moment.path for moment in moments):
        wanted = sorted({moment.seconds for moment in moments if moment.path == path})
        for seconds, image in pictures_at(path, wanted, lambda _: THUMB_WIDTH):
            small[path, seconds] = narrowed(image, THUMB_WIDTH)
    return compose([(small[moment.path, moment.seconds], (moment.label,)) for moment in moments], columns)


def save(moments: Iterable[Moment], target: Path) -> None:
    """Draw the sheet and write it as PNG, whole or not at all."""
    write_whole(str(target), encoded(draw(tuple(moments)), ".png"))


def _write(sheet: np.ndarray, text: str, left: int, baseline: int, ink: tuple[int, int, int]) -> None:
    """One line of text, in smaller letters where it would be wider than a picture."""
    import cv2

    width = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, LETTERS, 1)[0][0]
    size = LETTERS * min(1.0, (THUMB_WIDTH - 4) / max(1, width))
    cv2.putText(sheet, text, (left, baseline), cv2.FONT_HERSHEY_SIMPLEX, size, ink, 1, cv2.LINE_AA)


if __name__ == "__main__":
    try:
        spec, out = sys.argv[1:]
        save((from_json(Moment, item) for item in json.loads(Path(spec).read_text(encoding="utf-8"))), Path(out))
    except (EditorError, OSError, ValueError) as reason:
        sys.exit(f"contact sheet: {reason}")
