"""Attached graphics in Blender: followed by known tracks and by the worker, written, and found where they are rendered."""

from __future__ import annotations

import json
import os
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import Boundary, FacesOptions, ObjectsOptions, Shots, ShotsOptions
from assistant_editor.operators import attach_options
from assistant_editor.timeline import compat
from assistant_editor.timeline.attach_graphics import Attached
from assistant_editor.timeline.planners.attach import AttachOptions

from tests import followed, surface_film
from tests.blender import effect_room as effects
from tests.blender import stage
from tests.blender.cutting_room import NO_PYTHON, CuttingRoom
from tests.blender.effect_room import Before

FRAMES = 60
ALL = tuple(range(FRAMES))
PATH = followed.path(FRAMES, 90.0, (150.0, 170.0))
SIZE = followed.PICTURE
LOOKS = (1, 13, 26, 41, 60)


@pytest.fixture(scope="session")
def plain(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of one grey: whatever else is rendered is attached."""
    film = tmp_path_factory.mktemp("plain") / "plain.mp4"
    script = Path(surface_film.__file__)
    done = subprocess.run([worker_python, str(script), "plain", str(film), str(FRAMES)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture
def laid(room: CuttingRoom, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """The plain film, of which is stored where a face, a person and a dog are seen, and no worker to ask for more."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", NO_PYTHON)
    cache, medium = Cache(tmp_path / "cache"), fingerprint(str(plain))
    often = Fraction(attach_options.OFTEN)
    away = tuple(number for number in ALL if not 25 <= number < 45)
    small = followed.path(FRAMES, 40.0, (430.0, 120.0))
    faces = followed.faces((PATH, ALL), (small, away), frames=FRAMES)
    things = followed.things(("person", PATH, ALL), ("dog", PATH, away), frames=FRAMES)
    shots = Shots(followed.span(FRAMES), Fraction(0), followed.RATE, FRAMES, "made", ())
    cache.store("faces", medium, FacesOptions(often, expression=False), faces, whole=True)
    cache.store("objects", medium, ObjectsOptions(per_second=often), things, whole=True)
    cache.store("shots", medium, ShotsOptions("content"), shots, whole=True)
    room.lay(plain, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = SIZE
    bpy.ops.ed.undo_push(message="laid out")
    return room


def run(room: CuttingRoom, **options: Any) -> Any:
    return room.run("attach", detector="content", **{f"attach_{name}": value for name, value in options.items()})


def pixels(room: CuttingRoom, frame: int) -> np.ndarray:
    """(n, 2): the middles of the pixels that are not the film's grey, from the lower left corner."""
    picture = effects.picture(room, frame)
    rows, columns = np.nonzero(np.abs(picture - np.median(picture)).max(axis=2) > 0.12)
    return np.stack([columns, rows], axis=1) + 0.5


def drawn(room: CuttingRoom, frame: int) -> tuple[float, float, float, float]:
    """Left, lower, right and upper edge of what is not the film's grey, in pixels from the lower left corner."""
    points = pixels(room, frame)
    if not len(points):
        return (0.0, 0.0, 0.0, 0.0)
    (left, bottom), (right, top) = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
    return float(left), float(bottom), float(right), float(top)


def middle(box: tuple[float, ...]) -> np.ndarray:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def test_glasses_are_rendered_on_the_eyes(laid: CuttingRoom) -> None:
    before = Before(laid)
    outcome = run(laid, graphic="glasses")
    assert outcome.counts["added"] == {"attachment": 1}
    eyes = followed.eye_middle(PATH)
    for frame in LOOKS:
        angle = -PATH[frame - 1, 3]
        wished = np.array([eyes[frame - 1, 0], SIZE[1] - eyes[frame - 1, 1]])
        points = (pixels(laid, frame) - wished) @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        low, high = points.min(axis=0), points.max(axis=0)
        assert np.abs(low + high).max() / 2 < 1.5, frame
        assert high[0] - low[0] == pytest.approx(0.4 * PATH[frame - 1, 2] / 0.53 * 1.09, rel=0.06)
    effects.same_without_extension(laid, [1, 41])
    laid.run("remove_effects", kind="attachment")
    before.is_back()


@pytest.mark.parametrize(("to", "graphic", "where"), [("face", "emoji", "on"), ("person", "tag", "above"), ("person", "arrow", "left")])
def test_graphics_are_rendered_where_they_belong(laid: CuttingRoom, to: str, graphic: str, where: str) -> None:
    run(laid, to=to, graphic=graphic, text="Ann" if graphic == "tag" else "", place=where)
    tall = 1.2 if to == "face" else 2.0
    for frame in (1, 41):
        x, y, size = PATH[frame - 1, 0], SIZE[1] - PATH[frame - 1, 1], PATH[frame - 1, 2]
        box = drawn(laid, frame)
        if where == "on":
            assert np.abs(middle(box) - [x, y + 0.1 * size]).max() < 6
        elif where == "above":
            assert abs(middle(box)[0] - x) < 5 and y + size * tall / 2 - 2 < box[1] < y + size * tall / 2 + 20
        else:
            assert box[2] < x - size / 2 + 2 and abs(middle(box)[1] - y) < 6


def test_it_hides_while_it_is_lost(laid: CuttingRoom) -> None:
    run(laid, to="object", label="dog", graphic="arrow")
    assert drawn(laid, 20)[2] > 0 and drawn(laid, 36) == (0, 0, 0, 0) and drawn(laid, 50)[2] > 0


def test_graphics_add_up_and_again_is_no_second_one(laid: CuttingRoom) -> None:
    run(laid, graphic="glasses")
    run(laid, graphic="tag", text="Ann")
    assert len(effects.layers(laid, "attachment")) == 2
    dump = laid.dump()
    run(laid, graphic="glasses")
    assert not laid.changed_since(dump)
    run(laid, graphic="tag", text="Bea")
    texts = {strip.text for strip in effects.layers(laid, "attachment")}
    assert len(texts) == 2 and "Bea" in texts


def test_what_the_editor_retyped_or_deleted_is_his(laid: CuttingRoom) -> None:
    run(laid, graphic="tag", text="Ann")
    (tag,) = effects.layers(laid, "attachment")
    tag.text = "Dr. Ann"
    run(laid, graphic="tag", text="Bea")
    assert [strip.text for strip in effects.layers(laid, "attachment")] == ["Dr. Ann"]
    laid.strips.remove(effects.layers(laid, "attachment")[0])
    run(laid, graphic="tag", text="Bea")
    assert not effects.layers(laid, "attachment")


def test_all_of_them_and_the_one_at_the_playhead(laid: CuttingRoom) -> None:
    assert run(laid, which="all", graphic="emoji").counts["added"] == {"attachment": 2}
    laid.run("remove_effects", kind="attachment")
    laid.scene.frame_set(35)
    run(laid, which="playhead", graphic="emoji")
    (only,) = effects.layers(laid, "attachment")
    assert "face 1" in only.name, "the other one is lost there"


def test_a_locked_channel_and_nothing_found_are_said(laid: CuttingRoom) -> None:
    dump = laid.dump()
    assert "No car was found" in " ".join(run(laid, to="object", label="car").notices)
    assert not laid.changed_since(dump)


def test_a_picture_and_a_strip_go_along(laid: CuttingRoom, tmp_path: Path) -> None:
    image = bpy.data.images.new("red", 40, 30)
    image.pixels.foreach_set(np.tile(np.array([1, 0, 0, 1], np.float32), 1200))
    image.filepath_raw, image.file_format = str(tmp_path / "red.png"), "PNG"
    image.save()
    bpy.data.images.remove(image)
    run(laid, graphic="image", source=str(tmp_path / "red.png"))
    for frame in (1, 41):
        box = drawn(laid, frame)
        assert np.abs(middle(box) - [PATH[frame - 1, 0], SIZE[1] - PATH[frame - 1, 1]]).max() < 3
    laid.run("remove_effects", kind="attachment")
    stage.add_effect(laid.scene, "TEXT", "note", 5, 1, FRAMES + 1)
    note = laid.strips["note"]
    note.text, note.font_size = "X", 40
    note.location = (PATH[0, 0] / SIZE[0], 1 - PATH[0, 1] / SIZE[1])
    before, at = Before(laid), drawn(laid, 1)
    run(laid, graphic="strip", source="note", frame=1)
    assert np.abs(middle(drawn(laid, 1)) - middle(at)).max() < 1.5
    apart = [middle(drawn(laid, frame)) - [PATH[frame - 1, 0], SIZE[1] - PATH[frame - 1, 1]] for frame in (1, 30, 60)]
    assert np.abs(apart[1] - apart[0]).max() < 4 and np.abs(apart[2] - apart[0]).max() < 4
    assert (note.transform.offset_x, note.location[0]) == (0, pytest.approx(PATH[0, 0] / SIZE[0]))
    laid.run("remove_effects", kind="attachment")
    before.is_back()


def test_a_surface_is_followed_by_the_worker(room: CuttingRoom, worker_python: str, media_folder: Path, tmp_path: Path) -> None:
    """A poster goes by in perspective; a text that is put on it at frame 20 stays on it."""
    film = tmp_path / "poster.mp4"
    call = [worker_python, surface_film.__file__, "poster", str(film), "50", str(media_folder / "bikes.mp4")]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    room.lay(film, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = surface_film.SIZE
    corners = surface_film.corners(50)
    low, high = corners[19].min(axis=0) / surface_film.SIZE, corners[19].max(axis=0) / surface_film.SIZE
    inner = (low * 0.75 + high * 0.25, low * 0.25 + high * 0.75)
    region = (inner[0][0], 1 - inner[1][1], inner[1][0], 1 - inner[0][1])
    run(room, to="surface", graphic="text", text="X", place="on", region=region, frame=20)
    (text,) = effects.layers(room, "attachment")
    text.color, text.use_outline = (0.0, 1.0, 0.0, 1.0), False
    spot = surface_film.spot(corners, 19, middle_of(region))
    for frame in (1, 20, 35, 50):
        picture = effects.picture(room, frame)
        green = (picture[..., 1] > picture[..., 0] + 0.3) & (picture[..., 1] > picture[..., 2] + 0.3)
        rows, columns = np.nonzero(green)
        seen = np.array([columns.mean() + 0.5, surface_film.SIZE[1] - rows.mean() - 0.5])
        assert np.abs(seen - spot[frame - 1]).max() < 4, frame
    assert compat.right(text) - compat.left(text) >= 45


def middle_of(region: tuple[float, ...]) -> tuple[float, float]:
    return (region[0] + region[2]) / 2 * surface_film.SIZE[0], (1 - (region[1] + region[3]) / 2) * surface_film.SIZE[1]


def test_a_fresh_scene_has_the_planners_defaults(room: CuttingRoom) -> None:
    props = room.scene.assistant_editor
    wish, plain = Attached("tag"), AttachOptions()
    found = (props.attach_to, props.attach_which, props.attach_label, props.attach_graphic, props.attach_text)
    assert found == (plain.to, plain.which, plain.label, wish.graphic, wish.text)
    assert (props.attach_place, props.attach_size, props.attach_tolerance) == (wish.place, wish.size, wish.tolerance)


def test_the_verb_and_what_it_refuses(laid: CuttingRoom, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    options = ["attach_graphic=glasses", "detector=content"]
    assert cli.main(["attach", "--strip", "film", "--options", *options, "--json", str(told)]) == 0
    assert json.loads(told.read_text())["counts"]["added"] == {"attachment": 1}
    assert cli.main(["attach", "--options", "attach_graphic=hat"]) == 2
    laid.scene.frame_set(FRAMES + 20)
    assert cli.main(["attach", "--options", "attach_to=surface", "detector=content"]) == 2, "no film is at the playhead"


def test_a_shot_that_is_left_out_loses_its_graphics(laid: CuttingRoom) -> None:
    laid.scene.assistant_editor.detector = "content"
    run(laid, graphic="glasses")
    laid.scene.frame_set(10)
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", kind="attachment") == {"FINISHED"}
    assert not effects.layers(laid, "attachment")


def test_graphics_of_other_shots_keep_their_own_options(laid: CuttingRoom) -> None:
    """Glasses stay glasses although the options say something else by now."""
    laid.scene.assistant_editor.detector = "content"
    cache, medium = Cache(Path(os.environ["ASSISTANT_EDITOR_CACHE"])), effects.line(laid).strip("film").medium
    cut = Boundary(30, Fraction(30) / followed.RATE, 0.99)
    shots = Shots(followed.span(FRAMES), Fraction(0), followed.RATE, FRAMES, "made", (cut,))
    cache.store("shots", medium, ShotsOptions("content"), shots, whole=True)
    faces = followed.faces((PATH, tuple(range(30))), (PATH, tuple(range(30, FRAMES))), frames=FRAMES)
    cache.store("faces", medium, FacesOptions(Fraction(attach_options.OFTEN), expression=False), faces, whole=True)
    run(laid, graphic="glasses")
    _first, second = effects.layers(laid, "attachment")
    name, keys = second.name, len(list(compat.curves(laid.scene)))
    laid.scene.assistant_editor.attach_graphic = "emoji"
    laid.scene.frame_set(10)
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", kind="attachment") == {"FINISHED"}
    (left,) = effects.layers(laid, "attachment")
    assert left.name == name and "Glasses" in name and len(list(compat.curves(laid.scene))) < keys
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", kind="attachment") == {"FINISHED"}
    assert ["Emoji" in one.name for one in effects.layers(laid, "attachment")] == [True, False], "in again, by what the options say now"
