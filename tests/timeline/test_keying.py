"""Curves cut and put elsewhere give what they gave. Blender's own evaluation is compared in tests/blender/test_keyframes.py."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction

import pytest
from assistant_editor.timeline.keying import Key, _share_at, corrected, cut_at, multiplied, plain, rearranged
from assistant_editor.timeline.layout import EVER, Move
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st


def value(keys, frame):
    """A curve of constant, linear and Bezier keys, held before and after."""
    place = bisect_right([key.frame for key in keys], frame)
    if place in (0, len(keys)):
        return keys[0 if not place else -1].value
    one, other = keys[place - 1], keys[place]
    if one.interpolation == "CONSTANT" or one.frame == frame:
        return one.value
    if one.interpolation == "LINEAR":
        return one.value + (other.value - one.value) * (frame - one.frame) / (other.frame - one.frame)
    points = corrected(one, other)
    t = _share_at([point[0] for point in points], frame)
    a, b, c, d = (point[1] for point in points)
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d


def same(found, at, keys, old):
    """Whether one curve gives here what the other gives there; where that one is as steep as can be, what it gives close by."""
    near = [value(keys, old + step) for step in (-1e-4, 0, 1e-4)]
    jumps = any(key.interpolation == "CONSTANT" for key in keys)
    near = near[1:2] if jumps and any(abs(key.frame - old) < 1e-3 for key in keys) else near
    return min(near) - 1e-6 <= value(found, at) <= max(near) + 1e-6


@st.composite
def curves(draw):
    frames = sorted(draw(st.sets(st.integers(-20, 120), min_size=1, max_size=6)))
    number = st.floats(-5, 5)
    reach = st.floats(0.1, 40)
    keys = []
    for frame in frames:
        at, v = float(frame) + draw(st.sampled_from([0.0, 0.25, 0.5])), draw(number)
        left, right = (at - draw(reach), draw(number)), (at + draw(reach), draw(number))
        keys.append(Key(at, v, left, right, draw(st.sampled_from(["CONSTANT", "LINEAR", "BEZIER"])), ("AUTO", "AUTO")))
    return keys


@given(curves(), st.integers(-40, 140))
def test_a_cut_changes_nothing(keys, frame):
    found = cut_at(keys, float(frame), lambda at: value(keys, at))
    assert any(key.frame == frame for key in found)
    for n in range(-30, 170):
        assert same(found, n, keys, n)


@given(curves(), st.data())
def test_what_is_kept_is_what_it_was(keys, data):
    edges = sorted(data.draw(st.sets(st.integers(-10, 110), min_size=2, max_size=8)))
    ranges = [FrameRange(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    order = data.draw(st.permutations(ranges))
    starts, at = {}, data.draw(st.integers(-50, 50))
    for frames in order:
        starts[frames], at = at, at + frames.length
    found = rearranged(keys, [Move(frames, starts[frames]) for frames in ranges], lambda frame: value(keys, frame))
    for frames in ranges:
        for frame in range(frames.start, frames.end):
            assert same(found, starts[frames] + frame - frames.start, keys, frame)


@given(curves(), st.integers(2, 4))
def test_what_is_played_faster(keys, speed):
    moves = [Move(FrameRange(EVER.start, 12), EVER.start), Move(FrameRange(12, 36), 12, Fraction(speed)),
             Move(FrameRange(36, EVER.end), 12 + 24 // speed)]  # fmt: skip
    found = rearranged(keys, moves, lambda frame: value(keys, frame))
    for frame in range(-20, 12 + 24 // speed + 80):
        old = frame if frame < 12 else 12 + (frame - 12) * speed if frame < 12 + 24 // speed else frame + 24 - 24 // speed
        assert same(found, frame, keys, old)


def test_no_keys_are_put_in_where_nothing_changes():
    keys = [plain(10, 1.0), plain(20, 1.0), plain(30, 0.0)]
    keys = [Key(key.frame, key.value, key.left, key.right) for key in keys]
    moves = [Move(FrameRange(EVER.start, 12), EVER.start), Move(FrameRange(15, 40), 12), Move(FrameRange(50, EVER.end), 37)]
    assert [(key.frame, key.value) for key in rearranged(keys, moves, lambda frame: value(keys, frame))] == [(10, 1), (17, 1), (27, 0)]


@given(curves())
def test_multiplied_outside_it_stays(keys):
    gain = ((20.0, 1.0), (24.0, 0.5), (30.0, 1.0))
    found = multiplied(keys, gain, lambda frame: value(keys, frame))
    for frame in range(-30, 130):
        factor = 1.0 if not 20 < frame < 30 else 1 - (frame - 20) / 8 if frame <= 24 else 0.5 + (frame - 24) / 12
        assert value(found, frame) == pytest.approx(value(keys, frame) * factor, abs=1e-6)
