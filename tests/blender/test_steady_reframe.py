"""Reframe and Stabilise on one strip: the steadied picture through the camera that frames it, whichever came first; each goes by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from assistant_editor.timeline import compat, effect_ledger, read_poses
from assistant_editor.timeline.picture_way import Way
from assistant_editor.timeline.read_effects import effects_text
from assistant_editor.timeline.steady_path import trembling

from tests import shaky_film
from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom

CUT, FRAMES, STEP = 1 + shaky_film.LENGTHS[0], sum(shaky_film.LENGTHS), 2
SHOTS = range(1, CUT, STEP), range(CUT, FRAMES + 1, STEP)
LANDSCAPE, UPRIGHT = shaky_film.SIZE, (270, 480)
BOTH = pytest.mark.parametrize("order", [("stabilise", "reframe"), ("reframe", "stabilise")], ids="-".join)


@pytest.fixture
def laid(room: CuttingRoom, shaken: Path) -> CuttingRoom:
    room.lay(shaken, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = LANDSCAPE
    return room


def run(room: CuttingRoom, *verbs: str, **options: Any) -> Any:
    """The outcome of the last one. Nobody needs a network for the middle of the picture."""
    own = {"reframe": {"reframe_follow": "middle", "reframe_where": "here"}, "stabilise": {}}
    for verb in verbs:
        outcome = room.run(verb, detector="content", **{**own[verb], **options})
    return outcome


def keys(room: CuttingRoom) -> dict[str, Any]:
    """What moves the strip, and how it stands where nothing does."""
    film = room.strips["film"]
    found: dict[str, Any] = {name: tuple(getattr(film.transform, name) for _ in (0,)) for name in ("offset_x", "scale_x", "rotation")}
    for curve in compat.curves(room.scene):
        points = [(*point.co, *point.handle_left, *point.handle_right, point.interpolation) for point in curve.keyframe_points]
        found[curve.data_path.rpartition(".")[2]] = points
    return found


def disc(room: CuttingRoom, frames: range) -> tuple[np.ndarray, float]:
    """(where the disc is rendered, the darkest pixel of all)."""
    pictures = effects.pictures(room, frames)
    return np.array([shaky_film.disc(pictures[frame]) for frame in frames]), min(float(one.max(axis=2).min()) for one in pictures.values())


def shake(places: np.ndarray) -> float:
    return trembling(np.diff(places, axis=0, prepend=places[:1]), shaky_film.RATE / STEP)


def records(room: CuttingRoom) -> list[tuple[str, str]]:
    return [(one.identity.kind, one.state) for one in effect_ledger.load(effects_text(room.scene)).records]


@BOTH
def test_a_shaken_shot_is_steady_in_its_new_frame_and_shows_no_edge(laid: CuttingRoom, order: tuple[str, str]) -> None:
    run(laid, "reframe")
    assert (laid.scene.render.resolution_x, laid.scene.render.resolution_y) == UPRIGHT
    before = [shake(disc(laid, part)[0]) for part in SHOTS]
    laid.run("remove_effects", kind="reframe")
    laid.scene.render.resolution_x, laid.scene.render.resolution_y = LANDSCAPE
    outcome = run(laid, *order)
    assert outcome.counts["added"] == {order[1]: 1} and not outcome.counts["removed"] and not outcome.counts["updated"]
    for part, shaken in zip(SHOTS, before, strict=True):
        places, darkest = disc(laid, part)
        assert shaken > 3 and shake(places) < 0.25 * shaken
        assert darkest > 0.5 * shaky_film.DARKEST / 255, "an edge of the picture is seen"
    assert ("run Reframe again" in " ".join(outcome.notices)) == (order[1] == "stabilise")


@BOTH
def test_each_gives_back_what_the_other_leaves(laid: CuttingRoom, order: tuple[str, str]) -> None:
    first, second = order
    run(laid, first)
    alone = keys(laid)
    run(laid, second)
    together = keys(laid)
    assert together != alone
    outcome = laid.run("remove_effects", kind=second)
    assert outcome.counts["removed"] == {second: 1} and keys(laid) == alone and records(laid) == [(first, "live")]
    run(laid, second)
    assert keys(laid) == together
    laid.run("remove_effects", kind=first)
    assert records(laid) == [(second, "live")]
    left = keys(laid)
    laid.run("remove_effects", kind=second)
    run(laid, second)
    assert set(keys(laid)) == set(left)
    if order == ("stabilise", "reframe"):
        assert keys(laid) == left
    laid.run("remove_effects", kind=second)
    assert not list(compat.curves(laid.scene)) and laid.strips["film"].transform.scale_x == pytest.approx(1.0)


@BOTH
def test_run_again_changes_nothing_and_other_options_change_their_own(laid: CuttingRoom, order: tuple[str, str]) -> None:
    run(laid, *order)
    dump = laid.dump()
    for verb in order:
        outcome = run(laid, verb)
        if verb == "reframe" or order[0] == "reframe":
            assert not laid.changed_since(dump) and not outcome.counts["added"] and not outcome.counts["updated"], verb
        dump = laid.dump()
    turns = keys(laid)["rotation"]
    assert run(laid, "reframe", reframe_follow="salient").counts["updated"] in ({"reframe": 1}, {})
    assert keys(laid)["rotation"] == turns, "how it is steadied stays"
    before = keys(laid)["scale_x"]
    assert run(laid, "stabilise", stabilise_strength=0.4).counts["updated"] == {"stabilise": 1}
    assert keys(laid)["scale_x"] != before and sorted(records(laid)) == [("reframe", "live"), ("stabilise", "live")]


def test_what_the_editor_changes_is_his_for_both(laid: CuttingRoom) -> None:
    run(laid, "stabilise", "reframe")
    curve = next(one for one in compat.curves(laid.scene) if one.data_path.endswith("offset_x"))
    curve.keyframe_points[3].co[1] += 25
    curve.update()
    dump = laid.dump()
    for verb in ("stabilise", "reframe"):
        assert run(laid, verb, **({"stabilise_crop": 20.0} if verb == "stabilise" else {})).kept == 1
        assert not laid.changed_since(dump)
    laid.run("remove_effects", kind="reframe", changed_too=True)
    assert records(laid) == [("stabilise", "live")] and max(point[1] for point in keys(laid)["scale_x"]) < 1.2


def test_a_new_scene_goes_on_from_the_steadied_one(laid: CuttingRoom) -> None:
    run(laid, "stabilise")
    was = keys(laid)
    laid.run("reframe", detector="content", reframe_follow="middle", reframe_where="new")
    made = next(scene for scene in bpy.data.scenes if scene.name.endswith("9x16"))
    try:
        turning = next(one for one in compat.curves(made) if one.data_path.endswith("rotation"))
        assert [tuple(point.co) for point in turning.keyframe_points] == [point[:2] for point in was["rotation"]]
        growing = next(one for one in compat.curves(made) if one.data_path.endswith("scale_x"))
        assert growing.keyframe_points[0].co[1] == pytest.approx(480 / 270 * was["scale_x"][0][1], rel=1e-3)
        assert keys(laid) == was
    finally:
        laid.show(laid.scene)
        bpy.data.scenes.remove(made)


def test_what_follows_the_picture_knows_where_it_is(laid: CuttingRoom) -> None:
    """Attach and Anonymise ask where points of the picture are in the frame."""
    frames = range(3, FRAMES, 9)
    there = disc(laid, frames)[0] / LANDSCAPE
    run(laid, "stabilise", "reframe")
    stage = effects.stage(laid, "attachment")
    ways = Way(stage.shown["film"], stage.canvas, read_poses.moving(laid.scene).poses["film"]).of(np.array(frames))
    expected = np.einsum("fij,fj->fi", ways, np.column_stack([there[:, 0], 1 - there[:, 1], np.ones(len(there))]))
    # Rows of renders count from below.
    assert disc(laid, frames)[0] == pytest.approx(expected, abs=1.5)


def test_halves_of_a_split_strip_go_on_together(laid: CuttingRoom) -> None:
    run(laid, "stabilise", "reframe")
    first = laid.strips["film"]
    first.split(frame=60, split_method="SOFT")
    assert len([strip for strip in laid.strips if strip.type == "MOVIE"]) == 2
    run(laid, "stabilise", stabilise_strength=0.8)
    names = [strip.name for strip in laid.strips if strip.type == "MOVIE"]
    paths = {compat.strip_of(curve.data_path) for curve in compat.curves(laid.scene)}
    assert paths == set(names)
    _places, darkest = disc(laid, SHOTS[1])
    assert darkest > 0.5 * shaky_film.DARKEST / 255
    laid.run("remove_effects", kind="stabilise")
    assert laid.strips[names[0]].transform.scale_x == pytest.approx(laid.strips[names[1]].transform.scale_x, rel=1e-3)
    assert not [curve for curve in compat.curves(laid.scene) if curve.data_path.endswith("rotation")]


def test_it_plays_without_the_extension(laid: CuttingRoom) -> None:
    run(laid, "reframe", "stabilise")
    effects.same_without_extension(laid, [1, 30, CUT - 1, CUT])
