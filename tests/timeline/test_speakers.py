"""Voices known again, named, renamed, forgotten; words given to who says them."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from assistant_editor.ml.errors import EditorError
from assistant_editor.ml.facts import Span, Speakers, Transcript, Turn, Utterance, Word
from assistant_editor.timeline import attribution, requests, speakers
from assistant_editor.timeline.speakers import People, dump, forgotten, load, named, rename
from hypothesis import given, settings
from hypothesis import strategies as st


def facts(*voices: tuple[float, ...], turns: tuple[tuple[float, float, int], ...] = ()) -> Speakers:
    rows = np.array(voices, np.float32).reshape(len(voices), -1)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True) if len(rows) else rows
    said = tuple(Turn(Span(Fraction(str(a)), Fraction(str(b))), who, 0.9) for a, b, who in turns)
    packed = b64encode(rows.astype("<f4").tobytes()).decode()
    return Speakers(Span(Fraction(0), Fraction(100)), Fraction(0), "test", said, 4, packed)


ANNA, BEN, CARL = (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0)
ANNA_AGAIN = (1, 0.2, 0.1, 0)


class TestNames:
    def test_strangers_have_numbers_the_same_in_all_media(self):
        names = named({"a": facts(ANNA, BEN), "b": facts(CARL, ANNA_AGAIN)}, People())
        assert names == {("a", 0): "Speaker 1", ("a", 1): "Speaker 2", ("b", 0): "Speaker 3", ("b", 1): "Speaker 1"}

    def test_two_speakers_of_one_medium_are_never_one_however_alike(self):
        names = named({"a": facts(ANNA), "b": facts(ANNA_AGAIN, ANNA)}, People())
        assert names["b", 1] == names["a", 0] == "Speaker 1"
        assert names["b", 0] == "Speaker 2"

    def test_a_name_that_is_given_stays_with_these_facts_and_goes_no_further_unless_voices_are_kept(self):
        here = {"a": facts(ANNA, BEN)}
        private = rename(People(), here, "Speaker 1", "Anna", keep_sound=False)
        assert named(here, private)["a", 0] == "Anna"
        assert named({"b": facts(ANNA_AGAIN)}, private) == {("b", 0): "Speaker 1"}
        assert "Anna" in dump(private) and all(not person.sound for person in private.persons)
        known = rename(People(), here, "Speaker 1", "Anna", keep_sound=True)
        assert named({"b": facts(CARL, ANNA_AGAIN)}, known) == {("b", 0): "Speaker 1", ("b", 1): "Anna"}

    def test_two_voices_that_get_one_name_are_one_person(self):
        here = {"a": facts(ANNA, BEN)}
        people = rename(rename(People(), here, "Speaker 1", "Anna", False), here, "Speaker 1", "Anna", False)
        assert set(named(here, people).values()) == {"Anna"} and len(people.persons) == 1

    def test_a_name_can_be_changed_again(self):
        here = {"a": facts(ANNA, BEN)}
        people = rename(rename(People(), here, "Speaker 1", "Anna", True), here, "Anna", "Anne", True)
        assert [person.name for person in people.persons] == ["Anne"]
        assert named(here, people)["a", 0] == "Anne"

    @pytest.mark.parametrize("before, after", [("Speaker 1", "  "), ("Speaker 1", "Speaker 1"), ("Nobody", "Anna")])
    def test_no_name_and_nobody_change_nothing(self, before, after):
        assert rename(People(), {"a": facts(ANNA)}, before, after, True) == People()

    def test_a_stranger_takes_no_name_that_somebody_has(self):
        here = {"a": facts(ANNA, BEN)}
        people = rename(People(), here, "Speaker 2", "Speaker 1", False)
        assert named(here, people) == {("a", 0): "Speaker 2", ("a", 1): "Speaker 1"}

    def test_forgetting(self):
        people = rename(People(), {"a": facts(ANNA)}, "Speaker 1", "Anna", True)
        assert people.persons[0].sound
        assert forgotten(people, sounds_only=True).persons[0].sound == ""
        assert dump(forgotten(people, sounds_only=False)) == ""

    def test_what_is_stored_comes_back_and_damage_is_told(self):
        people = rename(People(), {"a": facts(ANNA)}, "Speaker 1", "Änna", True)
        assert load(dump(people)) == people
        assert load("") == People()
        for text in ("{}", "[]", "nonsense", '{"schema": "assistant_editor.people/9"}'):
            with pytest.raises(EditorError) as told:
                load(text)
            assert "Forget Voices" in told.value.remedy


def test_talk_counts_what_stands_on_the_timeline():
    one = facts(ANNA, BEN, turns=((0, 4, 0), (4, 10, 1)))
    names = named({"a": one}, People())
    spans = {"a": [Span(Fraction(2), Fraction(5)), Span(Fraction(9), Fraction(30))]}
    assert speakers.talk({"a": one}, names, spans) == {"Speaker 1": 2, "Speaker 2": 2}
    assert speakers.talk({"a": one}, names, {}) == {}


def test_parts_of_a_medium_that_lie_apart_have_one_numbering():
    early, late = facts(ANNA, BEN, turns=((0, 4, 0), (4, 6, 1))), facts(CARL, ANNA_AGAIN, turns=((60, 62, 0), (62, 70, 1)))
    late = Speakers(Span(Fraction(60), Fraction(100)), Fraction(0), "test", late.turns, 4, late.voices)
    whole = requests.by_engine({("m", "speakers"): early, ("m#1", "speakers"): late})["speakers"]["m"]
    assert [turn.speaker for turn in whole.turns] == [0, 1, 2, 0]
    assert speakers.vectors(whole).shape == (3, 4)


def spoken(*words: tuple[str, float, float]) -> Transcript:
    said = tuple(Word(" " + text, Fraction(str(a)), Fraction(str(b)), 0.9) for text, a, b in words)
    return Transcript(Span(Fraction(0), Fraction(100)), Fraction(0), "en", 1.0, "e", "m", "transcribe", (Utterance(said),))


def owners(transcript: Transcript, one: Speakers) -> list[int]:
    turns = attribution.attributed(transcript, one).turns
    return [next((t.speaker for t in turns if t.span.start <= (w.start + w.end) / 2 < t.span.end), -1) for w in transcript.words]


class TestAttribution:
    def test_a_change_that_comes_a_little_late_goes_to_the_end_of_the_sentence(self):
        words = spoken(("How", 0, 0.3), ("are", 0.3, 0.5), ("you?", 0.5, 0.9), ("Fine,", 0.9, 1.2), ("thanks.", 1.2, 1.8))
        assert owners(words, facts(ANNA, BEN, turns=((0, 1.25, 0), (1.25, 2, 1)))) == [0, 0, 0, 1, 1]

    def test_a_change_that_comes_a_little_early_goes_to_the_end_of_the_sentence(self):
        words = spoken(("How", 0, 0.3), ("are", 0.3, 0.5), ("you?", 0.5, 0.9), ("Fine,", 0.9, 1.2), ("thanks.", 1.2, 1.8))
        assert owners(words, facts(ANNA, BEN, turns=((0, 0.55, 0), (0.55, 2, 1)))) == [0, 0, 0, 1, 1]

    def test_a_real_interruption_far_from_any_end_stays(self):
        words = spoken(*((f"w{n}", n, n + 0.95) for n in range(10)))
        assert owners(words, facts(ANNA, BEN, turns=((0, 5, 0), (5, 10, 1)))) == [0] * 5 + [1] * 5

    def test_one_word_within_a_sentence_is_nobody_elses(self):
        words = spoken(("one", 0, 0.4), ("two", 0.4, 0.8), ("three", 0.8, 1.2), ("four.", 1.2, 1.6))
        assert owners(words, facts(ANNA, BEN, turns=((0, 0.75, 0), (0.75, 1.25, 1), (1.25, 2, 0)))) == [0] * 4

    def test_a_short_answer_between_pauses_stays(self):
        words = spoken(("Ready?", 0, 0.5), ("Yes.", 1.0, 1.3), ("Go.", 2.0, 2.4))
        assert owners(words, facts(ANNA, BEN, turns=((0, 0.6, 0), (0.9, 1.4, 1), (1.9, 2.5, 0)))) == [0, 1, 0]

    def test_words_far_from_every_turn_are_nobodys(self):
        words = spoken(("a", 0, 0.5), ("b", 30, 30.5))
        assert owners(words, facts(ANNA, turns=((0, 1, 0),))) == [0, -1]

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.booleans()), max_size=20), st.lists(st.integers(0, 2), max_size=12))
    def test_no_word_in_two_turns_and_turns_in_order(self, lengths, who):
        words, at = [], 0
        for length, gap, ends in lengths:
            at += gap
            words.append(("x." if ends else "x", at / 10, (at + length) / 10))
            at += length
        turns = tuple((place, place + 1, number) for place, number in enumerate(who))
        said = attribution.attributed(spoken(*words), facts(ANNA, BEN, CARL, turns=turns)).turns
        assert all(a.span.start <= a.span.end and a.span.end <= b.span.start for a, b in pairwise(said))
        assert all(0 <= turn.confidence <= 1 for turn in said)


class TestMarks:
    WORDS = spoken(("How", 0, 0.3), ("so?", 0.3, 0.9), ("Well.", 1.0, 1.8), ("Ah.", 2.5, 3))
    SAID = facts(ANNA, BEN, turns=((0, 0.9, 0), (1, 1.8, 1), (2.5, 3, 1)))

    def text(self, mark: str) -> str:
        return "".join(word.text for word in attribution.marked(self.WORDS, self.SAID, {0: "Anna", 1: "Ben"}, mark).words)

    def test_names_and_hyphens_stand_where_the_speaker_changes(self):
        assert self.text("none") == " How so? Well. Ah."
        assert self.text("name") == " ANNA: How so? BEN: Well. Ah."
        assert self.text("hyphen") == " -How so? -Well. Ah."

    def entered(self, *heard: tuple[float, float], speakers: Speakers = SAID) -> set[int]:
        spans = [("m", Span(Fraction(str(a)), Fraction(str(b)))) for a, b in heard]
        return attribution.entered({"m": self.WORDS}, {"m": speakers}, spans).get("m", set())

    def test_who_speaks_is_said_where_sound_sets_in_within_a_turn(self):
        assert self.entered((0.3, 100)) == {1}
        marked = attribution.marked(self.WORDS, self.SAID, {0: "Anna", 1: "Ben"}, "name", {1, 2})
        assert "".join(word.text for word in marked.words) == " ANNA: How ANNA: so? BEN: Well. Ah."
        hyphens = attribution.marked(self.WORDS, self.SAID, {0: "Anna", 1: "Ben"}, "hyphen", {1, 2})
        assert "".join(word.text for word in hyphens.words) == self.text("hyphen")

    def test_after_a_jump_within_a_turn_nothing_has_to_be_said(self):
        assert self.entered((0, 1.8), (2, 100)) == {0}
        assert self.entered((0, 0.9), (2, 100)) == {0, 3}
        assert self.entered((2, 100), (0, 0.9), (2.1, 3)) == {3, 0}

    def test_a_word_heard_elsewhere_with_what_goes_before_it_stays_without(self):
        assert self.entered((0, 100), (0.3, 0.9)) == {0}

    def test_where_nobody_is_known_to_speak_or_nothing_is_heard_there_is_no_name(self):
        assert self.entered((50, 60)) == self.entered((0, 100), speakers=facts(ANNA, turns=((50, 60, 0),))) == set()

    def test_one_speaker_needs_no_mark(self):
        alone = facts(ANNA, turns=((0, 0.9, 0), (1, 3, 0)))
        assert attribution.marked(self.WORDS, alone, {0: "Anna"}, "name") == self.WORDS

    def test_times_and_number_of_words_stay(self):
        before, after = self.WORDS.words, attribution.marked(self.WORDS, self.SAID, {0: "A", 1: "B"}, "name").words
        assert [(w.start, w.end) for w in before] == [(w.start, w.end) for w in after]
