"""Strips of their own that effects are made of, each in a free channel, with what is set and keyed of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import bpy

from ..ml.errors import BAD_INPUT, DEFECT, EditorError
from . import compat
from .effect import Curve, Effect, Layer, Modifier, Setting
from .keyframes import Curves, held_by
from .lanes import CHANNELS, Ground
from .timebase import FrameRange
from .write_media import sequencer

_NAME_BYTES = 55


class Rows:
    """The channels that layers go to: found before anything is written."""

    def __init__(self, strips: Any, barred: Sequence[int], going: Sequence[str]) -> None:
        self._barred = set(barred)
        self._standing = {s.name: (s.channel, FrameRange(compat.left(s), max(compat.left(s), compat.right(s)))) for s in strips}
        self._ground = Ground((name, *place) for name, place in self._standing.items() if name not in going)
        self._pictures = [self._standing[s.name] for s in strips if s.type not in ("SOUND", "TEXT") and s.name not in going]

    def place(self, number: str, effect: Effect) -> dict[str, tuple[int, FrameRange]]:
        """Channel and range of each layer, by its name. Raises `EditorError(BAD_INPUT)` where there is no channel left."""
        found: dict[str, tuple[int, FrameRange]] = {}
        floor = self._standing[effect.strip][0]
        if effect.above_all:
            over = [layer.frames for layer in effect.layers]
            floor = max([floor, *(channel for channel, frames in self._pictures if any(frames.overlaps(one) for one in over))])
        for layer in effect.layers:
            fed = [found.get(name) or self._standing[name] for name in layer.inputs]
            frames = layer.frames if layer.type == "COPY" or not fed else _shared([place[1] for place in fed])
            floor = max([floor, *(place[0] for place in fed)])
            key = f"{number} {layer.name}"
            for channel in range(floor + 1, CHANNELS + 1):
                if channel not in self._barred and self._ground.free(key, channel, frames):
                    break
            else:
                raise EditorError(
                    f"No channel above {effect.strip!r} is free for {layer.name!r} (Blender has {CHANNELS}).",
                    "Move the strips of a high channel down, or unlock a channel.",
                    BAD_INPUT,
                )
            self._ground.put(key, channel, frames)
            found[layer.name] = (channel, frames)
            floor = channel
        return found


def _shared(ranges: Sequence[FrameRange]) -> FrameRange:
    """The frames of an effect that works on strips with these: Blender gives it those that all of them share."""
    start, end = max(one.start for one in ranges), min(one.end for one in ranges)
    return FrameRange(start, max(start + 1, end))


def missing(strips: Any, effect: Effect) -> str:
    """What an effect needs and is not there, in words that follow the name of its strip; "" when nothing is missing."""
    known: set[str] = set()
    for layer in effect.layers:
        for name in layer.inputs:
            if name not in known and name not in strips:
                return f"{name!r} is not there, which {layer.name!r} needs"
        if layer.file and not Path(bpy.path.abspath(layer.file)).is_file():
            return f"the file {layer.file} is not there"
        if layer.scene and layer.scene not in bpy.data.scenes:
            return f"there is no scene {layer.scene!r}"
        if layer.shape and layer.shape not in {shape.name for shape in effect.shapes}:
            return f"there is no shape {layer.shape!r}"
        known.add(layer.name)
    return ""


def make(scene: Any, layer: Layer, channel: int, frames: FrameRange, made: Mapping[str, Any], mask: Any) -> Any:
    """The strip of a layer. `made` are those of the layers before it, `mask` the datablock of a MASK."""
    strips = compat.open_sequence(scene).strips
    name = layer.name.encode()[:_NAME_BYTES].decode(errors="ignore")
    fed = [made.get(one) or strips[one] for one in layer.inputs]
    if layer.type == "COPY":
        strip = _copy(scene, fed[0], name, channel, frames)
    elif layer.type == "MOVIE":
        strip = strips.new_movie(name=name, filepath=compat.as_stored(layer.file), channel=channel, frame_start=frames.start - layer.first)
    elif layer.type == "IMAGE":
        strip = strips.new_image(name=name, filepath=compat.as_stored(layer.file), channel=channel, frame_start=frames.start)
    elif layer.type == "MASK":
        strip = strips.new_mask(name=name, mask=mask, channel=channel, frame_start=frames.start)
    elif layer.type == "SCENE":
        strip = strips.new_scene(name=name, scene=bpy.data.scenes[layer.scene], channel=channel, frame_start=frames.start - layer.first)
    else:
        strip = compat.new_effect(strips, name, layer.type, channel, frames.start, frames.end, fed)
    if not fed:
        compat.set_left(strip, frames.start)
        compat.set_right(strip, frames.end)
    strip.select, strip.mute = False, layer.muted
    return strip


def _copy(scene: Any, source: Any, name: str, channel: int, frames: FrameRange) -> Any:
    """A second strip with all that the first one has, mute. Only Blender's operator copies whether a movie's rate is matched."""
    strips = compat.open_sequence(scene).strips
    before = {strip.name for strip in strips}
    selected = [strip.name for strip in strips if strip.select]
    editor = scene.sequence_editor
    active = editor.active_strip.name if editor.active_strip else ""
    for strip in strips:
        strip.select = strip == source
    try:
        with sequencer(scene):
            bpy.ops.sequencer.duplicate()
    finally:
        for strip in strips:
            strip.select = strip.name in selected
        editor.active_strip = strips.get(active) if active else None
    new = [strip for strip in strips if strip.name not in before]
    if len(new) != 1:
        raise EditorError(f"Blender made {len(new)} copies of {source.name!r}.", "Please report it.", DEFECT)
    new[0].lock = False
    _hush(scene, new[0])
    new[0].channel = _free_channel(strips, source.name)
    compat.set_left(new[0], frames.start)
    compat.set_right(new[0], frames.end)
    new[0].channel = channel
    new[0].name = name
    return new[0]


def _hush(scene: Any, strip: Any) -> None:
    """A copy is seen and not heard. The volume of a meta strip is not in every Blender, so what sounds in it is muted."""
    if strip.type == "META":
        for inside in strip.strips:
            _hush(scene, inside)
    elif strip.type == "SOUND":
        strip.mute = True
    elif strip.type == "SCENE":
        Curves(scene).remove(strip.path_from_id("volume"))
        strip.volume = 0.0


def _free_channel(strips: Any, wanted: str) -> int:
    """One in which nothing stands: there a strip can be trimmed with nothing in its way."""
    taken = {strip.channel for strip in strips}
    for channel in range(CHANNELS, 0, -1):
        if channel not in taken:
            return channel
    raise EditorError(f"{wanted!r} cannot be copied: no channel is empty.", "Empty a channel.", BAD_INPUT)


def set_properties(owner: Any, settings: Sequence[Setting], whose: str) -> None:
    """Raises `EditorError(DEFECT)` naming the property that cannot be set so."""
    for one in settings:
        try:
            holder, name = held_by(owner, one.path)
            setattr(holder, name, one.value)
        except (AttributeError, TypeError, ValueError) as reason:
            raise EditorError(f"{one.path} of {whose} cannot be {one.value!r}: {reason}.", "Please report it.", DEFECT) from reason


def set_curves(curves: Curves, owner: Any, wanted: Sequence[Curve], whose: str) -> None:
    for one in wanted:
        try:
            curves.animate(owner, one.path, one.index, one.keys)
        except (AttributeError, TypeError, ValueError) as reason:
            raise EditorError(f"{one.path} of {whose} cannot be animated: {reason}.", "Please report it.", DEFECT) from reason


def add_modifier(curves: Curves, strip: Any, wanted: Modifier, masks: Mapping[str, Any], made: Mapping[str, Any]) -> Any:
    """A modifier at the end of the strip's. `masks` are datablocks by the name of their shape, `made` strips by that of their layer."""
    modifier = strip.modifiers.new(wanted.name, wanted.type)
    if modifier is None:
        raise EditorError(f"A {strip.type} strip takes no modifier {wanted.type}.", "Please report it.", DEFECT)
    if wanted.mask in masks:
        modifier.input_mask_type, modifier.mask_time, modifier.input_mask_id = "ID", "RELATIVE", masks[wanted.mask]
    elif wanted.mask:
        modifier.input_mask_type, modifier.input_mask_strip = "STRIP", made[wanted.mask]
    red, green, blue, combined = modifier.curve_mapping.curves if wanted.points else (None,) * 4
    for curve, points in zip((combined, red, green, blue), wanted.points, strict=False):
        _bend(curve, points)
    if wanted.points:
        modifier.curve_mapping.update()
    whose = f"modifier {wanted.name!r} of {strip.name!r}"
    set_properties(modifier, wanted.settings, whose)
    set_curves(curves, modifier, wanted.curves, whose)
    return modifier


def _bend(curve: Any, points: Sequence[tuple[float, float]]) -> None:
    """A new curve has two points, which stay its first and its last."""
    if len(points) < 2:
        return
    for x, y in points[1:-1]:
        curve.points.new(x, y)
    ends = sorted(curve.points, key=lambda point: point.location[0])
    for point, (x, y) in ((ends[0], points[0]), (ends[-1], points[-1])):
        point.location = (x, y)
