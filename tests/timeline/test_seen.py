"""How long things are seen, how much they fill the picture, and what their boxes are."""

from __future__ import annotations

from base64 import b64encode
from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.facts import FaceTrack, Objects, Span, Track
from assistant_editor.timeline import seen

SIZE = (200, 100)


def span(start: object, end: object) -> Span:
    return Span(Fraction(str(start)), Fraction(str(end)))


def track(label: str, samples: tuple[int, ...], *rows: tuple[float, ...], pose: str = "") -> Track:
    table = np.array(rows if len(rows) == len(samples) else rows * len(samples), "<f4")
    return Track(label, round(float(table[:, 4].mean()), 4), samples, b64encode(table.tobytes()).decode(), pose)


def objects(*tracks: Track, looks: int = 12, step: Fraction = Fraction(1, 4)) -> Objects:
    seconds = tuple(number * step for number in range(looks))
    return Objects(
        Span(Fraction(0), looks * step), Fraction(0), Fraction(24), "made", *SIZE, tuple(int(one * 24) for one in seconds), seconds, tracks
    )


WHOLE = (0.0, 0.0, 200.0, 100.0, 0.8)
QUARTER = (50.0, 25.0, 100.0, 50.0, 0.5)


def test_boxes_of_things_and_faces_are_read_as_they_were_written() -> None:
    one = track("dog", (3, 4), QUARTER, WHOLE)
    assert seen.boxes(one).tolist() == [[50, 25, 100, 50, 0.5], pytest.approx([0, 0, 200, 100, 0.8])]
    face = FaceTrack(0.5, (3,), b64encode(np.array([QUARTER], "<f4").tobytes()).decode(), "", 3)
    assert seen.boxes(face).shape == (1, 5)


def test_poses_are_read_and_none_where_there_are_none() -> None:
    points = np.arange(2 * 17 * 3, dtype="<f4").reshape(2, 17, 3)
    told = track("person", (0, 1), WHOLE, pose=b64encode(points.tobytes()).decode())
    read = seen.poses(told)
    assert read is not None and (read == points).all()
    assert seen.poses(track("person", (0,), WHOLE)) is None


def test_a_thing_is_seen_from_look_to_look_and_its_size_and_place_count() -> None:
    (dog,) = seen.objects_in(objects(track("dog", (0, 1, 2, 3), QUARTER)), span(0, 3))
    assert dog.label == "dog" and dog.seconds == 1.0 and dog.confidence == 0.5
    assert dog.prominence == pytest.approx(0.5)  # a quarter of the picture, in its middle
    corner = track("dog", (0,), (0.0, 0.0, 2.0, 1.0, 0.9))
    (small,) = seen.objects_in(objects(corner), span(0, 3))
    assert small.prominence == pytest.approx(0.01 * 0.505, abs=1e-4)


def test_what_lies_beyond_the_picture_does_not_count() -> None:
    inside, beyond = track("dog", (0,), (100.0, 0.0, 100.0, 100.0, 0.9)), track("dog", (0,), (100.0, -900.0, 900.0, 1000.0, 0.9))
    assert seen.objects_in(objects(inside), span(0, 1)) == seen.objects_in(objects(beyond), span(0, 1))


def test_only_the_asked_span_counts_and_the_first_look_in_it_stands_for_its_beginning() -> None:
    facts = objects(track("dog", tuple(range(12)), WHOLE))
    (dog,) = seen.objects_in(facts, span("1.1", "2.2"))
    assert dog.seconds == pytest.approx(1.1)
    before_only = objects(track("dog", (0, 1, 2, 3, 4), WHOLE))  # its last look is at 1 s, in the shot before
    assert seen.objects_in(before_only, span("1.1", "2.2")) == ()


def test_a_thing_that_is_hidden_for_a_moment_is_seen_meanwhile_but_not_for_long() -> None:
    hidden = track("dog", (0, 3), QUARTER, WHOLE)
    (dog,) = seen.objects_in(objects(hidden), span(0, 1))
    assert dog.seconds == 1.0
    assert dog.prominence == pytest.approx((0.5 * 3 + 1.0) / 4)  # its last box while it is hidden
    (gone,) = seen.objects_in(objects(track("dog", (0, 9), WHOLE)), span(0, 3))
    assert gone.seconds == pytest.approx(0.5)


def test_several_of_a_kind_count_once_and_the_largest_at_each_moment() -> None:
    facts = objects(track("dog", (0, 1), WHOLE), track("dog", (1, 2), QUARTER), track("cat", (0,), QUARTER))
    dog, cat = seen.objects_in(facts, span(0, 3))
    assert (dog.label, cat.label) == ("dog", "cat")
    assert dog.seconds == 0.75 and dog.prominence == pytest.approx((1 + 1 + 0.5) / 3, abs=1e-4)
    assert dog.confidence == pytest.approx((0.8 + 0.8 + 0.5) / 3, abs=1e-4)
    assert seen.count_in(facts, span(0, 3), "dog") == 2 and seen.count_in(facts, span(0, 3), "cow") == 0
    assert seen.count_in(facts, span("0.5", 3), "dog") == 1


def test_one_track_alone() -> None:
    one = track("dog", (2, 3), QUARTER)
    found = seen.track_in(objects(one), one, span(0, 3))
    assert found is not None and found.seconds == 0.5
    assert seen.track_in(objects(one), one, span(1, 2)) is None


def test_nothing_is_known_where_nobody_looked() -> None:
    seconds = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(60))
    facts = Objects(span(0, 100), Fraction(0), Fraction(24), "made", *SIZE, (0, 6, 12, 1440), seconds, (track("dog", (0, 1, 2, 3), WHOLE),))
    (dog,) = seen.objects_in(facts, span(0, 59))
    assert dog.seconds == 0.5 + seen.LONGEST
    assert seen.objects_in(facts, span(30, 31)) == ()
    assert seen.objects_in(objects(looks=0), span(0, 3)) == ()
    (one,) = seen.objects_in(objects(track("dog", (0,), WHOLE), looks=1), span(0, 3))
    assert one.seconds == seen.LONGEST


def test_looks_that_lie_far_apart_regularly_stand_for_all_of_the_time() -> None:
    facts = objects(track("dog", tuple(range(12)), WHOLE), step=Fraction(5))
    (dog,) = seen.objects_in(facts, span(0, 60))
    assert dog.seconds == 60.0


def test_every_shot_of_a_long_film_has_its_own() -> None:
    tracks = [track("person", tuple(range(start, start + 8)), WHOLE) for start in range(0, 800, 4)]
    facts = objects(*tracks, looks=810)
    found = [seen.objects_in(facts, span(start, start + 4)) for start in range(0, 196, 4)]
    assert all(len(one) == 1 and one[0].seconds == 4.0 for one in found)
