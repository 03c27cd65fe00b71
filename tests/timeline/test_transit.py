"""Strips come to where they belong, and at no moment does one lie over another."""

from __future__ import annotations

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.timebase import FrameRange
from assistant_editor.timeline.transit import steps
from hypothesis import given
from hypothesis import strategies as st


def carried_out(standing, wanted, barred=()):
    """The steps done one by one; none changes channel and time at once, none ends over another strip or in a barred channel."""
    places = dict(standing)
    done = steps(standing, wanted, barred)
    for name, channel, start in done:
        at, frames = places[name]
        assert (channel == at) != (start == frames.start)
        assert channel == at or channel not in barred
        places[name] = (channel, FrameRange(start, start + frames.length))
        assert not [n for n, (c, f) in places.items() if n != name and c == channel and f.overlaps(places[name][1])]
    assert places == {**standing, **wanted}
    return done


def row(*lengths, start=1, channel=1):
    found, at = {}, start
    for number, length in enumerate(lengths):
        found[f"{channel}.{number}"] = (channel, FrameRange(at, at + length))
        at += length
    return found


def test_a_ripple_takes_one_step_a_strip():
    standing = {name: (1, frames.moved(10 * n)) for n, (name, (_c, frames)) in enumerate(row(*[20] * 50).items())}
    wanted = row(*[20] * 50)
    assert len(carried_out(standing, wanted)) == 49
    assert len(carried_out(wanted, standing)) == 49


def test_two_strips_change_places():
    standing = row(10, 20)
    done = carried_out(standing, {"1.0": (1, FrameRange(21, 31)), "1.1": (1, FrameRange(1, 21))}, barred=(2, 3))
    assert len(done) == 4 and {channel for _name, channel, _start in done} == {1, 4}


def test_what_changes_channel_goes_there_at_once_where_it_can():
    standing = row(10, 10, 10)
    assert len(carried_out(standing, {"1.1": (2, FrameRange(5, 15))})) == 2
    assert len(carried_out({**standing, **row(12, channel=2, start=9)}, {"1.1": (2, FrameRange(40, 50))})) == 2


def test_no_room_is_said():
    with pytest.raises(EditorError, match="channel 1 at frame 5"):
        steps(row(10, 10), {"1.1": (1, FrameRange(5, 15))})
    with pytest.raises(EditorError, match="No channel"):
        steps(row(10, 20), {"1.0": (1, FrameRange(21, 31)), "1.1": (1, FrameRange(1, 21))}, barred=range(2, 129))


@given(st.data())
def test_any_order_of_any_strips(data):
    standing = {}
    for channel in range(1, data.draw(st.integers(2, 4))):
        standing |= row(*data.draw(st.lists(st.integers(1, 9), max_size=6)), start=data.draw(st.integers(-20, 20)), channel=channel)
    names = data.draw(st.permutations(sorted(standing)))
    moving = names[: data.draw(st.integers(0, len(names)))]
    ends = {}
    for name, (channel, frames) in standing.items():
        if name not in moving:
            ends[channel] = max(ends.get(channel, frames.end), frames.end)
    wanted = {}
    for name in moving:
        channel = data.draw(st.integers(1, 5))
        start = ends.get(channel, data.draw(st.integers(-30, 30))) + data.draw(st.integers(0, 5))
        wanted[name] = (channel, FrameRange(start, start + standing[name][1].length))
        ends[channel] = wanted[name][1].end
    carried_out(standing, wanted)
