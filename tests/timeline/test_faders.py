"""Volumes as curves: fades told from the rest, layers multiplied, and the editor's own given back."""

from fractions import Fraction

import pytest
from assistant_editor.timeline import faders
from assistant_editor.timeline.faders import Fader, Mix
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given
from hypothesis import strategies as st

SOURCE = SourceMap(Fraction(1), Fraction(25))
FRAMES = FrameRange(1, 501)
LINEAR = "LINEAR"


def curve(*points):
    return tuple((Fraction(place), value) for place, value in points)


def linear(*points, steady=1.0):
    return Fader(steady, tuple((float(frame), value) for frame, value in points), (LINEAR,) * len(points))


def shapes(fader):
    return faders.taken_apart(fader, FRAMES)


curves = st.lists(st.tuples(st.integers(0, 500), st.floats(0.05, 4.0)), min_size=1, max_size=8, unique_by=lambda point: point[0]).map(
    lambda points: curve(*sorted(points))
)


def test_a_curve_is_straight_between_its_points_and_level_beyond():
    ramp = curve((10, 1.0), (20, 0.5))
    assert [faders.at(ramp, place) for place in (0, 10, 15, 20, 99)] == [1.0, 1.0, 0.75, 0.5, 0.5]
    assert faders.at((), 5) == 1.0


@given(curves, curves, st.integers(0, 500))
def test_a_product_is_exact_at_every_point(one, other, place):
    both = faders.product(one, other)
    for where in {place for place, _value in (*one, *other)}:
        assert faders.at(both, where) == pytest.approx(faders.at(one, where) * faders.at(other, where), rel=0.02)


@given(curves, st.integers(0, 500))
def test_what_is_left_out_changes_nothing(one, place):
    assert faders.at(faders.simple(one), place) == pytest.approx(faders.at(one, place), rel=0.02, abs=0.001)


def test_what_does_not_change_is_one_point():
    assert faders.simple(curve((1, 0.5), (10, 0.5), (30, 0.5))) == curve((1, 0.5))


def test_fades_are_told_from_what_lies_between():
    faded = shapes(linear((1, 0), (26, 0.8), (476, 0.8), (501, 0)))
    assert (faded.rises, faded.falls, faded.steady) == (26, 476, 0.8)
    assert shapes(Fader(0.7)).steady == 0.7
    only_out = shapes(linear((451, 0.8), (501, 0)))
    assert (only_out.rises, only_out.falls, only_out.steady) == (1, 451, 0.8)


def test_a_fade_of_a_frame_is_one_and_a_soft_beginning_none():
    assert shapes(linear((1, 0), (2, 1), (500, 1), (501, 0))).steady == 1
    assert shapes(linear((1, 0.3), (26, 1.0))).steady is None


def test_a_fade_with_a_keyframe_a_frame_is_one():
    faded = shapes(linear((1, 0.001), (2, 0.33), (3, 0.66), (4, 1), (498, 1), (499, 0.6), (500, 0.3), (501, 0.001)))
    assert (faded.rises, faded.falls, faded.steady) == (4, 498, 1)
    # What rises after it is no fade: music that comes up again.
    assert shapes(linear((1, 0), (26, 0.25), (46, 1))).rises == 26


def test_curved_fades_count_and_curved_insides_do_not():
    bezier = Fader(1.0, ((1.0, 0.0), (26.0, 1.0), (476.0, 1.0), (501.0, 0.0)), ("BEZIER",) * 4)
    assert shapes(bezier).steady == 1.0
    wavy = Fader(1.0, ((100.0, 1.0), (200.0, 0.5), (300.0, 1.0)), ("BEZIER",) * 3)
    assert shapes(wavy).steady is None and not shapes(wavy).plain


def test_layers_lie_between_the_fades():
    now = linear((1, 0), (26, 0.8), (476, 0.8), (501, 0))
    mix = Mix(0.8, duck=faders.to_seconds(curve((100, 1.0), (110, 0.25), (200, 0.25), (220, 1.0)), SOURCE))
    made = faders.composed(mix, shapes(now), now, FRAMES, SOURCE)
    wanted = [(1, 0), (26, 0.8), (100, 0.8), (110, 0.2), (200, 0.2), (220, 0.8), (476, 0.8), (501, 0)]
    assert [frame for frame, _value in made.points] == [frame for frame, _value in wanted]
    assert [value for _frame, value in made.points] == pytest.approx([value for _frame, value in wanted])
    assert shapes(made).rises == 26 and shapes(made).falls == 476


def test_a_steady_layer_needs_no_keyframes_and_keeps_the_shape_of_fades():
    mix = Mix(0.8, level=faders.to_seconds(curve((1, 0.5)), SOURCE))
    assert faders.composed(mix, shapes(Fader(0.8)), Fader(0.8), FRAMES, SOURCE) == Fader(0.4)
    bezier = Fader(0.8, ((1.0, 0.0), (26.0, 0.8)), ("BEZIER", "BEZIER"))
    made = faders.composed(mix, shapes(bezier), bezier, FRAMES, SOURCE)
    assert made.points == ((1.0, 0.0), (26.0, pytest.approx(0.4))) and made.shapes == bezier.shapes


@given(
    st.floats(0.1, 2.0), st.integers(0, 40), st.integers(0, 40),
    st.lists(st.tuples(st.integers(60, 440), st.floats(0.1, 1.0)), min_size=1, max_size=6, unique_by=lambda point: point[0]),
    st.sampled_from(["LINEAR", "BEZIER"]),
)  # fmt: skip
def test_the_editors_own_comes_back_whatever_was_laid_over_it(base, rise, fall, points, shape):
    own = []
    own += [(1.0, 0.0), (1.0 + rise, base)] if rise else []
    own += [(501.0 - fall, base), (501.0, 0.0)] if fall else []
    before = Fader(base, tuple(own), (shape,) * len(own))
    mix = Mix(base, faders.own_points(before, SOURCE), duck=faders.to_seconds(curve(*sorted(points)), SOURCE))
    made = faders.composed(mix, shapes(before), before, FRAMES, SOURCE)
    back = faders.given_back(mix, shapes(made), made, FRAMES, SOURCE)
    assert back.steady == base and back.shapes == before.shapes
    assert [frame for frame, _value in back.points] == [frame for frame, _value in before.points]
    assert [value for _frame, value in back.points] == pytest.approx([value for _frame, value in before.points])


def test_what_the_ledger_keeps_is_read_back():
    mix = Mix(0.5, ((Fraction(1, 25), 0.5, "BEZIER"),), curve((0, 1.0), (3, 0.25)), (), curve((0, 0.5), (3, 0.125)))
    assert faders.load(faders.dump(mix)) == mix
    for bad in ("", "[1]", '{"base":"loud"}'):
        with pytest.raises(ValueError, match=r".*"):
            faders.load(bad)
