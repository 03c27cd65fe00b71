"""Transitions cut out of a timeline, and put back: rule by rule, on a paper timeline."""

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.timeline import merge
from assistant_editor.timeline.gaps import bite
from assistant_editor.timeline.ledger import dump, load
from assistant_editor.timeline.planners import shots as shots_planner
from assistant_editor.timeline.planners.shots import ShotsPlanOptions
from assistant_editor.timeline.timebase import FrameRange
from paper import Editor, apply, gradual, refreshed, shots, split, strip, swap, timeline

FACTS = {"m": shots((50, 0.9), gradual("dissolve", 100, 129), gradual("fade_out", 180, 199, 0.6), (250, 0.8))}

ONE = {"m": shots((50, 0.9), gradual("dissolve", 100, 129), (250, 0.8))}
"""With a single transition."""


def detect(line, facts=FACTS, strips=None, gradual="out", **options):
    chosen = ShotsPlanOptions(gradual=gradual, **options)
    return merge.merge(line, shots_planner.plan(facts, strips or line.strips, chosen, merge.standing(line), line.rate))


def run(line, *given, **options):
    """A run, and that another one would change nothing."""
    line = apply(line, detect(line, *given, **options))
    again = detect(line, *given, **options)
    assert not again and again.ledger == line.ledger, again
    return line


def movie(**more):
    return timeline(strip("a", 0, 300, **more), strip("s", 0, 300, kind="SOUND", channel=2))


def parts(line, kind="MOVIE"):
    return [(ref.frames.start, ref.frames.end) for ref in line.strips if ref.kind == kind]


def names(line, kind="MOVIE"):
    return [ref.name for ref in line.strips if ref.kind == kind]


CUT_OUT = [(0, 50), (50, 100), (130, 180), (200, 250), (250, 300)]
IN_THE_MIDDLE = [(0, 50), (50, 115), (115, 200), (200, 250), (250, 300)]


class TestOut:
    def test_pictures_and_sound_are_cut_out_and_nothing_else_moves(self):
        line = run(movie())
        assert parts(line) == parts(line, "SOUND") == CUT_OUT
        assert len({ref.source for ref in line.strips}) == 1

    def test_what_is_remembered_survives_a_save(self):
        line = run(movie())
        line = replace(line, ledger=dump(load(line.ledger, line.stamp)))
        assert not detect(line)
        assert parts(run(line, gradual="middle")) == IN_THE_MIDDLE

    @pytest.mark.parametrize("write", ["cuts", "both"])
    def test_every_way_leads_where_a_fresh_run_leads(self, write):
        """F9 to and fro: no leftovers of any choice before."""
        line = movie()
        for chosen in ("middle", "ends", "out", "keep", "out", "ends", "out", "middle", "keep", "middle"):
            line = run(line, gradual=chosen, write=write)
            fresh = apply(movie(), detect(movie(), gradual=chosen, write=write))
            assert parts(line) == parts(fresh) and parts(line, "SOUND") == parts(fresh, "SOUND"), chosen
            assert sorted((m.frame, m.name) for m in line.markers) == sorted((m.frame, m.name) for m in fresh.markers), chosen

    def test_markers_instead_put_everything_back(self):
        line = run(run(movie()), write="markers")
        assert parts(line) == parts(line, "SOUND") == [(0, 300)]
        assert [marker.frame for marker in line.markers] == [50, 100, 130, 180, 200, 250]

    def test_labels_leave_gaps_alone(self):
        line = run(movie())
        assert parts(run(line, write="labels", gradual="middle")) == CUT_OUT

    def test_a_gap_whose_ends_are_seen_elsewhere_is_made_again(self):
        other = {"m": shots((50, 0.9), gradual("dissolve", 98, 131), gradual("fade_out", 180, 199, 0.6), (250, 0.8))}
        line = run(run(movie()), other)
        assert parts(line) == parts(line, "SOUND") == [(0, 50), (50, 98), (132, 180), (200, 250), (250, 300)]

    def test_a_fade_at_the_beginning_and_one_at_the_end(self):
        facts = {"m": shots(gradual("fade_in", 0, 23), (150, 0.9), gradual("fade_out", 276, 299))}
        line = run(movie(), facts)
        assert parts(line) == parts(line, "SOUND") == [(24, 150), (150, 276)]
        assert set(names(line)) == {"a", "a.001"}
        assert parts(run(line, facts, gradual="middle")) == [(0, 150), (150, 300)]

    def test_sound_that_begins_and_ends_beside_the_picture(self):
        facts = {"m": shots(gradual("fade_in", 0, 23), (150, 0.9), gradual("fade_out", 276, 299))}
        start = timeline(strip("a", 0, 300, partners=("s",)), strip("s", 1, 296, kind="SOUND", channel=2))
        start = replace(start, strips=tuple(replace(ref, partners=("s",) if ref.name == "a" else ("a",)) for ref in start.strips))
        line = apply(start, detect(start, facts))
        assert parts(line, "SOUND") == [(24, 150), (150, 276)]
        back = apply(line, detect(line, facts, sensitivity=0.0))
        assert parts(back) == [(0, 300)] and parts(back, "SOUND") == [(1, 296)]

    def test_a_transition_that_is_only_partly_there_is_left_and_said(self):
        line = timeline(strip("a", 0, 120))
        changes = detect(line)
        assert parts(apply(line, changes)) == [(0, 50), (50, 120)]
        assert "1 transition is only partly on the timeline and not cut out: frame 115." in changes.notices

    def test_a_strip_that_is_nothing_but_a_transition_stays(self):
        line = timeline(strip("a", 100, 130))
        assert not detect(line)


class TestHands:
    def test_what_was_put_back_is_never_cut_out_again(self):
        line = run(movie())
        left = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.end == 100)
        right = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.start == 130)
        line = Editor(Editor(line).remove_strips(right.name)).trim(left.name, 50, 180)
        changes = detect(line)
        assert any("put back by hand" in notice for notice in changes.notices)
        line = apply(line, changes)
        assert (50, 180) in parts(line)
        for chosen in ("keep", "out", "ends", "out"):
            line = apply(line, detect(line, gradual=chosen))
            assert (100, 130) not in [(a, b) for (_, a), (b, _) in zip(parts(line), parts(line)[1:], strict=False)]

    @pytest.mark.parametrize("edges", [(130, 130), (115, 115), (105, 130), (100, 120)])
    def test_a_gap_he_filled_wholly_or_partly_is_his(self, edges):
        line = run(movie(), ONE)
        left = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.end == 100)
        right = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.start == 130)
        line = Editor(Editor(line).trim(left.name, 50, edges[0])).trim(right.name, edges[1], 250)
        for chosen in ("out", "keep", "out"):
            line = apply(line, detect(line, ONE, gradual=chosen))
            assert parts(line) == [(0, 50), (50, edges[0]), (edges[1], 250), (250, 300)], chosen

    def test_a_gap_he_closed_is_his(self):
        line = run(movie(), ONE)
        line = Editor(line).ripple(130, -30)
        for chosen in ("out", "keep", "out"):
            line = apply(line, detect(line, ONE, gradual=chosen))
            assert parts(line) == [(0, 50), (50, 100), (100, 220), (220, 270)], chosen

    def test_a_gap_with_something_in_it_is_kept(self):
        line = run(movie())
        insert = strip("insert", 105, 120, medium="other")
        line = refreshed(replace(line, strips=(*line.strips, insert)))
        assert not detect(line)
        changes = detect(line, gradual="middle")
        assert changes.kept >= 1
        after = apply(line, changes)
        assert (50, 100) in parts(after) and (130, 200) in parts(after), "the other transition is put back, and split in its middle"
        assert not detect(after, gradual="middle")

    def test_a_gap_whose_side_was_renamed_is_kept(self):
        line = run(movie(), ONE)
        right = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.start == 130)
        line = Editor(line).rename(right.name, "the good one")
        changes = detect(line, ONE, gradual="keep")
        assert changes.kept == 1 and not changes

    def test_sound_moved_under_it_keeps_the_gap(self):
        line = run(movie())
        sound = next(ref for ref in line.strips if ref.kind == "SOUND" and ref.frames.start == 130)
        line = Editor(line).trim(sound.name, 125, sound.frames.end)
        changes = detect(line, gradual="keep")
        assert changes.kept == 1
        assert (50, 100) in parts(apply(line, changes))

    def test_it_moves_with_the_film(self):
        line = Editor(run(movie())).ripple(0, 77)
        assert not detect(line)
        assert parts(run(line, gradual="middle")) == [(a + 77, b + 77) for a, b in IN_THE_MIDDLE]

    def test_a_copy_is_the_editors(self):
        line = Editor(run(movie())).duplicate(1000)
        assert not detect(line)
        after = apply(line, detect(line, gradual="middle"))
        assert [part for part in parts(after) if part[0] < 1000] == IN_THE_MIDDLE
        assert [part for part in parts(after) if part[0] >= 1000] == [(a + 1000, b + 1000) for a, b in CUT_OUT]

    def test_another_copy_is_cut_on_its_own(self):
        line = run(movie())
        line = timeline(*line.strips, strip("b", 1000, 1300, origin=1000), ledger=line.ledger)
        assert parts(run(line)) == CUT_OUT + [(a + 1000, b + 1000) for a, b in CUT_OUT]

    def test_a_cut_he_joined_there_forbids_the_gap(self):
        line = run(movie(), gradual="middle")
        left = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.end == 115)
        right = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.start == 115)
        line = Editor(Editor(line).remove_strips(right.name)).trim(left.name, 50, 200)
        line = apply(line, detect(line))
        assert (50, 180) in parts(line)

    def test_a_cut_of_his_within_a_transition_is_left_and_said(self):
        line = split(movie(), "a", 110)
        changes = detect(line)
        assert "1 transition is not cut out: a cut of yours lies within." in changes.notices
        assert (50, 110) in parts(apply(line, changes))
        assert not detect(apply(line, changes))

    def test_a_cut_of_his_where_a_transition_begins(self):
        line = split(movie(), "a", 100)
        line = run(line)
        assert parts(line) == CUT_OUT
        assert parts(run(line, gradual="keep")) == [(0, 50), (50, 100), (100, 250), (250, 300)]

    def test_only_one_side_was_asked_about(self):
        line = run(movie())
        only = [ref for ref in line.strips if ref.frames.end <= 100]
        assert parts(apply(line, detect(line, strips=only, gradual="keep"))) == CUT_OUT

    def test_one_channel_is_not_joined_with_another(self):
        line = run(movie())
        right = next(ref for ref in line.strips if ref.kind == "MOVIE" and ref.frames.start == 130)
        line = refreshed(replace(line, strips=swap(line.strips, right.name, replace(right, channel=5))))
        after = apply(line, detect(line, gradual="keep"))
        assert (50, 100) in parts(after)

    def test_reset_makes_gaps_the_editors(self):
        line = run(movie())
        line = replace(line, ledger=merge.reset(line))
        assert parts(apply(line, detect(line, gradual="keep"))) == CUT_OUT


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        ((0, 100), ((40, 60), "both")),
        ((40, 100), ((40, 60), "right")),
        ((0, 60), ((40, 60), "left")),
        ((45, 100), ((45, 60), "right")),
        ((0, 55), ((40, 55), "left")),
        ((40, 60), None),
        ((45, 55), None),
        ((0, 40), None),
        ((60, 80), None),
    ],
)
def test_what_a_gap_takes_out_of_a_strip(extent, expected):
    taken = bite(FrameRange(*extent), FrameRange(40, 60))
    assert taken == (None if expected is None else (FrameRange(*expected[0]), expected[1]))


def test_no_gap_is_shorter_than_a_frame_of_a_slow_timeline():
    slow = timeline(strip("a", 0, 300, rate=5), rate=Fraction(5))
    facts = {"m": shots(gradual("dissolve", 101, 102))}
    changes = detect(slow, facts)
    assert [add.edit.frame for add in changes.adds if type(add.edit).__name__ == "Cut"] == [21]
