"""Whose face it is: an animal's, where an animal and nobody else is seen there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assistant_editor.timeline.animal_faces import of_people
from assistant_editor.timeline.shot_log import log

from .concepts_seen import face, faces, objects, track

FACE, BODY, ELSEWHERE = (250, 60, 90, 110), (180, 20, 260, 320), (10, 20, 150, 320)
EVERY = 6


def thing(label, box=BODY, sure=0.9):
    return track(label, *[box] * EVERY, sure=sure)


@pytest.mark.parametrize(
    ("things", "left"),
    [
        ((thing("cat"),), 0),
        ((thing("cat"), thing("person", ELSEWHERE)), 0),
        ((thing("cat"), thing("person")), 1),
        ((thing("cat"), thing("person", sure=0.1)), 1),
        ((thing("cat", ELSEWHERE),), 1),
        ((thing("cat", sure=0.3),), 1),
        ((thing("chair"),), 1),
        ((), 1),
    ],
)
def test_a_face_is_an_animals_where_it_lies_in_one_and_in_nobody(things, left):
    found = of_people(faces(EVERY, face(*[FACE] * EVERY)), objects(EVERY, *things))
    assert found is not None and len(found.tracks) == left


def test_who_passes_by_an_animal_stays_somebody():
    walking = face(*[(10 + 90 * number, 60, 60, 80) for number in range(EVERY)])
    assert of_people(faces(EVERY, walking), objects(EVERY, thing("horse"))) == faces(EVERY, walking)


def test_pictures_of_other_sizes_and_looks_far_away_are_compared_rightly():
    seen, beside = faces(EVERY, face(*[FACE] * EVERY)), objects(EVERY, thing("dog"))
    smaller = replace(seen, picture=tuple(side // 2 for side in seen.picture), tracks=(face(*[tuple(v / 2 for v in FACE)] * EVERY),))
    assert not of_people(smaller, beside).tracks
    later = replace(beside, seconds=tuple(moment + 60 for moment in beside.seconds))
    assert of_people(seen, later) == seen
    assert of_people(None, beside) is None and of_people(seen, None) == seen


def test_a_cat_has_no_shot_size_no_mood_and_is_no_portrait():
    facts = {"faces": faces(EVERY, face(*[FACE] * EVERY, joy=0.9)), "objects": objects(EVERY, thing("cat"))}
    (one,) = log(facts, "m", "/m")
    assert (one.faces, one.size, one.mood) == (0, "", None)
    assert {seen.label for seen in one.concepts} == {"animal", "cat", "pet"}
