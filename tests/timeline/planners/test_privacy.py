"""What is covered, when, and how widely: nothing that may be seen is left out, whatever was seen of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Boundary, Shots, Span, Transition
from assistant_editor.timeline import privacy_trails as trails
from assistant_editor.timeline.effect import Effect
from assistant_editor.timeline.picture_way import Lens, Moving, Way
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.planners.privacy import Known, PrivacyOptions, plan
from assistant_editor.timeline.privacy_cover import keyed
from assistant_editor.timeline.privacy_layers import blocks_of, layers
from assistant_editor.timeline.stage import Choice, Pose, Shown, Stage
from assistant_editor.timeline.state import StripRef, Tag
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from tests.made_faces import faces as made_faces
from tests.made_faces import track as made_face
from tests.timeline.made_sightings import PICTURE, objects, sightings, track

STILL = (300.0, 100.0, 40.0, 60.0)
EXACT = PrivacyOptions(margin=0.0, hold=Fraction(0))


def strip(name: str = "film", start: int = 1, frames: int = 100, trim: Fraction = Fraction(0), **more) -> StripRef:
    source = SourceMap(Fraction(start), Fraction(25), trim, Fraction(25), 1.0)
    return StripRef(name, "MOVIE", "film.mp4", "medium", 1, FrameRange(start, start + frames), source, **more)


def stage(*names: str, pose: Pose = Pose(), **more) -> Stage:  # noqa: B008
    return Stage(PICTURE, Fraction(25), {name: Shown(PICTURE, pose) for name in names or ("film",)}, **more)


def planned(facts, options: PrivacyOptions = EXACT, strips=None, moving: Moving = Moving(), where=None, **known):  # noqa: B008
    strips = strips or (strip(),)
    where = where or stage(*(one.name for one in strips))
    return plan(Known(sightings={"medium": facts} if facts is not None else {}, **known), strips, options, where, moving, strips)


def covered(effect: Effect, frame: int) -> list[tuple[float, float, float, float]]:
    """What the outlines of the mask hold at this frame, in pixels from the lower left corner; nothing outside of the layers."""
    if not effect.layers[0].frames.holds(frame):
        return []
    found = []
    for outline in effect.shapes[0].outlines:
        steps = sorted(outline.steps)
        frames = [at for at, _points in steps]
        points = np.array(
            [[np.interp(frame, frames, [step[1][n][axis] for step in steps]) for axis in (0, 1)] for n in range(len(steps[0][1]))]
        )
        low, high = points.min(axis=0) * PICTURE, points.max(axis=0) * PICTURE
        if high[1] > 0 and low[1] < PICTURE[1]:
            found.append((*low, *high))
    return found


def hidden(plans, frame: int, box) -> bool:
    """Whether one outline holds the ellipse in this box (left, top, width, height of the picture)."""
    left, top, wide, tall = box
    wanted = np.array([left, PICTURE[1] - top - tall, left + wide, PICTURE[1] - top])
    return any(
        (np.array(one[:2]) <= wanted[:2] + 0.01).all() and (np.array(one[2:]) >= wanted[2:] - 0.01).all()
        for effect in plans.effects
        for one in covered(effect, frame)
    )  # fmt: skip


def test_a_face_is_covered_in_every_frame_it_is_seen_in_and_in_those_beside() -> None:
    result = planned(sightings([track(10, [STILL] * 20)]))
    (effect,) = result.effects
    assert effect.identity == Identity("medium", "privacy", Fraction(0), Fraction(4))
    shown = [frame for frame in range(1, 101) if hidden(result, frame, STILL)]
    assert shown == list(range(10, 32))  # the strip begins at frame 1: picture 10 is frame 11
    assert all(not covered(effect, frame) for frame in (1, 8, 33, 100))


def test_the_corners_of_a_face_lie_within_its_round_outline() -> None:
    (effect,) = planned(sightings([track(0, [STILL] * 100)])).effects
    points = np.array(effect.shapes[0].outlines[0].steps[0][1]) * PICTURE
    middle = points.mean(axis=0)
    for x, y in ((300, 260), (340, 260), (300, 200), (340, 200)):
        corner = np.array([x, y]) - middle
        edges = zip(points, np.roll(points, -1, axis=0), strict=True)
        sides = [(b - a)[0] * (corner + middle - a)[1] - (b - a)[1] * (corner + middle - a)[0] for a, b in edges]
        assert min(sides) > -0.01  # the outlines are rounded to a millionth of the picture


@pytest.mark.parametrize("seed", range(40))
def test_keyframes_never_leave_out_what_they_stand_for(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 180))
    middles = np.cumsum(random.normal(0, 4, (count, 2)), axis=0)
    sides = 10 + np.abs(np.cumsum(random.normal(0, 2, (count, 2)), axis=0))
    boxes = np.concatenate([middles - sides, middles + sides], axis=1)
    knots, held = keyed(boxes)
    between = np.stack([np.interp(np.arange(count), knots, held[:, side]) for side in range(4)], axis=1)
    assert (between[:, :2] <= boxes[:, :2] + 1e-6).all() and (between[:, 2:] >= boxes[:, 2:] - 1e-6).all()


def test_a_steady_path_takes_few_keyframes() -> None:
    boxes = np.array([[n, n, n + 40.0, n + 60.0] for n in range(250)])
    assert len(keyed(boxes)[0]) == 2


def test_what_moves_is_covered_where_it_is_a_frame_earlier_and_later() -> None:
    places = [(20.0 + 9 * n, 100.0, 40.0, 60.0) for n in range(50)]
    result = planned(sightings([track(0, places)]))
    for frame in range(2, 50):
        assert all(hidden(result, frame, places[max(0, frame - 1 + beside)]) for beside in (-1, 0, 1))


def test_gaps_between_two_views_are_filled() -> None:
    result = planned(sightings([track(0, [STILL] * 20), track(50, [(340.0, 100.0, 40.0, 60.0)] * 20)]))
    for frame in range(1, 71):
        where = 300 + 40 * np.clip((frame - 20) / 31, 0, 1)
        assert hidden(result, frame, (where, 100, 40, 60)), frame
    across = planned(sightings([track(0, [STILL] * 20), track(50, [STILL] * 20)], cuts=[35]))
    assert not hidden(across, 30, STILL)


def test_two_faces_far_from_each_other_are_two() -> None:
    result = planned(sightings([track(0, [(0.0, 0.0, 20.0, 30.0)] * 20), track(25, [(600.0, 300.0, 20.0, 30.0)] * 20)]))
    assert not hidden(result, 23, (300, 150, 20, 30))


def test_a_cover_stays_before_and_after_but_not_in_another_shot() -> None:
    facts = sightings([track(40, [STILL] * 20)], cuts=[35, 80])
    result = planned(facts, PrivacyOptions(hold=Fraction(1)))
    shown = [frame for frame in range(1, 101) if hidden(result, frame, STILL)]
    assert shown[0] == 35 and shown[-1] == 82  # one frame beside each cut, which the clock may miss
    assert len(result.effects) >= 1 and all(effect.strip == "film" for effect in result.effects)


def test_unsure_views_count_more_with_more_sensitivity() -> None:
    once = sightings([track(10, [STILL] * 30, [0.55] + [0.0] * 29)])
    assert not planned(once, replace(EXACT, sensitivity=0.0)).effects
    assert planned(once, replace(EXACT, sensitivity=0.8)).effects
    often = sightings([track(10, [STILL] * 30, 0.4)])
    assert planned(often, replace(EXACT, sensitivity=0.7)).effects
    told = planned(often, replace(EXACT, sensitivity=0.7))
    assert "not sure" in told.notices[0] and "frame 10" in told.notices[0] and "perhaps" in told.effects[0].why.reason


def test_what_is_only_followed_is_covered_the_wider() -> None:
    sure = [0.9] * 10 + [0.0] * 20
    (effect,) = planned(sightings([track(0, [STILL] * 30, sure)])).effects
    widths = [covered(effect, frame)[0][2] - covered(effect, frame)[0][0] for frame in (5, 28)]
    assert widths[1] > widths[0] * 1.2


def test_each_shot_has_an_effect_of_its_own_that_can_be_left_out() -> None:
    facts = sightings([track(0, [STILL] * 40), track(40, [STILL] * 60)], cuts=[40])
    assert [effect.identity.start for effect in planned(facts).effects] == [0, Fraction(40, 25)]
    choice = Choice("privacy", "medium", Span(Fraction(0), Fraction(8, 5)), "leave")
    left = planned(facts, where=stage(choices=(choice,)))
    assert [effect.identity.start for effect in left.effects] == [Fraction(40, 25)]


def test_a_face_seen_at_one_end_of_a_dissolve_is_covered_to_the_other() -> None:
    spanned = Span(Fraction(30, 25), Fraction(50, 25))
    change = Boundary(40, Fraction(40, 25), 0.9, Transition("dissolve", 30, 49, spanned))
    shots = Shots(Span(Fraction(0), Fraction(4)), Fraction(0), Fraction(25), 100, "made", (change,))
    result = planned(sightings([track(48, [STILL] * 52)]), shots={"medium": shots})
    assert all(hidden(result, frame, STILL) for frame in range(31, 101))


def test_it_is_covered_where_the_strip_shows_it() -> None:
    pose = Pose((50.0, -20.0), (0.5, 0.5))
    where = Stage(PICTURE, Fraction(25), {"film": Shown(PICTURE, pose)})
    (effect,) = planned(sightings([track(0, [STILL] * 100)]), where=where).effects
    left, bottom, right, top = covered(effect, 50)[0]
    x, y = where.shown["film"].on_canvas((300 + 20) / 640, (100 + 30) / 360, PICTURE)
    assert (left + right) / 2 == pytest.approx(x, abs=0.1) and (bottom + top) / 2 == pytest.approx(y, abs=0.1)
    assert right - left < 40


def test_it_follows_a_strip_that_is_keyed_and_what_lies_above_it() -> None:
    poses = {"film": (1, tuple(Pose((float(frame), 0.0)) for frame in range(100)))}
    zoom = Lens("Zoom", 3, FrameRange(50, 101), (50, (Pose(scale=(2.0, 2.0)),)))
    (effect,) = planned(sightings([track(0, [STILL] * 100)]), moving=Moving(poses, (zoom,))).effects
    for frame in (10, 40):
        middle = sum(covered(effect, frame)[0][::2]) / 2
        assert middle == pytest.approx(320 + frame - 1, abs=3)
    middle = sum(covered(effect, 80)[0][::2]) / 2
    assert middle == pytest.approx(320 + 2 * (80 - 1), abs=6)
    way = Way(Shown(PICTURE), PICTURE, lenses=[zoom]).of(np.array([10, 60]))
    assert np.allclose(way[0] @ (0.25, 0.25, 1), (160, 270)) and np.allclose(way[1] @ (0.25, 0.25, 1), (0, 360))


def test_a_strip_that_a_driver_moves_is_left_and_that_is_said() -> None:
    result = planned(sightings([track(0, [STILL] * 100)]), moving=Moving(driven=frozenset({"film"})))
    assert not result.effects and "driver" in result.notices[0]


def test_copies_that_transitions_show_are_covered_with_their_strip() -> None:
    tag = Tag("scene", "1", "transition", 1.0, "")
    film = strip(frames=50)
    copy = replace(film, name="copy", channel=3, frames=FrameRange(45, 61), tag=tag)
    facts = sightings([track(0, [STILL] * 100)])
    result = plan(Known({"medium": facts}), (film, copy), EXACT, stage("film", "copy"), Moving(), (film, copy))
    assert [effect.strip for effect in result.effects] == ["film"]
    assert all(hidden(result, frame, STILL) for frame in range(1, 61))


def test_people_who_are_surely_kept_stay_visible_and_nobody_else() -> None:
    here, there = (100.0, 100.0, 40.0, 60.0), (400.0, 100.0, 40.0, 60.0)
    facts = sightings([track(0, [here] * 100), track(0, [there] * 100)])
    mine, other = made_face(0, 8, None, here), made_face(0, 8, None, there)
    known = {"medium": made_faces([mine, other], 8, picture=PICTURE)}
    kept = replace(EXACT, keep=("Ann",))
    result = planned(facts, kept, faces=known, visible={"medium": [mine]})
    assert not hidden(result, 50, here) and hidden(result, 50, there)
    nobody = planned(facts, kept, faces=known, visible={"medium": []})
    assert hidden(nobody, 50, here) and "everybody is covered" in " ".join(nobody.notices)
    apart = {"medium": made_faces([made_face(0, 2, None, here), made_face(2, 8, None, here)], 8, picture=PICTURE)}
    doubted = planned(facts, kept, faces=apart, visible={"medium": [apart["medium"].tracks[0]]})
    assert hidden(doubted, 50, here)


def test_things_people_heads_and_plates_are_covered_by_name() -> None:
    person, car = (100.0, 50.0, 100.0, 280.0), (400.0, 200.0, 150.0, 90.0)
    seen = {"medium": objects([("person", range(0, 100, 5), [person] * 20), ("car", range(0, 100, 5), [car] * 20)])}
    blank = sightings([])
    whole = planned(blank, replace(EXACT, targets=frozenset({"faces", "people"})), objects=seen)
    assert hidden(whole, 53, person) and not hidden(whole, 53, car)
    cars = planned(blank, replace(EXACT, targets=frozenset({"things"}), things=("Car", "boat")), objects=seen)
    assert hidden(cars, 53, car) and not hidden(cars, 53, person) and "boat" in cars.notices[0]
    heads = planned(blank, replace(EXACT, targets=frozenset({"faces", "heads"})), objects=seen)
    assert hidden(heads, 53, (120, 55, 60, 50)) and not hidden(heads, 53, (100, 200, 100, 100))
    plates = planned(blank, replace(EXACT, targets=frozenset({"plates"})), objects=seen)
    assert not plates.effects and "number plate" in plates.notices[0]


def test_where_nobody_looked_for_things_what_stands_is_not_touched() -> None:
    result = planned(sightings([]), replace(EXACT, targets=frozenset({"plates"})))
    assert result.media == () and not result.effects


def test_blocks_are_whole_and_fill_the_frame() -> None:
    for canvas in ((1920, 1080), (853, 480), (1080, 1920), (641, 273)):
        small = layers("pixelate", FrameRange(1, 5), 23.7, canvas, "mask")[0]
        for side, path in zip(canvas, ("transform.scale_x", "transform.scale_y"), strict=True):
            count = next(one.value for one in small.settings if one.path == path) * side
            assert count == pytest.approx(round(count)) and (round(count) - side) % 2 == 0
    assert blocks_of(120, 1.0, (1920, 1080)) == 40 and blocks_of(120, 0.0, (1920, 1080)) == 10


def test_a_trail_never_ends_where_it_is_going_only() -> None:
    there = trails.Trail(
        "face", np.array([0.0, 0.04, 0.08]), np.array([[0.1, 0.1, 0.2, 0.2], [0.12, 0.1, 0.22, 0.2], [0.14, 0.1, 0.24, 0.2]]), np.ones(3)
    )
    longer = trails.prolonged(there, 0.4, (-1.0, 9.0))
    box, _sure = trails.at(longer, 0.4)
    assert box[0] <= 0.14 and box[2] >= 0.24 + 0.1  # where it was, and as far on as its own size


def test_between_two_views_all_that_lies_between_them_is_covered() -> None:
    first, second = (100.0, 100.0, 40.0, 60.0), (180.0, 160.0, 40.0, 60.0)
    result = planned(sightings([track(0, [first] * 3), track(33, [second] * 3)]))
    for frame in (12, 18, 24):  # a camera need not move evenly: it may be at either end, or anywhere on the way
        assert hidden(result, frame, first) and hidden(result, frame, second) and hidden(result, frame, (110.0, 150.0, 40.0, 60.0))
