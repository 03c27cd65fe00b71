"""What was clicked on, followed through its shot before the film of its matte is made: there and back from the picture that was clicked on.

By a network of the user's (`segment_anything`), or by the pictures alone (`matte_clicking`). What is found is kept as small pictures in
memory, about a thousand bytes for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Protocol

import cv2
import numpy as np

from ..mattes import Grid, Pick, Point, Wanted
from ..media import pictures_at
from .cut_outs import moments
from .matte_clicking import Box, Clicking
from .matte_edges import working_size
from .matte_looking import boxes_at

CHUNK = 24
"""So many pictures are read on, then followed backwards."""
Step = tuple[int, np.ndarray]


class Follower(Protocol):
    """`side`: the long side in pixels of the pictures it wants."""

    name: str
    side: int

    def take(self, image: np.ndarray, points: Sequence[Point], box: Box | None) -> np.ndarray:
        """Where the thing is in the next picture (height, width, 3) uint8 RGB: bool, or float32 of 0..1, of the same proportions.

        `points` were clicked on in this picture: the first one has some, others only where they correct. `box`: where it is known to lie.
        """


class Picked:
    """What was found, by the number of its picture."""

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}
        self.names: dict[str, None] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._kept

    def drawn(self, number: int) -> np.ndarray:
        """float32 (height, width) of 0..1."""
        kept = cv2.imdecode(np.frombuffer(self._kept[number], np.uint8), cv2.IMREAD_GRAYSCALE)
        return np.asarray(kept, np.float32) / 255

    def keep(self, number: int, mask: np.ndarray) -> None:
        self._kept[number] = cv2.imencode(".png", np.rint(mask.astype(np.float32) * 255).astype(np.uint8))[1].tobytes()


def followed(wanted: Wanted, check: Callable[[], None], progress: Callable[[float], None]) -> Picked:
    """Every pick that says something of this film, followed over as much of it as its shot lasts. `progress`: the share that is done.

    Raises `EditorError` as the media and a pick's network do.
    """
    found = Picked()
    ways = [(pick, *_ways(pick, wanted.grid)) for pick in wanted.picks]
    whole, done = sum(len(before) + len(after) for _, before, after in ways), 0
    for pick, before, after in ways:
        if not before and not after:
            continue
        boxes = _Boxes(pick)
        clicks = {_number(one.seconds, wanted.grid): one.points for one in pick.clicks}
        for numbers, backwards in ((after, False), (before, True)):
            follower = _follower(pick)
            found.names[f"by click, {follower.name}"] = None
            for number, image in _read(wanted, numbers, backwards, follower.side, check):
                check()
                seconds = moments([number], wanted.grid)[0]
                found.keep(number, follower.take(image, clicks.get(number, ()), boxes.at(seconds)))
                done += 1
                progress(done / whole)
    return found


def spared(wanted: Wanted) -> bool:
    """Whether every picture of this film is one in which something was clicked on."""
    grid = wanted.grid
    moments_of = {Fraction(grid.picture(grid.first + frame)) / grid.pictures for frame in range(grid.frames)}
    return all(any(pick.clicks and pick.span.holds(moment) for pick in wanted.picks) for moment in moments_of)


def _follower(pick: Pick) -> Follower:
    if not pick.model:
        return Clicking()
    from .segment_anything import follower

    return follower(pick.model)


def _ways(pick: Pick, grid: Grid) -> tuple[list[int], list[int]]:
    """(numbers of pictures back to the first that was clicked on, those from it on), each rising; both are empty where the film shows
    nothing of the pick's shot. A film that does not show what was clicked on has the pictures on the way to it looked at too."""
    shown = sorted({
        number
        for frame in range(grid.frames)
        if pick.span.holds(Fraction(number := grid.picture(grid.first + frame)) / grid.pictures)
    })  # fmt: skip
    if not shown or not pick.clicks:
        return [], []
    start = _number(pick.clicks[0].seconds, grid)
    every = sorted({*shown, start, *range(start, shown[0]), *range(shown[-1] + 1, start + 1)})
    before = [number for number in every if number <= start]
    return before if len(before) > 1 else [], [number for number in every if number >= start]


def _number(seconds: Fraction, grid: Grid) -> int:
    return round(seconds * grid.pictures)


def _read(wanted: Wanted, numbers: list[int], backwards: bool, side: int, check: Callable[[], None]) -> Iterator[Step]:
    """(number, picture within `side`), the last first where that is asked: a chunk at a time, for films are read on."""
    chunks = [numbers[max(0, end - CHUNK) : end] for end in range(len(numbers), 0, -CHUNK)] if backwards else [numbers]
    for chunk in chunks:
        pictures = pictures_at(wanted.path, moments(chunk, wanted.grid), check=check, square=False)
        small = (_small(image, side) for _, image in pictures)
        steps = zip(chunk, small, strict=True)
        yield from reversed(list(steps)) if backwards else steps


def _small(image: np.ndarray, side: int) -> np.ndarray:
    return np.asarray(cv2.resize(image, working_size(image, side), interpolation=cv2.INTER_AREA))


class _Boxes:
    """Where what was clicked on is known to lie, from moment to moment."""

    def __init__(self, pick: Pick) -> None:
        self._regions = (pick.region,) if pick.region is not None else ()

    def at(self, seconds: Fraction) -> Box | None:
        return next(iter(boxes_at(self._regions, seconds)), None)
