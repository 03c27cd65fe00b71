"""How sound strips are played: their volume and its keyframes, read all at once.

Measured by mixing down (4.5, 5.2): what is heard follows volume keyframes a frame late in 4.5, half a frame in 5.2, and is smoothed from
frame to frame, so that a step makes no click. A mono file is played 3 dB softer on each of two sides, so its loudness stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import bpy

from . import compat
from .faders import Fader

_PATH = re.compile(r'^sequence_editor\.(?:strips|sequences)_all\["((?:[^"\\]|\\.)*)"\]\.volume$')


def faders(scene: Any, strips: Iterable[Any]) -> dict[str, Fader]:
    """How each of these sound strips is played, by name."""
    curves: dict[str, Any] = {}
    for curve in compat.curves(scene):
        if match := _PATH.match(curve.data_path):
            curves[bpy.utils.unescape_identifier(match.group(1))] = curve
    driven = {
        bpy.utils.unescape_identifier(match.group(1))
        for driver in (scene.animation_data.drivers if scene.animation_data else ())
        if (match := _PATH.match(driver.data_path))
    }
    return {strip.name: _fader(strip, curves.get(strip.name), strip.name in driven) for strip in strips}


def _fader(strip: Any, curve: Any, driven: bool) -> Fader:
    if driven:
        return Fader(strip.volume, held="a driver sets it")
    if curve is None or not len(curve.keyframe_points):
        return Fader(strip.volume)
    held = ""
    if curve.mute:
        held = "its keyframes are switched off"
    elif len(curve.modifiers):
        held = "its curve has modifiers"
    elif curve.extrapolation != "CONSTANT" and len(curve.keyframe_points) > 1:
        held = "its curve goes on beyond its keyframes"
    return Fader(strip.volume, _points(curve), tuple(point.interpolation for point in curve.keyframe_points), held)


def _points(curve: Any) -> tuple[tuple[float, float], ...]:
    numbers = [0.0] * (2 * len(curve.keyframe_points))
    curve.keyframe_points.foreach_get("co", numbers)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))
