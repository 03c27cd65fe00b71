"""Cuts moved to beats: by how much, with what, and when not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from assistant_editor.timeline.beat_snap import Roll, snap
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from .laid import item, layout, pair

BEATS = tuple(range(0, 1000, 20))


def long(name, start, end, **more):
    """A strip with a hundred hidden frames at either end."""
    return item(name, start, end, content=(start - 100, end + 100), **more)


def test_the_nearest_beat_within_reach():
    line = layout(long("a", 0, 38), long("b", 38, 101), long("c", 101, 150), long("d", 150, 200))
    done = snap(line, BEATS, 5)
    assert done.rolls == (Roll(38, 40, ("a",), ("b",)), Roll(101, 100, ("b",), ("c",)))
    assert (done.met, done.far, done.notices) == (0, 1, ())


def test_cuts_that_are_on_a_beat_stay():
    done = snap(layout(long("a", 0, 40), long("b", 40, 80)), BEATS, 5)
    assert done.met == 1 and not done.rolls


def test_of_two_equally_near_the_earlier():
    assert snap(layout(long("a", 0, 30), long("b", 30, 80)), BEATS, 10).rolls[0].to == 20


def test_picture_and_sound_go_together():
    line = layout(pair("a", 0, 38, content=(-50, 90)), pair("b", 38, 100, content=(0, 150)))
    (roll,) = snap(line, BEATS, 5).rolls
    assert roll == Roll(38, 40, ("a", "a sound"), ("b", "b sound"))


def test_sound_that_ends_elsewhere_stays_as_it_is():
    sound, picture = pair("a", 0, 38, content=(-50, 90))
    longer = replace(sound, frames=FrameRange(0, 34))
    (roll,) = snap(layout(longer, picture, long("b", 38, 100, channel=2)), BEATS, 5).rolls
    assert roll.before == ("a",)


def test_never_beyond_the_material():
    line = layout(item("a", 0, 38), long("b", 38, 100))
    done = snap(line, BEATS, 5)
    assert not done.rolls and done.notices == ("The cut at frame 38 stays: 'a' has no more material.",)
    back = snap(layout(long("a", 0, 42), item("b", 42, 100)), BEATS, 5)
    assert not back.rolls and "'b' has no more material" in back.notices[0]
    assert snap(layout(item("a", 0, 42), long("b", 42, 100)), BEATS, 5).rolls, "the strip that gives needs none"


def test_pictures_that_last_have_enough():
    assert snap(layout(item("a", 0, 38, kind="COLOR"), item("b", 38, 100, kind="TEXT")), BEATS, 5).rolls


def test_locked_strips_stay_and_are_named():
    done = snap(layout(long("a", 0, 38, held="strip 'a' is locked"), long("b", 38, 101), long("c", 101, 150)), BEATS, 5)
    assert [roll.frame for roll in done.rolls] == [101]
    assert done.notices == ("The cut at frame 38 stays: strip 'a' is locked.",)


def test_a_locked_partner_stops_the_cut():
    sound, picture = pair("a", 0, 38, content=(-50, 90))
    done = snap(layout(replace(sound, held="channel 1 is locked"), picture, long("b", 38, 100, channel=2)), BEATS, 5)
    assert not done.rolls and "channel 1 is locked" in done.notices[0]


def test_only_the_cuts_of_the_strips_that_are_meant_and_never_the_music():
    line = layout(long("a", 0, 38), long("b", 38, 101), long("c", 101, 150), long("x", 0, 42, channel=5), long("y", 42, 90, channel=5))
    assert [roll.frame for roll in snap(line, BEATS, 5, names={"c"}).rolls] == [101]
    assert [roll.frame for roll in snap(line, BEATS, 5, music={"x"}).rolls] == [38, 101]


def test_something_always_stays_of_a_strip():
    line = layout(long("a", 0, 38), long("b", 38, 42), long("c", 42, 90))
    done = snap(line, BEATS, 5)
    assert [roll.frame for roll in done.rolls] == [38] and "nothing would be left of 'b'" in done.notices[0]


def test_effects_and_transitions():
    cross = item("x", 30, 46, channel=3, kind="CROSS", inputs=("a", "b"))
    done = snap(layout(long("a", 0, 38), long("b", 38, 100), cross), BEATS, 5)
    assert not done.rolls and "an effect holds" in done.notices[0]
    glow = item("g", 0, 38, channel=3, kind="GLOW", inputs=("a",))
    assert snap(layout(long("a", 0, 38), long("b", 38, 100), glow), BEATS, 5).rolls
    blocked = snap(layout(long("a", 0, 38), long("b", 38, 100), glow, long("z", 38, 60, channel=3)), BEATS, 5)
    assert not blocked.rolls and "no room beside 'g'" in blocked.notices[0]


def test_a_partner_does_not_run_into_its_neighbour():
    sound, picture = pair("a", 0, 38, content=(-50, 90))
    done = snap(layout(sound, picture, long("b", 38, 100, channel=2), long("z", 39, 60, channel=1)), BEATS, 5)
    assert not done.rolls and "no room" in done.notices[0]


@given(st.lists(st.integers(1, 40), min_size=2, max_size=12), st.integers(0, 25), st.integers(3, 30))
def test_strips_always_follow_each_other_within_their_material(lengths, reach, step):
    items, at = [], 0
    for number, length in enumerate(lengths):
        items.append(item(f"s{number}", at, at + length, content=(at - number * 3, at + length + number * 2)))
        at += length
    line = layout(*items)
    done = snap(line, tuple(range(0, at + 100, step)), reach)
    now = {one.name: one.frames for one in items}
    for roll in done.rolls:
        assert roll.to % step == 0 and 0 < abs(roll.to - roll.frame) <= reach
        for name in roll.before:
            now[name] = FrameRange(now[name].start, roll.to)
        for name in roll.after:
            now[name] = FrameRange(roll.to, now[name].end)
    ordered = [now[one.name] for one in items]
    assert all(one.end == other.start for one, other in pairwise(ordered))
    assert all(now[one.name].length and one.content.start <= now[one.name].start and now[one.name].end <= one.content.end for one in items)
