"""What a second network still sees in rendered frames: found again in the film it is of, followed from look to look, and kept as the
editor's word on it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ..ml.errors import BAD_INPUT, EditorError
from ..ml.facts import Span
from .picture_way import Moving, Way
from .privacy_trails import GROWN, PER_SECOND, REACH, Trail
from .seen import shared
from .stage import Choice, Stage
from .state import Timeline

COVER: Literal["cover"] = "cover"
LEAVE: Literal["visible"] = "visible"
"""What the editor says of a find: cover this too; it is no face, or may be seen."""
KIND: Literal["privacy"] = "privacy"
ALIKE = 0.2
"""Two looks one after the other see one face when they share so much of what either covers, or it may have gone so far meanwhile."""
MISSED = 2
"""So many looks at which it was not found do not end a find."""
SAME = 0.3
_EARLY = 1e-6
"""Seconds by which floating point may put the first moment of a shot before its cut."""
Word = Literal["", "cover", "visible"]


@dataclass(frozen=True)
class Look:
    """What was found in one rendered frame. `rows`: left, top, right, bottom in shares of the frame, from its upper left corner, and how
    sure."""

    frame: int
    rows: tuple[tuple[float, float, float, float, float], ...]


@dataclass(frozen=True)
class Sight:
    """One face in one frame. `box`: left, bottom, right, top in pixels of the frame; `place`: left, top, right, bottom in shares of the
    picture of its strip, at `seconds` of the medium; both are None where it is not in a film that can be told."""

    frame: int
    box: tuple[float, float, float, float]
    sure: float
    strip: str = ""
    medium: str = ""
    seconds: Fraction | None = None
    place: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Find:
    """What may be one face, seen at one or more looks, in order. `word` is what the editor said of it."""

    sights: tuple[Sight, ...]
    word: Word = ""

    @property
    def surest(self) -> Sight:
        return max(self.sights, key=lambda one: one.sure)

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last frame at which it was seen."""
        return self.sights[0].frame, self.sights[-1].frame


def finds(looks: Sequence[Look], every: int, line: Timeline, stage: Stage, moving: Moving) -> tuple[Find, ...]:
    """Everything that was seen, what may be the same face together, in order of time. `every`: frames from one look to the next."""
    rate = float(line.rate)
    open_: list[list[Sight]] = []
    done: list[list[Sight]] = []
    for look in sorted(looks, key=lambda one: one.frame):
        done += [one for one in open_ if look.frame - one[-1].frame > every * MISSED]
        open_ = [one for one in open_ if look.frame - one[-1].frame <= every * MISSED]
        for sight in (_sight(look.frame, row, line, stage, moving) for row in look.rows):
            same = [(_alike(one[-1], sight, (sight.frame - one[-1].frame) / rate), one) for one in open_ if one[-1].frame < sight.frame]
            worth, best = max(same, key=lambda pair: pair[0], default=(0.0, None))
            if best is not None and worth > 0:
                best.append(sight)
            else:
                open_.append([sight])
    rows = [Find(tuple(one)) for one in [*done, *open_]]
    told = [replace(one, word=said_of(one, stage.choices)) for one in rows]
    return tuple(sorted(told, key=lambda one: (one.frames, -one.surest.sure)))


def as_choice(find: Find, what: Literal["cover", "visible"], every: Fraction) -> Choice | None:
    """The editor's word, kept with the film; None where the find is in no film. `every`: seconds from one look to the next."""
    sights = [one for one in find.sights if one.place is not None and one.seconds is not None]
    if not sights:
        return None
    start, end = (one.seconds or Fraction(0) for one in (sights[0], sights[-1]))
    rows = [[str(one.seconds), *(round(part, 5) for part in one.place or ()), round(one.sure, 3)] for one in sights]
    value = json.dumps([str(every), *rows], separators=(",", ":"))
    return Choice(KIND, sights[0].medium, Span(min(start, end), max(start, end) + every), what, value)


def trails(choices: Iterable[Choice], medium: str, cuts: Sequence[float] = ()) -> tuple[tuple[Trail, float], ...]:
    """What the editor wants covered in this medium, none of it over a cut, and the seconds before and after that nobody looked at."""
    found = []
    for one in choices:
        if (one.kind, one.medium, one.what) == (KIND, medium, COVER):
            every, rows = _rows(one.value)
            parts = np.split(rows, np.searchsorted(rows[:, 0] + _EARLY, sorted(cuts)))
            found += [(Trail("face", part[:, 0], part[:, 1:5], part[:, 5]), every) for part in parts if len(part)]
    return tuple(found)


def said_of(find: Find, choices: Iterable[Choice]) -> Word:
    """What the editor said earlier of what is there: the choice must meet it at one moment at least."""
    said: Word = ""
    for one in choices:
        if one.kind != KIND or one.what not in (COVER, LEAVE) or one.medium not in {sight.medium for sight in find.sights}:
            continue
        every, rows = _rows(one.value)
        for sight in find.sights:
            if sight.place is None or sight.seconds is None:
                continue
            apart = np.abs(rows[:, 0] - float(sight.seconds))
            nearest = int(apart.argmin())
            if apart[nearest] <= every and shared(rows[nearest, 1:5], np.array(sight.place)) >= SAME:
                said = COVER if one.what == COVER else LEAVE
    return said


def with_word(choices: Iterable[Choice], find: Find, what: Word, every: Fraction) -> tuple[Choice, ...]:
    """The editor's choices with this word on the find, and none before it; "": with none at all."""
    words = (COVER, LEAVE)
    left = [one for one in choices if not (one.kind == KIND and one.what in words and said_of(find, (one,)))]
    new = as_choice(find, what, every) if what else None
    return (*left, new) if new is not None else tuple(left)


def _rows(value: str) -> tuple[float, Any]:
    """(seconds from look to look, rows (n, 6): seconds, left, top, right, bottom, how sure), in order of time."""
    try:
        every, *rows = json.loads(value)
        table = np.array([[float(Fraction(str(row[0]))), *map(float, row[1:6])] for row in rows]).reshape(-1, 6)
        if not len(table) or not np.isfinite(table).all():
            raise ValueError("no places")
        return float(Fraction(str(every))), table[np.argsort(table[:, 0], kind="stable")]
    except (ValueError, TypeError, IndexError, ZeroDivisionError) as reason:
        remedy = "Use Reset Assistant Editor: it forgets it."
        raise EditorError("What you said of faces that were still seen cannot be read.", remedy, BAD_INPUT, repr(reason)) from reason


def _alike(before: Sight, now: Sight, gap: float) -> float:
    """How much two views are of one face, 0: not at all."""
    if (before.medium, before.strip) != (now.medium, now.strip):
        return 0.0
    one, other = np.array(before.box), np.array(now.box)
    sides = np.sqrt(max(1.0, np.prod(one[2:] - one[:2]))), np.sqrt(max(1.0, np.prod(other[2:] - other[:2])))
    apart = float(np.hypot(*((one[:2] + one[2:] - other[:2] - other[2:]) / 2))) / max(sides)
    common = shared(one, other)
    near = apart <= REACH + PER_SECOND * gap and max(sides) <= GROWN * min(sides)
    return 1 + common - apart / 10 if common >= ALIKE or near else 0.0


def _sight(frame: int, row: Sequence[float], line: Timeline, stage: Stage, moving: Moving) -> Sight:
    """Where in which film it is: in the topmost whose picture lies there."""
    wide, tall = stage.canvas
    left, top, right, bottom, sure = row
    box = (left * wide, (1 - bottom) * tall, right * wide, (1 - top) * tall)
    plain = Sight(frame, box, sure)
    corners = np.array([(x, y, 1.0) for x in (box[0], box[2]) for y in (box[1], box[3])])
    for strip in sorted(line.strips, key=lambda one: -one.channel):
        if strip.kind != "MOVIE" or strip.muted or not strip.frames.holds(frame) or strip.name not in stage.shown:
            continue
        lenses = [lens for lens in moving.lenses if lens.channel > strip.channel]
        way = Way(stage.shown[strip.name], stage.canvas, moving.poses.get(strip.name), lenses).of(np.array([frame]))[0]
        square = np.vstack([way, (0.0, 0.0, 1.0)])
        if abs(np.linalg.det(square)) < 1e-9:
            continue
        places = (np.linalg.inv(square) @ corners.T).T[:, :2]
        low, high = places.min(axis=0), places.max(axis=0)
        middle = (low + high) / 2
        if not ((middle >= 0) & (middle <= 1)).all():
            continue
        if strip.source is None or strip.beneath is not None or strip.name in moving.driven or not strip.medium:
            return plain
        place = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        return replace(plain, strip=strip.name, medium=strip.medium, seconds=strip.source.seconds(frame), place=place)
    return plain
