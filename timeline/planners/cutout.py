"""Cut-outs: strips, the matte films that serve them, and what is to stand behind what was cut out -> effects. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from ...ml.facts import Shots, Span
from ...ml.mattes import Matte
from ..corrections import NONE, Corrections
from ..cutout_layers import MASK, MATTE, CutoutOptions, background, drawn, excepted, film, opened
from ..cutout_wanted import grid_of, place
from ..effect import Effect, Layer, Modifier, Setting, Shape
from ..picture_way import Moving, Poses
from ..plan import Identity, Plan, Why
from ..reframe_parts import shot_ranges
from ..stage import Shown, Stage
from ..state import StripRef
from ..timebase import FrameRange

KIND: Literal["cutout"] = "cutout"
OFF_SHAPE = 0.02
"""How far the proportions of a matte and of the picture as Blender shows it may differ."""
OFTEN_EMPTY = 0.5


def plan(
    found: Mapping[str, Mapping[str, Any]], strips: Sequence[StripRef], options: CutoutOptions, stage: Stage, mattes: Mapping[str, Matte],
    moving: Moving | None = None, corrections: Corrections = NONE, unmirrored: bool = False,
) -> Plan:  # fmt: skip
    """An effect for every movie strip that has a matte film, or for every run of shots of it that are not left out.

    `mattes`: the film that serves each strip, by its name; a strip without one is left as it is, and that is said. `moving`: how strips
    lie whose transform is keyed. `unmirrored`: masks of this Blender are laid on a strip's picture before that is mirrored.
    """
    effects: list[Effect] = []
    notices: list[str] = []
    media: list[tuple[str, Any]] = []
    planned: list[str] = []
    for strip in strips:
        if strip.kind != "MOVIE" or strip.source is None:
            continue
        media.append((strip.medium, KIND))
        planned.append(strip.name)
        shown, matte, poses = stage.shown.get(strip.name), mattes.get(strip.name), (moving or Moving()).poses.get(strip.name)
        refused = _refused(strip, shown, matte, options, stage, moving or Moving())
        if shown is None or matte is None or refused:
            notices.append(f"{strip.name!r} is not cut out: {refused}.")
            continue
        shots: Shots | None = found.get("shots", {}).get(strip.medium)
        kept, left = _runs(strip, shots, stage, corrections, matte)
        if not kept and not left:
            notices.append(f"{strip.name!r} is not cut out: nothing that could be was seen in it.")
            continue
        if unmirrored and options.background == "transparent":
            shown = replace(shown, pose=replace(shown.pose, mirrored=(False, False)))
            poses = (poses[0], tuple(replace(pose, mirrored=(False, False)) for pose in poses[1])) if poses else None
        effects += _Strip(strip, matte, shown, poses, options, stage).effects(kept, left)
    return Plan(notices=tuple(notices), media=tuple(dict.fromkeys(media)), strips=tuple(planned), effects=tuple(effects))


def _refused(strip: StripRef, shown: Shown | None, matte: Matte | None, options: CutoutOptions, stage: Stage, moving: Moving) -> str:
    if shown is None or not all(shown.size):
        return "how its picture lies in the frame is not known"
    if matte is None:
        return "there is no matte film of it for these options. Press Cut Out to have it made"
    if abs(shown.size[0] * matte.height / (shown.size[1] * matte.width) - 1) > OFF_SHAPE:
        return "Blender shows its picture in other proportions than its matte has"
    if strip.name in moving.driven:
        return "a driver moves it, so that its matte could not follow"
    if any(path.startswith("crop.") for path in shown.keyed):
        return "its crop is animated, and its matte could not follow"
    if options.background == "text" and not options.text.strip():
        return "no text is given that could stand behind"
    if options.background == "strip" and (not options.strip or options.strip not in stage.shown):
        return (
            f"there is no strip {options.strip!r} that could stand behind" if options.strip else "no strip is named that could stand behind"
        )
    if options.background == "strip" and options.strip == strip.name:
        return "it cannot stand behind itself"
    if options.outlines and not matte.lines:
        return "nothing in it is large enough to be outlined"
    return ""


def _runs(
    strip: StripRef, shots: Shots | None, stage: Stage, corrections: Corrections, matte: Matte
) -> tuple[list[FrameRange], list[FrameRange]]:  # fmt: skip
    """(frames that are cut out, frames of shots left out or without anything to cut out), each as few ranges as there are.

    Both are empty where nothing is seen in any shot.
    """
    assert strip.source is not None
    left: list[FrameRange] = []
    ranges = [frames for frames, _glide in shot_ranges(shots, strip, corrections)]
    if all(_nothing(strip, matte, frames) for frames in ranges):
        return [], []
    for frames in ranges:
        span = Span(strip.source.seconds(frames.start), strip.source.seconds(frames.end))
        if stage.left_out(KIND, strip.medium, span) or _nothing(strip, matte, frames):
            if left and left[-1].end == frames.start:
                left[-1] = FrameRange(left[-1].start, frames.end)
            else:
                left.append(frames)
    kept, start = [], strip.frames.start
    for part in (*left, FrameRange(strip.frames.end, strip.frames.end)):
        if part.start > start:
            kept.append(FrameRange(start, part.start))
        start = part.end
    return kept, left


def _blank(strip: StripRef, matte: Matte, frames: FrameRange) -> int:
    """How many of these frames show nothing that is cut out."""
    first = place(strip, frames.start) - matte.grid.first
    return matte.nothing(first, first + frames.length)


def _nothing(strip: StripRef, matte: Matte, frames: FrameRange) -> bool:
    return frames.length > 0 and _blank(strip, matte, frames) == frames.length


class _Strip:
    """One strip and all that its effects are made of."""

    def __init__(
        self, strip: StripRef, matte: Matte, shown: Shown, poses: Poses | None, options: CutoutOptions, stage: Stage
    ) -> None:  # fmt: skip
        self._strip, self._matte, self._shown, self._poses, self._options, self._stage = strip, matte, shown, poses, options, stage
        self._turned = options.background != "transparent"

    def effects(self, kept: Sequence[FrameRange], left: Sequence[FrameRange]) -> list[Effect]:
        if not kept:
            return []
        if not self._turned:
            return [self._effect(self._strip.frames, left)]
        return [self._effect(frames, ()) for frames in kept]

    def _effect(self, frames: FrameRange, left: Sequence[FrameRange]) -> Effect:
        strip, options = self._strip, self._options
        assert strip.source is not None
        strength = 1.0 if options.background == "blur" else options.strength
        layers, shapes = self._mask(frames, (*excepted(frames, left), *opened(strength, self._turned)))
        identity = Identity(strip.medium, KIND, strip.source.seconds(frames.start), strip.source.seconds(frames.end))
        why = Why(*self._why(frames))
        if self._turned:
            layers = (*layers, *background(options, frames, self._stage.canvas))
            return Effect(identity, why, strip.name, frames, layers=layers, shapes=shapes)
        cut = (Modifier("MASK", MASK, mask=MATTE),)
        return Effect(
            identity, why, strip.name, frames, (Setting("blend_type", "ALPHA_OVER"),), modifiers=cut, layers=layers, shapes=shapes
        )

    def _mask(self, frames: FrameRange, modifiers: tuple[Modifier, ...]) -> tuple[tuple[Layer, ...], tuple[Shape, ...]]:
        """The layer that is used as the mask, over the frames of which there is a matte."""
        grid = grid_of(self._strip)
        assert grid is not None
        first = place(self._strip, frames.start) - self._matte.grid.first
        late = max(0, -first)
        frames, first = FrameRange(min(frames.end - 1, frames.start + late), frames.end), first + late
        if self._options.outlines:
            shape, layer = drawn(self._matte, first, frames, self._shown, self._poses, self._stage.canvas, modifiers)
            return (layer,), (shape,)
        return (film(self._matte, first, frames, self._shown, self._poses, modifiers),), ()

    def _why(self, frames: FrameRange) -> tuple[float, str]:
        """(how sure it is, why) over these frames."""
        matte = self._matte
        told = f"{matte.method}: {matte.share:.0%} of the picture is cut out"
        nothing = _blank(self._strip, matte, frames) / frames.length
        return round(0.9 - 0.6 * nothing, 3), f"{told}; in {nothing:.0%} of the frames nothing is seen" if nothing > OFTEN_EMPTY else told
