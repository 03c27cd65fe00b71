"""Which strips are meant, what became of them while the worker ran, and what is asked about each medium."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from fractions import Fraction

import pytest
from assistant_editor.ml.codec import from_json, to_json
from assistant_editor.ml.errors import BAD_INPUT, EditorError
from assistant_editor.ml.facts import (
    Ambience,
    Boundary,
    Loudness,
    Objects,
    Shots,
    ShotsOptions,
    Span,
    Track,
    Transcript,
    TranscriptOptions,
    Utterance,
    Voice,
    Word,
)
from assistant_editor.timeline import requests
from assistant_editor.timeline.state import Picture
from assistant_editor.timeline.timebase import FrameRange
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.paper import split, strip, timeline

HOUR = Span(Fraction(0), Fraction(7200))


def asked(line, *names, engine="shots"):
    options = {"shots": ShotsOptions(), "transcript": TranscriptOptions()}
    return requests.ask(line, {engine: [line.strip(name) for name in names]}, options)


def there(line, what, engine="shots"):
    return [ref.name for ref in requests.still_there(line, what.strips[engine], what.others)]


def moved(line, name, by, new_name=None):
    def one(ref):
        if ref.name != name:
            return ref
        frames = replace(ref.frames, start=ref.frames.start + by, end=ref.frames.end + by)
        return replace(ref, name=new_name or name, frames=frames, source=replace(ref.source, origin=ref.source.origin + by))

    return replace(line, strips=tuple(map(one, line.strips)))


def test_what_is_asked_survives_json() -> None:
    what = asked(timeline(strip("a", 1, 100), strip("b", 200, 300, origin=200)), "a")
    assert from_json(requests.Asked, to_json(what)) == what


@given(st.lists(st.integers(2, 99), min_size=1, max_size=6, unique=True))
def test_every_piece_of_a_split_strip_is_meant(frames) -> None:
    line = timeline(strip("a", 1, 100))
    what = asked(line, "a")
    for frame in sorted(frames, reverse=True):
        line = split(line, "a", frame)
    assert len(there(line, what)) == len(frames) + 1


def test_a_piece_may_be_moved_and_the_strip_renamed() -> None:
    line = timeline(strip("a", 1, 100))
    what = asked(line, "a")
    line = moved(split(line, "a", 50), "a.001", 500)
    assert there(line, what) == ["a", "a.001"]
    assert there(moved(line, "a", 0, "opening"), what) == ["opening", "a.001"]


def test_what_stood_beside_is_not_meant_nor_what_shows_something_else() -> None:
    beside = strip("copy", 200, 250, origin=200)
    line = timeline(strip("a", 1, 100), beside)
    what = asked(line, "a")
    sound, film = strip("sound", 1, 50, kind="SOUND"), strip("x", 400, 450, medium="n")
    line = timeline(*line.strips, strip("later", 300, 400, origin=200), sound, film)
    assert there(line, what) == ["a"]


def test_a_strip_whose_place_in_its_medium_is_not_known_is_known_by_name() -> None:
    line = timeline(replace(strip("a", 1, 100), source=None, unmapped="it is retimed"))
    what = asked(line, "a")
    assert there(line, what) == ["a"]
    with pytest.raises(EditorError, match="it is retimed") as caught:
        requests.requests(line, what)
    assert caught.value.code == BAD_INPUT


def test_near_strips_are_one_request_and_far_ones_two() -> None:
    def wanted(second: int) -> list[tuple[str, Span | None]]:
        line = timeline(strip("a", 1, 1501, content=HOUR), strip("b", 2000, 3500, origin=2000 - second * 25, content=HOUR))
        return [(request.id, request.span) for request in requests.requests(line, asked(line, "a", "b"))]

    assert wanted(90) == [("m", Span(Fraction(0), Fraction(180)))]
    assert wanted(3600) == [
        ("m", Span(Fraction(0), Fraction(120))),
        ("m#1", Span(Fraction(3540), Fraction(3720))),
    ]


def test_parts_of_a_medium_are_joined_in_order_of_time() -> None:
    def shots(start, *frames):
        found = tuple(Boundary(frame, Fraction(frame, 25), 0.9) for frame in frames)
        return Shots(Span(Fraction(start), Fraction(start + 60)), Fraction(0), Fraction(25), 1500, "hash", found, ("old", f"from {start}"))

    def words(start, language, sure):
        said = (Utterance((Word(" hi", Fraction(start), Fraction(start + 1), 0.9),)),)
        span = Span(Fraction(start), Fraction(start + 60))
        return Transcript(span, Fraction(0), language, sure, "faster-whisper", "base", "transcribe", said)

    found = requests.by_engine(
        {("m#1", "shots"): shots(600, 15100), ("m", "shots"): shots(0, 10, 20), ("m", "transcript"): words(0, "en", 0.6),
         ("m#1", "transcript"): words(600, "de", 0.9), ("other", "shots"): shots(0, 5)}
    )  # fmt: skip
    film = found["shots"]["m"]
    assert [boundary.frame for boundary in film.boundaries] == [10, 20, 15100]
    assert (film.span, film.frames, film.warnings) == (Span(Fraction(0), Fraction(660)), 3000, ("old", "from 0", "from 600"))
    speech = found["transcript"]["m"]
    assert [word.start for word in speech.words] == [0, 600]
    assert speech.language == "de"
    assert found["shots"]["other"] == shots(0, 5)


def test_what_an_engine_warns_of_is_told_once_with_the_files_name() -> None:
    line = timeline(strip("a", 1, 100), strip("b", 200, 300, origin=200), strip("c", 1, 50, medium="n", channel=3))
    silent = Transcript(HOUR, Fraction(0), "en", 1.0, "faster-whisper", "tiny.en", "transcribe", (), ("No speech was heard.",))
    found = {"transcript": {"m": silent, "n": replace(silent, warnings=())}, "shots": {"m": shots_of("m", ("No speech was heard.",))}}
    assert requests.warnings(line, found) == ("m: No speech was heard.",)


def test_what_is_said_of_several_files_is_told_once_with_their_names() -> None:
    for number, expected in ((2, "m0.mp4 and m1.mp4"), (3, "m0.mp4, m1.mp4 and m2.mp4"), (5, "m0.mp4, m1.mp4 and 3 more")):
        places = [(f"m{one}", 1 + 10 * one) for one in range(number)]
        strips = [replace(strip(f"s{at}", at, at + 10, medium=medium), path=f"/films/{medium}.mp4") for medium, at in places]
        found = {"shots": {medium: shots_of(medium, ("Too short.",)) for medium, _ in places}}
        assert requests.warnings(timeline(*strips), found) == (f"{expected}: Too short.",)


def shots_of(_medium, warnings):
    return Shots(HOUR, Fraction(0), Fraction(25), 1, "hash", (), warnings)


def test_a_strip_that_cannot_be_read_is_known() -> None:
    line = timeline(strip("a", 1, 100), strip("b", 200, 300, origin=200, medium=""))
    assert requests.unreadable(line, asked(line, "a", "b"))
    assert not requests.unreadable(line, asked(line, "a"))


def test_sound_heard_in_parts_is_one_with_silence_between() -> None:
    def part(start, rows):
        return Ambience(Span(Fraction(start), Fraction(start) + Fraction(rows, 2)), Fraction(0), Fraction(1, 2), "mel-2", 2,
                        b64encode(bytes([start + 1, 9]) * rows).decode(), (f"part {start}",))  # fmt: skip

    found = requests.by_engine({("m#1", "ambience"): part(60, 3), ("m", "ambience"): part(0, 4), ("n", "ambience"): part(0, 1)})
    one = found["ambience"]["m"]
    rows = b64decode(one.levels)
    assert one.span == Span(Fraction(0), Fraction(123, 2)) and one.warnings == ("part 0", "part 60")
    assert rows == bytes([1, 9]) * 4 + bytes(2 * 116) + bytes([61, 9]) * 3
    assert found["ambience"]["n"] == part(0, 1)


def test_things_of_parts_keep_their_looks() -> None:
    def part(start: int, *tracks: Track) -> Objects:
        seconds = tuple(Fraction(start) + Fraction(number, 3) for number in range(3))
        frames = tuple(int(moment * 24) for moment in seconds)
        span = Span(Fraction(start), Fraction(start + 1))
        return Objects(span, Fraction(0), Fraction(24), "made", 320, 180, frames, seconds, tracks, (f"from {start}",))

    (joined,) = requests.by_engine(
        {("m#1", "objects"): part(60, Track("dog", 0.5, (0, 2), "")), ("m", "objects"): part(0, Track("cat", 0.9, (1,), ""))}
    )["objects"].values()
    assert isinstance(joined, Objects) and joined.span == Span(Fraction(0), Fraction(61)) and len(joined.frames) == 6
    assert [(track.label, [float(joined.seconds[look]) for look in track.samples]) for track in joined.tracks] == [
        ("cat", [pytest.approx(1 / 3)]),
        ("dog", [60.0, pytest.approx(60 + 2 / 3)]),
    ]
    assert joined.warnings == ("from 0", "from 60")


def test_loudness_and_voices_of_parts_are_joined_with_silence_between() -> None:
    def coded(*values: int) -> str:
        return b64encode(bytes(values)).decode()

    first, second = Span(Fraction(1), Fraction(2)), Span(Fraction(3), Fraction(4))
    half = Fraction(1, 2)
    quiet = Loudness(first, Fraction(0), half, "m", -30.0, -20.0, coded(170, 171))
    louder = Loudness(second, Fraction(0), half, "m", -20.0, -3.0, coded(200, 201))
    silent = Loudness(Span(Fraction(5), Fraction(6)), Fraction(0), half, "m", None, None, coded(0, 0))
    parts = {("m#1", "loudness"): louder, ("m", "loudness"): quiet, ("m#2", "loudness"): silent}
    (joined,) = requests.by_engine(parts)["loudness"].values()
    assert joined.span == Span(Fraction(1), Fraction(6)) and joined.true_peak == -3.0
    assert joined.momentary == coded(170, 171, 0, 0, 200, 201, 0, 0, 0, 0)
    assert joined.integrated == pytest.approx(-22.6, abs=0.1)  # the mean of both energies
    rows = [coded(n, n) for n in (1, 2, 3, 4, 5)]
    voices = {
        ("m", "voice"): Voice(first, Fraction(0), half, "m", *rows, -60.0),
        ("m#1", "voice"): Voice(second, Fraction(0), half, "m", *rows, -50.0),
    }
    (joined,) = requests.by_engine(voices)["voice"].values()
    assert joined.pitch == coded(4, 4, 0, 0, 4, 4) and joined.speech == coded(1, 1, 0, 0, 1, 1) and joined.floor == -60.0
    assert joined.contrast == coded(5, 5, 0, 0, 5, 5)


def test_sounds_are_listened_to_but_for_those_that_are_music() -> None:
    strips = [strip(name, 1, 100, kind="SOUND", medium=name, **more) for name, more in (("a", {}), ("b", {}), ("c", {"muted": True}))]
    line = timeline(strip("film", 1, 100, medium="a"), *strips)
    assert [one.name for one in requests.listened(line, ())] == ["a", "b"]
    assert [one.name for one in requests.listened(line, ("b",))] == ["a"]
    assert requests.sounds_meant(line, "ALL", ()) == ("a", "b", "c")
    assert requests.sounds_meant(line, "ALL", ("film",)) == ("a",)  # a picture stands for its sound
    with pytest.raises(EditorError, match="no sound strip"):
        requests.listened(line, ("a", "b"))


def picture(name, start, end, **more):
    ref = replace(strip(name, start, end), kind="OTHER", medium="", path="", **more)
    return Picture(ref, FrameRange(start, end), inside=(replace(strip(f"{name}/in", start, end), medium="within"),))


def test_of_pictures_that_are_no_films_nobody_is_asked_but_of_films_in_them() -> None:
    line = replace(timeline(strip("a", 1, 100)), pictures=(picture("image", 100, 200),))
    options = {"shots": ShotsOptions()}
    alone = requests.ask(line, {"shots": [line.pictures[0].ref]}, options)
    assert there(line, alone) == ["image"] and requests.requests(line, alone) == ()
    whole = requests.ask(line, {"shots": [line.strip("a"), *line.beside]}, options)
    assert there(line, whole) == ["a", "image", "image/in"]
    assert [one.id for one in requests.requests(line, whole)] == [line.strip("a").medium, "within"]


def test_pictures_are_meant_as_films_are() -> None:
    line = replace(timeline(strip("a", 1, 100)), pictures=(picture("image", 100, 200),))

    def meant(line, which="AUTO", names=()):
        return [ref.name for ref in requests.pictured(line, which, names)]

    assert meant(line) == meant(line, "ALL") == ["a", "image"] and meant(line, names=["image"]) == ["image"]
    assert meant(replace(line, pictures=(picture("image", 100, 200, selected=True),))) == ["image"]
    assert meant(replace(line, strips=(), pictures=(picture("image", 100, 200, active=True),))) == ["image"]
    with pytest.raises(EditorError, match="no movie strip here"):
        meant(replace(line, strips=(), pictures=()))
    with pytest.raises(EditorError, match="'b'"):
        meant(line, names=["image", "b"])


def test_it_is_said_what_was_looked_at() -> None:
    for more, told in (({"selected": True}, "No movie strip is selected"), ({"active": True}, "The active strip is no movie strip")):
        sound = replace(strip("voice", 1, 100), kind="SOUND", medium="another", **more)
        with pytest.raises(EditorError, match=told):
            requests.seen(timeline(strip("a", 1, 100), sound), "AUTO", ())
