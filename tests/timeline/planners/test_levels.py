"""Loudness matched in values: what is tried, what it would measure, what is tried next."""

from __future__ import annotations

import base64
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Loudness, Span
from assistant_editor.timeline import matching
from assistant_editor.timeline.faders import Fader
from assistant_editor.timeline.planners import levels
from assistant_editor.timeline.planners.levels import LevelOptions, Measured

from tests.timeline.paper import strip, timeline
from tests.timeline.planners.test_ducking import voice

TENTH = Fraction(1, 10)


def loudness(*parts, peak=-6.0):
    """Loudness that is so many LUFS for so many seconds."""
    rows = np.concatenate([np.full(round(seconds * 10), round((level + 100) / 0.4)) for level, seconds in parts]).astype(np.uint8)
    span = Span(Fraction(0), Fraction(len(rows), 10))
    return Loudness(span, Fraction(0), TENTH, "made", None, peak, base64.b64encode(rows.tobytes()).decode())


def sound(name="talk", start=1, end=501, **more):
    return strip(name, start, end, origin=1, kind="SOUND", medium=name, **{"volume": Fader(1.0), **more})


def part(start, end):
    return Span(Fraction(start), Fraction(end))


def test_a_part_is_as_loud_as_its_loud_moments():
    facts = loudness((-20, 10), (-60, 10), (-28, 10))
    assert levels.of_part(facts, part(0, 10)) == pytest.approx(-20, abs=0.2)
    assert levels.of_part(facts, part(20, 30)) == pytest.approx(-28, abs=0.2)
    assert levels.of_part(facts, part(0, 20)) == pytest.approx(-20, abs=0.2)  # the quiet half is below the gate
    assert levels.of_part(facts, part(Fraction(1), Fraction(11, 10))) == pytest.approx(-20, abs=0.2)
    assert levels.of_part(loudness((-100, 5)), part(0, 5)) is None


def test_the_peak_goes_before_the_target():
    assert levels.towards(Measured(-20.0, -10.0), LevelOptions(-16.0, -1.0)) == levels.Step(4.0)
    step = levels.towards(Measured(-20.0, -3.0), LevelOptions(-16.0, -1.0))
    assert step.gain == pytest.approx(2.0) and step.told == f"The peak limit of {levels.MINUS}1.0 dBTP keeps it at {levels.MINUS}18.0 LUFS"
    assert levels.towards(Measured(-10.0, 0.5), LevelOptions(-16.0, -1.0)).gain == -6.0
    too_high = levels.towards(Measured(-16.0, 0.5), LevelOptions(-16.0, -1.0))
    assert too_high.gain == pytest.approx(-1.5) and "peak limit" in too_high.told
    assert levels.towards(Measured(-60.0, -50.0), LevelOptions(most=20.0)).gain == 20.0
    assert levels.towards(Measured(None, None), LevelOptions()).gain == 0.0


def test_stretches_of_speech_get_gains_that_change_in_the_pauses():
    facts = loudness((-26, 5), (-70.4, 3), (-14, 5), (-70.4, 7))
    points = levels.speech_gains(facts, voice((0, 5), (8, 13), seconds=20, level=-100.0), sound(), 1.0, LevelOptions(-20.0))
    assert [round(levels.decibels(factor), 1) for _frame, factor in points] == [6.0, 6.0, -6.0]
    first, before, after = (int(frame) for frame, _factor in points)
    assert first == 1 and 5 * 25 < before < after < 8 * 25 + 1
    # At half volume everything is 6 dB softer, so it is made 6 dB louder.
    halved = levels.speech_gains(facts, voice((0, 5), (8, 13), seconds=20, level=-100.0), sound(), 0.5, LevelOptions(-20.0))
    assert halved[0][1] == pytest.approx(2 * points[0][1], rel=0.01)


def test_a_word_is_too_short_to_judge():
    facts = loudness((-26, 5), (-70.4, 3), (-10, 0.6), (-70.4, 6))
    points = levels.speech_gains(facts, voice((0, 5), (8, 8.5), seconds=14, level=-100.0), sound(), 1.0, LevelOptions(-20.0))
    assert len(points) == 1


def first(strips, meant, facts, before, options, voices=None, mixes=None):
    return matching.first(strips, meant, mixes or {}, facts, voices or {}, before, options)


def test_one_gain_for_the_mix():
    strips = [sound(), sound("music", volume=Fader(0.5))]
    tried = first(strips, (), {}, Measured(-20.0, -10.0), LevelOptions(-16.0))
    assert {round(levels.decibels(points[0][1]), 3) for points in tried.points.values()} == {4.0}
    done = matching.following(tried, Measured(-16.03, -6.0), strips, LevelOptions(-16.0))
    assert done.done and done.points == tried.points


def test_a_mix_that_does_not_come_out_is_tried_again():
    strips = [sound()]
    options = LevelOptions(-16.0)
    tried = first(strips, (), {}, Measured(-20.0, -10.0), options)
    again = matching.following(tried, Measured(-17.0, -7.0), strips, options)
    assert not again.done and again.gain == pytest.approx(5.0)
    for _ in range(matching.TRIES):
        again = matching.following(again, Measured(-17.0, -7.0), strips, options)
    assert again.done


def test_each_strip_for_itself_and_all_softer_for_the_peak():
    strips = [sound(), sound("music", volume=Fader(0.5)), sound("third")]
    options = LevelOptions(-20.0, by="strips")
    facts = {"talk": loudness((-26, 20), peak=-20.0), "music": loudness((-14, 20), peak=-10.0), "third": loudness((-30, 20))}
    tried = first(strips, ("talk", "music"), facts, Measured(-15.0, -3.0), options)
    gains = {row.strip: round(row.gain, 2) for row in tried.rows}
    assert gains == {"talk": pytest.approx(6.0, abs=0.21), "music": pytest.approx(0.02, abs=0.21)} and "third" not in gains
    softer = matching.following(tried, Measured(-18.0, 1.0), strips, options)
    assert softer.rows[0].gain == pytest.approx(gains["talk"] - 2.0, abs=0.01) and "peak limit" in softer.told[-1]
    assert softer.points["third"] == ()
    assert matching.following(softer, Measured(-20.0, -1.0), strips, options).done


def test_a_strip_whose_own_peaks_forbid_it_stays_softer_and_says_so():
    options = LevelOptions(-16.0, by="strips")
    tried = first([sound()], ("talk",), {"talk": loudness((-26, 20), peak=-4.0)}, Measured(-26.0, -4.0), options)
    assert tried.rows[0].gain == pytest.approx(3.0) and tried.told[0].startswith("'talk': The peak limit")


def test_another_target_is_reckoned_not_measured():
    strips, options = [sound()], LevelOptions(-16.0)
    tried = first(strips, (), {}, Measured(-20.0, -10.0), options)
    louder, after = matching.retargeted(tried, Measured(-16.0, -6.0), strips, options, replace(options, target=-14.0))
    assert after == Measured(pytest.approx(-14.0), pytest.approx(-4.0)) and louder.gain == pytest.approx(6.0)
    limited, after = matching.retargeted(tried, Measured(-16.0, -6.0), strips, options, replace(options, target=-5.0))
    assert after.true_peak == pytest.approx(-1.0) and limited.told


def test_strips_that_cannot_be_set_or_heard_are_left_out():
    line = timeline(sound(), sound("muted", muted=True), sound("locked", held="locked"), sound("driven", volume=Fader(held="a driver")))
    assert [ref.name for ref in matching.sounding(line)] == ["talk"]


def test_what_can_be_heard_is_one_state():
    line = timeline(sound())
    assert matching.state(line) == matching.state(replace(line, strips=(replace(sound(), selected=True),)))
    assert matching.state(line) != matching.state(replace(line, strips=(replace(sound(), volume=Fader(0.5)),)))
    assert matching.state(line) != matching.state(timeline(sound(end=400)))


def test_numbers_in_words():
    minus = matching.MINUS
    assert matching.compared(Measured(-19.44, -5.0), Measured(-16.0, -1.23)) == f"{minus}19.4 → {minus}16.0 LUFS, peak {minus}1.2 dBTP"
    assert matching.shown(Measured(None, None)) == "silence" and matching.decibels(-0.01) == "0.0"
