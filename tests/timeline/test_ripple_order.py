"""The ranges of a timeline in another order."""

import pytest
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, EditorError
from assistant_editor.timeline.layout import EVER, Join, Move, Rearrangement
from assistant_editor.timeline.ripple import RippleOptions, cut_out, reorder
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.laid import apply, gap, item, layout, pair, stands

TALK = pair("talk", 1, 101)


def ranges(*ends):
    return [FrameRange(start, end) for start, end in ends]


def refused(line, order, **more) -> EditorError:
    with pytest.raises(EditorError) as caught:
        reorder(line, order, **more)
    return caught.value


def test_parts_follow_each_other_in_their_new_order():
    line = layout(TALK, marks=(11, 31, 71))
    made = reorder(line, ranges((61, 101), (21, 41), (1, 21)))
    for name in ("talk", "talk sound"):
        assert stands(made)[name] == [(1, 21, 61), (21, 41, 41), (61, 101, 1)]
    assert made.marks == ((0, 71), (1, 51), (2, 11))
    assert made.joins == tuple(Join(frame, ("talk sound",)) for frame in (1, 41, 61, 81))
    assert made.frames == FrameRange(1, 81)
    assert made.moves == (
        Move(FrameRange(EVER.start, 1), EVER.start),
        Move(FrameRange(1, 21), 61),
        Move(FrameRange(21, 41), 41),
        Move(FrameRange(61, 101), 1),
        Move(FrameRange(101, EVER.end), 81),
    )


@pytest.mark.parametrize(
    "order", [ranges((1, 101)), ranges((1, 51), (51, 101)), ranges((-20, 200)), ranges((1, 10), (10, 20), (20, 101)), []]
)
def test_the_order_as_it_is_is_nothing_to_do(order):
    line = layout(TALK, item("text", 20, 80, channel=3, kind="TEXT"), marks=(-5, 1, 50, 300))
    assert reorder(line, order) == Rearrangement()


def test_leaving_out_is_cutting_out():
    line = layout(TALK, item("text", 11, 91, channel=3, kind="TEXT"), marks=(10, 30, 95, 200))
    assert reorder(line, ranges((1, 21), (41, 101))) == cut_out(line, [gap(21, 41)], "all")


def test_what_no_range_names_is_gone_and_the_first_takes_its_place():
    line = layout(item("a", 11, 61), item("b", 61, 101), item("c", 101, 151))
    made = reorder(line, ranges((61, 101)))
    assert made.gone == ("a", "c") and stands(made) == {"b": [(61, 101, 11)]}


def test_parts_of_a_strip_that_stay_together_are_not_split():
    made = reorder(layout(item("a", 1, 61), item("b", 61, 101)), ranges((61, 101), (1, 31), (31, 61)))
    assert stands(made) == {"a": [(1, 61, 41)], "b": [(61, 101, 1)]}


def test_a_text_that_is_torn_keeps_its_longer_part_and_one_over_all_stays_one():
    line = layout(TALK, item("caption", 11, 31, channel=3, kind="TEXT"), item("watermark", 1, 101, channel=4, kind="TEXT"))
    made = reorder(line, ranges((17, 101), (1, 17)))
    by_name = {piece.item: piece for piece in made.pieces if piece.item in ("caption", "watermark")}
    assert len([piece for piece in made.pieces if piece.item in by_name]) == 2
    assert (by_name["caption"].parts, by_name["caption"].start) == ((FrameRange(17, 31),), 1)
    assert by_name["watermark"].parts == (FrameRange(17, 101), FrameRange(1, 17))
    assert by_name["watermark"].stands == FrameRange(1, 101)
    apply(line, made)


def test_a_transition_goes_with_most_of_it():
    line = layout(
        item("a", 1, 101),
        item("b", 81, 201, channel=2),
        item("fade", 81, 101, channel=3, kind="CROSS", inputs=("a", "b")),
    )
    for border, at in ((85, 1), (97, 181)):
        made = reorder(line, ranges((border, 201), (1, border)))
        apply(line, made)
        assert stands(made)["fade"] == [(81, 101, at)]
        assert len(made.notices) == 1 and "'fade'" in made.notices[0]
    assert reorder(line, ranges((101, 201), (1, 101))).notices == ()
    inside = reorder(line, ranges((101, 201), (83, 85), (1, 81)))
    assert stands(inside)["fade"] == [(81, 101, 101)]
    apply(line, inside)


@pytest.mark.parametrize("order", [ranges((1, 21), (20, 40)), ranges((1, 51), (1, 51)), ranges((1, 1))])
def test_ranges_that_make_no_sense_are_refused(order):
    assert refused(layout(TALK), order).code == BAD_INPUT


def test_what_cannot_be_split_is_named():
    line = layout(TALK, item("slow", 31, 61, channel=3, whole="it is retimed"))
    error = refused(line, ranges((41, 101), (1, 41)))
    assert error.code == BAD_INPUT and "'slow'" in error.message and "retimed" in error.message
    assert reorder(line, ranges((31, 101), (1, 31))).pieces


def test_locked_strips_stay_and_must_not_lose_their_sync():
    bed = item("bed", 1, 101, channel=5, held="strip 'bed' is locked")
    made = reorder(layout(TALK, bed), ranges((51, 101), (1, 51)))
    assert "bed" not in stands(made) and len(made.notices) == 1
    assert refused(layout(TALK), ranges((51, 101), (1, 51)), options=RippleOptions(fixed=frozenset({1}))).code == BAD_INPUT
    _, picture = TALK
    sound = item("talk sound", 1, 101, kind="SOUND", partners=("talk",), held="strip 'talk sound' is locked")
    assert refused(layout(sound, picture), ranges((51, 101), (1, 51))).code == LOCKED


def test_nothing_runs_into_what_stays():
    line = layout(item("a", 1, 51), item("wall", 51, 61, held="strip 'wall' is locked"), item("b", 61, 161))
    assert refused(line, ranges((61, 161), (1, 51))).code == LOCKED
