"""Why a cut is where it is, found in the ledger by the moment at which a strip begins."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.ledger import Ledger, Record, dump
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.reasons import cuts_of, next_uncertain
from assistant_editor.timeline.state import MarkerRef, Tag

from tests.timeline import paper


def record(number, seconds, confidence=0.9, medium="m", strip="film", **more):
    identity = Identity(medium, "cut", Fraction(seconds), Fraction(seconds))
    frame = int(Fraction(seconds) * paper.RATE)
    return Record(str(number), identity, anchor=frame, strip=strip, confidence=confidence, reason=f"reason {number}", **more)


def ledger(*records):
    return dump(Ledger("scene-a", 100, records))


def test_a_cut_is_found_by_its_moment_and_never_in_another_medium():
    cuts = cuts_of(ledger(record(1, 4), record(2, 8), record(3, 4, medium="other", strip="film two"), record(4, 12, state="deleted")))
    assert cuts.at(["m"], [4.01], 0, 0.04).reason == "reason 1"
    assert cuts.at(["m"], [99.0, 8.0], 0, 0.04).record == "2"
    assert cuts.at(["other"], [4.0], 0, 0.04).record == "3"
    assert cuts.at(["m"], [12.0], 0, 0.04) is None, "deleted"
    assert cuts.at(["m"], [6.0], 0, 0.04) is None
    assert cuts.at(["m"], [6.0], 200, 0.04).record == "2", "where it was last seen, for sound that starts at another time"
    assert cuts.at([], [4.0], 100, 0.04) is None
    assert cuts.strips == {"m": ["film"], "other": ["film two"]}


def test_a_ledger_that_cannot_be_read_gives_no_reasons():
    assert cuts_of("broken").at(["m"], [4.0], 100, 1.0) is None


def test_the_next_uncertain_thing_goes_with_its_strip():
    """Cuts at 4 and 8 s (frames 100 and 200); then everything from 100 on is moved by 50."""
    whole = paper.timeline(paper.strip("film", 0, 250), ledger=ledger(record(1, 4, 0.5), record(2, 8, 0.9), record(3, 6, 0.3)))
    line = paper.split(paper.split(whole, "film", 100), "film.001", 200)
    assert next_uncertain(line, 0) == (100, Tag("scene-a", "1", "cut", 0.5, "reason 1", (), record(1, 4).identity))
    assert next_uncertain(line, 100)[0] == 100, "the cut at 6 s was joined again, so there is no other"
    line = paper.Editor(line).ripple(100, 50)
    assert next_uncertain(line, 0)[0] == 150
    mark = MarkerRef(0, "a marker", 120, Tag("scene-a", "9", "marker", 0.1, "weak"))
    old = replace(line.strips[0], tag=Tag("scene-a", "1", "cut", 0.5, "a tag of an earlier version"))
    line = replace(line, markers=(mark,), strips=(old, *line.strips[1:]))
    assert [next_uncertain(line, frame)[0] for frame in (0, 120, 150)] == [120, 150, 120]
    with pytest.raises(EditorError):
        next_uncertain(replace(line, ledger="broken"), 0)
