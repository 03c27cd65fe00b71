"""Which matte films strips need, which serve them, and where things were followed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml import matte_files, mattes
from assistant_editor.ml.facts import Boundary, Objects, Shots, Span, Track
from assistant_editor.ml.mattes import Grid, Matte, MatteOptions, Wanted
from assistant_editor.timeline.cutout_wanted import HANDLES, followed, grid_of, place, served, wanted
from assistant_editor.timeline.state import StripRef
from assistant_editor.timeline.timebase import FrameRange, SourceMap
from hypothesis import given
from hypothesis import strategies as st

RATE = Fraction(25)
OPTIONS = MatteOptions()


def strip(start, end, *, begins=0, length=1000, name="a", rate=RATE, scene=RATE, trim=0):
    """A strip over start..end whose content begins `begins` frames before it; `trim` pictures were cut off the content for good."""
    matched = rate != scene
    source = SourceMap(
        Fraction(start - begins), scene if matched else rate, Fraction(trim) / rate, rate, float(rate / scene) if matched else 1.0
    )
    return StripRef(
        name, "MOVIE", "/films/walk.mp4", "medium", 2, FrameRange(start, end), source, Span(Fraction(0), Fraction(length) / rate)
    )


def matte(grid, options=OPTIONS, film="walk.0123456789.matte.mkv"):
    return Matte(film, "medium", mattes.digest(options), grid, 64, 32, "made", folder="/films/mattes")


def asked(*strips, there=(), options=OPTIONS, objects=None, shots=None):
    return wanted(strips, there, options, {"medium": "/films/mattes"}, objects or {}, shots or {}, ("person",))


def test_a_strip_needs_the_pictures_it_shows() -> None:
    grid = grid_of(strip(101, 151, begins=30))
    assert grid == Grid(RATE, RATE, 1.0, 30, 50) and grid.span == Span(Fraction(30, 25), Fraction(80, 25))


def test_frames_held_beyond_the_content_need_nothing() -> None:
    assert grid_of(strip(1, 2000, length=100)) == Grid(RATE, RATE, 1.0, 0, 100)
    assert grid_of(strip(1, 50, begins=-10)) == Grid(RATE, RATE, 1.0, 0, 39)


@given(st.integers(0, 400), st.integers(1, 60), st.integers(0, 30), st.sampled_from([24, 25, 30, 50]), st.sampled_from([24, 25, 30, 60]))
def test_every_frame_of_the_film_is_the_picture_that_blender_shows(begins, length, trim, rate, scene) -> None:
    """As the source map has it, which was measured."""
    one = strip(1000, 1000 + length, begins=begins, rate=Fraction(rate), scene=Fraction(scene), length=5000, trim=trim)
    grid = grid_of(one)
    assert grid is not None and one.source is not None
    for frame in range(1000, 1000 + length):
        assert grid.picture(place(one, frame)) == one.source.picture(frame)


def test_one_film_for_strips_that_lie_near_each_other_with_handles() -> None:
    near = (strip(1, 51, begins=100), strip(200, 240, begins=160, name="b"))
    (one,) = asked(*near)
    assert one.grid == Grid(RATE, RATE, 1.0, 100 - HANDLES, 100 + 2 * HANDLES) and one.folder == "/films/mattes"
    assert len(asked(near[0], strip(300, 340, begins=700, name="c"))) == 2
    (edge,) = asked(strip(1, 21, length=20))
    assert edge.grid == Grid(RATE, RATE, 1.0, 0, 20)


def test_a_film_that_is_there_serves_and_is_not_made_again() -> None:
    one = strip(1, 51, begins=100)
    made = matte(asked(one)[0].grid)
    assert not asked(one, there=[made]) and served([one], [made], OPTIONS) == {"a": made}
    trimmed = replace(one, frames=FrameRange(5, 51))
    longer = replace(one, frames=FrameRange(1, 51 + HANDLES + 1))
    assert not asked(trimmed, there=[made]) and len(asked(longer, there=[made])) == 1
    assert len(asked(one, there=[matte(made.grid, MatteOptions(edges=0.0))])) == 1
    assert len(asked(one, there=[replace(made, medium="other")])) == 1


def test_the_shortest_film_that_serves_is_taken() -> None:
    one = strip(1, 51, begins=100)
    long, short = matte(Grid(RATE, RATE, 1.0, 0, 900), film="long.matte.mkv"), matte(Grid(RATE, RATE, 1.0, 90, 80), film="short.matte.mkv")
    assert served([one], [long, short], OPTIONS)["a"].film == "short.matte.mkv"


def test_names_tell_films_apart_and_stay_the_same() -> None:
    one = asked(strip(1, 51))[0]
    assert mattes.name_of(one) == mattes.name_of(one) and mattes.name_of(one).startswith("walk.")
    others = [replace(one, medium="x"), replace(one, options=MatteOptions(steady=0.0)), replace(one, grid=replace(one.grid, frames=3))]
    assert len({mattes.name_of(other) for other in (one, *others)}) == 4
    assert mattes.name_of(replace(one, path="/a b/ü ?*.mov")).startswith("ü_")


def test_what_lies_beside_a_film_is_read_back_and_nothing_else_is(tmp_path) -> None:
    made = replace(matte(Grid(RATE, RATE, 1.0, 0, 9)), folder=str(tmp_path))
    beside = tmp_path / mattes.beside(made.film)
    beside.write_text(matte_files.dump(made))
    assert matte_files.stored(str(tmp_path)) == (), "its film is gone"
    (tmp_path / made.film).write_bytes(b"x")
    assert matte_files.stored(str(tmp_path)) == (made,) and matte_files.stored(str(tmp_path))[0].path == str(tmp_path / made.film)
    for text in ("", "{", "[]", json.dumps({"schema": "other"}), matte_files.dump(made).replace("grid", "grit")):
        beside.write_text(text)
        assert matte_files.stored(str(tmp_path)) == ()
    assert matte_files.stored(str(tmp_path / "nowhere")) == ()


def objects(*tracks, looks=10):
    seconds = tuple(Fraction(number, 3) for number in range(looks))
    span = Span(Fraction(0), Fraction(looks, 3))
    return Objects(span, Fraction(0), RATE, "made", 200, 100, tuple(range(looks)), seconds, tuple(tracks))


def track(samples, label="person", confidence=0.8):
    rows = np.array([[20 + number, 10, 40, 80, confidence] for number in samples], "<f4")
    return Track(label, confidence, tuple(samples), base64.b64encode(rows.tobytes()).decode())


def test_a_followed_person_is_there_to_the_looks_that_no_longer_saw_him() -> None:
    (region,) = followed(objects(track((3, 4, 5))), None, ("person",))
    assert region.seconds == (Fraction(2, 3), Fraction(1), Fraction(4, 3), Fraction(5, 3), Fraction(2))
    assert region.boxes[0] == region.boxes[1] == pytest.approx((23 / 200, 0.1, 63 / 200, 0.9))


def test_nobody_is_followed_over_a_cut() -> None:
    boundaries = (Boundary(20, Fraction(8, 10), 0.9), Boundary(45, Fraction(18, 10), 0.9), Boundary(47, Fraction(19, 10), 0.2))
    shots = Shots(Span(Fraction(0), Fraction(4)), Fraction(0), RATE, 100, "made", boundaries)
    (region,) = followed(objects(track((3, 4, 5))), shots, ("person",))
    assert region.seconds[0] == Fraction(8, 10) and Fraction(17, 10) < region.seconds[-1] < Fraction(18, 10)


def test_what_is_not_meant_or_hardly_seen_is_not_followed() -> None:
    found = followed(objects(track((1, 2), "dog"), track((1, 2), confidence=0.2), track((4,))), None, ("person",))
    assert found == () and len(followed(objects(track((1, 2), "dog")), None, ("person", "dog"))) == 1


def test_a_film_is_made_with_what_was_followed() -> None:
    (one,) = asked(strip(1, 51), options=MatteOptions(followed="person"), objects={"medium": objects(track((1, 2)))})
    assert isinstance(one, Wanted) and len(one.regions) == 1
    assert asked(strip(1, 51))[0].regions == ()
