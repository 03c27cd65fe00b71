"""Sounds without words: told from breath, from room, from ends of words that were timed too short."""

from __future__ import annotations

from dataclasses import replace

from assistant_editor.timeline.hesitations import drawn_out, hesitations, trimmed, usual_lengths
from assistant_editor.timeline.voicing import decode

from tests.timeline.said import voice, words

AROUND = ("speech", 2.0), ("room", 0.2)


def listened(*parts, said=(("one", 0.0, 0.5), ("two", 0.5, 1.0), ("three", 1.0, 1.5), ("four", 1.5, 2.0))):
    rows = decode(voice(*parts))
    heard = words(*said).words
    return rows, heard, usual_lengths(heard, [len(word.text.strip()) for word in heard])


def found(*parts, said=None):
    rows, heard, usual = listened(*parts, **({"said": said} if said else {}))
    return hesitations(rows, heard, usual)


def test_a_held_sound_without_a_word_is_one():
    (one,) = found(*AROUND, ("speech", 0.4), ("room", 0.5))
    assert one.steady and not one.tight and one.before == 3 and one.confidence >= 0.8
    assert abs(one.start - 2.2) < 0.03 and abs(one.end - 2.6) < 0.06


def test_breath_room_laughter_and_clicks_are_none():
    for name in ("breath", "room", "louder room", "click", "murmur"):
        assert found(*AROUND, (name, 0.4), ("room", 0.5)) == [], name


def test_too_short_and_too_long_is_none():
    assert found(*AROUND, ("speech", 0.06), ("room", 0.5)) == []
    assert found(*AROUND, ("speech", 2.5), ("room", 0.5)) == []


def test_what_runs_into_a_word_is_less_sure():
    (free,) = found(*AROUND, ("speech", 0.4), ("room", 0.5))
    (tight,) = found(("speech", 2.4), ("room", 0.5))
    assert tight.tight and tight.confidence < free.confidence


def test_behind_a_word_that_was_timed_too_short_it_is_the_word():
    said = (("one", 0.0, 0.5), ("two", 0.5, 1.0), ("three", 1.0, 1.5), ("four", 1.5, 1.6))
    (one,) = found(("speech", 1.9), ("room", 0.5), said=said)
    assert one.confidence < 0.4


def test_speech_without_words_is_told_as_such():
    syllable = (("speech", 0.08), ("soft", 0.05)) * 4
    (one,) = found(*AROUND, *syllable, ("room", 0.5))
    assert not one.steady and one.confidence < 0.5


def test_a_word_stretched_over_a_sound_gets_its_own_time_back():
    said = (("one", 0.0, 0.3), ("two", 0.3, 0.6), ("three", 0.6, 0.9), ("four", 0.9, 1.2), ("was", 1.4, 2.4))
    rows, heard, usual = listened(("speech", 1.2), ("room", 0.2), ("speech", 0.5), ("room", 0.2), ("speech", 0.3), ("room", 0.5), said=said)
    closer = trimmed(rows, heard, usual)
    assert closer[:4] == list(heard[:4]) and abs(float(closer[4].start) - 2.1) < 0.04 and closer[4].end == heard[4].end
    (one,) = hesitations(rows, closer, usual)
    assert abs(one.start - 1.4) < 0.05 and abs(one.end - 1.9) < 0.05
    assert trimmed(rows, [replace(word) for word in heard[:4]], usual[:4]) == list(heard[:4])


def test_a_word_drawn_out_is_one_that_holds_one_sound():
    said = (("one", 0.0, 0.3), ("two", 0.3, 0.6), ("so", 0.6, 1.6), ("then", 1.6, 1.9), ("on", 1.9, 2.1))
    rows, heard, usual = listened(("speech", 2.1), ("room", 0.5), said=said)
    (one,) = drawn_out(rows, heard, usual)
    assert one.place == 2 and one.held > 0.8 and one.usual < 0.4
    busy, _, _ = listened(*((("speech", 0.07), ("soft", 0.04)) * 20), ("room", 0.5), said=said)
    assert drawn_out(busy, heard, usual) == []


def test_the_last_word_before_a_pause_may_be_long():
    said = (("one", 0.0, 0.3), ("two", 0.3, 0.6), ("three", 0.6, 0.9), ("times.", 0.9, 1.55))
    rows, heard, usual = listened(("speech", 1.55), ("room", 0.6), said=said)
    assert drawn_out(rows, heard, usual) == []


def test_nothing_is_found_in_nothing():
    rows, heard, usual = listened(("nothing", 1.0))
    assert hesitations(rows, heard, usual) == [] and hesitations(rows, (), ()) == [] and drawn_out(rows, (), ()) == []
    assert drawn_out(rows, heard, usual) == [] and trimmed(rows, heard, usual) == list(heard)
