"""Subtitles read onto a timeline: everything stands where the file says, and reading again respects the editor's hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import caption_edits, caption_parts
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.merge import merge, standing
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners import captions
from assistant_editor.timeline.state import CaptionRef
from assistant_editor.timeline.subtitle_cues import Cue, Run, Subtitles, cue
from assistant_editor.timeline.subtitle_merge import Reading, guessed_zero, merged
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import USUAL, Editor, apply, refreshed, saying, speak, strip, timeline, transcript

OWN = CaptionRef("Title", "The Film", 5, FrameRange(1, 40), "own")


def file(*rows: tuple[float, float, str], name: str = "a.srt", **more: object) -> Reading:
    cues = tuple(cue(Fraction(str(start)), Fraction(str(end)), text) for start, end, text in rows)
    return Reading(Subtitles(cues), name, **more)  # type: ignore[arg-type]


def read(line, reading: Reading):
    return apply(line, merged(line, reading).changes)


def seen(line):
    return [(ref.frames.start, ref.frames.end, ref.text) for ref in line.captions if ref.tag is not None]


THREE = file((0, 1, "One"), (2, 3, "Two"), (4, 6, "Three"))
FIRST = [(1, 26, "One"), (51, 76, "Two"), (101, 151, "Three")]


def names(line):
    return [ref.name for ref in line.captions if ref.tag is not None]


def test_everything_stands_where_the_file_says_and_a_second_reading_changes_nothing() -> None:
    line = refreshed(timeline(captions=(OWN,)))
    once = read(line, THREE)
    assert seen(once) == FIRST and OWN in once.captions
    again = merged(once, THREE)
    assert not again.changes and again.changes.ledger == once.ledger
    assert [record.reason for record in load(once.ledger).records] == ["Read from a.srt."] * 3


def test_a_changed_file_changes_what_it_wrote_and_nothing_else() -> None:
    line = read(refreshed(timeline(captions=(OWN,))), THREE)
    other = file((1, 2, "One"), (3, 4, "Two and a half"), (4, 5, "New"), (5, 7, "Three"))
    then = read(line, other)
    assert seen(then) == [(26, 51, "One"), (76, 101, "Two and a half"), (101, 126, "New"), (126, 176, "Three")]
    assert set(names(line)) - set(names(then)) == {names(line)[1]}, "what was said otherwise at another time is new; the rest was moved"
    back = read(then, THREE)
    assert seen(back) == FIRST and OWN in back.captions


def test_what_the_editor_changed_stays_field_by_field() -> None:
    line = read(timeline(), THREE)
    one, two, three = names(line)
    line = Editor(line).edit_caption(one, text="ONE!")
    line = Editor(line).edit_caption(two, frames=FrameRange(55, 80))
    line = Editor(line).delete_caption(three)
    then = read(line, file((0.4, 1.4, "One"), (2, 3, "Two, corrected"), (4, 6, "Three"), (7, 8, "Four")))
    assert seen(then) == [(11, 36, "ONE!"), (55, 80, "Two, corrected"), (176, 201, "Four")]
    gone = read(then, file((9, 10, "Other")))
    assert seen(gone) == [(11, 36, "ONE!"), (55, 80, "Two, corrected"), (226, 251, "Other")]


def test_split_and_copied_captions_are_not_doubled() -> None:
    line = read(timeline(), THREE)
    one, two, _three = names(line)
    line = Editor(line).split_caption(one, 10)
    ref = next(ref for ref in line.captions if ref.name == two)
    copy = replace(ref, name="Copy", frames=ref.frames.moved(120))
    line = refreshed(replace(line, captions=(*line.captions, copy)))
    then = read(line, THREE)
    assert seen(then) == seen(line)


@pytest.mark.parametrize("medium", ["", "m"])
def test_captions_split_merged_and_deleted_in_the_list_stay_so(medium: str) -> None:
    rows = ((0, 2, "One and more"), (2, 3, "Two"), (4, 5, "Three"), (6, 8, "Four"))
    line = read(timeline(strip("sound", 1, 1000, kind="SOUND", origin=1)), file(*rows, medium=medium))
    one, _two, _three, four = names(line)
    line = edited(line, caption_parts.split(line, one, word=1))
    line = edited(line, caption_parts.join(line, next(ref.name for ref in line.captions if ref.text == "Two"), USUAL))
    line = edited(line, caption_edits.delete(line, [four]))
    before = seen(line)
    assert [text for _start, _end, text in before] == ["One", "and more", "Two Three"] and four not in names(line)
    assert seen(read(line, file(*rows, medium=medium))) == before
    other = read(line, file(*rows[:3], (6, 8, "Four!"), (9, 10, "Five"), medium=medium))
    assert seen(other) == [*before, (226, 251, "Five")]


def edited(line, edits):
    """The timeline after an edit of the caption list."""
    found = list(line.captions)
    for becomes in edits.strips:
        ref = next(ref for ref in found if ref.name == becomes.name)
        found.remove(ref)
        for number, piece in enumerate(becomes.pieces):
            tag = piece.tag or ref.tag
            found.append(replace(ref, name=ref.name + ".001" * number, frames=piece.frames, text=piece.text, tag=tag))
    return refreshed(replace(line, captions=tuple(found), ledger=edits.ledger))


def test_two_files_and_two_kinds_do_not_know_each_other() -> None:
    line = read(timeline(), THREE)
    both = merged(line, file((0, 1, "Eins"), name="b.srt"))
    assert len(both.changes.adds) == 1 and not both.changes.removes
    other = merged(line, replace(THREE, kind="translation"))
    assert len(other.changes.adds) == 3 and not other.changes.removes and not other.changes.updates


def test_another_zero_moves_what_nobody_touched() -> None:
    hour = file((3600, 3601, "One"), (3602, 3603, "Two"), name="late.srt")
    assert guessed_zero(hour.subtitles.cues) == 3600 and guessed_zero(THREE.subtitles.cues) == 0
    assert guessed_zero([cue(Fraction(36_010), Fraction(36_011), "x")]) == 36_000
    hour = replace(hour, zero=Fraction(3600))
    line = read(timeline(), hour)
    assert seen(line) == [(1, 26, "One"), (51, 76, "Two")]
    moved = Editor(line).edit_caption(names(line)[1], frames=FrameRange(60, 85))
    then = read(moved, replace(hour, zero=Fraction(3599)))
    assert seen(then) == [(26, 51, "One"), (60, 85, "Two")]
    with pytest.raises(EditorError, match="Nothing in late"):
        merged(line, replace(hour, zero=Fraction(7200)))
    early = merged(timeline(), replace(hour, zero=Fraction(3602)))
    assert any("1 entries lie before" in told for told in early.plan.notices)


def test_cues_at_one_time_all_stand_and_stay() -> None:
    reading = file((0, 2, "Left"), (0, 2, "Right"), (1, 3, "Late"), (0, 2, "Left"))
    line = read(timeline(), reading)
    assert sorted(seen(line)) == [(1, 51, "Left"), (1, 51, "Left"), (1, 51, "Right"), (26, 76, "Late")]
    assert len(set(names(line))) == 4
    assert not merged(line, reading).changes
    moved = Editor(line).edit_caption(names(line)[0], frames=FrameRange(150, 200))
    assert len(seen(read(moved, reading))) == 4
    assert any("3 captions overlap" in told for told in merged(timeline(), reading).plan.notices)


def test_a_files_looks_go_before_the_scenes() -> None:
    usual = CaptionStyle(position=(0.5, 0.1))
    runs = (Run("All ", italic=True), Run("slanted", italic=True, color="#ff0000"))
    cues = (Cue(Fraction(0), Fraction(1), runs, "Ann", "top"), cue(Fraction(2), Fraction(3), "Plain"))
    reading = Reading(Subtitles(cues), "a.vtt", style=usual)
    one, two = (add.edit for add in merged(timeline(), reading).changes.adds)
    assert (one.style.italic, one.style.anchor, one.style.position, one.style.color) == (True, "top", (0.5, 0.9), (1, 0, 0, 1))
    assert (one.speaker, two.style) == ("Ann", usual)
    assert any("1 captions have more than one look" in told for told in merged(timeline(), reading).plan.notices)
    assert all(add.edit.style == usual for add in merged(timeline(), replace(reading, looks=False)).changes.adds)
    styled = Cue(Fraction(0), Fraction(1), (Run("x", bold=True),), style="S")
    named = Reading(Subtitles((styled,), {"S": CaptionStyle(box=True, bold=True)}), "a.ass")
    assert merged(timeline(), named).changes.adds[0].edit.style == CaptionStyle(box=True, bold=True)


def test_text_that_no_strip_can_hold_is_divided() -> None:
    text = " ".join(f"word{n}" for n in range(60)) + " " + "x" * 300 + " ☃☃☃" * 60
    reading = replace(file((0, 60, text), (70, 71, "Short")), most=120)
    found = merged(timeline(), reading)
    texts = [add.edit.text for add in found.changes.adds]
    assert "".join("".join(texts).split()) == "".join(text.split()) + "Short"
    assert all(len(text.encode()) <= 120 for text in texts)
    frames = [add.edit.frames for add in found.changes.adds]
    assert all(a.end <= b.start for a, b in pairwise(frames)) and frames[-2].end == 1501
    line = apply(timeline(), found.changes)
    assert not merged(line, reading).changes


FILM = (strip("film", 1, 251), strip("sound", 1, 251, kind="SOUND", channel=2))
TALK = transcript(speak("One two three four five.", 1), speak("Six seven eight nine ten.", 5))


def auto(line):
    plan = captions.plan({"m": TALK}, [line.strip("sound")], saying(), standing(line), line.rate)
    return apply(line, merge(line, plan))


def test_the_file_of_a_medium_stands_through_its_pieces_and_later_runs_leave_it_alone() -> None:
    pieces = (strip("a", 1, 51, kind="SOUND"), strip("b", 101, 151, kind="SOUND"), strip("c", 51, 76, kind="SOUND"))
    line = timeline(*pieces)
    reading = file((0.2, 1, "In a"), (1.8, 2.6, "Through a and c"), (3.2, 3.8, "Nowhere"), (4.8, 5.2, "In b"), name="clip.srt", medium="m")
    line = read(line, reading)
    assert seen(line) == [(5, 25, "In a"), (45, 65, "Through a and c"), (120, 130, "In b")]
    assert not merged(line, reading).changes
    assert any("1 entries lie in parts" in told for told in merged(timeline(*pieces), reading).plan.notices)
    words = [word.text for ref in line.captions for word in ref.tag.words]
    assert [word.strip() for word in words] == ["In", "a", "Through", "a", "and", "c", "In", "b"]

    film = read(timeline(*FILM), file((1, 2, "WON TO THREE"), name="clip.srt", medium="m"))
    then = auto(film)
    assert (25, 50, "WON TO THREE") in seen(then)
    assert any("eight" in text for _start, _end, text in seen(then)) and not any("One" in text for _start, _end, text in seen(then))


def test_the_file_of_a_medium_takes_the_place_of_what_was_heard_there_only() -> None:
    line = auto(timeline(*FILM))
    before = seen(line)
    assert len(before) == 2
    reading = file((1.0, 2.4, "One, two, three, four, five!"), name="clip.srt", medium="m")
    then = read(line, reading)
    assert [text for _start, _end, text in seen(then)] == ["One, two, three, four, five!", before[1][2]]
    assert not merged(then, reading).changes
    changed = Editor(line).edit_caption(names(line)[0], text="By hand")
    kept = read(changed, reading)
    assert [text for _start, _end, text in seen(kept)] == ["By hand", before[1][2]]
    corrected = read(then, file((1.0, 2.4, "One to five."), name="clip.srt", medium="m"))
    assert [text for _start, _end, text in seen(corrected)] == ["One to five.", before[1][2]]
    by_hand = Editor(then).edit_caption(names(then)[0], text="Mine")
    assert seen(read(by_hand, file((1.0, 2.4, "One to five."), name="clip.srt", medium="m")))[0][2] == "Mine"
    deleted = Editor(then).delete_caption(names(then)[0])
    assert len(seen(read(deleted, reading))) == 1


ROW = st.tuples(st.integers(0, 200), st.integers(1, 40), st.sampled_from(("Yes.", "No.", "One", "Two\nlines")))
ROWS = st.lists(ROW, min_size=1, max_size=12)


@settings(max_examples=120, deadline=None)
@given(first=ROWS, second=ROWS, medium=st.sampled_from(("", "m")))
def test_whatever_the_files_the_last_one_stands_and_once_is_enough(first, second, medium) -> None:
    def reading(rows):
        return file(*((start / 10, (start + length) / 10, text) for start, length, text in rows), medium=medium)

    line = timeline(strip("sound", 1, 1000, kind="SOUND", origin=1))
    for rows in (first, second):
        line = read(line, reading(rows))
        wanted = sorted((1 + (start * 5 + 1) // 2, text) for start, _length, text in rows)
        assert sorted((start, text) for start, _end, text in seen(line)) == wanted
        assert not merged(line, reading(rows)).changes
