"""Files that strips name lie beside a saved project as its own do: relative to it, unless the user wants them otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import pytest
from assistant_editor.timeline import compat, write_layers
from assistant_editor.timeline.effect import Layer
from assistant_editor.timeline.timebase import FrameRange


@pytest.fixture
def saved(tmp_path: Path, media_folder: Path):
    """A film beside a project that is saved. The project is left again afterwards."""
    (tmp_path / "mattes").mkdir()
    film = tmp_path / "mattes" / "film.mp4"
    shutil.copy(media_folder / "bikes.mp4", film)
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "cut.blend"))
    yield film
    bpy.ops.wm.read_homefile(use_empty=True)


def test_a_film_of_ours_is_found_again_when_the_project_is_moved_with_it(saved: Path, tmp_path: Path) -> None:
    scene = bpy.context.scene
    scene.sequence_editor_create()
    layer = Layer("Matte", "MOVIE", FrameRange(1, 20), file=str(saved))
    strip = write_layers.make(scene, layer, 1, FrameRange(1, 20), {}, None)
    assert strip.filepath == "//mattes/film.mp4" and (compat.left(strip), compat.right(strip)) == (1, 20)
    bpy.ops.wm.save_mainfile()
    moved = tmp_path / "moved"
    moved.mkdir()
    shutil.move(tmp_path / "cut.blend", moved)
    shutil.move(tmp_path / "mattes", moved)
    bpy.ops.wm.open_mainfile(filepath=str(moved / "cut.blend"))
    strip = bpy.context.scene.sequence_editor.strips["Matte"]
    assert Path(bpy.path.abspath(strip.filepath)) == moved / "mattes" / "film.mp4" and strip.elements[0].orig_width > 0


def test_paths_stay_whole_where_the_user_wants_them_so_and_before_the_project_is_saved(saved: Path) -> None:
    files = bpy.context.preferences.filepaths
    files.use_relative_paths = False
    try:
        assert compat.as_stored(str(saved)) == str(saved)
    finally:
        files.use_relative_paths = True
    assert compat.as_stored(str(saved)) == "//mattes/film.mp4"
    bpy.ops.wm.read_homefile(use_empty=True)
    assert compat.as_stored(str(saved)) == str(saved)
