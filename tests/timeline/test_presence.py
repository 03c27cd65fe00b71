"""When things and people are on screen, by the looks at which they were seen."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import Faces, FaceTrack, Objects, Span, Track
from assistant_editor.timeline.footage_lanes import lanes
from assistant_editor.timeline.presence import SOMEBODY, people, things

from tests.timeline.logged_shots import seen, shot
from tests.timeline.paper import RATE, strip

SECONDS = tuple(Fraction(number, 5) for number in range(50))
"""Ten seconds, looked at five times each: a look stands for five frames at 25 a second."""


def boxes(samples) -> str:
    return b64encode(np.zeros((len(samples), 5), np.float32).tobytes()).decode()


def objects(*tracks: tuple[str, tuple[int, ...]]) -> dict[str, Objects]:
    found = tuple(Track(label, 0.9, tuple(samples), boxes(samples)) for label, samples in tracks)
    return {"m": Objects(Span(Fraction(0), Fraction(10)), Fraction(0), RATE, "made", 64, 32, tuple(range(50)), SECONDS, found)}


def parts(found) -> dict[tuple[str, str], list[tuple[int, int]]]:
    return {key: [(part.start, part.end) for part in ranges] for key, ranges in found.items()}


def test_a_thing_is_there_from_half_a_look_before_to_half_a_look_after() -> None:
    found = things([strip("film", 101, 351, origin=101)], objects(("dog", (10, 11, 12)), ("cup", (0,))))
    assert parts(found) == {("film", "dog"): [(148, 164)], ("film", "cup"): [(101, 104)]}


def test_what_is_hidden_for_a_moment_is_there_and_for_longer_is_not() -> None:
    found = things([strip("film", 1, 251, origin=1)], objects(("dog", (0, 1, 5)), ("cat", (0, 20))))
    assert len(found["film", "dog"]) == 1 and len(found["film", "cat"]) == 2
    both = things([strip("film", 1, 251, origin=1)], objects(("dog", (0, 1)), ("dog", (2, 3))))
    assert len(both["film", "dog"]) == 1, "two dogs, one after the other, are dogs all along"


def test_each_piece_of_a_film_has_what_it_shows() -> None:
    pieces = [strip("a", 1, 51, origin=1), strip("b", 51, 251, origin=1), strip("c", 500, 510, origin=500, medium="other")]
    found = parts(things(pieces, objects(("dog", tuple(range(8, 13))))))
    assert found == {("a", "dog"): [(38, 51)], ("b", "dog"): [(51, 64)]}
    assert things(pieces, {}) == {} and things(pieces, objects()) == {}


def test_people_by_name_and_everybody_as_somebody() -> None:
    def face(first: int, last: int, who: str) -> FaceTrack:
        samples = tuple(range(first, last))
        return FaceTrack(0.9, samples, boxes(samples), "", first, who)

    facts = Faces(
        Span(Fraction(0), Fraction(10)), Fraction(0), RATE, "made", (64, 32), tuple(range(50)), SECONDS, 4,
        (face(0, 5, "Anna"), face(20, 25, "")),
    )  # fmt: skip
    found = parts(people([strip("film", 1, 251, origin=1)], {"m": facts}, lambda track: track.identity))
    assert found == {("film", "Anna"): [(1, 24)], ("film", SOMEBODY): [(1, 24), (98, 124)]}


def test_the_lane_shows_a_thing_while_it_is_there_and_the_whole_shot_where_that_is_not_known() -> None:
    placed = [shot(1, 1, 101, objects=(seen("dog"), seen("cup")))]
    found = things([strip("film", 1, 251, origin=1)], objects(("dog", tuple(range(10, 13)))))
    drawn = lanes(placed, RATE, shown=("objects",), things=found)
    extents = sorted((float(low), float(high)) for row in drawn.rows for low, high in row.x)
    assert extents == [(0.0, 100.0), (pytest.approx(47), pytest.approx(63))]
    assert [name.text for _, name in drawn.names(0, 100, 0.5)] == ["cup, dog"]
