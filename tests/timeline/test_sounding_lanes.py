"""Where somebody speaks on the timeline: by words, by the voice where no words are known, through trims, gaps and muted strips."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.timeline.sounding_lanes import speech, stretches
from assistant_editor.timeline.timebase import FrameRange

from tests.timeline.paper import RATE, strip
from tests.timeline.said import voice
from tests.timeline.spoken_lines import transcript

TOLD = transcript(["one two three", "four five"])
"""Words from picture 10 to 40 and, after a pause of 20, from 60 to 80."""


def heard(*strips, words=TOLD, voices=None, origins=None):
    found = speech(strips, {"m": words} if words else {}, voices or {}, origins or {})
    return [(part.start, part.end) for part in found]


def test_words_without_a_pause_between_them_are_one_stretch() -> None:
    assert [(span.start * RATE, span.end * RATE) for span in stretches(TOLD)] == [(10, 40), (60, 80)]
    near = transcript(["one", "two"], pause=10)
    assert len(stretches(near)) == 1 and not stretches(transcript([]))


def test_speech_stands_where_it_is_heard() -> None:
    assert heard(strip("a", 101, 301, origin=101, kind="SOUND")) == [(111, 141), (161, 181)]
    assert heard(strip("a", 120, 170, origin=101, kind="SOUND")) == [(120, 141), (161, 170)], "cut at both ends"
    assert heard(replace(strip("a", 101, 301, origin=101, kind="SOUND"), muted=True)) == []


def test_what_stands_twice_is_heard_twice_and_what_is_not_known_not_at_all() -> None:
    twice = (strip("a", 1, 51, origin=1, kind="SOUND"), strip("b", 501, 551, origin=501, kind="SOUND"))
    assert heard(*twice) == [(11, 41), (511, 541)]
    assert heard(strip("a", 1, 51, origin=1, kind="SOUND", medium="other")) == []


def test_a_film_counts_from_its_pictures_and_its_words_from_its_sound() -> None:
    film = strip("film", 1, 201, origin=1, kind="MOVIE")
    late = replace(TOLD, origin=Fraction(2))
    assert heard(film, words=late, origins={"m": Fraction(0)}) == [(61, 91), (111, 131)]


def test_the_voice_tells_where_words_are_not_known() -> None:
    said = {"m": voice(("room", 1.0), ("speech", 1.0), ("room", 2.0))}
    ((start, end),) = heard(strip("a", 1, 101, origin=1, kind="SOUND"), words=None, voices=said)
    assert (start, end) == (pytest.approx(26, abs=1), pytest.approx(51, abs=1))
    assert heard(strip("a", 1, 101, origin=1, kind="SOUND"), voices=said)[0] == (11, 41), "words go before the voice"


def test_thousands_of_pieces_are_what_the_whole_would_be() -> None:
    words = transcript(["word"] * 5000)
    pieces = [strip(f"s{n}", 1 + 20 * n, 21 + 20 * n, origin=1, kind="SOUND") for n in range(5000)]
    found = speech(pieces, {"m": words}, {}, {})
    assert found == tuple(FrameRange(frame, frame + 10) for frame in range(11, 100_000, 30))
