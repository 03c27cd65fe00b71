"""What was clicked on to be cut out: kept by its picture's moment, for the shot that holds it."""

from __future__ import annotations

import base64
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import mattes
from assistant_editor.ml.errors import BAD_INPUT, USAGE, EditorError
from assistant_editor.ml.facts import Boundary, Objects, Shots, Span, Track
from assistant_editor.ml.mattes import Clicks, Grid, Matte, MatteOptions, Pick
from assistant_editor.timeline import cutout_picks, effect_choices
from assistant_editor.timeline.cutout_wanted import grid_of, served, wanted
from assistant_editor.timeline.picture_way import Way
from assistant_editor.timeline.stage import Choice, Pose, Shown
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given
from hypothesis import strategies as st

RATE, CANVAS = Fraction(25), (640, 360)
SHOTS = {"medium": Shots(Span(Fraction(0), Fraction(8)), Fraction(0), RATE, 200, "made", (Boundary(100, Fraction(4), 0.9),))}


def strip(start=1, end=201, name="film"):
    source = SourceMap(Fraction(1), RATE, Fraction(0), RATE, 1.0)
    return StripRef(name, "MOVIE", "/films/a.mp4", "medium", 2, FrameRange(start, end), source, Span(Fraction(0), Fraction(8)))


def way(pose=None):
    return Way(Shown((1280.0, 720.0), pose or Pose(scale=(0.5, 0.5))), CANVAS)


def clicked(frame, *points, pose=None):
    return cutout_picks.choice(strip(), way(pose), points, CANVAS, frame)


def test_points_are_read_as_they_are_written() -> None:
    assert cutout_picks.read("0.25,0.5 1,0;.1,.2", True) == ((0.25, 0.5, True), (1.0, 0.0, True), (0.1, 0.2, True))
    both = (*cutout_picks.read("0.25,0.5", True), *cutout_picks.read("0.75,0.5", False))
    assert (cutout_picks.written(both, True), cutout_picks.written(both, False)) == ("0.25000,0.50000", "0.75000,0.50000")
    for wrong in ("0.5", "a,b", "0.5,1.5", "0.1,0.2,0.3"):
        with pytest.raises(EditorError) as caught:
            cutout_picks.read(wrong, True)
        assert caught.value.code == USAGE and caught.value.remedy


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(-0.6, 0.6), st.floats(-40, 40))
def test_what_is_clicked_on_is_found_again_where_it_was_clicked(x, y, turned, moved) -> None:
    """Through a picture that is moved, turned and larger than the frame; kept from the picture's upper left corner."""
    pose = Pose((moved, -moved), (0.9, 0.9), turned)
    kept = clicked(26, (x, y, True), (0.5, 0.5, False), pose=pose)
    assert kept.span == Span(Fraction(1), Fraction(26, 25)) and (kept.kind, kept.what) == ("cutout", "points")
    back = cutout_picks.shown(strip(), way(pose), (kept,), CANVAS, 26)
    assert back[0][:2] == pytest.approx((x, y), abs=1e-4) and [one[2] for one in back] == [True, False]
    assert cutout_picks.shown(strip(), way(pose), (kept,), CANVAS, 27) == ()
    (upright,) = cutout_picks.points_of(clicked(26, (0.25, 0.9, True)).value)
    assert upright == pytest.approx((0.25, 0.1, True), abs=1e-4)


def test_what_cannot_be_meant_is_refused() -> None:
    for points, code in ((((0.5, 0.5, False),), USAGE), (((0.01, 0.5, True),), BAD_INPUT)):
        with pytest.raises(EditorError) as caught:
            clicked(26, *points, pose=Pose(scale=(0.25, 0.25)))
        assert caught.value.code == code
    with pytest.raises(EditorError):
        cutout_picks.points_of("{")


def test_a_shot_has_its_clicks_the_fullest_picture_first() -> None:
    said = (clicked(26, (0.5, 0.5, True)), clicked(11, (0.5, 0.6, True), (0.4, 0.6, True)), clicked(120, (0.3, 0.3, True)))
    (first, second) = cutout_picks.picks(said, SHOTS, {}, "sam")["medium"]
    assert first.span == Span(Fraction(0), Fraction(4)) and second.span.start == 4 and first.model == "sam"
    assert [one.seconds for one in first.clicks] == [Fraction(10, 25), Fraction(1)] and len(second.clicks) == 1
    everything = cutout_picks.picks(said, {}, {})["medium"]
    assert len(everything) == 1 and everything[0].span.start == 0


def test_picked_again_in_the_same_picture_it_is_another_choice_and_a_shot_is_forgotten_alone() -> None:
    said = effect_choices.chosen((clicked(26, (0.5, 0.5, True)),), clicked(26, (0.2, 0.2, True)))
    assert len(said) == 1
    leave = Choice("cutout", "medium", said[0].span, "leave")
    said = effect_choices.load(effect_choices.dump((*said, clicked(120, (0.3, 0.3, True)), leave)))
    left = cutout_picks.without(said, "medium", Span(Fraction(0), Fraction(4)))
    assert [one.what for one in left] == ["points", "leave"] and left[0].span.start > 4


def tracked(label, box):
    rows = np.array([[*box, 0.9]] * 3, "<f4")
    return Track(label, 0.9, (0, 1, 2), base64.b64encode(rows.tobytes()).decode())


def test_a_thing_that_is_followed_and_clicked_on_says_where_it_is() -> None:
    """Of a man and his dog, both boxes around the click, the dog."""
    tracks = (tracked("person", (100, 50, 300, 250)), tracked("dog", (200, 180, 80, 60)), tracked("cat", (500, 10, 30, 30)))
    seconds = (Fraction(0), Fraction(1), Fraction(2))
    objects = {"medium": Objects(Span(Fraction(0), Fraction(3)), Fraction(0), RATE, "made", 640, 360, (0, 25, 50), seconds, tracks)}
    (pick,) = cutout_picks.picks((clicked(26, (0.37, 0.42, True)),), SHOTS, objects)["medium"]
    assert pick.region is not None and pick.region.boxes[0] == pytest.approx((200 / 640, 0.5, 280 / 640, 240 / 360), abs=1e-4)
    (none,) = cutout_picks.picks((clicked(26, (0.05, 0.05, True)),), SHOTS, objects)["medium"]
    assert none.region is None


def test_a_film_serves_who_picked_the_same_in_its_part() -> None:
    """What is picked in another shot changes nothing for this one."""
    early, late = strip(1, 51), strip(131, 151)
    picks = {"medium": cutout_picks.picks((clicked(26, (0.5, 0.5, True)),), SHOTS, {})["medium"]}
    options = MatteOptions()
    grid = grid_of(early)
    assert grid is not None
    told = mattes.told(picks["medium"], grid)
    there = (Matte("a.matte.mkv", "medium", mattes.digest(options), grid, 64, 32, "made", picks=told),)
    assert set(served((early,), there, options, picks)) == {"film"} and not served((early,), there, options)
    more = {"medium": (*picks["medium"], Pick(Span(Fraction(4), Fraction(8)), (Clicks(Fraction(5), ((0.5, 0.5, True),)),)))}
    assert served((early,), there, options, more)
    ours = wanted((early, late), there, options, {}, {}, SHOTS, ("person",), more)
    assert [one.grid.first for one in ours] == [118] and ours[0].picks == more["medium"]
    assert mattes.name_of(ours[0]) != mattes.name_of(wanted((late,), (), options, {}, {}, SHOTS, ("person",), picks)[0])


def test_told_leaves_regions_out() -> None:
    """Where a thing is known to be is no reason to make its film again."""
    region = mattes.Region((Fraction(0),), ((0.0, 0.0, 1.0, 1.0),))
    pick = Pick(Span(Fraction(0), Fraction(4)), (), "", region)
    grid = Grid(RATE, RATE, 1.0, 0, 10)
    assert mattes.told((pick,), grid)[0].region is None and not mattes.told((pick,), Grid(RATE, RATE, 1.0, 100, 10))
