"""Corrections in a file. In a module of its own, early: Blender 4.5 may crash when it opens a file after it has rendered strips."""

from __future__ import annotations

from pathlib import Path

import bpy
from assistant_editor.operators import shelf
from assistant_editor.timeline import tags

from tests.blender.shot_bench import Bench, brief


def test_corrections_outlive_saving_and_loading(bench: Bench, tmp_path: Path) -> None:
    bench.detect()
    bench.call("merge_shots", frame=40)
    bench.call("split_shot", frame=112)
    bench.call("redetect_shots", frame=200, part_sensitivity=0.95)
    bench.call("refresh_shots")
    said, shown = tags.corrections_of(bench.room.scene), brief(bench)
    path, name = str(tmp_path / "film.blend"), bench.room.name
    bpy.ops.wm.save_as_mainfile(filepath=path)
    assert brief(bench) == shown, "saving leaves the list in the window"
    bpy.ops.wm.open_mainfile(filepath=path)
    try:
        assert not bench.rows and not shelf.shelf.rows, "the list is not saved"
        bench.room.show(bpy.data.scenes[name])
        assert tags.corrections_of(bench.room.scene) == said
        bench.call("refresh_shots")
        assert brief(bench) == shown
        assert bench.detect() == [31, 112, 138, 188, 211]
    finally:
        bpy.ops.wm.read_homefile(use_empty=False)
