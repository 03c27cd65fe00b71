"""Markers at beats: planned, merged with what the editor did, never mixed with those of shots and scenes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assistant_editor.timeline.beat_grid import GridOptions
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import Identity, Marker, Plan, Why
from assistant_editor.timeline.planners.beats import BeatMarkerOptions, plan

from ..paper import apply, strip, timeline
from ..test_beat_grid import facts

MUSIC = strip("music", 0, 300, kind="SOUND")
HEARD = {"m": facts(16)}


def planned(line, options=None, beats=None):
    return plan(beats or HEARD, line.strips, options or BeatMarkerOptions(), standing(line))


def run(line, options=None, beats=None):
    return apply(line, merge(line, planned(line, options, beats)))


def names(line) -> list[str]:
    return [marker.name for marker in sorted(line.markers, key=lambda marker: marker.frame)]


def test_a_marker_on_every_beat_with_its_reason():
    found = planned(timeline(MUSIC))
    assert [edit.frame for edit in found.edits[:4]] == [0, 13, 25, 38]
    first = found.edits[0]
    assert isinstance(first, Marker) and first.identity.kind == "beat" and first.name == "Bar 1"
    assert "120 beats a minute" in first.why.reason and first.why.confidence == 0.9


def test_a_second_run_changes_nothing():
    line = run(timeline(MUSIC))
    assert len(line.markers) == 16
    again = merge(line, planned(line))
    assert not (again.adds or again.updates or again.removes)


def test_what_the_editor_deleted_stays_deleted_and_what_he_moved_stays():
    line = run(timeline(MUSIC))
    moved = [replace(marker, frame=marker.frame + 3) if marker.name == "Bar 2" else marker for marker in line.markers]
    line = replace(line, markers=tuple(marker for marker in moved if marker.name != "1.3"))
    after = run(line)
    assert "1.3" not in names(after) and len(after.markers) == 15
    assert next(marker.frame for marker in after.markers if marker.name == "Bar 2") == 53


def test_other_options_take_markers_away_and_bring_them_back():
    line = run(timeline(MUSIC))
    downs = run(line, BeatMarkerOptions(GridOptions(at="downbeats")))
    assert names(downs) == ["Bar 1", "Bar 2", "Bar 3", "Bar 4"]
    assert len(run(downs).markers) == 16
    assert not run(line, BeatMarkerOptions(markers=False)).markers


def test_moved_music_takes_its_markers_along():
    line = run(timeline(MUSIC))
    shifted = replace(line, strips=(strip("music", 50, 350, origin=50, kind="SOUND", channel=1),))
    after = run(shifted)
    assert len(after.markers) == 16
    assert min(marker.frame for marker in after.markers) == 50


def test_markers_of_shots_scenes_and_beats_do_not_meet():
    film = strip("film", 0, 300, medium="film", channel=2)
    line = timeline(MUSIC, film)
    others = tuple(
        Marker(Identity("film", kind, Fraction(2), Fraction(2)), Why(0.9, "x"), 50, kind, "film") for kind in ("marker", "scene")
    )
    line = apply(line, merge(line, Plan(others, (), (("film", "marker"), ("film", "scene")), ("film",))))
    line = run(line)
    assert sorted(marker.name for marker in line.markers if marker.frame == 50) == ["Bar 2", "marker", "scene"]
    again = run(line, BeatMarkerOptions(markers=False))
    assert sorted(names(again)) == ["marker", "scene"]


def test_music_without_beats_is_told():
    found = plan({"m": facts(0)}, (MUSIC,), BeatMarkerOptions(), standing(timeline(MUSIC)))
    assert not found.edits and found.notices == ("No beats were heard.",)
