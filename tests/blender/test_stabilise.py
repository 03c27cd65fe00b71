"""Stabilising in Blender: a film shaken by known amounts, found out by the worker, written, and measured where it is rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor import cli
from assistant_editor.operators import stabilise_options
from assistant_editor.operators.effect_preview import previews
from assistant_editor.timeline import compat, effect_ledger
from assistant_editor.timeline.planners.stabilise import StabiliseOptions
from assistant_editor.timeline.read_effects import effects_text
from assistant_editor.timeline.steady_path import trembling

from tests import shaky_film
from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before

FRAMES = sum(shaky_film.LENGTHS)
CUT = 1 + shaky_film.LENGTHS[0]
STEP = 2
"""Every second frame is rendered: a hand shakes more slowly than that."""


@pytest.fixture
def laid(room: CuttingRoom, shaken: Path) -> CuttingRoom:
    room.lay(shaken, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = shaky_film.SIZE
    bpy.ops.ed.undo_push(message="laid out")
    return room


def run(room: CuttingRoom, **options: Any) -> Any:
    return room.run("stabilise", detector="content", **options)


def seen(room: CuttingRoom, frames: range) -> tuple[np.ndarray, float]:
    """(where the disc is rendered, row a frame; the darkest pixel of all)."""
    pictures = effects.pictures(room, frames)
    places = np.array([shaky_film.disc(pictures[frame]) for frame in frames])
    return places, min(float(picture.max(axis=2).min()) for picture in pictures.values())


def shake(places: np.ndarray) -> float:
    return trembling(np.diff(places, axis=0, prepend=places[:1]), shaky_film.RATE / STEP)


def growing(room: CuttingRoom) -> Any:
    path = room.strips["film"].transform.path_from_id("scale_x")
    return next(curve for curve in compat.curves(room.scene) if curve.data_path == path)


def scales(room: CuttingRoom) -> list[float]:
    return [growing(room).evaluate(frame) for frame in range(1, FRAMES + 1)]


def test_the_shake_goes_and_no_edge_is_seen(laid: CuttingRoom) -> None:
    before = Before(laid)
    first, second = range(1, CUT, STEP), range(CUT, FRAMES + 1, STEP)
    was = [shake(seen(laid, part)[0]) for part in (first, second)]
    outcome = run(laid)
    assert outcome.counts["added"] == {"stabilise": 1} and any("of the 10.0% that are allowed" in told for told in outcome.notices)
    for part, shaken in zip((first, second), was, strict=True):
        places, darkest = seen(laid, part)
        assert shaken > 2 and shake(places) < 0.25 * shaken
        assert darkest > 0.5 * shaky_film.DARKEST / 255, "an edge of the picture is seen"
    assert min(scales(laid)) > 1 and max(scales(laid)) <= 1.1 * 1.03, "enlarged by no more than 10 %, and by what its size trembled"
    held = max((key for key in growing(laid).keyframe_points if key.co[0] < CUT), key=lambda key: key.co[0])
    assert held.co[0] == CUT - 1 and held.interpolation == "CONSTANT", "nothing goes across the cut"
    laid.run("remove_effects", kind="stabilise")
    before.is_back()


def test_a_second_run_changes_nothing_and_another_strength_does(laid: CuttingRoom) -> None:
    run(laid, stabilise_strength=0.5)
    dump = laid.dump()
    outcome = run(laid, stabilise_strength=0.5)
    assert not laid.changed_since(dump) and not outcome.counts["added"]
    half = scales(laid)
    run(laid, stabilise_strength=1.0)
    assert 1 < max(half) < max(scales(laid))
    assert [record.state for record in effect_ledger.load(effects_text(laid.scene)).records] == ["live"]


def test_what_the_editor_changed_is_his(laid: CuttingRoom) -> None:
    run(laid)
    film = laid.strips["film"]
    film.transform.offset_x = 33.0
    film.transform.keyframe_insert("offset_x", frame=20)
    dump = laid.dump()
    run(laid, stabilise_crop=20.0)
    assert not laid.changed_since(dump)


def test_an_animated_strip_is_left_alone_and_it_is_said(laid: CuttingRoom) -> None:
    laid.strips["film"].transform.keyframe_insert("rotation", frame=5)
    dump = laid.dump()
    outcome = run(laid)
    assert "animated already" in " ".join(outcome.notices) and not laid.changed_since(dump)


def test_it_plays_without_the_extension(laid: CuttingRoom) -> None:
    run(laid)
    effects.same_without_extension(laid, [1, 30, CUT - 1, CUT])


def test_one_step_back(laid: CuttingRoom) -> None:
    dump = laid.dump()
    run(laid)
    assert laid.changed_since(dump)
    bpy.ops.ed.undo()
    assert not laid.changed_since(dump)


def test_a_fresh_scene_has_the_planners_defaults(room: CuttingRoom) -> None:
    assert stabilise_options.stabilising(room.scene.assistant_editor) == StabiliseOptions()


def test_the_verb_and_the_preview(laid: CuttingRoom, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    options = ["--options", "stabilise_crop=5", "detector=content"]
    assert cli.main(["stabilise", "--strip", "film", *options, "--json", str(told)]) == 0
    assert json.loads(told.read_text())["counts"]["added"] == {"stabilise": 1} and max(scales(laid)) <= 1.05 * 1.02
    laid.run("remove_effects", kind="stabilise")
    laid.scene.assistant_editor.detector = "content"
    before = Before(laid)
    assert bpy.ops.assistant_editor.preview_effects("EXEC_DEFAULT", kind="stabilise") == {"FINISHED"}
    before.is_back()
    assert any("of the picture is kept" in name for name, _kind in previews["stabilise"].names)
    assert cli.main(["stabilise", "--options", "stabilise_crop=much"]) == 2


def test_a_shot_that_is_left_out_stays_as_it_is(laid: CuttingRoom) -> None:
    run(laid)
    laid.scene.frame_set(10)
    laid.scene.assistant_editor.detector = "content"
    assert bpy.ops.assistant_editor.leave_shot_out("EXEC_DEFAULT", kind="stabilise") == {"FINISHED"}
    found = scales(laid)
    assert max(found[: CUT - 2]) == 1 and min(found[CUT:]) > 1
