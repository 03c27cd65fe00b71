"""Exact words from heard ones: order, room, spans, nothing lost or doubled."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from assistant_editor.ml.engines import words as W
from assistant_editor.ml.engines.words import Heard
from assistant_editor.ml.facts import Span
from hypothesis import given
from hypothesis import strategies as st

SECONDS = st.integers(-2_000_000, 40_000_000).map(lambda micro: Fraction(micro, 1_000_000))


@st.composite
def heard(draw, least=0):
    """Words in order of their starts, as recognisers give them; ends may lie before starts and far inside the next word."""
    starts = sorted(draw(st.lists(SECONDS, min_size=least, max_size=40)))
    lengths = draw(st.lists(st.integers(-100, 3000), min_size=len(starts), max_size=len(starts)))
    return [
        Heard(f" w{place}", start, start + Fraction(length, 1000), 0.5)
        for place, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]


@st.composite
def spans(draw):
    start = draw(st.integers(0, 30_000))
    return Span(Fraction(start, 1000), Fraction(start + draw(st.integers(1000, 20_000)), 1000))


@given(heard(), spans())
def test_exact_words_stand_in_order_inside_the_span(said, span):
    words = W.exact(said, span)
    assert [word.text for word in words] == [word.text for word in said]
    edges = [span.start, *(edge for word in words for edge in (word.start, word.end)), span.end]
    assert edges == sorted(edges)
    assert all(word.start < word.end for word in words)


@given(st.lists(st.integers(20, 900), min_size=1, max_size=30))
def test_times_that_are_good_stay(lengths):
    said, now = [], Fraction(1)
    for length in lengths:
        said.append(Heard(" w", now, now + Fraction(length, 1000), 0.9))
        now += Fraction(length, 1000)
    words = W.exact(said, Span(Fraction(0), now + 1))
    assert [(word.start, word.end) for word in words] == [(word.start, word.end) for word in said]


def test_times_are_whole_milliseconds():
    (word,) = W.exact([Heard(" a", Fraction(1, 3), Fraction(2, 3), 0.123456)], Span(Fraction(0), Fraction(9)))
    assert (word.start, word.end, word.confidence) == (Fraction(333, 1000), Fraction(667, 1000), 0.1235)


def test_a_word_without_length_gets_some_and_the_next_one_gives_way():
    said = [Heard(" a", Fraction(1), Fraction(1), 0.5), Heard(" b", Fraction(1), Fraction(2), 0.5)]
    first, second = W.exact(said, Span(Fraction(0), Fraction(9)))
    assert (first.start, first.end, second.start, second.end) == (1, 1 + W.SHORTEST, 1 + W.SHORTEST, 2)


@given(heard(), st.lists(st.integers(0, 40_000), min_size=1, max_size=5, unique=True))
def test_spans_side_by_side_share_no_word_and_lose_none(said, cuts):
    edges = [Fraction(-100), *(Fraction(cut, 1000) for cut in sorted(cuts)), Fraction(100)]
    parts = [W.within(said, Span(*pair)) for pair in pairwise(edges)]
    assert sorted(word.text for part in parts for word in part) == sorted(word.text for word in said)


@given(st.lists(st.sampled_from([" a", "", " ", " b,", "c", "\n"]), max_size=12))
def test_blanks_go_with_their_neighbours_and_no_text_is_lost(texts):
    said = [Heard(text, Fraction(place), Fraction(place + 1), 0.5) for place, text in enumerate(texts)]
    words = W.whole(said)
    assert all(word.text.strip() for word in words)
    if words:
        assert "".join(word.text for word in words).rstrip() == "".join(texts).rstrip()


@given(st.text(alphabet="ab c\n", max_size=30), st.integers(0, 3000), st.integers(1, 9000))
def test_spread_keeps_the_text_and_fills_the_time(text, start, length):
    begin, end = Fraction(start, 1000), Fraction(start + length, 1000)
    words = W.spread(text, begin, end, 0.1)
    assert "".join(word.text for word in words).split() == text.split()
    if words:
        assert words[0].start == begin and words[-1].end == end
        assert all(before.end == after.start for before, after in pairwise(words))


@given(heard(least=1))
def test_utterances_keep_every_word(said):
    words = W.exact(said, Span(Fraction(0), Fraction(60)))
    groups = W.utterances(said, words)
    assert [word for group in groups for word in group.words] == words


def test_a_sentence_or_a_breath_begins_an_utterance():
    def at(text, start, end):
        return Heard(text, Fraction(start, 10), Fraction(end, 10), 0.5, start / 100)

    said = [at(" One.", 0, 5), at(" Two", 5, 9), at(" three?\u201d", 9, 14), at(" Four", 14, 18), at(" five", 24, 28)]
    groups = W.utterances(said, W.exact(said, Span(Fraction(0), Fraction(9))))
    assert [group.text for group in groups] == ["One.", "Two three?\u201d", "Four", "five"]
    assert [group.no_speech for group in groups] == [0.0, 0.09, 0.14, 0.24]
