"""Another look for captions that stand: who gets it, and what later runs make of that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from assistant_editor.timeline import merge, restyle
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.plan import Caption, CaptionStyle, Plan
from assistant_editor.timeline.planners import captions as planner
from assistant_editor.timeline.state import CaptionRef, Tag, Timeline
from assistant_editor.timeline.timebase import FrameRange
from paper import Editor, apply, digest, saying, speak, strip, timeline, transcript

TEXT = {
    "m": transcript(
        speak("One two three four five six seven.", 1),
        speak("Eight nine ten eleven twelve thirteen fourteen.", 4),
        speak("Fifteen sixteen seventeen eighteen nineteen twenty.", 8),
    )
}
OLD, NEW = CaptionStyle(), CaptionStyle(font_size=0.1, box=True)


def run(line: Timeline, style: CaptionStyle = OLD, speakers: tuple[str, ...] = ("", "", "")) -> Timeline:
    """Captions written, by the speakers in turn."""
    plan: Plan = planner.plan(TEXT, line.strips, replace(saying(), style=style), merge.standing(line), line.rate)
    said = iter(speakers)
    edits = tuple(replace(edit, speaker=next(said, "")) if isinstance(edit, Caption) else edit for edit in plan.edits)
    return apply(line, merge.merge(line, replace(plan, edits=edits)))


@pytest.fixture
def line() -> Timeline:
    return run(timeline(strip("s", 0, 400, kind="SOUND")), speakers=("Ann", "Bob", "Ann"))


def looks(line: Timeline) -> list[str]:
    return [ref.style for ref in line.captions]


def everybody(_record: Any) -> CaptionStyle:
    return NEW


def test_all_captions_get_the_look_and_count_as_written_with_it(line: Timeline) -> None:
    restyled = apply(line, restyle.restyled(line, everybody))
    assert looks(restyled) == [digest(NEW)] * 3
    assert [(ref.text, ref.frames) for ref in restyled.captions] == [(ref.text, ref.frames) for ref in line.captions]
    assert looks(run(restyled, NEW)) == [digest(NEW)] * 3
    again = planner.plan(TEXT, line.strips, replace(saying(), style=NEW), merge.standing(restyled), line.rate)
    assert not merge.merge(restyled, again)
    assert looks(run(restyled, OLD)) == [digest(OLD)] * 3, "they follow the settings: they are not the editor's"


def test_twice_is_once(line: Timeline) -> None:
    restyled = apply(line, restyle.restyled(line, everybody))
    changes = restyle.restyled(restyled, everybody)
    assert not changes and changes.ledger == restyled.ledger


def test_the_captions_of_one_speaker(line: Timeline) -> None:
    record = restyle.record_of(line, line.captions[0].name)
    assert record.speaker == "Ann"
    restyled = apply(line, restyle.restyled(line, lambda other: NEW if other.speaker == record.speaker else None))
    assert looks(restyled) == [digest(NEW), digest(OLD), digest(NEW)]


def test_speakers_in_the_order_in_which_they_speak(line: Timeline) -> None:
    assert restyle.speakers(line) == ("Ann", "Bob")
    assert restyle.speakers(Editor(line).delete_caption(line.captions[0].name)) == ("Bob", "Ann")


def test_other_kinds_of_text_are_left_alone_unless_meant(line: Timeline) -> None:
    assert not restyle.restyled(line, everybody, kinds=("translation",))
    assert restyle.restyled(line, everybody, kinds=("translation", "caption"))


def test_a_look_can_be_settled(line: Timeline) -> None:
    settled = apply(line, restyle.restyled(line, everybody, settle=True))
    assert looks(run(settled, OLD)) == [digest(NEW)] * 3


def test_what_was_styled_by_hand_is_changed_only_when_asked(line: Timeline) -> None:
    line = Editor(line).edit_caption(line.captions[1].name, style="by hand")
    gently = apply(line, restyle.restyled(line, everybody, by_hand=False))
    assert looks(gently) == [digest(NEW), "by hand", digest(NEW)]
    assert looks(run(gently, OLD))[1] == "by hand"
    fully = apply(line, restyle.restyled(line, everybody))
    assert looks(fully) == [digest(NEW)] * 3
    assert looks(run(fully, OLD)) == [digest(OLD)] * 3


def test_a_caption_that_looks_so_by_hand_already_is_the_editors_no_more(line: Timeline) -> None:
    line = Editor(line).edit_caption(line.captions[1].name, style=digest(NEW))
    restyled = apply(line, restyle.restyled(line, everybody))
    assert looks(run(restyled, OLD)) == [digest(OLD)] * 3


def test_locked_captions_are_left_and_counted(line: Timeline) -> None:
    line = Editor(line).edit_caption(line.captions[0].name, held="strip 'Caption' is locked")
    changes = restyle.restyled(line, everybody)
    assert looks(apply(line, changes)) == [digest(OLD), digest(NEW), digest(NEW)]
    assert changes.notices == ("1 locked caption keeps its look.",)
    assert {record.look for record in load(changes.ledger).records} == {OLD, NEW}


def test_pieces_and_corrected_texts_get_it_too(line: Timeline) -> None:
    first, second, _third = line.captions
    line = Editor(line).split_caption(first.name, first.frames.start + 20)
    line = Editor(line).edit_caption(second.name, text="Eight nine ten.")
    restyled = apply(line, restyle.restyled(line, everybody))
    assert looks(restyled) == [digest(NEW)] * 4
    assert [ref.text for ref in restyled.captions] == [ref.text for ref in line.captions]
    later = run(restyled, NEW)
    assert [ref.text for ref in later.captions] == [ref.text for ref in line.captions], "the text stays the editor's"


def test_titles_and_captions_from_elsewhere_are_left_alone(line: Timeline) -> None:
    title = CaptionRef("Title", "My film", 5, FrameRange(0, 20), "title")
    alien = CaptionRef("Pasted", "Hello", 5, FrameRange(30, 50), "alien", "", Tag("scene-b", "1", "caption", 1.0, ""))
    line = replace(line, captions=(title, alien, *line.captions))
    assert {update.target for update in restyle.restyled(line, everybody).updates} == {ref.name for ref in line.captions[2:]}
    assert restyle.record_of(line, "Title") is None and restyle.record_of(line, "Pasted") is None


def test_captions_that_stand_can_keep_their_look(line: Timeline) -> None:
    changes = restyle.kept(line)
    assert not changes, "nothing on the timeline changes"
    settled = replace(line, ledger=changes.ledger)
    assert looks(run(settled, NEW)) == [digest(OLD)] * 3
    again = apply(settled, restyle.restyled(settled, everybody))
    assert looks(again) == [digest(NEW)] * 3 and looks(run(again, OLD)) == [digest(OLD)] * 3


def test_an_empty_timeline_has_nothing_to_change() -> None:
    line = timeline(strip("s", 0, 400, kind="SOUND"))
    for changes in (restyle.restyled(line, everybody), restyle.kept(line)):
        assert not changes and changes.ledger == line.ledger
