"""Volume keyframes of strips, written many at a time, read back, cleared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from . import faders
from .keyframes import Curves


def points(scene: Any, name: str) -> tuple[tuple[float, float], ...]:
    """The volume keyframes of a strip as (frame, volume), in order; () where it has none."""
    curve = Curves(scene).find(_path(scene, name))
    if curve is None:
        return ()
    numbers = [0.0] * (2 * len(curve.keyframe_points))
    curve.keyframe_points.foreach_get("co", numbers)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def put(scene: Any, name: str, points: Sequence[tuple[float, float]]) -> None:
    """Gives a strip these keyframes in place of all it had, with straight lines between them."""
    if points:
        Curves(scene).write(scene.sequence_editor.strips_all[name], "volume", points, "LINEAR")
    else:
        clear(scene, name)


def clear(scene: Any, name: str) -> None:
    """Takes the volume keyframes of a strip away; its volume stays what it was last set to."""
    Curves(scene).remove(_path(scene, name))


def scale(scene: Any, gains: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Plays strips louder or softer by these (frame, factor), on top of how they are played now; straight lines between keyframes."""
    for name, gain in gains.items():
        had = points(scene, name) or ((gain[0][0], scene.sequence_editor.strips_all[name].volume),)
        curve = tuple((Fraction(frame), value) for frame, value in had)
        product = faders.product(curve, tuple((Fraction(frame), factor) for frame, factor in gain))
        put(scene, name, [(float(frame), value) for frame, value in product])


def _path(scene: Any, name: str) -> str:
    return str(scene.sequence_editor.strips_all[name].path_from_id("volume"))
