"""From how the camera shakes to keyframes that keep the picture still. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...ml.facts import Boundary, Shots, Span, Steadiness
from ..camera import Camera
from ..corrections import Corrections, decided
from ..effect import Effect, Mark
from ..key_spline import Spline, curves, fitted
from ..plan import Identity, Plan, Why
from ..stage import Stage
from ..state import StripRef
from ..steady_frame import EDGE, PATHS, Framing
from ..steady_path import Method, Smoothing, corrections, trembling
from ..steady_steps import Run, runs
from ..timebase import FrameRange

SENSITIVITY = 0.5
STEADY = 0.0005
"""Widths of the frame: a picture that trembles less (RMS) is steady; no enlargement is worth it."""
TOGETHER = ([0], [1], [2, 3], [4])
"""Which of `PATHS` have their keyframes at the same frames."""
FITS = 4
"""How often the enlargement is found anew for the keyframes as they are played."""


@dataclass(frozen=True)
class StabiliseOptions:
    """`strength` 0..1 of the shake is taken out where the enlargement allows. `crop` is the largest enlargement less 1 (.1: 10 %).

    `turns`, `grows`: roll and trembling zoom are taken out too. `tolerance`: pixels of the frame by which keyframes may miss the path.
    """

    method: Method = "l1"
    strength: float = 1.0
    crop: float = 0.1
    turns: bool = True
    grows: bool = True
    tolerance: float = 0.5


@dataclass(frozen=True)
class Steadied:
    """A shot and what is done to it, a spline for each of `TOGETHER`. `zoom` is its enlargement, `before` and `after` how far it trembles,
    in pixels of the frame."""

    frames: FrameRange
    splines: tuple[Spline, ...]
    zoom: float
    before: float
    after: float
    certainty: float


def plan(
    found: Mapping[str, Mapping[str, object]], strips: Sequence[StripRef], options: StabiliseOptions, stage: Stage, said: Corrections
) -> Plan:
    """One effect for each strip that trembles: position, scale and rotation over time, shot by shot, enlarged by no more than asked.

    `found`: engine -> medium -> facts of "steadiness" and "shots"; `said` what the editor said of boundaries. A strip that is steady, or
    is animated already, is left alone, and a notice says so.
    """
    effects, notices = [], []
    steadiness, shots = found.get("steadiness", {}), found.get("shots", {})
    for strip in strips:
        facts, shown = steadiness.get(strip.medium), stage.shown.get(strip.name)
        if not isinstance(facts, Steadiness) or shown is None or strip.source is None or not strip.frames.length:
            continue
        if busy := sorted(path for path in PATHS if path in shown.keyed):
            notices.append(f"{strip.name!r} is left as it is: its {busy[0].partition('.')[2].partition('_')[0]} is animated already.")
            continue
        known = shots.get(strip.medium)
        boundaries = decided(strip.medium, known.boundaries, SENSITIVITY, said) if isinstance(known, Shots) else ()
        framed = shown.camera
        framing = Framing(shown, stage.canvas, framed is not None)
        if len(framing.seen) < 3:
            notices.append(f"{strip.name!r} is left as it is: it is not seen in the frame.")
            continue
        closer = options if framed is None else replace(options, tolerance=options.tolerance / _closer(framed))
        steadied = _steadied(strip, facts, boundaries, framing, closer, stage)
        done = [shot for shot in steadied if shot.zoom > 1]
        if not done:
            notices.append(f"{strip.name!r} is left as it is: it is steady.")
            continue
        effects.append(replace(_effect(strip, steadied, done, stage), picture=shown.size, pose=shown.pose))
        most = max(shot.zoom for shot in done)
        held = f" of the {options.crop:.1%} that are allowed"
        notices.append(f"{strip.name!r} is enlarged by {most - 1:.1%}{held}.")
        if framed is not None:
            notices.append(f"{strip.name!r} was reframed as it trembled: run Reframe again, for where things are now.")
        if not framing.fills:
            notices.append(f"{strip.name!r} does not fill the frame: its edges move with the picture. Scale it up, or crop it, first.")
    media = tuple(dict.fromkeys((strip.medium, "stabilise") for strip in strips if strip.medium))
    return Plan((), tuple(notices), media, tuple(strip.name for strip in strips), effects=tuple(effects))  # type: ignore[arg-type]


def _closer(framed: Camera) -> float:
    """So many times larger than by itself the picture is seen at most, and what keyframes miss."""
    scales = [abs(key.value) for one in framed.curves if one.path == PATHS[2] for key in one.keys]
    return max(1.0, max(scales, default=0.0) / abs(framed.pose.scale[0]))


def _steadied(
    strip: StripRef, facts: Steadiness, boundaries: Sequence[Boundary], framing: Framing, options: StabiliseOptions, stage: Stage
) -> list[Steadied]:
    assert strip.source is not None
    # The keyframes miss by the tolerance, and the edge of the picture is soft.
    spared = 2 * (options.tolerance + EDGE) / float(np.ptp(framing.seen, axis=0).min() / 2)
    how = Smoothing(options.method, options.strength, max(1.0, 1 + options.crop - spared), float(stage.rate), options.turns, options.grows)
    found = []
    for run in runs(strip, facts, boundaries, framing):
        span = Span(strip.source.seconds(run.frames.start), strip.source.seconds(run.frames.end))
        before = trembling(run.steps, how.rate)
        steady = before < STEADY * stage.canvas[0] or options.strength <= 0 or how.zoom <= 1
        if steady or stage.left_out("stabilise", strip.medium, span):
            found.append(_left(run, framing, before))
        else:
            found.append(_held(run, framing, how, options, before))
    return found


def _left(run: Run, framing: Framing, before: float) -> Steadied:
    """The strip as it stands, for a shot that nothing is done to."""
    value = framing.channels(np.zeros((1, 4)), 1.0)
    splines = tuple(Spline(np.zeros(1, np.int64), value[:, columns], np.zeros_like(value[:, columns])) for columns in TOGETHER)
    return Steadied(run.frames, splines, 1.0, before, before, run.certainty)


def _held(run: Run, framing: Framing, how: Smoothing, options: StabiliseOptions, before: float) -> Steadied:
    """The shot with keyframes that are as few as its tolerance allows, and never show more of it than there is.

    Keyframes miss the path a little, so the enlargement is that of what is played.
    """
    wished = corrections(run.steps, framing, how)
    radius = float(np.hypot(*np.ptp(framing.seen, axis=0))) / 2
    zoom = float(framing.needed(wished).max())
    for _ in range(FITS):
        splines = apart(framing.channels(wished, zoom), limits(framing, options.tolerance, radius))
        played = framing.corrections(np.column_stack([spline.played() for spline in splines]))
        over = float(framing.needed(played).max())
        if over <= 1 + 1e-9:
            break
        zoom *= over + 1e-5
    steps = after(run.steps, played)
    return Steadied(run.frames, splines, zoom, before, trembling(steps, how.rate), run.certainty)


def apart(channels: np.ndarray, tolerances: Sequence[float]) -> tuple[Spline, ...]:
    """Keyframes for each of `TOGETHER`, by itself: what turns little needs few, however much the place trembles."""
    return tuple(fitted(channels[:, columns], [tolerances[column] for column in columns]) for columns in TOGETHER)


def limits(framing: Framing, tolerance: float, radius: float) -> tuple[float, ...]:
    """By how much each of `PATHS` may be off so that no point of the picture is by more than `tolerance` pixels."""
    across, along = (abs(part) for part in framing.shown.pose.scale)
    place, rest = 0.45 * tolerance, 0.18 * tolerance / max(radius, EDGE)
    return place, place, rest * across, rest * along, rest


def after(steps: np.ndarray, played: np.ndarray) -> np.ndarray:
    """Float64 (frames, 4): how the corrected picture moves from frame to frame, in the place, size and angle it then has."""
    grown = np.exp(played[:, 2] + 1j * played[:, 3])
    moved = grown * (steps[:, 0] + 1j * steps[:, 1])
    own = played[:, 0] + 1j * played[:, 1]
    moved[1:] += np.diff(own)
    moved[0] = 0
    return np.column_stack([moved.real, moved.imag, steps[:, 2], steps[:, 3]])


def _effect(strip: StripRef, steadied: Sequence[Steadied], done: Sequence[Steadied], stage: Stage) -> Effect:
    assert strip.source is not None
    visible = strip.visible
    worst = max(done, key=lambda shot: shot.before)
    reason = f"trembles by {worst.before:.1f} pixels, now {worst.after:.1f}; enlarged by {max(shot.zoom for shot in done) - 1:.1%}"
    width, height = stage.canvas
    marks = []
    for shot in done:
        kept = 1 / shot.zoom
        margin = (width * (1 - kept) / 2, height * (1 - kept) / 2)
        box = (margin[0], margin[1], width - margin[0], height - margin[1])
        ends = (shot.frames.start, shot.frames.end - 1)
        marks += [Mark(frame, box, f"{kept:.0%} of the picture is kept", "crop") for frame in ends]
    moving = tuple(
        curve
        for number, columns in enumerate(TOGETHER)
        for curve in curves([PATHS[column] for column in columns], [(shot.frames.start, shot.splines[number]) for shot in steadied])
    )
    return Effect(
        Identity(strip.medium, "stabilise", visible.start, visible.end), Why(round(float(np.mean([s.certainty for s in done])), 4), reason),
        strip.name, strip.frames, curves=moving, marks=tuple(marks),
    )  # fmt: skip
