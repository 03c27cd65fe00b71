from dataclasses import replace
from fractions import Fraction

from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.picture_cuts import picture_cuts
from assistant_editor.timeline.plan import Cut, Gap, Identity, Why
from assistant_editor.timeline.timebase import FrameRange
from paper import shots, split, strip, timeline

SHOTS = {"m": shots((50, 0.9), (100, 0.4))}


def test_strips_begin_and_boundaries_that_hold_are_cuts():
    line = timeline(strip("a", 10, 80, origin=10), strip("b", 200, 300, origin=150), strip("s", 0, 500, kind="SOUND", channel=2))
    assert picture_cuts(line, {}, 0.5, Corrections()) == (10, 80, 200, 300)
    assert picture_cuts(line, SHOTS, 0.5, Corrections()) == (10, 60, 80, 200, 300)
    assert picture_cuts(line, SHOTS, 0.7, Corrections()) == (10, 60, 80, 200, 250, 300)
    refused = Corrections((Correction("m", Fraction(2), "no boundary", 50),))
    assert picture_cuts(line, SHOTS, 0.7, refused) == (10, 80, 200, 250, 300)


def test_what_is_muted_is_not_seen():
    assert picture_cuts(timeline(strip("a", 10, 80, muted=True)), SHOTS, 0.5, Corrections()) == ()


def test_a_piece_that_only_goes_on_is_a_cut_where_nobody_looked_for_shots():
    line = split(timeline(strip("a", 0, 300)), "a", 70)
    assert picture_cuts(line, {}, 0.5, Corrections()) == (0, 70, 300)
    assert picture_cuts(line, SHOTS, 0.5, Corrections()) == (0, 50, 300)
    assert picture_cuts(split(line, "a", 50), SHOTS, 0.5, Corrections()) == (0, 50, 300)


def test_what_lies_under_another_movie_is_not_seen():
    below, above = strip("a", 0, 300), strip("b", 40, 120, channel=2, medium="n")
    assert picture_cuts(timeline(below, above), SHOTS, 0.5, Corrections()) == (0, 40, 120, 300)
    assert picture_cuts(timeline(below, replace(above, muted=True)), SHOTS, 0.5, Corrections()) == (0, 50, 300)


def test_stills_are_pictures_and_hide_nothing():
    line = timeline(strip("a", 0, 300), stills=((5, FrameRange(30, 90)), (1, FrameRange(300, 350))))
    assert picture_cuts(line, SHOTS, 0.5, Corrections()) == (0, 30, 50, 90, 300, 350)


def test_what_is_about_to_be_cut_is_cut():
    line = timeline(strip("a", 0, 300))
    cut = Cut(Identity("m", "cut", Fraction(3), Fraction(3)), Why(1.0, ""), "a", 75)
    gap = Gap(Identity("m", "gap", Fraction(4), Fraction(5)), Why(1.0, ""), "a", FrameRange(100, 125))
    assert picture_cuts(line, {}, 0.5, Corrections(), (cut, gap)) == (0, 75, 100, 125, 300)
