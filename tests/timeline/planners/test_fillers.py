"""Fillers: never a piece of a word that stays, once, in what is heard, with a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Span, Utterance
from assistant_editor.timeline.planners import fillers
from assistant_editor.timeline.planners.fillers import KINDS, FillerOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import strip
from tests.timeline.said import voice, words

RATE = Fraction(25)
SAID = (
    ("so", 1.0, 1.2), ("um", 1.5, 1.9), ("the", 2.2, 2.4), ("the", 2.44, 2.6), ("house", 2.6, 3.0), ("is", 3.0, 3.2), ("red.", 3.2, 3.8),
)  # fmt: skip
"""A filler between pauses, and a word twice."""


def sound(name="strip", start=0, end=250, **more):
    return strip(name, start, end, kind="SOUND", **more)


def proposed(said=SAID, parts=(), strips=None, options=None, rate=RATE, **more):
    transcript = words(*said) if isinstance(said, tuple) else said
    voices = {"m": voice(*parts)} if parts else {}
    return fillers.propose(voices, {"m": transcript}, strips or [sound()], options or FillerOptions(), rate, **more)


def told(found):
    return [(one.text, one.kind, one.frames.start, one.frames.end) for one in found.removals]


def test_a_filler_goes_with_its_pauses_but_for_what_stays():
    um, again = proposed().removals
    assert (um.text, um.kind, um.way, um.strip, um.medium) == ("um", "filler", "remove", "strip", "m")
    # Its pauses are 0.3 s and, up to half way to what goes too, 0.15 s; 0.15 s stay of them, by their shares. Frames are rounded inwards.
    assert (um.frames.start, um.frames.end) == (33, 50) and um.why.confidence >= 0.85 and "um" in um.why.reason
    assert um.span == Span(Fraction(33, 25), Fraction(2))
    assert (again.text, again.kind) == ("the", "repeat") and "twice" in again.why.reason


def test_after_a_sentence_a_longer_pause_stays():
    said = (("so.", 1.0, 1.2), *SAID[1:])
    plain, sentence = proposed().removals[0], proposed(said).removals[0]
    assert sentence.frames.length < plain.frames.length
    none = proposed(options=FillerOptions(pause=Fraction(0))).removals[0]
    assert (none.frames.start, none.frames.end) == (30, 51)


def test_long_pauses_are_left_to_the_search_for_silences():
    said = (("so", 1.0, 1.2), ("um", 4.0, 4.4), ("then", 8.0, 8.4))
    (um,) = proposed(said).removals
    assert 88 <= um.frames.start < um.frames.end <= 122


def test_in_the_flow_of_speech_it_is_cut_at_its_edges():
    said = (("so", 1.0, 1.2), ("um", 1.2, 1.6), ("the", 1.6, 1.8))
    (um,) = proposed(said).removals
    assert (um.frames.start, um.frames.end) == (30, 40)
    dip = ("room", 1.0), ("speech", 0.22), ("soft", 0.02), ("speech", 0.34), ("soft", 0.02), ("speech", 0.2), ("room", 0.5)
    (um,) = proposed(said, dip).removals
    assert (um.span.start, um.span.end) >= (Fraction("1.2"), Fraction("1.5")) and um.frames.start == 31 and um.frames.end == 39


def test_each_kind_can_be_left_out():
    kinds = {one.text for one in proposed(options=FillerOptions(kinds=("repeats",))).removals}
    assert kinds == {"the"}
    assert {one.text for one in proposed(options=FillerOptions(kinds=("sounds",))).removals} == {"um"}
    assert not proposed(options=FillerOptions(kinds=())).removals


def test_less_sure_ones_are_left_out():
    said = (("he", 1.0, 1.2), ("you", 1.25, 1.4), ("know", 1.4, 1.6), ("went", 1.65, 1.9))
    assert not proposed(said).removals
    (one,) = proposed(said, options=FillerOptions(least=0.1)).removals
    assert one.text == "you know" and one.why.confidence < 0.4


def test_phrases_of_ones_own_and_other_languages():
    said = (("he", 1.0, 1.2), ("yada", 1.4, 1.5), ("went", 1.7, 1.9), ("äh", 2.2, 2.4), ("home", 2.8, 3.0))
    assert [one.text for one in proposed(said, options=FillerOptions(own=("yada",))).removals] == ["yada"]
    assert [one.text for one in proposed(said, options=FillerOptions(languages=("de",))).removals] == ["äh"]


def test_each_part_of_a_transcript_goes_by_its_own_language():
    mixed = words(("er", 1.0, 1.3), ("ist", 1.5, 1.8), ("er", 3.0, 3.3), ("yes", 3.6, 4.0))
    one, two, three, four = mixed.words
    mixed = replace(mixed, utterances=(Utterance((one, two), 0.0, "de"), Utterance((three, four), 0.0, "en")))
    (found,) = proposed(mixed).removals
    assert found.span.start > 2


def test_a_sound_without_a_word_is_found_in_the_voice():
    said = (("so", 1.0, 1.3), ("then", 2.4, 2.7), ("we", 2.7, 2.9), ("go", 2.9, 3.2))
    heard = ("room", 1.0), ("speech", 0.3), ("room", 0.3), ("speech", 0.4), ("room", 0.4), ("speech", 0.8), ("room", 2.0)
    (one,) = proposed(said, heard).removals
    assert one.text == "(um)" and one.kind == "filler" and 1.3 < float(one.span.start) < 1.6 and 2.0 < float(one.span.end) < 2.4
    assert not proposed(said).removals
    assert not proposed(said, heard, options=FillerOptions(kinds=("phrases",))).removals


def test_words_again_for_which_there_is_no_time_are_not_sure():
    line = "we had a house by the sea"
    said = tuple((text, 1 + n * 0.3, 1.28 + n * 0.3) for n, text in enumerate(line.split()))
    (slow,) = proposed((*said, *((text, start + 2.1, end + 2.1) for text, start, end in said))).removals
    quick = tuple((text, 3.1 + n * 0.06, 3.15 + n * 0.06) for n, text in enumerate(line.split()))
    (fast,) = proposed((*said, *quick), options=FillerOptions(least=0.0)).removals
    assert slow.why.confidence > 0.8 > 0.4 > fast.why.confidence and "hardly time" in fast.why.reason


def test_a_filler_that_was_timed_too_short_goes_as_a_whole():
    said = (("so", 1.0, 1.3), ("um", 1.55, 1.6), ("then", 2.4, 2.7), ("we", 2.7, 2.9), ("go", 2.9, 3.2))
    heard = ("room", 1.0), ("speech", 0.3), ("room", 0.3), ("speech", 0.4), ("room", 0.4), ("speech", 0.8), ("room", 2.0)
    (one,) = proposed(said, heard).removals
    assert one.text == "um" and 1.3 < float(one.span.start) < 1.56 and 2.0 <= float(one.span.end) < 2.4


def test_a_word_drawn_out_is_only_played_faster():
    said = (("one", 1.0, 1.3), ("two", 1.3, 1.6), ("so", 1.6, 2.6), ("then", 2.6, 2.9), ("on", 2.9, 3.1))
    (one,) = proposed(said, (("room", 1.0), ("speech", 2.1), ("room", 1.0))).removals
    assert one.text == "so" and one.way == "speed" and 1 < one.speed <= Fraction(5, 2)
    assert (one.frames.start, one.frames.end) == (40, 65) and "nothing of it is cut" in one.why.reason


def test_only_what_is_heard_is_proposed():
    assert not proposed(strips=[sound(start=60, end=250, origin=0)], options=FillerOptions(kinds=("sounds",))).removals
    assert not proposed(strips=[sound(muted=True)]).removals
    # The second "the" was cut away: the first one is all there is.
    assert [one.text for one in proposed(strips=[sound(end=61)]).removals] == ["um"]


def test_through_several_strips_each_has_its_part():
    left, right = sound("left", 0, 40), sound("right", 40, 250)
    found = proposed(strips=[left, right]).removals
    assert [(one.strip, one.frames.start, one.frames.end) for one in found[:2]] == [("left", 33, 40), ("right", 40, 50)]


def test_locked_strips_are_left_alone_and_named():
    found = proposed(strips=[sound(held="its channel is locked")])
    assert not found.removals and found.notices == ("strip is not cut: its channel is locked.",)


def test_a_language_without_a_list_is_told():
    transcript = replace(words(*SAID), language="xx")
    (notice,) = proposed(transcript).notices
    assert "'xx'" in notice


def test_where_somebody_else_speaks_it_is_not_sure():
    other = words(("yes", 1.4, 2.0))
    strips = [sound(), sound("b", medium="n", channel=2)]
    found = fillers.propose({}, {"m": words(*SAID), "n": other}, strips, FillerOptions(least=0.1), RATE)
    um = next(one for one in found.removals if one.text == "um")
    assert um.why.confidence < 0.4 and "somebody else" in um.why.reason


def test_what_two_microphones_hear_is_proposed_once():
    strips = [sound("a"), sound("b", medium="n", channel=2)]
    found = fillers.propose({}, {"m": words(*SAID), "n": words(*SAID)}, strips, FillerOptions(least=0.1), RATE)
    um = [one for one in found.removals if one.text == "um"]
    assert len(um) == 1 and um[0].strip == "a" and um[0].beside == ("b",)


def test_a_movie_strip_counts_in_its_pictures_time():
    movie = strip("film", 0, 250)
    early = fillers.propose({}, {"m": words(*SAID)}, [movie], FillerOptions(), RATE).removals[0]
    said = {"m": replace(words(*SAID), origin=Fraction(1))}
    later = fillers.propose({}, said, [movie], FillerOptions(), RATE, {"m": Fraction(0)}).removals[0]
    assert later.frames.start - early.frames.start == 25


TEXTS = ["so", "um", "the", "house", "you", "know", "I", "wa-", "want", "it.", "no", "uh,"]


SPOKEN = st.tuples(st.sampled_from(TEXTS), st.sampled_from([0.08, 0.2, 0.5, 1.1]), st.sampled_from([0.0, 0.02, 0.2, 0.9]))


@settings(max_examples=60)
@given(
    st.lists(SPOKEN, max_size=25),
    st.sampled_from([Fraction(24), Fraction(30000, 1001), Fraction(60)]),
    st.sampled_from([(), (("speech", 60.0),), (("speech", 0.35), ("room", 0.15)) * 60, (("speech", 0.1), ("soft", 0.1)) * 200]),
)
def test_no_word_that_stays_is_cut(said, rate, parts):
    """Whatever is said and heard: removals neither overlap nor reach into a word that stays, and all can be accepted together."""
    at, told = 0.5, []
    for text, length, pause in said:
        told.append((text, round(at, 3), round(at + length, 3)))
        at += length + pause
    transcript = words(*told)
    place = strip("strip", 0, int(60 * rate), kind="SOUND", rate=rate)
    voices = {"m": voice(*parts)} if parts else {}
    found = fillers.propose(voices, {"m": transcript}, [place], FillerOptions(least=0.0, kinds=KINDS), rate)
    gone = fillers.find(transcript, voices.get("m"), FillerOptions(least=0.0, kinds=KINDS))
    going = {number for one in gone if one.way == "remove" for number in range(one.first, one.last)}
    frames = sorted((one.frames.start, one.frames.end) for one in found.removals)
    assert all(before[1] <= after[0] for before, after in pairwise(frames))
    for one in found.removals:
        assert one.frames.length >= 1 and 0 <= one.why.confidence <= 1 and one.why.reason and one.speed >= 1
        if one.way != "remove":
            continue
        for number, word in enumerate(transcript.words):
            if number not in going and not _stretched(word, gone):
                assert one.span.overlap(Span(word.start, word.end)) == 0


def _stretched(word, gone):
    """A word that was timed over a sound beside it may lose that part: the sound is no part of it."""
    return any(one.first == one.last and one.span.overlap(Span(word.start, word.end)) > 0 for one in gone)


def test_nine_thousand_words_are_planned_at_once():
    many = tuple((text, number * 0.4, number * 0.4 + 0.3) for number, text in enumerate(TEXTS * 750))
    found = fillers.propose({}, {"m": words(*many)}, [sound(end=100_000)], FillerOptions(), RATE)
    assert len(found.removals) > 1000


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_of_the_options(kind):
    assert kind in FillerOptions().kinds
