"""The review list: verdicts and trims of the editor, the words around a removal, stepping, and what accepting comes to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.errors import BAD_INPUT, STALE, USAGE, EditorError
from assistant_editor.ml.facts import Span, Transcript, Utterance, Word
from assistant_editor.timeline import cutting, passage, proposals, removals
from assistant_editor.timeline.layout import Cutout, Item, Layout, Piece, Rearrangement
from assistant_editor.timeline.plan import Why
from assistant_editor.timeline.proposals import Sought
from assistant_editor.timeline.removals import Proposals, Removal, Said
from assistant_editor.timeline.requests import Asked, Meant
from assistant_editor.timeline.ripple import RippleOptions
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.paper import strip

RATE = Fraction(25)
SOUND = strip("sound", 1, 501, origin=1, kind="SOUND")


def removal(start, end, *, kind="silence", confidence=0.9, name="sound", medium="m", **more):
    """Frames of `name`, which plays its medium's first second from frame 1 on."""
    span = Span(Fraction(start - 1, 25), Fraction(end - 1, 25))
    return Removal(kind, medium, span, Why(confidence, "a pause"), name, FrameRange(start, end), **more)


def said(one, verdict, cut=None):
    return Said(one.kind, one.medium, one.span, verdict, cut)


def listed(*found, words=(), strips=(SOUND,), transcripts=None):
    return proposals.rows(Proposals(tuple(found)), words, strips, transcripts or {})


def transcript(*words):
    spoken = tuple(Word(f" {text}", Fraction(start), Fraction(end), 0.9) for text, start, end in words)
    return Transcript(Span(Fraction(0), Fraction(20)), Fraction(0), "en", 1.0, "e", "m", "transcribe", (Utterance(spoken),))


def test_rows_say_what_is_said_around_them_and_what_they_save():
    text = transcript(("It", 0, 1), ("was", 1, 2), ("the", 4, 5), ("best", 5, 6))
    (row,) = listed(removal(51, 101), transcripts={"m": text})
    assert (row.before, row.after, row.saved, row.number, row.trimmed) == ("It was", "the best", 50, 1, False)


def test_no_more_than_a_few_words_are_shown():
    words = [(f"w{n}", n, n + 1) for n in range(20)]
    (row,) = listed(removal(251, 276), transcripts={"m": transcript(*words)})
    assert row.before == "w4 w5 w6 w7 w8 w9" and row.after == "w11 w12 w13 w14 w15 w16"


def test_a_narrow_list_shows_whole_words():
    text = transcript(("extraordinarily", 0, 1), ("long", 1, 2), ("words", 4, 5), ("incomprehensible", 5, 6), ("ones", 6, 7))
    silence, um = listed(removal(51, 101), removal(101, 111, kind="filler", text="um"), transcripts={"m": text})
    assert proposals.short(silence, "Silence") == "long [Silence] words" and proposals.short(um, "Filler").startswith("long [um]")
    (take,) = listed(removal(101, 111, kind="take", text="It was the best of times"))
    assert proposals.short(take, "Take") == "[It was the best …]"
    assert proposals.short(listed(removal(101, 111, text="incomprehensibilities again"))[0], "") == "[incomprehensibilities …]"


def test_a_word_holds_for_what_overlaps_it_by_more_than_half_and_the_latest_counts():
    early, late = removal(51, 101), removal(151, 201)
    words = (said(removal(60, 110), "accepted"), said(removal(61, 108), "rejected"), said(removal(190, 290), "accepted"))
    assert [row.verdict for row in listed(early, late, words=words)] == ["rejected", "open"]


def test_what_was_said_of_this_very_part_goes_before_a_later_word_on_its_neighbour():
    one = removal(51, 101)
    assert listed(one, words=(said(one, "accepted"), said(removal(52, 102), "rejected")))[0].verdict == "accepted"


def test_words_on_another_kind_or_medium_are_not_about_it():
    words = (said(removal(51, 101, kind="filler"), "accepted"), said(removal(51, 101, medium="other"), "accepted"))
    assert listed(removal(51, 101), words=words)[0].verdict == "open"


def test_a_trim_holds_on_every_strip_that_plays_the_part_wherever_it_stands():
    one = removal(51, 101)
    moved = strip("sound", 1001, 1501, origin=1001, kind="SOUND")
    there = replace(one, frames=one.frames.moved(1000))
    word = said(one, "accepted", Span(Fraction(54, 25), Fraction(90, 25)))
    (here,), (elsewhere,) = listed(one, words=(word,)), listed(there, words=(word,), strips=(moved,))
    assert here.frames == FrameRange(55, 91) and here.proposed == FrameRange(51, 101) and here.trimmed and here.saved == 36
    assert elsewhere.frames == FrameRange(1055, 1091)


def test_a_trim_is_clipped_to_its_strip_and_leaves_no_row_where_nothing_is_left():
    one = removal(51, 101)
    assert listed(one, words=(said(one, "open", Span(Fraction(3), Fraction(30))),))[0].frames == FrameRange(76, 501)
    assert not listed(one, words=(said(one, "open", Span(Fraction(50), Fraction(60))),))


def test_saying_with_a_trim_and_without():
    (row,) = listed(removal(51, 101))
    assert proposals.word(row, "accepted") == said(row.removal, "accepted")
    word = proposals.word(row, "open", FrameRange(55, 91), SOUND)
    assert word.cut == Span(Fraction(54, 25), Fraction(90, 25))
    (trimmed,) = listed(removal(51, 101), words=(word,))
    assert proposals.word(trimmed, "rejected", strip=SOUND).cut == word.cut
    assert proposals.word(trimmed, "open", FrameRange(51, 101), SOUND).cut is None


@pytest.mark.parametrize(("first", "last"), [(-51, 0), (50, 0), (0, -50), (0, 401)])
def test_a_trim_that_leaves_nothing_or_goes_past_the_strip_is_refused(first, last):
    with pytest.raises(EditorError) as refused:
        proposals.trimmed(listed(removal(51, 101))[0], SOUND, first, last)
    assert refused.value.code == BAD_INPUT and "1 and end at 501" in refused.value.remedy


def test_trims_in_frames_and_milliseconds():
    assert proposals.trimmed(listed(removal(51, 101))[0], SOUND, 3, -4) == FrameRange(54, 97)
    assert [proposals.in_frames(ms, RATE, True) for ms in (0, 19, 20, 40, -40, 100)] == [0, 0, 1, 1, -1, 3]
    assert proposals.in_frames(-7, RATE, False) == -7


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from(["accepted", "rejected", "open"])), max_size=25))
def test_many_words_say_what_one_after_the_other_says(parts):
    words = [said(removal(1 + start * 5, 1 + start * 5 + length), verdict) for start, length, verdict in parts]
    one_by_one = ()
    for word in words:
        one_by_one = (*(one for one in one_by_one if (one.kind, one.medium, one.span) != (word.kind, word.medium, word.span)), word)
    assert proposals.say_all((), words) == one_by_one


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60), st.sampled_from(["accepted", "rejected"])), max_size=12))
def test_verdicts_are_those_a_look_at_all_words_gives(parts):
    """But for words on the very same part, which go first here."""
    words = [said(removal(1 + start, 1 + start + length), verdict) for start, length, verdict in parts]
    one = removal(120, 170)
    rest = tuple(word for word in words if word.span != one.span)
    latest = next((word.verdict for word in reversed(rest) if removals.about(word, one)), "open")
    assert listed(one, words=rest)[0].verdict == latest


def test_all_above_a_confidence():
    rows = listed(removal(1, 11), removal(21, 31, confidence=0.5), removal(41, 51, kind="filler", confidence=0.8), removal(61, 71),
                  words=(said(removal(61, 71), "rejected"),))  # fmt: skip
    assert [row.number for row in proposals.above(rows, 0.8)] == [1, 3]
    assert [row.number for row in proposals.above(rows, 0.8, ("filler", "repeat"))] == [3]


def test_stepping_goes_over_what_is_decided_and_round():
    rows = listed(removal(1, 11), removal(21, 31), removal(41, 51), words=(said(removal(21, 31), "accepted"),))
    first, decided, last = rows
    assert proposals.step(rows, first, 1) == last
    assert proposals.step(rows, last, 1) == first
    assert proposals.step(rows, first, 1, back=True) == last
    assert proposals.step(rows, decided, 1, back=True) == first
    assert proposals.step(rows, None, 21) == last and proposals.step(rows, None, 41) == last
    assert proposals.step(rows, None, 41, back=True) == first
    assert proposals.step((decided,), first, 1) is None


def test_movies_that_are_heard_count_in_their_sounds_time_and_muted_ones_are_not_heard():
    movie, muted = strip("film", 1, 100, origin=1), strip("off", 1, 100, origin=1, muted=True)
    (heard,) = proposals.as_heard((movie, muted), {"m": Fraction(1, 2)}, {"m": Fraction(1, 5)})
    assert heard.source.seconds(1) == Fraction(1, 5) - Fraction(1, 2)
    assert proposals.as_heard((movie,), {}, {"m": Fraction(1)}) == (movie,)
    assert proposals.as_heard((SOUND,), {"m": Fraction(1)}, {"m": Fraction(0)}) == (SOUND,)


def test_what_was_looked_for_is_kept_and_damage_is_told():
    sought = {"silences": Sought(Asked({"voice": (Meant("a"),)}, {"voice": {}}, ("a",)), {"m": Fraction(1, 25)})}
    assert proposals.load_sought(proposals.dump_sought(sought)) == sought
    assert proposals.load_sought("") == {} and proposals.dump_sought({}) == ""
    for damaged in ("{", "[]", '{"version":2,"sought":{}}', '{"version":1,"sought":{"silences":{"x":1}}}'):
        with pytest.raises(EditorError) as refused:
            proposals.load_sought(damaged)
        assert refused.value.code == BAD_INPUT and "Reset" in refused.value.remedy


def test_overlapping_and_touching_removals_are_one_cutout_and_the_stronger_way_holds():
    found = [
        removal(100, 150, way="shorten", keep=10),
        removal(140, 160, kind="filler"),
        removal(160, 170, kind="filler"),
        removal(200, 240, way="speed", speed=Fraction(4)),
        removal(230, 260, way="shorten", keep=0),
        removal(300, 305, way="shorten", keep=5),
        removal(320, 330, way="mute"),
    ]
    assert cutting.cutouts(found, {"sound"}) == (
        Cutout(FrameRange(100, 140), ("sound",), 10),
        Cutout(FrameRange(140, 170), ("sound",)),
        Cutout(FrameRange(200, 230), ("sound",), 0, Fraction(4)),
        Cutout(FrameRange(230, 260), ("sound",)),
    )
    assert cutting.total_saved(found) == 30 + 30 + (30 - 8) + 30
    assert cutting.muted(found) == {"sound": (FrameRange(320, 330),)}


def test_a_removal_within_another_that_is_shortened_leaves_no_more_of_it_than_was_to_stay():
    found = [removal(100, 150, way="shorten", keep=15), removal(110, 140, kind="filler")]
    assert cutting.cutouts(found, {"sound"}) == (Cutout(FrameRange(110, 140), ("sound",)), Cutout(FrameRange(140, 150), ("sound",), 5))
    assert cutting.total_saved(found) == 35


def test_microphones_that_are_silent_together_are_cut_together_and_save_once():
    one, other = removal(100, 150, beside=("mic",)), removal(100, 150, name="mic", medium="n")
    assert cutting.cutouts([one], {"sound", "mic"}) == (Cutout(FrameRange(100, 150), ("mic", "sound")),)
    assert cutting.cutouts([one], {"sound"}) == (Cutout(FrameRange(100, 150), ("sound",)),)
    assert cutting.cutouts([removal(100, 150), other], {"sound", "mic"}) == (Cutout(FrameRange(100, 150), ("mic", "sound")),)
    assert cutting.total_saved([removal(100, 150), other]) == 50


def test_a_strip_that_is_gone_makes_it_stale():
    with pytest.raises(EditorError) as refused:
        cutting.cutouts([removal(1, 9)], {"other"})
    assert refused.value.code == STALE


WAYS = st.sampled_from(["remove", "shorten", "speed"])


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 60), WAYS, st.integers(0, 30), st.integers(2, 5)), max_size=12))
def test_cutouts_never_overlap_and_save_what_is_promised(parts):
    found = [
        removal(start, start + length, way=way, keep=keep if way == "shorten" else 0, speed=Fraction(speed if way == "speed" else 1))
        for start, length, way, keep, speed in parts
    ]
    cuts = cutting.cutouts(found, {"sound"})
    assert all(left.frames.end <= right.frames.start for left, right in pairwise(cuts))
    gone = sum(one.frames.length - one.keep if one.speed == 1 else one.frames.length + -one.frames.length // one.speed for one in cuts)
    assert gone == cutting.total_saved(found) <= sum(cutting.saved(one) for one in found)
    covered = {frame for one in found if one.way == "remove" for frame in range(one.frames.start, one.frames.end)}
    assert covered <= {frame for one in cuts if not one.keep and one.speed == 1 for frame in range(one.frames.start, one.frames.end)}


def layout():
    film = Item("film", "MOVIE", 1, FrameRange(1, 501), FrameRange(1, 501), partners=("sound",))
    sound = Item("sound", "SOUND", 2, FrameRange(1, 501), FrameRange(1, 501), partners=("film",), sounds=True)
    return Layout("Scene", RATE, FrameRange(1, 501), (film, sound))


def test_muting_splits_the_sound_where_it_is_and_leaves_the_picture():
    done = cutting.rearranged([removal(101, 151, way="mute")], layout(), "all", RippleOptions())
    assert done == Rearrangement((
        Piece("sound", FrameRange(1, 101), 1, 2),
        Piece("sound", FrameRange(101, 151), 101, 2, muted=True),
        Piece("sound", FrameRange(151, 501), 151, 2),
    ))  # fmt: skip
    by_picture = cutting.rearranged([removal(101, 151, way="mute", name="film")], layout(), "all", RippleOptions())
    assert by_picture == done


def test_what_is_muted_moves_along_with_what_is_cut_out():
    done = cutting.rearranged([removal(51, 101), removal(201, 211, way="mute")], layout(), "all", RippleOptions())
    sound = [(piece.frames, piece.start, piece.muted) for piece in done.pieces if piece.item == "sound"]
    assert sound == [
        (FrameRange(1, 51), 1, False), (FrameRange(101, 201), 51, False), (FrameRange(201, 211), 151, True),
        (FrameRange(211, 501), 161, False),
    ]  # fmt: skip
    assert [(piece.frames, piece.start) for piece in done.pieces if piece.item == "film"] == [
        (FrameRange(1, 51), 1), (FrameRange(101, 501), 51),
    ]  # fmt: skip


@pytest.mark.parametrize("mode", ["all", "lift"])
def test_takes_stay_as_muted_copies_and_silences_do_not(mode):
    found = [removal(51, 101), removal(151, 201, kind="take", group="g")]
    plain = cutting.rearranged(found, layout(), mode, RippleOptions())
    done = cutting.rearranged(found, layout(), mode, RippleOptions(), copy_takes=True)
    copies = [piece for piece in done.pieces if piece not in plain.pieces]
    start = 151 if mode == "lift" else 101
    assert {(piece.item, piece.frames, piece.start, piece.muted) for piece in copies} == {
        (name, FrameRange(151, 201), start, True) for name in ("film", "sound")
    }
    assert not {piece.channel for piece in copies} & {1, 2}
    assert all(piece in done.pieces for piece in plain.pieces)


def test_using_one_take_rejects_it_in_every_strip_and_accepts_the_others():
    takes = [
        removal(101, 151, kind="take", group="take-1"), removal(161, 211, kind="take", group="take-1", verdict="rejected"),
        removal(261, 281, kind="take", group="take-2"), removal(301, 311),
    ]  # fmt: skip
    rows = listed(*takes)
    assert proposals.instead(rows, rows[0]) == ((rows[0], "rejected"), (rows[1], "accepted"))
    assert proposals.instead(rows, rows[1]) == ((rows[0], "accepted"), (rows[1], "rejected"))
    for row in rows[2:]:
        with pytest.raises(EditorError, match="no take of a line said several times") as told:
            proposals.instead(rows, row)
        assert told.value.code == USAGE


def test_a_passage_jumps_over_what_is_accepted_and_stays_within_the_range():
    rows = listed(removal(101, 151), removal(161, 171), removal(181, 191), words=(said(removal(161, 171), "accepted"),))
    here = passage.around(rows[0], rows, 30, FrameRange(1, 501))
    assert here.frames == FrameRange(71, 191) and here.jumps == (FrameRange(101, 151), FrameRange(161, 171))
    assert [here.after(frame) for frame in (70, 71, 100, 101, 150, 151, 165, 190, 191)] == [None, 71, 100, 151, 151, 151, 171, 190, None]
    assert passage.around(rows[0], rows, 200, FrameRange(60, 160)).frames == FrameRange(60, 160)


def test_of_what_is_shortened_the_middle_is_jumped_over_and_of_what_is_sped_up_nothing():
    rows = listed(removal(101, 151, way="shorten", keep=11), removal(201, 251, way="speed", speed=Fraction(4)))
    assert passage.cut(rows[0].removal) == FrameRange(107, 146)
    assert passage.around(rows[1], rows, 10, FrameRange(1, 501)) == passage.Passage(FrameRange(191, 261), ())
