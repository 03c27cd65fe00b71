"""Which files are still pictures, and which of these are the frames of a film. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath

ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".tga", ".jp2"))
"""Photographs and drawings. Formats of scene light (EXR, HDR) are not among them: what they look like is decided when they are shown."""
RENDERED = frozenset((".png", ".tif", ".tiff", ".tga", ".bmp", ".jp2"))
"""In these programs write films frame by frame; cameras number their pictures too, but write JPEG."""
FRAMES = 24
"""Pictures of one name with numbers in a row, from which on they are a film: a second of it."""
_NUMBERED = re.compile(r"(.*?)(\d+)(\.\w+)")

NO_PICTURE_ASKS = frozenset(("shots",))
"""What is not asked of a single picture: it has no cuts."""


def is_picture(path: str) -> bool:
    """Whether a file is a still picture, by its ending."""
    return PurePath(path).suffix.lower() in ENDINGS


def runs(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Pattern ("shot_####.png") -> the names of one folder that are frames of one film: of one name, numbered one after the other."""
    numbered = []
    for name in names:
        found = _NUMBERED.fullmatch(name)
        if found is not None and found[3].lower() in RENDERED:
            numbered.append((found[1], found[3], int(found[2]), len(found[2]), name))
    runs: dict[str, tuple[str, ...]] = {}
    for (stem, ending), group in groupby(sorted(numbered), key=lambda one: one[:2]):
        for _place, members in groupby(enumerate(group), key=lambda one: one[1][2] - one[0]):
            row = [one for _number, one in members]
            if len(row) >= FRAMES:
                pattern = f"{stem}{'#' * row[0][3]}{ending}"
                runs[pattern] = (*runs.get(pattern, ()), *(one[4] for one in row))
    return runs


CLASSES: tuple[type, ...] = ()
