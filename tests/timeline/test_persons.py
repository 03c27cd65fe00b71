"""Who is who: grouping, the register, names, joins and partings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from assistant_editor.ml.errors import BAD_INPUT, DEFECT, EditorError
from assistant_editor.ml.facts import Faces, Span
from assistant_editor.timeline import face_groups, persons
from assistant_editor.timeline.persons import Register
from hypothesis import given
from hypothesis import strategies as st

from tests.made_faces import faces, somebody, track

ANNA, BEN, CARA = 1, 2, 3
NOBODY = Register()


def film(*seen: tuple[int, int, int], view: int = 0) -> Faces:
    """(person, first sample, last sample) each."""
    return faces([track(first, last, somebody(who, view + number)) for number, (who, first, last) in enumerate(seen)])


def called(facts: dict[str, Faces], register: Register = NOBODY) -> dict[str, list[str]]:
    who = persons.known(facts, register)
    return {medium: [who.of(one) for one in known.tracks] for medium, known in facts.items()}


def test_one_person_has_one_number_in_all_films():
    facts = {"a": film((ANNA, 0, 4), (BEN, 2, 6)), "b": film((BEN, 0, 3), (CARA, 5, 9), (ANNA, 9, 12), view=10)}
    assert called(facts) == {"a": ["Person 1", "Person 2"], "b": ["Person 2", "Person 3", "Person 1"]}


def test_two_faces_at_one_time_are_two_people_however_alike_they_are():
    twins = faces([track(0, 5, somebody(ANNA, 1, 0.05)), track(3, 8, somebody(ANNA, 2, 0.05)), track(9, 12, somebody(ANNA, 3, 0.05))])
    names = called({"a": twins})["a"]
    assert names[0] != names[1] and names[2] in names[:2]


def test_a_name_holds_in_other_films_and_for_faces_unlike_it():
    facts = {"a": film((ANNA, 0, 4), (BEN, 2, 6))}
    register = persons.rename(Register(True), facts, "Person 1", "  Anna   Smith ")
    assert called(facts, register) == {"a": ["Anna Smith", "Person 2"]}
    other = {"b": film((ANNA, 0, 3), (CARA, 4, 8), view=50)}
    assert called(other, register) == {"b": ["Anna Smith", "Person 2"]}
    assert register.consent and persons.load(persons.dump(register)) == register


def test_naming_two_alike_makes_them_one():
    facts = {"a": film((ANNA, 0, 4), (BEN, 5, 9), (CARA, 10, 14))}
    register = persons.rename(Register(), facts, "Person 1", "Anna")
    register = persons.rename(register, facts, "Person 3", "Cara")
    assert called(facts, register) == {"a": ["Anna", "Person 2", "Cara"]}
    register = persons.rename(register, facts, "Cara", "Anna")
    assert called(facts, register) == {"a": ["Anna", "Person 2", "Anna"]} and [one.name for one in register.persons] == ["Anna"]
    elsewhere = {"b": film((CARA, 0, 3), (ANNA, 5, 9), (BEN, 10, 12), view=30)}
    assert called(elsewhere, register) == {"b": ["Anna", "Anna", "Person 2"]}


def test_strangers_are_joined_without_a_name():
    facts = {"a": film((ANNA, 0, 4), (BEN, 5, 9))}
    register = persons.merge(Register(), facts, "Person 1", "Person 2")
    assert called(facts, register) == {"a": ["Person 1", "Person 1"]}
    assert called(facts, persons.rename(register, facts, "Person 1", "Ann")) == {"a": ["Ann", "Ann"]}


def test_a_part_of_somebody_is_somebody_else_and_stays_so():
    facts = {"a": film((ANNA, 0, 4), (ANNA, 5, 9), (ANNA, 10, 14))}
    register = persons.rename(Register(), facts, "Person 1", "Anna")
    parted = persons.key(facts["a"].tracks[1])
    register = persons.split(register, facts, "Anna", [parted, "a face elsewhere"])
    assert called(facts, register) == {"a": ["Anna", "Person 2", "Anna"]}
    register = persons.rename(register, facts, "Person 2", "Her sister")
    assert called(facts, register) == {"a": ["Anna", "Her sister", "Anna"]}
    assert sorted(one.number for one in register.persons) == [1, 2] and register.last == 2


def test_a_face_that_cannot_be_known_is_whose_the_editor_says():
    turned = track(15, 18, None)
    facts = {"a": faces([track(0, 4, somebody(ANNA)), turned, track(6, 9, None, (9.0, 9.0, 9.0, 9.0))])}
    register = persons.give(Register(), facts, "Anna", [persons.key(turned)])
    assert called(facts, register) == {"a": ["Person 1", "Anna", ""]}
    register = persons.rename(register, facts, "Person 1", "Anna")
    assert called(facts, register) == {"a": ["Anna", "Anna", ""]} and len(register.persons) == 1
    stranger = persons.give(Register(), facts, "Person 1", [persons.key(turned)])
    assert called(facts, stranger) == {"a": ["Person 1", "Person 1", ""]} and [one.name for one in stranger.persons] == [""]
    for name, meant in (("Anna", []), ("", [persons.key(turned)]), ("Person 7", [persons.key(turned)])):
        with pytest.raises(EditorError) as caught:
            persons.give(Register(), facts, name, meant)
        assert caught.value.code == BAD_INPUT


@pytest.mark.parametrize("meant", [[], [0, 1]])
def test_nobody_is_parted_from_nobody(meant):
    facts = {"a": film((ANNA, 0, 4), (ANNA, 5, 9))}
    keys = [persons.key(facts["a"].tracks[number]) for number in meant]
    with pytest.raises(EditorError) as caught:
        persons.split(Register(), facts, "Person 1", keys)
    assert caught.value.code == BAD_INPUT and caught.value.remedy


@pytest.mark.parametrize("name", ["Person 9", "person", ""])
def test_names_that_are_none(name):
    facts = {"a": film((ANNA, 0, 4))}
    if name == "Person 9":
        with pytest.raises(EditorError, match="without a name"):
            persons.rename(Register(), facts, "Person 1", name)
    else:
        register = persons.rename(Register(), facts, "Person 1", name)
        assert called(facts, register) == {"a": [name or "Person 1"]}


def test_somebody_who_is_not_there_is_refused_with_who_is():
    with pytest.raises(EditorError) as caught:
        persons.rename(Register(), {"a": film((ANNA, 0, 4))}, "Zoe", "Zora")
    assert "Person 1" in caught.value.remedy


def test_vectors_of_two_networks_are_never_compared():
    facts = {"a": film((ANNA, 0, 4))}
    register = persons.rename(Register(), facts, "Person 1", "Anna")
    other = faces([track(0, 4, somebody(ANNA, 5))], known_by="another network")
    assert called({"b": other}, register) == {"b": ["Person 1"]}


def test_somebody_known_is_not_seen_twice_at_one_time():
    register = persons.rename(Register(), {"a": film((ANNA, 0, 4))}, "Person 1", "Anna")
    beside = faces([track(0, 6, somebody(ANNA, 20, 0.2)), track(0, 6, somebody(ANNA, 21, 0.45))])
    assert called({"b": beside}, register) == {"b": ["Anna", "Person 2"]}


def test_a_register_that_is_none_says_what_to_do():
    for text in ("{", "[]", '{"schema": "other"}', '{"schema": "assistant_editor.faces/1", "persons": 3}'):
        with pytest.raises(EditorError) as caught:
            persons.load(text)
        assert caught.value.code == DEFECT and "Forget Everyone" in caught.value.remedy
    assert persons.load("") == Register()


def test_faces_nobody_described_are_nobody():
    facts = {"a": faces([track(0, 4, None), track(2, 6, None)], known_by="")}
    who = persons.known(facts, Register(True))
    assert not who.names and who.of(facts["a"].tracks[0]) == ""
    assert persons.people_in(facts["a"], Span(Fraction(0), Fraction(10)), who) == ()
    assert persons.faces_in(facts["a"], Span(Fraction(0), Fraction(10))) == 2


def test_who_is_seen_in_a_shot_how_long_and_how_large():
    large, small = (240.0, 100.0, 160.0, 160.0), (0.0, 0.0, 40.0, 40.0)
    facts = faces([track(0, 8, somebody(ANNA), large), track(2, 16, somebody(BEN), small), track(12, 16, somebody(ANNA, 4), large)])
    who = persons.known({"a": facts}, Register())
    first, second = persons.people_in(facts, Span(Fraction(1), Fraction(7)), who)
    assert (first.label, first.seconds) == ("Person 1", 4.0) and (second.label, second.seconds) == ("Person 2", 6.0)
    assert first.prominence > 4 * second.prominence and first.confidence == pytest.approx(0.9)
    assert persons.faces_in(facts, Span(Fraction(4), Fraction(6))) == 1 and persons.faces_in(facts, Span(Fraction(20), Fraction(30))) == 0


def test_expressions_are_those_of_large_faces_and_of_nobody_where_none_were_read():
    joy, anger = np.eye(7)[3], np.eye(7)[0]
    facts = faces([track(0, 8, None, (240.0, 100.0, 160.0, 160.0), joy), track(4, 8, None, (0.0, 0.0, 20.0, 20.0), anger)])
    shares = persons.expressions_in(facts, Span(Fraction(2), Fraction(4)))
    assert shares.sum() == pytest.approx(1) and shares[3] > 0.85 and 0 < shares[0] < 0.15
    assert persons.expressions_in(facts, Span(Fraction(8), Fraction(9))) is None
    unread = faces([track(0, 8, None, shares=np.zeros(7))])
    assert persons.expressions_in(unread, Span(Fraction(0), Fraction(4))) is None


def test_a_crowd_is_grouped_and_everybody_is_in_one_group_only():
    generator = np.random.default_rng(3)
    people, views = 40, face_groups.COMPARED // 40 + 20  # more than are compared with each other
    vectors = np.stack([somebody(number, view) for number in range(people) for view in range(views)])
    order = generator.permutation(len(vectors))
    labels = face_groups.grouped(vectors[order], np.ones(len(vectors)))
    who = order // views
    assert labels.max() == people - 1 and all(len(set(labels[who == number])) == 1 for number in range(people))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=8))
def test_groups_never_hold_two_who_are_seen_together(who, pairs):
    vectors = np.stack([somebody(one, place, 0.2) for place, one in enumerate(who)])
    together = [(a, b) for a, b in pairs if a != b and max(a, b) < len(who)]
    labels = face_groups.grouped(vectors, np.ones(len(who)), together)
    assert all(labels[a] != labels[b] for a, b in together)
    assert sorted(set(labels)) == list(range(max(labels) + 1)) and labels[0] == 0
    if not together:
        assert len(set(zip(who, labels, strict=True))) == len(set(who)) == len(set(labels))


def test_groups_are_those_of_joining_the_nearest_two_again_and_again():
    for seed in range(12):
        vectors = (np.random.RandomState(seed).normal(size=(24, 4)) * 0.5).astype(np.float32)
        labels = face_groups.grouped(vectors, np.ones(24), bound=1.0)
        assert len(set(zip(labels, naively(vectors, 1.0), strict=True))) == len(set(labels)) == len(set(naively(vectors, 1.0)))


def naively(vectors: np.ndarray, bound: float) -> list[int]:
    groups = [[number] for number in range(len(vectors))]
    far = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    while len(groups) > 1:
        mean, one, other = min((far[np.ix_(a, b)].mean(), i, j) for i, a in enumerate(groups) for j, b in enumerate(groups) if i < j)
        if mean > bound:
            break
        groups[one] += groups.pop(other)
    return [next(place for place, group in enumerate(groups) if number in group) for number in range(len(vectors))]
