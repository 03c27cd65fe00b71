"""Zooms on paper: the frame stays covered, faces stay inside, at the ends and on the way."""

from __future__ import annotations

import pytest
from assistant_editor.timeline import zooms
from assistant_editor.timeline.stage import Pose, Shown
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.zooms import NONE, Zoom, held, own, zoom
from hypothesis import given, settings
from hypothesis import strategies as st

CANVAS = (640, 360)


def put(one: Zoom, x: float, y: float) -> tuple[float, float]:
    """Where a place of the frame is seen through a zoom."""
    return one.scale * (x - 320) + one.offset[0] + 320, one.scale * (y - 180) + one.offset[1] + 180


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.floats(1.0, 3.0),
    st.lists(st.tuples(st.floats(-50, 640), st.floats(-50, 360), st.floats(5, 400), st.floats(5, 300)), max_size=3),
    st.floats(0, 1),
)
def test_the_frame_is_covered_and_what_fits_stays_inside_all_along(scale, found, part):
    boxes = [(x, y, x + width, y + height) for x, y, width, height in found if x + width > 0 and y + height > 0 and x < 640 and y < 360]
    whole = zoom(CANVAS, scale, boxes)
    one = Zoom(1 + part * (whole.scale - 1), (part * whole.offset[0], part * whole.offset[1]))
    assert 1 <= whole.scale <= scale + 1e-4
    left, bottom = put(one, 0, 0)
    right, top = put(one, 640, 360)
    assert left <= 0.02 and bottom <= 0.02 and right >= 639.98 and top >= 359.98
    if len(boxes) == 1:
        box = max(0.0, boxes[0][0]), max(0.0, boxes[0][1]), min(640.0, boxes[0][2]), min(360.0, boxes[0][3])
        low, high = put(one, box[0], box[1]), put(one, box[2], box[3])
        assert low[0] >= -0.05 and low[1] >= -0.05 and high[0] <= 640.05 and high[1] <= 360.05


def test_a_face_stays_where_it_is_and_without_one_the_middle_does():
    assert put(zoom(CANVAS, 1.5, [(300, 200, 360, 260)]), 330, 230) == pytest.approx((330, 230), abs=0.01)
    assert zoom(CANVAS, 1.5, []).offset == (0, 0)
    assert put(zoom(CANVAS, 1.5, [], (400, 250)), 400, 250) == pytest.approx((400, 250), abs=0.01)


def test_several_faces_are_kept_as_long_as_that_leaves_a_zoom():
    near = [(200, 150, 260, 210), (380, 150, 440, 210)]
    one = zoom(CANVAS, 1.3, near)
    assert one.scale == 1.3 and all(0 <= put(one, x, y)[0] <= 640 for box in near for x, y in (box[:2], box[2:]))
    apart = [(0, 150, 60, 220), (580, 150, 640, 210)]
    alone = zoom(CANVAS, 1.3, apart)
    assert alone.scale == 1.3 and put(alone, 0, 150)[0] >= -0.01, "the larger one alone is kept"


def test_what_fills_the_frame_is_not_enlarged():
    assert zoom(CANVAS, 1.5, [(10, 0, 630, 360)]).scale == 1.0


def test_it_eases_where_there_is_room_and_cuts_where_there_is_none():
    wanted = Zoom(1.2, (0.0, 0.0))
    whole, keys = held(FrameRange(50, 80), FrameRange(0, 200), 6, wanted)
    assert whole == FrameRange(44, 86) and [(key[0], key[1]) for key in keys] == [(44, NONE), (50, wanted), (80, wanted), (86, NONE)]
    whole, keys = held(FrameRange(3, 80), FrameRange(0, 200), 6, wanted)
    assert whole == FrameRange(0, 86) and keys[0][:2] == (0, wanted), "three frames of another size would be a flash"
    whole, keys = held(FrameRange(3, 80), FrameRange(0, 82), 6, wanted)
    assert whole == FrameRange(0, 82) and keys == [(0, wanted, "CONSTANT")]
    whole, keys = held(FrameRange(50, 80), FrameRange(0, 200), 0, wanted, near=10)
    assert whole == FrameRange(50, 80) and keys == [(50, wanted, "CONSTANT")]
    whole, _keys = held(FrameRange(50, 80), FrameRange(45, 89), 0, wanted, near=10)
    assert whole == FrameRange(45, 89)


def test_on_the_strip_itself_it_lies_on_top_of_how_the_strip_stands():
    shown = Shown((640, 360), Pose(offset=(40.0, -20.0), scale=(0.5, 0.5), origin=(0.25, 0.5)))
    wanted = Zoom(1.5, (-30.0, 10.0))
    curves = {curve.path: curve for curve in own(shown, [(FrameRange(50, 80), [(50.0, wanted, "CONSTANT")])], FrameRange(0, 200))}
    values = {path: {key.frame: key.value for key in curve.keys} for path, curve in curves.items()}
    assert values["transform.scale_x"] == {49: 0.5, 50: 0.75, 80: 0.5} and set(values) == set(zooms.PATHS)
    for x, y in ((0.0, 0.0), (1.0, 0.3), (0.4, 0.9)):
        before = shown.on_canvas(x, y, CANVAS)
        pose = Pose((values["transform.offset_x"][50], values["transform.offset_y"][50]), (0.75, 0.75), 0.0, (0.25, 0.5))
        assert Shown((640, 360), pose).on_canvas(x, y, CANVAS) == pytest.approx(put(wanted, *before), abs=0.01)


def test_a_move_that_a_cut_ends_arrives_before_it():
    wanted = Zoom(1.2, (0.0, 0.0))
    moved = [(0.0, NONE, "BEZIER"), (100.0, wanted, "BEZIER")]
    shown = Shown((640, 360))
    (within, *_), (at_end, *_) = (own(shown, [(FrameRange(0, 100), moved)], FrameRange(0, end)) for end in (300, 100))  # type: ignore[list-item]
    assert [(key.frame, key.value) for key in within.keys] == [(0, 1.0), (99, 1.2), (100, 1.0)]
    assert [(key.frame, key.value) for key in at_end.keys] == [(0, 1.0), (100, 1.2)]
