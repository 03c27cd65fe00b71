"""Words said twice and beginnings said again; what is said twice on purpose."""

from __future__ import annotations

from itertools import pairwise

import pytest
from assistant_editor.timeline import filler_words
from assistant_editor.timeline.aligning import normal
from assistant_editor.timeline.stumbles import stumbles
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.said import words


def found(text: str, fillers=(), gap: float = 0.05, language: str = "en"):
    """The stumbles among words of 0.2 s; a bar is a pause of half a second, two bars three seconds."""
    at, said = 0.0, []
    for part in text.split():
        if set(part) == {"|"}:
            at += 0.5 if part == "|" else 3.0
            continue
        said.append((part, round(at, 3), round(at + 0.2, 3)))
        at += 0.2 + gap
    heard = words(*said).words
    places = {place for place, word in enumerate(heard) if normal(word.text) in fillers}
    told = stumbles(heard, [normal(word.text) for word in heard], places, filler_words.doubles(language))
    return [(" ".join(word.text.strip() for word in heard[one.first : one.last]), one.kind, one.confidence) for one in told]


@pytest.mark.parametrize(
    "text, gone, kind",
    [
        ("and the the house", "the", "repeat"),
        ("so I I I want it", "I I", "repeat"),
        ("and we had | we had everything", "we had", "repeat"),
        ("I want to go to I want to go to the sea", "I want to go to", "repeat"),
        ("well I wa- I want it", "I wa-", "restart"),
        ("it was a bi— a big one", "a bi—", "restart"),
        ("we wa- want it", "wa-", "restart"),
        ("I think we sho I think we should go", "I think we sho", "restart"),
    ],
)
def test_what_is_said_again_goes_and_the_last_stays(text, gone, kind):
    ((told, how, sure),) = found(text)
    assert (told, how) == (gone, kind) and sure >= 0.6


def test_fillers_between_are_stepped_over_and_go_along():
    ((told, _, sure),) = found("and I um I want it", {"um"})
    assert told == "I um" and sure >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "no no no", "it is very very good", "I know that that is so", "call two two five", "Fail again. Fail again. Fail better.",
        "let it be let it be let it be let it be", "It works. | It works. | Good.", "bye bye",
        "it was the age of wisdom, it was the age of foolishness", "we had everything before us, we had nothing before us",
        "ask not what your country can do for you, ask what you can do",
    ],
)  # fmt: skip
def test_what_is_said_twice_on_purpose_has_little_confidence(text):
    assert all(sure < 0.4 for _, _, sure in found(text)), found(text)


def test_after_a_long_pause_it_is_no_stumble():
    assert found("and the || the house") == []
    assert found("and the | the house")


@given(st.lists(st.sampled_from(["a", "b", "c", "wa-", "want", "um", "two.", "—"]), max_size=40))
def test_stumbles_stand_in_order_and_what_is_said_again_follows(texts):
    heard = words(*((text, number * 0.3, number * 0.3 + 0.25) for number, text in enumerate(texts))).words
    told = stumbles(heard, [normal(word.text) for word in heard], {place for place, text in enumerate(texts) if text == "um"}, frozenset())
    for one in told:
        assert 0 <= one.first < one.last <= one.again < one.end <= len(heard) and 0 < one.confidence < 1
        assert normal(heard[one.first].text) == normal(heard[one.again].text) or heard[one.first].text.endswith("-")
    assert all(one.again <= other.first for one, other in pairwise(told))
