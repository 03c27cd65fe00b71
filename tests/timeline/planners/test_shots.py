import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline.plan import Cut, Label, Marker
from assistant_editor.timeline.planners.shots import ShotsPlanOptions, plan
from assistant_editor.timeline.standing import Standing
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import RATE, shots, split, strip, timeline

FACTS = {"m": shots((50, 0.9), (100, 0.6), (150, 0.4), (200, 0.95))}
RATES = [Fraction(24000, 1001), 24, 25, Fraction(30000, 1001), 30, 50, Fraction(60000, 1001), 60]


def frames(strips, facts=FACTS, rate=RATE, **options):
    return [edit.frame for edit in plan(facts, strips, ShotsPlanOptions(**options), Standing(), rate).edits]


@pytest.mark.parametrize(
    ("sensitivity", "expected"), [(0, []), (0.05, [200]), (0.5, [50, 100, 200]), (0.6, [50, 100, 150, 200]), (1, [50, 100, 150, 200])]
)
def test_sensitivity_keeps_scores_of_at_least_one_minus_it(sensitivity, expected):
    assert frames([strip("a", 0, 300)], sensitivity=sensitivity) == expected


def test_only_the_visible_part_counts_and_its_ends_are_nothing_to_cut():
    assert frames([strip("a", 50, 200)]) == [100]


def test_a_moved_and_trimmed_strip():
    trimmed = strip("a", 1060, 1150, origin=1000)
    assert frames([trimmed]) == [1100]
    trimmed_at_source = strip("b", 10, 160, origin=10, trim=Fraction(40, 25))
    assert frames([trimmed_at_source], minimum_seconds=Fraction(0)) == [20, 70]


def test_two_media_and_two_copies():
    facts = {**FACTS, "n": shots((30, 1.0))}
    strips = [strip("a", 0, 120), strip("b", 500, 620, origin=500), strip("c", 700, 800, origin=700, medium="n")]
    found = plan(facts, strips, ShotsPlanOptions(), Standing(), RATE)
    assert [(e.strip, e.frame) for e in found.edits] == [("a", 50), ("a", 100), ("b", 550), ("b", 600), ("c", 730)]
    assert found.media == tuple((medium, kind) for medium in "mn" for kind in ("cut", "gap", "marker"))
    assert found.strips == ("a", "b", "c")


def test_what_stands_already_is_met():
    line = split(timeline(strip("a", 0, 300)), "a", 100)
    found = plan(FACTS, line.strips, ShotsPlanOptions(), Standing(), RATE)
    assert [(e.strip, e.frame) for e in found.edits] == [("a", 50), ("a.001", 200)]
    assert [(e.strip, e.frame) for e in found.met] == [("a", 100)]


def test_sound_that_belongs_to_it_is_named_where_the_cut_lies_inside():
    line = timeline(strip("a", 0, 300), strip("s", 0, 300, kind="SOUND", channel=2))
    found = plan(FACTS, line.strips, ShotsPlanOptions(), Standing(), RATE)
    assert [edit.partners for edit in found.edits] == [("s",)] * 3
    short = [replace(line.strip("a"), partners=("s",)), strip("s", 60, 300, kind="SOUND", channel=2)]
    assert [edit.partners for edit in plan(FACTS, short, ShotsPlanOptions(), Standing(), RATE).edits] == [(), ("s",), ("s",)]


def test_each_edit_says_how_sure_and_why():
    (cut,) = plan({"m": shots((285, 0.97))}, [strip("a", 0, 300)], ShotsPlanOptions(minimum_seconds=Fraction(0)), Standing(), RATE).edits
    assert cut.why.confidence == 0.97
    assert cut.why.reason == "picture changes between frames 284 and 285 (TransNetV2, 97 %)"


def test_the_weakest_end_of_a_short_shot_goes_first():
    facts = {"m": shots((100, 0.9), (105, 0.6), (110, 0.8), (200, 0.7))}
    found = plan(facts, [strip("a", 0, 300)], ShotsPlanOptions(minimum_seconds=Fraction(8, 25)), Standing(), RATE)
    assert [edit.frame for edit in found.edits] == [100, 110, 200]
    assert found.notices == ("1 boundary is left out because a shot would be shorter than 0.32 s: frame 105 (cut, 60 %).",)


def test_a_short_shot_at_the_end_of_the_strip():
    assert frames([strip("a", 0, 205)], minimum_seconds=Fraction(1)) == [50, 100]


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.integers(1, 299), st.floats(0.5, 1), max_size=20), st.integers(0, 60))
def test_no_shot_is_shorter_than_the_minimum_and_nothing_goes_without_need(scores, minimum):
    facts = {"m": shots(*sorted(scores.items()))}
    kept = frames([strip("a", 0, 300)], facts, minimum_seconds=Fraction(minimum, 25))
    ends = [0, *kept, 300]
    assert all(b - a >= minimum for a, b in itertools.pairwise(ends) if len(kept))
    for frame in set(scores) - set(kept):
        assert minimum > 0
        left = max(end for end in ends if end < frame)
        right = min(end for end in ends if end > frame)
        strongest = [scores[end] for end in (left, right) if end in scores]
        short = frame - left < minimum or right - frame < minimum
        weaker = any(other != frame and abs(other - frame) < minimum for other in scores)
        assert short or weaker or any(score >= scores[frame] for score in strongest)


@pytest.mark.parametrize("media", RATES)
@pytest.mark.parametrize("scene", RATES)
@pytest.mark.parametrize("matched", [True, False])
def test_every_rate_in_every_scene(media, scene, matched):
    media, scene = Fraction(media), Fraction(scene)
    rate = scene if matched else media
    facts = {"m": shots(*((number, 1.0) for number in range(40, 400, 40)), rate=media)}
    ref = strip("a", 0, int(400 / media * rate), rate=rate)
    found = plan(facts, [ref], ShotsPlanOptions(minimum_seconds=Fraction(0)), Standing(), scene).edits
    assert [edit.identity.start for edit in found] == [Fraction(n) / media for n in range(40, 400, 40)]
    for edit in found:
        assert ref.source.seconds(edit.frame - 1) < edit.identity.start <= ref.source.seconds(edit.frame)


def test_two_boundaries_on_one_timeline_frame_are_one_cut():
    facts = {"m": shots((50, 0.6), (51, 0.9), rate=Fraction(50))}
    (cut,) = plan(facts, [strip("a", 0, 300, rate=12)], ShotsPlanOptions(minimum_seconds=Fraction(0)), Standing(), Fraction(12)).edits[:1]
    assert isinstance(cut, Cut)
    assert len({e.frame for e in plan(facts, [strip("a", 0, 300, rate=12)], ShotsPlanOptions(), Standing(), Fraction(12)).edits}) == 1


def test_markers_are_named_after_the_shot_that_begins():
    found = plan(
        FACTS,
        [strip("a", 0, 300)],
        ShotsPlanOptions(write="markers", marker_name="{number} {percent} {frame} {detector}"),
        Standing(),
        RATE,
    )
    assert all(isinstance(edit, Marker) for edit in found.edits)
    assert [edit.name for edit in found.edits] == ["2 90 50 TransNetV2", "3 60 100 TransNetV2", "4 95 200 TransNetV2"]


@pytest.mark.parametrize("pattern", ["{nonsense}", "{", "{number.__class__}", "{number!z}", "{0}"])
def test_a_name_pattern_that_cannot_be_filled_in(pattern):
    with pytest.raises(EditorError) as caught:
        plan(FACTS, [strip("a", 0, 300)], ShotsPlanOptions(marker_name=pattern), Standing(), RATE)
    assert caught.value.code == "usage" and "{percent}" in caught.value.remedy


def test_labels_name_pieces_and_cut_nothing():
    line = split(split(timeline(strip("a", 0, 300)), "a", 100), "a.001", 120)
    found = plan(FACTS, line.strips, ShotsPlanOptions(write="labels"), Standing(), RATE)
    assert all(isinstance(edit, Label) for edit in found.edits)
    assert [(e.strip, e.name) for e in found.edits] == [("a", "Shot 001-002"), ("a.001", "Shot 003"), ("a.002", "Shot 003-004")]
    colors = [e.color_tag for e in found.edits]
    assert colors[1] == colors[2] == colors[0]


def test_strips_left_out_are_named():
    strange = replace(strip("b", 300, 400), source=None, unmapped="it is retimed")
    other = strip("c", 400, 500, medium="unknown")
    found = plan(FACTS, [strip("a", 0, 300), strange, other], ShotsPlanOptions(), Standing(), RATE)
    assert found.notices == ("b is left out: it is retimed.", "c is left out: its shots are not known.")
    assert found.strips == ("a",)
