"""The shots of one scene graded together: made like one of them as far as they show the same, then all balanced or matched alike. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from . import auto_light, colour_match, grade_looks, graded_shots, grading
from .graded_shots import Piece
from .grading import Graded
from .remembered import remembered

if TYPE_CHECKING:
    from .planners.grade import GradeOptions, Known
    from .stage import Stage

KIND: Literal["grade"] = "grade"
NEAR, FAR = 0.12, 0.20
"""Shots of one scene that differ (`colour_match.unlike`) by less are made alike, by more are left as they differ."""
REFERENCE = 0.3
"""Share of a full transfer that a chosen reference gets however little it shows the same: its look is what was asked for."""
CLOSER = 0.8
"""Curves are written where they come so much nearer than a balance, which is the simpler tool."""
Change = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Aim:
    """What is done to all that look alike: to their colours, and as a balance where it is one, by how strong it is."""

    of: Change
    balance: Callable[[float], colour_match.Grade] | None
    told: Callable[[float], list[str]]


def graded(
    scene: Sequence[Piece], known: Known, options: GradeOptions, stage: Stage, alone: set[str], wanted: np.ndarray | None
) -> list[Graded]:
    """Every piece of a scene with its grade. `alone` are the strips of one shot; `wanted` the colours of what is matched."""
    first = graded_shots.hero(scene)
    if first is None:
        return [Graded(piece) for piece in scene]
    changes = [_likened(piece, first) if options.together and piece.known else None for piece in scene]
    alike = [like(piece.colours) for piece, like in zip(scene, changes, strict=True) if like is not None]
    common = _aim(colour_match.thinned(np.concatenate(alike), graded_shots.MOST), known, options, wanted) if alike else None
    look = look_of(scene, known, options)
    found = []
    for piece, like in zip(scene, changes, strict=True):
        if not piece.known or stage.left_out(KIND, piece.medium, piece.span):
            found.append(Graded(piece, left=piece.known))
            continue
        # A shot that is not made alike is judged by itself, for nothing says that the same light is on it.
        aim = common if like is not None and common is not None else _aim(piece.colours, known, options, wanted)
        strength = float(stage.chosen(KIND, piece.medium, piece.span, "strength") or options.strength)
        chosen = stage.chosen(KIND, piece.medium, piece.span, "look")
        mine = look if chosen is None else grade_looks.LOOKS.get(chosen)
        told = []
        grade = colour_match.Grade()
        if aim is not None and strength:
            turned = like is not None and piece is not first
            grade = _grade(piece.colours, like if turned else None, aim, strength, piece.strip in alone)
            told = [*aim.told(strength), *(["like the rest of its scene"] if turned else [])]
        told += [f"{mine.name.lower()} look"] if mine is not None else []
        found.append(Graded(piece, grade, mine.shared(options.look_strength) if mine is not None else None, ", ".join(told)))
    return found


def _aim(colours: np.ndarray, known: Known, options: GradeOptions, wanted: np.ndarray | None) -> Aim | None:
    """For shots whose colours are these together."""
    if options.do == "match" and wanted is not None:
        far = colour_match.unlike(colours, wanted)
        shows = "much the same" if far < NEAR else "other things"
        named = f"like {known.named or 'the reference'}, which shows {shows}"
        return Aim(colour_match.transfer(colours, wanted, REFERENCE, far).of, None, lambda _strength: [named])
    if options.do != "balance":
        return None
    light = auto_light.measured(colours)

    def balance(strength: float) -> colour_match.Grade:
        return colour_match.Grade(balance=auto_light.balanced(light, colours, strength * options.exposure, strength * options.white))

    def told(strength: float) -> list[str]:
        return grading.said_of(light, strength * options.exposure, strength * options.white)

    return Aim(balance(1.0).balance.of, balance, told)


def _grade(colours: np.ndarray, like: Change | None, aim: Aim, strength: float, alone: bool) -> colour_match.Grade:
    if like is None and aim.balance is not None:
        return aim.balance(strength)
    made = np.clip(aim.of(like(colours) if like is not None else colours), 0, 1)
    return _fitted(colours, colours + strength * (made - colours), alone)


@remembered(colour_match.KEPT)
def _fitted(colours: np.ndarray, wanted: np.ndarray, alone: bool) -> colour_match.Grade:
    """By a balance; by curves where these come nearer, and need not be keyed."""
    colours, wanted = (colour_match.thinned(part, colour_match.FITTED) for part in (colours, wanted))
    balance = colour_match.by_balance(colours, wanted)
    if not alone:
        return balance
    curves = colour_match.by_curves(colours, wanted, balance.saturation)
    return curves if curves.misses(colours, wanted) < CLOSER * balance.misses(colours, wanted) else balance


def _likened(piece: Piece, first: Piece) -> Change | None:
    """How a piece is made like another; None where they show different things."""
    if piece is first:
        return lambda colours: colours
    far = colour_match.unlike(piece.colours, first.colours)
    share = float(np.clip((FAR - far) / (FAR - NEAR), 0, 1))
    if not share:
        return None
    made = colour_match.transfer(piece.colours, first.colours, far=far)
    return lambda colours: np.asarray(colours + share * (made.of(colours) - colours))


def look_of(scene: Sequence[Piece], known: Known, options: GradeOptions) -> grade_looks.Look | None:
    """The look of a scene: that of the mood that most of it has."""
    if options.look != "mood":
        return grade_looks.LOOKS.get(options.look)
    weight: dict[str, float] = {}
    for piece in scene:
        for mood in known.moods:
            if mood.strip == piece.strip and mood.frames.overlaps(piece.frames):
                shared = min(mood.frames.end, piece.frames.end) - max(mood.frames.start, piece.frames.start)
                weight[mood.label] = weight.get(mood.label, 0.0) + shared * mood.confidence
    if not weight:
        return None
    return grade_looks.LOOKS.get(grade_looks.OF_MOOD.get(max(weight, key=lambda label: weight[label]), ""))
