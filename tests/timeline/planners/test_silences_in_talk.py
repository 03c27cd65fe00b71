"""Words that a recogniser writes over pauses in which others talk: where they hold a pause, and where not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assistant_editor.ml.facts import Span
from assistant_editor.timeline.pauses import BESIDE

from tests.timeline.planners.test_silences import PLAIN, TALK, frames, near, proposed
from tests.timeline.said import HEARD, words

TALKING = {"room": (0.12, -46.0, 0.5, 0.0, 1.0), "speech": (0.98, -25.0, 0.9, 120.0, 20.0)}
"""Others talk far away, 21 dB below."""


def test_a_word_at_the_level_of_others_who_talk_far_away_is_no_reason_to_keep_a_pause(monkeypatch):
    for name, heard in TALKING.items():
        monkeypatch.setitem(HEARD, name, heard)
    plain = frames(proposed(*TALK))
    assert frames(proposed(*TALK, said=words(("so", 5.0, 5.4)))) == plain
    # Said as loud as speech but for a few decibels, it is one, though the detector heard nothing; and so is one that goes on from speech.
    monkeypatch.setitem(HEARD, "aside", (0.1, -33.0, 0.4, 0.0, 1.0))
    aside = ("room", 2.0), ("speech", 2.0), ("room", 1.0), ("aside", 0.4), ("room", 1.6), ("speech", 2.0), ("room", 2.0)
    near(proposed(*aside, said=words(("so", 5.0, 5.4))), (0.0, 1.9), (4.15, 4.9), (5.55, 6.9), (9.15, 11.0))


def test_what_stays_of_a_word_beside_speech_has_no_padding_of_its_own(monkeypatch):
    for name, heard in TALKING.items():
        monkeypatch.setitem(HEARD, name, heard)
    late = words(("so", 3.8, 4.6))
    assert frames(proposed(*TALK, said=late)) == frames(proposed(*TALK))
    bare = replace(PLAIN, before=Fraction(0), after=Fraction(0))
    near(proposed(*TALK, options=bare), (0.0, 2.0), (4.0, 7.0), (9.0, 11.0))
    near(proposed(*TALK, said=late, options=bare), (0.0, 2.0), (4.0 + BESIDE, 7.0), (9.0, 11.0))


def test_where_the_room_drowns_words_they_are_believed(monkeypatch):
    monkeypatch.setitem(HEARD, "room", (0.12, -38.0, 0.5, 0.0, 1.0))
    found = proposed(*TALK, said=words(("so", 5.0, 5.4)))
    assert not any(one.span.overlap(Span(Fraction("4.9"), Fraction("5.55"))) for one in found.removals)
