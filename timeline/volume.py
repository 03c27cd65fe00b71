"""Volume keyframes of strips, written many at a time, read back, cleared; the same in every Blender from 4.5 on.

Blender's sound engine takes one volume a frame (`fades` says how), so keyframes stand at whole frames and are linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .keyframes import Curves
from .keying import multiplied
from .shifting import keys_of, put_keys

Points = tuple[tuple[float, float], ...]
"""(timeline frame, volume), in order."""


def points(scene: Any, name: str) -> Points:
    """The volume keyframes of a strip; () where it has none. Raises KeyError when no strip has this name."""
    curve = Curves(scene).find(scene.sequence_editor.strips_all[name].path_from_id("volume"))
    if curve is None:
        return ()
    numbers = [0.0] * (2 * len(curve.keyframe_points))
    curve.keyframe_points.foreach_get("co", numbers)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def put(scene: Any, name: str, points: Sequence[tuple[float, float]]) -> None:
    """Gives a strip these keyframes in place of all it had, with straight lines between them."""
    put_many(scene, {name: points})


def put_many(scene: Any, wanted: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """As `put`, for many strips at once; one without points has its keyframes taken away."""
    curves, strips = Curves(scene), scene.sequence_editor.strips_all
    for name, row in wanted.items():
        if row:
            curves.write(strips[name], "volume", row, "LINEAR")
        else:
            curves.remove(strips[name].path_from_id("volume"))


def clear(scene: Any, *names: str) -> None:
    """Takes the volume keyframes of strips away; their volumes stay what they were last set to."""
    put_many(scene, dict.fromkeys(names, ()))


def scale(scene: Any, gains: Mapping[str, Sequence[tuple[float, float]]], known: Iterable[str] | None = None) -> None:
    """Plays strips louder or softer by these (frame, factor): straight between them, the first before and the last after them.

    What an editor animated is kept in it: outside a gain's first and last frame the curve stays what it was, handles and all (where
    those factors are 1); within, it gets a keyframe a frame. `known` are the strips that may be animated, None: any.
    """
    curves, strips = Curves(scene), scene.sequence_editor.strips_all
    for name, gain in gains.items():
        strip = strips[name]
        curve = curves.find(strip.path_from_id("volume")) if known is None or name in known else None
        if curve is None or not len(curve.keyframe_points):
            curves.write(strip, "volume", [(frame, factor * strip.volume) for frame, factor in gain], "LINEAR")
        else:
            put_keys(curve, multiplied(keys_of(curve), gain, curve.evaluate))
