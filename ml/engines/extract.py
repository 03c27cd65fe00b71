"""Writes frames of films as pictures, and drawings: the second, seeking pass over media whose facts are known. Nothing is decoded twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BAD_INPUT, EditorError
from ..files import check_target, make_folder, shown, write_whole
from ..media import pictures_at
from ..protocol import Extract
from ..stills import Cell, Picture
from . import contact_sheet, drawings
from .registry import Runtime

if TYPE_CHECKING:
    import numpy as np

DEADLINE = 120.0
ENDINGS = (".png", ".jpg", ".jpeg")


def run(request: Extract, runtime: Runtime) -> dict[str, Any]:
    """`{"files": [...], "kept": n}`: the files that were written, in the order they were asked for, and how many were there.

    Raises `EditorError`: BAD_INPUT when a file is in the way (nothing was written then), cannot be written, or a film cannot be
    read; NO_SPACE when the disk is full; CANCELLED. Files already written stay; each is whole.
    """
    wanted, kept = _wanted(request)
    films: dict[str, set[Fraction]] = defaultdict(set)
    for picture in wanted:
        films[picture.path].add(picture.seconds)
    for sheet in request.sheets:
        for cell in sheet.cells:
            films[cell.path].add(cell.seconds)
    writer = _Writer(request, wanted)
    total, done = sum(map(len, films.values())), 0
    for path, moments in films.items():
        for seconds, image in pictures_at(path, sorted(moments), writer.widths(path), runtime.check):
            writer.take(path, seconds, image)
            done += 1
            runtime.progress(done / total, f"Saving picture {done} of {total}", DEADLINE)
    for number, plot in enumerate(request.plots, 1):
        if request.existing != "keep" or not Path(plot.target).exists():
            runtime.check()
            runtime.progress(1.0, f"Drawing {number} of {len(request.plots)}", DEADLINE)
            writer.save(plot.target, drawings.drawn(plot.drawing, plot.scale))
    return {"files": writer.files, "kept": kept}


@dataclass
class _Page:
    """A page of a contact sheet, and the pictures it still waits for."""

    target: str
    cells: tuple[Cell, ...]
    columns: int
    missing: set[tuple[str, Fraction]]


class _Writer:
    """Takes the frames as they come and writes them at once; of contact sheets it keeps small copies until a page is complete."""

    def __init__(self, request: Extract, wanted: Iterable[Picture]) -> None:
        self.files: list[str] = []
        self._quality = request.quality
        self._pictures: dict[tuple[str, Fraction], list[Picture]] = defaultdict(list)
        for picture in wanted:
            self._pictures[picture.path, picture.seconds].append(picture)
        self._pages = [
            _Page(target, cells, sheet.columns, {(cell.path, cell.seconds) for cell in cells})
            for sheet in request.sheets
            for target, cells in sheet.pages
            if request.existing != "keep" or not Path(target).exists()
        ]
        self._cells = {(cell.path, cell.seconds) for sheet in request.sheets for cell in sheet.cells}
        self._small: dict[tuple[str, Fraction], np.ndarray] = {}

    def widths(self, path: str) -> Callable[[Fraction], int]:
        """How wide the film's frame at a moment is needed: 0 for all there is."""

        def width(seconds: Fraction) -> int:
            widths = [picture.width for picture in self._pictures.get((path, seconds), ())]
            widths += [contact_sheet.THUMB_WIDTH] * ((path, seconds) in self._cells)
            return 0 if 0 in widths else max(widths)

        return width

    def take(self, path: str, seconds: Fraction, image: np.ndarray) -> None:
        """`image` is RGB, shape (height, width, 3)."""
        for picture in self._pictures.get((path, seconds), ()):
            self.save(picture.target, contact_sheet.narrowed(image, picture.width) if picture.width else image)
        waiting = [page for page in self._pages if (path, seconds) in page.missing]
        if waiting:
            self._small[path, seconds] = contact_sheet.narrowed(image, contact_sheet.THUMB_WIDTH)
        for page in waiting:
            page.missing.discard((path, seconds))
            if not page.missing:
                self._draw(page)

    def _draw(self, page: _Page) -> None:
        """Writes a page, and forgets the small pictures that no other one needs."""
        cells = [(self._small[cell.path, cell.seconds], cell.lines) for cell in page.cells]
        self.save(page.target, contact_sheet.compose(cells, page.columns))
        self._pages.remove(page)
        needed = {(cell.path, cell.seconds) for other in self._pages for cell in other.cells}
        self._small = {key: image for key, image in self._small.items() if key in needed}

    def save(self, target: str, image: np.ndarray) -> None:
        """Writes an RGB picture, shape (height, width, 3), and counts it."""
        try:
            make_folder(str(Path(target).parent))
            write_whole(target, contact_sheet.encoded(image, Path(target).suffix, self._quality))
        except EditorError as error:
            there = f" {len(self.files)} of the pictures were written before." if self.files else ""
            raise EditorError(f"{error.message}{there}", error.remedy, error.code, error.detail) from error
        self.files.append(target)


def _wanted(request: Extract) -> tuple[list[Picture], int]:
    """The pictures to write, and how many are there already and kept. Refuses before anything is decoded."""
    targets = list(_targets(request))
    for target in targets:
        if Path(target).suffix.lower() not in ENDINGS:
            raise EditorError(f"{shown(target)} is neither a PNG nor a JPEG.", f"Use one of {', '.join(ENDINGS)}.", BAD_INPUT)
    doubled = len(targets) - len(set(targets))
    if doubled:
        raise EditorError(f"{doubled} pictures would have the name of another.", "Choose names that differ.", BAD_INPUT)
    there = [target for target in targets if Path(target).exists()]
    if there and request.existing == "refuse":
        others = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise EditorError(
            f"{shown(there[0])}{others} would be overwritten.", "Turn on Overwrite, or choose another folder or name.", BAD_INPUT
        )
    for target in targets:
        if Path(target).parent.exists():
            check_target(target)
    if request.existing != "keep":
        return list(request.pictures), 0
    return [picture for picture in request.pictures if picture.target not in there], len(there)


def _targets(request: Extract) -> Iterator[str]:
    yield from (picture.target for picture in request.pictures)
    yield from (plot.target for plot in request.plots)
    for sheet in request.sheets:
        yield from (target for target, _cells in sheet.pages)
