"""The transcript of a timeline: what is heard, when, and as the captions have it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assistant_editor.ml.facts import Span, Speakers, Turn
from assistant_editor.timeline import merge
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners.captions import CaptionOptions, plan
from assistant_editor.timeline.text_document import document, parse, stamp_of
from assistant_editor.timeline.text_words import spoken
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import RATE, USUAL, Editor, apply, split, strip, timeline
from tests.timeline.spoken_lines import length, texts, told, transcript

LINES = ("One two three four.", "Five six seven eight.", "Nine ten.")


def captioned(facts, *strips):
    line = timeline(*strips)
    options = CaptionOptions(rules=USUAL, style=CaptionStyle())
    planned = plan({"m": facts}, line.strips, options, merge.standing(line), RATE)
    return apply(line, merge.merge(line, planned))


def one_strip(facts):
    return strip("sound", 1, 1 + length(facts), origin=1, kind="SOUND")


def test_a_sentence_is_a_line_and_its_words_have_their_frames():
    found = told(*LINES)
    assert texts(found) == list(LINES)
    first = found.words[0]
    assert (first.start, first.end, first.strip, first.frames) == (11, 21, "sound", FrameRange(11, 21))
    assert document(found.lines) == "\n".join([*LINES, ""])


def test_what_was_cut_out_is_not_said():
    facts = transcript(LINES)
    whole = one_strip(facts)
    # The words three and four, frames 31 to 51, are cut out, and the rest moves up.
    left = replace(whole, frames=FrameRange(1, 31))
    right = replace(strip("b", 31, whole.frames.end - 20, origin=-19, kind="SOUND"))
    found = spoken(timeline(left, right), {"m": facts})
    assert texts(found) == ["One two Five six seven eight.", "Nine ten."]
    assert found.words[2].start == 51 and found.words[2].strip == "b"


def test_a_cut_within_a_sentence_does_not_end_its_line():
    facts = transcript(LINES)
    line = split(timeline(one_strip(facts)), "sound", 30)
    assert texts(spoken(line, {"m": facts})) == list(LINES)


def test_a_muted_strip_is_not_heard_and_said_so():
    facts = transcript(LINES)
    line = timeline(replace(one_strip(facts), muted=True), strip("other", 1, 50, medium="n", kind="SOUND"))
    found = spoken(line, {"m": facts})
    assert not found.lines and found.notices == ("other is left out: its words are not known.",)
    assert not spoken(line, {"m": facts}, silent={"n"}).notices


def test_captions_as_the_editor_left_them_give_the_words():
    facts = transcript(LINES)
    line = captioned(facts, one_strip(facts))
    first = line.captions[0]
    assert first.text.split() == LINES[0].split()
    line = Editor(line).edit_caption(first.name, text="One too three\nfour.")
    found = spoken(line, {"m": facts})
    assert texts(found)[0] == "One too three four."
    word = found.words[1]
    assert (word.caption, word.at, word.start) == (first.name, (3, 6), 21)


def test_without_a_transcript_the_captions_say_what_is_said():
    facts = transcript(LINES)
    line = captioned(facts, one_strip(facts))
    assert spoken(line, {}) == spoken(line, {"m": facts})
    line = Editor(line).delete_caption(line.captions[1].name)
    assert texts(spoken(line, {})) == [LINES[0], LINES[2]]


def test_a_caption_gives_its_words_where_it_stands_and_to_no_copy_of_the_medium():
    facts = transcript(LINES[:1])
    end = 1 + length(facts)
    line = captioned(facts, one_strip(facts))
    again = strip("again", end, 2 * end - 1, origin=end, kind="SOUND", channel=2)
    line = replace(Editor(line).edit_caption(line.captions[0].name, text="Uno two three four."), strips=(*line.strips, again))
    assert texts(spoken(line, {"m": facts})) == ["Uno two three four.", LINES[0]]


def test_speakers_are_named_once_a_line_and_marks_are_no_words():
    facts = transcript(LINES)
    turns = (Turn(Span(Fraction(0), Fraction(2)), 0, 0.9), Turn(Span(Fraction(2), Fraction(20)), 1, 0.9))
    who = {"m": Speakers(facts.span, Fraction(0), "x", turns, 0, "")}
    names = {("m", 0): "Anna", ("m", 1): "Ben Lee"}
    line = captioned(facts, one_strip(facts))
    line = Editor(line).edit_caption(line.captions[0].name, text="ANNA: One two three four.")
    line = Editor(line).edit_caption(line.captions[1].name, text="BEN LEE: Five six\n- seven eight.")
    found = spoken(line, {"m": facts}, speakers=who, names=names)
    assert document(found.lines).splitlines() == ["Anna: One two three four.", "Ben Lee: Five six seven eight.", "Ben Lee: Nine ten."]
    assert found.words[0].at == (5, 8) and found.words[4].at == (7, 11)


def test_two_microphones_say_it_once():
    facts = transcript(LINES)
    other = transcript([line.replace("Nine", "Mine") for line in LINES])
    line = timeline(one_strip(facts), strip("second", 1, 1 + length(facts), origin=1, kind="SOUND", medium="n", channel=2))
    found = spoken(line, {"m": facts, "n": other})
    assert texts(found) == list(LINES)
    assert {one.also for one in found.lines} == {("second",)} or {one.also for one in found.lines} == {("sound",)}


def test_different_things_said_at_once_are_all_there():
    facts, other = transcript(LINES), transcript(["Alpha beta gamma.", "Delta epsilon."])
    line = timeline(one_strip(facts), strip("second", 1, 1 + length(other), origin=1, kind="SOUND", medium="n", channel=2))
    assert sorted(texts(spoken(line, {"m": facts, "n": other}))) == sorted([*LINES, "Alpha beta gamma.", "Delta epsilon."])


def test_pauses_and_other_films_begin_a_paragraph():
    found = told(*LINES, pause=60)
    assert document(found.lines) == "\n\n".join(LINES) + "\n"


def test_names_of_people_and_titles_end_no_line():
    assert texts(told("Mr. J. Smith met Dr. Who. Then he left.")) == ["Mr. J. Smith met Dr. Who.", "Then he left."]
    assert texts(told("“Listen!” she said. “No.” “Yes.”")) == ["“Listen!” she said.", "“No.”", "“Yes.”"]


def test_without_full_stops_a_breath_ends_a_line():
    assert texts(told("one two three", "four five", "six", pause=5)) == ["one two three", "four five", "six"]


def test_a_text_tells_its_stamp_and_lines():
    found = told(*LINES)
    text = document(found.lines, "0123456789abcdef" * 2)
    assert stamp_of(text) == "0123456789abcdef" * 2 and not stamp_of(document(found.lines))
    assert [line.text for line in parse(text)] == list(LINES)
    mangled = "\ufeff" + text.replace("\n", "\r\n").replace("two", "two\u200b ") + "\r\n\r\n"
    assert [line.text for line in parse(mangled)] == list(LINES)
    assert [(one.number, one.speaker, one.text) for one in parse("\nANNA:  hello\nnote: bye\n", ["Anna"])] == [
        (2, "ANNA", "hello"), (3, "", "note: bye"),
    ]  # fmt: skip
