"""A scene in the window with real media on it, and the extension's operators called as a script calls them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
from assistant_editor.ml import client
from assistant_editor.operators.desk import desk
from assistant_editor.timeline import compat
from assistant_editor.timeline.tags import tag_of

from tests.blender import stage
from tests.blender.dump import differences, dump_scene

NO_PYTHON = "/nonexistent/python"
"""A worker that cannot start: whoever still finds something out has it from the cache."""


class CuttingRoom:
    """`run(name, **options)` calls `assistant_editor.NAME` with an undo step and returns what the desk then holds."""

    def __init__(self) -> None:
        client.close_all()
        for scene in [scene for scene in bpy.data.scenes if scene.name.startswith("stage")]:
            bpy.data.scenes.remove(scene)
        self.show(stage.new_scene(Fraction(25)))

    def show(self, scene: Any) -> None:
        """From now on this scene is the one in the window."""
        self.name = scene.name
        window = bpy.context.window_manager.windows[0]
        window.scene = scene
        if stage.NEW:
            window.workspace.sequencer_scene = scene

    @property
    def scene(self) -> Any:
        return bpy.data.scenes[self.name]

    @property
    def strips(self) -> Any:
        return self.scene.sequence_editor.strips

    def lay(self, film: Path, sound: bool = True, frame: int = 1) -> None:
        """The film on channel 1 and, unless unwanted, its own sound on channel 2; nothing selected, nothing active."""
        stage.add_movie(self.scene, film, frame, 1, "film")
        if sound:
            stage.add_sound(self.scene, film, frame, 2, "sound")
            compat.set_right(self.strips["sound"], compat.right(self.strips["film"]))
        self.select()

    def select(self, *names: str) -> None:
        for strip in self.strips:
            strip.select = strip.name in names
        self.scene.sequence_editor.active_strip = None

    def run(self, operator: str, **options: Any) -> Any:
        ended = getattr(bpy.ops.assistant_editor, operator)("EXEC_DEFAULT", True, **options)
        assert ended == {"FINISHED"}
        return desk.outcome

    def cuts(self, channel: int = 1) -> list[int]:
        """Where pieces of this channel begin, the first left out."""
        starts = sorted(stage.extent(strip)[0] for strip in self.strips if strip.channel == channel and strip.type in ("MOVIE", "SOUND"))
        return starts[1:]

    def captions(self) -> list[tuple[int, int, str]]:
        return sorted((*stage.extent(strip), strip.text) for strip in self.strips if strip.type == "TEXT")

    def tagged(self) -> dict[str, Any]:
        return {strip.name: tag for strip in self.strips if (tag := tag_of(strip)) is not None}

    def dump(self) -> dict[str, Any]:
        return dump_scene(self.scene)

    def changed_since(self, before: dict[str, Any]) -> list[str]:
        return differences(before, self.dump())
