"""Exact time: every rate in every scene rate, matched and not, trimmed, moved, split, and by presentation time."""

import math
from fractions import Fraction

import pytest
from assistant_editor.timeline.timebase import FrameRange, SourceMap, exact_rate, single
from hypothesis import given, settings
from hypothesis import strategies as st

RATES = [Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60]
rates = st.sampled_from([Fraction(rate) for rate in RATES])
frames = st.integers(-100_000, 1_000_000)
quick = settings(max_examples=150, deadline=None)


@st.composite
def movie_maps(draw):
    """A movie strip's map as the reader makes it: matched to the scene's rate or not, moved, trimmed by whole pictures."""
    media, scene = draw(rates), draw(rates)
    matched = draw(st.booleans())
    trim = Fraction(draw(st.integers(0, 5000))) / media
    rate, step = (scene, single(float(media) / float(scene))) if matched else (media, 1.0)
    return SourceMap(Fraction(draw(frames)), rate, trim, media, step)


sound_maps = st.builds(
    SourceMap, frames.map(Fraction), rates, st.tuples(st.integers(0, 5000), rates).map(lambda pair: Fraction(pair[0]) / pair[1])
)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("digits", [3, 4, 6])
def test_the_rate_that_was_meant(rate, digits):
    assert exact_rate(round(float(rate), digits)) == rate


@pytest.mark.parametrize("rate", [12, 15, 120, 240, Fraction(120000, 1001)])
def test_other_usual_rates(rate):
    assert exact_rate(float(rate)) == rate


@pytest.mark.parametrize("rate", [0.0, -25.0, float("nan"), float("inf")])
def test_what_is_no_rate(rate):
    with pytest.raises(ValueError, match="positive"):
        exact_rate(rate)


def test_an_unusual_rate_is_kept():
    assert exact_rate(18.3) == Fraction(183, 10)


@quick
@given(movie_maps() | sound_maps, frames)
def test_seconds_and_frame_are_each_others_inverse(source, frame):
    assert source.frame(source.seconds(frame)) == frame
    assert source.nearest_frame(source.seconds(frame)) == frame


@quick
@given(sound_maps, frames)
def test_the_first_frame_of_a_moment_of_sound(source, frame):
    assert source.first_frame(source.seconds(frame)) == frame
    assert source.first_frame(source.seconds(frame) + Fraction(1, 10**6)) == frame + 1


@quick
@given(movie_maps(), st.integers(0, 100_000))
def test_the_first_frame_shows_the_picture_and_the_one_before_does_not(source, number):
    """By the measured rule: the picture of the number nearest to the position, halves going up, in single precision."""
    number += round(source.trim * source.pictures)
    frame = source.first_frame(number / source.pictures)

    def shown(at):
        position = at - int(source.origin)
        return math.floor(single(single(position * single(source.step)) + 0.5)) + round(source.trim * source.pictures)

    assert shown(frame) >= number > shown(frame - 1)


@quick
@given(movie_maps(), st.integers(0, 100_000))
def test_a_picture_is_first_seen_within_half_a_picture_of_its_time(source, number):
    number += round(source.trim * source.pictures)
    exact = source.frame(number / source.pictures)
    half = source.rate / source.pictures / 2
    # Single precision may be off by a position's last bit, never by a whole frame.
    assert -half - 1 < source.first_frame(number / source.pictures) - exact < 1 + 1


@quick
@given(movie_maps(), st.lists(st.integers(1, 400), min_size=1, max_size=50), st.integers(0, 49))
def test_pictures_of_uneven_length_are_found_by_presentation_time(source, lengths, which):
    """Of pictures at any rising times, a later one is never seen first on an earlier frame."""
    times, at = [], source.trim
    for length in lengths:
        times.append(at)
        at += Fraction(length, 1000)
    seen = [source.first_frame(time) for time in times]
    assert seen == sorted(seen)


@quick
@given(movie_maps(), st.integers(0, 50_000), st.integers(1, 5000), st.integers(-1000, 1000))
def test_splitting_and_moving_keep_the_picture(source, number, offset, by):
    """A split keeps the map, so both halves agree; a moved strip shows everything as much later."""
    seconds = (number + round(source.trim * source.pictures)) / source.pictures
    moved = SourceMap(source.origin + by, source.rate, source.trim, source.pictures, source.step)
    assert moved.first_frame(seconds) == source.first_frame(seconds) + by
    assert moved.seconds(offset + by) == source.seconds(offset)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_ranges(a, b, c, d):
    one, other = FrameRange(min(a, b), max(a, b)), FrameRange(min(c, d), max(c, d))
    held = set(range(one.start, one.end)) & set(range(other.start, other.end))
    if held:
        assert one.overlaps(other) and other.overlaps(one)
    if one.length and other.length:
        assert one.overlaps(other) == bool(held)
    assert one.length == sum(one.holds(frame) for frame in range(60))
    assert one.moved(7).moved(-7) == one


def test_a_range_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        FrameRange(3, 2)
