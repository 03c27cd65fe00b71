"""Warps of time: events on beats, limits of speed, freezes; time never runs back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from assistant_editor.timeline.ramps import SHORTEST, Event, Point, Warp, frozen, identity, to_beats
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st


def beats(length, step=12, first=10):
    return [(frame, 0.8) for frame in range(first, length, step)]


def rises(warp: Warp) -> bool:
    length = warp.points[-1].frame
    values = [warp.picture(frame / 4) for frame in range(length * 4 + 1)]
    return all(after >= before - 1e-6 for before, after in pairwise(values))


def test_an_event_lands_on_the_nearest_beat_exactly():
    warp = to_beats(200, [Event(57, 0.9, "an impact")], beats(200), 2.0, 25, 25)
    ((event, beat),) = warp.landed
    assert event.frame == 57 and beat == 58 and warp.picture(58) == 57
    assert warp.picture(0) == 0 and warp.picture(200) == 200
    assert warp.picture(150) == pytest.approx(150, abs=0.4), "in time again away from it"


def test_no_event_or_no_beat_changes_nothing():
    assert to_beats(200, [], beats(200), 2.0, 25, 25).still
    assert to_beats(200, [Event(57, 1.0, "x")], [], 2.0, 25, 25).still
    assert identity(100).still


def test_an_event_on_a_beat_already_stays():
    warp = to_beats(200, [Event(58, 1.0, "x")], beats(200), 2.0, 25, 25)
    assert warp.still and warp.landed == ((Event(58, 1.0, "x"), 58),)


def test_the_stronger_of_two_events_gets_the_only_beat():
    warp = to_beats(100, [Event(46, 0.4, "weak"), Event(55, 0.9, "strong")], [(50, 0.9)], 2.0, 25, 25)
    assert [event.name for event, _beat in warp.landed] == ["strong"]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.integers(30, 400),
    st.lists(st.tuples(st.integers(1, 399), st.floats(0.1, 1.0)), max_size=8),
    st.integers(7, 40),
    st.floats(1.2, 4.0),
    st.lists(st.tuples(st.integers(1, 399), st.integers(2, 60)), max_size=2),
)
def test_any_warp_rises_keeps_its_ends_and_its_limits(length, events, step, fastest, freezes):
    found = [Event(frame, strength, "x") for frame, strength in events if frame < length]
    warp = to_beats(length, found, beats(length, step, 3), fastest, 25, 25)
    assert (warp.points[0], warp.points[-1]) == (Point(0, 0.0), Point(length, float(length)))
    assert rises(warp)
    for event, beat in warp.landed:
        assert warp.picture(beat) == pytest.approx(event.frame)
    for before, after in pairwise(warp.points):
        assert after.frame - before.frame >= min(SHORTEST, length) and after.picture > before.picture
        speed = (after.picture - before.picture) / (after.frame - before.frame)
        assert 1 / fastest - 0.02 <= speed <= fastest + 0.02
    for frame, hold in freezes:
        warp = frozen(warp, frame, hold) if frame < length else warp
    assert warp.points[0] == Point(0, 0.0) and warp.points[-1].frame == length
    frames = [point.frame for point in warp.points]
    assert frames == sorted(set(frames)) and rises(warp)


def test_a_picture_is_held_and_catches_up():
    warp = frozen(identity(200), 80, 25)
    assert [warp.picture(frame) for frame in (79, 80, 104)] == pytest.approx([79, 80, 80])
    assert warp.picture(130) == pytest.approx(130) and warp.picture(115) < 115
    assert warp.frozen == ((80, 105),)


def test_a_picture_held_at_the_end_stays_to_the_end():
    warp = frozen(identity(100), 85, 25)
    assert warp.picture(99) == 85 and warp.points[-1].frame == 100


def test_the_strip_keys_are_the_points():
    layer = frozen(identity(200), 80, 25).layer("Speed", "film", FrameRange(11, 211))
    (curve,) = layer.curves
    assert (layer.type, layer.inputs, curve.path) == ("SPEED", ("film",), "speed_frame_number")
    assert [(key.frame, key.value, key.ease) for key in curve.keys[:3]] == [(11, 0, "BEZIER"), (91, 80, "CONSTANT"), (116, 80, "BEZIER")]
    assert curve.keys[1].slope == 1 and layer.frames == FrameRange(11, 211)
