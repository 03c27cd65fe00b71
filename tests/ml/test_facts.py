"""Spans are half-open and exact; the table of engines is complete."""

from __future__ import annotations

from fractions import Fraction

import pytest
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.engines.registry import MODULES
from assistant_editor.ml.facts import ENGINES, Span, Transcript, Utterance, Word
from hypothesis import given
from hypothesis import strategies as st

spans = st.tuples(*[st.fractions(min_value=0, max_value=100)] * 2).map(lambda pair: Span(min(pair), max(pair)))


@given(spans, spans)
def test_overlap_is_symmetric_and_full_when_covered(one, other):
    assert one.overlap(other) == other.overlap(one) >= 0
    assert one.overlap(one) == one.length
    if one.covers(other):
        assert one.overlap(other) == other.length


@given(spans, st.fractions(min_value=0, max_value=100))
def test_a_span_holds_its_start_and_not_its_end(span, seconds):
    assert span.holds(seconds) == (span.start <= seconds < span.end)
    assert not span.holds(span.end)


def test_a_span_does_not_run_backwards():
    with pytest.raises(ValueError, match="before it starts"):
        Span(Fraction(2), Fraction(1))


def test_every_engine_has_a_module_and_defaults_that_survive_json():
    assert set(ENGINES) == set(MODULES)
    for name, engine in ENGINES.items():
        assert engine.name == name and engine.version >= 1
        assert from_json(engine.options, to_json(engine.options())) == engine.options()
        assert from_json(engine.options, {}) == engine.options()


def test_the_words_of_a_transcript_join_to_its_text():
    words = tuple(Word(text, Fraction(i), Fraction(i + 1), 1.0) for i, text in enumerate([" It", " was", " the", " best"]))
    spoken = Utterance(words[:2]), Utterance(words[2:])
    transcript = Transcript(Span(Fraction(0), Fraction(4)), Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", spoken)
    assert transcript.words == words
    assert [utterance.text for utterance in spoken] == ["It was", "the best"]
