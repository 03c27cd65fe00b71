"""Speech told from the room: by the detector, and by how loud the room is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Span
from assistant_editor.timeline import voicing
from assistant_editor.timeline.voicing import decode, runs, speech_spans, spoken
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.said import HEARD, ROOM, seconds, voice

flags = st.lists(st.booleans(), max_size=60).map(lambda found: np.array(found, bool))


def spans(*parts, **more) -> list[tuple[float, float]]:
    return seconds(speech_spans(decode(voice(*parts)), **more))


def test_facts_become_arrays_in_their_units():
    rows = decode(voice(("room", 0.5), ("speech", 0.5), ("nothing", 0.5), wobble=0))
    assert len(rows) == 150 and rows.floor == ROOM
    assert rows.speech[75] == pytest.approx(0.98, abs=0.002) and rows.voicing[75] == pytest.approx(0.9, abs=0.002)
    assert rows.levels[75] == pytest.approx(-25, abs=0.21) and rows.levels[120] == -100
    assert rows.pitch[75] == pytest.approx(120, rel=0.01) and rows.pitch[10] == 0
    assert rows.seconds(75) == Fraction(3, 4) and rows.span(10, 20) == Span(Fraction(1, 10), Fraction(1, 5))


def test_a_span_covers_every_row_that_it_touches():
    rows = decode(voice(("room", 1.0), start=Fraction(5)))
    assert rows.rows(Span(Fraction("5.101"), Fraction("5.199"))) == (10, 20)
    assert rows.rows(Span(Fraction("5.1"), Fraction("5.2"))) == (10, 20)
    assert rows.rows(Span(Fraction(0), Fraction(99))) == (0, 100)
    assert rows.rows(Span(Fraction(0), Fraction(1))) == (0, 0)


def test_speech_is_where_the_detector_is_sure():
    assert spans(("room", 1.0), ("speech", 1.0), ("room", 1.0)) == [(pytest.approx(1.0, abs=0.03), pytest.approx(2.0, abs=0.03))]
    assert spans(("room", 3.0)) == [] and spans() == []


def test_a_soft_end_the_detector_lets_go_of_belongs_to_the_word():
    found = spans(("room", 2.0), ("speech", 0.5), ("breath", 0.2), ("room", 2.0))
    assert found == [(pytest.approx(2.0, abs=0.03), pytest.approx(2.7, abs=0.03))]


def test_only_so_much_of_a_sound_beside_speech_is_its_end():
    (one,) = spans(("room", 2.0), ("speech", 0.5), ("laughter", 3.0), ("room", 2.0))
    assert one[1] == pytest.approx(2.5 + voicing.REACH, abs=0.03)


def test_a_word_the_detector_only_guesses_at_is_speech_where_it_is_voiced_and_stands_out():
    assert len(spans(("room", 2.0), ("speech", 1.0), ("room", 1.0), ("whisper", 0.3), ("room", 2.0))) == 2


def test_a_word_by_itself_is_speech_though_the_detector_hears_none_and_music_as_loud_is_not(monkeypatch):
    monkeypatch.setitem(HEARD, "go", (0.08, -27.0, 0.9, 120.0, 12.0))
    monkeypatch.setitem(HEARD, "clap", (0.08, -27.0, 0.3, 0.0, 12.0))
    for name, length, count in (("go", 0.3, 2), ("go", 3.0, 1), ("clap", 0.3, 1)):
        assert len(spans(("room", 2.0), ("speech", 1.0), ("room", 1.5), (name, length), ("room", 2.0))) == count


def test_what_is_as_quiet_as_the_room_is_no_speech_though_the_detector_still_hears_some():
    (one,) = spans(("room", 3.0), ("speech", 1.0), ("murmur", 1.5), ("room", 2.0))
    assert one[1] == pytest.approx(4.0 + voicing.HANG, abs=0.05)


def test_in_a_loud_room_the_detector_is_believed_for_what_does_not_stand_out(monkeypatch):
    monkeypatch.setitem(HEARD, "room", (0.01, -36.0, 0.2, 0.0, 0.5))
    monkeypatch.setitem(HEARD, "drowned", (0.95, -36.0, 0.2, 0.0, 1.0))
    (one,) = spans(("room", 3.0), ("speech", 1.0), ("drowned", 1.0), ("room", 3.0))
    # Beginnings are heard late there, and the softest of an end is drowned: both reach into the pause.
    assert 5.05 < one[1] <= 5.0 + voicing.TAIL and 3.0 - voicing.LATE - 0.02 <= one[0] < 2.95


def test_a_first_syllable_before_a_stop_belongs_to_the_word_though_the_detector_is_not_sure_yet(monkeypatch):
    monkeypatch.setitem(HEARD, "onset", (0.05, -30.0, 0.9, 120.0, 1.0))
    (one,) = spans(("room", 2.0), ("onset", 0.08), ("room", 0.07), ("speech", 1.0), ("room", 2.0))
    assert one[0] == pytest.approx(2.0, abs=0.03)
    alone = spans(("room", 2.0), ("onset", 0.08), ("room", 0.4), ("speech", 1.0), ("room", 2.0))
    assert alone[0][0] == pytest.approx(2.48, abs=0.03)


def test_an_end_lasts_while_the_detector_doubts_and_there_is_a_little_more_than_the_room(monkeypatch):
    monkeypatch.setitem(HEARD, "end", (0.25, ROOM + 4, 0.2, 0.0, 1.0))
    monkeypatch.setitem(HEARD, "over", (0.25, ROOM, 0.2, 0.0, 0.5))
    ends = [spans(("room", 2.0), ("speech", 1.0), (name, 0.1), ("room", 2.0))[0][1] for name in ("end", "over")]
    assert ends == [pytest.approx(3.1, abs=0.04), pytest.approx(3.0, abs=0.04)]


def test_an_end_lasts_as_long_as_its_spectrum_is_not_the_rooms_however_soft_it_is(monkeypatch):
    monkeypatch.setitem(HEARD, "hiss", (0.1, ROOM, 0.1, 0.0, 4.0))
    monkeypatch.setitem(HEARD, "chance", (0.1, ROOM, 0.1, 0.0, 2.5))
    ends = [spans(("room", 2.0), ("speech", 1.0), (name, 0.2), ("room", 2.0))[0][1] for name in ("hiss", "chance")]
    assert ends == [pytest.approx(3.2, abs=0.04), pytest.approx(3.0, abs=0.04)]
    # An offset asks for more of it, or is content with less.
    asked = [
        seconds(speech_spans(decode(voice(("room", 2.0), ("speech", 1.0), ("hiss", 0.2), ("room", 2.0))), offset)) for offset in (6, -3)
    ]
    assert [found[0][1] for found in asked] == [pytest.approx(3.0, abs=0.04), pytest.approx(3.2, abs=0.04)]


def test_the_last_consonant_after_its_closure_belongs_to_the_word(monkeypatch):
    monkeypatch.setitem(HEARD, "release", (0.1, ROOM + 2, 0.1, 0.0, 6.0))
    (one,) = spans(("room", 2.0), ("speech", 1.0), ("room", 0.1), ("release", 0.06), ("room", 2.0))
    assert one[1] == pytest.approx(3.16, abs=0.03)
    assert spans(("room", 2.0), ("speech", 1.0), ("room", 0.4), ("release", 0.06), ("room", 2.0))[0][1] == pytest.approx(3.0, abs=0.03)


def test_a_soft_consonant_after_its_closure_belongs_to_the_word_where_the_detector_hears_it_too(monkeypatch):
    for detected, end in ((0.12, 3.16), (0.01, 3.0)):
        monkeypatch.setitem(HEARD, "release", (detected, ROOM + 2, 0.1, 0.0, 3.5))
        (one,) = spans(("room", 2.0), ("speech", 1.0), ("room", 0.1), ("release", 0.06), ("room", 2.0))
        assert one[1] == pytest.approx(end, abs=0.03)


def test_what_differs_a_little_is_a_beginning_where_the_room_drowns_it_and_is_not_steady(monkeypatch):
    monkeypatch.setitem(HEARD, "room", (0.01, -40.0, 0.2, 0.0, 0.5))
    monkeypatch.setitem(HEARD, "note", (0.01, -30.0, 0.2, 0.0, 0.5))
    monkeypatch.setitem(HEARD, "drowned", (0.02, -35.0, 0.2, 0.0, 2.0))
    unsteady, steady = [("room", 0.3), ("note", 0.2)] * 8, [("room", 4.0)]
    begins = [spans(*parts, ("drowned", 0.3), ("speech", 1.0), *parts)[0][0] for parts in (unsteady, steady)]
    assert begins[0] < 4.0 and begins[1] > 4.1


def test_the_detectors_doubt_is_a_beginning_only_where_something_else_than_the_room_is_heard(monkeypatch):
    for differing, begin in ((1.5, 3.0 - voicing.LATE), (0.5, 3.0)):
        monkeypatch.setitem(HEARD, "doubt", (0.3, ROOM, 0.1, 0.0, differing))
        (one,) = spans(("room", 2.8), ("doubt", 0.2), ("speech", 1.0), ("room", 2.0))
        assert one[0] == pytest.approx(begin, abs=0.03)


def test_a_room_full_of_voices_is_no_speech_though_the_detector_hears_some_now_and_then(monkeypatch):
    monkeypatch.setitem(HEARD, "room", (0.15, -45.0, 0.5, 0.0, 1.0))
    monkeypatch.setitem(HEARD, "others", (0.6, -43.0, 0.5, 0.0, 2.0))
    parts = ("room", 2.0), ("others", 0.3), ("room", 2.0), ("speech", 1.0), ("others", 0.3), ("room", 2.0)
    (one,) = spans(*parts)
    # Beginnings count from where the detector is surer than of this room, ends only a moment beyond what is heard.
    assert one == (pytest.approx(4.3, abs=0.04), pytest.approx(5.3 + voicing.HANG, abs=0.04))


def test_the_limit_follows_the_room():
    rows = decode(voice(("room", 40.0), ("speech", 1.0), ("louder room", 40.0), ("speech", 1.0), ("louder room", 5.0)))
    floor, more = rows.room
    assert floor[1000] == pytest.approx(-60, abs=1) and floor[7000] == pytest.approx(-40, abs=1)
    half = (rows.loudest - floor) / 2
    assert (more >= voicing.LEAST).all() and (more <= np.maximum(voicing.MOST, half + 0.01)).all()
    assert len(speech_spans(rows)) == 2


def test_digital_silence_is_no_room_to_compare_with():
    rows = decode(voice(("nothing", 3.0), ("speech", 1.0), ("nothing", 3.0)))
    assert rows.room[0].min() >= rows.loudest - voicing.DEEPEST - 0.01
    assert len(speech_spans(rows)) == 1


def test_an_offset_moves_what_counts_as_heard():
    parts = ("room", 2.0), ("speech", 0.5), ("breath", 0.2), ("room", 2.0)
    assert spans(*parts, offset=0.0)[0][1] > spans(*parts, offset=20.0)[0][1]


@given(flags, st.integers(0, 5), st.integers(0, 5))
def test_widened_is_what_it_says(found, before, after):
    wide = voicing.widened(found, before, after)
    for place in range(len(found)):
        assert wide[place] == found[max(0, place - after) : place + before + 1].any()


@given(flags)
def test_runs_tell_all_and_only_what_is_set(found):
    told = np.zeros(len(found), bool)
    for first, end in runs(found):
        assert first < end and not told[first:end].any()
        told[first:end] = True
    assert np.array_equal(told, found)


@given(flags, st.integers(1, 6))
def test_holes_are_filled_and_short_ones_go(found, length):
    full = voicing.filled(found, length)
    assert (full >= found).all()
    assert all(first == 0 or end == len(found) or end - first > length for first, end in runs(~full))
    assert all(end - first >= length for first, end in runs(voicing.without_short(found, length)))


@given(st.lists(st.tuples(st.sampled_from(sorted(HEARD)), st.integers(1, 120).map(lambda rows: rows / 100)), max_size=8))
def test_whatever_is_heard_there_is_an_answer(parts):
    rows = decode(voice(*parts))
    found = spoken(rows)
    assert found.shape == (len(rows),)
    assert all(end - first >= 5 for first, end in runs(found))
