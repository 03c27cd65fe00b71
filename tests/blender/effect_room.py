"""Effects in Blender: written, rendered, changed by an editor's hand, taken away; and a .blend opened without the extension."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from assistant_editor.operators import effect_stage, work
from assistant_editor.timeline import compat
from assistant_editor.timeline.effect import Curve, Effect, Key, Layer, Setting
from assistant_editor.timeline.outcome import Outcome
from assistant_editor.timeline.plan import Identity, Plan, Why
from assistant_editor.timeline.requests import Asked
from assistant_editor.timeline.stage import Stage
from assistant_editor.timeline.state import Timeline
from assistant_editor.timeline.timebase import FrameRange

from tests.blender.cutting_room import CuttingRoom
from tests.blender.dump import differences, dump_scene
from tests.blender.stage import rendered

WHY = Why(0.9, "a test asked for it")
_MOVED_BY_LOOKING = ("/scene/frame_", "/render/filepath", "/scene/render/filepath", "/editor/cache_")
_PLAIN_RENDER = """
import sys, bpy
bpy.ops.wm.open_mainfile(filepath=sys.argv[1])
assert not hasattr(bpy.types.Scene, "assistant_editor"), "the extension is at work"
scene = bpy.data.scenes[sys.argv[2]]
for frame in map(int, sys.argv[4:]):
    scene.frame_set(frame)
    scene.render.filepath = f"{sys.argv[3]}/{frame}.png"
    bpy.ops.render.render(write_still=True, scene=scene.name)
"""


def line(room: CuttingRoom) -> Timeline:
    """The sequence as planners get it."""
    return work.look(room.scene)


def stage(room: CuttingRoom, kind: Any = None) -> Stage:
    return effect_stage.stage_of(room.scene, line(room), kind)


def identity(room: CuttingRoom, strip: str, kind: Any) -> Identity:
    """The whole of what a strip shows."""
    ref = line(room).strip(strip)
    return Identity(ref.medium, kind, ref.visible.start, ref.visible.end)


def effect(room: CuttingRoom, strip: str, kind: Any, **parts: Any) -> Effect:
    """An effect on all of a strip, made of these parts."""
    return Effect(identity(room, strip, kind), WHY, strip, line(room).strip(strip).frames, **parts)


def still(path: str, value: Any) -> Setting:
    return Setting(path, value)


def curve(path: str, *keys: tuple[float, float], index: int = -1, ease: Any = "LINEAR") -> Curve:
    return Curve(path, tuple(Key(frame, value, ease) for frame, value in keys), index)


def layer(name: str, kind: str, start: int, end: int, **parts: Any) -> Layer:
    return Layer(name, kind, FrameRange(start, end), **parts)


def plan(room: CuttingRoom, kind: Any, effects: Iterable[Effect] = (), strips: Sequence[str] = ()) -> Plan:
    """A plan that speaks for every medium on the timeline."""
    media = dict.fromkeys(ref.medium for ref in line(room).strips if ref.medium)
    return Plan(effects=tuple(effects), media=tuple((medium, kind) for medium in media), strips=tuple(strips))


def carry_out(room: CuttingRoom, planned: Plan) -> Outcome:
    """Merged and written as an operator does it."""
    return work.carry_out(room.scene, line(room), planned, "Test", Asked(), (), ())


def picture(room: CuttingRoom, frame: int) -> np.ndarray:
    """The frame as it is rendered: rows from below, red green blue, as floats."""
    room.scene.frame_set(frame)
    return rendered(room.scene)


def pictures(room: CuttingRoom, frames: Iterable[int]) -> dict[int, np.ndarray]:
    return {frame: picture(room, frame) for frame in frames}


def without_extension(room: CuttingRoom, frames: Sequence[int]) -> dict[int, np.ndarray]:
    """The frames rendered from the saved .blend by a Blender that has no extension at all."""
    with tempfile.TemporaryDirectory() as folder:
        saved, script = Path(folder) / "saved.blend", Path(folder) / "render.py"
        bpy.ops.wm.save_as_mainfile(filepath=str(saved), copy=True)
        script.write_text(_PLAIN_RENDER, encoding="utf-8")
        resources = Path(folder) / "empty"
        resources.mkdir()
        call = [sys.executable, str(script), str(saved), room.name, folder, *map(str, frames)]
        surroundings = {**os.environ, "BLENDER_USER_RESOURCES": str(resources)}
        done = subprocess.run(call, env=surroundings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return {frame: _loaded(Path(folder) / f"{frame}.png") for frame in frames}


def _loaded(path: Path) -> np.ndarray:
    image = bpy.data.images.load(str(path))
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    width, height = image.size
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, -1)[:, :, :3]


def same_without_extension(room: CuttingRoom, frames: Sequence[int], but_corner: bool = False) -> None:
    """Fails unless the saved .blend renders these frames to the same pixels where the extension was never installed.

    `but_corner`: for frames with masks. Blender 4.5 never sets the last pixel of a mask, so that it differs from one time to the next.
    """
    for frame, pixels in without_extension(room, frames).items():
        here = picture(room, frame)
        if but_corner:
            pixels[-1, -1] = here[-1, -1] = 0.0
        assert np.array_equal(pixels, here), f"frame {frame} differs in {np.argwhere((pixels != here).any(axis=2))[:5].tolist()}"


def layers(room: CuttingRoom, kind: Any = None) -> list[Any]:
    """The strips that are layers of effects (of this kind), from below."""
    tags = room.tagged()
    from assistant_editor.timeline.plan import EFFECT_KINDS

    kinds = {kind} if kind else set(EFFECT_KINDS)
    return sorted((s for s in room.strips if s.name in tags and tags[s.name].kind in kinds), key=lambda s: (s.channel, compat.left(s)))


class Before:
    """What stands, to be compared with what is left after an effect was removed: `Before(room)`, …, `.is_back()`."""

    def __init__(self, room: CuttingRoom) -> None:
        self.room = room
        self.dump = self._all()

    def _all(self) -> Any:
        whole = dump_scene(self.room.scene)
        data = ("masks", "actions", "scenes", "node_groups")
        return whole, {name: sorted(thing.name for thing in getattr(bpy.data, name)) for name in data}

    def is_back(self) -> None:
        """Fails where anything is other than it was, but for the playhead and where pictures are saved, which `picture` sets."""
        dump, data = self._all()
        found = [one for one in differences(self.dump[0], dump) if not one.startswith(_MOVED_BY_LOOKING)]
        assert not found, found
        assert data == self.dump[1]


def seconds(frames: int, rate: Fraction = Fraction(25)) -> Fraction:
    return Fraction(frames) / rate
