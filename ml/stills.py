"""Pictures to be written to files: full-size stills, thumbnails, contact sheets. Used at both ends; importing it imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

THUMBNAIL_WIDTH = 192
Existing = Literal["refuse", "replace", "keep"]
"""What is done about files that are there already: nothing at all is written; they are replaced; they are left as they are."""


@dataclass(frozen=True)
class Picture:
    """The frame of the film at `path` that is on screen at `seconds` of its stream, upright, in square pixels.

    `target` ends in .png, .jpg or .jpeg; `width` 0 is the film's own size.
    """

    path: str
    seconds: Fraction
    target: str
    width: int = 0


@dataclass(frozen=True)
class Cell:
    """One picture of a contact sheet and the lines of text below it."""

    path: str
    seconds: Fraction
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A contact sheet. Where there are more cells than `columns` * `rows`, it has several pages (`pages`)."""

    target: str
    cells: tuple[Cell, ...]
    columns: int = 5
    rows: int = 8

    @property
    def pages(self) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
        """(file, cells) of each page: the target itself, or with "_1", "_2" … before its ending ("_01" … for ten and more)."""
        size = self.columns * self.rows
        parts = [self.cells[start : start + size] for start in range(0, len(self.cells), size)]
        if len(parts) <= 1:
            return tuple((self.target, part) for part in parts)
        target, digits = Path(self.target), len(str(len(parts)))
        names = (f"{target.stem}_{number:0{digits}}{target.suffix}" for number in range(1, len(parts) + 1))
        return tuple((str(target.with_name(name)), part) for name, part in zip(names, parts, strict=True))


def thumbnail_path(cache_folder: str | os.PathLike[str], medium: str, seconds: Fraction) -> Path:
    """Where the thumbnail of this moment lies, or will lie, below the cache's folder. `medium` is the film's fingerprint."""
    return Path(cache_folder) / "thumbnails" / medium[-2:] / f"{medium}.{seconds.numerator}_{seconds.denominator}.png"


def thumbnails(cache_folder: str | os.PathLike[str], wanted: Iterable[tuple[str, str, Fraction]]) -> tuple[Picture, ...]:
    """What is to be extracted so that each (medium, path, seconds) has its thumbnail; those that are there are left out."""
    targets = {thumbnail_path(cache_folder, medium, seconds): (path, seconds) for medium, path, seconds in wanted}
    return tuple(
        Picture(path, seconds, str(target), THUMBNAIL_WIDTH) for target, (path, seconds) in targets.items() if not target.exists()
    )
