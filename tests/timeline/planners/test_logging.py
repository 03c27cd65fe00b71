"""Colours, names and markers by what is known of shots: planned, merged with what the editor did, given back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.merge import merge, standing, unlabelled
from assistant_editor.timeline.plan import Label, Marker
from assistant_editor.timeline.planners.logging import EXAMPLE, MOOD_TAGS, Piece, TagOptions, filled, plan
from assistant_editor.timeline.shot_log import MOODS, Contribution, Logged, Mood, Placed, Seen
from assistant_editor.timeline.timebase import FrameRange

from ..paper import apply, strip, timeline

FILM = (strip("film", 0, 100), strip("film.001", 100, 250), strip("film.002", 250, 300))
LEAST = 0.35


def mood(label: str, confidence: float = 0.8) -> Mood:
    return Mood(-0.4, -0.2, label, confidence, (Contribution("picture", -0.5, -0.3, 0.5, "slow, dark", (0.6, 0.4)),))


def logged(span, **fields) -> Logged:
    return Logged("m", "/m", span, (span.start + span.end) / 2, **fields)


KNOWN = (
    {
        "mood": mood("sad"),
        "people": (Seen("Ada", 3.0, 0.5, 0.9), Seen("Ben", 1.0, 0.2, 0.9)),
        "grade": 0.8,
        "quality": (("sharpness", 0.8),),
    },
    {
        "mood": mood("happy", 0.2),
        "people": (Seen("Ben", 6.0, 0.5, 0.9),),
        "grade": 0.2,
        "quality": (("sharpness", 0.1),),
        "flaws": ("shaky",),
    },
    {},
)


def planned(line, options, known=KNOWN):
    before = unlabelled(line)
    movies = [ref for ref in line.strips if ref.kind == "MOVIE"]
    shots, pieces = [], []
    for number, (ref, fields) in enumerate(zip(movies, known, strict=True), 1):
        one = logged(ref.visible, **fields)
        shots.append(Placed(number, ref.frames, ref.name, ref.channel, one))
        pieces.append(Piece(ref, one, number, 1, before.get(ref.name, (ref.name, ref.color_tag))))
    return plan(shots, pieces, options, standing(line))


def run(line, options, known=KNOWN):
    return apply(line, merge(line, planned(line, options, known)))


def looks(line) -> list[tuple[str, str]]:
    return [(ref.name, ref.color_tag) for ref in line.strips]


def marks(line) -> list[tuple[int, str]]:
    return sorted((marker.frame, marker.name) for marker in line.markers)


def test_strips_are_coloured_and_named_by_what_is_known_of_them():
    line = run(timeline(*FILM), TagOptions(name="{number} {mood} {person}"))
    assert looks(line) == [("1 sad Ada", MOOD_TAGS["sad"]), ("2 Ben", "NONE"), ("film.002", "NONE")]


def test_markers_stand_where_shots_begin_and_leave_out_those_of_which_nothing_is_known():
    line = run(timeline(*FILM), TagOptions("none", marker="{people}: {flaw}"))
    assert marks(line) == [(0, "Ada, Ben"), (100, "Ben: shaky")]
    assert {marker.tag.kind for marker in line.markers} == {"note"}


@pytest.mark.parametrize(
    ("by", "colors"),
    [
        ("none", ["NONE", "NONE", "NONE"]),
        ("mood", [MOOD_TAGS["sad"], "NONE", "NONE"]),
        ("person", ["COLOR_02", "COLOR_05", "NONE"]),
        ("object", ["NONE", "NONE", "NONE"]),
        ("quality", ["COLOR_04", "COLOR_01", "NONE"]),
    ],
)
def test_what_colours_go_by(by, colors):
    assert [color for _name, color in looks(run(timeline(*FILM), TagOptions(by)))] == colors


def test_a_second_run_changes_nothing():
    options = TagOptions("person", "{number} {mood}", "{why}")
    line = run(timeline(*FILM), options)
    again = merge(line, planned(line, options))
    assert not (again.adds or again.updates or again.removes)


def test_other_options_follow_and_the_names_of_before_come_back():
    line = run(timeline(*FILM), TagOptions("mood", "{number} {mood}", "{mood}"))
    assert marks(line) == [(0, "sad")]
    line = run(line, TagOptions("quality"))
    assert looks(line) == [("film", "COLOR_04"), ("film.001", "COLOR_01"), ("film.002", "NONE")] and not line.markers


def test_what_the_editor_named_and_coloured_stays():
    line = run(timeline(*FILM), TagOptions("mood", "{number} {mood} {person}"))
    strips = tuple(replace(ref, name="opening", color_tag="COLOR_01") if ref.name == "1 sad Ada" else ref for ref in line.strips)
    after = run(replace(line, strips=strips), TagOptions("quality", "{quality}"))
    assert looks(after) == [("opening", "COLOR_01"), ("20", "COLOR_01"), ("film.002", "NONE")]


def test_a_marker_the_editor_deleted_stays_deleted_and_one_he_moved_stays():
    options = TagOptions(marker="{people}")
    line = run(timeline(*FILM), options)
    gone = replace(line, markers=tuple(replace(m, frame=m.frame + 7) for m in line.markers if m.name != "Ben"))
    assert marks(run(gone, TagOptions(marker="{person} {mood}"))) == [(7, "Ada sad")]


def test_a_mood_that_is_not_sure_enough_is_none():
    assert looks(run(timeline(*FILM), TagOptions(least=0.1)))[1][1] == MOOD_TAGS["happy"]


def test_why_it_is_so_is_told():
    edits = planned(timeline(*FILM), TagOptions(marker="{mood}")).edits
    label = next(edit for edit in edits if isinstance(edit, Label))
    assert label.why.confidence == 0.8 and label.why.reason == "sad: slow, dark; people: Ada, Ben; quality 80%"
    assert next(edit for edit in edits if isinstance(edit, Marker)).why == label.why


def test_strips_of_several_shots_are_told():
    line = timeline(strip("film", 0, 100))
    one = Piece(line.strips[0], logged(line.strips[0].visible, **KNOWN[0]), 1, 3, ("film", "NONE"))
    assert "1 strip holds more than one shot" in plan((), (one,), TagOptions(), standing(line)).notices[0]


def test_a_shot_inside_a_strip_gets_its_marker_at_its_first_frame():
    line = timeline(strip("film", 0, 100))
    shots = [
        Placed(number, frames, "film", 1, logged(line.strips[0].visible, mood=mood("sad")))
        for number, frames in enumerate((FrameRange(0, 40), FrameRange(40, 100)), 1)
    ]
    piece = Piece(line.strips[0], shots[0].logged, 1, 2, ("film", "NONE"))
    found = plan(shots, [piece], TagOptions("none", marker="{number} {mood}"), standing(line))
    assert [(edit.frame, edit.name, edit.identity.start) for edit in found.edits] == [(0, "1 sad", 0), (40, "2 sad", Fraction(40, 25))]


@pytest.mark.parametrize("pattern", ["{", "{colour}", "{0}", "{mood.x}"])
def test_a_pattern_that_cannot_be_filled_in_is_refused(pattern):
    for options in (TagOptions(name=pattern), TagOptions(marker=pattern)):
        with pytest.raises(EditorError, match="cannot be filled in"):
            planned(timeline(*FILM), options)


def test_whatever_is_not_known_leaves_no_hole():
    empty, full = logged(FILM[0].visible), logged(FILM[0].visible, words="to be or not to be that is", **KNOWN[0])
    for name in EXAMPLE:
        if name != "number":
            assert filled(f"{{{name}}}", 1, empty, LEAST) == ""
    assert filled("{percent:03} {quality:>4} {mood}", 1, empty, LEAST) == ""
    assert filled("{number:03}", 7, empty, LEAST) == "007"
    assert filled("{mood}, {object}: {words}", 1, full, LEAST) == "sad: to be or not to be…"
    assert filled("{size} – {person} -", 1, full, LEAST) == "Ada"  # noqa: RUF001  a dash somebody may type
    assert filled("Shot {number} {mood:>5}", 2, full, LEAST) == "Shot 2 sad"


def test_every_mood_has_a_colour():
    assert set(MOOD_TAGS) == set(MOODS)
