"""What an editor does to captions with our operators, and that later runs keep it, on a paper timeline."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.timeline import caption_edits, caption_parts, merge
from assistant_editor.timeline.caption_list import words_of
from assistant_editor.timeline.caption_rules import CaptionRules
from assistant_editor.timeline.ledger import load
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners import captions as planner
from assistant_editor.timeline.state import CaptionRef
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import RATE, Editor, apply, free_name, refreshed, saying, speak, strip, swap, timeline, transcript
from paper import split as cut

TEXT = transcript(
    speak("One two three four five six seven.", 1),
    speak("Eight nine ten eleven twelve thirteen fourteen.", 4),
    speak("Fifteen sixteen seventeen eighteen nineteen twenty.", 8),
)
WORDS = {"m": TEXT}


def sound(**more):
    return timeline(strip("s", 0, 400, kind="SOUND"), **more)


def run(line, facts=WORDS, **options):
    """Auto Captions."""
    return apply(line, changes(line, facts, **options))


def changes(line, facts=WORDS, **options):
    plan = planner.plan(facts, line.strips, saying(**options), merge.standing(line), line.rate)
    return merge.merge(line, plan)


def done(line, edits):
    """The timeline with these edits, as the writer carries them out."""
    for becomes in edits.strips:
        ref = next(ref for ref in line.captions if ref.name == becomes.name)
        made = []
        for number, piece in enumerate(becomes.pieces):
            name = free_name(line, ref.name) if number else ref.name
            channel = piece.channel or ref.channel
            made.append(replace(ref, name=name, frames=piece.frames, text=piece.text, tag=piece.tag or ref.tag, channel=channel))
        line = replace(line, captions=swap(line.captions, ref.name, *made))
    return refreshed(replace(line, ledger=edits.ledger))


def texts(line):
    return [ref.text.replace("\n", " ") for ref in line.captions]


def said(line):
    return [word.text.strip() for ref in line.captions for word in words_of(ref)]


def times(line):
    return {word.text.strip(): (word.start, word.end) for ref in line.captions for word in words_of(ref)}


def first(line):
    return line.captions[0]


class TestText:
    def test_a_corrected_word_keeps_its_time_and_a_run_keeps_the_word(self):
        line = run(sound())
        before = times(line)
        line = done(line, caption_edits.retext(line, {first(line).name: "One two tree four five six seven."}))
        assert times(line)["tree"] == before["three"] and times(line)["four"] == before["four"]
        again = changes(line)
        assert not again and again.kept == 1
        restyled = run(line, style=CaptionStyle(bold=True))
        assert texts(restyled)[0] == "One two tree four five six seven."
        assert times(restyled)["tree"] == before["three"], "a new look writes the tag anew, with the words as corrected"

    def test_a_text_typed_into_the_strip_has_its_times_at_once(self):
        line = run(sound())
        before = times(line)
        line = Editor(line).edit_caption(first(line).name, text="Two three,\nseven!")
        assert [word.text.strip() for word in words_of(first(line))] == ["Two", "three,", "seven!"]
        assert times(line)["three,"] == before["three"]
        assert words_of(first(run(line, style=CaptionStyle(bold=True))))[1].start == before["three"][0]

    def test_what_was_heard_anew_gives_the_corrected_words_their_times(self):
        line = run(sound())
        line = done(line, caption_edits.retext(line, {first(line).name: "One two tree four five six seven."}))
        later = transcript(speak("One two three four five six seven.", Fraction(11, 10)), *[list(u.words) for u in TEXT.utterances[1:]])
        line = run(line, {"m": later})
        assert times(line)["tree"][0] == Fraction(11, 10) + 2 * Fraction(3, 10)

    def test_accepted_words_stay_accepted(self):
        line = run(sound())
        line = done(line, caption_edits.accept(line, [first(line).name]))
        assert {word.confidence for word in words_of(first(line))} == {1.0}
        assert not changes(line)
        assert {word.confidence for word in words_of(first(run(line, style=CaptionStyle(bold=True))))} == {1.0}
        assert not caption_edits.accept(line, [first(line).name])

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("a\x01b\x00\x7fc", "abc"), ("  a \r\n\r\n b\t c ", "a\nb  c"), ("👩‍👩‍👧 ok 🎉", "👩‍👩‍👧 ok 🎉"), ("a\u2028b\x85c", "a\nb\nc"),
            ("\u202b\u05e9\u05dc\u202c", "\u202b\u05e9\u05dc\u202c"), ("a\ud800b", "ab"),
        ],
    )  # fmt: skip
    def test_control_characters_go_and_everything_else_stays(self, typed, kept):
        assert caption_edits.cleaned(typed) == kept

    @pytest.mark.parametrize("typed", ["", " \n\t", "\x00\x01"])
    def test_nothing_is_no_text(self, typed):
        line = run(sound())
        with pytest.raises(EditorError, match="needs text"):
            caption_edits.retext(line, {first(line).name: typed})

    def test_a_very_long_line_is_taken(self):
        line = run(sound())
        long = "word " * 2000
        edits = caption_edits.retext(line, {first(line).name: long})
        assert edits.strips[0].pieces[0].text == long.strip()
        words = edits.strips[0].pieces[0].tag.words
        assert len(words) == 2000 and all(one.start <= one.end for one in words)

    def test_an_own_strip_gets_no_tag(self):
        line = replace(sound(), captions=(CaptionRef("mine", "Title", 5, FrameRange(10, 60), "look"),))
        edits = caption_edits.retext(line, {"mine": "Other title"})
        assert edits.strips[0].pieces[0].tag is None and edits.ledger == line.ledger

    def test_who_is_not_there_cannot_be_edited(self):
        with pytest.raises(EditorError, match="no caption"):
            caption_edits.retext(sound(), {"nobody": "x"})


class TestSplit:
    def test_words_go_to_the_halves_by_time(self):
        line = run(sound())
        before, name = times(line), first(line).name
        three = round(before["three"][0] * RATE)
        line = done(line, caption_parts.split(line, name, frame=three + 2, gap=2))
        assert texts(line)[:2] == ["One two", "three four five six seven."]
        left, right = line.captions[:2]
        assert (left.frames.end, right.frames.start) == (three - 2, three)
        assert [word.text.strip() for word in words_of(left)] == ["One", "two"]
        assert times(line) == before

    def test_a_run_keeps_both_halves_and_doubles_nothing(self):
        line = run(sound())
        line = done(line, caption_parts.split(line, first(line).name, word=3))
        halves = [(ref.text, ref.frames) for ref in line.captions[:2]]
        again = changes(line)
        assert not again.adds and not again.removes
        line = run(apply(line, again), max_characters=20)
        assert [(ref.text, ref.frames) for ref in line.captions[:2]] == halves
        assert sorted(said(line)) == sorted(word.text.strip() for word in TEXT.words)

    def test_the_look_of_halves_follows(self):
        line = run(sound())
        line = done(line, caption_parts.split(line, first(line).name, word=3))
        line = run(line, style=CaptionStyle(bold=True))
        assert all(ref.style == repr(CaptionStyle(bold=True)) for ref in line.captions)

    def test_a_deleted_half_stays_deleted_and_the_other_stands(self):
        line = run(sound())
        line = done(line, caption_parts.split(line, first(line).name, word=3))
        line = done(line, caption_edits.delete(line, [line.captions[1].name]))
        for _ in range(2):
            line = run(line, max_characters=30)
            assert texts(line)[0] == "One two three"
            assert not {"four", "five", "six", "seven."} & set(said(line))

    def test_halves_of_a_moved_strip_stay_where_they_are(self):
        line = run(sound())
        line = done(line, caption_parts.split(line, first(line).name, word=3))
        halves = [(ref.text, ref.frames) for ref in line.captions[:2]]
        line = run(Editor(line).ripple(0, 10, captions=False))
        assert [(ref.text, ref.frames) for ref in line.captions[:2]] == halves

    def test_halves_are_split_again_and_merged_again(self):
        line = run(sound())
        whole = first(line)
        line = done(line, caption_parts.split(line, whole.name, word=2))
        line = done(line, caption_parts.split(line, line.captions[1].name, word=2))
        assert texts(line)[:3] == ["One two", "three four", "five six seven."]
        line = run(line)
        for _ in range(2):
            line = done(line, caption_parts.join(line, whole.name, CaptionRules()))
        assert texts(line)[0] == texts(run(sound()))[0]
        assert first(line).frames == whole.frames and words_of(first(line)) == words_of(whole)
        again = changes(line)
        assert not again.adds and not again.removes

    def test_line_breaks_of_the_rest_are_kept(self):
        line = run(sound())
        line = done(line, caption_edits.retext(line, {first(line).name: "One two\nthree four\nfive six seven."}))
        line = done(line, caption_parts.split(line, first(line).name, word=2))
        assert [ref.text for ref in line.captions[:2]] == ["One two", "three four\nfive six seven."]

    def test_a_strip_of_ones_own_is_split_by_its_length(self):
        line = replace(sound(), captions=(CaptionRef("mine", "Some words here now", 5, FrameRange(100, 200), "look"),))
        edits = caption_parts.split(line, "mine", frame=151)
        left, right = edits.strips[0].pieces
        assert (left.text, right.text) == ("Some words", "here now") and left.tag is None
        assert 140 <= right.frames.start <= 160 and left.frames.end == right.frames.start

    @pytest.mark.parametrize("what", [{"frame": 5000}, {"word": 0}, {"word": 7}, {}])
    def test_where_nothing_can_be_split_is_refused(self, what):
        line = run(sound())
        with pytest.raises(EditorError):
            caption_parts.split(line, first(line).name, **what)

    def test_the_first_frame_is_no_place_to_split(self):
        line = run(sound())
        with pytest.raises(EditorError, match="begins at the playhead"):
            caption_parts.split(line, first(line).name, frame=first(line).frames.start)

    def test_one_word_and_one_frame_are_refused(self):
        refs = CaptionRef("a", "Word", 5, FrameRange(1, 9), ""), CaptionRef("b", "Two words", 5, FrameRange(9, 10), "")
        line = replace(sound(), captions=refs)
        with pytest.raises(EditorError, match="one word"):
            caption_parts.split(line, "a", word=1)
        with pytest.raises(EditorError, match="one frame"):
            caption_parts.split(line, "b", word=1)

    def test_pieces_split_by_hand_stay_one_caption_to_the_ledger(self):
        line = run(sound())
        line = Editor(line).split_caption(first(line).name, 60)
        line = done(line, caption_parts.split(line, first(line).name, word=2))
        again = changes(line)
        assert not again.adds and not again.removes
        assert len(load(line.ledger).records) == 3

    def test_a_copy_is_split_without_touching_the_original(self):
        line = run(sound())
        line = run(Editor(line).duplicate(600))
        copies = [ref for ref in line.captions if ref.frames.start > 500]
        line = done(line, caption_parts.split(line, copies[0].name, word=3))
        again = changes(line)
        assert not again.adds and not again.removes
        assert texts(line)[0] == "One two three four five six seven."


class TestJoin:
    def test_both_captions_words_are_in_one(self):
        line = run(sound())
        before = line.captions
        line = done(line, caption_parts.join(line, first(line).name, CaptionRules()))
        assert texts(line)[0] == "One two three four five six seven. Eight nine ten eleven twelve thirteen fourteen."
        assert first(line).frames == FrameRange(before[0].frames.start, before[1].frames.end)
        assert max(map(len, first(line).text.split("\n"))) <= 42
        assert words_of(first(line)) == (*words_of(before[0]), *words_of(before[1]))

    def test_a_run_neither_doubles_nor_resurrects(self):
        line = run(sound())
        line = done(line, caption_parts.join(line, first(line).name, CaptionRules()))
        stands = [(ref.text, ref.frames) for ref in line.captions]
        again = changes(line)
        assert not again.adds and not again.removes
        line = run(run(apply(line, again)), style=CaptionStyle(bold=True))
        assert [(ref.text, ref.frames) for ref in line.captions] == stands
        assert [record.state for record in load(line.ledger).records] == ["live", "live"]
        assert said(line) == [word.text.strip() for word in TEXT.words]

    def test_the_third_is_joined_too(self):
        line = run(sound())
        for _ in range(2):
            line = done(line, caption_parts.join(line, first(line).name, CaptionRules()))
        assert len(line.captions) == 1 and said(run(line)) == [word.text.strip() for word in TEXT.words]
        with pytest.raises(EditorError, match="No caption follows"):
            caption_parts.join(line, first(line).name, CaptionRules())

    def test_what_was_deleted_between_stays_deleted(self):
        line = run(sound())
        line = done(line, caption_edits.delete(line, [line.captions[1].name]))
        line = run(done(line, caption_parts.join(line, first(line).name, CaptionRules())))
        assert len(line.captions) == 1 and "nine" not in said(line)
        assert texts(run(line, max_characters=60)) == texts(line)

    def test_captions_of_parts_that_do_not_follow_each_other(self):
        line = timeline(strip("b", 0, 100, kind="SOUND", origin=-200), strip("a", 100, 190, kind="SOUND", origin=100))
        line = run(line)
        assert len(line.captions) == 2
        line = done(line, caption_parts.join(line, first(line).name, CaptionRules()))
        assert len(line.captions) == 1
        assert len(run(run(line)).captions) == 1, "the second one's words are not written again"

    def test_an_own_strip_joined_with_a_caption_becomes_the_captions(self):
        line = run(sound())
        own = CaptionRef("mine", "Zero.", 9, FrameRange(2, 20), "look")
        line = refreshed(replace(line, captions=(own, *line.captions)))
        line = done(line, caption_parts.join(line, "mine", CaptionRules()))
        assert texts(line)[0] == "Zero. One two three four five six seven."
        again = changes(line)
        assert not again.adds and not again.removes

    def test_what_stands_between_is_not_run_over(self):
        line = run(sound())
        between = (first(line).channel, FrameRange(first(line).frames.end, first(line).frames.end + 1))
        line = replace(line, occupied=(*line.occupied, between))
        with pytest.raises(EditorError, match="stands between"):
            caption_parts.join(line, first(line).name, CaptionRules())

    def test_two_speakers_keep_their_lines(self):
        refs = (CaptionRef("a", "- Who?", 5, FrameRange(1, 20), ""), CaptionRef("b", "- Me.", 5, FrameRange(22, 40), ""))
        edits = caption_parts.join(replace(sound(), captions=refs), "a", CaptionRules())
        assert edits.strips[-1].pieces[0].text == "- Who?\n- Me."


class TestShift:
    def test_all_go_as_far_and_a_run_leaves_them_there(self):
        line = run(sound())
        before = [ref.frames for ref in line.captions]
        line = done(line, caption_edits.shift(line, [ref.name for ref in line.captions], 7))
        assert [ref.frames for ref in line.captions] == [frames.moved(7) for frames in before]
        assert [ref.frames for ref in run(line).captions] == [frames.moved(7) for frames in before]

    @pytest.mark.parametrize("by", [1000, -1000])
    def test_none_goes_over_or_past_another(self, by):
        line = run(sound())
        with pytest.raises(EditorError, match=r"at most") as told:
            caption_edits.shift(line, [line.captions[1].name], by)
        room = int(told.value.remedy.split("by ")[1].split()[0])
        sign = 1 if by > 0 else -1
        moved = done(line, caption_edits.shift(line, [line.captions[1].name], sign * room))
        assert [ref.text for ref in moved.captions] == [ref.text for ref in line.captions]
        with pytest.raises(EditorError):
            caption_edits.shift(moved, [moved.captions[1].name], sign)

    def test_overlap_that_is_asked_for_goes_to_a_free_channel(self):
        line = run(sound())
        name = line.captions[1].name
        edits = caption_edits.shift(line, [name], 60, overlap=True)
        assert edits.strips[0].pieces[0].channel not in (0, line.captions[0].channel)

    def test_nothing_goes_into_something_else(self):
        line = run(sound())
        last = line.captions[-1]
        line = replace(line, occupied=(*line.occupied, (last.channel, FrameRange(last.frames.end + 5, last.frames.end + 30))))
        for overlap in (False, True):
            with pytest.raises(EditorError, match="another strip"):
                caption_edits.shift(line, [last.name], 8, overlap=overlap)
        assert caption_edits.shift(line, [last.name], 5)

    @pytest.mark.parametrize(("names", "by"), [((), 5), (("x",), 0), (("x",), 10**6)])
    def test_nothing_to_do_is_said(self, names, by):
        line = replace(sound(), captions=(CaptionRef("x", "x", 5, FrameRange(1, 9), ""),))
        with pytest.raises(EditorError):
            caption_edits.shift(line, names, by)

    def test_five_thousand_are_moved_at_once(self):
        refs = tuple(CaptionRef(f"c{n}", "words", 5, FrameRange(10 * n, 10 * n + 8), "") for n in range(5000))
        line = refreshed(replace(sound(), captions=refs))
        assert len(caption_edits.shift(line, [ref.name for ref in refs[2500:]], 2).strips) == 2500


class TestDelete:
    def test_deleted_ones_stay_deleted(self):
        line = run(sound())
        line = done(line, caption_edits.delete(line, [line.captions[1].name]))
        line = run(run(line), max_characters=60)
        assert len(line.captions) == 2 and "nine" not in said(line)

    def test_a_deleted_copy_stays_deleted_too(self):
        line = run(sound())
        line = Editor(line).duplicate(600)
        copies = [ref for ref in line.captions if ref.frames.start > 500]
        line = done(line, caption_edits.delete(line, [copies[0].name]))
        line = run(run(line))
        assert texts(line).count("One two three four five six seven.") == 1


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_is_split_and_merged_no_word_is_lost_doubled_or_reordered(data):
    line = run(sound())
    wanted = [word.text.strip() for word in TEXT.words]
    for _ in range(data.draw(st.integers(1, 6))):
        ref = data.draw(st.sampled_from(line.captions))
        what = data.draw(st.sampled_from(["split", "join", "run", "look"]))
        try:
            if what == "split":
                line = done(line, caption_parts.split(line, ref.name, word=data.draw(st.integers(1, 6)), gap=2))
            elif what == "join":
                line = done(line, caption_parts.join(line, ref.name, CaptionRules()))
            else:
                line = run(line, **({"style": CaptionStyle(bold=True)} if what == "look" else {}))
        except EditorError:
            continue
        assert said(line) == wanted
        assert " ".join(texts(line)).split() == wanted
    again = changes(line)
    assert not again.adds and not again.removes
    assert times(run(line)) == {word.text.strip(): (word.start, word.end) for word in TEXT.words}


def cut_strips(line, frame):
    found = next((ref for ref in line.strips if ref.frames.start < frame < ref.frames.end), None)
    return refreshed(cut(line, found.name, frame)) if found else line


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_else_is_cut_moved_and_corrected_meanwhile_a_run_changes_no_word_and_settles(data):
    line = run(sound())
    for _ in range(data.draw(st.integers(1, 7))):
        ref = data.draw(st.sampled_from(line.captions))
        what = data.draw(st.sampled_from(["split", "join", "run", "look", "cut", "ripple", "shift", "text"]))
        try:
            if what == "split":
                line = done(line, caption_parts.split(line, ref.name, word=data.draw(st.integers(1, 6)), gap=2))
            elif what == "join":
                line = done(line, caption_parts.join(line, ref.name, CaptionRules()))
            elif what == "shift":
                line = done(line, caption_edits.shift(line, [ref.name], data.draw(st.integers(-10, 10))))
            elif what == "text":
                line = done(line, caption_edits.retext(line, {ref.name: ref.text.upper()}))
            elif what == "cut":
                line = cut_strips(line, data.draw(st.integers(5, 390)))
            elif what == "ripple":
                line = Editor(line).ripple(-1000, data.draw(st.integers(-3, 40)))
            else:
                line = run(line, **({"style": CaptionStyle(bold=True)} if what == "look" else {}))
        except EditorError:
            continue
    line = run(line)
    assert " ".join(texts(line)).lower().split() == " ".join(word.text for word in TEXT.words).lower().split()
    again = changes(line)
    assert not again.adds and not again.removes
