"""Films in another style, as values: what is asked for, what is told of such a film, which of those there are serve. Used at both ends.

As films of mattes (`mattes`), in colour: as large as the medium's upright picture, at each frame what the timeline's frame shows.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from .codec import to_json
from .mattes import Grid

SCHEMA = "assistant_editor.style/1"
ENDING = ".style.mp4"


@dataclass(frozen=True)
class StyleOptions:
    """`network`: an ONNX file of the user's that turns a picture into one in its style, `size` its bytes. `steady` 0..1: how much of each
    picture comes from the one before, moved along with what it shows."""

    network: str
    size: int = 0
    steady: float = 0.6


@dataclass(frozen=True)
class StyleWanted:
    """A film to be made: of the file at `path` with this fingerprint, into `folder`."""

    path: str
    medium: str
    folder: str
    grid: Grid
    options: StyleOptions


@dataclass(frozen=True)
class Styled:
    """What lies beside a film in another style: `film` is its name, `asked` a digest of what was asked for, `method` the network's name."""

    film: str
    medium: str
    asked: str
    grid: Grid
    width: int
    height: int
    method: str
    schema: str = SCHEMA
    folder: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        return str(PurePath(self.folder) / self.film)


def digest(options: StyleOptions) -> str:
    """The same for the same options, wherever the network lies."""
    told = {**to_json(options), "network": PurePath(options.network).name}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def name_of(wanted: StyleWanted) -> str:
    """The film's name, without its folder."""
    stem = re.sub(r"[^\w.-]+", "_", PurePath(wanted.path).stem)[:60] or "film"
    grid = wanted.grid
    key = json.dumps([wanted.medium, digest(wanted.options), str(grid.rate), grid.first, grid.frames, grid.step, grid.shift])
    return f"{stem}.{hashlib.sha256(key.encode()).hexdigest()[:10]}{ENDING}"


def serving(styled: Iterable[Styled], medium: str, grid: Grid, options: StyleOptions) -> Styled | None:
    """The one of these that shows what is wanted, the shortest."""
    asked = digest(options)
    fit = [one for one in styled if (one.medium, one.asked) == (medium, asked) and one.grid.covers(grid)]
    return min(fit, key=lambda one: (one.grid.frames, one.film), default=None)
