"""Lists of fillers: what they know, and where a phrase is none."""

from __future__ import annotations

import pytest
from assistant_editor.timeline import filler_words
from assistant_editor.timeline.filler_words import fillers, plain

from tests.timeline.said import words


def told(text: str, language: str = "en", own=(), pause: float = 0.05):
    """[(text, sound, confidence)] of the fillers in words of 0.2 s; a bar is a pause of half a second."""
    at, said = 0.0, []
    for part in text.split():
        if part == "|":
            at += 0.5
            continue
        said.append((part, round(at, 3), round(at + 0.2, 3)))
        at += 0.2 + pause
    heard = words(*said).words
    found = fillers(heard, [plain(word.text) for word in heard], language, tuple(own))
    return [(" ".join(word.text.strip() for word in heard[one.first : one.last]), one.sound, one.confidence) for one in found]


@pytest.mark.parametrize("written", ["um", "Umm,", "ummmm...", "UH", "uhhh", "Er,", "erm", "hmm", "Hmmmm."])
def test_a_sound_is_known_however_it_is_written(written):
    ((text, sound, sure),) = told(f"and {written} then")
    assert (text, sound) == (written, True) and sure >= 0.85


@pytest.mark.parametrize("word", ["umbrella", "a", "I", "error", "here", "harm", "hum-drum", "so", "mm2"])
def test_words_that_hold_one_are_none(word):
    assert not [one for one in told(f"the {word} is") if one[1]]


def test_languages_have_their_own():
    assert told("und äh dann", "de")[0][:2] == ("äh", True)
    assert told("er ist um acht da", "de") == []
    assert told("euh je sais pas", "fr")[0][:2] == ("euh", True)
    assert told("um homem em casa", "pt") == [] and told("e poi", "it") == []
    assert told("えー と 今日 は", "ja")[0][:2] == ("えー と", True)
    assert told("um", "xx") == [] and not filler_words.known("xx") and filler_words.known("pl")


def test_a_phrase_is_likelier_where_it_stands_alone():
    ((_, sound, flowing),) = told("he was you know tired")
    ((_, _, alone),) = told("he was, | you know, | tired")
    assert not sound and flowing < 0.4 < 0.6 < alone


@pytest.mark.parametrize(
    "text", ["do you know what it is", "what I mean is this", "that kind of thing", "I like the song", "you know how to"]
)
def test_a_phrase_that_means_something_is_none(text):
    assert told(text) == []


def test_phrases_of_ones_own():
    assert told("and yada yada so", own=["yada yada"])[0][0] == "yada yada"


def test_every_line_of_every_list_can_be_read():
    for language in filler_words.PHRASES:
        assert filler_words._phrases(language, ())
    for language, text in filler_words.SOUNDS.items():
        assert len(filler_words._sounds(language)) <= len(text.split()) and filler_words.known(language)
    latin = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
    assert not [sound for language in latin for sound in filler_words._sounds(language) if len(sound) < 2]
