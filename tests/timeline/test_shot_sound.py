"""What is heard with a shot: its own sound, a recorder's beside it, music under it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from assistant_editor.ml.facts import Beat, Beats
from assistant_editor.timeline.shot_log import PICTURED, SOUNDED, log
from assistant_editor.timeline.shot_sound import SILENCE, Sounding
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap

from .test_shot_log import heard, shots, span, transcript

RATE = Fraction(25)
START = 101
"""The frame at which the film begins, and its picture's second 0."""


def sound(medium: str, first: int = START, frames: int = 250, zero: int | None = None, **more: Any) -> StripRef:
    """`zero` is the frame at which its second 0 lies."""
    source = SourceMap(Fraction(first if zero is None else zero), RATE)
    return StripRef(f"{medium} {first}", "SOUND", f"/{medium}", medium, 2, FrameRange(first, first + frames), source, **more)


def music(confidence: float) -> Beats:
    beats = tuple(Beat(Fraction(number, 2), False, 0.5) for number in range(100))
    return Beats(span(0, 60), Fraction(0), "made", 120.0, beats, confidence)


def said(strips: list[StripRef], known: dict[str, dict[str, Any]], first: int = START, start: float = 0.0, seconds: int = 10) -> Any:
    """The log of a shot of "film" that stands over so many seconds from `first`."""
    frames, where = FrameRange(first, first + 25 * seconds), span(start, start + seconds)
    under = Sounding(strips, known).under(frames, where.start, "film")
    (one,) = log(known.get("film", {"shots": shots()}), "film", "/film", [where], under=[under])
    return under, one


FILM = {"shots": shots(), "transcript": transcript((1, "Camera sound, far away."))}
RECORDER = {"transcript": transcript((21, "Clear words of the recorder, many of them."), (29, "And the next shot's."))}


def test_the_films_own_sound_counts_where_it_is_heard_alone() -> None:
    under, one = said([sound("film")], {"film": FILM})
    assert under is None and one.words == "Camera sound, far away."


def test_words_of_a_recorder_beside_a_film_without_sound_are_those_said_while_it_is_seen() -> None:
    recorder = sound("recorder", zero=START - 20 * 25)  # second 20 of the recorder is second 0 of the film
    _under, one = said([recorder], {"film": {"shots": shots()}, "recorder": RECORDER})
    assert one.words == "Clear words of the recorder, many of them. And the next shot's."
    _under, later = said([recorder], {"film": {"shots": shots()}, "recorder": RECORDER}, START + 200, 8.0, 2)
    assert later.words == "And the next shot's."
    assert "transcript" not in one.missing and "voice" in one.missing


def test_where_nothing_sounds_nobody_could_listen_and_what_is_known_of_its_own_sound_counts() -> None:
    under, one = said([], {"film": {"shots": shots()}})
    assert under is SILENCE and not {"transcript", "voice", "loudness", "beats", "sounds"} & set(one.missing)
    assert {"objects", "faces", "pictures", "concepts"} <= set(one.missing)
    _under, one = said([], {"film": FILM})
    assert one.words == "Camera sound, far away."
    _under, one = said([sound("film")], {"film": {"shots": shots()}})
    assert {"transcript", "voice"} <= set(one.missing)


def test_of_a_film_that_nobody_looked_at_everything_is_missing_that_can_be_known() -> None:
    where = [span(0, 10)]
    (heard_too,) = log({}, "film", "/film", where, film=True)
    assert set(heard_too.missing) == {"shots", *PICTURED, *SOUNDED} and heard_too.mood is None
    (silent,) = log({}, "film", "/film", where, under=[SILENCE], film=True)
    assert set(silent.missing) == {"shots", *PICTURED}
    (sound_alone,) = log({}, "reading", "/reading", where)
    assert set(sound_alone.missing) == set(SOUNDED)


def test_whoever_says_most_is_listened_to() -> None:
    recorder = sound("recorder", zero=START - 20 * 25)
    _under, one = said([sound("film"), recorder], {"film": FILM, "recorder": RECORDER})
    assert one.words.startswith("Clear words")
    far = sound("recorder", zero=START - 40 * 25)  # nothing is said there
    under, own = said([sound("film"), far], {"film": FILM, "recorder": RECORDER})
    assert under is None and own.words == "Camera sound, far away."


@pytest.mark.parametrize("more", [{"muted": True}, {"source": None}])
def test_what_is_muted_or_plays_nobody_knows_what_is_not_heard(more: dict[str, Any]) -> None:
    recorder = sound("recorder", zero=START - 20 * 25)
    recorder = StripRef(**{**{name: getattr(recorder, name) for name in recorder.__dataclass_fields__}, **more})
    under, _one = said([sound("film"), recorder], {"film": FILM, "recorder": RECORDER})
    assert under is None


def test_a_camera_whose_sound_is_muted_says_nothing_where_something_else_is_heard() -> None:
    _under, one = said([sound("film", muted=True), sound("room")], {"film": FILM, "room": {}})
    assert one.words == ""


def test_music_comes_from_the_strip_that_is_surest_to_be_music_and_words_from_the_other() -> None:
    song = {"beats": music(0.9), "sounds": heard((8, 12, "music")), "transcript": transcript()}
    film = {**FILM, "beats": music(0.1), "sounds": heard()}
    strips = [sound("film"), sound("song", zero=START - 8 * 25)]
    under, one = said(strips, {"film": film, "song": song})
    assert one.words == "Camera sound, far away."
    assert under.sound is song and under.ahead == 8 and under.said_ahead == 0


def test_laughter_in_a_recorder_makes_the_shot_funny_only_while_it_is_heard() -> None:
    recorder = {"transcript": transcript((21, "Well, well, here we are again today.")), "sounds": heard((21, 24, "laughter"))}
    strips = [sound("recorder", zero=START - 20 * 25)]
    _under, one = said(strips, {"film": {"shots": shots()}, "recorder": recorder}, seconds=5)
    assert [seen.label for seen in one.concepts] == ["laughter"]
    _under, later = said(strips, {"film": {"shots": shots()}, "recorder": recorder}, START + 125, 5.0, 5)
    assert not later.concepts
