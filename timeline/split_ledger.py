"""Which J- and L-cuts were made, so that they can be told from the editor's own and taken back: versioned JSON kept in the scene. Pure."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ..ml.errors import BAD_INPUT, EditorError
from .state import StripKind, StripRef

VERSION = 1
Moved = Literal["picture", "sound"]
State = Literal["live", "left"]
"""A "left" one the editor has undone by hand: it is not made again."""


@dataclass(frozen=True)
class Edge:
    """A cut, known by its media: the second at which the left one ends, and the one at which the right one begins."""

    left: str
    ends: Fraction
    right: str
    begins: Fraction

    @staticmethod
    def of(left: StripRef, right: StripRef) -> Edge:
        assert left.source is not None and right.source is not None
        return Edge(left.medium, left.source.seconds(left.frames.end), right.medium, right.source.seconds(right.frames.start))


@dataclass(frozen=True)
class Split:
    """The two edges as they were left. `moved` says which of them, `by` how many frames from the other one, on which it lay before."""

    moved: Moved
    by: int
    picture: Edge
    sound: Edge
    state: State = "live"

    @property
    def still(self) -> Edge:
        """The edge that was not moved."""
        return self.sound if self.moved == "picture" else self.picture


def dump(splits: Sequence[Split]) -> str:
    """One line of JSON, "" for none."""
    rows = [[one.moved, one.by, _row(one.picture), _row(one.sound), one.state] for one in splits]
    return json.dumps({"version": VERSION, "splits": rows}, separators=(",", ":")) if rows else ""


def _row(edge: Edge) -> list[str]:
    return [edge.left, str(edge.ends), edge.right, str(edge.begins)]


def load(text: str) -> tuple[Split, ...]:
    """Raises `EditorError(BAD_INPUT)` when it cannot be read."""
    if not text:
        return ()
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']}")
        return tuple(_split(*row) for row in data["splits"])
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as reason:
        told = "This scene's record of J- and L-cuts cannot be read."
        raise EditorError(told, "Update Assistant Editor. Or use Reset Assistant Editor.", BAD_INPUT, repr(reason)) from reason


def _split(moved: Moved, by: int, picture: Sequence[str], sound: Sequence[str], state: State) -> Split:
    if moved not in ("picture", "sound") or state not in ("live", "left"):
        raise ValueError(f"{moved!r}, {state!r}")
    return Split(moved, int(by), _edge(*picture), _edge(*sound), state)


def _edge(left: str, ends: str, right: str, begins: str) -> Edge:
    return Edge(str(left), Fraction(ends), str(right), Fraction(begins))


def pairs(strips: Iterable[StripRef], kind: StripKind) -> list[tuple[StripRef, StripRef]]:
    """The strips of a kind that meet in their channel, in order of time."""
    known = [one for one in strips if one.kind == kind and one.source is not None and one.medium and one.frames.length]
    starts = {(one.channel, one.frames.start): one for one in known}
    met = [(one, starts[one.channel, one.frames.end]) for one in known if (one.channel, one.frames.end) in starts]
    return sorted(met, key=lambda pair: (pair[1].frames.start, pair[1].channel))


def same(one: Edge, other: Edge, tolerance: Fraction) -> bool:
    """Whether two edges are one cut, give or take `tolerance` seconds."""
    near = abs(one.ends - other.ends) <= tolerance and abs(one.begins - other.begins) <= tolerance
    return near and (one.left, one.right) == (other.left, other.right)


class Edges:
    """Strips that meet, looked up by what they show there, give or take `tolerance` seconds."""

    def __init__(self, met: Iterable[tuple[StripRef, StripRef]], tolerance: Fraction):
        self._tolerance = tolerance
        self._at: dict[tuple[str, str, int], list[tuple[Edge, tuple[StripRef, StripRef]]]] = defaultdict(list)
        for pair in met:
            edge = Edge.of(*pair)
            self._at[edge.left, edge.right, self._number(edge)].append((edge, pair))

    def find(self, edge: Edge) -> tuple[StripRef, StripRef] | None:
        number = self._number(edge)
        near = (row for at in (number, number - 1, number + 1) for row in self._at.get((edge.left, edge.right, at), ()))
        return next((pair for known, pair in near if same(known, edge, self._tolerance)), None)

    def _number(self, edge: Edge) -> int:
        return math.floor(edge.begins / self._tolerance)
