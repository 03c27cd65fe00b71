"""Names that are told are used where they are heard, and nowhere else."""

from __future__ import annotations

import pytest
from assistant_editor.ml.engines.prompts import VERBATIM, Prompt, prompt_of


def test_terms_are_read_as_people_write_them():
    assert prompt_of(" Dashwood,Elinor ;  Norland\n Park\n\n,Dashwood", " In short. ") == Prompt(
        ("Dashwood", "Elinor", "Norland", "Park"), "In short."
    )
    assert prompt_of("", "").text == "" and prompt_of("A, B", "So.").text == "A, B. So."


@pytest.mark.parametrize(
    ("said", "without", "invented"),
    [
        ("Mr. Dashwoode left.", "Mr. Dashwood left.", False),
        ("I met Kowalczyk today.", "I met Kovall Chick today.", False),
        ("Then Kowalczyk came.", "Then came.", True),
        ("The Kowalczyk is red.", "The table is red.", True),
        ("Dashwoode, Kowalczyk.", "", True),
        ("Nothing of it here.", "Nothing at all here.", False),
    ],
)
def test_a_name_needs_something_like_it_in_the_sound(said, without, invented):
    assert Prompt(("Dashwoode", "Kowalczyk")).invented(said, without) is invented


def test_only_texts_that_hold_the_prompt_are_proven():
    prompt = Prompt(("Dashwoode",), "It was the best of times, it was the worst of times.")
    assert prompt.echoed("Mr. dashwoode left.") and prompt.echoed("it was the best of times") and not prompt.echoed("A red table.")
    assert not Prompt().echoed("anything")


def test_an_echo_of_the_style_is_not_speech():
    prompt = Prompt((), "Welcome back to the show.")
    assert prompt.invented("Welcome back to the show.", "Hm.")
    assert not prompt.invented("Welcome back to the show.", "welcome back to this show")


def test_an_example_of_how_to_write_is_told_last_and_may_share_words_with_what_is_said():
    prompt = prompt_of("Dashwoode", "So.", VERBATIM["en"])
    assert prompt.text == f"Dashwoode. So. {VERBATIM['en']}"
    assert not prompt_of("", "", VERBATIM["en"]).echoed("Um, so we left.")
    assert prompt_of("", "", VERBATIM["en"]).echoed("Um, so, uh, I wa-")


def test_every_example_stumbles():
    for language, text in VERBATIM.items():
        assert text.endswith((".", "\u3002")) and (language == "ja" or len(text.split()) > 10)
