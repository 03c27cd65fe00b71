"""Which texts are taken for English."""

from __future__ import annotations

import pytest
from assistant_editor.ml.engines.english import english


@pytest.mark.parametrize(
    "text",
    [
        "The train leaves at nine.", "I don\u2019t know what you mean, but it's fine.", "Well, that was not what we had in mind at all.",
        "Turn left at the next corner.", "She was the only one who came back from the war.", "We won!", "", "12:30", "Merci",
        "Wow, amazing", "omg best day ever!!!", "Woot! Happy New Year!", "Girls gotta stick together.",
    ],
)  # fmt: skip
def test_english_and_what_is_too_short_to_tell(text):
    assert english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ich weiß nicht, was soll es bedeuten, dass ich so traurig bin.", "Das ist ein sehr schöner Tag in Berlin.",
        "Je ne sais pas ce que tu veux dire, mais c'est triste.", "El tren sale a las nueve de la mañana.",
        "Il treno parte alle nove e non torna più.", "De trein vertrekt om negen uur in de ochtend.",
        "Trem sai às nove horas da manhã, no Rio.", "Guten Morgen, liebe Freunde!", "Andiamo tutti insieme stasera.",
        "Tack så mycket, vi ses.", "Terima kasih banyak, sampai jumpa.", "Habari ya asubuhi, rafiki yangu?", "Jó reggelt, hogy vagy ma?",
        "Pociąg odjeżdża o dziewiątej rano.", "Поезд отправляется в девять.", "列车九点出发。", "القطار يغادر في التاسعة", "はい",
    ],
)  # fmt: skip
def test_other_languages(text):
    assert not english(text)
