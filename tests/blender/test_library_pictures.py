"""Still pictures in the library: looked into as one frame, found, previewed and added as image strips; frames of films are left out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import bpy
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import fingerprint
from assistant_editor.ml.facts import ENGINES, Span
from assistant_editor.ml.library import Library, Place, Record, Shot
from assistant_editor.operators import library_options
from assistant_editor.operators.indexing import tasks_for
from assistant_editor.operators.library_shelf import shelf
from assistant_editor.operators.picture_files import FRAMES, is_picture, runs
from assistant_editor.timeline import compat

from tests.blender import stage
from tests.blender.cutting_room import CuttingRoom

SIZE = (64, 48)


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A picture, red on its left half and blue on its right, and a library of this test's own."""
    monkeypatch.setenv("ASSISTANT_EDITOR_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    footage = tmp_path / "footage"
    footage.mkdir()
    image = bpy.data.images.new("made", *SIZE)
    half = SIZE[0] // 2
    image.pixels = [*([1.0, 0.0, 0.0, 1.0] * half), *([0.0, 0.0, 1.0, 1.0] * half)] * SIZE[1]
    image.filepath_raw, image.file_format = str(footage / "beach.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    yield footage / "beach.png"
    shelf.clear()
    shelf.fill()


def keep(tmp_path: Path, picture: Path) -> None:
    with Library(tmp_path / "library") as library:
        library.at([Place(str(picture), fingerprint(picture), 1, 1)])
        library.put(Record(fingerprint(picture), "s", 0.04), (Shot(Span(Fraction(0), Fraction(1, 25)), more='{"still": "0"}'),))


def test_frames_of_a_film_are_told_from_pictures() -> None:
    film = [f"shot_{number:04}.png" for number in range(8, 8 + FRAMES)]
    few = [f"title_{number}.png" for number in range(FRAMES - 1)]
    camera = [f"IMG_{number:04}.JPG" for number in range(100)]
    gaps = [f"scan{number * 2}.tif" for number in range(100)]
    found = runs([*gaps, *camera, *reversed(film), *few, "cover.png", "8.png"])
    assert found == {"shot_####.png": tuple(film)}
    assert is_picture("/a/B.JPEG") and not is_picture("/a/b.mov") and not is_picture("/a/jpg")


def test_a_picture_is_asked_what_can_be_seen_in_it(room: CuttingRoom) -> None:
    wish = library_options.wish(room.scene.assistant_editor, room.scene.assistant_editor)
    asked = {task.engine for task in tasks_for("/a.jpg", wish)}
    assert {"pictures", "objects", "concepts"} <= asked and "shots" not in asked
    assert all(ENGINES[engine].stream == "video" for engine in asked) and tasks_for("/a.mp4", wish) == wish.tasks


def test_a_folder_with_pictures_is_indexed_and_they_are_found(room: CuttingRoom, picture: Path, tmp_path: Path) -> None:
    shutil.copy(picture, picture.with_name("copy.png"))
    for number in range(FRAMES):
        shutil.copy(picture, picture.with_name(f"film_{number:03}.png"))
    picture.with_name("broken.jpg").write_bytes(b"no picture" * 50)
    off = [f"log_{name}=false" for name in ("words", "voice", "objects", "faces", "concepts", "music")]
    out = tmp_path / "told.json"
    assert cli.main(["index", str(picture.parent), "--json", str(out), "--options", "detector=hash", *off]) == 6
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["told"] == "1 new (1 shots), 1 copies, 1 cannot be read." and told["unreadable"][0]["path"].endswith("broken.jpg")
    assert [notice for notice in told["notices"] if "film_###.png" in notice and f"in {FRAMES} pictures" in notice]
    with Library(tmp_path / "library") as library:
        (shot,) = library.shots([0, 1]).values()
    assert shot.grade >= 0 and shot.span.length <= Fraction(1, 20) and not shot.movement
    assert json.loads(shot.more)["pictured"] and "rhythm" not in shot.more
    assert cli.main(["find", "beach", "--words-only", "--json", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["hits"][0]["path"] == str(picture) and shelf.group.rows[0].still
    assert cli.main(["find", "longer than 1 second", "--words-only", "--json", str(out)]) == 0
    assert not json.loads(out.read_text(encoding="utf-8"))["hits"], "a picture has no length"


def test_a_picture_is_added_as_an_image_strip_above_what_stands(room: CuttingRoom, picture: Path, tmp_path: Path, talkie: Path) -> None:
    keep(tmp_path, picture)
    room.lay(talkie)
    before = {strip.name for strip in room.strips}
    room.scene.frame_current = 20
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    (strip,) = (strip for strip in room.strips if strip.name not in before)
    seconds = 4 * compat.scene_fps(room.scene)
    assert strip.type == "IMAGE" and stage.extent(strip) == (20, 20 + round(seconds)) and strip.select
    assert strip.channel > max(other.channel for other in room.strips if other.name in before and stage.extent(other)[1] > 20)
    assert room.scene.frame_current == stage.extent(strip)[1]
    bpy.ops.assistant_editor.find("EXEC_DEFAULT", True, query="beach", by_meaning=False)
    bpy.ops.assistant_editor.go_to_hit("EXEC_DEFAULT", True)
    assert room.scene.frame_current == 20
    bpy.ops.ed.undo()
    assert before == {strip.name for strip in room.strips}


def test_a_preview_of_a_picture_shows_it_and_its_range_is_how_long_it_stands(room: CuttingRoom, picture: Path, tmp_path: Path) -> None:
    keep(tmp_path, picture)
    edit, room.scene.frame_current = room.scene.name, 7
    bpy.ops.assistant_editor.preview_hit("EXEC_DEFAULT", True, shot=0)
    shown = compat.edited_scene(bpy.context)
    assert shown.name != edit and (shown.render.resolution_x, shown.render.resolution_y) == SIZE
    shown.frame_preview_end = 10
    bpy.ops.assistant_editor.add_hit("EXEC_DEFAULT", True, shot=0)
    assert compat.edited_scene(bpy.context).name == edit
    assert [stage.extent(strip) for strip in room.strips] == [(7, 17)]


def test_what_blender_cannot_open_is_said_and_nothing_stays(room: CuttingRoom, picture: Path, tmp_path: Path) -> None:
    keep(tmp_path, picture)
    picture.write_bytes(b"no picture")
    scenes = len(bpy.data.scenes)
    for what in ("add_hit", "preview_hit"):
        with pytest.raises(RuntimeError, match=r"cannot open .*beach\.png"):
            getattr(bpy.ops.assistant_editor, what)("EXEC_DEFAULT", True, shot=0)
    assert not len(room.strips) and len(bpy.data.scenes) == scenes
