"""What becomes of dissolves, fades and wipes, and of what the editor said himself."""

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Span
from assistant_editor.timeline import merge
from assistant_editor.timeline.corrections import Correction, Corrections, Redetected, dump
from assistant_editor.timeline.outcome import UNCERTAIN
from assistant_editor.timeline.plan import Cut, Gap, Marker
from assistant_editor.timeline.planners.shots import ShotsPlanOptions, plan
from assistant_editor.timeline.standing import Standing
from paper import RATE, gradual, shots, strip, timeline

FILM = (
    gradual("fade_in", 0, 23, 0.99),
    (60, 0.97),
    gradual("dissolve", 100, 129, 0.93),
    gradual("wipe", 160, 169, 0.55),
    gradual("fade_black", 200, 229, 0.8),
    gradual("fade_out", 276, 299, 0.9),
)


def planned(*found, line=None, said=Corrections(), **options):  # noqa: B008
    line = line or timeline(strip("a", 0, 300), strip("s", 0, 300, kind="SOUND", channel=2))
    return plan({"m": shots(*(found or FILM))}, line.strips, ShotsPlanOptions(**options), Standing((), said), RATE)


def frames(made, kind=Cut):
    return [edit.frame for edit in made.edits if isinstance(edit, kind)]


class TestChoices:
    def test_the_middle_is_where_the_facts_say(self):
        made = planned()
        assert frames(made) == [60, 115, 165, 215]
        assert not frames(made, Gap) and not frames(made, Marker)

    def test_ends_are_markers_and_no_split(self):
        made = planned(gradual="ends", marker_name="{number} {kind} {frame} {length}")
        assert frames(made) == [60]
        assert [(edit.frame, edit.name) for edit in made.edits if isinstance(edit, Marker)] == [
            (0, "1 fade-in start 0 24"),
            (24, "1 fade-in end 24 24"),
            (100, "3 dissolve start 100 30"),
            (130, "3 dissolve end 130 30"),
            (160, "4 wipe start 160 10"),
            (170, "4 wipe end 170 10"),
            (200, "5 fade through black start 200 30"),
            (230, "5 fade through black end 230 30"),
            (276, "5 fade-out start 276 24"),
        ]

    def test_out_is_a_gap_with_its_sound(self):
        made = planned(gradual="out")
        gaps = [edit for edit in made.edits if isinstance(edit, Gap)]
        assert [(gap.frames.start, gap.frames.end) for gap in gaps] == [(0, 24), (100, 130), (160, 170), (200, 230), (276, 300)]
        assert all((gap.strip, gap.partners) == ("a", ("s",)) for gap in gaps)
        assert [gap.identity.span.length * RATE for gap in gaps] == [24, 30, 10, 30, 24]
        assert frames(made) == [60]

    def test_kept_ones_are_nobodys_business(self):
        made = planned(gradual="keep", write="both")
        assert frames(made) == frames(made, Marker) == [60] and not frames(made, Gap)

    def test_only_mark_never_splits(self):
        at = {choice: frames(planned(gradual=choice, write="markers"), Marker) for choice in ("middle", "ends", "out", "keep")}
        assert at["middle"] == [60, 115, 165, 215]
        assert at["ends"] == at["out"] == [0, 24, 60, 100, 130, 160, 170, 200, 230, 276]
        assert at["keep"] == [60]
        for choice in at:
            assert all(isinstance(edit, Marker) for edit in planned(gradual=choice, write="markers").edits)

    def test_cuts_and_markers_together_mark_where_the_new_shot_begins(self):
        made = planned(gradual="out", write="both")
        assert frames(made, Marker) == [60, 130, 170, 230]

    @pytest.mark.parametrize("choice", ["middle", "ends", "out"])
    def test_labels_count_transitions_but_for_those_left_alone(self, choice):
        (label,) = planned(gradual=choice, write="labels").edits
        assert label.name == "Shot 001-005"
        assert planned(gradual="keep", write="labels").edits[0].name == "Shot 001-002"

    def test_the_default_marker_says_kind_and_probability(self):
        made = planned(write="markers")
        assert [edit.name for edit in made.edits] == [
            "Shot 002 cut 97%", "Shot 003 dissolve 93%", "Shot 004 wipe 55%", "Shot 005 fade through black 80%",
        ]  # fmt: skip

    def test_a_pattern_from_before_gives_what_it_gave(self):
        made = planned(write="markers", marker_name="Shot {number:03}")
        assert [edit.name for edit in made.edits] == ["Shot 002", "Shot 003", "Shot 004", "Shot 005"]

    def test_reasons_name_the_transition(self):
        reasons = [edit.why.reason for edit in planned().edits]
        assert reasons[:2] == [
            "picture changes between frames 59 and 60 (TransNetV2, 97 %)",
            "dissolve from frame 100 to 129 (TransNetV2, 93 %)",
        ]

    def test_a_pattern_with_length_is_checked(self):
        with pytest.raises(EditorError):
            planned(marker_name="{length!x}")


class TestFades:
    def test_black_before_a_fade_in_is_a_shot_of_its_own(self):
        assert frames(planned(gradual("fade_in", 40, 63))) == [40]

    def test_black_after_a_fade_out_is_one_too(self):
        assert frames(planned(gradual("fade_out", 200, 223))) == [224]

    @pytest.mark.parametrize("minimum", [0, Fraction(1, 2)])
    def test_no_sliver_where_only_the_strip_begins_or_ends(self, minimum):
        made = planned(gradual("fade_in", 0, 23), gradual("fade_out", 276, 299), minimum_seconds=minimum)
        assert made.edits == () and made.notices == ()

    def test_a_poster_before_a_fade_in_goes_by_the_shortest_shot(self):
        made = planned(gradual("fade_in", 1, 23))
        assert made.edits == ()
        assert made.notices == ("1 boundary is left out because a shot would be shorter than 0.5 s: frame 1 (fade-in, 90 %).",)
        assert frames(planned(gradual("fade_in", 1, 23), minimum_seconds=Fraction(0))) == [1]

    def test_fades_that_are_all_there_is_are_not_cut_out(self):
        made = planned(gradual("fade_in", 0, 149), gradual("fade_out", 150, 299), gradual="out")
        assert made.edits == ()


class TestShortest:
    def test_the_weakest_go_first_and_are_named(self):
        made = planned((100, 0.9), gradual("dissolve", 104, 107, 0.55), (109, 0.7), (200, 0.8))
        assert frames(made) == [100, 200]
        told = "2 boundaries are left out because a shot would be shorter than 0.5 s: frame 106 (dissolve, 55 %), frame 109 (cut, 70 %)."
        assert made.notices == (told,)

    def test_only_the_first_few_are_named(self):
        made = planned(*((100 + i, 0.5 + i / 100) for i in range(6)))
        assert made.notices == (
            "5 boundaries are left out because a shot would be shorter than 0.5 s: "
            "frame 100 (cut, 50 %), frame 101 (cut, 51 %), frame 102 (cut, 52 %), 2 more.",
        )

    def test_what_is_cut_out_counts_for_no_shot(self):
        found = (gradual("dissolve", 50, 79, 0.9), gradual("dissolve", 85, 114, 0.8))
        assert frames(planned(*found)) == [65, 100]
        made = planned(*found, gradual="out")
        assert frames(made, Gap) == [50]
        assert "frame 100 (dissolve, 80 %)" in made.notices[0]

    def test_two_that_overlap_are_never_both_cut_out(self):
        made = planned(gradual("dissolve", 100, 129), gradual("dissolve", 120, 139, 0.8), gradual="out", minimum_seconds=Fraction(0))
        assert frames(made, Gap) == [100]
        assert made.notices == ("1 boundary is left out because a shot would be shorter than a frame: frame 130 (dissolve, 80 %).",)


def say(frame, what="boundary", medium="m"):
    return Correction(medium, Fraction(frame) / RATE, what, frame)


class TestCorrections:
    def test_what_was_refused_is_not_planned(self):
        assert frames(planned(said=Corrections((say(60, "no boundary"), say(115, "no boundary"))))) == [165, 215]

    def test_what_was_set_by_hand_is_certain(self):
        made = planned(said=Corrections((say(80),)))
        (own,) = (edit for edit in made.edits if edit.frame == 80)
        assert (own.why.confidence, own.why.reason) == (1.0, "set by you")

    def test_what_was_confirmed_keeps_its_kind(self):
        made = planned(said=Corrections((say(165),)), write="markers", sensitivity=0.2)
        (wipe,) = (edit for edit in made.edits if edit.frame == 165)
        assert wipe.name.endswith("wipe 100%") and wipe.why.reason == "confirmed by you"
        assert wipe.why.confidence == 1.0 > UNCERTAIN

    def test_it_is_never_too_short(self):
        made = planned((60, 0.99), (200, 0.9), said=Corrections((say(5), say(64))), minimum_seconds=Fraction(5))
        assert frames(made) == [5, 64]
        assert made.notices[0].endswith("frame 200 (cut, 90 %), frame 60 (cut, 99 %).")

    def test_neighbours_by_hand_both_stay_and_the_detectors_go(self):
        said = Corrections((say(100), say(108)))
        made = planned((92, 0.99), (116, 0.99), said=said, minimum_seconds=Fraction(3))
        assert frames(made) == [100, 108]
        assert made.notices[0].startswith("2 boundaries are left out")

    def test_another_sensitivity_for_a_part(self):
        said = Corrections(parts=(Redetected("m", Span(Fraction(0), Fraction(4)), 0.9),))
        assert frames(planned((50, 0.2), (150, 0.2), said=said)) == [50]

    def test_other_media_are_not_meant(self):
        assert frames(planned(said=Corrections((say(60, "no boundary", "other"),)))) == [60, 115, 165, 215]

    def test_they_reach_the_planner_with_the_timeline(self):
        line = timeline(strip("a", 0, 300))
        line = replace(line, corrections=dump(Corrections((say(80),))))
        standing = merge.standing(line)
        assert frames(plan({"m": shots((60, 0.9))}, line.strips, ShotsPlanOptions(minimum_seconds=Fraction(0)), standing, RATE)) == [60, 80]
        with pytest.raises(EditorError, match="corrections"):
            merge.standing(replace(line, corrections="{"))

    @pytest.mark.parametrize("choice", ["middle", "out"])
    def test_a_transition_confirmed_by_hand_is_treated_as_one(self, choice):
        made = planned(gradual("dissolve", 100, 129, 0.1), said=Corrections((say(115),)), gradual=choice)
        assert [type(edit) for edit in made.edits] == [Cut if choice == "middle" else Gap]
        assert made.edits[0].why.reason == "confirmed by you"
