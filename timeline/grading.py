"""Grades of shots → what is written on their strip: settings, or keyframes that hold from shot to shot. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .auto_light import Light
from .colour_match import Grade
from .effect import Curve, Key, Modifier, Setting
from .grade_looks import Look
from .graded_shots import Piece
from .native_colour import STRAIGHT, UNCHANGED, Balance
from .timebase import FrameRange

GRADE, LOOK = "Grade", "Look"
SATURATION = "color_saturation"
METHOD = Setting("color_balance.correction_method", "OFFSET_POWER_SLOPE")
LITTLE = 0.05
"""Stops, and logarithm of a gain: less is not worth a word."""


@dataclass(frozen=True)
class Graded:
    """A piece with its grade. `left`: the editor left it out; else one without a grade goes on as the one before it."""

    piece: Piece
    grade: Grade | None = None
    look: Look | None = None
    reason: str = ""
    left: bool = False

    @property
    def nothing(self) -> bool:
        return (self.grade is None or self.grade.nothing) and self.look is None

    @property
    def saturation(self) -> float:
        return (self.grade.saturation if self.grade else 1.0) * (self.look.saturation if self.look else 1.0)


def carried_on(graded: Sequence[Graded]) -> list[Graded]:
    """What was too short to be measured has the grade of what comes before it in its strip, or after it."""
    told = list(graded)
    for order in (range(1, len(told)), range(len(told) - 2, -1, -1)):
        for i in order:
            beside = told[i - 1] if order.step == 1 else told[i + 1]
            if told[i].grade is None and not told[i].left and (beside.grade is not None or beside.left):
                told[i] = replace(beside, piece=told[i].piece)
    return told


def native(
    frames: FrameRange, steps: Sequence[Graded], saturation: float = 1.0
) -> tuple[tuple[Setting, ...], tuple[Curve, ...], tuple[Modifier, ...]]:
    """(settings, curves, modifiers) of a strip over `frames`, whose own `saturation` they are made for. Curves of colours cannot be keyed:
    they are for a strip of one shot."""
    settings, curves = _over(frames, steps, SATURATION, lambda step: (step.saturation,))
    settings = tuple(replace(one, value=one.value * saturation) for one in settings if isinstance(one.value, float))
    curves = tuple(replace(one, keys=tuple(replace(key, value=key.value * saturation) for key in one.keys)) for one in curves)
    modifiers = []
    shaped = next((step.grade.curves for step in steps if step.grade and step.grade.curves), ())
    if shaped:
        modifiers.append(Modifier("CURVES", GRADE, points=(STRAIGHT, *shaped)))
    else:
        modifiers += _balance(GRADE, frames, steps, lambda step: step.grade.balance if step.grade else UNCHANGED)
    modifiers += _balance(LOOK, frames, steps, lambda step: step.look.balance if step.look else UNCHANGED)
    return settings, curves, tuple(modifiers)


def _balance(name: str, frames: FrameRange, steps: Sequence[Graded], of: Callable[[Graded], Balance]) -> list[Modifier]:
    if all(of(step) == UNCHANGED for step in steps):
        return []
    settings: list[Setting] = [METHOD]
    curves: list[Curve] = []
    for part in ("slope", "offset", "power"):
        still, moving = _over(frames, steps, f"color_balance.{part}", lambda step, part=part: of(step).stored[part])  # type: ignore[misc]
        settings += still
        curves += moving
    return [Modifier("COLOR_BALANCE", name, tuple(settings), tuple(curves))]


def _over(
    frames: FrameRange, steps: Sequence[Graded], path: str, of: Callable[[Graded], tuple[float, ...]]
) -> tuple[tuple[Setting, ...], tuple[Curve, ...]]:
    """A property of one or three values: a setting where all shots have the same, else keyframes; nothing where all have 1."""
    values = [tuple(round(value, 5) for value in of(step)) for step in steps]
    if len(set(values)) == 1:
        same = values[0]
        if set(same) == {1.0}:
            return (), ()
        return (Setting(path, same if len(same) > 1 else same[0]),), ()
    curves = []
    for index in range(len(values[0])):
        keys = [Key(frames.start, values[0][index], "CONSTANT")]
        for step, before, now in zip(steps[1:], values, values[1:], strict=False):
            meets = step.piece.meets
            if meets.length:
                keys += [Key(meets.start - 1, before[index], "LINEAR"), Key(meets.end, now[index], "CONSTANT")]
            else:
                keys.append(Key(step.piece.frames.start, now[index], "CONSTANT"))
        curves.append(Curve(path, _needed(keys), index if len(values[0]) > 1 else -1))
    return (), tuple(curves)


def _needed(keys: Sequence[Key]) -> tuple[Key, ...]:
    """Without those that say what the one before them says already, and those that another of the same frame or later overtakes."""
    kept: list[Key] = []
    for key in keys:
        while kept and kept[-1].frame >= key.frame:
            kept.pop()
        if not kept or (kept[-1].value, kept[-1].ease) != (key.value, key.ease):
            kept.append(key)
    return tuple(kept)


def said_of(light: Light, exposure: float, white: float) -> list[str]:
    """What a balance does, in words."""
    told = []
    stops = light.stops * exposure
    if abs(stops) >= LITTLE:
        told.append(f"{abs(stops):.1f} stops {'brighter' if stops > 0 else 'darker'}")
    red, _green, blue = light.cast
    warmer = (red - blue) * white
    if abs(warmer) >= LITTLE:
        told.append("warmer" if warmer > 0 else "cooler")
    return told or ["its light is right"]
