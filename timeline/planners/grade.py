"""Grading: every shot's light made right and like its scene's, or its colours like those of a reference; and a look, by mood or chosen.

A grade stands still within a shot, so it adds no flicker. What shots of a scene have in common is decided once for the scene: its shots are
first made like one of them, as far as they show the same, then all get the same balance or match, and the same look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from ...ml.facts import Colours, Shots
from .. import auto_light, colour_match, grade_looks, graded_shots, grading
from ..effect import Effect
from ..graded_shots import Piece
from ..grading import Graded
from ..plan import Identity, Plan, Why
from ..stage import Stage
from ..standing import Standing
from ..state import StripRef
from ..timebase import FrameRange
from . import scenes as scene_planner
from .shots import ShotsPlanOptions

KIND: Literal["grade"] = "grade"
NEAR, FAR = 0.12, 0.20
"""Shots of one scene that differ (`colour_match.unlike`) by less are made alike, by more are left as they differ."""
REFERENCE = 0.3
"""Share of a full transfer that a chosen reference gets however little it shows the same: its look is what was asked for."""
CLOSER = 0.8
"""Curves are written where they come so much nearer than a balance, which is the simpler tool."""
SPACE = "sRGB"


@dataclass(frozen=True)
class GradeOptions:
    """Live options. `do`: what is done to the light; `strength` and `look_strength` 0..1. `together`: shots of a scene are made
    alike. `look`: "" for none, "mood", or one of `grade_looks.LOOKS`."""

    do: Literal["balance", "match", "nothing"] = "balance"
    strength: float = 1.0
    exposure: bool = True
    white: bool = True
    together: bool = True
    look: str = ""
    look_strength: float = 0.7
    shots: ShotsPlanOptions = field(default_factory=ShotsPlanOptions)


@dataclass(frozen=True)
class Mood:
    """What a shot feels like, where it stands."""

    strip: str
    frames: FrameRange
    label: str
    confidence: float


@dataclass(frozen=True)
class Known:
    """What is known besides strips. `reference` are the colours to be met, `named` what they are of ("" where there is none); `scenes` the
    frames at which scenes begin, where that is known. `space` is the colour space that the sequencer works in, `view` how it is shown."""

    colours: Mapping[str, Colours]
    shots: Mapping[str, Shots] = field(default_factory=dict)
    reference: Colours | None = None
    named: str = ""
    scenes: tuple[int, ...] = ()
    moods: tuple[Mood, ...] = ()
    space: str = SPACE
    view: str = "Standard"


def plan(known: Known, strips: Sequence[StripRef], options: GradeOptions, stage: Stage, standing: Standing) -> Plan:
    """A grade for every strip of `strips` that has pictures, as modifiers and a saturation, keyed where its shots differ."""
    movies = [strip for strip in strips if strip.kind == "MOVIE" and strip.source is not None and strip.medium in known.colours]
    targets = [strip for strip in movies if options.do != "match" or strip.name != known.named]
    speaks = Plan(media=tuple((medium, KIND) for medium in sorted({s.medium for s in targets})), strips=tuple(s.name for s in targets))
    if known.space != SPACE:
        told = f"Nothing is graded: the sequencer works in {known.space}. Set Render > Color Management > Sequencer to {SPACE}."
        return Plan(notices=(told,))
    if options.do == "match" and known.reference is None:
        return Plan(notices=("Nothing is graded: there is nothing to match. Make another strip active, or choose a still.",))
    bounds = replace(options.shots, gradual="middle", minimum_seconds=Fraction(0))
    shots, _told_of_shots = scene_planner.found_shots(known.shots, targets, bounds, standing, stage.rate)
    own = {name: shown.saturation for name, shown in stage.shown.items()}
    found = graded_shots.in_scenes(graded_shots.pieces(targets, shots, known.colours, own), known.scenes)
    notices = _told(known, options, found)
    graded: dict[str, list[Graded]] = {strip.name: [] for strip in targets}
    alone = {name for name in graded if sum(piece.strip == name for piece in found) == 1}
    for scene in sorted({piece.scene for piece in found}):
        for one in _scene([piece for piece in found if piece.scene == scene], known, options, stage, alone):
            graded[one.piece.strip].append(one)
    effects = [_effect(strip, graded[strip.name], own.get(strip.name, 1.0)) for strip in targets]
    return speaks + Plan(effects=tuple(one for one in effects if one is not None), notices=tuple(dict.fromkeys(notices)))


def _told(known: Known, options: GradeOptions, found: Sequence[Piece]) -> list[str]:
    told = []
    unseen = sum(not piece.known for piece in found)
    if unseen:
        told.append(f"{'1 shot is' if unseen == 1 else f'{unseen} shots are'} too short to be measured and left as before.")
    if options.look == "mood" and not known.moods:
        told.append("No look is given: how the shots feel is not known. Run Log Footage first, or choose a look.")
    if known.view != "Standard":
        told.append(f"The view is {known.view}. Grades are worked out for Standard; what you see is changed once more.")
    return told


def _scene(scene: Sequence[Piece], known: Known, options: GradeOptions, stage: Stage, alone: set[str]) -> list[Graded]:
    """Every piece of a scene with its grade."""
    first = graded_shots.hero(scene)
    look = _look_of(scene, known, options)
    if first is None:
        return [Graded(piece) for piece in scene]
    shares = {id(piece): _share(piece, first) if options.together else 0.0 for piece in scene}
    like = {id(piece): _likened(piece, first, shares[id(piece)]) for piece in scene}
    graded = []
    for piece in scene:
        if not piece.known or stage.left_out(KIND, piece.medium, piece.span):
            graded.append(Graded(piece, left=piece.known))
            continue
        said = stage.chosen(KIND, piece.medium, piece.span, "strength")
        strength = options.strength if said is None else float(said)
        # Shots that are not made alike are judged by themselves, for nothing says that the same light is on them.
        pool = [one for one in scene if one.known and (shares[id(one)] > 0 or one is first)] if options.together else [piece]
        pool = pool if piece in pool else [piece]
        common = graded_shots.thinned(np.concatenate([like[id(one)](one.colours) for one in pool]), graded_shots.MOST)
        mine = grade_looks.LOOKS.get(stage.chosen(KIND, piece.medium, piece.span, "look") or "", look)
        whole = shares[id(piece)] if piece is not first else 0.0
        graded.append(_graded(piece, like[id(piece)], whole, common, known, options, strength, mine, piece.strip in alone))
    return graded


def _graded(
    piece: Piece, like: Callable[[np.ndarray], np.ndarray], share: float, common: np.ndarray, known: Known, options: GradeOptions,
    strength: float, look: grade_looks.Look | None, alone: bool,
) -> Graded:  # fmt: skip
    told = []
    then: Callable[[np.ndarray], np.ndarray] | None = None
    grade = colour_match.Grade()
    if options.do == "match" and known.reference is not None:
        wanted = graded_shots.pixels(known.reference, known.reference.span)
        far = colour_match.unlike(common, wanted)

        def then(colours: np.ndarray) -> np.ndarray:
            return colour_match.transferred(colours, common, wanted, REFERENCE)

        told.append(f"like {known.named or 'the reference'}, which shows {'much the same' if far < NEAR else 'other things'}")
    elif options.do == "balance":
        light = auto_light.measured(common)
        balance = auto_light.balanced(light, common, strength * options.exposure, strength * options.white)
        grade = colour_match.Grade(balance=balance)
        then = balance.of
        told += grading.said_of(light, strength * options.exposure, strength * options.white)
    if then is not None and (share > 0 or options.do == "match"):
        made = np.clip(then(like(piece.colours)), 0, 1)
        part = strength if options.do == "match" else 1.0
        grade = _fitted(piece.colours, piece.colours + part * (made - piece.colours), alone)
        told += ["like the rest of its scene"] if share > 0 else []
    shared = look.shared(options.look_strength) if look is not None else None
    told += [f"{look.name.lower()} look"] if look is not None else []
    return Graded(piece, grade, shared, ", ".join(told))


def _fitted(colours: np.ndarray, wanted: np.ndarray, alone: bool) -> colour_match.Grade:
    """By a balance; by curves where these come nearer, and need not be keyed."""
    balance = colour_match.by_balance(colours, wanted)
    if not alone:
        return balance
    curves = colour_match.by_curves(colours, wanted)
    return curves if curves.misses(colours, wanted) < CLOSER * balance.misses(colours, wanted) else balance


def _share(piece: Piece, first: Piece) -> float:
    """How far a piece is made like another: not where they show different things."""
    if piece is first:
        return 1.0
    far = colour_match.unlike(piece.few, first.few) if piece.known and first.known else FAR
    return float(np.clip((FAR - far) / (FAR - NEAR), 0, 1))


def _likened(piece: Piece, first: Piece, share: float) -> Callable[[np.ndarray], np.ndarray]:
    def like(colours: np.ndarray) -> np.ndarray:
        if piece is first or not share:
            return colours
        return np.asarray(colours + share * (colour_match.transferred(colours, piece.colours, first.colours) - colours))

    return like


def _look_of(scene: Sequence[Piece], known: Known, options: GradeOptions) -> grade_looks.Look | None:
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


def _effect(strip: StripRef, graded: Sequence[Graded], saturation: float) -> Effect | None:
    """None where nothing is done to any of its shots."""
    steps = grading.carried_on(sorted(graded, key=lambda one: one.piece.frames))
    if all(step.nothing for step in steps):
        return None
    settings, curves, modifiers = grading.native(strip.frames, steps, saturation)
    reasons = list(dict.fromkeys(step.reason for step in steps if step.reason))
    reason = reasons[0] if len(reasons) == 1 else f"{len(steps)} shots, each its own: {reasons[0]}; …"
    shown = strip.visible
    why = Why(0.9 if len(reasons) == 1 else 0.8, reason)
    return Effect(Identity(strip.medium, KIND, shown.start, shown.end), why, strip.name, strip.frames, settings, curves, modifiers)

