"""One correction changes one thing, whatever the options have become since the last run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.facts import Boundary, Shots, Span, Transition
from assistant_editor.timeline.corrected import Aim, Joint, corrected
from assistant_editor.timeline.corrections import Correction, Corrections, Redetected, dump, load, redetect, say
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import Cut, Gap
from assistant_editor.timeline.planners.shots import ShotsPlanOptions, plan

from .paper import RATE, apply, strip, timeline


def boundary(seconds: float, score: float, transition: bool = False) -> Boundary:
    moment = Fraction(seconds).limit_denominator(100)
    frame = int(moment * RATE)
    through = Transition("dissolve", frame - 5, frame + 4, Span(moment - Fraction(1, 5), moment + Fraction(1, 5))) if transition else None
    return Boundary(frame, moment, score, through)


FACTS = {
    "m": Shots(
        Span(Fraction(0), Fraction(40)), Fraction(0), RATE, 1000, "transnetv2",
        (boundary(2, 0.95), boundary(4, 0.7, transition=True), boundary(6, 0.4), boundary(7, 0.3), boundary(8, 0.9)),
    )
}  # fmt: skip
WHOLE = timeline(strip("film", 0, 250), strip("voice", 0, 250, kind="SOUND", channel=2))


def planned(**options):
    return lambda line: plan(FACTS, line.strips, ShotsPlanOptions(**options), standing(line), line.rate)


def run(line, **options):
    return apply(line, merge(line, planned(**options)(line)))


def correct(line, said: Corrections, aim: Aim, **options):
    after = apply(line, corrected(line, said, aim, planned(**options)).changes)
    return replace(after, corrections=dump(said))


def cuts(line, kind: str = "MOVIE") -> list[int]:
    return sorted(ref.frames.start for ref in line.strips if ref.kind == kind)[1:]


def moment(seconds: int, said: str, **more) -> tuple[Corrections, Aim]:
    at = Fraction(seconds)
    return say(Corrections(), Correction("m", at, said, int(at * RATE))), Aim("m", at, at, **more)


OTHER = [
    {},
    {"sensitivity": 0.75},
    {"sensitivity": 0.08},
    {"write": "markers"},
    {"write": "labels"},
    {"gradual": "out"},
    {"gradual": "keep"},
    {"minimum_seconds": Fraction(5)},
]


@pytest.mark.parametrize("options", [options for options in OTHER if options.get("write") != "labels"])
def test_a_refusal_joins_there_and_nowhere_else(options) -> None:
    line = run(WHOLE)
    assert cuts(line) == [50, 100, 200]
    joined = correct(line, *moment(2, "no boundary"), **options)
    assert cuts(joined) == cuts(joined, "SOUND") == [100, 200]
    assert not joined.markers


@pytest.mark.parametrize("options", [options for options in OTHER if options.get("write") not in ("labels", "markers")])
def test_a_boundary_set_by_hand_is_cut_there_and_nowhere_else(options) -> None:
    line = correct(run(WHOLE), *moment(5, "here", forget=True), **options)
    assert cuts(line) == cuts(line, "SOUND") == [50, 100, 125, 200]


@pytest.mark.parametrize("options", OTHER)
def test_what_was_cut_out_stays_out_when_another_boundary_is_refused(options) -> None:
    line = run(WHOLE, gradual="out")
    assert cuts(line) == [50, 105, 200]
    after = correct(line, *moment(2, "no boundary"), **options)
    assert cuts(after) == ([50, 105, 200] if options.get("write") == "labels" else [105, 200])


def test_a_refused_transition_is_put_back() -> None:
    line = run(WHOLE, gradual="out")
    said, _ = moment(4, "no boundary")
    after = correct(line, said, Aim("m", Fraction(19, 5), Fraction(21, 5)), gradual="out")
    assert cuts(after) == [50, 200]
    assert all(left.frames.end == right.frames.start for left, right in zip(sorted_movies(after), sorted_movies(after)[1:], strict=False))


def sorted_movies(line):
    return sorted((ref for ref in line.strips if ref.kind == "MOVIE"), key=lambda ref: ref.frames.start)


def test_what_was_only_found_is_written_when_it_is_accepted() -> None:
    aim = Aim("m", Fraction(19, 5), Fraction(21, 5), forget=True)
    said, _ = moment(4, "boundary")
    assert cuts(correct(WHOLE, said, aim)) == [100]
    done = corrected(WHOLE, said, aim, planned(gradual="out"))
    assert [type(add.edit) for add in done.changes.adds] == [Gap]


def test_a_part_detected_again_changes_only_there() -> None:
    line = run(WHOLE)
    said = redetect(Corrections(), Redetected("m", Span(Fraction(5), Fraction(15, 2)), 0.75))
    after = correct(line, said, Aim("m", Fraction(5), Fraction(15, 2)), sensitivity=0.2)
    assert cuts(after) == [50, 100, 150, 175, 200]


def test_a_cut_by_hand_is_joined_as_if_a_run_had_made_it() -> None:
    line = timeline(strip("film", 0, 60), strip("film.001", 60, 250))
    said, _ = moment(0, "no boundary")
    at = Fraction(60) / RATE
    said = say(said, Correction("m", at, "no boundary", 60))
    assert cuts(correct(line, said, Aim("m", at, at))) == [60]
    assert cuts(correct(line, said, Aim("m", at, at, joint=Joint("film", 60)))) == []


def test_a_cut_joined_by_hand_comes_back_only_when_it_is_asked_for() -> None:
    line = run(WHOLE)
    joined = replace(line, strips=WHOLE.strips)
    assert cuts(run(joined)) == []
    for forget, expected in ((False, []), (True, [100])):
        said, aim = moment(4, "boundary", forget=forget)
        assert cuts(correct(joined, said, aim)) == expected


def test_a_later_run_keeps_to_every_correction() -> None:
    line = run(WHOLE)
    said, aim = moment(2, "no boundary")
    line = correct(line, said, aim)
    at = Fraction(5)
    line = correct(line, say(load(line.corrections), Correction("m", at, "here", 125)), Aim("m", at, at, forget=True))
    for sensitivity in (0.1, 0.5, 0.95):
        again = run(line, sensitivity=sensitivity)
        assert 50 not in cuts(again) and 125 in cuts(again)
    plan_again = planned()(line)
    assert all(isinstance(edit, Cut) for edit in plan_again.met) and not plan_again.edits
