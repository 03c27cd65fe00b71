"""Strips cut to music: on beats, in order, nothing longer than it was."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, EditorError
from assistant_editor.timeline.beat_cut import CutOptions, cut_to
from assistant_editor.timeline.beat_grid import Tick
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from .laid import item, layout, pair, stands


def beats(count=40, step=12, start=0, strength=lambda n: 0.5):
    return tuple(Tick(start + n * step, Fraction(n), "m", "music", 1 + n // 4, n % 4 + 1, strength(n), 0.9) for n in range(count))


def test_every_four_beats_the_middle_of_each():
    line = layout(item("a", 0, 100), item("b", 100, 160), item("c", 160, 300))
    found = stands(cut_to(line, beats(), ("a", "b", "c"), CutOptions()))
    assert found == {"a": [(26, 74, 0)], "b": [(106, 154, 48)], "c": [(206, 254, 96)]}


@pytest.mark.parametrize(("part", "first"), [("start", 0), ("middle", 26), ("end", 52)])
def test_which_part_of_each_is_shown(part, first):
    line = layout(item("a", 0, 100), item("b", 100, 200))
    assert stands(cut_to(line, beats(), ("a", "b"), CutOptions(part=part)))["a"] == [(first, first + 48, 0)]


def test_it_begins_on_the_beat_nearest_to_the_first_strip():
    line = layout(item("a", 20, 120), item("b", 120, 220))
    assert stands(cut_to(line, beats(), ("a", "b"), CutOptions(part="start")))["a"] == [(20, 44, 24)]


def test_a_short_strip_takes_the_beats_it_fills():
    line = layout(item("a", 0, 30), item("b", 30, 100))
    found = stands(cut_to(line, beats(), ("a", "b"), CutOptions(part="start")))
    assert found == {"a": [(0, 24, 0)], "b": [(30, 54, 24)]}, "and the next one ends with the bar"


@pytest.mark.parametrize(("start", "ends"), [(0, 4), (1, 4), (2, 4), (3, 8), (4, 8)])
def test_strips_change_with_bars(start, ends):
    line = layout(item("a", start * 12, start * 12 + 100), item("b", 200, 300))
    (a,), (b,) = stands(cut_to(line, beats(), ("a", "b"), CutOptions(part="start"))).values()
    assert (a[2], b[2]) == (start * 12, ends * 12)


def test_where_bars_are_not_known_it_counts_from_the_first_strip():
    ticks = tuple(replace(tick, place=0) for tick in beats())
    line = layout(item("a", 12, 112), item("b", 112, 212))
    assert stands(cut_to(line, ticks, ("a", "b"), CutOptions(part="start")))["b"][0][2] == 5 * 12


def test_shorter_than_a_beat_is_refused_in_words():
    with pytest.raises(EditorError) as told:
        cut_to(layout(item("a", 0, 5), item("b", 5, 100)), beats(), ("a", "b"), CutOptions())
    assert told.value.code == BAD_INPUT and "'a' is shorter than a beat (5 frames, a beat is 12)" in told.value.message


def test_picture_and_sound_together():
    line = layout(pair("a", 0, 100), pair("b", 100, 200))
    found = stands(cut_to(line, beats(), ("a", "b"), CutOptions(part="start")))
    assert found["a"] == found["a sound"] == [(0, 48, 0)] and found["b"] == found["b sound"] == [(100, 148, 48)]


def test_sound_that_is_chosen_too_is_no_strip_of_its_own():
    line = layout(pair("a", 0, 100), pair("b", 100, 200))
    every = ("a", "a sound", "b", "b sound")
    assert stands(cut_to(line, beats(), every, CutOptions())) == stands(cut_to(line, beats(), ("a", "b"), CutOptions()))


def test_sound_dropped():
    line = layout(pair("a", 0, 100), pair("b", 100, 200))
    made = cut_to(line, beats(), ("a", "b"), CutOptions(sound="drop"))
    assert set(stands(made)) == {"a", "b"} and set(made.gone) == {"a sound", "b sound"}


def test_sound_that_is_shorter_than_its_picture_keeps_in_sync():
    sound, picture = pair("a", 0, 100)
    line = layout(replace(sound, frames=FrameRange(40, 60)), picture, pair("b", 100, 200))
    found = stands(cut_to(line, beats(), ("a", "b"), CutOptions(part="start")))
    assert found["a"] == [(0, 48, 0)] and found["a sound"] == [(40, 48, 40)]


def test_more_cuts_where_the_music_is_strong():
    ticks = beats(96, strength=lambda n: 0.1 if n < 32 else 0.5 if n < 64 else 0.9)
    line = layout(*(item(f"s{n}", n * 300, n * 300 + 300) for n in range(12)))
    found = stands(cut_to(line, ticks, [f"s{n}" for n in range(12)], CutOptions(by="energy", every=2, part="start")))
    lengths = [found[f"s{n}"][0][1] - found[f"s{n}"][0][0] for n in range(12)]
    assert lengths[0] == 8 * 12 and lengths[-1] == 2 * 12 and 4 * 12 in lengths


def test_strips_that_the_music_does_not_reach_follow_it_uncut():
    line = layout(*(item(f"s{n}", n * 60, n * 60 + 60) for n in range(4)))
    made = cut_to(line, beats(9), [f"s{n}" for n in range(4)], CutOptions(part="start"))
    assert stands(made)["s2"] == [(120, 180, 96)] and stands(made)["s3"] == [(180, 240, 156)]
    assert made.notices == ("The music ends before the strips do: 2 strips follow uncut.",)


def test_refusals():
    line = layout(item("a", 0, 100), item("b", 100, 200, held="strip 'b' is locked"), item("m", 0, 500, channel=4, kind="SOUND"))
    with pytest.raises(EditorError) as told:
        cut_to(line, beats(), ("a", "b"), CutOptions())
    assert told.value.code == LOCKED and "'b' is locked" in told.value.message
    for names, ticks in ((("a",), beats()), (("a", "m"), beats()), (("a", "b"), beats(1))):
        with pytest.raises(EditorError) as told:
            cut_to(line, ticks, names, CutOptions(), music=("m",))
        assert told.value.code == BAD_INPUT
    cross = layout(item("a", 0, 100), item("b", 90, 200, channel=2), item("x", 90, 100, channel=3, kind="CROSS", inputs=("a", "b")))
    with pytest.raises(EditorError) as told:
        cut_to(cross, beats(), ("a", "b"), CutOptions())
    assert told.value.code == BAD_INPUT and "'x'" in told.value.message


@given(
    st.lists(st.integers(12, 200), min_size=2, max_size=10), st.integers(1, 8), st.sampled_from(["start", "middle", "end"]),
    st.sampled_from(["every", "energy"]), st.integers(2, 60),
)  # fmt: skip
def test_strips_follow_each_other_on_beats_and_show_what_they_showed(lengths, every, part, by, count):
    items, at = [], 0
    for number, length in enumerate(lengths):
        items.append(item(f"s{number}", at, at + length, channel=number % 3 + 1))
        at += length
    ticks = beats(count, strength=lambda n: (n * 37 % 100) / 100)
    made = cut_to(layout(*items), ticks, [one.name for one in items], CutOptions(by, every, part))
    frames, at = {tick.frame for tick in ticks}, ticks[0].frame
    for one, piece in zip(items, made.pieces, strict=True):
        assert piece.item == one.name and piece.start == at
        assert one.frames.start <= piece.frames.start < piece.frames.end <= one.frames.end
        assert at in frames or at > ticks[-1].frame
        at += piece.frames.length
