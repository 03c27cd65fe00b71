"""Films of mattes as values: what is asked for, what is kept beside such a film, and which of several serves. Used at both ends.

A matte film is grey, lossless, as large as the medium's upright picture, and lies in a folder of the editor's: white is what was cut out.
Beside it lies a file of JSON that says what it shows; it is written last, so where it is the film is whole.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath

from .codec import to_json
from .facts import Span

SCHEMA = "assistant_editor.matte/1"
ENDING = ".matte.mkv"
BESIDE = ".matte.json"
SELFIE = "selfie-segmenter"
"""The packaged network's name in the table of models."""


_C_FLOAT = struct.Struct("f")


def _single(value: float) -> float:
    return float(_C_FLOAT.unpack(_C_FLOAT.pack(value))[0])


@dataclass(frozen=True)
class Region:
    """Where something that is to be cut out is seen: `seconds` rising, for each a box (left, top, right, bottom) in 0..1 of the picture.

    Between two of them it is somewhere in between; before the first and after the last it is not there.
    """

    seconds: tuple[Fraction, ...]
    boxes: tuple[tuple[float, float, float, float], ...]


Point = tuple[float, float, bool]
"""x and y in 0..1 of the picture from its upper left corner, and whether it is on the thing or beside it."""


@dataclass(frozen=True)
class Clicks:
    """What was clicked on in the picture presented at `seconds`."""

    seconds: Fraction
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Pick:
    """Something that was clicked on, which alone is cut out of this part of the medium.

    It is followed from the first of `clicks`; the others correct it from their picture on, away from the first. `model`: the folder of a
    network that cuts things out by clicks, "" for none. `region`: where a followed thing is that was clicked on, where one was.
    """

    span: Span
    clicks: tuple[Clicks, ...]
    model: str = ""
    region: Region | None = None


@dataclass(frozen=True)
class MatteOptions:
    """`network`: a YOLO checkpoint of the user's that outlines things, "": the packaged segmenter of people.

    `labels` are the things that such a checkpoint is to outline, none: all it knows. `edges` 0..1: how far edges follow the picture, 0
    leaves them as the network drew them. `steady` 0..1: how much of each matte comes from the one before, moved along with the picture.
    `outlines`: also found as closed lines. `followed`: what told where things are (`Wanted.regions`), "" where the whole picture is
    looked at. `matting`: a network of the user's that draws edges in place of the guided filters, a folder or an ONNX file.
    """

    network: str = ""
    labels: tuple[str, ...] = ()
    edges: float = 1.0
    steady: float = 0.7
    outlines: bool = True
    followed: str = ""
    matting: str = ""


@dataclass(frozen=True)
class Grid:
    """Which picture of the medium a matte film shows at each of its frames.

    `rate` frames a second, as timeline frames go by; `pictures` a second the medium has, by its nominal rate; `step` pictures go by in a
    frame (`timebase.SourceMap`). Frame n of the film is place `first + n`. `shift` pictures come before the first place: they were
    trimmed off for good.
    """

    rate: Fraction
    pictures: Fraction
    step: float
    first: int
    frames: int
    shift: int = 0

    def picture(self, place: int) -> int:
        """The number of the medium's picture at a place, as Blender counts them: in single precision."""
        return self.shift + (place if self.step == 1 else math.floor(_single(_single(place * _single(self.step)) + 0.5)))

    @property
    def span(self) -> Span:
        """What of the medium's stream it shows."""
        return Span(self.picture(self.first) / self.pictures, (self.picture(self.first + self.frames - 1) + 1) / self.pictures)

    def covers(self, other: Grid) -> bool:
        same = (self.rate, self.pictures, self.step, self.shift) == (other.rate, other.pictures, other.step, other.shift)
        return same and self.first <= other.first and other.first + other.frames <= self.first + self.frames


@dataclass(frozen=True)
class Line:
    """One closed outline over some frames of the film: `keys` are (frame of the film, points), as many points each time, in 0..1 of the
    picture from its upper left corner; in between the points go straight."""

    keys: tuple[tuple[int, tuple[tuple[float, float], ...]], ...]


@dataclass(frozen=True)
class Matte:
    """What lies beside a matte film: `film` is its name, `asked` the digest of what was asked for. `share` is how much of the picture is
    cut out on average, 0..1; `blank` are the frames that show nothing of it, as (first, the one after the last). `method` names what
    made it. `picks` are those of its part of the medium, as `told`."""

    film: str
    medium: str
    asked: str
    grid: Grid
    width: int
    height: int
    method: str
    share: float = 0.0
    lines: tuple[Line, ...] = ()
    warnings: tuple[str, ...] = ()
    blank: tuple[tuple[int, int], ...] = ()
    picks: tuple[Pick, ...] = ()
    schema: str = SCHEMA
    folder: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        return str(PurePath(self.folder) / self.film)

    def nothing(self, first: int, end: int) -> int:
        """How many of these frames of the film show nothing of what is cut out."""
        return sum(max(0, min(end, last) - max(first, start)) for start, last in self.blank)


@dataclass(frozen=True)
class Wanted:
    """A matte film to be made: of the file at `path` with this fingerprint, into `folder`.

    `regions`: only what is seen there is cut out, where `MatteOptions.followed` says that things were followed. `picks`: what was
    clicked on in this medium.
    """

    path: str
    medium: str
    folder: str
    grid: Grid
    options: MatteOptions = MatteOptions()
    regions: tuple[Region, ...] = ()
    picks: tuple[Pick, ...] = ()


def digest(options: MatteOptions) -> str:
    """The same for the same options, everywhere."""
    return hashlib.sha256(json.dumps(to_json(options), sort_keys=True).encode()).hexdigest()[:12]


def name_of(wanted: Wanted) -> str:
    """The film's name, without its folder: told by the medium's name, what is asked, and where it begins and ends."""
    stem = re.sub(r"[^\w.-]+", "_", PurePath(wanted.path).stem)[:60] or "film"
    grid = wanted.grid
    key = [wanted.medium, digest(wanted.options), str(grid.rate), grid.first, grid.frames, grid.step, grid.shift]
    key += [to_json(told(wanted.picks, grid))] if told(wanted.picks, grid) else []
    return f"{stem}.{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:10]}{ENDING}"


def told(picks: Iterable[Pick], grid: Grid) -> tuple[Pick, ...]:
    """Those of these picks that say something of a grid's part of the medium, as far as it makes a difference to the matte's maker."""
    span = grid.span
    here = (replace(pick, region=None) for pick in picks if pick.span.start < span.end and span.start < pick.span.end)
    return tuple(sorted(here, key=lambda pick: pick.span.start))


def beside(film: str) -> str:
    return film.removesuffix(ENDING) + BESIDE


def serving(mattes: Iterable[Matte], wanted: Wanted) -> Matte | None:
    """The one of these that shows what is wanted, the shortest."""
    asked = digest(wanted.options)
    fit = [
        one
        for one in mattes
        if one.medium == wanted.medium and one.asked == asked and one.grid.covers(wanted.grid)
        and told(one.picks, wanted.grid) == told(wanted.picks, wanted.grid)
    ]  # fmt: skip
    return min(fit, key=lambda one: (one.grid.frames, one.film), default=None)
