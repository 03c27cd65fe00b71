from fractions import Fraction

from assistant_editor.timeline.corrections import Correction, Corrections
from assistant_editor.timeline.picture_cuts import picture_cuts
from paper import shots, strip, timeline

SHOTS = {"m": shots((50, 0.9), (100, 0.4))}


def test_strips_begin_and_boundaries_that_hold_are_cuts():
    line = timeline(strip("a", 10, 80, origin=10), strip("b", 200, 300, origin=150), strip("s", 0, 500, kind="SOUND", channel=2))
    assert picture_cuts(line, {}, 0.5, Corrections()) == (10, 200)
    assert picture_cuts(line, SHOTS, 0.5, Corrections()) == (10, 60, 200)
    assert picture_cuts(line, SHOTS, 0.7, Corrections()) == (10, 60, 200, 250)
    refused = Corrections((Correction("m", Fraction(2), "no boundary", 50),))
    assert picture_cuts(line, SHOTS, 0.7, refused) == (10, 200, 250)


def test_what_is_muted_is_not_seen():
    assert picture_cuts(timeline(strip("a", 10, 80, muted=True)), SHOTS, 0.5, Corrections()) == ()
