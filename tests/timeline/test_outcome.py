"""What a run says of itself."""

from __future__ import annotations

from fractions import Fraction

from assistant_editor.timeline.changes import Add, Changes, Remove
from assistant_editor.timeline.outcome import outcome
from assistant_editor.timeline.plan import Cut, Identity, Plan, Why


def cut(frame: int) -> Cut:
    moment = Fraction(frame, 25)
    return Cut(Identity("m", "cut", moment, moment), Why(0.9, "because"), "a", frame)


def test_what_blender_could_not_make_is_not_counted_as_made() -> None:
    plan = Plan((cut(10), cut(20), cut(30)))
    changes = Changes((Add("1", cut(10)), Add("2", cut(20))), removes=(Remove("7", "cut", "a", 40), Remove("8", "cut", "a", 50)))
    told = outcome("Detect Shots", plan, changes, refused=("2", "8"))
    assert told.counts["added"] == {"cut": 1}
    assert told.counts["removed"] == {"cut": 1}
    assert [(row["frame"], row["status"]) for row in told.edits] == [(10, "added"), (30, "standing"), (20, "left_out")]
    assert told.line == "1 cut; 1 cut removed."


def test_nothing_but_what_was_refused_is_nothing_found() -> None:
    told = outcome("Detect Shots", Plan((cut(20),)), Changes((Add("2", cut(20)),)), refused=("2",))
    assert told.line == "Nothing found."


def test_a_run_that_followed_at_once_is_told_as_one() -> None:
    first = outcome("Auto Edit", Plan((cut(10), cut(20)), ("once",)), Changes((Add("1", cut(10)), Add("2", cut(20))), kept=3))
    changes = Changes((Add("3", cut(30)),), removes=(Remove("2", "cut", "a", 20),))
    second = outcome("Auto Edit", Plan((cut(10), cut(30)), ("once", "twice")), changes)
    both = first.and_then(second)
    assert both.counts == {"added": {"cut": 3}, "updated": {}, "removed": {"cut": 1}}
    assert [(row["frame"], row["status"]) for row in both.edits] == [(30, "added"), (10, "added")]
    assert both.notices == ("once", "twice") and both.kept == 0 and not both.partial
