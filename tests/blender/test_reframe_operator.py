"""Reframe as an editor presses it: another scene or this one, captions along, chosen subjects, the command line."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.ml.cache import Cache, fingerprint
from assistant_editor.ml.facts import ObjectsOptions, SaliencyOptions, Word
from assistant_editor.operators import options, work
from assistant_editor.timeline import compat
from assistant_editor.timeline.caption_looks import text_area
from assistant_editor.timeline.plan import Caption, Identity, Plan, Why
from assistant_editor.timeline.requests import Asked
from assistant_editor.timeline.timebase import FrameRange

from tests import chase
from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom


@pytest.fixture(scope="session")
def chased(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("chase") / "chase.mp4"
    done = subprocess.run([worker_python, chase.__file__, str(film)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture
def laid(room: CuttingRoom, chased: Path) -> CuttingRoom:
    """The film, wide in a wide scene, for detectors without weights."""
    room.lay(chased, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = chase.SIZE
    room.scene.assistant_editor.detector = "content"
    room.scene.assistant_editor.reframe_follow = "salient"
    return room


def captioned(room: CuttingRoom) -> str:
    """A caption as Auto Captions writes it; the name of its strip."""
    from assistant_editor.operators import look_options

    style = look_options.caption_style(room.scene.assistant_editor)
    words = (Word(" Where", Fraction(1), Fraction(2), 0.9), Word(" now?", Fraction(2), Fraction(3), 0.9))
    line = effects.line(room)
    identity = Identity(line.strip("film").medium, "caption", Fraction(1), Fraction(3))
    caption = Caption(identity, Why(0.9, "heard"), FrameRange(26, 76), "Where now?", words, style, "film")
    planned = Plan((caption,), media=((identity.medium, "caption"),))
    work.carry_out(room.scene, line, planned, "Test", Asked(), (), ())
    return next(strip.name for strip in room.strips if strip.type == "TEXT")


def curves(scene: Any, path: str) -> list[Any]:
    return [one for one in compat.curves(scene) if one.data_path.endswith(path)]


def test_a_new_scene_is_reframed_and_the_old_one_stays(laid: CuttingRoom) -> None:
    caption = captioned(laid)
    before, count = laid.dump(), len(bpy.data.scenes)
    laid.run("reframe", reframe_aspect="9:16", reframe_where="new")
    assert not [one for one in laid.changed_since(before) if not one.startswith("/data/")] and len(bpy.data.scenes) == count + 1
    made = next(scene for scene in bpy.data.scenes if scene.name.endswith("9x16"))
    try:
        assert (made.render.resolution_x, made.render.resolution_y) == (180, 320)
        assert made.sequence_editor.strips["film"].transform.scale_y == pytest.approx(320 / 180, rel=1e-3)
        x, y = made.sequence_editor.strips[caption].location
        area = text_area(180, 320)
        assert area.left <= x <= area.right and area.bottom - 1e-6 <= y <= area.top
        assert curves(made, "offset_x") and not curves(laid.scene, "offset_x")
    finally:
        laid.show(laid.scene)
        bpy.data.scenes.remove(made)


def test_undone_the_window_edits_what_it_edited(laid: CuttingRoom) -> None:
    bpy.ops.ed.undo_push(message="laid")
    laid.run("reframe", reframe_aspect="9:16", reframe_where="new")
    assert compat.edited_scene(bpy.context).name.endswith("9x16")
    assert bpy.ops.ed.undo() == {"FINISHED"}
    assert compat.edited_scene(bpy.context).name == laid.name and not compat.edits_nothing(bpy.context)
    assert not [scene for scene in bpy.data.scenes if scene.name.endswith("9x16")]


def test_this_scene_takes_the_shape_and_a_second_run_adds_nothing(laid: CuttingRoom) -> None:
    caption = captioned(laid)
    low = laid.strips[caption].location[1]
    laid.run("reframe", reframe_aspect="9:16", reframe_where="here")
    assert (laid.scene.render.resolution_x, laid.scene.render.resolution_y) == (180, 320)
    assert laid.strips[caption].location[1] > low + 0.1
    before = laid.dump()
    outcome = laid.run("reframe", reframe_aspect="9:16", reframe_where="here")
    assert not laid.changed_since(before) and outcome.unchanged == 1 and not any(outcome.counts.values())


def test_a_caption_put_elsewhere_by_hand_stays_there(laid: CuttingRoom) -> None:
    strip = laid.strips[captioned(laid)]
    strip.location = (0.3, 0.6)
    laid.run("reframe", reframe_aspect="1:1", reframe_where="here")
    assert tuple(laid.strips[strip.name].location) == pytest.approx((0.3, 0.6))


def test_what_stands_out_is_found_and_kept_inside(laid: CuttingRoom) -> None:
    """Without any model: the only thing that is green and moves."""
    laid.run("reframe", reframe_aspect="1:1", reframe_where="here")
    inside = []
    for frame in range(5, 250, 12):
        image = effects.picture(laid, frame)
        green = (image[..., 1] > image[..., 0] + 0.25) & (image[..., 1] > image[..., 2] + 0.25)
        inside.append(green.sum() >= 0.9 * chase.THING[0] * chase.THING[1])
    assert np.mean(inside) >= 0.9


@pytest.mark.parametrize("where", ["here", "new"])
def test_where_nothing_can_be_written_nothing_is_changed(laid: CuttingRoom, where: str) -> None:
    laid.strips["film"].lock = True
    before = laid.dump()
    with pytest.raises(RuntimeError, match="locked"):
        bpy.ops.assistant_editor.reframe("EXEC_DEFAULT", True, reframe_aspect="9:16", reframe_where=where)
    assert not laid.changed_since(before)


def test_a_part_of_a_scene_is_no_new_scene(laid: CuttingRoom) -> None:
    laid.scene.sequence_editor.strips.new_meta(name="meta", channel=3, frame_start=1)
    laid.strips["film"].move_to_meta(laid.strips["meta"])
    laid.scene.sequence_editor.display_stack(laid.strips["meta"])
    before = laid.dump()
    with pytest.raises(RuntimeError, match="A meta strip is open"):
        bpy.ops.assistant_editor.reframe("EXEC_DEFAULT", True, reframe_aspect="9:16", reframe_where="new")
    assert not laid.changed_since(before)
    laid.run("reframe", reframe_aspect="9:16", reframe_where="here")
    assert curves(laid.scene, "offset_x")


@pytest.fixture
def known(laid: CuttingRoom, chased: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CuttingRoom:
    """Two things of the film are stored as seen, and nobody is asked."""
    monkeypatch.setenv("ASSISTANT_EDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ASSISTANT_EDITOR_WORKER_PYTHON", str(tmp_path / "none"))
    store, medium = Cache(tmp_path / "cache"), fingerprint(str(chased))
    facts = {engine: by_medium["film"] for engine, by_medium in chase.facts().items()}
    laid.scene.assistant_editor.object_model = str(tmp_path / "model.pt")
    laid.scene.assistant_editor.reframe_follow = "things"
    (tmp_path / "model.pt").write_bytes(b"no network: what it would say is stored")
    settings = laid.scene.assistant_editor
    store.store("shots", medium, options.shots_task(settings), facts["shots"], whole=True)
    store.store("objects", medium, ObjectsOptions(model=settings.object_model), chase.facts("dog")["objects"]["film"], whole=True)
    store.store("saliency", medium, SaliencyOptions(), chase.saliency(), whole=True)
    return laid


def test_the_subject_of_a_shot_can_be_chosen(known: CuttingRoom) -> None:
    known.run("reframe", reframe_aspect="9:16", reframe_where="here")
    with_dog = [point.co[1] for point in curves(known.scene, "offset_x")[0].keyframe_points]
    known.scene.frame_set(20)
    assert bpy.ops.assistant_editor.reframe_subject("EXEC_DEFAULT", True, subject="middle") == {"FINISHED"}
    in_the_middle = [point.co[1] for point in curves(known.scene, "offset_x")[0].keyframe_points]
    assert in_the_middle[0] == pytest.approx(0, abs=1e-3) and with_dog[0] > 50
    assert in_the_middle[1:] == pytest.approx(with_dog[1:], abs=1e-3)
    assert bpy.ops.assistant_editor.reframe_subject("EXEC_DEFAULT", True, subject="dog 1") == {"FINISHED"}
    assert [point.co[1] for point in curves(known.scene, "offset_x")[0].keyframe_points] == pytest.approx(with_dog, abs=1e-3)


def test_a_shot_left_out_lies_as_it_lay(known: CuttingRoom) -> None:
    known.run("reframe", reframe_aspect="9:16", reframe_where="here")
    known.scene.frame_set(20)
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", True, kind="reframe") == {"FINISHED"}
    assert curves(known.scene, "scale_y")[0].evaluate(20) == pytest.approx(1.0)
    assert curves(known.scene, "scale_y")[0].evaluate(80) == pytest.approx(320 / 180, rel=1e-3)


def test_a_preview_leaves_everything_as_it_is(known: CuttingRoom) -> None:
    from assistant_editor.operators.effect_preview import previews

    before, scenes = known.dump(), len(bpy.data.scenes)
    known.scene.frame_set(20)
    assert bpy.ops.assistant_editor.preview_effects("EXEC_DEFAULT", kind="reframe") == {"FINISHED"}
    shown = previews["reframe"]
    image = bpy.data.images.load(shown.path)
    width, height = image.size
    bpy.data.images.remove(image)
    assert height > width and ("dog 1", "subject") in shown.names
    known.scene.frame_set(1)
    assert len(bpy.data.scenes) == scenes and not [one for one in known.changed_since(before) if "cache" not in one]
    assert (known.scene.render.resolution_x, known.scene.render.resolution_y) == chase.SIZE


def test_the_command_line_reframes(known: CuttingRoom, tmp_path: Path) -> None:
    target = tmp_path / "said.json"
    done = cli.main(["reframe", "--options", "reframe_aspect=4:5", "reframe_where=here", "--json", str(target)])
    assert done == 0
    said = json.loads(target.read_text())
    assert said["counts"]["added"] == {"reframe": 1}
    assert (known.scene.render.resolution_x, known.scene.render.resolution_y) == (180, 224)
