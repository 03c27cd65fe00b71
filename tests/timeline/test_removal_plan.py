"""A plan of removals in a file: what it holds, and every way in which it can be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import BAD_INPUT, STALE, EditorError
from assistant_editor.timeline import removal_plan
from assistant_editor.timeline.layout import Item, Layout
from assistant_editor.timeline.removals import Said
from assistant_editor.timeline.timebase import FrameRange

from tests.golden.make_removals import GOLDEN
from tests.timeline.paper import timeline
from tests.timeline.test_proposals import SOUND, listed, removal, said, transcript

LAYOUT = Layout("Scene", Fraction(25), FrameRange(1, 501), (Item("sound", "SOUND", 1, FrameRange(1, 501), FrameRange(1, 501)),))
LINE = timeline(SOUND)
ROWS = listed(
    removal(51, 101), removal(151, 161, kind="filler", text="um", confidence=0.6), removal(201, 231, way="shorten", keep=10),
    words=(said(removal(151, 161, kind="filler"), "rejected"),), transcripts={"m": transcript(("It", 0, 1), ("was", 5, 6))},
)  # fmt: skip
PLAN = removal_plan.planned(LINE, ROWS, {"minimum": 0.5}, ("noisy",))


def written(plan=PLAN, **changes):
    data = removal_plan.write(plan, LAYOUT, LINE)
    return json.dumps({**data, **changes})


def refused(text, code=BAD_INPUT, layout=LAYOUT, line=LINE):
    with pytest.raises(EditorError) as error:
        removal_plan.read(text, layout, line)
    assert error.value.code == code
    return error.value.message


def test_a_plan_comes_back_as_it_was():
    assert removal_plan.read(written(), LAYOUT, LINE) == PLAN


def test_files_that_were_written_before_are_read() -> None:
    """And what is written now is what was written then, to the letter: pipelines read these files."""
    text = GOLDEN.read_text(encoding="utf-8")
    assert removal_plan.read(text, LAYOUT, LINE) == PLAN
    assert json.dumps(json.loads(written()), indent=1, ensure_ascii=False) + "\n" == text


def test_a_plan_says_what_is_to_be_saved_and_where():
    first, filler, shortened = PLAN.removals
    assert (PLAN.saved_frames, PLAN.saved) == (50 + 20, "00:00:02:20")
    assert (first.start, first.end, first.saved) == ("00:00:02:00", "00:00:04:00", 50)
    assert (filler.verdict, filler.text, filler.before) == ("rejected", "um", "It was")
    assert (shortened.way, shortened.keep, shortened.saved) == ("shorten", 10, 20)
    data = json.loads(written())
    assert list(data)[:3] == ["schema", "scene", "timeline"] and data["schema"] == "assistant_editor.removals/1"
    assert data["notices"] == ["noisy"] and data["options"] == {"minimum": 0.5}


def test_what_is_accepted_in_it_is_what_it_says_and_what_is_sure_enough():
    assert removal_plan.accepted(PLAN) == ()
    assert removal_plan.accepted(PLAN, 0.9) == tuple(replace(ROWS[n].removal, verdict="accepted") for n in (0, 2))
    sure = removal_plan.with_accepted(PLAN, 0.9)
    assert [one.verdict for one in sure.removals] == ["accepted", "rejected", "accepted"]
    assert removal_plan.words(sure)[1] == Said("filler", "m", ROWS[1].removal.span, "rejected")
    assert removal_plan.with_accepted(PLAN, None) == PLAN and len(removal_plan.words(PLAN)) == 1


def test_verdicts_and_frames_may_be_edited():
    data = json.loads(written())
    data["removals"][0] |= {"verdict": "accepted", "frames": {"start": 60, "end": 90}}
    (one,) = removal_plan.accepted(removal_plan.read(json.dumps(data), LAYOUT, LINE))
    assert one.frames == FrameRange(60, 90)


@pytest.mark.parametrize(
    "line",
    [
        timeline(replace(SOUND, frames=FrameRange(1, 500))),
        timeline(replace(SOUND, medium="other")),
        timeline(SOUND, replace(SOUND, name="more", frames=FrameRange(600, 700))),
    ],
)
def test_another_timeline_makes_it_stale(line):
    item = LAYOUT.items[0]
    items = tuple(replace(item, name=strip.name, frames=strip.frames) for strip in line.strips)
    refused(written(), STALE, replace(LAYOUT, items=items), line)


def test_a_strip_without_a_medium_that_moves_makes_it_stale():
    text = Item("title", "TEXT", 3, FrameRange(1, 50), FrameRange(1, 50))
    refused(written(), STALE, replace(LAYOUT, items=(*LAYOUT.items, text)))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("verdict", "maybe", "removals[1].verdict: expected 'open' or 'accepted' or 'rejected'"),
        ("frames", {"start": 9}, "removals[1].frames:"),
        ("frames", {"start": 90, "end": 60}, "removals[1]: a range cannot end (60) before it starts (90)"),
        ("frames", {"start": 0, "end": 60}, "removals[1].frames: 0 to 60 is not a part of 'sound', 1 to 501"),
        ("frames", {"start": 60, "end": 60}, "removals[1].frames: 60 to 60"),
        ("strip", "gone", "removals[1].strip: there is no movie or sound strip 'gone'"),
        ("span", {"start": "x", "end": "1"}, "removals[1].span.start: expected a fraction"),
        ("confidence", 3, "removals[1].confidence: 3.0 is not between 0 and 1"),
        ("keep", -1, "removals[1]: keep"),
        ("speed", "1/2", "removals[1]: keep cannot be less than 0, nor speed less than 1"),
        ("extra", 1, "removals[1]: unknown key 'extra'"),
    ],
)
def test_what_does_not_fit_is_named(field, value, told):
    data = json.loads(written())
    data["removals"][1][field] = value
    assert refused(json.dumps(data)).startswith(f"The plan cannot be read: {told}")


def test_other_misfits():
    assert "removals: expected a list" in refused(written(removals=3))
    assert "saved_frames: expected int" in refused(written(saved_frames="3"))
    assert "unknown key 'more'" in refused(written(more=3))
    assert "line 1, column 3" in refused("{ x }")
    assert "version 2" in refused(written(schema="assistant_editor.removals/2"))
    refused("[]")
    refused(written(schema="assistant_editor.shots/1"))
