"""The log of a shot: put together from the facts there are; what is missing is named."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.facts import Beats, Boundary, Pictures, Shots, SoundEvent, Sounds, Span, Transcript, Utterance, Word
from assistant_editor.timeline.shot_log import SOURCES, log, passages, shots_of, texts_of

from .concepts_seen import objects, track
from .test_moods import feeling, pictures, voice

SECOND = Fraction(1)


def span(start: float, end: float) -> Span:
    return Span(Fraction(str(start)), Fraction(str(end)))


def shots(*boundaries: tuple[float, float], seconds: int = 10, origin: float = 0) -> Shots:
    """(second, score) each."""
    found = tuple(Boundary(round(moment * 25), Fraction(str(moment)), score) for moment, score in boundaries)
    return Shots(span(0, seconds), Fraction(origin), Fraction(25), seconds * 25, "made", found)


def transcript(*said: tuple[float, str], origin: float = 0) -> Transcript:
    """(second, sentence) each; a word takes a fifth of a second."""
    utterances = []
    for moment, text in said:
        words = [
            Word(f" {word}", Fraction(moment) + Fraction(number, 5), Fraction(moment) + Fraction(number + 1, 5), 0.9)
            for number, word in enumerate(text.split())
        ]
        utterances.append(Utterance(tuple(words)))
    return Transcript(span(0, 60), Fraction(origin), "en", 0.9, "made", "made", "transcribe", tuple(utterances))


def heard(*events: tuple[float, float, str]) -> Sounds:
    found = tuple(SoundEvent(span(start, end), label, 0.9) for start, end, label in events)
    return Sounds(span(0, 60), Fraction(0), "made", found)


def test_without_facts_there_is_no_shot_and_with_spans_an_empty_one() -> None:
    assert log({}, "m", "/m") == ()
    (one,) = log({}, "m", "/m", [span(2, 4)])
    assert (one.medium, one.path, one.span, one.still) == ("m", "/m", span(2, 4), Fraction(3))
    assert one.mood is None and not one.objects and not one.quality and one.words == ""


def test_what_is_missing_is_named() -> None:
    (one,) = log({"shots": shots(), "transcript": transcript((1, "Hello there."))}, "m", "/m")
    assert one.missing == ("objects", "faces", "pictures", "concepts", "voice", "loudness", "beats", "sounds")
    (sound,) = log({"transcript": transcript((1, "Hello there."))}, "m", "/m")
    assert sound.missing == ("voice", "loudness", "beats", "sounds"), "a sound without pictures misses no objects"


def test_shots_are_those_of_boundaries_that_count() -> None:
    facts = shots((0.2, 0.9), (3.0, 0.9), (3.2, 0.95), (5.0, 0.4), (7.0, 0.5), (9.8, 0.9))
    assert shots_of(facts) == (span(0, 3.2), span(3.2, 7), span(7, 10))
    assert [one.span for one in log({"shots": facts}, "m", "/m")] == list(shots_of(facts))


def test_words_belong_to_the_shot_they_are_said_in_whatever_the_streams_begin_with() -> None:
    facts = {"shots": shots((5.0, 0.9), origin=2), "transcript": transcript((5, "one two"), (7, "three four"), origin=1)}
    first, second = log(facts, "m", "/m")
    # A word at 5 s of the sound is at 6 s of the file, and so at 4 s of the pictures.
    assert (first.words, second.words) == ("one two", "three four")


def test_sound_is_logged_in_passages() -> None:
    lines = [(0, "One two three."), (1, "Four five."), (10, "Later on."), (70, "The end.")]
    assert passages(transcript(*lines)) == (span(0, 1.4), span(10, 10.4), span(70, 70.4))
    told = log({"transcript": transcript(*lines)}, "m", "/m")
    assert [one.words for one in told] == ["One two three. Four five.", "Later on.", "The end."]
    assert passages(transcript()) == (span(0, 60),)
    without_end = transcript(*((number, "and so on and so") for number in range(50)))
    assert all(part.length <= 30 for part in passages(without_end)) and len(passages(without_end)) == 2


def test_feelings_of_sentences_make_the_mood_of_the_shots_they_are_said_in() -> None:
    facts = {"shots": shots((5.0, 0.9)), "transcript": transcript((1, "I hate all of this so much."), (6, "What a wonderful sunny day."))}
    texts = texts_of(facts)
    assert texts == ("I hate all of this so much.", "What a wonderful sunny day.")
    felt = dict(zip(texts, (feeling(negative=0.9, anger=0.9), feeling(positive=0.9, joy=0.9)), strict=True))
    angry, happy = log(facts, "m", "/m", feelings=felt)
    assert angry.mood is not None and happy.mood is not None
    assert (angry.mood.label, happy.mood.label) == ("angry", "happy") and angry.mood.valence < 0 < happy.mood.valence
    assert [one.source for one in angry.mood.contributions] == ["words"]
    (silent, _second) = log(facts, "m", "/m", feelings=felt, sources=[source for source in SOURCES if source != "words"])
    assert silent.mood is None


def test_laughter_makes_it_funny_and_crying_sad() -> None:
    facts = {"shots": shots(), "sounds": heard((1, 4, "laughter")), "transcript": transcript((1, "Well, well, here we are again today."))}
    felt = {text: feeling(positive=0.5, joy=0.4) for text in texts_of(facts)}
    (funny,) = log(facts, "m", "/m", feelings=felt)
    assert funny.mood is not None and funny.mood.label == "funny"
    (dry,) = log({name: one for name, one in facts.items() if name != "sounds"}, "m", "/m", feelings=felt)
    assert dry.mood is not None and dry.mood.label != "funny"


def test_the_picture_says_how_good_it_is_and_how_it_feels() -> None:
    columns = {"brightness": 0.5, "saturation": 0.4, "warmth": 0.1, "sharpness": 0.5, "exposure": 0.95, "contrast": 0.5, "noise": 0.02,
               "motion": 0.02, "black": 0.01, "white": 0.01, "focus": 0.6, "balance": 0.6, "thirds": 0.6, "horizon": 0.0}  # fmt: skip
    facts: Pictures = pictures(**{name: [value] * 20 for name, value in columns.items()})
    (one,) = log({"pictures": facts}, "m", "/m")
    assert one.span == facts.span and one.quality and 0 < one.grade <= 1 and one.light == "day"
    assert one.mood is not None and {c.source for c in one.mood.contributions} == {"picture", "rhythm"}


@pytest.mark.parametrize(("thing", "flaws"), [("car", ("tilted horizon",)), ("bed", ())])
def test_only_what_may_be_outside_has_a_horizon(thing: str, flaws: tuple[str, ...]) -> None:
    columns = {"brightness": 0.5, "sharpness": 0.5, "exposure": 0.95, "contrast": 0.5, "noise": 0.02, "white": 0.0, "horizon": 4.0}
    facts = pictures(**{name: [value] * 8 for name, value in columns.items()})
    (one,) = log({"pictures": facts, "objects": objects(8, track(thing, *[(100, 100, 200, 100)] * 8))}, "m", "/m")
    assert one.place == ("indoor" if thing == "bed" else "outdoor") and one.flaws == flaws


def test_every_source_counts_once() -> None:
    beats = Beats(span(0, 10), Fraction(0), "made", 150.0, (), 0.0)
    looks = pictures(brightness=[0.5] * 20, saturation=[0.4] * 20, motion=[0.02] * 20)
    facts = {"shots": shots(), "pictures": looks, "voice": voice([-30.0] * 10, [120.0] * 10), "beats": beats,
             "sounds": heard((0, 10, "music"), (2, 4, "applause")),
             "transcript": transcript((1, "Thank you all so very much."))}  # fmt: skip
    (one,) = log(facts, "m", "/m", feelings={text: feeling(positive=0.9, joy=0.6) for text in texts_of(facts)})
    assert one.mood is not None
    assert sorted(c.source for c in one.mood.contributions) == ["music", "picture", "rhythm", "voice", "words"]
    assert sum(c.weight for c in one.mood.contributions) < 1
    assert one.mood.valence == pytest.approx(sum(c.shares[0] * c.valence for c in one.mood.contributions), abs=1e-3)
