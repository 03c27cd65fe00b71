"""Where faces are: on the timeline through its strips, in the picture for captions, at which moments for stills."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from assistant_editor.ml.facts import Looks, Span
from assistant_editor.timeline import face_places, person_rows, persons
from assistant_editor.timeline.caption_looks import PRESETS, band, placed
from assistant_editor.timeline.persons import Register
from assistant_editor.timeline.state import CaptionRef, MarkerRef, StripRef, Timeline
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from tests.made_faces import faces, somebody, track

RATE = Fraction(24)


def strip(name: str, start: int, end: int, medium: str = "a", zero: int = 0, **more: Any) -> StripRef:
    """Shows its medium from frame `zero` on."""
    return StripRef(name, "MOVIE", f"/{medium}.mp4", medium, 1, FrameRange(start, end), SourceMap(Fraction(zero), RATE), **more)


def timeline(*strips: StripRef, **more: Any) -> Timeline:
    return Timeline("Scene", "s", RATE, FrameRange(0, 1000), strips, **more)


FACTS = {"a": faces([track(0, 4, somebody(1)), track(6, 12, somebody(2)), track(14, 20, somebody(1, 3))])}
WHO = persons.known(FACTS, Register())


def test_a_person_has_a_row_with_screen_time_and_appearances():
    first, second = person_rows.rows([strip("one", 0, 120), strip("two", 120, 240)], FACTS, WHO)
    assert (first.name, first.frames, first.strips) == ("Person 1", 48 + 72, ("one", "two"))
    assert first.ranges == (FrameRange(0, 48), FrameRange(168, 240))
    assert (second.name, second.ranges) == ("Person 2", (FrameRange(72, 120), FrameRange(120, 144)))  # a cut between: two to step to


def test_trimmed_moved_muted_and_unknown_strips():
    assert person_rows.rows([strip("late", 500, 524, zero=500)], FACTS, WHO)[0].ranges == (FrameRange(500, 524),)
    assert person_rows.rows([strip("between", 50, 70)], FACTS, WHO) == ()
    assert person_rows.rows([strip("muted", 0, 240, muted=True)], FACTS, WHO) == ()
    assert person_rows.rows([replace(strip("lost", 0, 240), source=None)], FACTS, WHO) == ()
    assert person_rows.rows([strip("other", 0, 240, "b")], FACTS, WHO) == ()


def test_what_two_strips_show_at_one_time_counts_once():
    (row, _other) = person_rows.rows([strip("below", 0, 240), strip("above", 0, 48)], FACTS, WHO)
    assert row.frames == 48 + 72 and row.ranges[0] == FrameRange(0, 48) and row.strips == ("above", "below")


@pytest.mark.parametrize(("frame", "back", "to"), [(0, False, 168), (100, False, 168), (200, False, 0), (100, True, 0), (0, True, 168)])
def test_from_appearance_to_appearance(frame, back, to):
    row = person_rows.rows([strip("one", 0, 240)], FACTS, WHO)[0]
    assert person_rows.step(row, frame, back) == to


def test_the_faces_that_are_meant():
    strips = [strip("one", 0, 120), strip("two", 120, 240, selected=True)]
    here = timeline(*strips)
    first, last = persons.key(FACTS["a"].tracks[0]), persons.key(FACTS["a"].tracks[2])
    assert person_rows.faces_at(*_meant(here, 10, False)) == {first}
    assert person_rows.faces_at(*_meant(here, 10, True)) == {last}
    assert person_rows.faces_at(*_meant(here, 60, False)) == frozenset()


def _meant(here: Timeline, frame: int, selected: bool) -> tuple[Any, ...]:
    strips, when = person_rows.meant(here, frame, selected)
    return strips, FACTS, WHO, "Person 1", when


def test_names_that_stand_in_a_project_are_told():
    marked = timeline(
        strip("Anna 1", 0, 24),
        markers=(MarkerRef(0, "Anna laughs", 3), MarkerRef(1, "Anna", 9), MarkerRef(2, "Ben", 9)),
        captions=(CaptionRef("c", "ANNA: Anna?", 2, FrameRange(0, 9), ""),),
    )
    assert person_rows.named_in(marked, ["Anna", "Zoe", ""]) == ("Anna: 2 markers, 1 strip, 1 caption",)


def test_a_caption_goes_clear_of_a_face():
    """The face is in the lower half of the picture from the third to the fourth second, and nowhere else."""
    low = faces([track(6, 8, None, (220.0, 250.0, 200.0, 100.0))])
    near = face_places.areas([strip("one", 0, 240)], {"a": low}, (1920, 1080))
    style = PRESETS["broadcast"]
    during, before = FrameRange(75, 90), FrameRange(10, 60)
    assert [when for when, _area in near(during)] == [FrameRange(72, 84), FrameRange(84, 96)] and near(before) == ()
    assert placed(style, during, near(during)).anchor == "top" and placed(style, before, near(before)) == style
    assert band(placed(style, during, near(during))).bottom > near(during)[0][1].top


def test_boxes_of_a_picture_of_another_shape_lie_where_it_is_seen():
    """A square film in a wide scene stands in its middle, as high as it is."""
    whole = faces([track(0, 2, None, (0.0, 0.0, 500.0, 500.0))], picture=(500, 500))
    ((_when, area), *_more) = face_places.areas([strip("one", 0, 24)], {"a": whole}, (1000, 500))(FrameRange(0, 5))
    free = face_places.ROOM
    assert area.left == pytest.approx(0.25 - free / 2) and area.right == pytest.approx(0.75 + free / 2)
    assert area.bottom == pytest.approx(-free) and area.top == pytest.approx(1 + free)


def test_moments_with_a_face_are_worth_more_for_a_still():
    large, small = (200.0, 80.0, 200.0, 200.0), (0.0, 0.0, 30.0, 30.0)
    known = faces([track(0, 4, None, large), track(8, 12, None, small)])
    moments = tuple(Fraction(number, 2) for number in (1, 5, 9, 60))
    looks = Looks(Span(Fraction(0), Fraction(40)), Fraction(0), RATE, (), moments, (), (), (), "", 1, "")
    with_face, without, little, later = face_places.worth(known, looks)
    assert with_face > 0.3 > little > without == later == 0.0


def test_a_long_film_full_of_faces_costs_little_for_each_caption():
    many = faces([track(start, start + 3, None) for start in range(0, 6000, 3)], samples=6000)
    near = face_places.areas([strip("one", 0, 72000)], {"a": many}, (1920, 1080))
    assert sum(len(near(FrameRange(frame, frame + 24))) for frame in range(0, 72000, 24)) == 2 * 3000
