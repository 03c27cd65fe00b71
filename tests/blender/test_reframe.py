"""Smart reframe in Blender: what is planned is what is played, what is rendered, merged and taken away."""

from __future__ import annotations

import math
import subprocess
from base64 import b64encode
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from assistant_editor.ml.facts import Faces, FaceTrack, Span
from assistant_editor.timeline import compat
from assistant_editor.timeline.planners import reframe
from assistant_editor.timeline.planners.reframe import ReframeOptions
from assistant_editor.timeline.reframe_window import View
from assistant_editor.timeline.stage import Choice

from tests import chase
from tests.blender import effect_room as effects
from tests.blender.cutting_room import CuttingRoom
from tests.blender.effect_room import Before, carry_out

FRAME = (180, 320)
LOOKS = (1, 25, 50, 51, 80, 124, 126, 150, 177, 203, 230, 250)


@pytest.fixture(scope="session")
def chased(worker_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("chase") / "chase.mp4"
    done = subprocess.run([worker_python, chase.__file__, str(film)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


@pytest.fixture
def laid(room: CuttingRoom, chased: Path) -> CuttingRoom:
    room.lay(chased, sound=False)
    room.scene.render.resolution_x, room.scene.render.resolution_y = FRAME
    return room


def planned(room: CuttingRoom, options: ReframeOptions = ReframeOptions()) -> Any:  # noqa: B008
    line = effects.line(room)
    medium = line.strip("film").medium
    found = {engine: {medium: facts["film"]} for engine, facts in chase.facts().items()}
    return reframe.plan(found, [s for s in line.strips if s.kind == "MOVIE"], options, effects.stage(room, "reframe"))


def thing(room: CuttingRoom, frame: int) -> tuple[float, float, float, float]:
    """Where the green thing is rendered: left, bottom, right, top in pixels."""
    image = effects.picture(room, frame)
    green = (image[..., 1] > image[..., 0] + 0.25) & (image[..., 1] > image[..., 2] + 0.25)
    rows, columns = np.nonzero(green)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_what_is_taken_away_leaves_nothing_behind(laid: CuttingRoom) -> None:
    before = Before(laid)
    carry_out(laid, planned(laid))
    outcome = carry_out(laid, effects.plan(laid, "reframe"))
    assert outcome.counts["removed"] == {"reframe": 1}
    before.is_back()


def test_the_thing_is_rendered_where_the_plan_says(laid: CuttingRoom) -> None:
    plan = planned(laid)
    outcome = carry_out(laid, plan)
    assert outcome.counts["added"] == {"reframe": 1} and not outcome.notices
    marks = {mark.frame: mark.box for mark in plan.effects[0].marks}
    for frame in sorted(marks)[::3]:
        assert thing(laid, frame) == pytest.approx(marks[frame], abs=4), frame


def test_it_is_wholly_inside_in_every_shot(laid: CuttingRoom) -> None:
    carry_out(laid, planned(laid))
    for frame in LOOKS:
        left, bottom, right, top = thing(laid, frame)
        wide, tall = chase.THING[0] * 320 / 180, chase.THING[1] * 320 / 180
        assert right - left == pytest.approx(wide, abs=5) and top - bottom == pytest.approx(tall, abs=5), frame


def test_what_was_planned_is_what_blender_plays(laid: CuttingRoom) -> None:
    from assistant_editor.timeline.reframe_keys import Knot, played

    plan = planned(laid, ReframeOptions(camera="follow"))
    carry_out(laid, plan)
    frames = np.arange(1, 251)
    for curve in plan.effects[0].curves:
        path = f'sequence_editor.strips_all["film"].{curve.path}'
        written = next(one for one in compat.curves(laid.scene) if one.data_path == path)
        assert len(written.keyframe_points) == len(curve.keys)
        expected = np.empty(250)
        starts = [0, *(n + 1 for n, key in enumerate(curve.keys[:-1]) if key.ease == "CONSTANT"), len(curve.keys)]
        for first, last in pairwise(starts):
            keys = curve.keys[first:last]
            end = curve.keys[last].frame if last < len(curve.keys) else 251
            here = (frames >= keys[0].frame) & (frames < end)
            expected[here] = played(tuple(Knot(int(k.frame), k.value, k.slope or 0.0) for k in keys), frames[here])
        assert [written.evaluate(frame) for frame in frames] == pytest.approx(expected, abs=2e-3)


def test_a_second_run_changes_nothing_and_other_options_follow(laid: CuttingRoom) -> None:
    carry_out(laid, planned(laid))
    before = laid.dump()
    outcome = carry_out(laid, planned(laid))
    assert not laid.changed_since(before) and outcome.unchanged == 1
    outcome = carry_out(laid, planned(laid, ReframeOptions(follow="middle")))
    assert outcome.counts["updated"] == {"reframe": 1}
    assert not [c for c in compat.curves(laid.scene) if c.keyframe_points[0].co[0] and len(c.keyframe_points) > 1]


def test_what_the_editor_moved_is_his(laid: CuttingRoom) -> None:
    carry_out(laid, planned(laid))
    curve = next(c for c in compat.curves(laid.scene) if c.data_path.endswith("offset_x"))
    curve.keyframe_points[0].co[1] += 20
    curve.update()
    before = laid.dump()
    outcome = carry_out(laid, planned(laid, ReframeOptions(close=1.0)))
    assert not laid.changed_since(before) and outcome.kept == 1


@pytest.mark.parametrize("pose", ["mirrored", "cropped", "origin", "scaled"])
def test_however_the_picture_lies_the_thing_is_found(laid: CuttingRoom, pose: str) -> None:
    film = laid.strips["film"]
    if pose == "mirrored":
        film.use_flip_x = True
    elif pose == "cropped":
        film.crop.min_x, film.crop.max_y = 20, 10
    elif pose == "origin":
        film.transform.origin = (0.2, 0.9)
    else:
        film.transform.scale_x = film.transform.scale_y = 0.5
        film.transform.offset_x = 40
    plan = planned(laid)
    carry_out(laid, plan)
    assert not plan.notices
    marks = {mark.frame: mark.box for mark in plan.effects[0].marks}
    for frame in sorted(marks)[1::5]:
        assert thing(laid, frame) == pytest.approx(marks[frame], abs=4), frame


def test_a_rotated_or_animated_strip_keeps_its_framing(laid: CuttingRoom) -> None:
    film = laid.strips["film"]
    laid.strips.new_movie(name="other", filepath=film.filepath, channel=3, frame_start=1)
    for said in ("rotated", "animated", "locked"):
        film.transform.rotation = math.radians(5) if said == "rotated" else 0.0
        film.lock = said == "locked"
        if said == "animated":
            film.transform.keyframe_insert("scale_x", frame=3)
        plan = planned(laid)
        assert [said in notice for notice in plan.notices] == [True] and [effect.strip for effect in plan.effects] == ["other"]
        compat.remove_curves(laid.scene, "film")


def test_the_file_renders_the_same_without_the_extension(laid: CuttingRoom) -> None:
    carry_out(laid, planned(laid))
    effects.same_without_extension(laid, (10, 100, 200))


def split(room: CuttingRoom) -> Any:
    """The first shot shared by a face on the green thing and one far to the right of it."""
    line = effects.line(room)
    medium = line.strip("film").medium
    looks = tuple(range(0, 50, 5))
    tracks = []
    for left in (60.0, 250.0):
        rows = np.tile(np.array([left, 70.0, 40.0, 50.0, 0.9], "<f4"), (len(looks), 1))
        points = np.tile(np.array([left + 10, 85, left + 30, 85, left + 20, 95, left + 12, 108, left + 28, 108], "<f4"), (len(looks), 1))
        tracks.append(FaceTrack(0.9, tuple(range(len(looks))), *(b64encode(one.tobytes()).decode() for one in (rows, points)), 0))
    seconds = tuple(look / chase.RATE for look in looks)
    span = Span(Fraction(0), Fraction(2))
    faces = Faces(span, Fraction(0), chase.RATE, "made", chase.SIZE, looks, seconds, 0, tuple(tracks))
    where = replace(effects.stage(room, "reframe"), choices=(Choice("reframe", medium, span, "subject", "split"),))
    found = {"shots": {medium: chase.facts()["shots"]["film"]}, "faces": {medium: faces}}
    return reframe.plan(found, [s for s in line.strips if s.tag is None and s.kind == "MOVIE"], ReframeOptions(), where)


def test_two_share_the_frame_and_are_taken_away_together(laid: CuttingRoom) -> None:
    before = Before(laid)
    carry_out(laid, split(laid))
    assert [strip.type for strip in effects.layers(laid, "reframe")] == ["MOVIE"]
    written = laid.dump()
    outcome = carry_out(laid, split(laid))
    assert not laid.changed_since(written) and outcome.unchanged == 1
    laid.strips["film"].color_saturation = 0.0
    assert carry_out(laid, split(laid)).counts["updated"] == {"reframe": 1}
    assert effects.layers(laid, "reframe")[0].color_saturation == 0.0
    laid.strips["film"].color_saturation = 1.0
    carry_out(laid, effects.plan(laid, "reframe"))
    before.is_back()


def test_each_half_of_a_split_screen_shows_its_own(laid: CuttingRoom) -> None:
    carry_out(laid, split(laid))
    left, bottom, right, _top = thing(laid, 20)
    assert bottom >= FRAME[1] / 2 and 0 < left < right < FRAME[0]
    image = effects.picture(laid, 20)
    assert (image.max(axis=2) > 0.1).all(), "the seam, or an edge, is black"
    assert np.abs(image[: FRAME[1] // 2].mean() - image[FRAME[1] // 2 :].mean()) < 0.3
    after = effects.picture(laid, 60)
    assert (after.max(axis=2) > 0.1).all()


def test_a_view_is_blenders(laid: CuttingRoom) -> None:
    stage = effects.stage(laid, "reframe")
    view = View(stage.shown["film"], stage.canvas)
    assert view.picture == chase.SIZE and view.window() == pytest.approx((180 * 9 / 16 / 320, 1.0))
