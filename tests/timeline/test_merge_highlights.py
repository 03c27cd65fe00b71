"""Highlights between random runs and an editor's hand: one for each line, with its caption, and never again once deleted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.timeline import merge
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.plan import Caption, CaptionStyle, Highlight, Identity, Plan, Why
from assistant_editor.timeline.planners import captions as planner
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper import RATE, Editor, apply, saying, speak, strip, timeline, transcript

WORD, SWEEP, POP, STILL = (CaptionStyle(motion=motion) for motion in ("word", "sweep", "pop", "none"))
TEXT = transcript(
    speak("One two three four five six seven eight nine.", 1),
    speak("Ten eleven twelve thirteen fourteen.", 5),
    speak("Fifteen sixteen.", 9),
)


LINES = 6
"""Of the captions of this text."""


def sound():
    return timeline(strip("s", 0, 400, kind="SOUND"))


def changes(line, style=WORD, facts=TEXT, **options):
    wanted = saying(style=style, max_characters=options.pop("max_characters", 20), **options)
    return merge.merge(line, planner.plan({"m": facts}, line.strips, wanted, merge.standing(line), line.rate))


def run(line, *args, **options):
    return apply(line, changes(line, *args, **options))


def of(line, kind):
    return [ref for ref in line.captions if ref.kind == kind]


def pairs(line):
    """(caption's text, line number) of every highlight, by the ledger."""
    records = {record.id: record for record in load(line.ledger).records}
    return sorted((ref.text, records[ref.tag.record].line) for ref in of(line, "highlight") if ref.tag.record in records)


def test_every_line_has_one():
    line = run(sound())
    texts = [ref.text for ref in of(line, "caption")]
    assert pairs(line) == sorted((text, number) for text in texts for number in range(text.count("\n") + 1))
    assert not changes(line)


def test_without_motion_there_are_none_and_they_come_and_go():
    line = run(sound(), STILL)
    assert not of(line, "highlight")
    for style in (WORD, POP, SWEEP):
        moving = run(line, style)
        assert len(of(moving, "highlight")) == LINES and not changes(moving, style)
        assert not of(run(moving, STILL), "highlight")
        assert not [record for record in load(run(moving, STILL).ledger).records if record.identity.kind == "highlight"]


def test_a_deleted_caption_takes_its_highlights_along():
    line = run(sound())
    first = of(line, "caption")[0]
    line = run(Editor(line).delete_caption(first.name))
    assert first.text not in {text for text, _number in pairs(line)}
    assert len(of(line, "highlight")) == LINES - first.text.count("\n") - 1


def test_a_deleted_highlight_stays_deleted():
    line = run(sound())
    gone = next(ref for ref in of(line, "highlight") if ref.text.startswith("Ten") and ref.frames.start > 130)
    line = Editor(line).delete_caption(gone.name)
    for _ in range(2):
        line = run(line)
        assert len(of(line, "highlight")) == LINES - 1
    line = run(line, replace(WORD, box=True))
    assert len(of(line, "highlight")) == LINES - 1
    shorter = run(line, max_characters=80)
    assert len(of(run(shorter), "highlight")) == LINES - 1, "also when its line was gone for a while"


def test_a_corrected_word_moves_its_highlight():
    line = run(sound())
    first = of(line, "caption")[0]
    line = Editor(line).edit_caption(first.name, text=first.text.replace("two", "two and a half"))
    found = changes(line)
    edits = [update.edit for update in found.updates if isinstance(update.edit, Highlight)]
    assert edits and all("half" in edit.text for edit in edits)
    line = apply(line, found)
    assert not changes(line) and len(of(line, "highlight")) == LINES


def test_a_split_caption_keeps_what_it_has():
    line = run(sound())
    first = of(line, "caption")[0]
    line = Editor(line).split_caption(first.name, first.frames.start + 10)
    assert not changes(line).removes
    assert len(of(apply(line, changes(line)), "highlight")) == LINES


def test_captions_without_times_stand_still():
    line = sound()
    identity = Identity("m", "sound", Fraction(1), Fraction(2))
    music = Caption(identity, Why(0.9, "a tagger heard it"), FrameRange(25, 50), "[music]", (), POP, "s")
    line = apply(line, merge.merge(line, Plan((music,), (), (("m", "sound"),))))
    (ref,) = line.captions
    assert ref.kind == "sound" and load(line.ledger).records[0].look == STILL


def test_another_kinds_run_leaves_highlights_alone():
    line = run(sound())
    line = Editor(line).delete_caption(of(line, "caption")[0].name)
    assert not merge.merge(line, Plan((), (), (("m", "cut"),)))


def test_kinds_do_not_meet():
    line = run(sound(), STILL)
    said = planner.plan({"m": TEXT}, line.strips, saying(), merge.standing(line), line.rate).edits
    captions = len(of(line, "caption"))
    over = tuple(replace(edit, identity=replace(edit.identity, kind="translation"), text="übersetzt", words=()) for edit in said)
    line = apply(line, merge.merge(line, Plan(over, (), (("m", "translation"),))))
    assert len(of(line, "translation")) == len(over) and len(of(line, "caption")) == captions
    mine = Editor(line).edit_caption(of(line, "translation")[0].name, text="von Hand")
    mine = Editor(mine).delete_caption(of(mine, "translation")[1].name)
    again = apply(mine, merge.merge(mine, Plan(over, (), (("m", "translation"),))))
    assert sorted(ref.text for ref in of(again, "translation")) == sorted(["von Hand", *["übersetzt"] * (len(over) - 2)])
    claims = [claim for claim in merge.standing(again).claims if claim.identity.kind == "translation"]
    assert Counter(claim.state for claim in claims) == {"kept": 1, "deleted": 1, **({"written": len(over) - 2} if len(over) > 2 else {})}
    assert [claim.state for claim in merge.standing(again).claims if claim.identity.kind == "caption"] == ["written"] * captions


ACTIONS = ["delete", "retype", "retime", "restyle", "split", "ripple", "unlight", "paint", "nudge", "run", "run", "run"]


@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_an_editor_does(data):
    line = run(sound(), data.draw(st.sampled_from([WORD, POP])))
    unlit = set()
    for _ in range(data.draw(st.integers(1, 6))):
        action, editor = data.draw(st.sampled_from(ACTIONS)), Editor(line)
        said, lit = of(line, "caption"), of(line, "highlight")
        if action == "run":
            style = data.draw(st.sampled_from([WORD, POP, SWEEP, STILL, replace(WORD, color=(1.0, 0.0, 0.0, 1.0))]))
            options = {"max_characters": data.draw(st.sampled_from([12, 20, 42]))}
            line = run(line, style, **options)
            unlit = set() if style == STILL else unlit
            again = changes(line, style, **options)
            assert not again, "a second run changes nothing"
            check(line, unlit)
        elif action == "ripple":
            line = editor.ripple(0, data.draw(st.integers(1, 100)))
        elif action in ("unlight", "paint", "nudge") and lit:
            target = data.draw(st.sampled_from(lit))
            if action == "unlight":
                line = editor.delete_caption(target.name)
                unlit |= {(record.caption, record.line) for record in load(line.ledger).records if record.id == target.tag.record}
            elif action == "paint":
                line = editor.edit_caption(target.name, style="mine")
            else:
                line = editor.edit_caption(target.name, frames=target.frames.moved(3))
        elif action in ("delete", "retype", "retime", "restyle", "split") and said:
            target = data.draw(st.sampled_from(said))
            if action == "delete":
                line = editor.delete_caption(target.name)
            elif action == "retype":
                line = editor.edit_caption(target.name, text=f"{target.text} mine")
            elif action == "restyle":
                line = editor.edit_caption(target.name, style="mine")
            elif action == "retime":
                line = editor.edit_caption(target.name, frames=target.frames.moved(data.draw(st.integers(-5, 30))))
            elif target.frames.length > 2:
                line = editor.split_caption(target.name, target.frames.start + 1)


def check(line, unlit):
    records = {record.id: record for record in load(line.ledger).records}
    standing = {ref.tag.record: ref for ref in of(line, "caption")}
    seen = Counter()
    for ref in of(line, "highlight"):
        record = records.get(ref.tag.record)
        if record is None:
            assert ref.style == "mine", "only what the editor changed outlives its record"
            continue
        seen[record.caption, record.line] += 1
        base = standing[record.caption]
        if len([caption for caption in of(line, "caption") if caption.tag.record == record.caption]) == 1:
            assert ref.text == base.text, "it says what its caption says"
            assert records[record.caption].look.motion != "none" or ref.style == "mine"
    assert all(count == 1 for count in seen.values()), "one for each line"
    assert not unlit & set(seen), "what was deleted stays deleted"


@pytest.mark.parametrize("motion", [WORD, POP, SWEEP])
def test_all_of_a_film_in_one_go(motion):
    spoken = transcript(*[speak(f"sentence number {n} of a long film.", 3 * n, word=Fraction(2, 5)) for n in range(40)])
    line = timeline(strip("s", 0, 125 * RATE.numerator, kind="SOUND"))
    line = run(line, motion, spoken)
    assert len(of(line, "highlight")) >= len(of(line, "caption")) == 40
    assert not changes(line, motion, spoken)
