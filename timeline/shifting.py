"""Keyframes of the scene's action put elsewhere. Blender's own handles, interpolation and modifiers stay as they are.

Measured (4.5, 5.0, 5.2): a strip that is moved takes its keyframes along, a meta strip those of what is in it too; trimming moves none;
both halves of a split strip have all of them. Effects with inputs go where these go, and their keyframes stay behind: those are moved here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import compat
from .keying import Key, rearranged
from .layout import Move

_REST = ("type", "easing", "amplitude", "period", "back")


def curves_by_strip(scene: Any) -> dict[str, list[Any]]:
    """The animation curves of each strip; those of anything else under ""."""
    found: dict[str, list[Any]] = {}
    for curve in compat.curves(scene):
        found.setdefault(compat.strip_of(curve.data_path), []).append(curve)
    return found


def keys_of(curve: Any) -> list[Key]:
    return [
        Key(
            key.co[0],
            key.co[1],
            (key.handle_left[0], key.handle_left[1]),
            (key.handle_right[0], key.handle_right[1]),
            key.interpolation,
            (key.handle_left_type, key.handle_right_type),
            tuple((name, getattr(key, name)) for name in _REST),
        )
        for key in curve.keyframe_points
    ]


def put_keys(curve: Any, keys: Sequence[Key]) -> None:
    """Gives a curve these keys and no others."""
    points = curve.keyframe_points
    points.clear()
    points.add(len(keys))
    for point, key in zip(points, keys, strict=True):
        for name, value in key.rest:
            setattr(point, name, value)
        point.interpolation = key.interpolation
        # Automatic handles would be laid anew from their neighbours as soon as the curve is brought up to date.
        point.handle_left_type, point.handle_right_type = ("FREE", "FREE") if key.made else key.kinds
        point.co = key.frame, key.value
        point.handle_left, point.handle_right = key.left, key.right
    curve.update()


def shift(curve: Any, frames: float) -> None:
    put = curve.keyframe_points
    for name in ("co", "handle_left", "handle_right"):
        values = [0.0] * (2 * len(put))
        put.foreach_get(name, values)
        values[::2] = [value + frames for value in values[::2]]
        put.foreach_set(name, values)
    curve.update()


def rearrange(curves: Sequence[Any], moves: Sequence[Move]) -> list[str]:
    """Gives curves what they gave at the frames of `moves`, each part at its new place. The paths of those with modifiers, which count
    from the timeline and are left as they are."""
    modified = []
    for curve in curves:
        if not len(curve.keyframe_points):
            continue
        with_modifiers = [modifier for modifier in curve.modifiers if not modifier.mute]
        for modifier in with_modifiers:
            modifier.mute = True
        try:
            put_keys(curve, rearranged(keys_of(curve), moves, curve.evaluate))
        finally:
            for modifier in with_modifiers:
                modifier.mute = False
        if with_modifiers:
            modified.append(curve.data_path)
    return modified
