"""Films of mattes, made: the worker's answer to `CutOut`. A few pictures are held at a time, however long the film is: while one is
looked at, the edges of those before are brought onto the picture's, and they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..codec import to_json
from ..errors import BAD_INPUT, EditorError
from ..files import check_target, make_folder, write_whole
from ..matte_files import dump, tidy
from ..mattes import SELFIE, Grid, Matte, MatteOptions, Wanted, beside, digest, name_of, told
from ..media import grey_film, pictures_at
from ..protocol import CutOut
from .beside import Beside
from .registry import Runtime

if TYPE_CHECKING:
    import numpy as np

    from ..media import GreyFilm

LOADING = 300.0
DEADLINE = 120.0
_ROUNDING = Fraction(1, 32)
"""Share of a picture by which containers round times, as `timebase.SourceMap` allows it."""
FOLLOWING = 0.5
"""Share of the work that following what was clicked on takes, about."""
EMPTY = 0.0005
"""Share of the picture below which nothing is cut out."""


def run(request: CutOut, runtime: Runtime) -> dict[str, Any]:
    """`{"mattes": [...]}`: what was made, as `Matte`s, in their order.

    Raises `EditorError`: MISSING_MODEL when the segmenter is not installed; BAD_INPUT when a film cannot be read, the checkpoint is none or
    the folder cannot be written; NO_SPACE; CANCELLED. Films that are done stay, each whole; of the one being made nothing is left.
    """
    made = []
    whole = sum(one.grid.frames for one in request.wanted)
    done = 0
    for wanted in request.wanted:
        before = done

        def progress(share: float, what: str, wanted: Wanted = wanted, before: int = before) -> None:
            runtime.progress((before + share * wanted.grid.frames) / whole, f"{what} in {PurePath(wanted.path).name}", DEADLINE)

        made.append(_Making(wanted, runtime, progress).run())
        done += wanted.grid.frames
    return {"mattes": [to_json(one) for one in made]}


@dataclass(frozen=True)
class _View:
    """A picture (height, width, 3) uint8, what was `drawn` of it (float32, small), and whether it begins another shot."""

    image: np.ndarray
    drawn: np.ndarray
    fresh: bool


class _Making:
    def __init__(self, wanted: Wanted, runtime: Runtime, progress: Callable[[float, str], None]) -> None:
        """`progress(share, what)`: how much of it is done."""
        from .matte_lines import Tracing
        from .matte_looking import Look, look
        from .matte_picks import Picked, spared
        from .matte_steady import Steady

        options = wanted.options
        if not (0 <= options.edges <= 1 and 0 <= options.steady < 1):
            raise EditorError("Edges and steadiness are shares.", "Ask for 0 to 1.", BAD_INPUT)
        if wanted.grid.frames < 1 or wanted.grid.rate <= 0 or wanted.grid.step <= 0:
            raise EditorError("A matte film of no frames cannot be made.", "Choose a strip that shows something.", BAD_INPUT)
        self._wanted, self._runtime, self._progress = wanted, runtime, progress
        runtime.progress(0.0, f"Loading {PurePath(options.network).stem or SELFIE}", LOADING)
        # Where all was clicked on nobody needs to know what people look like.
        self._look: Look | None = None if spared(wanted) else look(options, wanted.regions, runtime.models)
        self._matting = _edges(options)
        self._steady = Steady(options.steady)
        self._tracing = Tracing() if options.outlines else None
        self._picked = Picked()
        self._matte: Any = None
        self._here = self._share = 0.0
        self._blank: list[tuple[int, int]] = []

    def run(self) -> Matte:
        """Makes the film, then what lies beside it."""
        from .matte_picks import followed

        wanted, grid = self._wanted, self._wanted.grid
        make_folder(wanted.folder)
        target = Path(wanted.folder) / name_of(wanted)
        check_target(str(target))
        tidy(wanted)
        said = target.with_name(beside(target.name))
        said.unlink(missing_ok=True)  # what it says would be of another film from now on
        picks = told(wanted.picks, grid)
        begun = FOLLOWING if picks else 0.0
        self._picked = followed(wanted, self._runtime.check, lambda share: self._progress(share * begun, "Following"))
        views = self._views()
        first = next(views)
        assert first is not None
        size = first.image.shape[1], first.image.shape[0]
        with grey_film(target, size, grid.rate) as film:

            def done(frames: int) -> None:
                self._progress(begun + (1 - begun) * frames / grid.frames, "Cutting out")

            edges: Beside[int] = Beside("mattes", self._runtime.check, done)
            try:
                for view in chain((first,), views):
                    edges.add(self._add, film, view)
                edges.finish()
            finally:
                edges.close(wait=True)  # the film is closed next
        lines = self._tracing.lines() if self._tracing else ()
        share = round(self._share / grid.frames, 5)
        names = [*([self._look.name] if self._look else []), *self._picked.names]
        by = "; ".join(names) + (f"; edges by {self._matting.name}" if self._matting.name else "")
        named = target.name, wanted.medium, digest(wanted.options), grid, *size, by
        made = Matte(*named, share, lines, blank=tuple(self._blank), picks=picks, folder=wanted.folder)
        write_whole(str(said), dump(made))
        return made

    def _views(self) -> Iterator[_View | None]:
        """One for each frame of the film, None where it shows the picture of the frame before."""
        grid = self._wanted.grid
        numbers = [grid.picture(grid.first + frame) for frame in range(grid.frames)]
        pictures = pictures_at(self._wanted.path, moments(numbers, grid), check=self._runtime.check, square=False)
        last: int | None = None
        for number in numbers:
            if number == last:
                yield None
                continue
            last = number
            seconds, image = next(pictures)
            yield self._view(image, seconds, number)

    def _view(self, image: np.ndarray, seconds: Fraction, number: int) -> _View:
        import cv2

        from .matte_edges import working_size
        from .matte_looking import CANVAS, certain

        self._runtime.check()
        small = cv2.resize(image, working_size(image, CANVAS), interpolation=cv2.INTER_AREA)
        fresh = self._steady.fresh(small)
        if number in self._picked or self._look is None:
            drawn = cv2.resize(self._picked.drawn(number), small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        else:
            drawn = certain(self._look(image, small, seconds, fresh))
        return _View(image, self._steady.take(small, drawn), fresh)

    def _add(self, film: GreyFilm, view: _View | None) -> int:
        """The matte of the next frame goes into the film, beside what looks at the frames after it. How many there are."""
        frame = film.frames
        if view is not None:
            self._matte = self._matting(view.image, view.drawn)
            self._here = float(self._matte.mean()) / 255
            if self._tracing is not None:
                self._tracing.take(frame, self._matte, view.fresh)
        self._share += self._here
        if self._here < EMPTY:
            begun = self._blank.pop()[0] if self._blank and self._blank[-1][1] == frame else frame
            self._blank.append((begun, frame + 1))
        film.add(self._matte)
        return film.frames


class _Guided:
    """Edges by guided filters."""

    name = ""

    def __init__(self, strength: float) -> None:
        self._strength = strength

    def __call__(self, image: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        from .matte_edges import refined

        return refined(image, drawn, self._strength)


def _edges(options: MatteOptions) -> Any:
    """What makes a matte (height, width) uint8 of a picture and what was drawn of it; `name` of a network, else ""."""
    if options.matting and options.edges > 0:
        from .matte_networks import load

        return load(options.matting)
    return _Guided(options.edges)


def moments(numbers: list[int], grid: Grid) -> list[Fraction]:
    """When these pictures of a medium are surely on screen, each number once."""
    return [(number + _ROUNDING) / grid.pictures for number in dict.fromkeys(numbers)]
