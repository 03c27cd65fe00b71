"""Captions of sounds: where nothing else stands, as long as the rules say, and with the editor's hand on them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.facts import SoundEvent, Sounds, Span
from assistant_editor.timeline.plan import Identity
from assistant_editor.timeline.planners import sounds
from assistant_editor.timeline.planners.sounds import SoundPlanOptions
from assistant_editor.timeline.standing import Claim, Standing
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import strip

RATE = Fraction(25)


def heard(*events: tuple[str, float, float], sure: float = 0.9) -> dict[str, Sounds]:
    told = tuple(SoundEvent(Span(Fraction(str(a)), Fraction(str(b))), label, sure) for label, a, b in events)
    return {"m": Sounds(Span(Fraction(0), Fraction(60)), Fraction(0), "test", told)}


def planned(facts, captions=(), claims=(), options=None):
    strips = [strip("strip", 0, 1500, kind="SOUND")]
    ranges = [FrameRange(a, b) for a, b in captions]
    return sounds.plan(facts, strips, options or SoundPlanOptions(), Standing(tuple(claims)), RATE, ranges)


def shown(plan) -> list[tuple[int, int, str]]:
    return [(edit.frames.start, edit.frames.end, edit.text) for edit in plan.edits]


def test_a_sound_is_told_from_where_it_begins_as_long_as_the_rules_allow():
    assert shown(planned(heard(("music", 2, 30)))) == [(50, 225, "[music]")]
    assert shown(planned(heard(("music", 2, 5)))) == [(50, 125, "[music]")]


def test_never_over_a_caption_and_not_where_there_is_no_room():
    music = heard(("music", 0, 10))
    assert shown(planned(music, [(20, 100), (120, 240)])) == []
    assert shown(planned(music, [(20, 100), (160, 240)])) == [(102, 158, "[music]")]
    assert shown(planned(music, [(0, 250)])) == []


def test_sounds_of_one_kind_near_each_other_are_one():
    assert len(planned(heard(("music", 0, 4), ("music", 6, 9))).edits) == 1
    assert len(planned(heard(("music", 0, 4), ("music", 16, 20))).edits) == 2


def test_noise_and_doubt_are_left_out():
    assert not planned(heard(("noise", 0, 10))).edits
    assert not planned(heard(("music", 0, 10), sure=0.55)).edits


@pytest.mark.parametrize("label, text", [("music", "♪ music ♪"), ("applause", "[applause]")])
def test_notes_are_for_music(label, text):
    assert shown(planned(heard((label, 0, 4)), options=SoundPlanOptions(notes=True)))[0][2] == text


def claim(state, start, end, fixed=(), frames=None, text="", kind="sound", record="r1"):
    identity = Identity("m", kind, Fraction(start), Fraction(end))
    return Claim(identity, ("strip",), state, record, frozenset(fixed), frames and FrameRange(*frames), text)


def test_a_deleted_one_does_not_come_again():
    assert not planned(heard(("music", 0, 10)), claims=[claim("deleted", 1, 9)]).edits
    assert planned(heard(("music", 0, 10)), claims=[claim("deleted", 20, 29)]).edits


def test_what_the_editor_changed_stays_and_the_rest_follows():
    (edit,) = planned(heard(("music", 0, 10)), claims=[claim("kept", 1, 9, ("text",), (25, 90), "[tense music]")]).edits
    assert edit.text == "[tense music]" and edit.frames == FrameRange(0, 175) and edit.identity.start == 1
    (edit,) = planned(heard(("music", 0, 10)), claims=[claim("kept", 1, 9, ("frames",), (25, 90), "[music]")]).edits
    assert edit.frames == FrameRange(25, 90)


def test_a_caption_the_editor_moved_is_in_the_way():
    moved = claim("kept", 0, 2, ("frames",), (0, 240), "Hello", "caption")
    assert not planned(heard(("music", 0, 10)), claims=[moved]).edits


def test_captions_of_strips_nobody_plans_for_are_in_the_way_those_of_this_plan_are_not():
    other = Claim(Identity("n", "caption", Fraction(0), Fraction(9)), ("other",), "written", "r2", frozenset(), FrameRange(0, 240))
    assert not planned(heard(("music", 0, 10)), claims=[other]).edits
    mine = Claim(Identity("m", "caption", Fraction(0), Fraction(9)), ("strip",), "written", "r2", frozenset(), FrameRange(0, 240))
    assert planned(heard(("music", 0, 10)), claims=[mine]).edits


def test_the_plan_speaks_for_sounds_of_its_media_also_when_there_are_none():
    assert planned(heard()).media == (("m", "sound"),)
    off = sounds.off([strip("strip", 0, 100, kind="SOUND")])
    assert off.media == (("m", "sound"),) and not off.edits
