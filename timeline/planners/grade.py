"""Grading: every shot's light made right and like its scene's, or its colours like those of a reference; and a look, by mood or chosen.

A grade stands still within a shot, so it adds no flicker. What shots of a scene have in common is decided once for the scene: its shots are
first made like one of them, as far as they show the same, then all get the same balance or match, and the same look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from ...ml.facts import Colours, Shots
from ...ml.styles import Styled
from .. import graded_shots, grading, scene_grade, style_layers
from ..effect import Effect
from ..graded_shots import Piece
from ..grading import Graded
from ..plan import Identity, Plan, Why
from ..stage import Shown, Stage
from ..standing import Standing
from ..state import StripRef
from ..timebase import FrameRange
from . import scenes as scene_planner
from .shots import ShotsPlanOptions

KIND: Literal["grade"] = "grade"
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
    style: bool = False
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
    frames at which scenes begin, where that is known; `styled` the film in the style that is wanted, by the strip it serves; `concealed`
    the strips of which parts are covered or cut out. `space` is the colour space that the sequencer works in, `view` how it is shown."""

    colours: Mapping[str, Colours]
    shots: Mapping[str, Shots] = field(default_factory=dict)
    reference: Colours | None = None
    named: str = ""
    scenes: tuple[int, ...] = ()
    moods: tuple[Mood, ...] = ()
    styled: Mapping[str, Styled] = field(default_factory=dict)
    concealed: frozenset[str] = frozenset()
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
    if movies and not targets:
        return speaks + Plan(notices=(f"Only {known.named}, which is to be matched, is meant. Select the strips to be graded too.",))
    shots, _told_of_shots = scene_planner.found_shots(known.shots, targets, bounds, standing, stage.rate)
    own = {name: shown.saturation for name, shown in stage.shown.items()}
    found = graded_shots.in_scenes(graded_shots.pieces(targets, shots, known.colours, own), known.scenes)
    notices = _told(known, options, found)
    wanted = graded_shots.pixels(known.reference) if known.reference is not None else None
    graded: dict[str, list[Graded]] = {strip.name: [] for strip in targets}
    alone = {name for name in graded if sum(piece.strip == name for piece in found) == 1}
    for scene in sorted({piece.scene for piece in found}):
        for one in scene_grade.graded([piece for piece in found if piece.scene == scene], known, options, stage, alone, wanted):
            graded[one.piece.strip].append(one)
    effects = []
    for strip in targets:
        shown, styled = stage.shown.get(strip.name), known.styled.get(strip.name)
        refused = style_layers.refused(styled, shown, strip.name in known.concealed) if options.style else ""
        if refused:
            notices.append(f"{strip.name!r} gets no style: {refused}.")
        painted = styled if options.style and not refused else None
        effects.append(_effect(strip, graded[strip.name], shown or Shown((0.0, 0.0)), painted, options))
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


def _effect(strip: StripRef, graded: Sequence[Graded], shown: Shown, styled: Styled | None, options: GradeOptions) -> Effect | None:
    """None where nothing is done to any of its shots."""
    steps = grading.carried_on(sorted(graded, key=lambda one: one.piece.frames))
    painted = _kept(steps) if styled is not None else []
    if all(step.nothing for step in steps) and not painted:
        return None
    settings, curves, modifiers = grading.native(strip.frames, steps, shown.saturation)
    reasons = list(dict.fromkeys(step.reason for step in steps if step.reason))
    layers = []
    if styled is not None:
        reasons = [", ".join((*reasons[:1], f"in the style of {styled.method}")), *reasons[1:]]
        for number, frames in enumerate(painted):
            made = style_layers.layer(strip, styled, shown, frames, options.look_strength, settings, curves, modifiers)
            layers.append(replace(made, name=f"{made.name} {number + 1}") if number else made)
    reason = reasons[0] if len(reasons) == 1 else f"{len(steps)} shots, each its own: {reasons[0]}; …"
    seen = strip.visible
    why = Why(0.9 if len(reasons) == 1 else 0.8, reason)
    about = Identity(strip.medium, KIND, seen.start, seen.end)
    return Effect(about, why, strip.name, strip.frames, settings, curves, modifiers, tuple(layers))


def _kept(steps: Sequence[Graded]) -> list[FrameRange]:
    """The frames of shots that were not left out, as few ranges as there are."""
    kept: list[FrameRange] = []
    for step in steps:
        frames = step.piece.frames
        if step.left:
            continue
        if kept and kept[-1].end == frames.start:
            kept[-1] = FrameRange(kept[-1].start, frames.end)
        else:
            kept.append(frames)
    return kept

