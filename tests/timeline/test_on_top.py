"""What a viewer sees where shots lie over each other, against a look at every single frame."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.timeline.on_top import on_top, share_seen
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.logged_shots import RATE, shot


def pieces(placed):
    return [(one.number, one.frames.start, one.frames.end) for one in on_top(placed)]


def test_a_shot_behind_another_comes_twice() -> None:
    assert pieces([shot(1, 0, 100), shot(2, 40, 60, "over", 2)]) == [(1, 0, 40), (2, 40, 60), (1, 60, 100)]


def test_what_lies_wholly_behind_is_not_seen() -> None:
    assert pieces([shot(1, 10, 20), shot(2, 0, 100, "over", 5), shot(3, 100, 110)]) == [(2, 0, 100), (3, 100, 110)]


def test_gaps_stay_gaps_and_nothing_is_nothing() -> None:
    assert pieces([shot(1, 0, 10), shot(2, 30, 40)]) == [(1, 0, 10), (2, 30, 40)]
    assert on_top([]) == ()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20), st.integers(1, 4)), max_size=12))
def test_it_is_what_each_frame_shows(where) -> None:
    placed = [shot(n, start, start + length, f"s{n}", channel) for n, (start, length, channel) in enumerate(where, 1)]
    found = on_top(placed)
    for before, after in pairwise(found):
        assert before.frames.end <= after.frames.start
    shown = {frame: one.channel for one in found for frame in range(one.frames.start, one.frames.end)}
    for frame in range(70):
        there = [one.channel for one in placed if one.frames.holds(frame)]
        assert shown.get(frame) == (max(there) if there else None)


def test_half_of_a_shot_is_half_of_what_is_known_of_it() -> None:
    whole = shot(1, 0, 50)
    assert share_seen(whole, RATE) == pytest.approx(1.0)
    (front, _, _) = on_top([whole, shot(2, 10, 20, "over", 2)])
    assert front.frames == FrameRange(0, 10) and share_seen(front, RATE) == pytest.approx(0.2)
    assert share_seen(whole, Fraction(5)) == 1.0, "played slower than the medium, no more than all of it"
