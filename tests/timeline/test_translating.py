"""Captions become sentences, sentences captions of another language: nothing lost, every word with a time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from assistant_editor.ml.facts import Word
from assistant_editor.timeline import merge, translating
from assistant_editor.timeline.plan import CaptionStyle
from assistant_editor.timeline.planners import captions as planner
from assistant_editor.timeline.planners.captions import CaptionOptions
from assistant_editor.timeline.translating import Sentence
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.timeline.paper import RATE, apply, speak, strip, timeline, transcript

SAID = ("It was the best of times, it was the worst of times.", "It was the age of wisdom.", "How are you today?")


def captioned():
    """A timeline with captions of three sentences."""
    line = timeline(strip("talk", 0, 1000, kind="SOUND"))
    spoken = transcript(speak(SAID[0], 0), speak(SAID[1], 5), speak(SAID[2], 20))
    return run(line, lambda standing: planner.plan({"m": spoken}, line.strips, CaptionOptions(), standing, RATE))


def run(line, planned):
    return apply(line, merge.merge(line, planned(merge.standing(line))))


def translated(line, texts, target="fr"):
    known = translating.sentences(line)
    made = translating.transcripts(known, texts, {}, target, "opus")
    return run(line, lambda standing: translating.plan(made, line.strips, CaptionOptions(), standing, line.rate))


def texts_of(line, kind):
    refs = sorted((ref for ref in line.captions if ref.kind == kind), key=lambda ref: ref.frames)
    return " ".join(" ".join(ref.text for ref in refs).split())


def test_captions_become_the_sentences_that_were_said():
    assert [sentence.text for sentence in translating.sentences(captioned())] == list(SAID)


def test_translations_stand_beside_the_captions_and_say_all():
    line = captioned()
    french = ("C'était le meilleur des temps, c'était le pire des temps.", "C'était l'âge de la sagesse.", "Comment vas-tu ?")
    both = translated(line, french)
    assert texts_of(both, "translation") == " ".join(french)
    assert texts_of(both, "caption") == " ".join(SAID)
    before = [ref for ref in both.captions if ref.kind == "caption"]
    assert [(ref.text, ref.frames) for ref in before] == [(ref.text, ref.frames) for ref in line.captions]
    for ref in both.captions:
        assert ref.kind != "translation" or ref.tag.identity.kind == "translation"
        assert ref.kind != "translation" or "translated by transformers opus" in ref.tag.reason


def test_a_second_run_changes_nothing_and_what_the_editor_wrote_stays():
    line = captioned()
    both = translated(line, ("un", "deux", "trois"))
    assert not merge.merge(both, _again(both, ("un", "deux", "trois"))).updates
    changed = replace(both, captions=tuple(
        replace(ref, text="zwei!") if ref.kind == "translation" and ref.text == "deux" else ref for ref in both.captions
    ))
    after = translated(changed, ("un", "deux", "quatre"))
    assert texts_of(after, "translation") == "un zwei! quatre"
    gone = replace(both, captions=tuple(ref for ref in both.captions if not (ref.kind == "translation" and ref.text == "deux")))
    assert texts_of(translated(gone, ("un", "deux", "trois")), "translation") == "un trois"


def _again(line, texts):
    made = translating.transcripts(translating.sentences(line), texts, {}, "fr", "opus")
    return translating.plan(made, line.strips, CaptionOptions(), merge.standing(line), line.rate)


def test_a_corrected_caption_is_translated_as_it_stands():
    line = captioned()
    changed = replace(line, captions=tuple(replace(ref, text=ref.text.replace("wisdom", "reason")) for ref in line.captions))
    assert "It was the age of reason." in [sentence.text for sentence in translating.sentences(changed)]


def words(*parts):
    return tuple(Word(" " + text, Fraction(str(a)), Fraction(str(b)), 0.9) for text, a, b in parts)


class TestTimes:
    PAUSED = Sentence("m", words(("one", 0, 1), ("two", 1, 2), ("three", 5, 6), ("four", 6, 7)))

    def test_words_keep_out_of_pauses(self):
        made = translating.timed(self.PAUSED, "aa bb cc dd", "fr")
        assert [(float(word.start), float(word.end)) for word in made] == [(0, 1), (1, 2), (5, 6), (6, 7)]

    def test_nothing_said_is_nothing(self):
        assert translating.timed(self.PAUSED, "  ", "fr") == ()

    def test_languages_without_spaces_are_divided_by_character_and_signs_stay_with_theirs(self):
        assert [word.text for word in translating.timed(self.PAUSED, "你好\uff0c世界。", "zh")] == ["你", "好\uff0c", "世", "界。"]

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(1, 9), st.integers(0, 20)), min_size=1, max_size=12),
        st.lists(st.text("abcé", min_size=1, max_size=9), min_size=1, max_size=20),
    )
    def test_no_word_lost_none_out_of_order_none_outside(self, said, text):
        parts, at = [], 0
        for length, gap in said:
            at += gap
            parts.append(("x", at / 10, (at + length) / 10))
            at += length
        sentence = Sentence("m", words(*parts))
        made = translating.timed(sentence, " ".join(text), "fr")
        assert [word.text.strip() for word in made] == text
        assert sentence.words[0].start <= made[0].start and made[-1].end <= sentence.words[-1].end
        assert all(word.start <= word.end for word in made)
        assert all(a.end <= b.start for a, b in pairwise(made))


class TestSentences:
    def parts(self, *said, speaker=""):
        row = [(word, speaker) for word in words(*said)]
        return ["".join(word.text for word, _ in part).strip() for part in translating._parts(row)]

    def test_a_sentence_goes_on_over_captions_and_ends_at_its_sign_or_a_long_pause(self):
        said = self.parts(("He", 0, 1), ("said", 1, 2), ("“no.”", 2, 3), ("Then", 3, 4), ("left", 9, 10))
        assert said == ["He said “no.”", "Then", "left"]

    def test_what_never_ends_is_cut(self):
        assert len(self.parts(*(("word", n, n + 1) for n in range(200)))) == 3

    @pytest.mark.parametrize("text, speaker, plain", [
        (" ANNA: Well", "Anna", " Well"), (" -Well", "Anna", " Well"), (" Well", "Anna", " Well"), (" Note: this", "", " Note: this"),
    ])  # fmt: skip
    def test_marks_of_speakers_are_not_translated(self, text, speaker, plain):
        assert translating._plain([Word(text, Fraction(0), Fraction(1), 1.0)], speaker)[0].text == plain


def test_a_translation_stands_above_its_caption_and_does_not_dance():
    style = CaptionStyle(motion="word")
    up = translating.raised(style, 2)
    assert up.position[1] > style.position[1] + 2 * style.font_size and up.motion == "none"
    top = translating.raised(replace(style, anchor="top", position=(0.5, 0.95)), 2)
    assert top.position[1] < 0.95 - 2 * style.font_size
