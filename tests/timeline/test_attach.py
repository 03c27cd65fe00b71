"""Attached graphics on paper: where they sit, how they go along, when they hide, how few keyframes that takes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Shots, Span
from assistant_editor.timeline.attach_graphics import LENSES, Attached
from assistant_editor.timeline.attach_region import marked
from assistant_editor.timeline.picture_way import Moving, Way
from assistant_editor.timeline.planners import attach
from assistant_editor.timeline.planners.attach import AttachOptions, Known
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from tests import followed
from tests.followed import PICTURE, RATE
from tests.timeline.test_steady import value

CANVAS = (1280, 720)
FRAMES = 100
SEEN = Shown(PICTURE, Pose(scale=(2.0, 2.0)))
ALL = tuple(range(FRAMES))


def strip_of(frames: int = FRAMES, start: int = 11) -> StripRef:
    return StripRef(
        "film", "MOVIE", "film.mp4", "m", 1, FrameRange(start, start + frames), SourceMap(Fraction(start), RATE, pictures=RATE, step=1.0)
    )


def planned(found, options, shown=SEEN, choices=(), known=Known(), cuts=()):  # noqa: B008
    boundaries = tuple(Boundary(cut, cut / RATE, 0.9) for cut in cuts)
    shots = Shots(Span(Fraction(0), FRAMES / RATE), Fraction(0), RATE, FRAMES, "made", boundaries)
    stage = Stage(CANVAS, RATE, {"film": shown, "title": Shown(tuple(map(float, CANVAS)))}, choices)
    return attach.plan({"shots": {"m": shots}, **found}, [strip_of()], options, stage, known)


def places(layer, frames: range) -> np.ndarray:
    """Float64 (frames, 4): place in the frame, scale and angle, as Blender plays them."""
    keys = {curve.path: curve.keys for curve in layer.curves}
    still = {setting.path: setting.value for setting in layer.settings}

    def at(path: str, frame: int) -> float:
        path = f"transform.{path}"
        return value(keys[path], frame) if path in keys else still[path]

    rows = np.array([[at(path, frame) for path in ("offset_x", "offset_y", "scale_x", "rotation")] for frame in frames])
    assert all(at("scale_x", frame) == at("scale_y", frame) for frame in frames)
    return rows + np.array([CANVAS[0] / 2, CANVAS[1] / 2, 0, 0])


def in_frame(points: np.ndarray) -> np.ndarray:
    """From pixels of the picture, y down, to those of the frame, y up."""
    return np.column_stack([points[:, 0] * 2, CANVAS[1] - points[:, 1] * 2])


def only(plan):
    (effect,) = plan.effects
    (layer,) = effect.layers
    return effect, layer


def columns(layer) -> int:
    return max((len(curve.keys) for curve in layer.curves if curve.path.startswith("transform")), default=0)


def test_glasses_sit_on_the_eyes_turn_and_grow():
    path = followed.path(FRAMES)
    found = {"faces": {"m": followed.faces((followed.noisy(path, 0.5, 1), ALL), frames=FRAMES)}}
    effect, layer = only(planned(found, AttachOptions("face", wish=Attached("glasses"))))
    rows = places(layer, range(11, 111))
    wished = in_frame(followed.eye_middle(path))
    error = np.hypot(*(rows[:, :2] - wished).T)
    assert np.sqrt((error**2).mean()) < 1.5 and error.max() < 4, "pixels of a frame 1280 wide, of marks that are off by 1"
    font = next(setting.value for setting in layer.settings if setting.path == "font_size")
    assert rows[:, 2] * font == pytest.approx(0.4 * path[:, 2] * 2 / LENSES, rel=0.08)
    assert rows[:, 3] == pytest.approx(-path[:, 3], abs=0.08)
    assert effect.frames == FrameRange(11, 111) and not effect.curves and not effect.settings
    assert columns(layer) / 4 < 8, "keyframes a second, of positions that tremble"


def test_a_name_tag_stays_upright_above_with_few_keyframes():
    found = {"faces": {"m": followed.faces((followed.noisy(followed.path(FRAMES), 0.5, 2), ALL), frames=FRAMES)}}
    _effect, layer = only(planned(found, AttachOptions(wish=Attached("tag", "Anna"))))
    rows = places(layer, range(11, 111))
    top = CANVAS[1] - 2 * (followed.path(FRAMES)[:, 1] - 0.6 * followed.path(FRAMES)[:, 2])
    assert (rows[:, 1] > top).all() and (rows[:, 1] < top + 80).all()
    assert (rows[:, 2] == 1).all() and (rows[:, 3] == 0).all()
    assert {setting.path: setting.value for setting in layer.settings}["text"] == "Anna"
    assert columns(layer) / 4 <= 3


def test_a_tag_stays_in_the_frame():
    path = followed.path(FRAMES, start=(20.0, 20.0))
    found = {"faces": {"m": followed.faces((path, ALL), frames=FRAMES)}}
    _effect, layer = only(planned(found, AttachOptions(wish=Attached("tag", "Bartholomew"))))
    rows = places(layer, range(11, 111))
    assert rows[:, 0].min() > 60 and rows[:, 1].max() < CANVAS[1] - 15


def test_every_frame_by_frame_follower_needs_a_keyframe_a_frame_and_trembles_more():
    """The naive way: the box of every frame as it is."""
    path = followed.path(FRAMES)
    noise = followed.noisy(path, 0.7, 3)
    _effect, layer = only(planned({"faces": {"m": followed.faces((noise, ALL), frames=FRAMES)}}, AttachOptions(wish=Attached("glasses"))))
    ours, naive = places(layer, range(11, 111))[:, :2], in_frame(followed.eye_middle(noise))
    jerk = [np.abs(np.diff(one, n=3, axis=0)).mean() for one in (ours, naive)]
    assert columns(layer) < 0.4 * FRAMES and jerk[0] < 0.3 * jerk[1]


def test_it_hides_while_the_track_is_lost_and_bridges_a_moment():
    path = followed.path(FRAMES)
    away = tuple(number for number in ALL if not 30 <= number < 55)
    found = {"faces": {"m": followed.faces((path, away), frames=FRAMES)}}
    _effect, layer = only(planned(found, AttachOptions(wish=Attached("glasses"))))
    (opacity,) = [curve.keys for curve in layer.curves if curve.path == "blend_alpha"]
    shown = {frame: linear(opacity, frame) for frame in range(11, 111)}
    assert all(shown[11 + number] == 1 for number in away) and all(shown[11 + number] == 0 for number in range(32, 53))
    rows = places(layer, range(11, 111))[list(away)]
    assert np.abs(rows[:, :2] - in_frame(followed.eye_middle(path))[list(away)]).max() < 2
    moment = tuple(number for number in ALL if not 30 <= number < 36)
    _effect, layer = only(planned({"faces": {"m": followed.faces((path, moment), frames=FRAMES)}}, AttachOptions(wish=Attached("glasses"))))
    assert not [curve for curve in layer.curves if curve.path == "blend_alpha"]


def linear(keys, frame: int) -> float:
    return float(np.interp(frame, [key.frame for key in keys], [key.value for key in keys]))


def test_it_is_there_only_while_its_subject_is():
    path = followed.path(FRAMES)
    found = {"objects": {"m": followed.things(("dog", path, tuple(range(20, 70))), ("cat", path, ALL), frames=FRAMES)}}
    effect, layer = only(planned(found, AttachOptions("object", label="Dog", wish=Attached("arrow"))))
    assert effect.frames == layer.frames == FrameRange(31, 81)


def test_a_surface_carries_a_strip_that_stands():
    path = followed.path(FRAMES)
    sure = np.ones(FRAMES)
    options = AttachOptions("surface", wish=Attached("strip", strip="title", moment=11 + 40))
    effect, layer = only(planned({"surface": {"m": followed.surface(path, sure)}}, options))
    assert layer.type == "GAUSSIAN_BLUR" and layer.inputs == ("title",)
    rows = places(layer, range(11, 111))
    assert rows[40] == pytest.approx([CANVAS[0] / 2, CANVAS[1] / 2, 1, 0], abs=2), "where the editor put it"
    # Something that lies on the surface at that moment lies on the same place of it in every other.
    on_it = np.array([(0.0, 0.0), (0.4, -0.3), (-0.5, 0.2)])
    for number in (0, 20, 75, 99):
        seen = {n: in_frame(spot(path[n], on_it)) for n in (40, number)}
        x, y, scale, angle = rows[number]
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
        moved = (seen[40] - np.array(CANVAS) / 2) @ turn.T + [x, y]
        assert np.abs(moved - seen[number]).max() < 2.5
    assert effect.identity.kind == "attachment"


def spot(place: np.ndarray, points: np.ndarray) -> np.ndarray:
    cos, sin = np.cos(place[3]), np.sin(place[3])
    return place[:2] + place[2] * (points @ np.array([[cos, sin], [-sin, cos]]))


def test_largest_all_and_the_editors_choice():
    big, small = followed.path(FRAMES, 70), followed.path(FRAMES, 30, (300.0, 200.0))
    found = {"faces": {"m": followed.faces((small, ALL), (big, ALL), frames=FRAMES)}}
    one = planned(found, AttachOptions(wish=Attached("tag")))
    assert [effect.layers[0].name for effect in one.effects] == ["Name Tag face 2"]
    both = planned(found, AttachOptions(which="all", wish=Attached("tag")))
    assert len(both.effects) == 2 and len({effect.identity for effect in both.effects}) == 2
    second = (Choice("attachment", "m", Span(Fraction(0), Fraction(4)), "subject", "2"),)
    chosen = planned(found, AttachOptions(wish=Attached("tag")), choices=second)
    assert [effect.layers[0].name for effect in chosen.effects] == ["Name Tag face 1"]


def test_each_shot_has_its_own_and_left_out_ones_have_none():
    path = followed.path(FRAMES)
    found = {"faces": {"m": followed.faces((path, tuple(range(50))), (path, tuple(range(50, 100))), frames=FRAMES)}}
    plan = planned(found, AttachOptions(wish=Attached("emoji")), cuts=(50,))
    assert [effect.frames for effect in plan.effects] == [FrameRange(11, 61), FrameRange(61, 111)]
    out = (Choice("attachment", "m", Span(Fraction(0), Fraction(2)), "leave"),)
    plan = planned(found, AttachOptions(wish=Attached("emoji")), choices=out, cuts=(50,))
    assert [effect.frames for effect in plan.effects] == [FrameRange(61, 111)]
    assert [one.span for one in plan.leaves] == [Span(Fraction(0), Fraction(2))] and plan.adds


def test_where_one_shot_is_meant_nothing_is_said_of_the_others():
    path = followed.path(FRAMES)
    found = {"faces": {"m": followed.faces((path, tuple(range(50))), (path, tuple(range(50, 100))), frames=FRAMES)}}
    options = AttachOptions(wish=Attached("emoji"), only=Fraction(3))
    plan = planned(found, options, cuts=(50,))
    assert [effect.frames for effect in plan.effects] == [FrameRange(61, 111)] and not plan.leaves and plan.adds
    out = (Choice("attachment", "m", Span(Fraction(2), Fraction(4)), "leave"),)
    plan = planned(found, options, choices=out, cuts=(50,))
    assert not plan.effects and not plan.notices and [one.span for one in plan.leaves] == [Span(Fraction(2), Fraction(4))]


def test_other_graphics_on_the_same_subject_are_told_apart():
    found = {"faces": {"m": followed.faces((followed.path(FRAMES), ALL), frames=FRAMES)}}
    kinds = ("tag", "arrow", "emoji", "glasses")
    identities = [only(planned(found, AttachOptions(wish=Attached(kind))))[0].identity for kind in kinds]
    assert len(set(identities)) == len(kinds)
    again = only(planned(found, AttachOptions(wish=Attached("tag", "Anna", size=2.0))))[0].identity
    assert again == identities[0]


def test_a_known_persons_name_is_written_and_asked_for():
    found = {"faces": {"m": followed.faces((followed.path(FRAMES), ALL), frames=FRAMES)}}
    known = Known(name_of=lambda _track: "Anna")
    _effect, layer = only(planned(found, AttachOptions(label="anna"), known=known))
    assert {setting.path: setting.value for setting in layer.settings}["text"] == "Anna"
    assert not planned(found, AttachOptions(label="Bert"), known=known).effects


def test_a_strip_that_is_animated_carries_its_graphics_along():
    path = followed.path(FRAMES)
    found = {"faces": {"m": followed.faces((path, ALL), frames=FRAMES)}}
    poses = tuple(Pose((float(number), 0.0), (2.0, 2.0)) for number in range(FRAMES))
    known = Known(Moving({"film": (11, poses)}))
    _effect, still = only(planned(found, AttachOptions(wish=Attached("glasses"))))
    _effect, moving = only(planned(found, AttachOptions(wish=Attached("glasses")), known=known))
    apart = places(moving, range(11, 111)) - places(still, range(11, 111))
    assert np.abs(apart[:, 0] - np.arange(FRAMES)).max() < 2 and np.abs(apart[:, 1]).max() < 2
    driven = planned(found, AttachOptions(), known=Known(Moving(driven=frozenset({"film"}))))
    assert not driven.effects and "drivers" in driven.notices[0]


def test_what_cannot_be_is_said():
    found = {"faces": {"m": followed.faces(frames=FRAMES)}, "objects": {"m": followed.things(frames=FRAMES)}}
    cases = [
        (AttachOptions("person", wish=Attached("glasses")), "choose Face"),
        (AttachOptions(wish=Attached("image")), "choose a file"),
        (AttachOptions(wish=Attached("strip", strip="gone")), "no strip 'gone'"),
        (AttachOptions(), "No face was found in 'film'"),
        (AttachOptions("object", "playhead", "car"), "No car was found at the playhead"),
    ]
    for options, told in cases:
        plan = planned(found, options)
        assert not plan.effects and told in plan.notices[0]


@pytest.mark.parametrize("pose", [Pose(), Pose((40, -30), (1.5, 1.5), 0.3), Pose(scale=(2, 2), mirrored=(True, False))])
def test_the_marked_part_of_the_frame_is_found_in_the_picture(pose):
    shown = Shown(PICTURE, pose)
    way = Way(shown, CANVAS)
    corners, moment = marked(strip_of(), way, (0.4, 0.3, 0.6, 0.55), CANVAS, 36)
    assert moment == Fraction(1)
    seen = [shown.on_canvas(x, y, CANVAS) for x, y in corners]
    wished = [(0.4, 0.55), (0.6, 0.55), (0.6, 0.3), (0.4, 0.3)]
    assert np.array(seen) == pytest.approx(np.array(wished) * CANVAS, abs=0.1)


def test_a_picture_from_a_file_is_as_wide_as_its_subject():
    path = followed.path(FRAMES, sway=0.0)
    found = {"faces": {"m": followed.faces((path, ALL), frames=FRAMES)}}
    wish = Attached("image", image="mask.png", image_size=(400, 300))
    _effect, layer = only(planned(found, AttachOptions(wish=wish)))
    rows = places(layer, range(11, 111))
    assert layer.type == "IMAGE" and layer.file == "mask.png"
    assert rows[:, 2] * 400 == pytest.approx(path[:, 2] * 2, rel=0.06)
    assert np.abs(rows[:, :2] - in_frame(path[:, :2])).max() < 3
    _effect, beside = only(planned(found, AttachOptions(wish=replace(wish, place="left", size=0.5))))
    assert (places(beside, range(11, 111))[:, 0] < rows[:, 0] - path[:, 2]).all()


def test_an_arrow_stays_in_the_frame_too():
    path = followed.path(FRAMES, start=(100.0, 30.0))
    found = {"objects": {"m": followed.things(("dog", path, ALL), frames=FRAMES)}}
    _effect, layer = only(planned(found, AttachOptions("object", label="dog", wish=Attached("arrow"))))
    assert places(layer, range(11, 111))[:, 1].max() < CANVAS[1]


def test_unsure_views_of_things_do_not_count():
    path = followed.path(FRAMES)
    facts = followed.things(("dog", path, ALL), frames=FRAMES)
    rows = followed.box(path, 1, 2.0)
    rows[60:, 4] = 0.12
    facts = replace(facts, tracks=(replace(facts.tracks[0], boxes=followed.coded(rows)),))
    effect, _layer = only(planned({"objects": {"m": facts}}, AttachOptions("object", label="dog", wish=Attached("arrow"))))
    assert effect.frames == FrameRange(11, 71)
