"""Volumes of sound strips, as changes ask for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..ml.errors import LOCKED, STALE, EditorError
from . import compat, fading
from .changes import Changes
from .faders import Fader
from .keyframes import Curves
from .plan import Volume
from .state import Timeline
from .stepping import without_animation


def wanted(changes: Changes) -> dict[str, Fader]:
    """How strips are to be played, by name."""
    edits = [add.edit for add in changes.added.get(Volume, ())] + [update.edit for update in changes.updates]
    found = {edit.strip: edit.fader for edit in edits if isinstance(edit, Volume) and edit.fader is not None}
    found.update((remove.target, remove.fader) for remove in changes.removes if remove.fader is not None)
    return found


def check_volumes(scene: Any, timeline: Timeline, present: Timeline, changes: Changes) -> None:
    """Raises STALE when a volume is not as it was read, LOCKED when the scene's keyframes must not be changed."""
    faders = wanted(changes)
    before, now = ({ref.name: ref.volume for ref in line.strips} for line in (timeline, present))
    for name in faders:
        if name in before and before[name] != now.get(name):
            raise EditorError(f"The volume of {name!r} has changed since it was read.", "Run it again.", STALE)
    if (reason := compat.animation_held(scene)) and any(fader.points or (now.get(name) or fader).points for name, fader in faders.items()):
        raise EditorError(f"{reason} It would hold the keyframes of volumes.", "Make it local and run again.", LOCKED)


def write_volume(scene: Any, name: str, fader: Fader, journal: list[Callable[[], None]]) -> None:
    """Plays a strip so; `journal` gets what takes it back."""
    journal.append(without_animation(scene))
    journal.append(set_fader(scene, name, fader))


def set_fader(scene: Any, name: str, wanted: Fader) -> Callable[[], None]:
    """Plays a strip so. Gives what puts it back as it was."""
    strip = scene.sequence_editor.strips_all[name]
    before = fading.faders(scene, [strip])[name]
    _set(scene, name, wanted)
    return partial(_set, scene, name, before)


def _set(scene: Any, name: str, wanted: Fader) -> None:
    strip, curves = scene.sequence_editor.strips_all[name], Curves(scene)
    curves.remove(strip.path_from_id("volume"))
    strip.volume = wanted.steady
    if not wanted.points:
        return
    curves.write(strip, "volume", wanted.points, "LINEAR")
    curve = curves.find(strip.path_from_id("volume"))
    for point, shape in zip(curve.keyframe_points, wanted.shapes, strict=False):
        if shape != point.interpolation:
            point.interpolation, point.handle_left_type, point.handle_right_type = shape, "AUTO_CLAMPED", "AUTO_CLAMPED"
    curve.update()
