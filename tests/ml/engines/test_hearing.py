"""Tries, parts and places that are heard again: with a recogniser that follows a script, so that every case comes up."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.engines import hearing
from assistant_editor.ml.engines.hearing import Hearing, missed
from assistant_editor.ml.engines.lanes import Lanes
from assistant_editor.ml.engines.languages import Tally
from assistant_editor.ml.engines.prompts import Prompt
from assistant_editor.ml.engines.recognisers import Decoded, heard
from assistant_editor.ml.engines.voice import HOP, RATE, Clip
from assistant_editor.ml.engines.words import Heard

SECOND = RATE // HOP


def clip(seconds: int, value: float = 0.95, start: int = 0) -> Clip:
    hops = seconds * SECOND
    return Clip(start * RATE, np.zeros(hops * HOP, np.float32), np.full(hops, value, np.float32))


class Scripted:
    """Says what `says(seconds of the clip, temperature, prompt)` gives: text, mean log probability; a word every half second."""

    clips_at_once = 8

    def __init__(self, says, told=lambda seconds: {"en": 1.0}, languages=("en",)):
        self.says, self.told, self.languages, self.tries = says, told, languages, []

    def parts(self, clips):
        return [tuple(range(len(clips)))] if clips else []

    def encode(self, clips, least=2000):
        return [len(one) / RATE for one in clips]

    def tell(self, encoded):
        return [self.told(seconds) for seconds in encoded]

    def decode(self, encoded, places, languages, asked, temperature):
        found = []
        for place, language in zip(places, languages, strict=True):
            text, likely = self.says(encoded[place], temperature, asked.prompt)
            self.tries.append((round(encoded[place]), temperature, language, bool(asked.prompt)))
            found.append(Decoded(text, tuple(range(len(text.split()))), likely, 0.01))
        return found

    def align(self, encoded, places, languages, asked, said):
        return [
            [Heard(f" {word}", Fraction(n, 2), Fraction(n + 1, 2), 0.9, one.no_speech) for n, word in enumerate(one.text.split())]
            for one in said
        ]


def hear(recogniser, clips, prompt=None, fixed="en"):
    found = Hearing(recogniser, "transcribe", Tally(fixed), prompt or Prompt(), lambda words, samples, language: words, lambda: None)
    return found, next(Lanes(found).heard([clips]))


def texts(answers):
    return ["".join(word.text for word in words).strip() for words in answers]


def test_a_good_first_try_is_the_only_one():
    recogniser = Scripted(lambda seconds, temperature, prompt: ("good day", -0.2))
    _, answers = hear(recogniser, [clip(1), clip(1, start=10)])
    assert texts(answers) == ["good day"] * 2 and len(recogniser.tries) == 2
    assert [words[0].start for words in answers] == [0, 10]


def test_a_loop_is_tried_at_rising_temperature_and_the_others_are_not():
    def says(seconds, temperature, prompt):
        return ("and then " * 40, -0.1) if seconds > 4 and temperature < 0.4 else ("good day to you all my friends of old", -0.3)

    recogniser = Scripted(says)
    _, answers = hear(recogniser, [clip(5), clip(3, start=9)])
    assert texts(answers) == ["good day to you all my friends of old"] * 2
    assert [(seconds, temperature) for seconds, temperature, *_ in recogniser.tries] == [(5, 0.0), (3, 0.0), (5, 0.0), (5, 0.2), (5, 0.4)]


def test_what_fails_at_every_temperature_is_heard_in_halves():
    half = "half of it was said here, and then some"
    recogniser = Scripted(lambda seconds, temperature, prompt: ("la " * 80, -0.1) if seconds > 6 else (half, -0.3))
    _, (words,) = hear(recogniser, [clip(8)])
    assert texts([words]) == [f"{half} {half}"]
    assert len([one for one in recogniser.tries if one[0] == 8]) == len(hearing.TEMPERATURES) + 1
    assert [word.start for word in words] == sorted(word.start for word in words) and words[9].start >= 3.5


def test_silence_is_told_and_costs_no_more_tries():
    recogniser = Scripted(lambda *_: ("you", -1.5))
    plain = recogniser.decode
    recogniser.decode = lambda *given: [Decoded(one.text, one.tokens, one.log_probability, 0.9) for one in plain(*given)]
    found, (words,) = hear(recogniser, [clip(3, start=7)])
    assert words == [] and len(recogniser.tries) == 1
    assert [(one.text, one.start, one.end) for one in found.dropped] == [("you", 7.0, pytest.approx(10.0, abs=0.1))]


def test_speech_after_the_last_word_is_heard_by_itself():
    rest = "the rest of what was said up to the end of it all"
    recogniser = Scripted(lambda seconds, *_: ("one two" if seconds > 11 else rest, -0.2))
    _, (words,) = hear(recogniser, [clip(12)])
    assert texts([words]) == [f"one two {rest}"] and words[1].end <= words[2].start + Fraction(1, 10)


def test_no_word_is_lost_at_the_edges_of_a_clip():
    """An aligner may put words at the very end, or all of them at one place."""
    recogniser = Scripted(lambda *_: ("one two three four", -0.2))
    recogniser.align = lambda *given: [[Heard(f" {word}", Fraction(3), Fraction(3), 0.9) for word in one.text.split()] for one in given[-1]]
    assert texts(hear(recogniser, [clip(3)])[1])[0].endswith("one two three four")


class TestMissed:
    @staticmethod
    def words(*times):
        return [Heard(" word", Fraction(start).limit_denominator(1000), Fraction(end).limit_denominator(1000), 0.9) for start, end in times]

    def test_a_stretched_last_word_hides_nothing(self):
        chance = np.concatenate([np.ones(2 * SECOND), np.zeros(SECOND), np.ones(4 * SECOND)])
        ((first, last),) = missed(self.words((0, 1), (1, 7)), chance)
        assert 2 * SECOND < first <= 3 * SECOND and last == len(chance)

    def test_speech_before_the_first_word_counts(self):
        ((first, last),) = missed(self.words((5, 6)), np.ones(6 * SECOND))
        assert first == 0 and 3 * SECOND < last <= 5 * SECOND

    def test_pauses_and_words_that_cover_speech_are_not_missed(self):
        assert missed(self.words((0, 1), (4, 5)), np.concatenate([np.ones(SECOND), np.zeros(3 * SECOND), np.ones(SECOND)])) == []
        assert missed(self.words((0, 1), (1.2, 2), (2.1, 3)), np.ones(3 * SECOND)) == []


class TestLanguages:
    """Clips of 12 s hold six seconds of German after English; probes and parts are shorter."""

    LONG = Clip(0, np.zeros(12 * SECOND * HOP, np.float32), np.concatenate([np.ones(5 * SECOND), np.zeros(SECOND), np.ones(6 * SECOND)]))

    def told(self, seconds):
        if seconds > 10:
            return {"en": 0.9, "de": 0.1}
        self.probes += 1
        return {"en": 0.99, "de": 0.01} if self.probes % 2 else {"en": 0.02, "de": 0.98}

    def test_a_clip_of_two_languages_is_heard_in_two(self):
        self.probes = 0
        recogniser = Scripted(lambda *_: ("so many words were said in this part of it all my friends", -0.2), self.told, ("en", "de"))
        found, (words,) = hear(recogniser, [self.LONG], fixed="")
        assert {language for *_, language, _ in recogniser.tries} == {"en", "de"}
        assert [word.language for word in words] == ["en"] * 13 + ["de"] * 13
        assert found.tally.main == "de" and 0.9 < found.tally.sureness <= 1

    def test_a_language_that_was_asked_for_is_kept(self):
        self.probes = 0
        recogniser = Scripted(lambda *_: ("so many words were said in this part of it " * 2, -0.2), self.told, ("en", "de"))
        _, (words,) = hear(recogniser, [self.LONG], fixed="de")
        assert self.probes == 0 and {word.language for word in words} == {"de"}


def test_a_name_that_only_the_prompt_knows_is_not_written():
    def says(seconds, temperature, prompt):
        return ("the Kowalczyk is red" if prompt else "the table is red", -0.2)

    recogniser = Scripted(says)
    assert texts(hear(recogniser, [clip(2)], Prompt(("Kowalczyk",)))[1]) == ["the table is red"]
    assert [told for *_, told in recogniser.tries] == [True, False]


def test_a_name_that_is_heard_is_spelt_as_told():
    recogniser = Scripted(lambda seconds, temperature, prompt: ("mister Dashwoode came" if prompt else "mister Dashwood came", -0.2))
    assert texts(hear(recogniser, [clip(2)], Prompt(("Dashwoode",)))[1]) == ["mister Dashwoode came"]


@pytest.mark.parametrize("words", [[], [(" good", 0.5, 0.9, 0.8)], [(" good", 0.5, 0.9, 0.8), (" night", 1.0, 1.4, 0.8)]])
def test_text_that_was_not_aligned_whole_is_not_lost(words):
    given = heard(Decoded(" good day", (1, 2), -0.2, 0.3), words, 4.0)
    assert "".join(word.text for word in given) == " good day"
    assert given[0].start == 0 and given[-1].end == 4 and {word.no_speech for word in given} == {0.3}
    assert all(word.confidence == 0.0 for word in given), "its times are a guess"


def test_times_of_an_aligned_text_are_kept_to_the_millisecond():
    given = heard(Decoded(" good day", (1, 2), -0.2, 0.3), [(" good", 0.5004, 0.9, 0.8), (" day", 0.9, 1.25, 0.7)], 4.0)
    assert [(word.text, word.start, word.end, word.confidence) for word in given] == [
        (" good", Fraction(1, 2), Fraction(9, 10), 0.8), (" day", Fraction(9, 10), Fraction(5, 4), 0.7),
    ]  # fmt: skip
