"""What a tracker followed as one, parted where it is of two things: by what the network calls them, and where their boxes are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.engines.tracking import Followed, parted
from assistant_editor.ml.facts import Span

from tests.coloured_things import BLUE, RED, looked, painted, put_in_place
from tests.media_maker import make_film

PERSON, BICYCLE, CAR, TRUCK = range(4)


def track(*views: tuple[float, float, float, float, float, int], looks=None) -> Followed:
    """Views as left, top, width, height, confidence, word."""
    rows = [np.array([x, y, x + wide, y + tall, sure, word], np.float32) for x, y, wide, tall, sure, word in views]
    return Followed(list(looks or range(len(views))), rows)


def words(parts: list[Followed]) -> list[tuple[int, int, int]]:
    """First look, last look, and the word of most views of each."""
    return [(one.looks[0], one.looks[-1], int(np.bincount([int(row[5]) for row in one.rows]).argmax())) for one in parts]


def test_who_walks_off_before_a_bicycle_does_not_become_one():
    walking = [(100 + 12 * step, 0, 200, 250, 0.8, PERSON) for step in range(10)]
    leaning = [(260, 0, 340, 200, 0.5, BICYCLE)] * 12
    parts = parted(track(*walking, *leaning))
    assert words(parts) == [(0, 9, PERSON), (10, 21, BICYCLE)]
    assert sum(len(one.rows) for one in parts) == 22


def test_two_words_for_one_box_are_one_thing():
    van = [(50 + 3 * step, 40, 120, 80, 0.5, (CAR, CAR, TRUCK)[step % 3]) for step in range(12)]
    later = [(86 + 3 * step, 40, 120, 80, 0.6, TRUCK) for step in range(12)]
    whole = track(*van, *later)
    assert parted(whole) == [whole]


@pytest.mark.parametrize("apart", [1, 2])
def test_a_fast_thing_that_is_called_otherwise_on_its_way_is_one(apart):
    """It goes by more than its own width from look to look, and was not seen at every one of them."""
    looks = [*range(5), *range(4 + apart, 9 + apart)]
    views = [(100.0 * look, 40, 80, 80, 0.7, CAR if look < 5 else TRUCK) for look in looks]
    assert len(parted(track(*views, looks=looks))) == 1


def test_a_single_view_of_something_else_parts_nothing():
    views = [(100, 0, 100, 100, 0.5, CAR)] * 8
    views[4] = (100, 0, 220, 100, 0.95, TRUCK)
    assert len(parted(track(*views))) == 1


def test_three_things_one_after_the_other_are_three():
    places = [(0, PERSON), (60, CAR), (120, BICYCLE)]
    views = [(place, 0, 100, 100, 0.6, word) for place, word in places for _ in range(4)]
    assert words(parted(track(*views))) == [(0, 3, PERSON), (4, 7, CAR), (8, 11, BICYCLE)]


@pytest.mark.parametrize("tracker", ["bytetrack", "botsort"])
def test_a_film_of_something_that_goes_away_before_something_else(tmp_path, monkeypatch, tracker):
    """Red hides blue and is gone: blue is not red's next view."""
    film = make_film(
        tmp_path / "film.mp4",
        60,
        picture=painted(
            (BLUE, lambda number: (130, 50, 110, 70) if number >= 30 else None),
            (RED, lambda number: (20 + 3 * number, 40, 90, 90) if number < 30 else None),
        ),
    )
    facts = looked(film, put_in_place(monkeypatch, tmp_path), tracker=tracker, per_second=Fraction(120))
    found = [(one.label, facts.frames[one.samples[0]], facts.frames[one.samples[-1]]) for one in facts.tracks]
    assert found == [("ball", 0, 29), ("cube", 30, 59)]


def test_the_street_films_pedestrian_is_gone_when_the_bicycle_is_left(media_folder, fixtures_folder):
    """YOLOv8n's own weights: a man walks out of the picture in front of a bicycle."""
    weights, film = fixtures_folder / "models" / "yolov8n.pt", media_folder / "bikes.mp4"
    found = looked(film, weights, Span(Fraction(38, 5), Fraction(9)), per_second=Fraction(120))
    (walking,) = (one for one in found.tracks if one.label == "person" and one.confidence > 0.5)
    assert found.frames[walking.samples[-1]] == 210
    left = [one for one in found.tracks if one.label == "bicycle" and found.frames[one.samples[0]] > 210]
    assert max(len(one.samples) for one in left) >= 10
