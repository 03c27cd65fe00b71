"""Channels for captions: never on top of a strip, never in a locked channel, however the timeline looks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import lanes
from assistant_editor.timeline.state import CaptionRef, Tag, Timeline
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

RANGES = st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda pair: FrameRange(pair[0], pair[0] + pair[1]))


def timeline(occupied=(), held=(), captions=()):
    whole = FrameRange(0, 100)
    return Timeline("scene", "stamp", Fraction(24), whole, (), captions, occupied=tuple(occupied), held_channels=tuple(held))


def caption(name, channel, frames, stamp="stamp"):
    return CaptionRef(name, "words", channel, frames, "", tag=Tag(stamp, name, "caption", 1.0, ""))


@given(
    st.lists(st.tuples(st.integers(1, 12), RANGES), max_size=30),
    st.lists(RANGES, min_size=1, max_size=15),
    st.sets(st.integers(1, 14)),
    st.sets(st.integers(1, 12)),
)
def test_nothing_is_ever_covered(occupied, wanted, held, pictured):
    wanted = sorted(wanted, key=lambda frames: (frames.start, frames.end))
    pictures = [(channel, frames) for channel, frames in occupied if channel in pictured]
    chosen = lanes.assign(timeline(occupied, held), wanted, (), pictures)
    placed = list(zip(chosen, wanted, strict=True))
    for i, (channel, frames) in enumerate(placed):
        assert channel not in held
        assert not any(its == channel and taken.overlaps(frames) for its, taken in occupied)
        assert not any(its == channel and other.overlaps(frames) for its, other in placed[i + 1 :])
        assert not any(its >= channel and taken.overlaps(frames) for its, taken in pictures)


def test_one_channel_is_enough_where_nothing_overlaps():
    wanted = [FrameRange(i * 10, i * 10 + 10) for i in range(50)]
    assert set(lanes.assign(timeline([(1, FrameRange(0, 500))]), wanted, (), [(1, FrameRange(0, 500))])) == {2}


def test_the_earlier_captions_channel_is_taken_again_and_what_goes_makes_room():
    old = caption("old", 7, FrameRange(0, 20))
    known = timeline([(1, FrameRange(0, 500)), (7, old.frames)], captions=(old,))
    pictures = [(1, FrameRange(0, 500)), (7, old.frames)]
    assert lanes.assign(known, [FrameRange(30, 40)], (), pictures) == [7]
    assert lanes.assign(known, [FrameRange(10, 40)], (), pictures) == [2]
    assert lanes.assign(known, [FrameRange(10, 40)], {"old"}, pictures) == [7]


def test_each_kind_of_text_has_channels_of_its_own():
    old = [caption("a", 3, FrameRange(0, 20)), replace(caption("b", 5, FrameRange(0, 20)), tag=Tag("stamp", "b", "translation", 1.0, ""))]
    known = timeline([(1, FrameRange(0, 500)), (3, old[0].frames), (5, old[1].frames)], captions=tuple(old))
    wanted, pictures = [FrameRange(30, 40)], [(1, FrameRange(0, 500)), (3, old[0].frames), (5, old[1].frames)]
    assert lanes.assign(known, wanted, (), pictures) == [3]
    assert lanes.assign(known, wanted, (), pictures, "translation") == [5]
    assert lanes.assign(known, wanted, (), pictures, "sound") == [3], "between captions"
    assert lanes.assign(known, [FrameRange(10, 40)], (), pictures, "sound") == [2], "but not over one, nor among translations"
    new = [("caption", 3, wanted[0]), ("translation", 5, wanted[0])]
    assert lanes.assign(known, wanted, (), pictures, "sound", new) == [2]
    assert lanes.assign(known, wanted, (), pictures, "highlight", new) == [6], "above all it lies over"


def test_new_kinds_are_kept_apart_when_nothing_stands():
    wanted, pictures = [FrameRange(30, 40)], [(1, FrameRange(0, 500))]
    line = timeline([(1, FrameRange(0, 500))])
    placed = [("caption", 2, FrameRange(0, 20))]
    assert lanes.assign(line, wanted, (), pictures, "translation", placed) == [3]
    assert lanes.assign(line, wanted, (), pictures, "sound", placed) == [2]
    assert lanes.assign(line, wanted, (), pictures, "highlight", placed) == [3]


def test_no_channel_is_an_error_with_a_remedy():
    full = [(channel, FrameRange(0, 100)) for channel in range(1, 129)]
    with pytest.raises(EditorError) as caught:
        lanes.assign(timeline(full), [FrameRange(5, 6)], (), [])
    assert caught.value.remedy
    with pytest.raises(EditorError):
        lanes.Ground((str(c), c, frames) for c, frames in full).free_channel([FrameRange(5, 6)], ())


@given(st.lists(st.tuples(st.integers(1, 3), RANGES, RANGES, st.booleans()), max_size=12), st.sets(st.integers(3, 6)))
def test_moves_never_cross_a_standing_strip(strips, held):
    ground, placed, moves = lanes.Ground(()), {}, {}
    for i, (channel, here, there, moving) in enumerate(strips):
        if ground.free("", channel, here) and not any(frames.overlaps(there) for frames in moves.values() if moving):
            ground.put(str(i), channel, here)
            placed[str(i)] = (channel, here)
            if moving:
                moves[str(i)] = there
    seen = set()
    for name, channel, frames in lanes.in_order(ground, moves, held):
        others = [place for other, place in placed.items() if other != name]
        assert not any(its == channel and taken.overlaps(frames) for its, taken in others)
        if channel != placed[name][0]:
            assert channel not in held
            assert not any(its == channel and taken.overlaps(placed[name][1]) for its, taken in others)
        placed[name] = (channel, frames)
        seen.add(name)
    assert seen == set(moves) and all(placed[name][1] == moves[name] for name in moves)


@pytest.mark.parametrize("shift", [-5, 5, 400])
def test_a_ripple_keeps_its_channel(shift):
    before = {str(i): FrameRange(i * 10 + 50, i * 10 + 60) for i in range(200)}
    ground = lanes.Ground((name, 4, frames) for name, frames in before.items())
    moved = list(lanes.in_order(ground, {name: frames.moved(shift) for name, frames in before.items()}, ()))
    assert len(moved) == 200 and {channel for _name, channel, _frames in moved} == {4}


@given(st.floats(4, 300), st.floats(0.1, 60), st.integers(64, 8000), st.floats(0.1, 1))
def test_a_line_fits_the_frame_at_the_size_it_gets(size, ems, width, share):
    fits = lanes.fitting(size, ems, width, share)
    assert 0 < fits <= size and fits * ems <= share * width * 1.000001
    assert fits == size or fits * ems > 0.99 * share * width


@given(st.floats(1.2, 500))
def test_every_size_gets_an_outline_that_is_drawn(size):
    assert 0.1 <= lanes.outline(size) <= 1 and (int(0.58 * size * lanes.outline(size)) >= 1 or size < 2.1)
