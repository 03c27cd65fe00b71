"""Which sentences of a transcript are read, and what their rows say."""

from __future__ import annotations

from fractions import Fraction

from assistant_editor.ml.facts import EXPRESSIONS, Span, Transcript, Utterance, Word
from assistant_editor.timeline.feelings import LONGEST, feelings, sentences


def transcript(*utterances: str, gaps: dict[int, int] | None = None) -> Transcript:
    """A word a second, half a second long; `gaps` are seconds of silence before the words of these numbers."""
    made, moment, number = [], Fraction(0), 0
    for text in utterances:
        words = []
        for word in text.split():
            moment += (gaps or {}).get(number, 0)
            words.append(Word(f" {word}", moment, moment + Fraction(1, 2), 1.0))
            moment, number = moment + 1, number + 1
        made.append(Utterance(tuple(words)))
    return Transcript(Span(Fraction(0), moment), Fraction(0), "en", 1.0, "e", "m", "transcribe", tuple(made))


def texts(found) -> list[str]:
    return [one.text for one in found]


def test_sentences_go_on_from_one_utterance_to_the_next():
    found = sentences(transcript("This is one. This is", "two, isn't it? And", 'three!" Four'))
    assert texts(found) == ["This is one.", "This is two, isn't it?", 'And three!"', "Four"]
    assert found[1].span == Span(Fraction(3), Fraction(15, 2))


def test_a_pause_ends_one_and_so_does_length():
    assert texts(sentences(transcript("well yes so then", gaps={2: 2}))) == ["well yes", "so then"]
    long = sentences(transcript("on and " * 200))
    assert len(long) > 2 and all(len(one.text) <= LONGEST + 10 for one in long)
    assert " ".join(texts(long)).split() == ("on and " * 200).split()


def test_full_stops_that_end_nothing():
    found = sentences(transcript("Dr. J. Smith met Mr. Jones at 3.5 miles. So did I. OK."))
    assert texts(found) == ["Dr. J. Smith met Mr. Jones at 3.5 miles.", "So did I.", "OK."]


def test_other_writings():
    assert len(sentences(transcript("列车九点出发。 真的吗\uff1f 好\uff01"))) == 3


def test_nothing_said():
    assert sentences(transcript()) == () and feelings(()) == ()


def test_rows_as_values():
    shares = [0.0] * len(EXPRESSIONS)
    shares[EXPRESSIONS.index("sadness")] = 1.0
    sad, even = feelings([[0.75, 0.25, 0.0, *shares], [0.3, 0.4, 0.3, *[1 / 7] * 7]])
    assert (sad.label, sad.expression, sad.valence) == ("negative", "sadness", -0.75)
    assert even.label == "neutral" and even.valence == 0
