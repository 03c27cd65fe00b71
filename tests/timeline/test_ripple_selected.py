"""Parts cut out of the strips that are meant alone: they close up among themselves, or leave holes."""

from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.timeline.layout import Join, Rearrangement
from assistant_editor.timeline.ripple import cut_out
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.laid import apply, gap, item, layout, pair, stands

TALK = pair("talk", 1, 101)
AFTER = pair("after", 101, 201)


def test_the_strips_that_are_meant_close_up_and_nothing_else_moves():
    line = layout(TALK, AFTER, item("second camera", 1, 201, channel=3), item("title", 11, 91, channel=4, kind="TEXT"), marks=(50,))
    made = cut_out(line, [gap(21, 41, "talk sound")], "selected")
    assert stands(made) == {name: [(1, 21, 1), (41, 101, 21)] for name in ("talk", "talk sound")}
    assert not made.marks and not made.moves and made.frames is None


def test_a_row_of_them_closes_up_as_one():
    made = cut_out(layout(TALK, AFTER), [gap(91, 101, "talk"), gap(121, 131, "after")], "selected")
    assert stands(made, "talk", "after") == {"talk": [(1, 91, 1)], "after": [(101, 121, 91), (131, 201, 111)]}
    assert made.frames == FrameRange(1, 181)
    assert made.joins == (Join(91, ("talk sound", "after sound")), Join(111, ("after sound",)))


def test_gaps_between_them_stay_as_long():
    line = layout(item("a", 1, 101), item("b", 131, 201))
    made = cut_out(line, [gap(21, 41, "a"), gap(151, 161, "b")], "selected")
    assert stands(made)["b"] == [(131, 151, 111), (161, 201, 131)]


@pytest.mark.parametrize(("wall", "b"), [((101, 131), 131), ((101, 126), 126), ((101, 106), 111)])
def test_they_move_up_as_far_as_nothing_else_stands(wall, b):
    line = layout(item("a", 1, 101), item("wall", *wall), item("b", 131, 201))
    made = cut_out(line, [gap(21, 41, "a"), gap(151, 161, "b")], "selected")
    apply(line, made)
    assert stands(made)["b"] == [(131, 151, b), (161, 201, b + 20)]


def test_a_picture_waits_for_its_sound():
    """Only the sound has something in its way: both stay in sync."""
    line = layout(TALK, item("wall", 101, 121, channel=1), pair("after", 121, 201))
    made = cut_out(line, [gap(21, 41, "talk"), gap(151, 161, "after")], "selected")
    assert stands(made, "after", "after sound") == {name: [(121, 151, 121), (161, 201, 151)] for name in ("after", "after sound")}


def test_a_pair_moves_up_as_far_as_both_rows_did():
    line = layout(item("one", 1, 101), item("two", 1, 101, channel=2), pair("after", 101, 201))
    made = cut_out(line, [gap(21, 31, "one"), gap(21, 41, "two"), gap(141, 151, "after")], "selected")
    assert stands(made, "after", "after sound") == {name: [(101, 141, 91), (151, 201, 131)] for name in ("after", "after sound")}


def test_strips_of_one_cutout_keep_their_sync():
    line = layout(item("mic", 1, 201, kind="SOUND"), item("left", 1, 101, channel=2), item("right", 101, 201, channel=2))
    made = cut_out(line, [gap(41, 61, "mic", "left"), gap(141, 161, "mic", "right")], "selected")
    assert stands(made) == {
        "mic": [(1, 41, 1), (61, 141, 41), (161, 201, 121)],
        "left": [(1, 41, 1), (61, 101, 41)],
        "right": [(101, 141, 81), (161, 201, 121)],
    }


def test_strips_without_a_tie_are_cut_each_for_itself():
    line = layout(item("one", 1, 101), item("two", 1, 101, channel=2))
    made = cut_out(line, [gap(21, 41, "one"), gap(31, 61, "two")], "selected")
    assert stands(made) == {"one": [(1, 21, 1), (41, 101, 21)], "two": [(1, 31, 1), (61, 101, 31)]}


def test_a_strip_in_the_way_of_what_must_keep_its_sync_forbids_it():
    row = (item(name, start, end, channel=2) for name, start, end in (("a", 1, 61), ("b", 61, 81), ("c", 81, 201)))
    line = layout(item("mic", 1, 201, kind="SOUND"), *row)
    with pytest.raises(EditorError) as caught:
        cut_out(line, [gap(21, 41, "mic", "a"), gap(101, 121, "mic", "c")], "selected")
    assert caught.value.code == BAD_INPUT and "'b'" in caught.value.message and "'c'" in caught.value.message


def test_effects_and_what_else_they_work_on_go_along():
    line = layout(
        item("a", 1, 101), item("logo", 1, 101, channel=2), item("over", 1, 101, channel=3, kind="ALPHA_OVER", inputs=("a", "logo"))
    )
    made = cut_out(line, [gap(21, 41, "a")], "selected")
    assert set(stands(made)) == {"a", "logo", "over"}
    apply(line, made)


def test_no_names_mean_every_strip_there_together():
    line = layout(TALK, AFTER, item("high", 31, 201, channel=5))
    made = cut_out(line, [gap(21, 41)], "selected")
    assert stands(made) == {
        "talk": [(1, 21, 1), (41, 101, 21)],
        "talk sound": [(1, 21, 1), (41, 101, 21)],
        "high": [(41, 201, 21)],
    }


def test_a_refused_part_still_lets_its_strip_move_up():
    line = layout(item("a", 1, 101), item("b", 101, 201, whole="it is retimed"))
    made = cut_out(line, [gap(21, 41, "a"), gap(121, 141, "b")], "selected")
    assert stands(made)["b"] == [(101, 201, 81)] and len(made.notices) == 1


def test_faster_parts_close_up():
    made = cut_out(layout(TALK), [gap(21, 41, "talk", speed=Fraction(2))], "selected")
    assert [p.start for p in made.pieces if p.item == "talk"] == [1, 21, 31]


class TestLift:
    def test_holes_stay(self):
        line = layout(TALK, AFTER, item("second camera", 1, 201, channel=3), marks=(30,))
        made = cut_out(line, [gap(21, 41, "talk"), gap(91, 101, "talk")], "lift")
        assert stands(made) == {name: [(1, 21, 1), (41, 91, 41)] for name in ("talk", "talk sound")}
        assert (made.marks, made.moves, made.frames) == ((), (), None)

    def test_the_scene_keeps_its_end(self):
        assert cut_out(layout(TALK), [gap(91, 101, "talk")], "lift").frames is None

    def test_a_text_keeps_its_longer_part(self):
        line = layout(item("text", 1, 101, kind="TEXT"))
        assert stands(cut_out(line, [gap(21, 41, "text")], "lift")) == {"text": [(41, 101, 41)]}

    def test_a_text_with_an_effect_keeps_both_as_the_effect_does(self):
        line = layout(item("text", 1, 101, kind="TEXT"), item("glow", 1, 101, channel=2, kind="GLOW", inputs=("text",)))
        made = cut_out(line, [gap(21, 41, "text")], "lift")
        assert stands(made) == {name: [(1, 21, 1), (41, 101, 41)] for name in ("text", "glow")}
        apply(line, made)

    def test_other_lasting_strips_keep_both(self):
        line = layout(item("red", 1, 101, kind="COLOR"))
        assert stands(cut_out(line, [gap(21, 41, "red")], "lift")) == {"red": [(1, 21, 1), (41, 101, 41)]}

    def test_nothing_is_played_faster(self):
        made = cut_out(layout(item("a", 1, 101)), [gap(21, 41, "a", speed=Fraction(2)), gap(51, 61, "a")], "lift")
        assert stands(made) == {"a": [(1, 51, 1), (61, 101, 61)]}
        assert made.notices == ("1 part was not played faster: with holes left, nothing would become shorter.",)

    def test_nothing_else_is_looked_at(self):
        line = layout(TALK, item("slow", 31, 61, channel=3, whole="it is retimed"))
        made = cut_out(line, [gap(21, 41, "talk")], "lift")
        assert made.pieces and not made.notices

    def test_all_of_a_strip_can_go(self):
        assert cut_out(layout(TALK), [gap(1, 101, "talk")], "lift") == Rearrangement(gone=("talk sound", "talk"))
