"""The benchmark of what effects cost: which kinds there are, and how figures become rows."""

from __future__ import annotations

from assistant_editor.timeline.plan import EFFECT_KINDS

from benchmarks.effects import OPTIONS, all_kinds, text


def test_the_kinds_are_those_of_the_plan():
    assert all_kinds() == EFFECT_KINDS and set(OPTIONS) <= set(EFFECT_KINDS)


def test_seconds_are_told_for_a_minute_and_what_is_missing_is_named():
    done = {"cold": 4.0, "first": 3.0, "again": 0.05, "render": 6.0, "plain": 5.0, "written": 7, "notices": ["too short"]}
    lines = text({"grade": done, "privacy": {"missing": "it is not there"}}, 0.5, 1 / 6).splitlines()
    assert lines[1].split() == ["decode", "3.00", "1.0"]
    assert lines[2].split() == ["grade", "24.00", "18.00", "6.0", "0.30", "36.0", "30.0", "7"]
    assert "left out: privacy: it is not there" in lines and "grade: too short" in lines
