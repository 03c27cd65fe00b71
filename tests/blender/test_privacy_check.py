"""Check Cover: what is still seen, found by the other network in real renders; nothing in the file changes, and no picture is left."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import pytest
from assistant_editor import cli, preferences
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import SightingsOptions
from assistant_editor.operators import privacy_checking
from assistant_editor.operators.desk import desk
from assistant_editor.operators.privacy_overlay import boxes_at
from assistant_editor.operators.privacy_shelf import shelf
from assistant_editor.timeline import compat
from assistant_editor.timeline.read import read

from tests.blender import effect_room as effects
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.effect_room import Before
from tests.blender.stage import add_effect, add_movie
from tests.timeline.made_sightings import sightings

SIZE, FRAMES, SEEN = (640, 272), 250, (116, 117)
"""Of the street film; and pictures in which a cyclist's face is sharp, counted from 0."""


@pytest.fixture
def street(room: CuttingRoom, media_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """Two frames of it, of which YuNet is said to have seen nothing."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    film = media_folder / "bikes.mp4"
    facts = sightings([], FRAMES, (), SIZE)
    Cache(tmp_path / "cache").store("sightings", fingerprint(str(film)), SightingsOptions(), facts, whole=True)
    room.lay(film, sound=False)
    scene = room.scene
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.view_settings.view_transform = "Standard"
    scene.frame_start, scene.frame_end = SEEN[0] + 1, SEEN[1] + 1
    shelf.forget()
    bpy.ops.ed.undo_push(message="laid out")
    yield room
    shelf.forget()
    shelf.group.rows.clear()


def left_over() -> list[str]:
    return [one.name for one in Path(bpy.app.tempdir).iterdir() if one.name.startswith("cover-check")]


def test_what_is_still_seen_is_listed_and_covered_by_the_next_run(street: CuttingRoom, tmp_path: Path) -> None:
    before, undo = Before(street), street.scene.frame_current
    outcome = street.run("check_cover", privacy_every=1)
    before.is_back()
    assert not left_over() and street.scene.frame_current == undo and outcome.partial
    (find,) = shelf.finds
    assert find.frames == (117, 118) and find.surest.strip == "film"
    left, bottom, right, top = find.surest.box
    assert 400 < left < right < 445 and 200 < bottom < top < 245
    (row,) = shelf.group.rows
    assert row.looks == 2 and row.word == "" and row.shown_in.startswith("00:00:00:0")
    street.scene.frame_current = 1
    shelf.group.active = 0
    assert street.scene.frame_current == find.surest.frame
    assert boxes_at(117) and not boxes_at(119)

    assert cli.main(["anonymise", "--check", "--json", str(tmp_path / "told.json"), "--options", "privacy_every=1"]) == 6
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["schema"] == "assistant_editor.cover/1" and told["looked_at"] == 2 and len(told["still_seen"][0]["sights"]) == 2

    assert not street.run("anonymise", privacy_method="cover").counts["added"], "YuNet saw nothing, nobody said anything"
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, number=1, word="cover")
    assert shelf.group.rows[0].word == "cover"
    assert street.run("anonymise", privacy_method="cover").counts["added"] == {"privacy": 1}
    assert not street.run("check_cover", privacy_every=1).partial and not shelf.finds
    assert cli.main(["anonymise", "--check"]) == 0
    bpy.ops.ed.undo()


def test_not_a_face_is_remembered_and_taken_back(street: CuttingRoom) -> None:
    street.run("check_cover", privacy_every=1)
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, word="visible")
    assert not street.run("check_cover", privacy_every=1).partial
    assert [one.word for one in shelf.finds] == ["visible"]
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, word="open")
    assert street.run("check_cover", privacy_every=1).partial


def polled(checking: Any, until: Any) -> None:
    end = time.monotonic() + 60
    while not until(checking):
        assert time.monotonic() < end and checking.poll() in ("running", "cancelled", "done"), checking.error
        time.sleep(0.01)


def test_it_is_cancelled_and_leaves_nothing(street: CuttingRoom) -> None:
    street.scene.frame_start = 1
    checking = privacy_checking.Checking(preferences.backend(bpy.context), street.scene, range(1, 119))
    checking.start()
    before = len(bpy.data.scenes)
    polled(checking, lambda one: one._next > 20)
    assert left_over() and len(bpy.data.scenes) == before and 0 < checking.fraction < 1
    checking.cancel()
    polled(checking, lambda one: one.state == "cancelled")
    assert not left_over()


def test_what_goes_wrong_ends_it_with_a_sentence_and_leaves_nothing(street: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="no frame to look at"):
        street.scene.frame_start, street.scene.frame_end = 400, 410
        bpy.ops.assistant_editor.check_cover("EXEC_DEFAULT", strips="ALL", names="film")
    street.scene.frame_start, street.scene.frame_end = 1, 2
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    with pytest.raises(RuntimeError):
        bpy.ops.assistant_editor.check_cover("EXEC_DEFAULT")
    assert desk.error is not None and not left_over()


def test_which_frames_are_looked_at(street: CuttingRoom, media_folder: Path) -> None:
    scene = street.scene
    scene.frame_start, scene.frame_end = 1, 200
    line = read(scene, lambda path: "same")
    assert privacy_checking.frames_of(scene, line, "AUTO", [], 10) == range(1, 201, 10)
    compat.set_left(street.strips["film"], 51)
    street.select("film")
    line = read(scene, lambda path: "same")
    assert privacy_checking.frames_of(scene, line, "AUTO", [], 10) == range(51, 201, 10)
    assert privacy_checking.frames_of(scene, line, "ALL", [], 1) == range(1, 201)


def told_beneath(room: CuttingRoom) -> str:
    return shelf.look_beneath(room.scene)


def test_pictures_changed_by_hand_under_covers_are_told(street: CuttingRoom, media_folder: Path) -> None:
    scene = street.scene
    street.run("check_cover", privacy_every=1)
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, word="cover")
    street.run("anonymise", privacy_method="cover")
    assert effects.layers(street, "privacy") and told_beneath(street) == ""
    film = street.strips["film"]
    film.transform.offset_x = 40.0
    assert "Run Anonymise again" in told_beneath(street)
    film.transform.offset_x = 0.0
    assert told_beneath(street) == ""
    film.transform.keyframe_insert("offset_x", frame=100)
    assert told_beneath(street)
    scene.animation_data_clear()
    assert told_beneath(street) == ""
    add_movie(scene, media_folder / "bikes.mp4", 90, 9, "new")
    assert told_beneath(street)
    street.strips["new"].mute = True
    assert told_beneath(street) == "", "what is not shown does not count"
    add_effect(scene, "COLOR", "plain", 10, 100, 130)
    assert told_beneath(street) == ""
    film.split(frame=118, split_method="SOFT")
    assert told_beneath(street) == "", "a split shows the same"
    compat.set_right(street.strips["film"], 117)
    assert told_beneath(street)
    assert cli.main(["anonymise", "--check", "--options", "privacy_every=1"]) == 6
    assert desk.outcome is not None and any("Under covers" in told for told in desk.outcome.notices)
    outcome = street.run("anonymise", privacy_method="cover", strips="ALL")
    assert told_beneath(street) == "", outcome.line


def test_covers_moved_along_with_their_film_are_as_good_as_before(street: CuttingRoom) -> None:
    street.run("check_cover", privacy_every=1)
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, word="cover")
    street.run("anonymise", privacy_method="cover")
    for strip in (street.strips["film"], *effects.layers(street, "privacy")):
        compat.move(strip, 30)
    assert told_beneath(street) == ""
    compat.move(street.strips["film"], 1)
    assert told_beneath(street)


def test_a_project_saved_elsewhere_shows_the_same_and_another_file_does_not(
    street: CuttingRoom, tmp_path: Path, media_folder: Path
) -> None:
    street.run("check_cover", privacy_every=1)
    bpy.ops.assistant_editor.judge_cover("EXEC_DEFAULT", True, word="cover")
    street.run("anonymise", privacy_method="cover")
    film = street.strips["film"]
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "deep" / "er"):
        bpy.ops.wm.save_as_mainfile(filepath=str(folder / "cut.blend"), copy=True, relative_remap=True)
        film.filepath = bpy.path.relpath(str(media_folder / "bikes.mp4"), start=str(folder))
        assert film.filepath.startswith("//") and told_beneath(street) == ""
    film.filepath = str(media_folder / "other.mp4")
    assert told_beneath(street)


def test_seconds_between_looks(street: CuttingRoom) -> None:
    from assistant_editor.operators.privacy_found import seconds_between

    street.scene.render.fps, street.scene.render.fps_base = 30, 1.001
    assert seconds_between(street.scene, 5) == Fraction(5 * 1001, 30000)


def test_looking_twice_and_sparing_somebody_look_more_closely(street: CuttingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from assistant_editor.ml.facts import FacesOptions
    from assistant_editor.operators import people_options, privacy_options

    props = SimpleNamespace(privacy_what="people", privacy_second=False, privacy_keep="")
    assert not privacy_options.objects(props).thorough and privacy_options.faces(props) is None
    props.privacy_second = True
    assert privacy_options.objects(props).thorough
    props = SimpleNamespace(privacy_what="faces", privacy_second=False, privacy_keep="Ada")
    for asked, wanted in ((3, privacy_options.KNOWING), (12, 12)):
        monkeypatch.setattr(people_options, "faces_task", lambda _props, asked=asked: FacesOptions(Fraction(asked), identity=True))
        assert privacy_options.faces(props).per_second == wanted
    monkeypatch.setattr(people_options, "faces_task", lambda _props: FacesOptions(Fraction(3), identity=False))
    assert privacy_options.faces(props) is None, "nobody may be known"
