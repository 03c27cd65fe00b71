"""Parts cut out of everything that may move: what goes, what closes up, what stays."""

from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.errors import BAD_INPUT, LOCKED, STALE, EditorError
from assistant_editor.timeline.layout import EVER, Cutout, Join, Mark, Move, Piece, Rearrangement
from assistant_editor.timeline.ripple import RippleOptions, cut_out
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.laid import apply, gap, item, layout, pair, stands

TALK = pair("talk", 1, 101)


def refused(*arguments) -> EditorError:
    with pytest.raises(EditorError) as caught:
        cut_out(*arguments)
    return caught.value


def test_picture_and_sound_close_up_together():
    made = cut_out(layout(TALK, marks=(10, 30, 60)), [gap(21, 41, "talk sound")], "all")
    assert stands(made) == {name: [(1, 21, 1), (41, 101, 21)] for name in ("talk", "talk sound")}
    assert made.marks == ((1, None), (2, 40))
    assert made.moves == (Move(FrameRange(EVER.start, 21), EVER.start), Move(FrameRange(41, EVER.end), 21))
    assert made.joins == (Join(21, ("talk sound",)),)
    assert made.frames == FrameRange(1, 81)
    assert not made.gone and not made.notices


def test_all_that_stands_over_a_part_loses_it_and_what_is_behind_moves_up():
    line = layout(
        TALK,
        item("second camera", 11, 61, channel=3),
        item("room", 31, 151, channel=4, kind="SOUND"),
        item("logo", 1, 201, channel=5, kind="IMAGE", content=(1, 2), lasting=True),
        item("grade", 1, 201, channel=6, kind="ADJUSTMENT"),
        item("inset", 25, 35, channel=7, kind="META"),
        item("end card", 201, 251, channel=2, kind="COLOR"),
    )
    made = cut_out(line, [gap(21, 41, "talk")], "all")
    left = {name: [(p.parts, p.start) for p in made.pieces if p.item == name] for name in {p.item for p in made.pieces}}
    before, after = FrameRange(1, 21), FrameRange(41, 101)
    lasting = [((before, FrameRange(41, 201)), 1)]
    assert left == {
        "talk sound": [((before,), 1), ((after,), 21)],
        "talk": [((before,), 1), ((after,), 21)],
        "second camera": [((FrameRange(11, 21),), 11), ((FrameRange(41, 61),), 21)],
        "room": [((FrameRange(41, 151),), 21)],
        "logo": lasting,
        "grade": lasting,
        "end card": [((FrameRange(201, 251),), 181)],
    }
    assert made.gone == ("inset",)
    assert made.frames == FrameRange(1, 231)


def stays_one_strip(made: Rearrangement, name: str) -> Piece:
    found = [piece for piece in made.pieces if piece.item == name]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("kind", ["TEXT", "COLOR", "ADJUSTMENT"])
def test_what_lasts_is_shortened_and_not_split(kind):
    made = cut_out(layout(TALK, item("over", 11, 91, channel=3, kind=kind)), [gap(21, 41, "talk"), gap(51, 61, "talk")], "all")
    over = stays_one_strip(made, "over")
    assert over.parts == (FrameRange(11, 21), FrameRange(41, 51), FrameRange(61, 91))
    assert over.stands == FrameRange(11, 61)


def test_a_text_within_a_part_goes_with_it_and_one_at_its_edge_is_shortened():
    texts = [item(f"t{start}", start, start + 10, channel=3, kind="TEXT") for start in (1, 16, 26, 36, 51)]
    made = cut_out(layout(TALK, *texts), [gap(21, 41, "talk")], "all")
    assert made.gone == ("t26",)
    assert stands(made, "t16", "t36", "t51") == {"t16": [(16, 21, 16)], "t36": [(41, 46, 21)], "t51": [(51, 61, 31)]}


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (1, 21, [(21, 101, 1)]),
        (81, 101, [(1, 81, 1)]),
        (90, 140, [(1, 90, 1)]),
        (1, 101, []),
        (-50, 500, []),
    ],
)
def test_parts_at_the_edges_of_a_strip(start, end, left):
    made = cut_out(layout(TALK, item("next", 101, 151)), [gap(start, end, "talk")], "all")
    assert stands(made).get("talk", []) == left
    assert made.gone == (() if left else ("talk sound", "talk"))
    lost = 100 - sum(to - since for since, to, _ in left)
    assert stands(made, "next") == {"next": [(101, 151, 101 - lost)]}  # never more is taken out than the strips that are meant have


def test_parts_that_overlap_or_touch_are_one():
    line = layout(TALK, marks=(50,))
    once = cut_out(line, [gap(21, 61, "talk")], "all")
    assert once == cut_out(line, [gap(31, 61, "talk sound"), gap(21, 41, "talk"), gap(21, 41, "talk")], "all")
    assert once == cut_out(line, [gap(41, 61, "talk"), gap(21, 41, "talk")], "all")


def test_no_names_mean_all_that_may_be_changed():
    line = layout(TALK, item("bed", 1, 101, channel=5, held="strip 'bed' is locked"))
    made = cut_out(line, [gap(21, 41)], "all")
    assert set(stands(made)) == {"talk", "talk sound"}


def test_shortened_parts_keep_frames_at_both_ends():
    made = cut_out(layout(TALK), [gap(21, 41, "talk", keep=5)], "all")
    assert stands(made)["talk"] == [(1, 24, 1), (39, 101, 24)]
    assert cut_out(layout(TALK), [gap(21, 41, "talk", keep=20)], "all") == Rearrangement()


def test_nothing_to_cut_is_nothing_to_do():
    assert cut_out(layout(TALK), [], "all") == Rearrangement()


@pytest.mark.parametrize("wrong", [gap(21, 21, "talk"), gap(21, 41, "talk", keep=-1), gap(21, 41, "talk", speed=Fraction(1, 2))])
def test_parts_that_make_no_sense_are_refused(wrong):
    assert refused(layout(TALK), [wrong], "all").code == BAD_INPUT


def test_a_strip_that_is_not_there_is_named():
    error = refused(layout(TALK), [gap(21, 41, "walk")], "all")
    assert error.code == STALE and "'walk'" in error.message


def test_a_part_where_its_strips_do_not_stand_is_left_in_and_told():
    line = layout(TALK, item("other", 201, 301))
    assert cut_out(line, [gap(221, 241, "talk")], "all") == Rearrangement(
        notices=("1 part was left in: their strips do not stand there.",)
    )


class TestFaster:
    def test_pieces_take_whole_frames_and_all_that_is_tied_the_same(self):
        made = cut_out(layout(TALK, marks=(25, 41)), [gap(21, 41, "talk", speed=Fraction(3))], "all")
        for name in ("talk", "talk sound"):
            found = [piece for piece in made.pieces if piece.item == name]
            assert [(p.frames, p.stands) for p in found] == [
                (FrameRange(1, 21), FrameRange(1, 21)),
                (FrameRange(21, 41), FrameRange(21, 28)),
                (FrameRange(41, 101), FrameRange(28, 88)),
            ]
            assert [p.speed for p in found] == [1, Fraction(20, 7), 1]
        assert made.moves[1] == Move(FrameRange(21, 41), 21, Fraction(20, 7))
        assert made.marks == ((0, 23), (1, 28))

    def test_strips_that_meet_within_still_meet(self):
        line = layout(item("one", 1, 30), item("two", 30, 101), item("three", 1, 101, channel=2))
        made = apply(line, cut_out(line, [gap(20, 47, "three", speed=Fraction(5, 2))], "all"))
        row = sorted(one.frames for one in made.items if one.channel == 1)
        assert all(one.end == other.start for one, other in pairwise(row))

    def test_what_would_not_become_shorter_is_not_split(self):
        assert cut_out(layout(TALK), [gap(21, 22, "talk", speed=Fraction(2))], "all") == Rearrangement()

    def test_what_lasts_is_shortened_and_not_sped_up(self):
        made = cut_out(layout(TALK, item("over", 11, 61, channel=3, kind="TEXT")), [gap(21, 41, "talk", speed=Fraction(2))], "all")
        over = stays_one_strip(made, "over")
        assert (over.parts, over.stands) == ((FrameRange(11, 31), FrameRange(41, 61)), FrameRange(11, 51))

    def test_what_lasts_under_an_effect_is_split_where_its_speed_changes(self):
        """Else no old frames were the same for the effect and for both that it works on."""
        line = layout(
            item("a", 1, 61, kind="COLOR"),
            item("b", 41, 101, channel=2, kind="TEXT"),
            item("sum", 41, 61, channel=3, kind="ADD", inputs=("a", "b")),
        )
        made = cut_out(line, [gap(31, 51, "a", "b", speed=Fraction(2))], "all")
        assert [(p.item, p.stands.start, p.stands.end) for p in made.pieces if p.item == "sum"] == [("sum", 36, 41), ("sum", 41, 51)]
        apply(line, made)

    def test_nothing_is_played_faster_where_something_cannot_be(self):
        line = layout(TALK, item("set", 31, 36, channel=3, kind="SCENE", steady="Blender cannot set the speed of its kind"))
        made = cut_out(line, [gap(21, 41, "talk", speed=Fraction(2)), gap(51, 61, "talk", speed=Fraction(2))], "all")
        assert [(p.frames.start, p.speed) for p in made.pieces if p.item == "talk"] == [(1, 1), (51, 2), (61, 1)]
        assert made.notices == ("1 part over 'set' was left in: Blender cannot set the speed of its kind.",)
        assert stands(cut_out(line, [gap(21, 41, "talk")], "all"))["talk"] == [(1, 21, 1), (41, 101, 21)]

    def test_what_is_to_go_is_not_played_faster(self):
        wanted = [gap(21, 61, "talk", speed=Fraction(2)), gap(31, 41, "talk")]
        made = cut_out(layout(TALK), wanted, "all")
        found = [(p.frames, p.stands) for p in made.pieces if p.item == "talk"]
        assert found == [
            (FrameRange(1, 21), FrameRange(1, 21)),
            (FrameRange(21, 31), FrameRange(21, 26)),
            (FrameRange(41, 61), FrameRange(26, 36)),
            (FrameRange(61, 101), FrameRange(36, 76)),
        ]

    def test_two_speeds_do_not_overlap(self):
        wanted = [gap(21, 51, "talk", speed=Fraction(2)), gap(41, 61, "talk", speed=Fraction(4))]
        made = cut_out(layout(TALK), wanted, "all")
        assert [(p.frames.start, p.frames.end, p.speed) for p in made.pieces if p.item == "talk"] == [
            (1, 21, 1),
            (21, 51, 2),
            (51, 61, Fraction(10, 3)),
            (61, 101, 1),
        ]


class TestStays:
    def test_a_locked_strip_alone_stays_and_is_told(self):
        bed = item("music", 1, 501, channel=5, kind="SOUND", held="strip 'music' is locked")
        made = cut_out(layout(TALK, bed, end=101), [gap(21, 41, "talk")], "all")
        assert "music" not in stands(made) and not made.gone
        assert made.notices == ("Locked, left where it is: 'music' in channel 5.",)
        assert made.frames == FrameRange(1, 81)
        before = item("intro", -50, 1, channel=5, held="strip 'intro' is locked")
        assert cut_out(layout(TALK, before), [gap(21, 41, "talk")], "all").notices == ()

    def test_many_locked_strips_are_one_sentence(self):
        beds = [item(f"m{n}", 1, 101, channel=5 + n, held="locked") for n in range(5)]
        made = cut_out(layout(TALK, *beds), [gap(21, 41, "talk")], "all")
        assert made.notices == ("Locked, left where it is: 'm0' in channel 5, 'm1' in channel 6, 'm2' in channel 7 and 2 more.",)

    @pytest.mark.parametrize("mode", ["all", "selected", "lift", "copy"])
    def test_a_locked_partner_forbids_it(self, mode):
        _, picture = TALK
        locked = item("talk sound", 1, 101, kind="SOUND", partners=("talk",), held="channel 1 (Channel 1) of strip 'talk sound' is locked")
        error = refused(layout(locked, picture), [gap(21, 41, "talk")], mode)
        assert error.code == LOCKED
        assert "'talk sound' in channel 1" in error.message and error.remedy

    def test_a_locked_partner_behind_the_part_forbids_it_too(self):
        """It need not be cut, but would have to move."""
        later = [
            item("b sound", 201, 301, kind="SOUND", partners=("b",), held="strip 'b sound' is locked"),
            item("b", 201, 301, channel=2, partners=("b sound",)),
        ]
        error = refused(layout(TALK, *later), [gap(21, 41, "talk")], "all")
        assert (error.code, "'b sound' in channel 1" in error.message, "'b' in channel 2" in error.message) == (LOCKED, True, True)
        assert cut_out(layout(TALK, *later), [gap(21, 41, "talk")], "selected").pieces
        assert cut_out(layout(TALK, *later), [gap(21, 41, "talk")], "lift").pieces

    def test_a_locked_strip_before_the_part_forbids_nothing(self):
        early = [
            item("a sound", -99, 1, kind="SOUND", partners=("a",), held="strip 'a sound' is locked"),
            item("a", -99, 1, channel=2, partners=("a sound",)),
        ]
        made = cut_out(layout(TALK, *early), [gap(21, 41, "talk")], "all")
        assert set(stands(made)) == {"talk", "talk sound"} and not made.notices

    def test_a_locked_partner_that_ends_before_the_part_forbids_nothing(self):
        sound = item("s", 1, 51, kind="SOUND", partners=("v",), held="strip 's' is locked")
        made = cut_out(layout(sound, item("v", 1, 101, channel=2, partners=("s",))), [gap(61, 71, "v")], "all")
        assert stands(made) == {"v": [(1, 61, 1), (71, 101, 61)]}

    def test_a_locked_strip_that_is_meant_forbids_it(self):
        error = refused(layout(item("one", 1, 101, held="strip 'one' is locked")), [gap(21, 41, "one")], "all")
        assert (error.code, "channel 1" in error.message) == (LOCKED, True)

    def test_a_locked_strip_in_the_way_forbids_it(self):
        line = layout(item("one", 1, 101), item("wall", 101, 121, held="strip 'wall' is locked"), item("two", 121, 201))
        error = refused(line, [gap(21, 41, "one")], "all")
        assert error.code == LOCKED and "'wall' in channel 1" in error.message and "'two'" in error.message

    def test_fixed_channels_and_music_stay_without_a_word(self):
        line = layout(TALK, item("song", 1, 201, channel=5, kind="SOUND"), item("hum", 1, 201, channel=6, kind="SOUND"))
        made = cut_out(line, [gap(21, 41, "talk")], "all", RippleOptions(fixed=frozenset({5}), music=frozenset({"hum"})))
        assert set(stands(made)) == {"talk", "talk sound"} and not made.notices and made.frames is None

    def test_what_is_to_stay_must_not_lose_its_sync(self):
        error = refused(layout(TALK), [gap(21, 41, "talk")], "all", RippleOptions(fixed=frozenset({1})))
        assert error.code == BAD_INPUT and "'talk sound' in channel 1" in error.message

    def test_what_is_to_stay_must_not_be_in_the_way(self):
        line = layout(item("one", 1, 101), item("song", 101, 121), item("two", 121, 201))
        error = refused(line, [gap(21, 41, "one")], "all", RippleOptions(music=frozenset({"song"})))
        assert error.code == BAD_INPUT and "'song'" in error.message and "'two'" in error.message

    def test_an_effect_on_a_locked_strip_stays_with_it(self):
        bed = item("bed", 1, 201, channel=5, held="strip 'bed' is locked")
        glow = item("glow", 1, 201, channel=6, kind="GLOW", inputs=("bed",))
        blur = item("blur", 1, 201, channel=7, kind="GAUSSIAN_BLUR", inputs=("glow",))
        made = cut_out(layout(TALK, blur, glow, bed), [gap(21, 41, "talk")], "all")
        assert set(stands(made)) == {"talk", "talk sound"}

    def test_an_effect_on_a_locked_strip_and_another_forbids_it(self):
        bed = item("bed", 1, 101, channel=5, held="strip 'bed' is locked")
        over = item("over", 1, 101, channel=6, kind="ALPHA_OVER", inputs=("bed", "talk"))
        assert refused(layout(TALK, over, bed), [gap(21, 41, "talk")], "all").code == LOCKED

    def test_a_locked_effect_forbids_it(self):
        glow = item("glow", 1, 101, channel=6, kind="GLOW", inputs=("talk",), held="strip 'glow' is locked")
        error = refused(layout(TALK, glow), [gap(21, 41, "talk")], "all")
        assert error.code == LOCKED and "'glow' in channel 6" in error.message


class TestWhole:
    LINE = layout(TALK, item("slow", 31, 61, channel=3, whole="it is retimed"), item("after", 101, 151, channel=3))

    def test_no_part_of_it_is_taken_out_and_the_others_are(self):
        made = cut_out(self.LINE, [gap(5, 15, "talk"), gap(21, 41, "talk"), gap(51, 71, "talk")], "all")
        assert stands(made)["slow"] == [(31, 61, 21)]
        assert stands(made)["talk"] == [(1, 5, 1), (15, 101, 5)]
        assert made.notices == ("2 parts over 'slow' were left in: it is retimed.",)

    def test_all_of_it_is_taken_out_with_what_is_around(self):
        made = cut_out(self.LINE, [gap(25, 71, "talk")], "all")
        assert made.gone == ("slow",) and not made.notices

    def test_parts_that_are_one_are_looked_at_as_one_first(self):
        assert cut_out(self.LINE, [gap(25, 45, "talk"), gap(41, 71, "talk")], "all").gone == ("slow",)
        made = cut_out(self.LINE, [gap(10, 20, "talk"), gap(18, 40, "talk")], "all")
        assert stands(made)["talk"] == [(1, 10, 1), (20, 101, 10)]

    def test_it_is_not_played_faster(self):
        made = cut_out(self.LINE, [gap(25, 71, "talk", speed=Fraction(2)), gap(75, 85, "talk", speed=Fraction(2))], "all")
        assert [p.speed for p in made.pieces if p.item == "talk"] == [1, 2, 1]
        assert len(made.notices) == 1

    def test_a_strip_with_a_speed_effect_is_whole(self):
        line = layout(TALK, item("ramp", 1, 101, channel=3, kind="SPEED", inputs=("talk",)))
        made = cut_out(line, [gap(21, 41, "talk")], "all")
        assert not made.pieces and "'ramp'" in made.notices[0]


class TestTransitions:
    """a and b share frames 81 to 100; a glow lies over the transition between them."""

    LINE = layout(
        item("a", 1, 101, channel=1, kind="MOVIE"),
        item("b", 81, 201, channel=2),
        item("fade", 81, 101, channel=3, kind="CROSS", inputs=("a", "b")),
        item("glow", 81, 101, channel=4, kind="GLOW", inputs=("fade",)),
        item("voice", 1, 201, channel=5, kind="SOUND"),
    )

    def made(self, *wanted: Cutout, mode="all") -> Rearrangement:
        made = cut_out(self.LINE, list(wanted), mode)
        apply(self.LINE, made)  # checks that effects stand where their inputs say
        return made

    def test_they_move_with_their_strips(self):
        made = self.made(gap(21, 41, "voice"))
        assert stands(made, "a", "b", "fade", "glow") == {
            "a": [(1, 21, 1), (41, 101, 21)],
            "b": [(81, 201, 61)],
            "fade": [(81, 101, 61)],
            "glow": [(81, 101, 61)],
        }

    @pytest.mark.parametrize(
        ("start", "end", "voice"),
        [
            (61, 91, [(1, 61, 1), (81, 201, 61)]),
            (91, 121, [(1, 101, 1), (121, 201, 101)]),
            (61, 81, [(1, 61, 1), (81, 201, 61)]),
            (101, 121, [(1, 101, 1), (121, 201, 101)]),
        ],
    )
    def test_a_part_ends_at_their_edge(self, start, end, voice):
        made = self.made(gap(start, end, "voice"))
        assert stands(made)["voice"] == voice
        moved = (start, end) in ((61, 91), (91, 121))
        assert len(made.notices) == moved and all("'fade'" in notice for notice in made.notices)

    @pytest.mark.parametrize(("start", "end"), [(85, 95), (81, 95), (85, 101)])
    def test_a_part_within_is_left_in(self, start, end):
        made = self.made(gap(start, end, "voice"))
        assert made == Rearrangement(notices=("1 part within the transition 'fade' was left in: it cannot be split.",))

    @pytest.mark.parametrize(("start", "end"), [(81, 101), (61, 101), (81, 121), (61, 121)])
    def test_a_part_around_takes_it_away_with_both_sides(self, start, end):
        made = self.made(gap(start, end, "voice"))
        assert made.gone == ("fade", "glow") and not made.notices
        assert stands(made)["a"] == [(1, start, 1)]
        assert stands(made)["b"] == [(end, 201, start)]

    def test_one_side_of_it_can_go_up_to_it(self):
        made = self.made(gap(1, 81, "voice"))
        assert stands(made, "a", "fade") == {"a": [(81, 101, 1)], "fade": [(81, 101, 1)]}

    def test_it_is_not_played_faster(self):
        made = self.made(gap(61, 121, "voice", speed=Fraction(2)))
        assert [(p.frames.start, p.frames.end, p.start, p.speed) for p in made.pieces if p.item == "voice"] == [
            (1, 61, 1, 1),
            (61, 81, 61, 2),
            (81, 101, 71, 1),
            (101, 121, 91, 2),
            (121, 201, 101, 1),
        ]
        assert stands(Rearrangement(tuple(p for p in made.pieces if p.item == "fade"))) == {"fade": [(81, 101, 71)]}

    def test_effects_are_cut_with_what_they_work_on(self):
        line = layout(item("a", 1, 101), item("glow", 1, 101, channel=2, kind="GLOW", inputs=("a",)))
        for mode in ("all", "selected", "lift", "copy"):
            made = cut_out(line, [gap(21, 41, "a")], mode)
            by_item = {name: [(p.frames, p.start, p.muted) for p in made.pieces if p.item == name] for name in ("a", "glow")}
            assert by_item["a"] == by_item["glow"] and len(by_item["a"]) == (3 if mode == "copy" else 2)
            apply(line, made)


class TestMarkers:
    LINE = layout(TALK, marks=(1, 20, 21, 40, 41, 90))

    def test_they_move_up_and_go_with_what_is_cut_out(self):
        assert cut_out(self.LINE, [gap(21, 41, "talk")], "all").marks == ((2, None), (3, None), (4, 21), (5, 70))

    def test_they_are_kept_where_it_was(self):
        made = cut_out(self.LINE, [gap(21, 41, "talk")], "all", RippleOptions(keep_markers=True))
        assert made.marks == ((3, 21), (4, 21), (5, 70))

    def test_the_last_camera_of_a_part_goes_on_where_it_was(self):
        cameras = [Mark(0, 1, camera=True), Mark(1, 25, camera=True), Mark(2, 35, camera=True), Mark(3, 30)]
        assert cut_out(layout(TALK, marks=cameras), [gap(21, 41, "talk")], "all").marks == ((1, None), (2, 21), (3, None))
        with_next = [*cameras, Mark(4, 41, camera=True)]
        assert cut_out(layout(TALK, marks=with_next), [gap(21, 41, "talk")], "all").marks == ((1, None), (2, None), (3, None), (4, 21))

    @pytest.mark.parametrize("mode", ["selected", "lift"])
    def test_they_stay_where_not_everything_moves(self, mode):
        made = cut_out(self.LINE, [gap(21, 41, "talk")], mode)
        assert made.pieces and not made.marks and not made.moves


class TestSceneRange:
    @pytest.mark.parametrize(("end", "after"), [(101, FrameRange(1, 81)), (251, None), (91, None)])
    def test_it_goes_along_with_what_ends_there(self, end, after):
        assert cut_out(layout(TALK, end=end), [gap(21, 41, "talk")], "all").frames == after

    def test_music_that_ends_there_too_holds_it(self):
        line = layout(TALK, item("song", 1, 101, channel=5))
        assert cut_out(line, [gap(21, 41, "talk")], "all", RippleOptions(music=frozenset({"song"}))).frames is None

    def test_music_beyond_does_not(self):
        line = layout(TALK, item("song", 1, 301, channel=5), end=101)
        made = cut_out(line, [gap(21, 41, "talk")], "all", RippleOptions(music=frozenset({"song"})))
        assert made.frames == FrameRange(1, 81)

    def test_a_frame_is_left_where_nothing_is(self):
        assert cut_out(layout(TALK), [gap(1, 101, "talk")], "all").frames == FrameRange(1, 2)

    def test_its_start_goes_along(self):
        line = layout(item("scratch", 1, 1001), item("film", 1001, 2001), start=1001)
        assert cut_out(line, [gap(101, 201, "scratch")], "all").frames == FrameRange(901, 1901)


class TestJoins:
    def test_only_where_something_is_heard(self):
        muted = pair("quiet", 1, 101, channel=4, muted=True)
        assert cut_out(layout(muted), [gap(21, 41, "quiet")], "all").joins == ()

    def test_both_sides_of_what_meets_now(self):
        line = layout(item("a", 1, 31, kind="SOUND"), item("b", 31, 101, kind="SOUND"))
        assert cut_out(line, [gap(21, 41, "a", "b")], "all").joins == (Join(21, ("a", "b")),)

    def test_where_speed_changes(self):
        made = cut_out(layout(TALK), [gap(21, 41, "talk", speed=Fraction(2))], "all")
        assert made.joins == (Join(21, ("talk sound",)), Join(31, ("talk sound",)))

    def test_on_both_sides_of_a_hole(self):
        assert cut_out(layout(TALK), [gap(21, 41, "talk")], "lift").joins == (Join(21, ("talk sound",)), Join(41, ("talk sound",)))


class TestCopies:
    def test_what_was_cut_out_stands_muted_above_where_it_was_cut(self):
        line = layout(TALK, item("title", 1, 101, channel=3, kind="TEXT"), item("note", 22, 30, channel=4, kind="TEXT"))
        made = cut_out(line, [gap(21, 41, "talk"), gap(51, 61, "talk")], "copy")
        copied = [(p.item, p.frames.start, p.frames.end, p.start, p.channel) for p in made.pieces if p.muted]
        assert copied == [
            ("talk sound", 21, 41, 21, 5),
            ("talk sound", 51, 61, 31, 7),
            ("talk", 21, 41, 21, 6),
            ("talk", 51, 61, 31, 8),
            ("note", 22, 30, 22, 7),
        ]
        plain = cut_out(line, [gap(21, 41, "talk"), gap(51, 61, "talk")], "all")
        assert tuple(p for p in made.pieces if not p.muted) == plain.pieces
        assert made.gone == () and plain.gone == ("note",)
        assert (made.marks, made.moves, made.joins, made.frames) == (plain.marks, plain.moves, plain.joins, plain.frames)

    def test_an_effect_is_copied_with_what_it_works_on_or_not_at_all(self):
        line = layout(
            item("a", 1, 31, kind="TEXT"),
            item("b", 21, 101, channel=2, kind="COLOR"),
            item("fade", 21, 31, channel=3, kind="CROSS", inputs=("a", "b")),
            item("tint", 21, 31, channel=4, kind="COLOR_MULTIPLY", inputs=("fade",)),
        )
        made = cut_out(line, [gap(1, 41, "a", "b")], "copy")
        assert made.gone == ("fade", "tint") and [(p.item, p.frames.end) for p in made.pieces if p.muted] == [("a", 31)]
        everything = cut_out(line, [gap(1, 101, "a", "b")], "copy")
        assert [p.item for p in everything.pieces] == ["a", "b", "fade", "tint"] and not everything.gone
        apply(line, everything)

    def test_channels_are_used_again_and_locked_ones_are_not(self):
        line = layout(TALK, held_channels=(4,))
        made = cut_out(line, [gap(11, 16, "talk"), gap(31, 36, "talk")], "copy")
        assert [(p.item, p.channel) for p in made.pieces if p.muted] == [("talk sound", 3), ("talk sound", 3), ("talk", 5), ("talk", 5)]

    def test_too_many_over_each_other_are_refused(self):
        line = layout(item("a", 1, 100_001))
        error = refused(line, [gap(1 + 200 * n, 200 * n + 200, "a") for n in range(200)], "copy")
        assert error.code == BAD_INPUT
